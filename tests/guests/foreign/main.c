/* SPDX-License-Identifier: MIT */
/*
 * foreign/main.c - calls that name another domain.
 *
 * Promise: mmu_update, mmuext_op and update_va_mapping_otherdomain take the
 * number of the domain whose frames are meant: SELF is the caller. For
 * mmu_update the upper half of the word may name the domain of the tables, by
 * its number + 1; SELF is none there. A domain that does not exist is -ESRCH; one that is not the caller's to touch -EPERM. The
 * device domain stands for frames without memory, which are mapped by the same
 * permission as in the caller's own name, and for nothing else.
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "foreign";

static uint64_t slot, mfn;
static void *page;
static bool privileged;

static long update(uint64_t at, pte_t value, uint32_t foreign)
{
    struct mmu_update req = { at, value };

    return hc_mmu_update(&req, 1, NULL, foreign);
}

static uint32_t halves(unsigned tables, unsigned frames)
{
    return (tables + 1) << 16 | frames;
}

static void own(void)
{
    pte_t value = pte_make(mfn, PTE_PAGE);

    report_group("own");
    expect_ok("self", update(slot, value, DOMID_SELF));
    expect_rc("self_for_tables", -XEN_ESRCH,
              update(slot, 0, halves(DOMID_SELF, DOMID_SELF)));
    expect_true("which_leaves_the_entry",
                va_to_mfn(window_page(0)) == mfn);
    if (start_info->flags & SIF_INITDOMAIN) {
        expect_ok("number_0_for_tables",
                  update(slot, value, halves(0, DOMID_SELF)));
        if (own_answer("number_0"))
            expect_ok("number_0", update(slot, 0, 0));
    }
    pt_write(slot, 0);
    report_group(NULL);
}

static void nobody(void)
{
    static const struct {
        const char *name;
        unsigned id;
    } no[] = {
        { "domain_77", 77 }, { "the_last_possible", DOMID_FIRST_RESERVED - 1 },
        { "the_first_reserved", DOMID_FIRST_RESERVED + 5 },
        { "invalid", DOMID_INVALID }, { "idle", DOMID_IDLE },
    };
    pte_t value = pte_make(mfn, PTE_PAGE);
    struct mmuext_op op = { .cmd = MMUEXT_TLB_FLUSH_LOCAL };

    for (size_t i = 0; i < ARRAY_SIZE(no); i++) {
        report_group(no[i].name);
        expect_rc("frames", -XEN_ESRCH, update(slot, value, no[i].id));
        expect_rc("tables", -XEN_ESRCH,
                  update(slot, value, halves(no[i].id, DOMID_SELF)));
        expect_rc("both", -XEN_ESRCH,
                  update(slot, value, halves(no[i].id, no[i].id)));
        expect_rc("no_request", -XEN_ESRCH,
                  hc_mmu_update(NULL, 0, NULL, no[i].id));
        expect_rc("operation", -XEN_ESRCH,
                  hc_mmuext_op(&op, 1, NULL, no[i].id));
        expect_rc("no_operation", -XEN_ESRCH,
                  hc_mmuext_op(NULL, 0, NULL, no[i].id));
        expect_eq("the_entry_is_as_before", 0,
                  *pt_entry((uint64_t)window_page(0), 1));
    }
    report_group(NULL);
}

/* Kernels that go on behind what failed add up what each call has done. */
static void done_before(void)
{
    struct mmu_update req[2] = { { slot, 0 }, { slot, 0 } };
    struct mmuext_op op = { .cmd = MMUEXT_TLB_FLUSH_LOCAL };
    const struct {
        const char *name;
        bool is_own, is_extended;
        void *list;
        uint32_t foreign;
    } calls[] = {
        { "frames_of_nobody", false, false, req, 77 },
        { "frames_of_domain_0", false, false, req, 0 },
        { "an_absent_list", false, false, NULL, DOMID_SELF },
        { "tables_of_nobody", true, false, req, halves(77, DOMID_SELF) },
        { "a_list_nowhere", true, false, (void *)NON_CANONICAL, DOMID_SELF },
        { "operation_for_nobody", true, true, &op, 77 },
        { "operation_for_domain_0", true, true, &op, 0 },
        { "operation_nowhere", true, true, (void *)NON_CANONICAL, DOMID_SELF },
    };

    report_group("done_before");
    for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
        unsigned int done = 55;

        if ((privileged && !calls[i].foreign) ||
            (calls[i].is_own && !own_answer(calls[i].name)))
            continue;
        if (calls[i].is_extended)
            hc_mmuext_op(calls[i].list, 1, &done, calls[i].foreign);
        else
            hc_mmu_update(calls[i].list, 2, &done, calls[i].foreign);
        expect_eq(calls[i].name, 0, done);
    }
    report_group(NULL);
}

static void devices(void)
{
    report_group("devices");
    expect_rc("a_frame_of_the_domain", -XEN_EBUSY,
              update(slot, pte_make(mfn, PTE_RO_PAGE), DOMID_IO));
    expect_rc("the_screen", privileged ? 0 : -XEN_EPERM,
              update(slot, pte_make(0xb8, PTE_PAGE), DOMID_IO));
    expect_rc("the_local_apic", -XEN_EPERM,
              update(slot, pte_make(0xfee00, PTE_PAGE), DOMID_IO));
    expect_rc("the_last_frame_number", -XEN_EINVAL,
              update(slot, pte_make(PTE_ADDR >> 12, PTE_PAGE), DOMID_IO));
    expect_ok("an_absent_entry", update(slot, 0, DOMID_IO));
    expect_rc("an_upper_entry", -XEN_EINVAL,
              update(pt_entry_maddr((uint64_t)window_page(0), 2),
                     *pt_entry((uint64_t)window_page(0), 2), DOMID_IO));
    report_group(NULL);
}

static long other(uint64_t at, pte_t pte, uint64_t flags, unsigned domain)
{
    return HC4(__HYPERVISOR_update_va_mapping_otherdomain, at, pte, flags,
               domain);
}

static void by_address(void)
{
    uint64_t va = (uint64_t)window_page(0);

    report_group("by_address");
    if (!privileged) {
        report_skip("all", "it_needs_privilege");
        return;
    }
    expect_ok("self", other(va, pte_make(mfn, PTE_PAGE), UVMF_INVLPG,
                            DOMID_SELF));
    expect_rc("nobody", -XEN_ESRCH, other(va, 0, UVMF_INVLPG, 77));
    expect_rc("invalid", -XEN_ESRCH, other(va, 0, UVMF_INVLPG, DOMID_INVALID));
    expect_rc("no_table", -XEN_EINVAL,
              other(0x7f0000000000ul, 0, UVMF_INVLPG, DOMID_SELF));
    expect_rc("a_table_writable", -XEN_EBUSY,
              other(va, pte_make(pt_root_mfn(), PTE_PAGE), 0, DOMID_SELF));
    expect_rc("a_non_canonical_address", -XEN_EINVAL,
              other(NON_CANONICAL, 0, 0, DOMID_SELF));
    expect_ok("clear_it", other(va, 0, UVMF_INVLPG, DOMID_SELF));
    report_group(NULL);
}

void test_main(void)
{
    privileged = start_info->flags & SIF_PRIVILEGED;
    slot = pt_entry_maddr((uint64_t)window_page(0), 1);
    page = page_alloc();
    mfn = va_to_mfn(page);
    own();
    nobody();
    done_before();
    devices();
    by_address();
    expect_true("nothing_holds_the_page", page_renew(page));
}
