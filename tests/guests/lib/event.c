/* SPDX-License-Identifier: MIT */
/* event.c - the shared page, upcalls, and the event channel calls. */
#include "event.h"
#include "hypercall.h"
#include "pagetable.h"
#include "report.h"
#include "start.h"

struct shared_info shared_info PAGE_ALIGNED;
volatile struct vcpu_info *vcpu_places[VCPUS_MAX] = {
    &shared_info.vcpu_info[0], &shared_info.vcpu_info[1],
    &shared_info.vcpu_info[2], &shared_info.vcpu_info[3],
};
volatile unsigned upcalls, upcalls_of[VCPUS_MAX];
struct regs upcall_regs;
volatile uint8_t upcall_entry_mask;

bool event_init(void)
{
    uint64_t mfn = start_info->shared_info >> PAGE_SHIFT;

    return !page_map(&shared_info, pte_make(mfn, PTE_PAGE));
}

bool event_upcall(struct regs *regs)
{
    unsigned id = vcpu_id();

    upcalls_of[id]++;
    if (id) {
        vcpu_self()->evtchn_upcall_pending = 0;
        vcpu_self()->evtchn_pending_sel = 0;
        return true;
    }
    upcall_entry_mask = vcpu_self()->evtchn_upcall_mask;
    vcpu_self()->evtchn_upcall_pending = 0;
    vcpu_self()->evtchn_pending_sel = 0;
    upcalls++;
    upcall_regs = *regs;
    return !regs_from_user(regs);
}

void upcalls_unmask(void)
{
    vcpu_self()->evtchn_upcall_mask = 0;
    asm volatile("" ::: "memory");
    if (vcpu_self()->evtchn_upcall_pending)
        hc_xen_version(XENVER_version, NULL);
}

void port_mask(unsigned port)
{
    asm volatile("lock btsl %1, %0"
                 : "+m" (shared_info.evtchn_mask) : "r" (port) : "cc");
}

void port_unmask_quietly(unsigned port)
{
    asm volatile("lock btrl %1, %0"
                 : "+m" (shared_info.evtchn_mask) : "r" (port) : "cc");
}

void port_clear(unsigned port)
{
    vcpu_self()->evtchn_upcall_pending = 0;
    vcpu_self()->evtchn_pending_sel = 0;
    asm volatile("lock btrl %1, %0"
                 : "+m" (shared_info.evtchn_pending) : "r" (port) : "cc");
}

long port_alloc_unbound(unsigned dom, unsigned remote)
{
    struct evtchn_alloc_unbound op = {
        .dom = (domid_t)dom, .remote_dom = (domid_t)remote,
    };
    long rc = hc_event_channel_op(EVTCHNOP_alloc_unbound, &op);

    return rc ? rc : (long)op.port;
}

long port_bind_interdomain(unsigned remote, unsigned remote_port)
{
    struct evtchn_bind_interdomain op = {
        .remote_dom = (domid_t)remote, .remote_port = remote_port,
    };
    long rc = hc_event_channel_op(EVTCHNOP_bind_interdomain, &op);

    return rc ? rc : (long)op.local_port;
}

long port_bind_virq(unsigned virq, unsigned vcpu)
{
    struct evtchn_bind_virq op = { .virq = virq, .vcpu = vcpu };
    long rc = hc_event_channel_op(EVTCHNOP_bind_virq, &op);

    return rc ? rc : (long)op.port;
}

long port_bind_ipi(unsigned vcpu)
{
    struct evtchn_bind_ipi op = { .vcpu = vcpu };
    long rc = hc_event_channel_op(EVTCHNOP_bind_ipi, &op);

    return rc ? rc : (long)op.port;
}

long port_send(unsigned port)
{
    struct evtchn_send op = { .port = port };

    return hc_event_channel_op(EVTCHNOP_send, &op);
}

long port_close(unsigned port)
{
    struct evtchn_close op = { .port = port };

    return hc_event_channel_op(EVTCHNOP_close, &op);
}

long port_unmask(unsigned port)
{
    struct evtchn_unmask op = { .port = port };

    return hc_event_channel_op(EVTCHNOP_unmask, &op);
}
