/* SPDX-License-Identifier: MIT */
/*
 * long_batches/main.c - calls that are too long for one turn.
 *
 * Promise: mmu_update, mmuext_op, memory_op and multicall take lists of any
 * length. However often the hypervisor stops half-way to do something else, the
 * guest sees one call: every request is carried out once and in order, `done`
 * is the total, registers are kept, and timers fire meanwhile. A request that
 * fails ends the list there. The same holds inside a multicall.
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "long_batches";

#define PAGES   32u
#define PER     (PAGE_SIZE / sizeof(struct mmu_update))
#define COUNT   (PAGES * PER)           /* 8192 requests */

static struct mmu_update *req;          /* COUNT in a row of window pages */
static struct tree tree;
static uint64_t mfn[2];
static unsigned timer;

/* A list of PAGES pages in a row. */
static void make_list(void)
{
    req = window_page(16);
    for (unsigned i = 0; i < PAGES; i++)
        if (page_map(window_page(16 + i),
                     pte_make(va_to_mfn(page_alloc()), PTE_PAGE)))
            report_error("the_list_is_mapped", "refused");
}

/* Fill the level-1 table over and over; the last round stays. */
static void fill(void)
{
    for (unsigned i = 0; i < COUNT; i++)
        req[i] = (struct mmu_update){
            tree_entry(&tree, 1, i % 512),
            pte_make(mfn[i / 512 & 1], i / 512 & 2 ? PTE_RO_PAGE : PTE_PAGE),
        };
}

static unsigned right_entries(unsigned upto)
{
    unsigned n = 0;

    for (unsigned e = 0; e < 512; e++) {
        unsigned last = upto > e ? (upto - 1 - e) / 512 * 512 + e : COUNT;
        pte_t want = last < COUNT ? req[last].val : 0;

        n += !((tree.table[1][e] ^ want) & (PTE_ADDR | PTE_P | PTE_RW));
    }
    return n;
}

static void timer_soon(void)
{
    port_clear(timer);
    hc_set_timer_op(clock_now() + MILLISECOND / 10);
}

static void updates(void)
{
    unsigned done = 77;

    report_group("mmu_update");
    fill();
    timer_soon();
    expect_ok("answer", hc_mmu_update(req, COUNT, &done, DOMID_SELF));
    expect_eq("done", COUNT, done);
    expect_eq("entries_as_the_last_said", 512, right_entries(COUNT));
    expect_ok("without_done", hc_mmu_update(req, COUNT, NULL, DOMID_SELF));
    req[COUNT - 1].val = pte_make(pt_root_mfn(), PTE_PAGE);
    expect_rc("the_last_is_bad", -XEN_EBUSY,
              hc_mmu_update(req, COUNT, &done, DOMID_SELF));
    expect_eq("all_but_it_are_done", COUNT - 1, done);
    fill();
    req[5000].val = pte_make(pt_root_mfn(), PTE_PAGE);
    expect_rc("one_in_the_middle_is_bad", -XEN_EBUSY,
              hc_mmu_update(req, COUNT, &done, DOMID_SELF));
    expect_eq("those_before_it_are_done", 5000, done);
    expect_eq("and_in_the_table", 512, right_entries(5000));
    fill();
    req[COUNT - 1].ptr |= 7;
    expect_rc("the_last_is_no_command", -XEN_ENOSYS,
              hc_mmu_update(req, COUNT, &done, DOMID_SELF));
    expect_eq("all_but_that_are_done", COUNT - 1, done);
    report_group(NULL);
}

/* Debian's Xen answers 0. */
static void done_nowhere(struct mmu_update *last)
{
    struct mmuext_op pin = {
        .cmd = MMUEXT_PIN_L4_TABLE, .arg1.mfn = tree.mfn[4],
    };

    if (!own_answer("done_is_not_to_be_written"))
        return;
    expect_rc("done_is_not_to_be_written", -XEN_EFAULT,
              hc_mmu_update(last, 3, window_page(9), DOMID_SELF));
    expect_rc("done_in_the_hypervisor", -XEN_EFAULT,
              hc_mmu_update(last, 3, (unsigned *)HV_PRIVATE, DOMID_SELF));
    expect_rc("no_request_and_done_nowhere", -XEN_EFAULT,
              hc_mmu_update(last, 0, window_page(9), DOMID_SELF));
    expect_rc("no_operation_and_done_nowhere", -XEN_EFAULT,
              hc_mmuext_op(NULL, 0, window_page(9), DOMID_SELF));
    tree_unpin(&tree);
    expect_rc("an_operation_and_done_nowhere", -XEN_EFAULT,
              hc_mmuext_op(&pin, 1, window_page(9), DOMID_SELF));
    tree_pin(&tree);
}

/* A list that ends in a hole. */
static void holes(void)
{
    struct mmu_update *last = (struct mmu_update *)window_page(16 + PAGES) - 3;
    unsigned done = 77;

    fill();
    expect_rc("a_list_that_ends_after_three", -XEN_EFAULT,
              hc_mmu_update(last, 4, &done, DOMID_SELF));
    expect_true("some_of_them_are_done", done <= 3);
    done_nowhere(last);
    expect_rc("a_list_across_the_end_of_addresses", -XEN_EFAULT,
              hc_mmu_update((void *)(0ul - 16), 2, &done, DOMID_SELF));
    expect_rc("a_list_into_the_hypervisor", -XEN_EFAULT,
              hc_mmu_update((void *)(HV_START - 16), 2, &done, DOMID_SELF));
}

static void operations(void)
{
    struct mmuext_op *op = (void *)req;
    unsigned count = PAGES * PAGE_SIZE / sizeof(*op), done = 77;

    report_group("mmuext_op");
    for (unsigned i = 0; i < count; i++)
        op[i] = (struct mmuext_op){
            .cmd = i & 1 ? MMUEXT_UNPIN_TABLE : MMUEXT_PIN_L4_TABLE,
            .arg1.mfn = tree.mfn[4],
        };
    tree_unpin(&tree);
    timer_soon();
    expect_ok("pin_and_unpin_without_end",
              hc_mmuext_op(op, count & ~1u, &done, DOMID_SELF));
    expect_eq("done", count & ~1u, done);
    expect_rc("it_is_not_pinned", -XEN_EINVAL, tree_unpin(&tree));
    op[2001].cmd = MMUEXT_PIN_L4_TABLE;
    expect_rc("a_pin_too_many", -XEN_EINVAL,
              hc_mmuext_op(op, count & ~1u, &done, DOMID_SELF));
    expect_eq("those_before_are_done", 2001, done);
    expect_ok("it_is_pinned", tree_unpin(&tree));
    tree_pin(&tree);
    report_group(NULL);
}

/* mmu_update inside a multicall, longer than a turn, and what follows. */
static void nested(void)
{
    struct multicall_entry call[3] = { 0 };
    static unsigned done;

    report_group("multicall");
    fill();
    done = 77;
    call[0].op = __HYPERVISOR_mmu_update;
    call[0].args[0] = (uint64_t)req;
    call[0].args[1] = COUNT;
    call[0].args[2] = (uint64_t)&done;
    call[0].args[3] = DOMID_SELF;
    call[1].op = __HYPERVISOR_xen_version;
    call[2] = call[0];
    call[2].args[1] = 100;
    timer_soon();
    expect_ok("answer", hc_multicall(call, 3));
    expect_rc("the_long_one", 0, (long)call[0].result);
    expect_true("the_one_behind_it", (long)call[1].result > 0x40000);
    expect_rc("the_last", 0, (long)call[2].result);
    expect_eq("done_by_the_last", 100, done);
    fill();
    req[7000].ptr |= 7;
    call[0].args[0] = (uint64_t)req;
    call[0].args[1] = COUNT;
    call[0].args[2] = (uint64_t)&done;
    call[0].args[3] = DOMID_SELF;
    expect_ok("with_one_that_fails", hc_multicall(call, 1));
    expect_rc("its_result", -XEN_ENOSYS, (long)call[0].result);
    expect_eq("its_done", 7000, done);
    report_group(NULL);
}

/* 1,000 calls in a multicall; each is made once. */
static void many_calls(void)
{
    struct multicall_entry *call = (void *)req;
    unsigned count = 1000, wrong = 0;

    for (unsigned i = 0; i < count; i++) {
        call[i] = (struct multicall_entry){
            .op = __HYPERVISOR_update_va_mapping, .result = 0x5a5a,
        };
        call[i].args[0] = (uint64_t)window_page(1);
        call[i].args[1] = pte_make(mfn[i & 1], PTE_PAGE);
        call[i].args[2] = UVMF_INVLPG;
    }
    call[500].args[1] = pte_make(pt_root_mfn(), PTE_PAGE);
    timer_soon();
    expect_ok("a_thousand_calls", hc_multicall(call, count));
    for (unsigned i = 0; i < count; i++)
        wrong += (long)call[i].result != (i == 500 ? -XEN_EBUSY : 0);
    expect_eq("wrong_results", 0, wrong);
    expect_true("the_last_one_holds",
                va_to_mfn(window_page(1)) == mfn[(count - 1) & 1]);
    page_map(window_page(1), 0);
}

/* As many pages as a list may name. */
static void reservations(void)
{
    xen_pfn_t *list = (void *)req;
    unsigned count = 2048;
    struct xen_memory_reservation res = {
        .nr_extents = count, .domid = DOMID_SELF,
    };
    long before = page_count();
    unsigned right = 0;

    set_xen_guest_handle(res.extent_start, list);
    for (unsigned i = 0; i < count; i++)
        list[i] = pfn_to_mfn(pfn_alloc_unmapped());
    timer_soon();
    expect_rc("give_2048_pages", count,
              hc_memory_op(XENMEM_decrease_reservation, &res));
    expect_rc("they_are_gone", -(long)count, page_count() - before);
    for (unsigned i = 0; i < count; i++)
        list[i] = start_info->nr_pages + i;
    timer_soon();
    expect_rc("take_2048_pages", count,
              hc_memory_op(XENMEM_populate_physmap, &res));
    expect_rc("they_are_there", 0, page_count() - before);
    for (unsigned i = 0; i < count; i++)
        right += mfn_to_pfn(list[i]) == start_info->nr_pages + i;
    expect_eq("each_under_its_own_pfn", count, right);
}

void test_main(void)
{
    long port = port_bind_virq(VIRQ_TIMER, 0);

    timer = (unsigned)port;
    make_list();
    tree_build(&tree, 4);
    expect_ok("the_tree_is_pinned", tree_pin(&tree));
    for (unsigned i = 0; i < 2; i++)
        mfn[i] = va_to_mfn(page_alloc());
    updates();
    expect_true("a_timer_fired_meanwhile", port_is_pending(timer));
    holes();
    operations();
    expect_true("and_another", port_is_pending(timer));
    nested();
    many_calls();
    reservations();
    expect_ok("unpin", tree_unpin(&tree));
    expect_true("nothing_holds_the_tree", tree_free(&tree));
    for (unsigned i = 0; i < 2; i++)
        expect_true(i ? "nothing_holds_the_other_page"
                      : "nothing_holds_the_page", page_renew(mfn_to_va(mfn[i])));
}
