/* SPDX-License-Identifier: MIT */
/* fake_domains.c - what control operations ask of domains that they make or
 * end: nothing comes of it, unless a test asks for it. */
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/domain_memory.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/log_dirty.h>
#include <hv/pci_right.h>
#include <hv/sched.h>
#include <hv/vcpu.h>
#include "fake_domains.h"

bool fake_makes_domains;
unsigned int fake_destroy_steps;
unsigned long fake_frames_most = ~0ul;

struct domain *domain_create(domid_t id, const struct domain_config *config,
                             int *rc)
{
    struct domain *d = fake_makes_domains ? find_domain(id) : NULL;

    *rc = !config->max_vcpus ? -EINVAL : d ? 0 : -ENOMEM;
    return d;
}

struct domain *domain_create_any(const struct domain_config *config, int *rc)
{
    return domain_create(1, config, rc);
}

int domain_destroy(struct domain *d)
{
    if (d->is_hardware)
        return -EINVAL;
    if (!fake_destroy_steps)
        return 0;
    d->dying = DOMAIN_DYING;
    return --fake_destroy_steps ? -ERESTART : 0;
}

int domain_control_pause(struct domain *d)
{
    d->control_pause_count++;
    return 0;
}

int domain_control_unpause(struct domain *d)
{
    if (!d->control_pause_count)
        return -EINVAL;
    d->control_pause_count--;
    return 0;
}

void domain_set_page_max(struct domain *d, unsigned long frames)
{
    d->page_max = frames;
}

int domain_fill_memory(struct domain *d, unsigned long count)
{
    if (count > fake_frames_most)
        return -ENOMEM;
    d->page_count = count;
    return 0;
}

/* Frames from number 100 on, as many as there are. */
unsigned int domain_list_frames(struct domain *d, mfn_t after, uint64_t *out,
                                unsigned int room)
{
    unsigned long first = mfn_eq(after, INVALID_MFN) ? 100 : after.n + 1;
    unsigned int count = 0;

    for (; first >= 100 && first < 100 + d->page_count && count < room; first++)
        out[count++] = first;
    return count;
}

void control_frame_info(struct domain *d, mfn_t m,
                        struct control_frame_info *info)
{
    *info = (struct control_frame_info){
        .is_its = m.n >= 100 && m.n < 100 + d->page_count,
        .is_pinned = m.n == 101,
        .level = (unsigned int)(m.n % 5),
    };
}

int domctl_getvcpucontext(struct domain *d, struct xen_domctl *op)
{
    (void)d;
    (void)op;
    return -ENODATA;
}

int domctl_setvcpucontext(struct domain *d, struct xen_domctl *op)
{
    (void)d;
    (void)op;
    return -EFAULT;
}

int sched_set_affinity(struct vcpu *v, const cpu_set_t *set)
{
    v->affinity = *set;
    return 0;
}

void sched_set_soft_affinity(struct vcpu *v, const cpu_set_t *set)
{
    v->affinity_soft = *set;
}

long arch_domain_set_iopl(struct domain *d, unsigned int iopl)
{
    (void)d;
    return iopl > 3 ? -EINVAL : 0;
}

long arch_domain_vm_assist(struct domain *d, unsigned int cmd,
                           unsigned int type)
{
    (void)cmd;
    d->assists = type;
    return 0;
}

int log_dirty_enable(struct domain *d, unsigned long *ticket)
{
    (void)ticket;
    (void)d;
    return 0;
}

int log_dirty_disable(struct domain *d)
{
    (void)d;
    return 0;
}

int log_dirty_read(struct domain *d, struct log_dirty_request *r)
{
    (void)d;
    r->dirty_count = r->clean ? 5 : 6;
    return 0;
}

int pci_right_give(struct domain *d, struct pci_function f)
{
    (void)d;
    (void)f;
    return -ENODEV;
}

int pci_right_take(struct domain *d, struct pci_function f)
{
    return pci_right_give(d, f);
}
