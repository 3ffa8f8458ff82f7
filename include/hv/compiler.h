/* SPDX-License-Identifier: MIT */
/*
 * compiler.h - what the compiler is told beside the code itself: attributes,
 * sections, and accesses that must happen exactly once.
 */
#ifndef HV_COMPILER_H
#define HV_COMPILER_H

#include <stddef.h>

#define likely(x)       __builtin_expect(!!(x), 1)
#define unlikely(x)     __builtin_expect(!!(x), 0)

/* The caller must look at the result: it is a count taken or an error. */
#define MUST_CHECK      __attribute__((warn_unused_result))
#define NORETURN        __attribute__((noreturn))
#define PACKED          __attribute__((packed))
#define ALIGNED(n)      __attribute__((aligned(n)))
#define USED            __attribute__((used))
#define MAYBE_UNUSED    __attribute__((unused))
#define ALWAYS_INLINE   inline __attribute__((always_inline))
#define NOINLINE        __attribute__((noinline))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
/* Written before it is read, as the reader can see: do not zero it. */
#define UNINITIALISED   __attribute__((uninitialized))
#define FALLTHROUGH     __attribute__((fallthrough))

/* Code and data that are given back once domain 0 runs. */
#define __init          __attribute__((section(".init.text"), noinline))
#define __initdata      __attribute__((section(".init.data")))
#define __initconst     __attribute__((section(".init.rodata")))
#define __initbss       __attribute__((section(".init.bss")))
/* Data written at boot only, kept apart from lines that CPUs fight over. */
#define __read_mostly   __attribute__((section(".data.read_mostly")))

#define ARRAY_SIZE(a)   (sizeof(a) / sizeof((a)[0]))
#define container_of(ptr, type, member) \
    ((type *)((char *)(ptr) - offsetof(type, member)))

/* One load or store, neither repeated nor torn nor left out. */
#define READ_ONCE(x)     (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

#define barrier()       __asm__ __volatile__("" : : : "memory")

#define MIN(a, b)       ((a) < (b) ? (a) : (b))
#define MAX(a, b)       ((a) > (b) ? (a) : (b))

#endif
