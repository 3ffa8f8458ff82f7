/* SPDX-License-Identifier: MIT */
/*
 * notices.c - what domain 0 tells about PCI: devices that it found and lost,
 * windows to configuration space, tables of messages it will lend. Parapet
 * needs none of it and takes all; Debian's Xen wants to know a device first.
 */
#include "device.h"
#include "hypervisor.h"

static long device(int op, unsigned devfn)
{
    struct physdev_pci_device_add pci = { .devfn = (uint8_t)devfn };

    return hc_physdev_op(op, &pci);
}

void test_notices(void)
{
    static const struct {
        const char *name;
        int op;
    } all[] = {
        { "from_nowhere.pci_device_add", PHYSDEVOP_pci_device_add },
        { "from_nowhere.pci_device_remove", PHYSDEVOP_pci_device_remove },
        { "from_nowhere.prepare_msix", PHYSDEVOP_prepare_msix },
        { "from_nowhere.release_msix", PHYSDEVOP_release_msix },
        { "from_nowhere.pci_mmcfg_reserved", PHYSDEVOP_pci_mmcfg_reserved },
        { "from_nowhere.alloc_irq_vector", PHYSDEVOP_alloc_irq_vector },
        { "from_nowhere.map_pirq", PHYSDEVOP_map_pirq },
        { "from_nowhere.setup_gsi", PHYSDEVOP_setup_gsi },
        { "from_nowhere.irq_status_query", PHYSDEVOP_irq_status_query },
    };
    struct physdev_pci_mmcfg_reserved window = {
        .address = 0xb0000000, .end_bus = 255, .flags = XEN_PCI_MMCFG_RESERVED,
    };

    report_group("notices");
    expect_ok("add_a_device", device(PHYSDEVOP_pci_device_add, EDU));
    expect_ok("add_it_again", device(PHYSDEVOP_pci_device_add, EDU));
    expect_ok("add_another", device(PHYSDEVOP_pci_device_add, XHCI));
    expect_ok("prepare_msix", device(PHYSDEVOP_prepare_msix, XHCI));
    expect_ok("release_msix", device(PHYSDEVOP_release_msix, XHCI));
    expect_ok("remove_a_device", device(PHYSDEVOP_pci_device_remove, EDU));
    expect_ok("and_add_it", device(PHYSDEVOP_pci_device_add, EDU));
    if (own_answer("what_is_not_known")) {
        expect_ok("prepare_a_device_that_is_not_there",
                  device(PHYSDEVOP_prepare_msix, NOBODY));
        expect_ok("remove_a_device_that_is_not_there",
                  device(PHYSDEVOP_pci_device_remove, NOBODY));
        expect_ok("a_configuration_window",
                  hc_physdev_op(PHYSDEVOP_pci_mmcfg_reserved, &window));
    }
    for (size_t i = 0; i < ARRAY_SIZE(all); i++)
        expect_rc(all[i].name, -XEN_EFAULT,
                  hc_physdev_op(all[i].op, window_page(0)));
    report_group(NULL);
}
