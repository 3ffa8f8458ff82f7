/* SPDX-License-Identifier: MIT */
/*
 * messages.c - message-signalled interrupts: MSI, MSI with a segment, several
 * at once, and entries of an MSI-X table.
 */
#include "device.h"
#include "hypervisor.h"

#define LINES   24      /* inputs of the I/O APIC: messages come behind */

static struct physdev_map_pirq wanted(int type, unsigned devfn)
{
    return (struct physdev_map_pirq){
        .domid = DOMID_SELF, .type = type, .index = -1, .pirq = -1,
        .devfn = (int)devfn,
    };
}

static void enable_msi(bool on)
{
    unsigned at = config_capability(EDU, CAP_MSI);
    uint32_t head = config_read(EDU, at);

    config_write(EDU, PCI_COMMAND,
                 config_read(EDU, PCI_COMMAND) | COMMAND_MASTER);
    config_write(EDU, at, on ? head | MSI_ENABLE : head & ~MSI_ENABLE);
}

/* A message is an edge: it comes as often as it is sent. Debian's Xen wants an
 * EOI for one that the device cannot mask. */
static void delivery(unsigned pirq, unsigned port)
{
    struct physdev_eoi eoi = { .irq = pirq };

    enable_msi(true);
    expect_eq("none_has_come", 0, port_is_pending(port));
    edu_raise();
    expect_eq("one_comes", 1, port_is_pending(port));
    port_clear(port);
    edu_calm();
    expect_ok("eoi", hc_physdev_op(PHYSDEVOP_eoi, &eoi));
    expect_eq("it_came_once", 0, port_is_pending(port));
    edu_raise();
    expect_eq("another_comes", 1, port_is_pending(port));
    edu_calm();
    port_clear(port);
    enable_msi(false);
}

static void one(void)
{
    struct physdev_map_pirq msi = wanted(MAP_PIRQ_TYPE_MSI, EDU);
    struct evtchn_status st = { .dom = DOMID_SELF };
    long pirq, port;

    report_group("msi");
    pirq = pirq_map(&msi);
    expect_true("map", pirq >= LINES);
    port = pirq_bind((unsigned)pirq, 0);
    expect_true("bind", port > 0);
    st.port = (evtchn_port_t)port;
    hc_event_channel_op(EVTCHNOP_status, &st);
    expect_eq("is_a_pirq", EVTCHNSTAT_pirq, st.status);
    expect_true("of_that_number", st.u.pirq == (uint32_t)pirq);
    delivery((unsigned)pirq, (unsigned)port);
    if (own_answer("map_it_again"))
        expect_rc("map_it_again", -XEN_EBUSY, pirq_map(&msi));
    if (own_answer("unmap_it_while_bound"))     /* Xen cuts the port off */
        expect_rc("unmap_it_while_bound", -XEN_EBUSY, pirq_unmap(pirq));
    expect_ok("close_the_port", port_close((unsigned)port));
    expect_ok("unmap", pirq_unmap(pirq));
    expect_rc("unmap_again", -XEN_EINVAL, pirq_unmap(pirq));
    expect_true("bind_what_is_unmapped", pirq_bind((unsigned)pirq, 0) < 0);
    pirq = pirq_map(&msi);
    expect_true("map_once_more", pirq >= LINES);
    expect_ok("and_unmap", pirq_unmap(pirq));
    msi.type = MAP_PIRQ_TYPE_MSI_SEG;
    pirq = pirq_map(&msi);
    expect_true("map_in_segment_0", pirq >= LINES);
    expect_ok("unmap_that", pirq_unmap(pirq));
    report_group(NULL);
}

static void refused(void)
{
    struct physdev_map_pirq msi = wanted(MAP_PIRQ_TYPE_MSI, NOBODY);

    report_group("msi_errors");
    expect_rc("a_device_that_is_not_there", -XEN_ENODEV, pirq_map(&msi));
    msi = wanted(MAP_PIRQ_TYPE_MSI_SEG, EDU);
    msi.bus = 7 << 16;
    expect_rc("a_segment_that_is_not_there", -XEN_ENODEV, pirq_map(&msi));
    msi = wanted(MAP_PIRQ_TYPE_MSI, EDU);
    msi.domid = 77;
    expect_rc("for_an_unknown_domain", -XEN_ESRCH, pirq_map(&msi));
    msi = wanted(99, EDU);
    expect_rc("an_unknown_type", -XEN_EINVAL, pirq_map(&msi));
    msi = wanted(-1, EDU);
    expect_rc("type_minus_1", -XEN_EINVAL, pirq_map(&msi));
    msi = wanted(MAP_PIRQ_TYPE_MSI, 0);
    expect_true("a_device_without_messages", pirq_map(&msi) < 0);
    expect_rc("unmap_below_none", -XEN_EINVAL, pirq_unmap(-1));
    expect_rc("unmap_one_that_does_not_exist", -XEN_EINVAL,
              pirq_unmap(0xfffff));
    expect_rc("unmap_from_nowhere", -XEN_EFAULT,
              hc_physdev_op(PHYSDEVOP_unmap_pirq, window_page(0)));
    report_group(NULL);
}

static void several(void)
{
    struct physdev_map_pirq msi = wanted(MAP_PIRQ_TYPE_MULTI_MSI, XHCI);
    long pirq;

    report_group("multi_msi");
    msi.entry_nr = 1;
    pirq = pirq_map(&msi);
    expect_true("one", pirq >= LINES);
    expect_ok("unmap", pirq_unmap(pirq));
    msi.entry_nr = 4;
    pirq = pirq_map(&msi);
    if (own_answer("four")) {       /* Xen wants interrupts remapped */
        expect_true("four", pirq >= LINES);
        for (unsigned i = 4; i-- > 0;)
            pirq_unmap(pirq + i);
        expect_rc("unmap_the_fifth", -XEN_EINVAL, pirq_unmap(pirq + 4));
        expect_rc("all_are_unmapped", -XEN_EINVAL, pirq_unmap(pirq));
    }
    msi.entry_nr = 0;
    expect_true("none", pirq_map(&msi) < 0);
    msi.entry_nr = 33;
    expect_true("more_than_any_device_has", pirq_map(&msi) < 0);
    msi.entry_nr = -1;
    expect_true("minus_one", pirq_map(&msi) < 0);
    msi = wanted(MAP_PIRQ_TYPE_MULTI_MSI, XHCI);
    msi.entry_nr = 1;
    msi.table_base = device_memory(XHCI);
    expect_rc("from_a_table", -XEN_EINVAL, pirq_map(&msi));
    report_group(NULL);
}

static void table(void)
{
    struct physdev_map_pirq msi = wanted(MAP_PIRQ_TYPE_MSI, XHCI);
    long first, second;

    report_group("msi_x");
    config_write(XHCI, PCI_COMMAND, config_read(XHCI, PCI_COMMAND) |
                                    COMMAND_MEMORY | COMMAND_MASTER);
    msi.table_base = device_memory(XHCI);
    first = pirq_map(&msi);
    expect_true("the_first_entry", first >= LINES);
    msi.entry_nr = 15;
    second = pirq_map(&msi);
    expect_true("the_last_entry", second >= LINES && second != first);
    if (own_answer("the_last_entry_again"))
        expect_rc("the_last_entry_again", -XEN_EBUSY, pirq_map(&msi));
    msi.entry_nr = 16;
    expect_true("an_entry_beyond_the_table", pirq_map(&msi) < 0);
    msi.entry_nr = -1;
    expect_true("an_entry_before_the_table", pirq_map(&msi) < 0);
    expect_ok("unmap_the_first", pirq_unmap(first));
    msi.entry_nr = 0;
    first = pirq_map(&msi);
    expect_true("map_it_again", first >= LINES);
    expect_ok("unmap_it_again", pirq_unmap(first));
    expect_ok("unmap_the_last", pirq_unmap(second));
    report_group(NULL);
}

void test_messages(void)
{
    one();
    refused();
    several();
    table();
}
