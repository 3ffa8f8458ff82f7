/* SPDX-License-Identifier: MIT */
/*
 * sysctl.h - hypercall 35: the machine as tools see it, and what its commands
 * share with the other doors (dom0_op, domctl).
 *
 * A command's function gets the caller's structure, copied, acts on its part of
 * op->u and returns 0 or an error; the part goes back to the caller on success,
 * and on -ENOBUFS.
 */
#ifndef HV_SYSCTL_H
#define HV_SYSCTL_H

#include <hv/compiler.h>
#include <hv/types.h>

struct xen_sysctl;
struct xen_sysctl_physinfo;
struct xenctl_bitmap;
struct domain;

long do_sysctl(unsigned long arg);

/* control/read_console.c: copy text of the console ring, from *@pos on, to the
 * guest's @va; *@pos and *@count, at first the room there, say how far it came.
 * At most READ_CONSOLE_MOST bytes at a time. 0 or -EFAULT. */
#define READ_CONSOLE_MOST   65536u
int control_read_console(uint64_t *pos, unsigned long va, uint32_t *count)
    MUST_CHECK;
long sysctl_readconsole(struct xen_sysctl *op);

/* control/physinfo.c: CPUs and memory. */
void control_physinfo(struct xen_sysctl_physinfo *info);
long sysctl_physinfo(struct xen_sysctl *op);
long sysctl_getcpuinfo(struct xen_sysctl *op);
long sysctl_availheap(struct xen_sysctl *op);

/* control/topology_info.c: what lies where. */
long sysctl_cputopoinfo(struct xen_sysctl *op);
long sysctl_numainfo(struct xen_sysctl *op);
long sysctl_pcitopoinfo(struct xen_sysctl *op);

/* control/domain_list.c */
long sysctl_getdomaininfolist(struct xen_sysctl *op);

/* control/debug_keys.c */
long sysctl_debug_keys(struct xen_sysctl *op);

/* control/cpupool.c */
long sysctl_cpupool_op(struct xen_sysctl *op);

/* control/scheduler_op.c */
long sysctl_sched_id(struct xen_sysctl *op);
long sysctl_scheduler_op(struct xen_sysctl *op);

/* arch: features of the CPUs, and what guests may see of them. */
long arch_sysctl_levelling_caps(struct xen_sysctl *op);
long arch_sysctl_featureset(struct xen_sysctl *op);
long arch_sysctl_cpu_policy(struct xen_sysctl *op);
/* The first @count words of the machine's features, in the order of
 * XEN_SYSCTL_get_cpu_featureset. */
void arch_cpu_feature_words(uint32_t *words, unsigned int count);

/* control/guest_bitmap.c: masks in guest memory. What the guest has room for
 * and we have no bits for is zero, and the other way round.
 * -EFAULT; -E2BIG: much more room than any mask needs. */
int guest_bitmap_read(unsigned long *map, unsigned int bits,
                      const struct xenctl_bitmap *from) MUST_CHECK;
int guest_bitmap_write(const struct xenctl_bitmap *to, const unsigned long *map,
                       unsigned int bits) MUST_CHECK;

#endif
