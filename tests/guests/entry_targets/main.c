/* SPDX-License-Identifier: MIT */
/*
 * entry_targets/main.c - what the frame number of an entry may say.
 *
 * Promise: a level-1 entry may map a page of the domain; read-only also one
 * that is a page table or holds descriptors. An entry of a higher level may
 * name a table of the level below, or a page that can become one. All else is
 * refused, by mmu_update, update_va_mapping, a plain store and a pin alike:
 * frames that were given back, that do not exist, that are the hypervisor's.
 * Device registers are the hardware domain's to map, but not the local APIC's,
 * and the I/O APIC's not to write. A refusal leaves the entry; when all is unmapped no frame is
 * held by anything.
 */
#include "guest.h"

const char test_folder[] = "entry_targets";

enum { PLAIN, L1, L2, L3, L4, ROOT, SEGMENTS, SHARED_INFO, GIVEN_BACK, NOWHERE,
       NOWHERE_LAST, HYPERVISOR, LOCAL_APIC, SCREEN, TARGETS };

static const char *const target_name[TARGETS] = {
    [PLAIN] = "a_page", [L1] = "a_level_1_table", [L2] = "a_level_2_table",
    [L3] = "a_level_3_table", [L4] = "a_level_4_table", [ROOT] = "the_root",
    [SEGMENTS] = "descriptors", [SHARED_INFO] = "shared_info",
    [GIVEN_BACK] = "a_frame_given_back", [NOWHERE] = "no_memory",
    [NOWHERE_LAST] = "the_last_frame_number", [HYPERVISOR] = "the_hypervisors",
    [LOCAL_APIC] = "the_local_apic", [SCREEN] = "the_screen",
};

static uint64_t target[TARGETS];
static struct tree tree;
static void *plain;
static volatile pte_t *entry;       /* the window's, level 1 */
static pte_t *spare;                /* a table to be pinned */

typedef long try_t(pte_t value);

static long by_update(pte_t value)
{
    return pt_write(pt_entry_maddr((uint64_t)window_page(0), 1), value);
}

static long by_address(pte_t value)
{
    return page_map(window_page(0), value);
}

/* A refused store is a page fault, whatever the reason. */
static long by_store(pte_t value)
{
    PROBE("mov %1, (%0)", "r" (entry), "r" (value));
    return probe.vector == NO_TRAP ? 0 : -XEN_EFAULT;
}

static long by_pin(pte_t value)
{
    long rc;

    spare[3] = value;
    page_set_readonly(spare);
    rc = mmuext_mfn(MMUEXT_PIN_L1_TABLE, va_to_mfn(spare));
    if (!rc)
        mmuext_mfn(MMUEXT_UNPIN_TABLE, va_to_mfn(spare));
    if (page_set_writable(spare))
        report_error("the_spare_table_is_free", "refused");
    spare[3] = 0;
    return rc;
}

static long expected(unsigned t, bool writable)
{
    bool hardware = start_info->flags & SIF_INITDOMAIN;

    switch (t) {
    case PLAIN:
    case SHARED_INFO:
        return 0;
    case L1:
    case L2:
    case L3:
    case L4:
    case ROOT:
    case SEGMENTS:
        return writable ? -XEN_EBUSY : 0;
    case GIVEN_BACK:
        return -XEN_EBUSY;
    case SCREEN:
        return hardware ? 0 : -XEN_EPERM;
    case NOWHERE_LAST:
        return -XEN_EINVAL;
    case HYPERVISOR:
        return -XEN_EBUSY;
    default:
        return -XEN_EPERM;
    }
}

static void map_all(const char *group, try_t *write, bool writable)
{
    uint64_t flags = writable ? PTE_PAGE : PTE_RO_PAGE;
    unsigned changed = 0;

    report_group(group);
    for (unsigned t = 0; t < TARGETS; t++) {
        long want = expected(t, writable), rc;

        if (t == HYPERVISOR && !target[t]) {
            report_skip(target_name[t], "the_root_does_not_show_one");
            continue;
        }
        by_update(pte_make(target[PLAIN], PTE_RO_PAGE));
        rc = write(pte_make(target[t], flags));
        if (write == by_store && want)
            want = -XEN_EFAULT;
        expect_rc(target_name[t], want, rc);
        if (rc && pte_mfn(*entry) != target[PLAIN])
            changed++;
    }
    by_update(0);
    expect_eq("changed_although_refused", 0, changed);
    report_group(NULL);
}

static void leaves(void)
{
    map_all("update.read_only", by_update, false);
    map_all("update.writable", by_update, true);
    map_all("by_address.read_only", by_address, false);
    map_all("by_address.writable", by_address, true);
    map_all("store.read_only", by_store, false);
    map_all("store.writable", by_store, true);
    map_all("pin.read_only", by_pin, false);
    map_all("pin.writable", by_pin, true);
}

/* Refused, or silently made read-only. */
static void io_apic(void)
{
    by_update(pte_make(0xfec00, PTE_PAGE));
    expect_eq("the_io_apic_is_not_writable", 0, *entry & PTE_RW);
    by_update(0);
}

/* Entry 1 of the table of @level. A page that can become a table is one. */
static void name_all(const char *group, unsigned level, bool writable)
{
    uint64_t at = tree_entry(&tree, level, 1);
    unsigned changed = 0;

    report_group(group);
    for (unsigned t = 0; t < TARGETS; t++) {
        bool fits = t == PLAIN || (t >= L1 && t <= L4 && t - L1 + 2 == level);
        pte_t value = pte_make(target[t], writable ? PTE_TABLE : PTE_RO_PAGE);
        pte_t before = tree.table[level][1];

        /* Debian's Xen takes a table of the same level read-only; see
         * linear_tables. */
        if (!writable && t >= L1 && t <= ROOT && (t == ROOT ? 4 : t) == level)
            continue;
        if (t == HYPERVISOR && !target[t])
            continue;
        expect_rc(target_name[t], fits ? 0 : -XEN_EINVAL, pt_write(at, value));
        if (!fits && tree.table[level][1] != before)
            changed++;
        pt_write(at, 0);
    }
    expect_eq("changed_although_refused", 0, changed);
    report_group(NULL);
}

static void tables(void)
{
    page_map(plain, 0);
    name_all("level_2.writable", 2, true);
    name_all("level_2.read_only", 2, false);
    name_all("level_3.writable", 3, true);
    name_all("level_3.read_only", 3, false);
    name_all("level_4.writable", 4, true);
    name_all("level_4.read_only", 4, false);
    expect_ok("the_page_can_be_mapped",
              page_map(plain, pte_make(target[PLAIN], PTE_PAGE)));
}

static void make_targets(void)
{
    static unsigned long gdt[1];
    void *segments = page_alloc(), *gone = page_alloc();
    struct xen_memory_reservation give = {
        .nr_extents = 1, .domid = DOMID_SELF,
    };

    tree_build(&tree, 4);
    expect_ok("the_tree_is_pinned", tree_pin(&tree));
    for (unsigned level = 1; level <= 4; level++)
        target[L1 + level - 1] = tree.mfn[level];
    target[PLAIN] = va_to_mfn(plain);
    target[ROOT] = pt_root_mfn();
    target[SEGMENTS] = gdt[0] = va_to_mfn(segments);
    page_set_readonly(segments);
    expect_ok("a_page_is_the_gdt", hc_set_gdt(gdt, 8));
    target[SHARED_INFO] = va_to_mfn(&shared_info);
    target[GIVEN_BACK] = va_to_mfn(gone);
    page_map(gone, 0);
    set_xen_guest_handle(give.extent_start, (xen_pfn_t *)&target[GIVEN_BACK]);
    expect_rc("a_page_is_given_back", 1,
              hc_memory_op(XENMEM_decrease_reservation, &give));
    target[NOWHERE] = 0xffffffffful;
    target[NOWHERE_LAST] = 0xfffffffffful;
    target[HYPERVISOR] = pte_mfn(((pte_t *)start_info->pt_base)[256]);
    target[LOCAL_APIC] = 0xfee00;
    target[SCREEN] = 0xb8;
}

void test_main(void)
{
    hc_vm_assist(VMASST_CMD_enable, VMASST_TYPE_writable_pagetables);
    plain = page_alloc();
    spare = page_alloc();
    entry = (pte_t *)(uint64_t)pt_entry((uint64_t)window_page(0), 1);
    make_targets();
    leaves();
    io_apic();
    tables();
    expect_ok("unpin_the_tree", tree_unpin(&tree));
    expect_true("nothing_holds_its_tables", tree_free(&tree));
    expect_true("nothing_holds_the_page", page_renew(plain));
    expect_true("nothing_holds_the_spare_table", page_renew(spare));
}
