/* SPDX-License-Identifier: MIT */
/*
 * privilege/main.c - what an ordinary domain may not do.
 *
 * Promise: operations on the machine, on devices and on other domains are
 * refused, by -EPERM where the caller could know that they exist; memory that
 * is not the domain's can be mapped by no means; and a refused call changes
 * nothing. Whether there is a domain 0 is not the test's to know: calls about
 * it may also answer that there is no such domain.
 * Runs as domU.
 */
#include "guest.h"

#include <xen/grant_table.h>
#include <xen/platform.h>

const char test_folder[] = "privilege";

#define DOM0        0u
#define LINE        4
#define MCA_CALL    __HYPERVISOR_arch_0

/* Refused because it is another's, or because there is none. */
static void expect_refused(const char *name, long rc)
{
    expect_that(name, rc == -XEN_EPERM || rc == -XEN_ESRCH, (uint64_t)rc);
}

/* -- the machine ----------------------------------------------------------- */

static void machine(void)
{
    static struct xen_platform_op op;
    static uint8_t room[256];
    static char text[1024];
    uint32_t *length = (uint32_t *)room;

    report_group("machine");
    op.cmd = XENPF_settime64;
    op.interface_version = XENPF_INTERFACE_VERSION;
    op.u.settime64.secs = 1700000000;
    expect_rc("settime", -XEN_EPERM, HC1(__HYPERVISOR_platform_op, &op));
    op.cmd = XENPF_get_cpuinfo;
    expect_rc("get_cpuinfo", -XEN_EPERM, HC1(__HYPERVISOR_platform_op, &op));
    op.cmd = 9999;
    expect_rc("an_unknown_command", -XEN_EPERM,
              HC1(__HYPERVISOR_platform_op, &op));
    op.interface_version++;
    expect_rc("the_next_version", -XEN_EACCES,
              HC1(__HYPERVISOR_platform_op, &op));
    expect_rc("from_nowhere", -XEN_EFAULT,
              HC1(__HYPERVISOR_platform_op, window_page(0)));
    expect_rc("mca", -XEN_EPERM, HC1(MCA_CALL, room));
    expect_rc("keys_of_the_console", -XEN_EPERM,
              hc_console_io(CONSOLEIO_read, 16, text));
    *length = 20;
    expect_rc("build_id", -XEN_EPERM, hc_xen_version(XENVER_build_id, room));
    hc_xen_version(XENVER_commandline, text);
    expect_text("command_line", "<denied>", text);
    expect_rc("flush_the_caches", -XEN_EACCES,
              mmuext_va(MMUEXT_FLUSH_CACHE, NULL));
    expect_rc("flush_the_caches_of_all_cpus", -XEN_EINVAL,
              mmuext_va(MMUEXT_FLUSH_CACHE_GLOBAL, NULL));
}

/* -- devices --------------------------------------------------------------- */

static void devices(void)
{
    struct physdev_map_pirq map = {
        .domid = DOMID_SELF, .type = MAP_PIRQ_TYPE_GSI,
        .index = LINE, .pirq = LINE,
    };
    struct physdev_setup_gsi gsi = { .gsi = LINE };
    struct physdev_apic apic = { .apic_physbase = 0xfec00000 };
    struct physdev_irq irq = { .irq = LINE };
    struct physdev_pci_device_add device = { .bus = 0, .devfn = 0 };
    struct physdev_pci_mmcfg_reserved window = { .address = 0xb0000000 };
    struct physdev_unmap_pirq unmap = { .domid = DOMID_SELF, .pirq = LINE };
    struct evtchn_bind_pirq bind = { .pirq = LINE };

    report_group("devices");
    expect_rc("map_a_line", -XEN_EPERM,
              hc_physdev_op(PHYSDEVOP_map_pirq, &map));
    expect_rc("set_up_a_line", -XEN_EPERM,
              hc_physdev_op(PHYSDEVOP_setup_gsi, &gsi));
    expect_rc("read_the_io_apic", -XEN_EPERM,
              hc_physdev_op(PHYSDEVOP_apic_read, &apic));
    expect_rc("write_the_io_apic", -XEN_EPERM,
              hc_physdev_op(PHYSDEVOP_apic_write, &apic));
    expect_rc("allocate_a_vector", -XEN_EPERM,
              hc_physdev_op(PHYSDEVOP_alloc_irq_vector, &irq));
    expect_rc("add_a_device", -XEN_EPERM,
              hc_physdev_op(PHYSDEVOP_pci_device_add, &device));
    expect_rc("remove_a_device", -XEN_EPERM,
              hc_physdev_op(PHYSDEVOP_pci_device_remove, &device));
    expect_rc("prepare_msix", -XEN_EPERM,
              hc_physdev_op(PHYSDEVOP_prepare_msix, &device));
    expect_rc("release_msix", -XEN_EPERM,
              hc_physdev_op(PHYSDEVOP_release_msix, &device));
    expect_rc("a_configuration_window", -XEN_EPERM,
              hc_physdev_op(PHYSDEVOP_pci_mmcfg_reserved, &window));
    map.type = MAP_PIRQ_TYPE_MSI;
    map.index = map.pirq = -1;
    expect_rc("map_a_message", -XEN_EPERM,
              hc_physdev_op(PHYSDEVOP_map_pirq, &map));
    expect_rc("unmap_a_line", -XEN_EPERM,
              hc_physdev_op(PHYSDEVOP_unmap_pirq, &unmap));
    expect_rc("bind_a_line", -XEN_EPERM,
              hc_event_channel_op(EVTCHNOP_bind_pirq, &bind));
}

/* -- other domains --------------------------------------------------------- */

static long reservation(unsigned op, domid_t domid)
{
    return hc_memory_op(op, &domid);
}

static void memory_of_others(void)
{
    xen_pfn_t frame = va_to_mfn(start_info);
    struct xen_memory_reservation r = {
        .nr_extents = 1, .domid = DOM0,
    };
    struct mmu_update update = {
        .ptr = frame << PAGE_SHIFT | MMU_MACHPHYS_UPDATE, .val = 1,
    };
    struct mmuext_op op = { .cmd = MMUEXT_CLEAR_PAGE, .arg1.mfn = frame };

    report_group("memory_of_others");
    set_xen_guest_handle(r.extent_start, &frame);
    expect_rc("give_back_does_nothing", 0,
              hc_memory_op(XENMEM_decrease_reservation, &r));
    expect_rc("populate_does_nothing", 0,
              hc_memory_op(XENMEM_populate_physmap, &r));
    expect_refused("how_much",
                   reservation(XENMEM_current_reservation, DOM0));
    expect_refused("how_much_at_most",
                   reservation(XENMEM_maximum_reservation, DOM0));
    expect_refused("the_m2p", hc_mmu_update(&update, 1, NULL, DOM0));
    update.ptr = pt_entry_maddr((uint64_t)window_page(0), 1);
    update.val = pte_make(frame, PTE_PAGE);
    expect_refused("map", hc_mmu_update(&update, 1, NULL, DOM0));
    expect_refused("its_tables", hc_mmu_update(&update, 1, NULL,
                                               (DOM0 + 1) << 16 | DOMID_SELF));
    expect_eq("maps_nothing", 0, va_to_mfn(window_page(0)));
    expect_refused("clear", hc_mmuext_op(&op, 1, NULL, DOM0));
    op.cmd = MMUEXT_PIN_L4_TABLE;
    expect_refused("pin", hc_mmuext_op(&op, 1, NULL, DOM0));
    expect_refused("map_by_address",
                   HC4(__HYPERVISOR_update_va_mapping_otherdomain,
                       window_page(0), update.val, 0, DOM0));
}

static void others(void)
{
    struct sched_remote_shutdown off = {
        .domain_id = DOM0, .reason = SHUTDOWN_poweroff,
    };
    struct sched_pin_override pin = { .pcpu = 0 };
    struct evtchn_status st = { .dom = DOM0, .port = 1 };
    struct evtchn_reset reset = { .dom = DOM0 };
    struct gnttab_setup_table table = { .dom = DOM0 };

    report_group("others");
    expect_refused("shut_down", hc_sched_op(SCHEDOP_remote_shutdown, &off));
    expect_rc("pin", -XEN_EPERM, hc_sched_op(SCHEDOP_pin_override, &pin));
    expect_refused("a_port_of_its", port_alloc_unbound(DOM0, DOMID_SELF));
    expect_refused("a_port_s_state",
                   hc_event_channel_op(EVTCHNOP_status, &st));
    expect_refused("all_its_ports",
                   hc_event_channel_op(EVTCHNOP_reset, &reset));
    expect_ok("its_grants", HC3(__HYPERVISOR_grant_table_op,
                                GNTTABOP_setup_table, &table, 1));
    expect_true("are_refused", table.status == GNTST_permission_denied ||
                table.status == GNTST_bad_domain);
}

/* -- frames ---------------------------------------------------------------- */

/* Does the domain count @mfn among its own? */
static bool is_ours(uint64_t mfn)
{
    uint64_t pfn = mfn_to_pfn(mfn);

    return pfn < start_info->nr_pages && pfn_to_mfn(pfn) == mfn;
}

#define LOW_FRAMES  0x2000ul        /* 32 MiB: RAM on any machine of ours */

static void frames(void)
{
    static const uint64_t device[] = {
        0x0, 0xa0, 0xb8, 0xf0, 0xfec00, 0xfed00, 0xfee00,
    };
    void *window = window_page(0);
    unsigned mapped = 0, tried = 0;

    report_group("frames");
    for (size_t i = 0; i < ARRAY_SIZE(device); i++)
        mapped += !page_map(window, pte_make(device[i], PTE_PAGE)) ||
                  !page_map(window, pte_make(device[i], PTE_RO_PAGE));
    expect_eq("no_device_can_be_mapped", 0, mapped);
    for (uint64_t mfn = 0x100; mfn < LOW_FRAMES; mfn++) {
        if (is_ours(mfn) || mfn == start_info->shared_info >> PAGE_SHIFT)
            continue;
        tried++;
        mapped += !page_map(window, pte_make(mfn, PTE_PAGE)) ||
                  !page_map(window, pte_make(mfn, PTE_RO_PAGE));
    }
    expect_true("there_are_frames_of_others", tried != 0);
    expect_eq("none_can_be_mapped", 0, mapped);
    expect_eq("nor_was_one", 0, va_to_mfn(window));
}

void test_main(void)
{
    long before = reservation(XENMEM_current_reservation, DOMID_SELF);
    uint32_t clock = shared_info.wc_sec;

    machine();
    devices();
    memory_of_others();
    others();
    frames();
    report_group("after");
    expect_rc("the_memory_is_as_before", before,
              reservation(XENMEM_current_reservation, DOMID_SELF));
    expect_eq("the_clock_is_as_before", clock, shared_info.wc_sec);
}
