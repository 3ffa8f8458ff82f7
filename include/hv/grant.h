/* SPDX-License-Identifier: MIT */
/* grant.h - grant tables: what a domain lets others do with its frames. */
#ifndef HV_GRANT_H
#define HV_GRANT_H

#include <hv/compiler.h>
#include <hv/types.h>
#include <public/grant_table.h>

struct domain;
struct frame;

/* Hypercall 20. */
long do_grant_table_op(unsigned int cmd, unsigned long arg,
                       unsigned int count);

/* --- arch: a granted frame in the current vcpu's page tables. @flags are
 * GNTMAP_*; with contains_pte @at is the machine address of an entry, else a
 * virtual address. 0; -EINVAL: there is no such entry; -EBUSY. --- */

/* Map @f of @from. The entry holds what it needs of it, as any entry does. */
int arch_grant_map(struct domain *from, struct frame *f, uint64_t at,
                   uint32_t flags) MUST_CHECK;
/* Remove the entry, which must map @f by @flags still. What it held is dropped;
 * TLBs may know it until the caller flushes. */
int arch_grant_unmap(const struct frame *f, uint64_t at, uint32_t flags)
    MUST_CHECK;
/* The same for a virtual address, and put there what maps @from instead. */
int arch_grant_replace(const struct frame *f, uint64_t at, uint64_t from,
                       uint32_t flags) MUST_CHECK;
/* End what TLBs know of the current domain's entries. */
void arch_grant_flush(void);

#endif
