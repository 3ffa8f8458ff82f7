/* SPDX-License-Identifier: MIT */
/* op_event.c - ports, the shared page, timers, waiting, vcpus. */
#include "fuzz.h"
#include <xen/nmi.h>

static uint32_t pick_port(void)
{
    return (uint32_t)(one_in(12) ? pick_word() : below(one_in(4) ? 128 : 12));
}

static uint32_t pick_vcpu(void)
{
    return (uint32_t)(one_in(8) ? pick_word() : below(3));
}

void op_event(void)
{
    uint64_t cmd = below(one_in(8) ? 16 : 11);
    uint32_t *arg = argument(32);

    /* What structures begin with: a port or a domain, and another of those. */
    arg[0] = one_in(2) ? pick_port() : pick_domain() | pick_domain() << 16;
    arg[1] = one_in(2) ? pick_port() : pick_vcpu();
    if (cmd == EVTCHNOP_alloc_unbound || cmd == EVTCHNOP_bind_interdomain)
        arg[0] = pick_domain() | pick_domain() << 16;
    if (cmd == EVTCHNOP_bind_virq)
        arg[0] = (uint32_t)below(30);
    if (cmd == EVTCHNOP_reset && !one_in(20))
        return;
    if (one_in(12)) {
        struct evtchn_op *op = argument(sizeof(*op));

        op->cmd = (uint32_t)cmd;
        memcpy(&op->u, arg, 16);
        call(__HYPERVISOR_event_channel_op_compat, pick_pointer(op), 0, 0, 0,
             0);
        return;
    }
    call(__HYPERVISOR_event_channel_op, cmd, pick_pointer(arg), 0, 0, 0);
}

void op_shared_info(void)
{
    uint64_t *word = (uint64_t *)&shared_info + below(512);

    switch (below(4)) {
    case 0:
        *word = rnd();
        break;
    case 1:
        shared_info.evtchn_pending[below(64)] = one_in(2) ? ~0ul : 0;
        break;
    case 2:
        shared_info.evtchn_mask[below(64)] = one_in(2) ? ~0ul : 0;
        break;
    default:
        vcpu_self()->evtchn_pending_sel = rnd();
        vcpu_self()->evtchn_upcall_pending = (uint8_t)rnd();
    }
    if (one_in(2))
        upcalls_unmask();
}

/* System time from a copy of the first record: the one in the shared page is
 * ours to spoil. */
static uint64_t time_now(void)
{
    static struct vcpu_time_info t;
    uint64_t delta;

    if (!t.tsc_to_system_mul)
        t = *(struct vcpu_time_info *)&shared_info.vcpu_info[0].time;
    delta = clock_tsc() - t.tsc_timestamp;
    delta = t.tsc_shift < 0 ? delta >> (-t.tsc_shift & 63)
                            : delta << (t.tsc_shift & 63);
    return t.system_time +
           (uint64_t)((unsigned __int128)delta * t.tsc_to_system_mul >> 32);
}

static uint64_t pick_time(void)
{
    switch (below(6)) {
    case 0:
        return pick_word();
    case 1:
        return time_now() - below(MILLISECOND);
    default:
        return time_now() + below(one_in(2) ? MILLISECOND : 1000);
    }
}

void op_timer(void)
{
    struct vcpu_set_singleshot_timer *one = argument(sizeof(*one));
    struct vcpu_set_periodic_timer *every = argument(sizeof(*every));

    one->timeout_abs_ns = pick_time();
    one->flags = (uint32_t)below(one_in(8) ? 8 : 2);
    every->period_ns = one_in(4) ? pick_word()
                                 : MILLISECOND + below(MILLISECOND);
    switch (below(5)) {
    case 0:
        call(__HYPERVISOR_set_timer_op, pick_time(), 0, 0, 0, 0);
        break;
    case 1:
        call(__HYPERVISOR_vcpu_op, VCPUOP_set_singleshot_timer, pick_vcpu(),
             pick_pointer(one), 0, 0);
        break;
    case 2:
        call(__HYPERVISOR_vcpu_op, VCPUOP_set_periodic_timer, pick_vcpu(),
             pick_pointer(every), 0, 0);
        break;
    case 3:
        call(__HYPERVISOR_vcpu_op, VCPUOP_stop_periodic_timer, pick_vcpu(), 0,
             0, 0);
        break;
    default:
        call(__HYPERVISOR_vcpu_op, VCPUOP_stop_singleshot_timer, pick_vcpu(),
             0, 0, 0);
    }
}

/* Nothing waits: a timer will come, and its upcall ends the wait. */
static bool prepare_to_block(void)
{
    long port;

    vcpu_self()->evtchn_upcall_pending = 0;
    vcpu_self()->evtchn_pending_sel = 0;
    memset(shared_info.evtchn_pending, 0, sizeof(shared_info.evtchn_pending));
    memset(shared_info.evtchn_mask, 0, sizeof(shared_info.evtchn_mask));
    port = port_bind_virq(VIRQ_TIMER, 0);
    return port > 0 || port == -XEN_EEXIST;
}

void op_wait(void)
{
    struct sched_poll *poll = argument(sizeof(*poll));
    evtchn_port_t *ports = argument(8 * sizeof(*ports));

    poll->ports.p = (void *)pick_pointer(ports);
    poll->nr_ports = (unsigned)below(one_in(8) ? 200 : 4);
    poll->timeout = time_now() + below(MILLISECOND);
    for (unsigned i = 0; i < 8; i++)
        ports[i] = pick_port();
    switch (below(5)) {
    case 0:
        if (!prepare_to_block())
            return;
        call(__HYPERVISOR_set_timer_op, time_now() + below(MILLISECOND), 0,
             0, 0, 0);
        call(one_in(2) ? __HYPERVISOR_sched_op : __HYPERVISOR_sched_op_compat,
             SCHEDOP_block, 0, 0, 0, 0);
        break;
    case 1:
        call(__HYPERVISOR_sched_op, SCHEDOP_poll, (uint64_t)poll, 0, 0, 0);
        break;
    case 2:
        call(__HYPERVISOR_sched_op, 5 + below(20), pick_pointer(poll), 0, 0,
             0);
        break;
    default:
        call(one_in(2) ? __HYPERVISOR_sched_op : __HYPERVISOR_sched_op_compat,
             SCHEDOP_yield, 0, 0, 0, 0);
    }
}

void op_vcpu(void)
{
    uint64_t cmd = below(one_in(8) ? 40 : 16), vcpu = pick_vcpu();
    uint64_t *arg = argument(64);

    arg[0] = one_in(2) ? pick_frame() : pick_va();
    arg[1] = one_in(2) ? below(4096) & ~7ul : pick_word();
    /* The library would look for events at the old place. */
    if (cmd == VCPUOP_register_vcpu_info && vcpu == 0 && !is_late)
        return;
    if (one_in(10)) {
        struct xennmi_callback *nmi = argument(sizeof(*nmi));

        nmi->handler_address = is_late ? pick_va() : trap_stub(2);
        call(__HYPERVISOR_nmi_op, below(3), pick_pointer(nmi), 0, 0, 0);
        return;
    }
    if (!call_is_deadly(__HYPERVISOR_vcpu_op, cmd, vcpu))
        call(__HYPERVISOR_vcpu_op, cmd, vcpu, pick_pointer(arg), 0, 0);
}

/* The other vcpu: it takes itself down, again and again. */
static void other_vcpu(void)
{
    for (;;)
        hc_vcpu_op(VCPUOP_down, 1, NULL);
}

void op_vcpu_create(void)
{
    static struct vcpu_guest_context context;
    static uint8_t stack[4096] __attribute__((aligned(16)));
    uint64_t *word = (uint64_t *)&context + below(sizeof(context) / 8);

    memset(&context, 0, sizeof(context));
    context.flags = VGCF_in_kernel;
    context.user_regs.rip = (uint64_t)other_vcpu;
    context.user_regs.rsp = (uint64_t)(stack + sizeof(stack) - 8);
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.user_regs.rflags = FLAG_ONE;
    context.ctrlreg[3] = pt_root_mfn() << PAGE_SHIFT;
    if (one_in(2))
        *word = one_in(2) ? pick_word() : pick_frame();
    if (one_in(4)) {
        struct pool_page *page = pick_table(4);

        context.ctrlreg[1] = page ? page->mfn << PAGE_SHIFT : pick_word();
    }
    call(__HYPERVISOR_vcpu_op, VCPUOP_initialise, 1, pick_pointer(&context), 0,
         0);
    call(__HYPERVISOR_vcpu_op, VCPUOP_up, 1, 0, 0, 0);
}
