/* SPDX-License-Identifier: MIT */
/*
 * domctl.h - the control door of Xen's tools (hypercall 36) and what stands
 * behind it: a handler for each command of public/domctl.h.
 *
 * A handler gets the domain that the command names, held by a reference (none
 * if the command needs none), and our own copy of the arguments. 0, an error,
 * or -ERESTART: the guest issues the command again. What goes back to the guest
 * is said in the table, control/domctl.c.
 */
#ifndef HV_DOMCTL_H
#define HV_DOMCTL_H

#include <hv/types.h>

struct domain;
struct xen_domctl;

/* @word is ours if the call is one that goes on. */
long do_domctl(unsigned long arg, unsigned long word);

typedef int (*domctl_handler_t)(struct domain *d, struct xen_domctl *op);

/* control/domctl_life.c */
int domctl_createdomain(struct domain *d, struct xen_domctl *op);
int domctl_destroydomain(struct domain *d, struct xen_domctl *op);
int domctl_pausedomain(struct domain *d, struct xen_domctl *op);
int domctl_unpausedomain(struct domain *d, struct xen_domctl *op);
int domctl_resumedomain(struct domain *d, struct xen_domctl *op);
int domctl_max_mem(struct domain *d, struct xen_domctl *op);
int domctl_max_vcpus(struct domain *d, struct xen_domctl *op);
int domctl_setdomainhandle(struct domain *d, struct xen_domctl *op);
int domctl_settimeoffset(struct domain *d, struct xen_domctl *op);
int domctl_sendtrigger(struct domain *d, struct xen_domctl *op);

/* control/domctl_info.c */
int domctl_getdomaininfo(struct domain *d, struct xen_domctl *op);
int domctl_getvcpuinfo(struct domain *d, struct xen_domctl *op);

/* control/domctl_permission.c */
int domctl_irq_permission(struct domain *d, struct xen_domctl *op);
int domctl_iomem_permission(struct domain *d, struct xen_domctl *op);
int domctl_ioport_permission(struct domain *d, struct xen_domctl *op);

/* control/domctl_frames.c */
int domctl_getpageframeinfo3(struct domain *d, struct xen_domctl *op);

/* control/domctl_shadow.c */
int domctl_shadow_op(struct domain *d, struct xen_domctl *op);

/* control/domctl_vcpu.c */
int domctl_setvcpucontext(struct domain *d, struct xen_domctl *op);
int domctl_getvcpucontext(struct domain *d, struct xen_domctl *op);

/* control/scheduler_op.c, vcpu_affinity.c, node_affinity.c */
int domctl_scheduler_op(struct domain *d, struct xen_domctl *op);
int domctl_setvcpuaffinity(struct domain *d, struct xen_domctl *op);
int domctl_getvcpuaffinity(struct domain *d, struct xen_domctl *op);
int domctl_setnodeaffinity(struct domain *d, struct xen_domctl *op);
int domctl_getnodeaffinity(struct domain *d, struct xen_domctl *op);

/* arch, hypercall/cpu_policy_op.c: what CPUID shows. Set: -EEXIST the domain has
 * run; -E2BIG; -EINVAL or -ERANGE, and op says which leaf or MSR cannot be. */
int arch_domctl_get_cpu_policy(struct domain *d, struct xen_domctl *op);
int arch_domctl_set_cpu_policy(struct domain *d, struct xen_domctl *op);

/* arch, pv/domctl.c: what only the architecture knows */
int arch_domctl_hypercall_init(struct domain *d, struct xen_domctl *op);
int arch_domctl_address_size(struct domain *d, struct xen_domctl *op);
int arch_domctl_tsc_info(struct domain *d, struct xen_domctl *op);
int arch_domctl_ext_vcpucontext(struct domain *d, struct xen_domctl *op);
int arch_domctl_vcpuextstate(struct domain *d, struct xen_domctl *op);
int arch_domctl_vcpu_msrs(struct domain *d, struct xen_domctl *op);

#endif
