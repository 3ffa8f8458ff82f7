/* SPDX-License-Identifier: MIT */
/*
 * grant_map/main.c - a domain maps what it grants to itself.
 *
 * Promise: map_grant_ref puts a frame that is granted where it is told, by
 * address or by the machine address of the entry, with the rights it is told
 * and no more than were granted, and tells that in the table; unmap_grant_ref takes
 * it away and tells that too. What stands in the table while a grant is in use
 * does not matter. Every mistake has its status, and changes nothing.
 */
#include "guest.h"
#include "grant.h"
#include "hypervisor.h"

const char test_folder[] = "grant_map";

#define REF     20u
#define OTHER   21u
#define UNKNOWN 77u
#define HOST    GNTMAP_host_map
#define DEVICE  GNTMAP_device_map
#define RO      GNTMAP_readonly

/* An entry that maps the page: marked as the kernel's, not to be executed. */
#define KERNEL  (1ul << 52)
#define MAPPED  (pte_make(mfn, PTE_PAGE) | KERNEL | PTE_NX)

static unsigned self;
static uint64_t *page, *other_page;
static uint64_t mfn, other_mfn;
static uint64_t va;                 /* where grants are mapped */
static volatile uint64_t *mapped;
static uint64_t seen;

static unsigned flags_of(grant_ref_t ref)
{
    return grant_entry(ref)->flags;
}

static void give(unsigned more)
{
    grant_give(REF, self, mfn, GTF_permit_access | more);
}

static pte_t entry_of(uint64_t at)
{
    return *pt_entry(at, 1);
}

/* -- it works ------------------------------------------------------------- */

static void writable(void)
{
    report_group("writable");
    give(0);
    page[3] = 0x1122;
    expect_rc("map", GNTST_okay, grant_map(self, REF, va, HOST));
    expect_eq("machine_address", mfn << PAGE_SHIFT, grant_bus_address);
    expect_eq("entry", MAPPED, entry_of(va));
    expect_eq("the_table_says_so",
              GTF_permit_access | GTF_reading | GTF_writing, flags_of(REF));
    expect_eq("same_content", 0x1122, mapped[3]);
    mapped[4] = 0x3344;
    expect_eq("both_ways", 0x3344, page[4]);
    expect_true("in_use", !grant_end(REF));
    expect_rc("unmap", GNTST_okay, grant_unmap(grant_handle, va, 0));
    expect_eq("no_entry", 0, entry_of(va));
    expect_eq("the_table_forgets", GTF_permit_access, flags_of(REF));
    expect_eq("no_access", TRAP_PF, touch_read(mapped, &seen));
    expect_true("not_in_use", grant_end(REF));
    report_group(NULL);
}

static void readonly(void)
{
    grant_handle_t first;

    report_group("readonly");
    give(GTF_readonly);
    expect_rc("map", GNTST_okay, grant_map(self, REF, va, HOST | RO));
    first = grant_handle;
    expect_eq("the_table_says_so",
              GTF_permit_access | GTF_readonly | GTF_reading, flags_of(REF));
    expect_eq("may_be_read", NO_TRAP, touch_read(mapped, &seen));
    expect_eq("not_written", TRAP_PF, touch_write(mapped, 1));
    expect_rc("to_be_written", GNTST_general_error,
              grant_map(self, REF, va + PAGE_SIZE, HOST));
    expect_eq("leaves_the_table",
              GTF_permit_access | GTF_readonly | GTF_reading, flags_of(REF));
    expect_rc("map_again", GNTST_okay,
              grant_map(self, REF, va + PAGE_SIZE, HOST | RO));
    expect_rc("unmap_the_second", GNTST_okay,
              grant_unmap(grant_handle, va + PAGE_SIZE, 0));
    expect_eq("still_in_use",
              GTF_permit_access | GTF_readonly | GTF_reading, flags_of(REF));
    expect_rc("unmap_the_first", GNTST_okay, grant_unmap(first, va, 0));
    expect_true("not_in_use", grant_end(REF));
    report_group(NULL);
}

/* A handle whose entry is gone, until there is one like it. */
static void lost_handle(void)
{
    grant_handle_t handle;

    report_group("lost");
    grant_give(OTHER, self, other_mfn, GTF_permit_access);
    expect_rc("map", GNTST_okay, grant_map(self, OTHER, va, HOST));
    handle = grant_handle;
    expect_ok("overwrite", page_map((void *)va, 0));
    expect_rc("unmap", GNTST_general_error, grant_unmap(handle, va, 0));
    expect_true("still_in_use", !grant_end(OTHER));
    expect_ok("map_by_hand",
              page_map((void *)va, pte_make(other_mfn, PTE_PAGE)));
    expect_rc("which_passes_for_it", GNTST_okay, grant_unmap(handle, va, 0));
    expect_true("and_ends_it", grant_end(OTHER));
    report_group(NULL);
}

static void both_rights(void)
{
    grant_handle_t reader, writer;

    report_group("reader_and_writer");
    give(0);
    expect_rc("reader", GNTST_okay, grant_map(self, REF, va, HOST | RO));
    reader = grant_handle;
    expect_eq("reads", GTF_permit_access | GTF_reading, flags_of(REF));
    expect_rc("writer", GNTST_okay,
              grant_map(self, REF, va + PAGE_SIZE, HOST));
    writer = grant_handle;
    expect_true("handles_differ", reader != writer);
    expect_eq("writes", GTF_permit_access | GTF_reading | GTF_writing,
              flags_of(REF));
    expect_rc("one_for_the_other", GNTST_general_error,
              grant_unmap(writer, va, 0));
    expect_rc("unmap_writer", GNTST_okay,
              grant_unmap(writer, va + PAGE_SIZE, 0));
    expect_eq("reads_again", GTF_permit_access | GTF_reading, flags_of(REF));
    expect_rc("unmap_reader", GNTST_okay, grant_unmap(reader, va, 0));
    expect_eq("unused", GTF_permit_access, flags_of(REF));
    report_group(NULL);
}

static void by_entry(void)
{
    uint64_t at = pt_entry_maddr(va, 1);
    unsigned flags = HOST | GNTMAP_contains_pte;

    report_group("by_entry");
    give(0);
    expect_rc("map", GNTST_okay,
              grant_map(self, REF, at, flags | GNTMAP_application_map |
                        5u << _GNTMAP_guest_avail0));
    expect_eq("entry", (MAPPED & ~KERNEL) | 5u << 9,
              entry_of(va) & ~PTE_G);
    expect_rc("unmap_by_address", GNTST_general_error,
              grant_unmap(grant_handle, va, 0));
    expect_rc("unmap", GNTST_okay, grant_unmap(grant_handle, at, 0));
    expect_eq("no_entry", 0, entry_of(va));
    expect_rc("between_two", GNTST_general_error,
              grant_map(self, REF, at + 4, flags));
    expect_rc("of_an_upper_table", GNTST_general_error,
              grant_map(self, REF, pt_entry_maddr(va, 2), flags));
    expect_rc("of_no_table", GNTST_general_error,
              grant_map(self, REF, other_mfn << PAGE_SHIFT, flags));
    expect_rc("of_no_memory", GNTST_general_error,
              grant_map(self, REF, 0xb8000, flags));
    expect_rc("beyond_all_memory", GNTST_general_error,
              grant_map(self, REF, ~7ul, flags));
    expect_rc("an_entry_of_the_hypervisor", GNTST_general_error,
              grant_map(self, REF,
                        pt_entry_maddr(HV_START, 4), flags));
    expect_eq("unused", GTF_permit_access, flags_of(REF));
    report_group(NULL);
}

static void device(void)
{
    grant_handle_t handle;
    uint64_t bus;

    report_group("device");
    give(0);
    expect_rc("map", GNTST_okay, grant_map(self, REF, 0, DEVICE));
    bus = grant_bus_address;
    expect_eq("machine_address", mfn << PAGE_SHIFT, bus);
    expect_eq("the_table_says_so",
              GTF_permit_access | GTF_reading | GTF_writing, flags_of(REF));
    expect_rc("unmap_another", GNTST_bad_dev_addr,
              grant_unmap(grant_handle, 0, bus + PAGE_SIZE));
    expect_rc("unmap_nothing", GNTST_okay, grant_unmap(grant_handle, 0, 0));
    expect_rc("unmap_its_address", GNTST_okay,
              grant_unmap(grant_handle, va, 0));
    expect_true("in_use", !grant_end(REF));
    expect_rc("unmap", GNTST_okay, grant_unmap(grant_handle, 0, bus));
    expect_rc("map_both", GNTST_okay,
              grant_map(self, REF, va, HOST | DEVICE));
    handle = grant_handle;
    expect_rc("unmap_with_a_wrong_address", GNTST_bad_dev_addr,
              grant_unmap(handle, va, bus + 8));
    expect_true("leaves_both", entry_of(va) != 0);
    expect_rc("unmap_one", GNTST_okay, grant_unmap(handle, va, 0));
    expect_true("leaves_the_other", !grant_end(REF));
    expect_rc("once_more", GNTST_okay, grant_unmap(handle, va, 0));
    expect_rc("unmap_the_other", GNTST_okay, grant_unmap(handle, 0, bus));
    expect_rc("none_is_left", GNTST_bad_handle, grant_unmap(handle, 0, bus));
    expect_eq("unused", GTF_permit_access, flags_of(REF));
    report_group(NULL);
}

/* -- mistakes ------------------------------------------------------------- */

static void entries(void)
{
    static const struct {
        const char *name;
        unsigned flags;
    } bad[] = {
        { "unused", 0 }, { "a_transfer", GTF_accept_transfer },
        { "transitive", GTF_transitive },
        { "only_readable", GTF_permit_access | GTF_readonly },
        { "a_part_of_a_page", GTF_permit_access | GTF_sub_page },
    };

    report_group("entry");
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        grant_give(REF, self, mfn, bad[i].flags);
        expect_rc(bad[i].name, GNTST_general_error,
                  grant_map(self, REF, va, HOST));
        if (flags_of(REF) != bad[i].flags)
            expect_eq("flags_stay", bad[i].flags, flags_of(REF));
    }
    grant_give(REF, self + 1, mfn, GTF_permit_access);
    expect_rc("for_another", GNTST_general_error,
              grant_map(self, REF, va, HOST));
    grant_give(REF, DOMID_SELF, mfn, GTF_permit_access);
    expect_rc("for_self", GNTST_general_error,
              grant_map(self, REF, va, HOST));
    give(GTF_PWT | GTF_PCD | GTF_PAT);
    expect_rc("with_caching", GNTST_okay, grant_map(self, REF, va, HOST));
    expect_eq("that_is_ignored", MAPPED, entry_of(va));
    grant_unmap(grant_handle, va, 0);
    report_group(NULL);
}

static void frames(void)
{
    static const struct {
        const char *name;
        uint64_t frame;
    } bad[] = {
        { "the_screen", 0xb8 }, { "the_last_number", ~0u },
        { "the_first", 0 }, { "the_local_apic", 0xfee00 },
    };

    report_group("frame");
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        grant_give(REF, self, bad[i].frame, GTF_permit_access);
        expect_rc(bad[i].name, GNTST_bad_page,
                  grant_map(self, REF, va, HOST | RO));
        if (flags_of(REF) != GTF_permit_access)
            expect_eq("flags_stay", GTF_permit_access, flags_of(REF));
    }
    grant_give(REF, self, pt_root_mfn(), GTF_permit_access);
    expect_rc("a_table_to_be_written", GNTST_general_error,
              grant_map(self, REF, va, HOST));
    expect_rc("by_a_device", GNTST_general_error,
              grant_map(self, REF, 0, DEVICE));
    expect_eq("unused", GTF_permit_access, flags_of(REF));
    expect_rc("to_be_read", GNTST_okay,
              grant_map(self, REF, va, HOST | RO));
    expect_rc("unmap_it", GNTST_okay, grant_unmap(grant_handle, va, 0));
    grant_give(REF, self, start_info->shared_info >> PAGE_SHIFT,
               GTF_permit_access);
    expect_rc("a_shared_page", GNTST_okay, grant_map(self, REF, va, HOST));
    expect_rc("unmap_that", GNTST_okay, grant_unmap(grant_handle, va, 0));
    report_group(NULL);
}

static void arguments(void)
{
    report_group("argument");
    give(0);
    expect_rc("no_mapping", GNTST_bad_gntref, grant_map(self, REF, va, 0));
    expect_rc("readonly_alone", GNTST_bad_gntref,
              grant_map(self, REF, va, RO));
    expect_rc("unknown_domain", GNTST_bad_domain,
              grant_map(UNKNOWN, REF, va, HOST));
    expect_rc("domain_self", GNTST_bad_domain,
              grant_map(DOMID_SELF, REF, va, HOST));
    expect_rc("domain_io", GNTST_bad_domain,
              grant_map(DOMID_IO, REF, va, HOST));
    expect_rc("domain_xen", GNTST_bad_domain,
              grant_map(DOMID_XEN, REF, va, HOST));
    expect_rc("beyond_the_table", GNTST_bad_gntref,
              grant_map(self, GRANT_TABLE_PAGES * GRANTS_PER_PAGE, va, HOST));
    expect_rc("far_beyond", GNTST_bad_gntref, grant_map(self, ~0u, va, HOST));
    expect_rc("the_last", GNTST_general_error,
              grant_map(self, GRANT_TABLE_PAGES * GRANTS_PER_PAGE - 1, va,
                        HOST));
    expect_rc("no_table", GNTST_general_error,
              grant_map(self, REF, 0x7f0000000000ul, HOST));
    expect_rc("in_the_hypervisor", GNTST_general_error,
              grant_map(self, REF, HV_PRIVATE, HOST));
    expect_rc("no_address", GNTST_general_error,
              grant_map(self, REF, NON_CANONICAL, HOST));
    expect_rc("device_and_no_table", GNTST_general_error,
              grant_map(self, REF, 0x7f0000000000ul, HOST | DEVICE));
    expect_rc("unaligned", GNTST_okay, grant_map(self, REF, va + 123, HOST));
    expect_true("is_the_page", entry_of(va) != 0);
    expect_rc("unmap_unaligned", GNTST_okay,
              grant_unmap(grant_handle, va + 7, 0));
    expect_eq("unused", GTF_permit_access, flags_of(REF));
    report_group(NULL);
}

static void handles(void)
{
    grant_handle_t handle;

    report_group("handle");
    give(0);
    expect_rc("map", GNTST_okay, grant_map(self, REF, va, HOST));
    handle = grant_handle;
    expect_rc("another_number", GNTST_bad_handle,
              grant_unmap(handle + 100, va, 0));
    expect_rc("the_last_number", GNTST_bad_handle, grant_unmap(~0u, va, 0));
    expect_rc("where_it_is_not", GNTST_general_error,
              grant_unmap(handle, va + PAGE_SIZE, 0));
    expect_rc("where_another_page_is", GNTST_general_error,
              grant_unmap(handle, (uint64_t)other_page, 0));
    expect_rc("no_table", GNTST_general_error,
              grant_unmap(handle, 0x7f0000000000ul, 0));
    expect_rc("in_the_hypervisor", GNTST_general_error,
              grant_unmap(handle, HV_PRIVATE, 0));
    expect_rc("unmap", GNTST_okay, grant_unmap(handle, va, 0));
    expect_rc("again", GNTST_bad_handle, grant_unmap(handle, va, 0));
    report_group(NULL);
}

/* -- what the table says meanwhile ---------------------------------------- */

static void changed(void)
{
    grant_handle_t first;

    report_group("changed");
    give(0);
    expect_rc("map", GNTST_okay, grant_map(self, REF, va, HOST));
    first = grant_handle;
    grant_entry(REF)->frame = (uint32_t)other_mfn;
    expect_rc("map_again", GNTST_okay,
              grant_map(self, REF, va + PAGE_SIZE, HOST | RO));
    expect_eq("the_same_frame", mfn, pte_mfn(entry_of(va + PAGE_SIZE)));
    expect_rc("unmap_that", GNTST_okay,
              grant_unmap(grant_handle, va + PAGE_SIZE, 0));
    grant_give(REF, 0x5555, 0x777777, 0);
    expect_rc("map_with_no_entry", GNTST_okay,
              grant_map(self, REF, va + PAGE_SIZE, HOST));
    expect_rc("unmap_this", GNTST_okay,
              grant_unmap(grant_handle, va + PAGE_SIZE, 0));
    grant_entry(REF)->flags = 0xffff;
    expect_rc("unmap", GNTST_okay, grant_unmap(first, va, 0));
    expect_eq("two_bits_are_cleared",
              0xffff & ~(GTF_reading | GTF_writing), flags_of(REF));
    expect_eq("nothing_else_is", 0x5555, grant_entry(REF)->domid);
    expect_eq("nor_the_frame", 0x777777, grant_entry(REF)->frame);
    report_group(NULL);
}

/* While it is mapped writable a page is no table, and keeps its frame. */
static void types(void)
{
    uint64_t *table = page_alloc();
    uint64_t table_mfn = va_to_mfn(table);

    report_group("type");
    grant_give(REF, self, table_mfn, GTF_permit_access);
    page_set_readonly(table);
    expect_rc("by_a_device", GNTST_okay, grant_map(self, REF, 0, DEVICE));
    expect_rc("no_table", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_PIN_L1_TABLE, table_mfn));
    expect_rc("unmap", GNTST_okay,
              grant_unmap(grant_handle, 0, grant_bus_address));
    expect_ok("then_it_may", mmuext_mfn(MMUEXT_PIN_L1_TABLE, table_mfn));
    expect_rc("a_table_is_not_written", GNTST_general_error,
              grant_map(self, REF, va, HOST));
    expect_rc("but_read", GNTST_okay, grant_map(self, REF, va, HOST | RO));
    expect_rc("unmap_it", GNTST_okay, grant_unmap(grant_handle, va, 0));
    mmuext_mfn(MMUEXT_UNPIN_TABLE, table_mfn);
    page_set_writable(table);
    expect_true("nothing_holds_it", page_renew(table));
    page_free(table);
    report_group(NULL);
}

/* -- lists ---------------------------------------------------------------- */

#define MANY 100u

static struct gnttab_map_grant_ref maps[MANY];
static struct gnttab_unmap_grant_ref unmaps[MANY];

static void fill_lists(void)
{
    for (unsigned i = 0; i < MANY; i++) {
        grant_give(100 + i, self, i % 3 ? mfn : other_mfn, GTF_permit_access);
        maps[i] = (struct gnttab_map_grant_ref){
            .host_addr = va + i * PAGE_SIZE, .flags = HOST, .ref = 100 + i,
            .dom = (domid_t)self,
        };
    }
}

static unsigned statuses(int16_t wanted)
{
    unsigned n = 0;

    for (unsigned i = 0; i < MANY; i++)
        n += unmaps[i].status == wanted;
    return n;
}

static void lists(void)
{
    unsigned good = 0;

    report_group("list");
    fill_lists();
    maps[50].dom = UNKNOWN;
    expect_ok("map", hc_grant_table_op(GNTTABOP_map_grant_ref, maps, MANY));
    for (unsigned i = 0; i < MANY; i++)
        good += maps[i].status == GNTST_okay;
    expect_eq("all_but_one", MANY - 1, good);
    expect_rc("which_says_why", GNTST_bad_domain, maps[50].status);
    for (unsigned i = 0; i < MANY; i++)
        unmaps[i] = (struct gnttab_unmap_grant_ref){
            .host_addr = maps[i].host_addr, .status = 55,
            .handle = i == 50 ? ~0u : maps[i].handle,
        };
    expect_ok("unmap",
              hc_grant_table_op(GNTTABOP_unmap_grant_ref, unmaps, MANY));
    expect_eq("all_but_the_one", MANY - 1, statuses(GNTST_okay));
    expect_rc("that_was_not_there", GNTST_bad_handle, unmaps[50].status);
    expect_ok("none", hc_grant_table_op(GNTTABOP_map_grant_ref, NULL, 0));
    expect_rc("from_nowhere", -XEN_EFAULT,
              hc_grant_table_op(GNTTABOP_map_grant_ref, window_page(200), 1));
    expect_rc("from_the_hypervisor", -XEN_EFAULT,
              hc_grant_table_op(GNTTABOP_unmap_grant_ref, (void *)HV_PRIVATE,
                                1));
    report_group(NULL);
}

/* A list that ends in a page that is not there: what was read is done. */
static void half_a_list(void)
{
    uint8_t *end = (uint8_t *)window_page(201);
    struct gnttab_map_grant_ref *list = (void *)(end - sizeof(*list));

    report_group("half_a_list");
    give(0);
    page_map(end - PAGE_SIZE, pte_make(va_to_mfn(other_page), PTE_PAGE));
    *list = (struct gnttab_map_grant_ref){
        .host_addr = va, .flags = HOST, .ref = REF, .dom = (domid_t)self,
        .status = 55,
    };
    expect_rc("map", -XEN_EFAULT,
              hc_grant_table_op(GNTTABOP_map_grant_ref, list, 2));
    expect_rc("the_first_is_done", GNTST_okay, list->status);
    expect_rc("unmap", GNTST_okay, grant_unmap(list->handle, va, 0));
    page_map(end - PAGE_SIZE, 0);
    report_group(NULL);
}

void test_main(void)
{
    expect_true("there_is_a_table", grant_init());
    self = own_number();
    page = page_alloc();
    other_page = page_alloc();
    mfn = va_to_mfn(page);
    other_mfn = va_to_mfn(other_page);
    mapped = window_page(0);
    va = (uint64_t)mapped;
    writable();
    readonly();
    lost_handle();
    both_rights();
    by_entry();
    device();
    entries();
    frames();
    arguments();
    handles();
    changed();
    types();
    lists();
    half_a_list();
    expect_true("nothing_holds_the_other_page", page_renew(other_page));
}
