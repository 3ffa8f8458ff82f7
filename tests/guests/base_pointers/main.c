/* SPDX-License-Identifier: MIT */
/*
 * base_pointers/main.c - the two root tables a vcpu runs on.
 *
 * Promise: NEW_BASEPTR and NEW_USER_BASEPTR take a level-4 table of the domain,
 * or a page that can become one, pinned or not, and hold it. What they let go
 * is a table no longer if nothing else holds it. User root 0 means none. The
 * same root may serve both modes. A root that is refused changes nothing: the
 * old one is in use still.
 */
#include "guest.h"

const char test_folder[] = "base_pointers";

static pte_t *root;             /* the builder's, read-only */
static struct tree tree;
static void *plain;

/* Give the top of the tree the kernel's half of the root we run on. */
static void copy_kernel(void)
{
    page_set_writable(tree.table[4]);
    for (unsigned i = 272; i < 512; i++)
        tree.table[4][i] = root[i];
    page_set_readonly(tree.table[4]);
}

static bool top_is_free(void)
{
    bool ok = !page_set_writable(tree.table[4]);

    page_set_readonly(tree.table[4]);
    return ok;
}

static void refused(const char *group, unsigned cmd)
{
    unsigned long gone[1];
    void *page = page_alloc();

    report_group(group);
    expect_rc("a_writable_page", -XEN_EINVAL,
              mmuext_mfn(cmd, va_to_mfn(plain)));
    expect_rc("a_level_1_table", -XEN_EINVAL,
              mmuext_mfn(cmd, pt_entry_maddr((uint64_t)window_page(0), 1) >>
                         PAGE_SHIFT));
    expect_rc("a_level_3_table", -XEN_EINVAL,
              mmuext_mfn(cmd, pte_mfn(root[511])));
    expect_rc("no_memory", -XEN_EINVAL, mmuext_mfn(cmd, 0xffffffffful));
    expect_rc("the_last_frame_number", -XEN_EINVAL, mmuext_mfn(cmd, ~0ul));
    expect_rc("more_than_a_frame_number", -XEN_EINVAL,
              mmuext_mfn(cmd, pt_root_mfn() | 1ul << 52));
    expect_rc("device_registers", -XEN_EINVAL, mmuext_mfn(cmd, 0xfee00));
    expect_rc("shared_info", -XEN_EINVAL,
              mmuext_mfn(cmd, va_to_mfn(&shared_info)));
    gone[0] = va_to_mfn(page);
    page_set_readonly(page);
    expect_ok("descriptors_are_loaded", hc_set_gdt(gone, 8));
    expect_rc("descriptors", -XEN_EINVAL, mmuext_mfn(cmd, gone[0]));
    hc_set_gdt(gone, 0);
    page_set_writable(page);
    expect_true("nothing_holds_the_descriptors", page_renew(page));
    expect_ok("we_still_run", mmuext_va(MMUEXT_TLB_FLUSH_LOCAL, NULL));
    page_free(page);
    report_group(NULL);
}

/* A tree with one bad leaf is no root. */
static void half_valid(void)
{
    page_set_writable(tree.table[1]);
    tree.table[1][511] = pte_make(pt_root_mfn(), PTE_PAGE);
    page_set_readonly(tree.table[1]);
    expect_rc("a_root_with_a_bad_leaf", -XEN_EBUSY,
              mmuext_mfn(MMUEXT_NEW_BASEPTR, tree.mfn[4]));
    expect_rc("a_user_root_with_a_bad_leaf", -XEN_EBUSY,
              mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, tree.mfn[4]));
    expect_true("it_is_no_table", top_is_free());
    page_set_writable(tree.table[1]);
    tree.table[1][511] = 0;
    page_set_readonly(tree.table[1]);
}

static void kernel(void)
{
    uint64_t old = pt_root_mfn();

    expect_ok("an_unpinned_root", mmuext_mfn(MMUEXT_NEW_BASEPTR, tree.mfn[4]));
    expect_true("it_is_a_table", !top_is_free());
    expect_rc("it_is_not_pinned", -XEN_EINVAL, tree_unpin(&tree));
    expect_ok("the_same_again", mmuext_mfn(MMUEXT_NEW_BASEPTR, tree.mfn[4]));
    expect_ok("pin_it_in_use", tree_pin(&tree));
    expect_ok("unpin_it_in_use", tree_unpin(&tree));
    expect_ok("its_entries_can_be_changed",
              pt_write(tree_entry(&tree, 4, 5),
                       pte_make(tree.mfn[3], PTE_TABLE)));
    expect_ok("and_its_own_entry_0_dropped",
              pt_write(tree_entry(&tree, 4, 0), 0));
    expect_ok("and_set", pt_write(tree_entry(&tree, 4, 0),
                                  pte_make(tree.mfn[3], PTE_TABLE)));
    expect_ok("go_back", mmuext_mfn(MMUEXT_NEW_BASEPTR, old));
    expect_true("it_is_no_table_any_more", top_is_free());
    expect_ok("pinned_first", tree_pin(&tree));
    expect_ok("used_then", mmuext_mfn(MMUEXT_NEW_BASEPTR, tree.mfn[4]));
    expect_ok("left", mmuext_mfn(MMUEXT_NEW_BASEPTR, old));
    expect_true("it_stays_a_table", !top_is_free());
    expect_ok("until_unpinned", tree_unpin(&tree));
    expect_true("then_it_is_none", top_is_free());
}

/* Three operations in one call, as GRUB does it. */
static void batch(void)
{
    struct mmuext_op op[3] = {
        { .cmd = MMUEXT_PIN_L4_TABLE }, { .cmd = MMUEXT_NEW_BASEPTR },
        { .cmd = MMUEXT_UNPIN_TABLE },
    };
    unsigned done = 0;

    op[0].arg1.mfn = op[1].arg1.mfn = tree.mfn[4];
    op[2].arg1.mfn = pt_root_mfn();
    expect_ok("pin_use_and_unpin_the_old",
              hc_mmuext_op(op, 3, &done, DOMID_SELF));
    expect_eq("three_done", 3, done);
    op[0].arg1.mfn = op[1].arg1.mfn = pt_root_mfn();
    op[2].arg1.mfn = tree.mfn[4];
    expect_ok("and_back", hc_mmuext_op(op, 3, &done, DOMID_SELF));
    expect_true("the_other_is_free", top_is_free());
    op[1].arg1.mfn = va_to_mfn(plain);
    op[0].arg1.mfn = op[2].arg1.mfn = tree.mfn[4];
    expect_rc("a_bad_root_in_the_middle", -XEN_EINVAL,
              hc_mmuext_op(op, 3, &done, DOMID_SELF));
    expect_eq("one_done", 1, done);
    expect_ok("which_is_pinned", tree_unpin(&tree));
}

static void user(void)
{
    uint64_t mine;

    if (!user_init())
        return;
    mine = user_root_mfn;
    report_group("user_mode");
    USER_RUN("mov $7, %%eax; hlt");
    expect_eq("user_mode_runs", 7, probe.rax);
    expect_ok("unpin_it_in_use", mmuext_mfn(MMUEXT_UNPIN_TABLE, mine));
    USER_RUN("mov $8, %%eax; hlt");
    expect_eq("user_mode_still_runs", 8, probe.rax);
    expect_ok("the_same_again", mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, mine));
    expect_ok("pin_it", mmuext_mfn(MMUEXT_PIN_L4_TABLE, mine));
    expect_ok("another", mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, tree.mfn[4]));
    expect_true("which_is_held", !top_is_free());
    expect_ok("none", mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, 0));
    expect_true("it_is_held_no_more", top_is_free());
    expect_ok("none_again", mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, 0));
    expect_ok("the_kernels_own",
              mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, pt_root_mfn()));
    expect_ok("and_the_first", mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, mine));
    USER_RUN("mov $9, %%eax; hlt");
    expect_eq("user_mode_runs_again", 9, probe.rax);
    expect_ok("unpin_the_user_root", mmuext_mfn(MMUEXT_UNPIN_TABLE, mine));
    expect_ok("and_use_none", mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, 0));
    expect_ok("then_it_can_be_written", page_set_writable(mfn_to_va(mine)));
    report_group(NULL);
}

void test_main(void)
{
    root = (pte_t *)start_info->pt_base;
    plain = page_alloc();
    (void)window_page(0);
    tree_build(&tree, 4);
    copy_kernel();
    refused("kernel", MMUEXT_NEW_BASEPTR);
    refused("user", MMUEXT_NEW_USER_BASEPTR);
    half_valid();
    kernel();
    batch();
    user();
    expect_rc("a_kernel_root_of_none", -XEN_EINVAL,
              mmuext_mfn(MMUEXT_NEW_BASEPTR, 0xfffffffffful));
    expect_true("nothing_holds_the_tree", tree_free(&tree));
    expect_true("nothing_holds_the_page", page_renew(plain));
}
