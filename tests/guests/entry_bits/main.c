/* SPDX-License-Identifier: MIT */
/*
 * entry_bits/main.c - which bits an entry of each level may have.
 *
 * Promise: every bit of an entry outside its frame number is taken, taken and
 * changed, or refused with -EINVAL, and the answer is the same by whatever way
 * the entry comes: the three commands of mmu_update, update_va_mapping, a plain
 * store (whose refusal is a page fault), or a table that is pinned. A refused
 * value changes nothing. Without its present bit an entry is data: all of it
 * is kept.
 *
 * What the hypervisor makes of the global bit and of the three caching bits in
 * an entry that maps RAM is its own affair; the test only asks that they are
 * accepted at level 1. So is the accessed bit of a higher level, which the
 * hardware may set at any time.
 */
#include "guest.h"

const char test_folder[] = "entry_bits";

#define PTE_PAT         (1ul << 7)
#define OWN_AFFAIR      (PTE_G | PTE_PAT | PTE_PCD | PTE_PWT)
#define KERNEL_MARK     (1ul << 52)     /* of an entry without the user bit */

/* Put @value in entry 0 of the table of @level. */
typedef long write_t(unsigned level, pte_t value);

static struct tree tree;
static uint64_t mfn;            /* what the level-1 entry maps */
static volatile pte_t *store_to;

static long by_command(unsigned level, pte_t value, unsigned command)
{
    struct mmu_update req = { tree_entry(&tree, level, 0) | command, value };

    return hc_mmu_update(&req, 1, NULL, DOMID_SELF);
}

static long by_normal(unsigned level, pte_t value)
{
    return by_command(level, value, MMU_NORMAL_PT_UPDATE);
}

static long by_preserve(unsigned level, pte_t value)
{
    return by_command(level, value, MMU_PT_UPDATE_PRESERVE_AD);
}

static long by_no_translate(unsigned level, pte_t value)
{
    return by_command(level, value, MMU_PT_UPDATE_NO_TRANSLATE);
}

static long by_address(unsigned level, pte_t value)
{
    (void)level;
    return hc_update_va_mapping(0, value, UVMF_NONE);
}

static long by_store(unsigned level, pte_t value)
{
    (void)level;
    PROBE("mov %1, (%0)", "r" (store_to), "r" (value));
    if (probe.vector == NO_TRAP)
        return 0;
    return probe.vector == TRAP_PF ? -XEN_EINVAL : -XEN_ENOSYS;
}

/* Refused as a whole if one entry is; the entry then is as we wrote it. */
static long by_pin(unsigned level, pte_t value)
{
    pte_t *table = tree.table[level];
    long rc;

    mmuext_mfn(MMUEXT_UNPIN_TABLE, tree.mfn[4]);
    page_set_writable(table);
    table[0] = value;
    page_set_readonly(table);
    rc = mmuext_mfn(MMUEXT_PIN_L1_TABLE + level - 1, tree.mfn[level]);
    if (!rc)
        mmuext_mfn(MMUEXT_UNPIN_TABLE, tree.mfn[level]);
    return rc;
}

struct answer {
    uint64_t refused, failed, changed;  /* -EINVAL; else; refused but changed */
    uint64_t dropped, added;            /* by entries that were taken */
};

static struct answer try_all(write_t *write, unsigned level)
{
    pte_t base = level == 1 ? pte_make(mfn, PTE_PAGE)
                            : pte_make(tree.mfn[level - 1], PTE_TABLE);
    struct answer a = { 0 };

    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t mask = 1ul << bit;
        pte_t value = base ^ mask, seen;
        long rc;

        if (mask & PTE_ADDR)
            continue;
        if (write(level, base))
            a.failed |= mask;
        rc = write(level, value);
        seen = tree.table[level][0];
        if (rc == 0) {
            a.dropped |= value & ~seen;
            a.added |= seen & ~value;
        } else {
            a.refused |= rc == -XEN_EINVAL ? mask : 0;
            a.failed |= rc == -XEN_EINVAL ? 0 : mask;
            if (write != by_pin && (seen ^ base) & ~(PTE_A | OWN_AFFAIR))
                a.changed |= mask;
        }
    }
    write(level, base);
    return a;
}

static void bits(const char *group, write_t *write, unsigned level)
{
    struct answer a = try_all(write, level);
    uint64_t own = OWN_AFFAIR | (level > 1 ? PTE_A : 0);
    uint64_t kept = write == by_preserve ? PTE_A | PTE_D : 0;

    report_group(group);
    expect_eq("refused", level == 1 ? 0 : OWN_AFFAIR, a.refused);
    expect_eq("refused_otherwise", 0, a.failed);
    expect_eq("changed_although_refused", 0, a.changed);
    expect_eq("dropped", 0, a.dropped & ~own);
    expect_eq("added", (PTE_US | (level == 1 ? KERNEL_MARK : 0) | kept) & ~own,
              a.added & ~own);
}

static void absent(const char *name, write_t *write, unsigned level)
{
    pte_t value = 0xfedcba9876543210ul;
    long rc = write(level, value);

    expect_ok(name, rc);
    expect_eq("is_kept", value, tree.table[level][0]);
    value = ~PTE_P;
    expect_ok("all_ones_but_the_present_bit", write(level, value));
    expect_eq("are_kept", value, tree.table[level][0]);
}

/* The level-1 table of the tree translates address 0 of ours while @on. */
static void attach(bool on)
{
    expect_ok(on ? "the_root_takes_the_tree" : "the_root_lets_it_go",
              pt_write(pt_root_mfn() << PAGE_SHIFT,
                       on ? pte_make(tree.mfn[3], PTE_TABLE) : 0));
}

static void level_1(void)
{
    static const struct {
        const char *name;
        write_t *write;
    } way[] = {
        { "level_1.normal", by_normal },
        { "level_1.preserve", by_preserve },
        { "level_1.no_translate", by_no_translate },
        { "level_1.by_address", by_address },
        { "level_1.store", by_store },
    };

    attach(true);
    for (size_t i = 0; i < ARRAY_SIZE(way); i++) {
        bits(way[i].name, way[i].write, 1);
        if (way[i].write != by_preserve)
            absent("an_absent_entry", way[i].write, 1);
        by_normal(1, 0);
    }
    report_group(NULL);
    attach(false);
    bits("level_1.pin", by_pin, 1);
    absent("an_absent_entry", by_pin, 1);
    by_pin(1, 0);
}

static void upper(unsigned level)
{
    static const char *const name[5][3] = {
        [2] = { "level_2.normal", "level_2.preserve", "level_2.pin" },
        [3] = { "level_3.normal", "level_3.preserve", "level_3.pin" },
        [4] = { "level_4.normal", "level_4.preserve", "level_4.pin" },
    };

    bits(name[level][0], by_normal, level);
    absent("an_absent_entry", by_normal, level);
    by_normal(level, pte_make(tree.mfn[level - 1], PTE_TABLE));
    bits(name[level][1], by_preserve, level);
    bits(name[level][2], by_pin, level);
    absent("an_absent_entry", by_pin, level);
    by_pin(level, pte_make(tree.mfn[level - 1], PTE_TABLE));
}

void test_main(void)
{
    hc_vm_assist(VMASST_CMD_enable, VMASST_TYPE_writable_pagetables);
    tree_build(&tree, 4);
    store_to = tree.table[1];
    mfn = va_to_mfn(page_alloc());
    expect_ok("the_tree_is_pinned", tree_pin(&tree));
    level_1();
    for (unsigned level = 2; level <= 4; level++) {
        tree_pin(&tree);
        upper(level);
    }
    report_group(NULL);
    expect_true("nothing_is_left_of_it", tree_free(&tree));
}
