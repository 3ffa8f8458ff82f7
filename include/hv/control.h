/* SPDX-License-Identifier: MIT */
/* control.h - the native control door, and what it asks of others. */
#ifndef HV_CONTROL_H
#define HV_CONTROL_H

#include <hv/compiler.h>
#include <hv/frame_num.h>
#include <hv/types.h>

struct domain;

/* Hypercall 7: commands of public/dom0_ops.h, or, by the interface version,
 * those of public/platform.h. @word is ours if the call is one that goes on. */
long do_dom0_op(unsigned long arg, unsigned long word);

/* control/sched_control.c: two of those commands. */
struct dom0_schedctl;
struct dom0_adjustdom;
long control_schedctl(struct dom0_schedctl *c);
long control_adjustdom(struct dom0_adjustdom *a);

/* control/domctl_info.c: what Xen's tools are told of @d; domctl and sysctl. */
struct xen_domctl_getdomaininfo;
void control_domain_info(struct domain *d,
                         struct xen_domctl_getdomaininfo *info);
/* What its vcpus do, for all doors. */
struct control_vcpus {
    uint32_t online, blocked, running;  /* how many */
    uint64_t cpu_time;                  /* ns, of all that there are */
};
void control_count_vcpus(struct domain *d, struct control_vcpus *c);

/* control/frame_info.c: what @d uses @m for. */
struct control_frame_info {
    bool is_its;            /* false: it is not the domain's, nothing is told */
    bool is_pinned;
    unsigned int level;     /* of the page table it is; 0: none */
};
void control_frame_info(struct domain *d, mfn_t m,
                        struct control_frame_info *info);

/* domain/domain.c: the domain with the lowest number that is at least @from,
 * with a reference, or NULL. */
struct domain *find_domain_from(domid_t from) MUST_CHECK;

/* arch: what physdev's set_iopl does for one vcpu, for all of @d. -EINVAL above
 * 3. And vm_assist on behalf of @d. */
long arch_domain_set_iopl(struct domain *d, unsigned int iopl);
long arch_domain_vm_assist(struct domain *d, unsigned int cmd,
                           unsigned int type);

/* arch: read (or write) machine register @msr on the CPUs of @cpu_mask.
 * -EPERM not on the list of the harmless; -EINVAL no such CPU; -ENOSYS not on
 * other CPUs than this one. */
int arch_control_msr(uint64_t cpu_mask, uint32_t msr, bool is_write,
                     uint64_t in, uint64_t *out) MUST_CHECK;

#endif
