/* SPDX-License-Identifier: MIT */
/*
 * events/main.c - event channels of one domain, and its upcalls.
 *
 * Promise: a port is unbound, interdomain, bound to a VIRQ, or bound to an IPI;
 * each operation says which it accepts. A send sets the far end's pending bit;
 * if its mask bit is clear, also the selector bit and the upcall flag; if
 * upcalls are not masked, the event callback is entered, as an interrupt gate
 * would be. An event that comes while masked is kept and delivered after.
 * Errors change nothing.
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "events";

static void clear_selectors(void)
{
    vcpu_self()->evtchn_pending_sel = 0;
    vcpu_self()->evtchn_upcall_pending = 0;
}

static long status(unsigned dom, unsigned port, struct evtchn_status *out)
{
    memset(out, 0, sizeof(*out));
    out->dom = (domid_t)dom;
    out->port = port;
    return hc_event_channel_op(EVTCHNOP_status, out);
}

static void expect_status(const char *name, unsigned port, unsigned want)
{
    struct evtchn_status st;

    if (status(DOMID_SELF, port, &st))
        st.status = 99;
    expect_eq(name, want, st.status);
}

static unsigned local, remote;

/* The number of this domain: who an unbound port of ours may wait for. */
static unsigned own_number(unsigned port)
{
    struct evtchn_status st;

    return status(DOMID_SELF, port, &st) ? ~0u : st.u.unbound.dom;
}

static void bind(void)
{
    struct evtchn_status st;
    unsigned self;

    remote = (unsigned)port_alloc_unbound(DOMID_SELF, DOMID_SELF);
    self = own_number(remote);
    expect_eq("its_number_tells_domain_0", is_domain_0(), self == 0);
    expect_that("a_port_is_allocated", remote > 0 && remote < 4096, remote);
    expect_status("it_is_unbound", remote, EVTCHNSTAT_unbound);
    expect_ok("a_send_to_an_unbound_port_is_dropped", port_send(remote));
    expect_eq("and_sets_nothing", 0, port_is_pending(remote));

    local = (unsigned)port_bind_interdomain(DOMID_SELF, remote);
    expect_that("it_is_bound_to_another", local > 0 && local < 4096 &&
                local != remote, local);
    expect_eq("binding_sets_the_new_port_pending", 1, port_is_pending(local));
    expect_eq("and_not_the_far_one", 0, port_is_pending(remote));
    port_clear(local);
    expect_status("the_near_end_is_interdomain", local,
                  EVTCHNSTAT_interdomain);
    expect_ok("status_of_the_far_end", status(DOMID_SELF, remote, &st));
    expect_eq("its_state", EVTCHNSTAT_interdomain, st.status);
    expect_eq("its_far_domain", self, st.u.interdomain.dom);
    expect_eq("its_far_port", local, st.u.interdomain.port);
    expect_eq("its_vcpu", 0, st.vcpu);
    expect_rc("a_bound_port_cannot_be_bound_again", -XEN_EINVAL,
              port_bind_interdomain(DOMID_SELF, remote));
}

static void send_masked(void)
{
    upcalls_mask();
    port_mask(remote);
    clear_selectors();
    expect_ok("send_to_a_masked_port", port_send(local));
    expect_eq("it_is_pending", 1, port_is_pending(remote));
    expect_eq("the_sender_is_not", 0, port_is_pending(local));
    expect_eq("no_selector_for_a_masked_port", 0,
              vcpu_self()->evtchn_pending_sel);
    expect_eq("no_upcall_flag_for_a_masked_port", 0,
              vcpu_self()->evtchn_upcall_pending);
    expect_ok("unmask_it", port_unmask(remote));
    expect_eq("the_mask_bit_is_clear", 0, port_is_masked(remote));
    expect_eq("the_selector_is_set", 1ul << remote / 64,
              vcpu_self()->evtchn_pending_sel);
    expect_eq("the_upcall_flag_is_set", 1, vcpu_self()->evtchn_upcall_pending);
    clear_selectors();
    expect_ok("a_second_send", port_send(local));
    expect_eq("a_pending_port_raises_no_second_upcall", 0,
              vcpu_self()->evtchn_upcall_pending);
    port_clear(remote);
    expect_ok("a_third_send", port_send(local));
    expect_eq("a_cleared_port_does", 1, vcpu_self()->evtchn_upcall_pending);
    port_clear(remote);
    expect_ok("unmask_a_port_that_is_not_pending", port_unmask(remote));
    expect_eq("raises_nothing", 0, vcpu_self()->evtchn_upcall_pending);
}

static void upcall(void)
{
    unsigned before = upcalls;

    expect_ok("send_while_upcalls_are_masked", port_send(local));
    expect_eq("no_upcall_comes", before, upcalls);
    upcalls_unmask();
    expect_eq("it_comes_after", before + 1, upcalls);
    expect_eq("upcalls_are_masked_in_the_callback", 1, upcall_entry_mask);
    expect_eq("its_frame_says_unmasked", 0, regs_saved_mask(&upcall_regs));
    expect_eq("its_frame_has_if", FLAG_IF, upcall_regs.rflags & FLAG_IF);
    expect_eq("its_frame_has_rpl_0", 0xe030, regs_selector(&upcall_regs));
    expect_eq("iret_unmasks", 0, vcpu_self()->evtchn_upcall_mask);
    expect_eq("the_port_stays_pending", 1, port_is_pending(remote));
    port_clear(remote);
    before = upcalls;
    expect_ok("send_while_unmasked", port_send(local));
    expect_eq("the_upcall_comes_before_send_returns", before + 1, upcalls);
    port_clear(remote);
    upcalls_mask();
}

static void upcall_in_user_mode(void)
{
    unsigned before = upcalls;

    if (!user_init())
        return;
    upcalls_mask();
    port_send(local);
    USER_RUN("1: jmp 1b");
    expect_eq("entering_user_mode_takes_a_waiting_upcall", VECTOR_UPCALL,
              probe.vector);
    expect_eq("before_its_first_instruction", USER_CODE, probe.rip);
    expect_eq("the_frame_has_rpl_3", 0xe033, regs_selector(&probe));
    expect_eq("it_counts", before + 1, upcalls);
    port_clear(remote);
    upcalls_mask();
}

static void close_ports(void)
{
    port_send(local);
    expect_ok("close_one_end", port_close(local));
    expect_status("it_is_closed", local, EVTCHNSTAT_closed);
    expect_status("the_far_end_is_unbound_again", remote, EVTCHNSTAT_unbound);
    expect_rc("send_on_a_closed_port", -XEN_EINVAL, port_send(local));
    expect_rc("close_a_closed_port", -XEN_EINVAL, port_close(local));
    expect_ok("close_the_other_end", port_close(remote));
    expect_rc("bind_to_a_closed_port", -XEN_EINVAL,
              port_bind_interdomain(DOMID_SELF, remote));
    expect_rc("the_lowest_free_port_is_taken_next",
              local < remote ? local : remote,
              port_alloc_unbound(DOMID_SELF, DOMID_SELF));
    port_close(local < remote ? local : remote);
}

static void errors(void)
{
    struct evtchn_status st;
    struct evtchn_bind_vcpu move = { .port = 4095, .vcpu = 0 };
    unsigned port;

    expect_rc("port_0_cannot_be_closed", -XEN_EINVAL, port_close(0));
    expect_rc("port_0_cannot_be_sent", -XEN_EINVAL, port_send(0));
    expect_rc("send_beyond_the_last_port", -XEN_EINVAL, port_send(~0u));
    expect_rc("close_beyond_the_last_port", -XEN_EINVAL, port_close(~0u));
    expect_rc("unmask_beyond_the_last_port", -XEN_EINVAL, port_unmask(~0u));
    expect_rc("status_beyond_the_last_port", -XEN_EINVAL,
              status(DOMID_SELF, ~0u, &st));
    expect_rc("status_of_an_unknown_domain", -XEN_ESRCH, status(77, 1, &st));
    expect_rc("move_a_port_that_does_not_exist", -XEN_EINVAL,
              hc_event_channel_op(EVTCHNOP_bind_vcpu, &move));
    expect_rc("allocate_for_an_unknown_domain", -XEN_ESRCH,
              port_alloc_unbound(77, DOMID_SELF));
    expect_rc("bind_to_an_unknown_domain", -XEN_ESRCH,
              port_bind_interdomain(77, 1));
    expect_rc("bind_to_a_port_beyond_the_last", -XEN_EINVAL,
              port_bind_interdomain(DOMID_SELF, ~0u));
    expect_rc("an_unknown_operation", -XEN_ENOSYS,
              hc_event_channel_op(99, &st));
    expect_rc("an_unmapped_argument", -XEN_EFAULT,
              hc_event_channel_op(EVTCHNOP_send, window_page(1)));

    port = (unsigned)port_alloc_unbound(DOMID_SELF, 77);
    expect_true("a_port_may_wait_for_a_domain_to_come", port < 4096);
    expect_rc("but_nobody_else_may_bind_it", -XEN_EINVAL,
              port_bind_interdomain(DOMID_SELF, port));
    port_close(port);
}

/* Its argument can be read and not written. */
static void untold(void)
{
    static struct evtchn_alloc_unbound arg __attribute__((aligned(64)));
    struct evtchn_alloc_unbound *shown = window_page(0);
    long next = port_alloc_unbound(DOMID_SELF, DOMID_SELF);

    port_close((unsigned)next);
    arg.dom = arg.remote_dom = DOMID_SELF;
    page_map(shown, pte_make(va_to_mfn(&arg), PTE_RO_PAGE));
    shown = (void *)((uint8_t *)shown + (uint64_t)&arg % PAGE_SIZE);
    expect_rc("a_port_that_cannot_be_told", -XEN_EFAULT,
              hc_event_channel_op(EVTCHNOP_alloc_unbound, shown));
    page_map(window_page(0), 0);
    if (own_answer("is_closed_again"))
        expect_status("is_closed_again", (unsigned)next, EVTCHNSTAT_closed);
    port_close((unsigned)next);
}

static void virqs(void)
{
    long port = port_bind_virq(VIRQ_DEBUG, 0);
    struct evtchn_status st;
    struct evtchn_bind_vcpu move = { .port = (evtchn_port_t)port, .vcpu = 0 };

    expect_that("a_virq_is_bound", port > 0, (uint64_t)port);
    status(DOMID_SELF, (unsigned)port, &st);
    expect_eq("its_status_is_virq", EVTCHNSTAT_virq, st.status);
    expect_eq("its_number", VIRQ_DEBUG, st.u.virq);
    expect_rc("a_virq_binds_once", -XEN_EEXIST, port_bind_virq(VIRQ_DEBUG, 0));
    expect_rc("a_guest_cannot_send_a_virq", -XEN_EINVAL,
              port_send((unsigned)port));
    expect_rc("a_per_vcpu_virq_cannot_be_moved", -XEN_EINVAL,
              hc_event_channel_op(EVTCHNOP_bind_vcpu, &move));
    expect_ok("a_virq_port_closes", port_close((unsigned)port));
    port = port_bind_virq(VIRQ_DEBUG, 0);
    expect_that("and_binds_again", port > 0, (uint64_t)port);
    port_close((unsigned)port);
    expect_rc("a_virq_that_does_not_exist", -XEN_EINVAL,
              port_bind_virq(NR_VIRQS, 0));
    expect_rc("a_virq_number_without_end", -XEN_EINVAL,
              port_bind_virq(~0u, 0));
    expect_rc("a_vcpu_that_does_not_exist", -XEN_ENOENT,
              port_bind_virq(VIRQ_DEBUG, 100));
    expect_rc("a_global_virq_belongs_to_vcpu_0", -XEN_EINVAL,
              port_bind_virq(VIRQ_CONSOLE, 1));
    port = port_bind_virq(VIRQ_CONSOLE, 0);
    move.port = (evtchn_port_t)port;
    expect_that("a_global_virq_is_bound", port > 0, (uint64_t)port);
    expect_ok("a_global_virq_can_be_moved",
              hc_event_channel_op(EVTCHNOP_bind_vcpu, &move));
    move.vcpu = 100;
    expect_rc("but_not_to_a_vcpu_that_does_not_exist", -XEN_ENOENT,
              hc_event_channel_op(EVTCHNOP_bind_vcpu, &move));
    port_close((unsigned)port);
}

static void ipis(void)
{
    long port = port_bind_ipi(0);

    expect_that("an_ipi_is_bound", port > 0, (uint64_t)port);
    expect_status("its_status_is_ipi", (unsigned)port, EVTCHNSTAT_ipi);
    clear_selectors();
    expect_ok("a_guest_can_send_an_ipi", port_send((unsigned)port));
    expect_eq("it_is_pending_on_itself", 1, port_is_pending((unsigned)port));
    expect_eq("the_flag_is_set", 1, vcpu_self()->evtchn_upcall_pending);
    port_clear((unsigned)port);
    expect_rc("a_port_that_is_an_ipi_cannot_be_bound_to", -XEN_EINVAL,
              port_bind_interdomain(DOMID_SELF, (unsigned)port));
    expect_ok("an_ipi_closes", port_close((unsigned)port));
    expect_rc("an_ipi_to_a_vcpu_that_does_not_exist", -XEN_ENOENT,
              port_bind_ipi(100));
    expect_rc("an_ipi_to_a_vcpu_without_end", -XEN_ENOENT, port_bind_ipi(~0u));
}

static void callback_errors(void)
{
    struct callback_register reg = { .type = 77, .address = 4096 };
    struct callback_unregister unreg = { .type = CALLBACKTYPE_event };

    expect_rc("an_unknown_callback", -XEN_ENOSYS,
              hc_callback_op(CALLBACKOP_register, &reg));
    reg.type = CALLBACKTYPE_event;
    reg.address = NON_CANONICAL;
    expect_rc("a_non_canonical_callback", -XEN_EINVAL,
              hc_callback_op(CALLBACKOP_register, &reg));
    expect_rc("the_event_callback_stays", -XEN_EINVAL,
              hc_callback_op(CALLBACKOP_unregister, &unreg));
    expect_rc("an_unknown_callback_operation", -XEN_ENOSYS,
              hc_callback_op(99, &reg));
    expect_rc("an_unmapped_callback_argument", -XEN_EFAULT,
              hc_callback_op(CALLBACKOP_register, window_page(1)));
}

/* All ports at once, also those that are bound to each other. Of a domain
 * whose console is a port it would be the end of what it says. */
static void reset(void)
{
    struct evtchn_reset all = { .dom = DOMID_SELF };
    unsigned far, near, ipi, virq;

    if (!is_domain_0())
        return;
    report_group("reset");
    far = (unsigned)port_alloc_unbound(DOMID_SELF, DOMID_SELF);
    near = (unsigned)port_bind_interdomain(DOMID_SELF, far);
    ipi = (unsigned)port_bind_ipi(0);
    virq = (unsigned)port_bind_virq(VIRQ_DEBUG, 0);
    port_send(ipi);
    all.dom = 77;
    expect_rc("of_an_unknown_domain", -XEN_ESRCH,
              hc_event_channel_op(EVTCHNOP_reset, &all));
    expect_rc("from_nowhere", -XEN_EFAULT,
              hc_event_channel_op(EVTCHNOP_reset, window_page(1)));
    expect_status("leaves_the_ports", near, EVTCHNSTAT_interdomain);
    all.dom = DOMID_SELF;
    expect_ok("of_all", hc_event_channel_op(EVTCHNOP_reset, &all));
    expect_status("a_near_end_is_closed", near, EVTCHNSTAT_closed);
    expect_status("a_far_end_is", far, EVTCHNSTAT_closed);
    expect_status("an_ipi_is", ipi, EVTCHNSTAT_closed);
    expect_status("a_virq_is", virq, EVTCHNSTAT_closed);
    expect_eq("what_was_pending_is_gone", 0, port_is_pending(ipi));
    expect_rc("the_first_port_is_free", 1, port_bind_virq(VIRQ_DEBUG, 0));
    expect_ok("again", hc_event_channel_op(EVTCHNOP_reset, &all));
    expect_status("that_is_closed_too", 1, EVTCHNSTAT_closed);
    report_group(NULL);
}

void test_main(void)
{
    bind();
    send_masked();
    upcall();
    upcall_in_user_mode();
    close_ports();
    errors();
    untold();
    virqs();
    ipis();
    callback_errors();
    reset();
}
