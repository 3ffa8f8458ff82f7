/* SPDX-License-Identifier: MIT */
/*
 * writes.c - each way to write to a frame is told, and what is not written is
 * not. Tables and the mailbox are looked at only where they are what is tested.
 */
#include "moved.h"

#define WINDOW_OTHER    410u
#define KERNEL          (PTE_P | PTE_RW | PTE_A | PTE_D)
#define USER            (KERNEL | PTE_US)

/* Of the pages to write to, one that nothing else here uses. */
static unsigned fresh;

static void clean(void)
{
    (void)shadow_read(XEN_DOMCTL_SHADOW_OP_CLEAN);
}

/* Only page @n of the pages to write to was told; ~0: none. */
static bool only(unsigned n)
{
    bool ok = true;

    clean();
    for (unsigned i = 0; i < MOVED_DATA; i++)
        ok &= is_told(PFN_DATA + i) == (i == n);
    return ok;
}

static void by_the_kernel(void)
{
    unsigned n = fresh++, m = fresh++;

    report_group("kernel");
    clean();
    expect_true("nothing", only(~0u));
    expect_ok("writes", moved_do(WORK_WRITE, moved_page(n), 1));
    expect_true("is_told", only(n));
    expect_true("once", only(~0u));
    expect_ok("writes_again", moved_do(WORK_WRITE, moved_page(n), 2));
    expect_ok("peek", shadow_read(XEN_DOMCTL_SHADOW_OP_PEEK));
    expect_true("shows_it", is_told(PFN_DATA + n) && !is_told(PFN_DATA + m));
    expect_true("that_counts", shadow.stats.dirty_count >= 1);
    expect_true("and_forgets_nothing", only(n));
}

/* The entry goes, or changes, before anybody asks. */
static void by_an_entry_that_goes(void)
{
    unsigned n = fresh++;
    uint64_t mfn = moved.mfn[PFN_DATA + n], va = moved_page(n);

    report_group("entry");
    expect_ok("writes", moved_do(WORK_WRITE, va, 1));
    expect_ok("and_goes", moved_do(WORK_MAP, va, 0));
    expect_true("is_told", only(n));
    expect_ok("comes", moved_do(WORK_MAP, va,
                                pte_make(mfn, KERNEL & ~PTE_D)));
    clean();
    expect_ok("writes_again", moved_do(WORK_WRITE, va, 2));
    expect_ok("and_hides_that", moved_do(WORK_MAP, va,
                                         pte_make(mfn, KERNEL & ~PTE_D)));
    expect_true("is_told_again", only(n));
    expect_ok("becomes_read_only",
              moved_do(WORK_MAP, va, pte_make(mfn, KERNEL & ~PTE_RW)));
    clean();
    expect_rc("cannot_be_written", -XEN_EFAULT, moved_do(WORK_WRITE, va, 3));
    expect_true("is_not_told", only(~0u));
}

/* What it says itself about a page. */
static pte_t entry_of(uint64_t va)
{
    const pte_t *l1 = foreign_map_flags(WINDOW_OTHER, moved.id,
                                        moved.mfn[PFN_L1_DATA], PTE_RO_PAGE)
                          ? NULL : window_page(WINDOW_OTHER);
    pte_t e = l1 ? l1[pt_index(va, 1)] : 0;

    foreign_unmap(WINDOW_OTHER);
    return e;
}

static void by_the_user(void)
{
    unsigned n = fresh++;
    uint64_t mfn = moved.mfn[PFN_DATA + n], va = moved_user_page(n);

    report_group("user");
    expect_ok("maps", moved_do(WORK_MAP, va, pte_make(mfn, USER)));
    expect_ok("writes", moved_do(WORK_WRITE, va, 1));
    expect_true("is_told", only(n));
    expect_true("once", only(~0u));
    expect_eq("its_entry_is_read_only", USER & ~PTE_RW,
              entry_of(va) & ~PTE_ADDR);
    expect_ok("writes_again", moved_do(WORK_WRITE, va, 2));
    expect_true("is_told_again", only(n));
}

static void by_hypercalls(void)
{
    unsigned n = fresh++;
    uint64_t mfn = moved.mfn[PFN_DATA + n];

    report_group("hypercall");
    clean();
    expect_ok("stores", moved_do(WORK_STORE, (mfn << PAGE_SHIFT) + 8, 7));
    expect_true("is_told", only(n));
    expect_ok("clears", moved_do(WORK_TABLE, MMUEXT_CLEAR_PAGE, mfn));
    expect_true("is_told_too", only(n));
    expect_ok("new_number", moved_do(WORK_STORE, mfn << PAGE_SHIFT |
                                                 MMU_MACHPHYS_UPDATE,
                                     PFN_DATA + n));
    expect_true("is_told_as_well", only(n));
}

/* Numbers that make no sense hide the guest's own frame, and nothing else. */
static void hostile_numbers(void)
{
    static const uint64_t numbers[] = {
        1ul << 21, 1ul << 32, 1ul << 40, 1ul << 63, ~0ul
    };
    unsigned n = fresh++;
    uint64_t row = moved.mfn[PFN_DATA + n] << PAGE_SHIFT | MMU_MACHPHYS_UPDATE;
    bool all_hidden = true;

    report_group("number");
    clean();
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
        if (moved_do(WORK_STORE, row, numbers[i]) ||
            moved_do(WORK_WRITE, moved_page(n), i))
            report_error("store", "failed");
        all_hidden &= only(~0u);
    }
    expect_true("that_is_none_is_not_told", all_hidden);
    expect_ok("of_its_own", moved_do(WORK_STORE, row, PFN_DATA + n));
    expect_true("is_told", only(n));
}

static void tables(void)
{
    unsigned n = fresh++;
    uint64_t mfn = moved.mfn[PFN_DATA + n];
    uint64_t spare = moved.mfn[PFN_L1_SPARE];

    report_group("tables");
    clean();
    expect_ok("an_entry", moved_do(WORK_MAP, moved_user_page(n),
                                   pte_make(mfn, USER & ~PTE_RW)));
    clean();
    expect_true("changes_its_table", is_told(PFN_L1_DATA));
    expect_true("and_no_other", !is_told(PFN_L2) && !is_told(PFN_L1_SPARE));
    expect_ok("a_new_table", moved_do(WORK_TABLE, MMUEXT_PIN_L1_TABLE, spare));
    clean();
    expect_true("is_told", is_told(PFN_L1_SPARE));
    clean();
    expect_true("once", !is_told(PFN_L1_SPARE));
    expect_ok("no_table_any_more",
              moved_do(WORK_TABLE, MMUEXT_UNPIN_TABLE, spare));
    clean();
    expect_true("is_told_too", is_told(PFN_L1_SPARE));
    expect_ok("an_upper_entry",
              moved_do(WORK_STORE, (moved.mfn[PFN_L2] << PAGE_SHIFT) + 8 * 99,
                       pte_make(spare, PTE_TABLE)));
    clean();
    expect_true("changes_an_upper_table",
                is_told(PFN_L2) && is_told(PFN_L1_SPARE));
    expect_ok("undone", moved_do(WORK_STORE, (moved.mfn[PFN_L2] << PAGE_SHIFT) +
                                             8 * 99, 0));
}

static void by_others(void)
{
    unsigned n = fresh++;
    volatile uint64_t *seen =
        foreign_map(WINDOW_OTHER, moved.id, moved.mfn[PFN_DATA + n]);

    report_group("others");
    clean();
    expect_true("may_write_at_any_time", only(n));
    *seen = 1;
    expect_true("write", only(n));
    foreign_unmap(WINDOW_OTHER);
    expect_true("have_written_until_now", only(n));
    expect_true("can_write_no_longer", only(~0u));
    (void)foreign_map_flags(WINDOW_OTHER, moved.id, moved.mfn[PFN_DATA + n],
                            PTE_RO_PAGE);
    expect_true("reading_is_not_told", only(~0u));
    foreign_unmap(WINDOW_OTHER);
}

void test_writes(void)
{
    fresh = 0;
    expect_ok("on", shadow_op(XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY));
    by_the_kernel();
    by_an_entry_that_goes();
    by_the_user();
    by_hypercalls();
    hostile_numbers();
    tables();
    by_others();
    report_group(NULL);
    expect_ok("off", shadow_op(XEN_DOMCTL_SHADOW_OP_OFF));
}
