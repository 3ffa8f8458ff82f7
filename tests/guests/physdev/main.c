/* SPDX-License-Identifier: MIT */
/*
 * physdev/main.c - domain 0's way to interrupts and PCI devices.
 *
 * Promise: a line is mapped to the pirq of the same number, its trigger and
 * polarity are set once, and a port can be bound to it; only one at a time. A
 * level line comes again only after an EOI. A message of a device (MSI, MSI-X)
 * is mapped to a pirq of the hypervisor's choice, and comes as an edge. Unknown
 * operations are -ENOSYS, lines and devices that do not exist are errors.
 * Runs as dom0.
 */
#include "device.h"

const char test_folder[] = "physdev";

static void apic(void)
{
    struct physdev_apic op = { .apic_physbase = 0xfec00000, .reg = 1 };

    expect_ok("read_the_version_of_the_io_apic",
              hc_physdev_op(PHYSDEVOP_apic_read, &op));
    expect_eq("it_has_24_lines", 23, op.value >> 16 & 0xff);
    expect_ok("write_to_it", hc_physdev_op(PHYSDEVOP_apic_write, &op));
    op.apic_physbase = 0x1000;
    expect_rc("an_io_apic_that_does_not_exist", -XEN_EINVAL,
              hc_physdev_op(PHYSDEVOP_apic_read, &op));
    expect_rc("nor_can_it_be_written", -XEN_EINVAL,
              hc_physdev_op(PHYSDEVOP_apic_write, &op));
    expect_rc("write_from_nowhere", -XEN_EFAULT,
              hc_physdev_op(PHYSDEVOP_apic_write, window_page(0)));
}

void test_main(void)
{
    apic();
    if (!device_is_there()) {
        report_error("the_machine_has_its_devices", "they_are_not_there");
        return;
    }
    test_notices();
    test_lines();
    test_messages();
}
