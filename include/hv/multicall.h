/* SPDX-License-Identifier: MIT */
/* multicall.h - hypercall 13: several calls in one. */
#ifndef HV_MULTICALL_H
#define HV_MULTICALL_H

#include <hv/types.h>

long do_multicall(unsigned long list, unsigned int count);

/* arch: make call @op. *@restart: it is not done; @new_args say how to go on.
 * -ENOSYS: there is no such call. */
long arch_multicall_one(unsigned long op, const unsigned long args[6],
                        unsigned long new_args[6], bool *restart);

#endif
