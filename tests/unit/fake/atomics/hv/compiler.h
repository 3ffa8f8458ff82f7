/* SPDX-License-Identifier: MIT */
/* compiler.h - the real one, but what is read or written once is so for the
 * thread sanitizer as well, which knows nothing of volatile. */
#ifndef FAKE_HV_COMPILER_H
#define FAKE_HV_COMPILER_H

#include_next <hv/compiler.h>

#undef READ_ONCE
#undef WRITE_ONCE
#define READ_ONCE(x)     __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), v, __ATOMIC_RELAXED)

#endif
