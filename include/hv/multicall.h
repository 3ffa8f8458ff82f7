/* SPDX-License-Identifier: MIT */
/* multicall.h - hypercall 13: several calls in one. */
#ifndef HV_MULTICALL_H
#define HV_MULTICALL_H

/* @count entries of struct multicall_entry at guest address @list. Errors of
 * the calls go to their entries. -EFAULT an entry cannot be read or answered;
 * -EINVAL this is a call of a multicall itself. */
long do_multicall(unsigned long list, unsigned int count);

#endif
