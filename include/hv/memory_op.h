/* SPDX-License-Identifier: MIT */
/* memory_op.h - hypercall 12: a domain's memory, given, taken, exchanged. */
#ifndef HV_MEMORY_OP_H
#define HV_MEMORY_OP_H

#include <hv/frame_num.h>

struct domain;

/* The upper bits of @cmd hold the extent to start from (public/memory.h). */
long do_memory_op(unsigned long cmd, unsigned long arg);

/* XENMEM_acquire_resource: mm/resource.c. */
long memory_acquire_resource(unsigned long arg);

/* arch: sub-operations about the machine's own layout. */
long arch_memory_op(unsigned int cmd, unsigned long arg);
/* arch: the highest frame that the guest says it has. */
long arch_domain_last_gpfn(const struct domain *d);
/* arch: @m is frame @p of its owner, or nobody's (INVALID_PFN). */
void arch_set_m2p(mfn_t m, pfn_t p);
/* arch: what was set last, or all ones. Its owner may have set it. */
unsigned long arch_get_m2p(mfn_t m);

#endif
