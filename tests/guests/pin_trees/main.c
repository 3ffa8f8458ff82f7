/* SPDX-License-Identifier: MIT */
/*
 * pin_trees/main.c - pins of trees that are not right all the way down.
 *
 * Promise: a pin is refused if any entry at any depth is, whether it is the
 * first, the last or one between. A refused pin leaves nothing: every table of
 * the tree can be written again, given back, or pinned once it is put right;
 * pages that good entries mapped are free. A table that was pinned on its own
 * stays so when the tree above it is refused or unpinned.
 */
#include "guest.h"

const char test_folder[] = "pin_trees";

static struct tree tree;
static void *page;

/* Put @value in entry @n of the level-@level table while it is none. */
static void poke(unsigned level, unsigned n, pte_t value)
{
    if (page_set_writable(tree.table[level]))
        report_error("the_table_is_no_table", "refused");
    tree.table[level][n] = value;
    page_set_readonly(tree.table[level]);
}

static unsigned writable_tables(void)
{
    unsigned n = 0;

    for (unsigned level = 1; level <= tree.top; level++)
        if (!page_set_writable(tree.table[level])) {
            n++;
            page_set_readonly(tree.table[level]);
        }
    return n;
}

/* One bad entry in the table of @level makes the pin of the top fail. */
static void bad_entry(const char *name, unsigned level, unsigned n,
                      pte_t value, long want)
{
    pte_t before = tree.table[level][n];

    poke(level, n, value);
    report_group(name);
    expect_rc("refused", want, tree_pin(&tree));
    expect_rc("refused_again", want, tree_pin(&tree));
    expect_rc("nothing_is_pinned", -XEN_EINVAL, tree_unpin(&tree));
    expect_eq("tables_that_may_be_written", tree.top, writable_tables());
    expect_eq("the_entry_is_as_it_was", 0,
              (tree.table[level][n] ^ value) & ~(PTE_A | PTE_US));
    poke(level, n, before);
    expect_ok("put_right_it_is_pinned", tree_pin(&tree));
    expect_eq("then_no_table_may_be_written", 0, writable_tables());
    expect_ok("and_unpinned", tree_unpin(&tree));
    report_group(NULL);
}

static void leaves(void)
{
    pte_t bad = pte_make(pt_root_mfn(), PTE_PAGE);
    pte_t nowhere = pte_make(0xfffffffffful, PTE_PAGE);

    tree_build(&tree, 4);
    poke(1, 3, pte_make(va_to_mfn(page), PTE_PAGE));
    poke(1, 500, pte_make(va_to_mfn(page), PTE_RO_PAGE));
    bad_entry("leaf.first", 1, 0, bad, -XEN_EBUSY);
    bad_entry("leaf.between", 1, 255, bad, -XEN_EBUSY);
    bad_entry("leaf.last", 1, 511, bad, -XEN_EBUSY);
    bad_entry("leaf.maps_its_own_table", 1, 9,
              pte_make(tree.mfn[1], PTE_PAGE), -XEN_EBUSY);
    bad_entry("leaf.maps_its_root", 1, 9, pte_make(tree.mfn[4], PTE_PAGE),
              -XEN_EBUSY);
    bad_entry("leaf.maps_its_level_2_table", 1, 9,
              pte_make(tree.mfn[2], PTE_PAGE), -XEN_EBUSY);
    bad_entry("leaf.no_frame", 1, 511, nowhere, -XEN_EINVAL);
}

static void uppers(void)
{
    static const char *const name[5][4] = {
        [2] = { "level_2.no_frame", "level_2.large", "level_2.global",
                "level_2.a_writable_page" },
        [3] = { "level_3.no_frame", "level_3.large", "level_3.global",
                "level_3.a_writable_page" },
        [4] = { "level_4.no_frame", "level_4.large", "level_4.global",
                "level_4.a_writable_page" },
    };

    for (unsigned level = 2; level <= 4; level++) {
        pte_t good = tree.table[level][0];

        bad_entry(name[level][0], level, 511,
                  pte_make(0xfffffffffful, PTE_TABLE), -XEN_EINVAL);
        bad_entry(name[level][1], level, 1, good | PTE_PS, -XEN_EINVAL);
        bad_entry(name[level][2], level, 300, good | PTE_G, -XEN_EINVAL);
        bad_entry(name[level][3], level, 255,
                  pte_make(va_to_mfn(page), PTE_TABLE), -XEN_EINVAL);
    }
}

static void levels(void)
{
    bad_entry("level.2_names_level_2", 2, 7,
              pte_make(tree.mfn[2], PTE_TABLE), -XEN_EINVAL);
    bad_entry("level.2_names_level_4", 2, 7,
              pte_make(tree.mfn[4], PTE_TABLE), -XEN_EINVAL);
    bad_entry("level.3_names_level_1", 3, 7,
              pte_make(tree.mfn[1], PTE_TABLE), -XEN_EINVAL);
    bad_entry("level.4_names_level_1", 4, 7,
              pte_make(tree.mfn[1], PTE_TABLE), -XEN_EINVAL);
    bad_entry("level.4_names_level_2", 4, 7,
              pte_make(tree.mfn[2], PTE_TABLE), -XEN_EINVAL);
    bad_entry("level.4_names_itself_writable", 4, 7,
              pte_make(tree.mfn[4], PTE_TABLE), -XEN_EINVAL);
}

/* A lower table with a pin of its own. */
static void own_pins(void)
{
    static const char *const name[5] = {
        [1] = "own_pin.level_1", [2] = "own_pin.level_2",
        [3] = "own_pin.level_3",
    };

    for (unsigned level = 1; level <= 3; level++) {
        unsigned cmd = MMUEXT_PIN_L1_TABLE + level - 1;

        report_group(name[level]);
        expect_ok("pin", mmuext_mfn(cmd, tree.mfn[level]));
        poke(4, 300, pte_make(va_to_mfn(page), PTE_TABLE));
        expect_rc("the_tree_is_refused", -XEN_EINVAL, tree_pin(&tree));
        expect_eq("what_is_above_may_be_written", 4 - level,
                  writable_tables());
        poke(4, 300, 0);
        expect_ok("pin_the_tree", tree_pin(&tree));
        expect_ok("unpin_the_tree", tree_unpin(&tree));
        expect_eq("only_that_may_be_written", 4 - level, writable_tables());
        expect_ok("pin_the_tree_again", tree_pin(&tree));
        expect_ok("unpin", mmuext_mfn(MMUEXT_UNPIN_TABLE, tree.mfn[level]));
        expect_eq("the_tree_holds_it", 0, writable_tables());
        expect_ok("unpin_the_tree_too", tree_unpin(&tree));
        expect_eq("all_are_free", 4, writable_tables());
    }
    report_group(NULL);
}

/* Slots 256-271 of a root are not looked at. */
static void hypervisor_slots(void)
{
    expect_ok("a_tree_whose_root_names_nonsense_in_slot_256",
              (poke(4, 256, 0x123456789abcdful), tree_pin(&tree)));
    expect_true("it_was_overwritten",
                tree.table[4][256] != 0x123456789abcdful);
    expect_rc("slot_260_is_not_to_be_written", -XEN_EINVAL,
              pt_write(tree_entry(&tree, 4, 260), 0));
    expect_rc("nor_slot_271", -XEN_EINVAL,
              pt_write(tree_entry(&tree, 4, 271),
                       pte_make(tree.mfn[3], PTE_TABLE)));
    expect_ok("slot_272_is", pt_write(tree_entry(&tree, 4, 272),
                                      pte_make(tree.mfn[3], PTE_TABLE)));
    expect_ok("slot_255_is", pt_write(tree_entry(&tree, 4, 255),
                                      pte_make(tree.mfn[3], PTE_TABLE)));
    expect_ok("unpin", tree_unpin(&tree));
}

void test_main(void)
{
    /* As tree_pin() says: nothing should interrupt a pin. */
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    page = page_alloc();
    leaves();
    uppers();
    levels();
    own_pins();
    hypervisor_slots();
    expect_true("nothing_holds_a_table", tree_free(&tree));
    expect_true("nothing_holds_the_page", page_renew(page));
}
