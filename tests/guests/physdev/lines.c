/* SPDX-License-Identifier: MIT */
/* lines.c - inputs of the I/O APIC. */
#include "device.h"
#include "hypervisor.h"

static long map(int index, int pirq)
{
    struct physdev_map_pirq op = {
        .domid = DOMID_SELF, .type = MAP_PIRQ_TYPE_GSI,
        .index = index, .pirq = pirq,
    };

    return pirq_map(&op);
}

static long set_up(int gsi, unsigned triggering, unsigned polarity)
{
    struct physdev_setup_gsi op = {
        .gsi = gsi, .triggering = (uint8_t)triggering,
        .polarity = (uint8_t)polarity,
    };

    return hc_physdev_op(PHYSDEVOP_setup_gsi, &op);
}

/* A level line is held from the time it comes to the EOI. */
static void delivery(int line, unsigned port)
{
    struct physdev_eoi eoi = { .irq = (uint32_t)line };

    expect_eq("none_has_come", 0, port_is_pending(port));
    edu_raise();
    expect_eq("it_comes", 1, port_is_pending(port));
    port_clear(port);
    let_others_run();
    expect_eq("not_again_before_the_eoi", 0, port_is_pending(port));
    expect_ok("eoi_while_it_is_raised",
              hc_physdev_op(PHYSDEVOP_eoi, &eoi));
    expect_eq("has_it_come_again", 1, port_is_pending(port));
    edu_calm();
    port_clear(port);
    expect_ok("eoi", hc_physdev_op(PHYSDEVOP_eoi, &eoi));
    expect_eq("has_it_come_no_more", 0, port_is_pending(port));
}

static void line(int gsi)
{
    struct physdev_irq irq = { .irq = (uint32_t)gsi };
    struct physdev_irq_status_query query = { .irq = (uint32_t)gsi };
    struct evtchn_status st = { .dom = DOMID_SELF };
    long port;

    expect_rc("map_a_line_to_its_number", gsi, map(gsi, gsi));
    expect_ok("alloc_irq_vector",
              hc_physdev_op(PHYSDEVOP_alloc_irq_vector, &irq));
    expect_ok("setup_gsi", set_up(gsi, 1, 0));
    port = pirq_bind((unsigned)gsi, BIND_PIRQ__WILL_SHARE);
    expect_that("bind_a_port", port > 0, (uint64_t)port);
    st.port = (evtchn_port_t)port;
    hc_event_channel_op(EVTCHNOP_status, &st);
    expect_eq("its_status_is_pirq", EVTCHNSTAT_pirq, st.status);
    expect_eq("its_number", (uint64_t)gsi, st.u.pirq);
    expect_rc("bind_another", -XEN_EEXIST,
              pirq_bind((unsigned)gsi, BIND_PIRQ__WILL_SHARE));
    expect_ok("irq_status_query",
              hc_physdev_op(PHYSDEVOP_irq_status_query, &query));
    expect_eq("a_level_line_needs_eoi", XENIRQSTAT_needs_eoi,
              query.flags & XENIRQSTAT_needs_eoi);
    delivery(gsi, (unsigned)port);
    expect_rc("a_guest_cannot_send_a_pirq", -XEN_EINVAL,
              port_send((unsigned)port));
    expect_ok("close_it", port_close((unsigned)port));
    port = pirq_bind((unsigned)gsi, BIND_PIRQ__WILL_SHARE);
    expect_that("and_bind_again", port > 0, (uint64_t)port);
    port_close((unsigned)port);
    expect_ok("unmap_the_line", pirq_unmap(gsi));
    expect_rc("unmap_it_again", -XEN_EINVAL, pirq_unmap(gsi));
    expect_true("bind_it_unmapped", pirq_bind((unsigned)gsi, 0) < 0);
    if (own_answer("map_it_once_more"))     /* Xen takes it away for good */
        expect_rc("map_it_once_more", gsi, map(gsi, gsi));
    if (!own_answer("free_irq_vector"))     /* which Xen does not have */
        return;
    expect_ok("free_irq_vector",
              hc_physdev_op(PHYSDEVOP_free_irq_vector, &irq));
    irq.irq = 1024;
    expect_rc("free_one_that_does_not_exist", -XEN_EINVAL,
              hc_physdev_op(PHYSDEVOP_free_irq_vector, &irq));
    expect_rc("free_from_nowhere", -XEN_EFAULT,
              hc_physdev_op(PHYSDEVOP_free_irq_vector, window_page(0)));
}

static void errors(void)
{
    struct physdev_eoi eoi = { .irq = 0xfffff };

    expect_rc("eoi_of_a_line_that_does_not_exist", -XEN_EINVAL,
              hc_physdev_op(PHYSDEVOP_eoi, &eoi));
    expect_rc("bind_a_pirq_that_does_not_exist", -XEN_EINVAL,
              pirq_bind(0xfffff, 0));
    expect_rc("map_a_line_that_does_not_exist", -XEN_EINVAL,
              map(0xfffff, 11));
    expect_rc("map_line_minus_1", -XEN_EINVAL, map(-2, 11));
    expect_rc("an_unknown_operation", -XEN_ENOSYS, hc_physdev_op(99, &eoi));
    expect_rc("an_unmapped_argument", -XEN_EFAULT,
              hc_physdev_op(PHYSDEVOP_eoi, window_page(0)));
}

void test_lines(void)
{
    line((int)(config_read(EDU, PCI_LINE) & 0xff));
    errors();
}
