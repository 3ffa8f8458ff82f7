/* SPDX-License-Identifier: MIT */
/*
 * linear_tables/main.c - tables that name themselves, or their equals.
 *
 * Promise: no entry names a table of its own level so that anything could be
 * written through it, and no table that names another of its level is named by
 * a third. What Debian's Xen allows beyond that, read-only, a guest may find
 * refused here: then nothing has changed. Where it is allowed, the table can be
 * read through itself, not written, and is free when it is unpinned.
 */
#include "guest.h"

const char test_folder[] = "linear_tables";

static struct tree a, b, c;

static long name_in(const struct tree *tree, unsigned level, unsigned n,
                    uint64_t mfn, uint64_t flags)
{
    return pt_write(tree_entry(tree, level, n), pte_make(mfn, flags));
}

/* Done, or refused and nothing changed. */
static void may(const char *name, const struct tree *tree, unsigned level,
                unsigned n, uint64_t mfn)
{
    pte_t before = tree->table[level][n];
    long rc = name_in(tree, level, n, mfn, PTE_RO_PAGE);
    pte_t now = tree->table[level][n];

    expect_true(name, rc ? rc == -XEN_EINVAL && now == before
                         : pte_mfn(now) == mfn && !(now & PTE_RW));
}

static void levels(void)
{
    static const char *const group[5] = {
        [2] = "level_2", [3] = "level_3", [4] = "level_4",
    };

    for (unsigned l = 2; l <= 4; l++) {
        report_group(group[l]);
        expect_rc("itself_writable", -XEN_EINVAL,
                  name_in(&a, l, 9, a.mfn[l], PTE_TABLE));
        expect_rc("another_writable", -XEN_EINVAL,
                  name_in(&a, l, 9, b.mfn[l], PTE_TABLE));
        may("itself_read_only", &a, l, 9, a.mfn[l]);
        may("itself_twice", &a, l, 10, a.mfn[l]);
        expect_rc("made_writable_then", -XEN_EINVAL,
                  name_in(&a, l, 9, a.mfn[l], PTE_TABLE));
        expect_ok("an_absent_entry_in_its_place",
                  pt_write(tree_entry(&a, l, 9), 0));
        pt_write(tree_entry(&a, l, 10), 0);
        may("another_read_only", &b, l, 9, a.mfn[l]);
        /* Chains, whether or not the first link was made. */
        if (b.table[l][9] & PTE_P) {
            expect_rc("which_names_a_third", -XEN_EINVAL,
                      name_in(&a, l, 11, c.mfn[l], PTE_RO_PAGE));
            expect_rc("or_the_first", -XEN_EINVAL,
                      name_in(&a, l, 11, b.mfn[l], PTE_RO_PAGE));
            expect_rc("a_third_which_names_the_first", -XEN_EINVAL,
                      name_in(&c, l, 11, b.mfn[l], PTE_RO_PAGE));
        } else {
            report_skip("which_names_a_third", "the_first_link_is_refused");
            report_skip("or_the_first", "the_first_link_is_refused");
            report_skip("a_third_which_names_the_first",
                        "the_first_link_is_refused");
        }
        expect_ok("none", pt_write(tree_entry(&b, l, 9), 0));
    }
    report_group(NULL);
}

/* The root of ours in slot 300: all tables appear there. */
static void through_the_root(void)
{
    uint64_t root = pt_root_mfn() << PAGE_SHIFT;
    volatile pte_t *self = (void *)(0xffffull << 48 | 300ul << 39 |
                                    300ul << 30 | 300ul << 21 | 300ul << 12);
    pte_t seen;
    bool refused = pt_write(root + 300 * 8,
                            pte_make(pt_root_mfn(), PTE_RO_PAGE));

    PROBE_IO("mov (%1), %0", "=r" (seen), "r" (self + 300));
    expect_true("it_is_seen_if_it_is_allowed",
                refused ? probe.vector == TRAP_PF
                        : pte_mfn(seen) == pt_root_mfn());
    PROBE("movq $0, (%0)", "r" (self + 5));
    expect_eq("it_is_not_written", TRAP_PF, probe.vector);
    PROBE("lock btsq $1, (%0)", "r" (self + 300));
    expect_eq("nor_is_its_own_entry", TRAP_PF, probe.vector);
    expect_rc("nor_is_it_a_level_1_table", -XEN_EINVAL,
              hc_update_va_mapping((uint64_t)self, 0, UVMF_INVLPG));
    expect_ok("it_can_go", pt_write(root + 300 * 8, 0));
    PROBE("mov (%0), %%rax", "r" (self));
    expect_eq("then_nothing_is_seen", TRAP_PF, probe.vector);
}

/* By pinning: whatever the answer, the table is free in the end. */
static void pinned(void)
{
    page_set_writable(a.table[4]);
    a.table[4][300] = pte_make(a.mfn[4], PTE_RO_PAGE);
    page_set_readonly(a.table[4]);
    if (tree_pin(&a))
        expect_true("it_is_pinned_or_not", tree_unpin(&a) == -XEN_EINVAL);
    else
        expect_true("it_is_pinned_or_not", page_set_writable(a.table[4]) ==
                    -XEN_EBUSY && !tree_unpin(&a));
    expect_ok("it_is_free", page_set_writable(a.table[4]));
    a.table[4][300] = pte_make(a.mfn[4], PTE_TABLE);
    page_set_readonly(a.table[4]);
    expect_rc("naming_itself_writable_it_is_refused", -XEN_EINVAL,
              tree_pin(&a));
    page_set_writable(a.table[4]);
    a.table[4][300] = pte_make(b.mfn[4], PTE_RO_PAGE);
    page_set_readonly(a.table[4]);
    tree_unpin(&b);
    expect_rc("naming_another_that_is_none_too", -XEN_EINVAL, tree_pin(&a));
    page_set_writable(a.table[4]);
    a.table[4][300] = 0;
    page_set_readonly(a.table[4]);
}

void test_main(void)
{
    tree_build(&a, 4);
    tree_build(&b, 4);
    tree_build(&c, 4);
    expect_ok("one_tree", tree_pin(&a));
    expect_ok("a_second", tree_pin(&b));
    expect_ok("a_third", tree_pin(&c));
    levels();
    through_the_root();
    tree_unpin(&a);
    pinned();
    tree_unpin(&c);
    expect_true("nothing_holds_the_first", tree_free(&a));
    expect_true("nothing_holds_the_second", tree_free(&b));
    expect_true("nothing_holds_the_third", tree_free(&c));
}
