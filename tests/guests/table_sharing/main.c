/* SPDX-License-Identifier: MIT */
/*
 * table_sharing/main.c - one table, many that name it.
 *
 * Promise: a table of level 1 to 3 may be named by several entries and several
 * tables, and stays a table until the last is gone. It is a table of one level
 * only: no entry of another level can name it meanwhile. A table may be read
 * through its own entries, never written; and one that names itself, or one of
 * its own level, can at most be read so.
 */
#include "guest.h"

const char test_folder[] = "table_sharing";

static struct tree one, two;

static long name_in(const struct tree *tree, unsigned level, unsigned n,
                    uint64_t mfn, uint64_t flags)
{
    return pt_write(tree_entry(tree, level, n), pte_make(mfn, flags));
}

static void parents(void)
{
    static const char *const name[5] = {
        [1] = "level_1", [2] = "level_2", [3] = "level_3",
    };

    for (unsigned level = 1; level <= 3; level++) {
        pte_t *table = page_alloc();
        uint64_t mfn = va_to_mfn(table);

        page_set_readonly(table);
        report_group(name[level]);
        expect_ok("named", name_in(&one, level + 1, 1, mfn, PTE_TABLE));
        expect_ok("twice_by_one", name_in(&one, level + 1, 511, mfn,
                                          PTE_TABLE));
        expect_ok("by_another", name_in(&two, level + 1, 77, mfn, PTE_TABLE));
        expect_rc("not_writable", -XEN_EBUSY, page_set_writable(table));
        for (unsigned other = 2; other <= 4; other++)
            if (other != level + 1 && other != level &&
                name_in(&two, other, 5, mfn, PTE_TABLE) != -XEN_EINVAL)
                report_error("another_level_names_it", "accepted");
        expect_rc("its_own_level_names_it_writable", -XEN_EINVAL,
                  level > 1 ? name_in(&two, level, 5, mfn, PTE_TABLE)
                            : -XEN_EINVAL);
        name_in(&one, level + 1, 1, 0, 0);
        expect_rc("still_not_writable", -XEN_EBUSY, page_set_writable(table));
        name_in(&one, level + 1, 511, 0, 0);
        expect_rc("nor_now", -XEN_EBUSY, page_set_writable(table));
        name_in(&two, level + 1, 77, 0, 0);
        expect_ok("now_it_is", page_set_writable(table));
        expect_true("and_nothing_holds_it", page_renew(table));
        page_free(table);
    }
    report_group(NULL);
}

/* A frame that two parents hold survives the end of one of them. */
static void ends(void)
{
    pte_t *table = page_alloc();
    uint64_t mfn = va_to_mfn(table);

    page_set_readonly(table);
    name_in(&one, 2, 1, mfn, PTE_TABLE);
    name_in(&two, 2, 1, mfn, PTE_TABLE);
    expect_ok("one_tree_ends", tree_unpin(&one));
    expect_rc("the_shared_table_is_still_one", -XEN_EBUSY,
              page_set_writable(table));
    expect_ok("the_other_ends", tree_unpin(&two));
    expect_ok("the_shared_table_is_none", page_set_writable(table));
    expect_ok("one_is_pinned_again_without_it",
              (page_set_writable(one.table[2]), one.table[2][1] = 0,
               page_set_readonly(one.table[2]), tree_pin(&one)));
    expect_rc("the_other_is_refused_with_it", -XEN_EINVAL, tree_pin(&two));
    page_set_writable(two.table[2]);
    two.table[2][1] = 0;
    page_set_readonly(two.table[2]);
    expect_ok("and_pinned_without", tree_pin(&two));
    expect_true("nothing_holds_it", page_renew(table));
    page_free(table);
}

/* Level-1 tables that map tables, themselves among them. */
static void views(void)
{
    uint64_t root = pt_root_mfn() << PAGE_SHIFT;
    volatile pte_t *low = (pte_t *)0;

    asm("" : "+r" (low));
    for (unsigned level = 1; level <= 4; level++)
        if (name_in(&one, 1, level, one.mfn[level], PTE_RO_PAGE))
            report_error("a_level_1_table_maps_the_tree", "refused");
    expect_ok("seen_at_address_0", pt_write(root, pte_make(one.mfn[3],
                                                           PTE_TABLE)));
    expect_true("the_table_reads_its_entry_of_itself",
                pte_mfn(low[512 + 1]) == one.mfn[1]);
    expect_true("and_its_parents",
                pte_mfn(low[2 * 512]) == one.mfn[1] &&
                pte_mfn(low[3 * 512]) == one.mfn[2] &&
                pte_mfn(low[4 * 512]) == one.mfn[3]);
    for (unsigned level = 1; level <= 4; level++) {
        static const char *const name[5] = {
            "", "level_1_made_writable", "level_2_made_writable",
            "level_3_made_writable", "level_4_made_writable",
        };

        expect_rc(name[level], -XEN_EBUSY,
                  name_in(&one, 1, level, one.mfn[level], PTE_PAGE));
    }
    PROBE("movq $0, 0x2000");
    expect_eq("a_store_through_it", TRAP_PF, probe.vector);
    pt_write(root, 0);
}

void test_main(void)
{
    tree_build(&one, 4);
    tree_build(&two, 4);
    expect_ok("one_tree", tree_pin(&one));
    expect_ok("another", tree_pin(&two));
    parents();
    ends();
    views();
    expect_ok("unpin_one", tree_unpin(&one));
    expect_ok("unpin_the_other", tree_unpin(&two));
    expect_true("nothing_holds_one", tree_free(&one));
    expect_true("nothing_holds_the_other", tree_free(&two));
}
