/* SPDX-License-Identifier: MIT */
/*
 * physdev/main.c - domain 0's way to interrupt lines.
 *
 * Promise: a line is mapped to the pirq of the same number, its trigger and
 * polarity are set once, and a port can be bound to it; only one at a time.
 * Unknown operations are -ENOSYS, lines that do not exist are errors.
 * Runs as dom0.
 */
#include "guest.h"

const char test_folder[] = "physdev";

#define LINE 11

static long map(int index, int pirq)
{
    struct physdev_map_pirq op = {
        .domid = DOMID_SELF, .type = MAP_PIRQ_TYPE_GSI,
        .index = index, .pirq = pirq,
    };
    long rc = hc_physdev_op(PHYSDEVOP_map_pirq, &op);

    return rc ? rc : op.pirq;
}

static long bind(unsigned pirq, unsigned flags)
{
    struct evtchn_bind_pirq op = { .pirq = pirq, .flags = flags };
    long rc = hc_event_channel_op(EVTCHNOP_bind_pirq, &op);

    return rc ? rc : (long)op.port;
}

static void line(void)
{
    struct physdev_irq irq = { .irq = LINE };
    struct physdev_setup_gsi setup = {
        .gsi = LINE, .triggering = 1, .polarity = 0,
    };
    struct physdev_irq_status_query query = { .irq = LINE };
    struct physdev_eoi eoi = { .irq = LINE };
    struct evtchn_status st = { .dom = DOMID_SELF };
    long port;

    expect_rc("map_a_line_to_its_number", LINE, map(LINE, LINE));
    expect_ok("alloc_irq_vector",
              hc_physdev_op(PHYSDEVOP_alloc_irq_vector, &irq));
    expect_ok("setup_gsi", hc_physdev_op(PHYSDEVOP_setup_gsi, &setup));
    port = bind(LINE, BIND_PIRQ__WILL_SHARE);
    expect_that("bind_a_port", port > 0, (uint64_t)port);
    st.port = (evtchn_port_t)port;
    hc_event_channel_op(EVTCHNOP_status, &st);
    expect_eq("its_status_is_pirq", EVTCHNSTAT_pirq, st.status);
    expect_eq("its_number", LINE, st.u.pirq);
    expect_rc("bind_another", -XEN_EEXIST, bind(LINE, BIND_PIRQ__WILL_SHARE));
    expect_ok("irq_status_query",
              hc_physdev_op(PHYSDEVOP_irq_status_query, &query));
    expect_eq("a_level_line_needs_eoi", XENIRQSTAT_needs_eoi,
              query.flags & XENIRQSTAT_needs_eoi);
    expect_ok("eoi", hc_physdev_op(PHYSDEVOP_eoi, &eoi));
    expect_rc("a_guest_cannot_send_a_pirq", -XEN_EINVAL,
              port_send((unsigned)port));
    expect_ok("close_it", port_close((unsigned)port));
    port = bind(LINE, BIND_PIRQ__WILL_SHARE);
    expect_that("and_bind_again", port > 0, (uint64_t)port);
    port_close((unsigned)port);
}

static void errors(void)
{
    struct physdev_eoi eoi = { .irq = 0xfffff };

    expect_rc("eoi_of_a_line_that_does_not_exist", -XEN_EINVAL,
              hc_physdev_op(PHYSDEVOP_eoi, &eoi));
    expect_rc("bind_a_pirq_that_does_not_exist", -XEN_EINVAL,
              bind(0xfffff, 0));
    expect_rc("map_a_line_that_does_not_exist", -XEN_EINVAL,
              map(0xfffff, LINE));
    expect_rc("map_line_minus_1", -XEN_EINVAL, map(-2, LINE));
    expect_rc("an_unknown_operation", -XEN_ENOSYS, hc_physdev_op(99, &eoi));
    expect_rc("an_unmapped_argument", -XEN_EFAULT,
              hc_physdev_op(PHYSDEVOP_eoi, window_page(0)));
}

static void apic(void)
{
    struct physdev_apic op = { .apic_physbase = 0xfec00000, .reg = 1 };

    expect_ok("read_the_version_of_the_io_apic",
              hc_physdev_op(PHYSDEVOP_apic_read, &op));
    expect_eq("it_has_24_lines", 23, op.value >> 16 & 0xff);
    op.apic_physbase = 0x1000;
    expect_rc("an_io_apic_that_does_not_exist", -XEN_EINVAL,
              hc_physdev_op(PHYSDEVOP_apic_read, &op));
}

void test_main(void)
{
    line();
    errors();
    apic();
}
