/* SPDX-License-Identifier: MIT */
/*
 * pci_access/main.c - a guest drives a device (docs/abi/dom0_op_devices.md).
 *
 * Promise: domain 0 gives a domain an interrupt line, and takes it back. It gives
 * it a function of PCI: then the domain, and no second one, reaches its ports and
 * whole pages of its memory, is interrupted when domain 0 lets it, and the
 * function does not write to memory unless domain 0 says so. All goes back at the
 * domain's end. What is not there, or no device, is refused.
 *
 * Runs as dom0.
 */
#include "pci.h"
#include "remote.h"

const char test_folder[] = "pci_access";

void test_main(void)
{
    const char *why;

    hc_set_iopl(1);
    if (pci_read(EDU, 0) != 0x11e81234u || pci_read(SERIAL, 0) == ~0u) {
        report_skip("devices", "they_are_not_there");
        return;
    }
    why = remote_start();
    if (expect_text("a_domain", "runs", why ? why : "runs"))
        test_lines();
    remote_end();
    if (own_answer("access"))
        test_access();
}
