/* SPDX-License-Identifier: MIT */
/* list_lock.h - the lock of domain_list, for the files of this folder. */
#ifndef DOMAIN_LIST_LOCK_H
#define DOMAIN_LIST_LOCK_H

#include <hv/spinlock.h>

extern spinlock_t domain_list_lock;

#endif
