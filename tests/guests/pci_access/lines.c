/* SPDX-License-Identifier: MIT */
/* lines.c - an interrupt line for a guest, without anything else. */
#include "pci.h"
#include "remote.h"

static long map(domid_t id, int line)
{
    struct physdev_map_pirq op = {
        .domid = id, .type = MAP_PIRQ_TYPE_GSI, .index = line, .pirq = line,
    };

    return hc_physdev_op(PHYSDEVOP_map_pirq, &op);
}

static long unmap(domid_t id, int line)
{
    struct physdev_unmap_pirq op = { .domid = id, .pirq = line };

    return hc_physdev_op(PHYSDEVOP_unmap_pirq, &op);
}

static long permit(domid_t id, unsigned line, uint8_t allow)
{
    struct xen_domctl op = {
        .u.irq_permission = { .pirq = line, .allow_access = allow },
    };

    return domctl(XEN_DOMCTL_irq_permission, id, &op);
}

static long eoi(unsigned line)
{
    ((volatile struct physdev_eoi *)remote_arg())->irq = line;
    return remote_call_arg(__HYPERVISOR_physdev_op, PHYSDEVOP_eoi);
}

static void wrong(int line)
{
    expect_rc("for_nobody", -XEN_ESRCH, map(77, line));
    expect_rc("back_from_nobody", -XEN_ESRCH, unmap(77, line));
    expect_rc("permit_nobody", -XEN_ESRCH, permit(77, (unsigned)line, 1));
    expect_rc("permit_beyond_the_last", -XEN_EINVAL, permit(child.id, ~0u, 1));
    expect_rc("map_beyond_the_last", -XEN_EINVAL, map(child.id, 0xffff));
    expect_rc("map_below_the_first", -XEN_EINVAL, map(child.id, -2));
    expect_rc("back_what_it_has_not", -XEN_EINVAL, unmap(child.id, line));
    expect_rc("the_guest_binds_it_unasked", -XEN_EPERM,
              remote_bind_pirq((unsigned)line));
    expect_true("the_guest_ends_it_unasked", eoi((unsigned)line) < 0);
}

void test_lines(void)
{
    unsigned line = pci_line(EDU);
    long port;

    report_group("lines");
    wrong((int)line);
    expect_ok("map_it_for_ourselves", map(DOMID_SELF, (int)line));
    expect_ok("map", map(child.id, (int)line));
    expect_ok("map_again", map(child.id, (int)line));
    expect_ok("take_its_permission", permit(child.id, line, 0));
    expect_rc("it_cannot_bind", -XEN_EPERM, remote_bind_pirq(line));
    expect_ok("permit_it", permit(child.id, line, 1));
    port = remote_bind_pirq(line);
    expect_true("it_binds", port > 0);
    expect_rc("once", -XEN_EEXIST, remote_bind_pirq(line));
    expect_ok("it_ends_one", eoi(line));
    expect_ok("take_it_back", unmap(child.id, (int)line));
    expect_rc("it_is_gone", -XEN_EPERM, remote_bind_pirq(line));
    expect_rc("take_it_back_again", -XEN_EINVAL, unmap(child.id, (int)line));
    report_group(NULL);
}
