/* SPDX-License-Identifier: MIT */
/*
 * memory_figures/main.c - what memory_op tells, and to whom.
 *
 * Promise: the sizes of the own domain by SELF; another domain's to nobody
 * without the right, and of none -ESRCH. The highest frame, where the table of
 * machine frames is, and (to the hardware domain) the machine's memory map. An
 * argument that cannot be read or written is -EFAULT, an unknown command
 * -ENOSYS; bits above the command are refused where they mean nothing.
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "memory_figures";

static bool hardware;

static long ask(unsigned long cmd, void *arg)
{
    return hc_memory_op((unsigned)cmd, arg);
}

static void sizes(void)
{
    static const struct {
        const char *name;
        unsigned cmd;
    } figure[] = {
        { "current", XENMEM_current_reservation },
        { "maximum", XENMEM_maximum_reservation },
    };

    for (size_t i = 0; i < ARRAY_SIZE(figure); i++) {
        domid_t id = DOMID_SELF;

        report_group(figure[i].name);
        expect_true("of_ourselves", ask(figure[i].cmd, &id) >=
                    (long)start_info->nr_pages);
        id = 77;
        expect_rc("of_nobody", -XEN_ESRCH, ask(figure[i].cmd, &id));
        id = DOMID_INVALID;
        expect_rc("of_the_invalid", -XEN_ESRCH, ask(figure[i].cmd, &id));
        expect_rc("by_an_argument_that_is_not_mapped", -XEN_EFAULT,
                  ask(figure[i].cmd, window_page(3)));
        expect_rc("by_one_in_the_hypervisor", -XEN_EFAULT,
                  ask(figure[i].cmd, (void *)HV_PRIVATE));
        expect_rc("by_one_at_no_address", -XEN_EFAULT,
                  ask(figure[i].cmd, (void *)NON_CANONICAL));
    }
    report_group(NULL);
}

static void map(void)
{
    static uint8_t entries[64 * 20];
    struct xen_memory_map all = { .nr_entries = 64 };
    unsigned n;

    report_group("machine_map");
    set_xen_guest_handle(all.buffer, (void *)entries);
    if (!hardware) {
        expect_rc("is_refused", -XEN_EPERM,
                  ask(XENMEM_machine_memory_map, &all));
        report_group(NULL);
        return;
    }
    expect_ok("is_told", ask(XENMEM_machine_memory_map, &all));
    n = all.nr_entries;
    expect_true("has_entries", n >= 2 && n < 64);
    /* Debian's Xen wants room for one entry more. */
    if (own_answer("by_exactly_enough_room"))
        expect_ok("by_exactly_enough_room",
                  ask(XENMEM_machine_memory_map, &all));
    all.nr_entries = n - 1;
    expect_rc("by_one_too_few", -XEN_EINVAL,
              ask(XENMEM_machine_memory_map, &all));
    all.nr_entries = 0;
    expect_rc("by_none", -XEN_EINVAL, ask(XENMEM_machine_memory_map, &all));
    all.nr_entries = 64;
    set_xen_guest_handle(all.buffer, (void *)HV_PRIVATE);
    expect_rc("to_the_hypervisor", -XEN_EFAULT,
              ask(XENMEM_machine_memory_map, &all));
    set_xen_guest_handle(all.buffer, (void *)NON_CANONICAL);
    expect_rc("to_no_address", -XEN_EFAULT,
              ask(XENMEM_machine_memory_map, &all));
    expect_rc("by_an_argument_that_is_not_mapped", -XEN_EFAULT,
              ask(XENMEM_machine_memory_map, window_page(3)));
    report_group(NULL);
}

static void table(void)
{
    struct xen_machphys_mapping m = { 0 };

    report_group("machphys_mapping");
    expect_ok("is_told", ask(XENMEM_machphys_mapping, &m));
    expect_eq("starts_at", HV_START, m.v_start);
    expect_true("has_our_root", pt_root_mfn() <= m.max_mfn);
    expect_rc("to_an_address_that_is_not_mapped", -XEN_EFAULT,
              ask(XENMEM_machphys_mapping, window_page(3)));
    expect_rc("to_the_hypervisor", -XEN_EFAULT,
              ask(XENMEM_machphys_mapping, (void *)HV_PRIVATE));
    expect_rc("to_the_table_itself", -XEN_EFAULT,
              ask(XENMEM_machphys_mapping, (void *)HV_START));
    report_group(NULL);
    expect_true("the_highest_frame_is_above_ours",
                ask(XENMEM_maximum_ram_page, NULL) > (long)pt_root_mfn());
}

static void numa(void)
{
    struct xen_vnuma_topology_info info = { .domid = DOMID_SELF };

    report_group("numa_layout");
    expect_rc("there_is_none", -XEN_EOPNOTSUPP,
              ask(XENMEM_get_vnumainfo, &info));
    info.pad = 1;
    expect_rc("padding", -XEN_EINVAL, ask(XENMEM_get_vnumainfo, &info));
    info.pad = 0;
    info.domid = 77;
    expect_rc("of_nobody", -XEN_ESRCH, ask(XENMEM_get_vnumainfo, &info));
    expect_rc("by_an_argument_that_is_not_mapped", -XEN_EFAULT,
              ask(XENMEM_get_vnumainfo, window_page(3)));
    report_group(NULL);
}

static void claims(void)
{
    struct xen_memory_reservation r = { .nr_extents = 1 };

    report_group("claim");
    if (hardware) {
        expect_rc("of_what_it_has", -XEN_EINVAL, ask(XENMEM_claim_pages, &r));
        r.nr_extents = 0;
        expect_ok("of_nothing", ask(XENMEM_claim_pages, &r));
        r.nr_extents = ~0ul >> 1;
        expect_rc("of_more_than_may_be", -XEN_EINVAL,
                  ask(XENMEM_claim_pages, &r));
    }
    r.extent_order = 1;
    expect_rc("of_blocks", -XEN_EINVAL, ask(XENMEM_claim_pages, &r));
    r = (struct xen_memory_reservation){ .mem_flags = 1 };
    expect_rc("with_flags", -XEN_EINVAL, ask(XENMEM_claim_pages, &r));
    r = (struct xen_memory_reservation){ .domid = 77 };
    expect_rc("for_nobody", -XEN_EINVAL, ask(XENMEM_claim_pages, &r));
    expect_rc("by_an_argument_that_is_not_mapped", -XEN_EFAULT,
              ask(XENMEM_claim_pages, window_page(3)));
    expect_rc("from_a_start", -XEN_EINVAL,
              ask(XENMEM_claim_pages | 1u << 6, &r));
    report_group(NULL);
}

static void unknown(void)
{
    domid_t self = DOMID_SELF;

    expect_rc("command_63", -XEN_ENOSYS, ask(63, &self));
    expect_rc("a_start_of_a_size", -XEN_EINVAL,
              ask(XENMEM_current_reservation | 1u << 6, &self));
    expect_rc("a_start_of_the_maximum", -XEN_EINVAL,
              ask(XENMEM_maximum_reservation | 1u << 6, &self));
    expect_rc("a_start_of_what_has_none", -XEN_ENOSYS,
              ask(XENMEM_machphys_mapping | 1u << 6, window_page(3)));
}

void test_main(void)
{
    hardware = start_info->flags & SIF_INITDOMAIN;
    (void)window_page(0);
    sizes();
    map();
    table();
    numa();
    claims();
    unknown();
}
