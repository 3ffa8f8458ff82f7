/* SPDX-License-Identifier: MIT */
/*
 * grant_use_test.c - two domains use each other's grants, with real frames,
 * page tables and handles; after each call the model explains every reference.
 */
#include <asm/pt.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/grant.h>
#include <hv/grant_table.h>
#include <hv/softirq.h>
#include <public/grant_table.h>
#include "../../common/grant/grant.h"
#include "fake_guest.h"
#include "fake_heap.h"
#include "grant_fakes.h"
#include "unit.h"

#define AT      FAKE_GUEST_VA
#define ENTRY   (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define BY_PTE  (GNTMAP_host_map | GNTMAP_contains_pte)

static struct frame *l1;            /* a table of first's, pinned */
static struct frame *page;          /* of guest's */

static struct grant_entry_v1 *entry(struct domain *d, grant_ref_t ref)
{
    return (struct grant_entry_v1 *)mfn_to_virt(d->grants->frame[0]->mfn) +
           ref;
}

/* The guest lets first use @f by reference @ref. */
static void give(grant_ref_t ref, const struct frame *f, uint16_t flags)
{
    *entry(guest, ref) = (struct grant_entry_v1){
        .flags = flags, .domid = 0, .frame = (uint32_t)frame_mfn(f).n,
    };
}

static void start(void)
{
    grant_fakes_start(2, 1);
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++)
        ck_assert_int_eq(grant_table_grow(&fake_domains[i], 1), 0);
    l1 = grant_own(first);
    arch_lock_tables(first);
    ck_assert_int_eq(frame_pin(l1, first, FRAME_L1), 0);
    arch_unlock_tables(first);
    model_add(l1, HOLDS_PIN, FRAME_L1);
    page = grant_own(guest);
    give(3, page, GTF_permit_access);
    fake_current = &fake_vcpus[0];
    grant_fakes_check();
}

static uint64_t slot(unsigned int i)
{
    return mfn_to_paddr(frame_mfn(l1)) + i * sizeof(pte_t);
}

static long call(unsigned int op, unsigned int count)
{
    long rc = do_grant_table_op(op, AT, count);

    grant_fakes_check();
    return rc;
}

static grant_handle_t handle;
static uint64_t bus;

static int map(grant_ref_t ref, uint64_t at, uint32_t flags)
{
    struct gnttab_map_grant_ref *op = fake_guest_at(AT);

    *op = (struct gnttab_map_grant_ref){
        .host_addr = at, .flags = flags, .ref = ref, .dom = 1,
    };
    ck_assert_int_eq(call(GNTTABOP_map_grant_ref, 1), 0);
    handle = op->handle;
    bus = op->dev_bus_addr;
    return op->status;
}

static int unmap(grant_handle_t h, uint64_t at, uint64_t dev)
{
    struct gnttab_unmap_grant_ref *op = fake_guest_at(AT);

    *op = (struct gnttab_unmap_grant_ref){
        .host_addr = at, .dev_bus_addr = dev, .handle = h,
    };
    ck_assert_int_eq(call(GNTTABOP_unmap_grant_ref, 1), 0);
    return op->status;
}

START_TEST(a_mapping_holds_the_frame_and_lets_it_go)
{
    start();
    ck_assert_int_eq(map(3, slot(7), BY_PTE), GNTST_okay);
    ck_assert_uint_eq(pte_mfn(fake_table(l1)[7]).n, frame_mfn(page).n);
    ck_assert_uint_eq(entry(guest, 3)->flags,
                      GTF_permit_access | GTF_reading | GTF_writing);
    ck_assert_int_eq(unmap(handle, slot(7), 0), GNTST_okay);
    ck_assert_uint_eq(fake_table(l1)[7].v, 0);
    ck_assert_uint_eq(entry(guest, 3)->flags, GTF_permit_access);
    ck_assert_int_eq(unmap(handle, slot(7), 0), GNTST_bad_handle);
}
END_TEST

START_TEST(the_flags_are_cleared_after_a_flush)
{
    unsigned int flushes;

    start();
    ck_assert_int_eq(map(3, slot(7), BY_PTE), GNTST_okay);
    flushes = fake_tlb_flushes;
    ck_assert_int_eq(unmap(handle, slot(7), 0), GNTST_okay);
    ck_assert_uint_eq(fake_tlb_flushes, flushes + 1);
    ck_assert_int_eq(map(3, 0, GNTMAP_device_map), GNTST_okay);
    flushes = fake_tlb_flushes;
    ck_assert_int_eq(unmap(handle, 0, bus), GNTST_okay);
    ck_assert_uint_eq(fake_tlb_flushes, flushes);
}
END_TEST

START_TEST(a_list_of_unmaps_flushes_once)
{
    struct gnttab_unmap_grant_ref *op = fake_guest_at(AT);
    grant_handle_t handles[20];
    unsigned int flushes;

    start();
    for (unsigned int i = 0; i < 20; i++) {
        ck_assert_int_eq(map(3, slot(i), BY_PTE), GNTST_okay);
        handles[i] = handle;
    }
    for (unsigned int i = 0; i < 20; i++)
        op[i] = (struct gnttab_unmap_grant_ref){ .host_addr = slot(i),
                                                 .handle = handles[i] };
    flushes = fake_tlb_flushes;
    ck_assert_int_eq(call(GNTTABOP_unmap_grant_ref, 20), 0);
    ck_assert_uint_eq(fake_tlb_flushes, flushes + 1);
    ck_assert_uint_eq(entry(guest, 3)->flags, GTF_permit_access);
}
END_TEST

START_TEST(an_entry_that_was_granted_cannot_be_copied)
{
    pte_t e;

    start();
    ck_assert_int_eq(map(3, slot(7), BY_PTE | GNTMAP_readonly), GNTST_okay);
    e = fake_table(l1)[7];
    arch_lock_tables(first);
    ck_assert_int_eq(pt_l1_update(first, first, &fake_table(l1)[8], e, false),
                     -EBUSY);
    e.v |= PTE_RW;
    ck_assert_int_eq(pt_l1_update(first, first, &fake_table(l1)[7], e, false),
                     -EBUSY);
    ck_assert_int_eq(pt_l1_replace(first, &fake_table(l1)[7],
                                   fake_table(l1)[7], e), -EBUSY);
    arch_unlock_tables(first);
    ck_assert_int_eq(unmap(handle, slot(7), 0), GNTST_okay);
}
END_TEST

START_TEST(what_is_overwritten_holds_no_entry_but_the_pin)
{
    start();
    ck_assert_int_eq(map(3, slot(7), BY_PTE), GNTST_okay);
    arch_lock_tables(first);
    ck_assert_int_eq(pt_l1_update(first, first, &fake_table(l1)[7],
                                  (pte_t){ 0 }, false), 0);
    arch_unlock_tables(first);
    grant_fakes_check();
    ck_assert_int_eq(unmap(handle, slot(7), 0), GNTST_general_error);
    ck_assert_uint_eq(entry(guest, 3)->flags,
                      GTF_permit_access | GTF_reading | GTF_writing);
    ck_assert_int_eq(grant_release_all(first), 0);
    grant_fakes_check();
    ck_assert_uint_eq(entry(guest, 3)->flags, GTF_permit_access);
}
END_TEST

START_TEST(the_granter_gives_up_a_frame_that_is_mapped)
{
    start();
    ck_assert_int_eq(map(3, slot(7), BY_PTE), GNTST_okay);
    ck_assert_int_eq(frame_give_up(page), 0);
    grant_fakes_check();
    ck_assert(!fake_frame_is_free(frame_mfn(page).n));
    ck_assert_int_eq(unmap(handle, slot(7), 0), GNTST_okay);
    ck_assert(fake_frame_is_free(frame_mfn(page).n));
    ck_assert_int_eq(map(3, slot(7), BY_PTE), GNTST_bad_page);
    ck_assert_uint_eq(entry(guest, 3)->flags, GTF_permit_access);
}
END_TEST

START_TEST(handles_grow_to_their_limit_and_come_back)
{
    unsigned int count = 0;

    start();
    while (map(3, 0, GNTMAP_device_map | GNTMAP_readonly) == GNTST_okay &&
           holding_count < HOLDINGS_MAX)
        if (++count == 200)
            break;
    ck_assert_uint_eq(count, 200);
    ck_assert_int_eq(grant_release_all(first), 0);
    for (count = 0; maptrack_alloc(first) != NO_HANDLE; count++)
        ;
    ck_assert_uint_eq(count, MAPS_PER_FRAME);
    ck_assert_int_eq(map(3, slot(1), BY_PTE), GNTST_no_device_space);
}
END_TEST

START_TEST(memory_may_end_in_the_midst_of_it)
{
    /* The array of handles' frames, such a frame, pins. */
    static const struct {
        long budget;
        int status;
    } tries[] = {
        { 0, GNTST_no_device_space }, { 1, GNTST_no_device_space },
        { 1, GNTST_general_error },
    };

    start();
    for (unsigned int i = 0; i < ARRAY_SIZE(tries); i++) {
        fake_heap_budget = tries[i].budget;
        ck_assert_int_eq(map(3, slot(7), BY_PTE), tries[i].status);
        fake_heap_budget = -1;
        ck_assert_uint_eq(entry(guest, 3)->flags, GTF_permit_access);
    }
    ck_assert_int_eq(map(3, slot(7), BY_PTE), GNTST_okay);
}
END_TEST

START_TEST(a_failed_map_changes_nothing)
{
    struct frame *table;
    long live;

    start();
    table = grant_own(guest);
    arch_lock_tables(guest);
    ck_assert_int_eq(frame_pin(table, guest, FRAME_L1), 0);
    arch_unlock_tables(guest);
    model_add(table, HOLDS_PIN, FRAME_L1);
    give(4, table, GTF_permit_access);
    ck_assert_int_eq(map(3, slot(7), BY_PTE), GNTST_okay);
    live = fake_heap_live;
    ck_assert_int_eq(map(4, slot(8), BY_PTE), GNTST_general_error);
    ck_assert_int_eq(map(4, slot(8), BY_PTE | GNTMAP_device_map),
                     GNTST_general_error);
    ck_assert_int_eq(map(4, slot(8) + 1, BY_PTE | GNTMAP_readonly),
                     GNTST_general_error);
    ck_assert_int_eq(map(512, slot(8), BY_PTE), GNTST_bad_gntref);
    ck_assert_uint_eq(entry(guest, 4)->flags, GTF_permit_access);
    ck_assert_uint_eq(fake_table(l1)[8].v, 0);
    ck_assert_int_eq(fake_heap_live, live);
}
END_TEST

START_TEST(parts_of_a_mapping_end_apart)
{
    start();
    ck_assert_int_eq(map(3, slot(7), BY_PTE | GNTMAP_device_map), GNTST_okay);
    ck_assert_int_eq(unmap(handle, 0, bus + 8), GNTST_bad_dev_addr);
    ck_assert_int_eq(unmap(handle, slot(7), bus + 8), GNTST_bad_dev_addr);
    ck_assert(fake_table(l1)[7].v);
    ck_assert_int_eq(unmap(handle, slot(7), 0), GNTST_okay);
    ck_assert_uint_eq(entry(guest, 3)->flags,
                      GTF_permit_access | GTF_reading | GTF_writing);
    ck_assert_int_eq(unmap(handle, 0, bus), GNTST_okay);
    ck_assert_uint_eq(entry(guest, 3)->flags, GTF_permit_access);
}
END_TEST

START_TEST(a_claim_that_does_not_work_out_is_undone)
{
    start();
    ck_assert_int_eq(map(3, slot(7), BY_PTE), GNTST_okay);
    ck_assert_int_eq(unmap(handle, slot(8), 0), GNTST_general_error);
    ck_assert_int_eq(unmap(handle, slot(7), 0), GNTST_okay);
}
END_TEST

/* --- copy --- */

static struct frame *mine;

static int copy(struct gnttab_copy c)
{
    struct gnttab_copy *op = fake_guest_at(AT);

    *op = c;
    ck_assert_int_eq(call(GNTTABOP_copy, 1), 0);
    return op->status;
}

START_TEST(bytes_are_copied_within_pages_only)
{
    struct gnttab_copy c = {
        .source = { .u.ref = 3, .domid = 1, .offset = 8 },
        .dest = { .domid = DOMAIN_SELF, .offset = 16 },
        .len = 8, .flags = GNTCOPY_source_gref,
    };

    start();
    mine = grant_own(first);
    c.dest.u.gmfn = frame_mfn(mine).n;
    fake_memory[frame_mfn(page).n][1] = 0x123456789abcdef0;
    ck_assert_int_eq(copy(c), GNTST_okay);
    ck_assert_uint_eq(fake_memory[frame_mfn(mine).n][2], 0x123456789abcdef0);
    ck_assert_uint_eq(fake_memory[frame_mfn(mine).n][3], 0);
    ck_assert_uint_eq(entry(guest, 3)->flags, GTF_permit_access);
    c.len = PAGE_SIZE - 16;
    ck_assert_int_eq(copy(c), GNTST_okay);
    c.len++;
    ck_assert_int_eq(copy(c), GNTST_bad_copy_arg);
    c.dest.offset = 0;
    c.len = PAGE_SIZE - 7;
    ck_assert_int_eq(copy(c), GNTST_bad_copy_arg);
    c.dest.u.gmfn = frame_mfn(l1).n;
    c.len = 1;
    ck_assert_int_eq(copy(c), GNTST_general_error);
    c.dest.u.gmfn = frame_mfn(page).n;
    ck_assert_int_eq(copy(c), GNTST_bad_page);
    c.dest.domid = 1;
    ck_assert_int_eq(copy(c), GNTST_permission_denied);
    ck_assert_uint_eq(entry(guest, 3)->flags, GTF_permit_access);
}
END_TEST

/* --- transfer, swap --- */

static int transfer(const struct frame *f, domid_t to, grant_ref_t ref)
{
    struct gnttab_transfer *op = fake_guest_at(AT);

    *op = (struct gnttab_transfer){ .mfn = frame_mfn(f).n, .domid = to,
                                    .ref = ref };
    ck_assert_int_eq(call(GNTTABOP_transfer, 1), 0);
    return op->status;
}

START_TEST(a_page_is_given_or_kept)
{
    unsigned long count;
    struct frame *got;

    start();
    mine = grant_own(first);
    fake_memory[frame_mfn(mine).n][5] = 0x55;
    count = first->page_count;
    ck_assert_int_eq(transfer(mine, 1, 3), GNTST_general_error);
    ck_assert_int_eq(transfer(mine, 9, 3), GNTST_bad_domain);
    ck_assert_int_eq(transfer(page, 1, 3), GNTST_bad_page);
    ck_assert_int_eq(transfer(l1, 1, 3), GNTST_bad_page);
    *entry(guest, 4) = (struct grant_entry_v1){ GTF_accept_transfer, 0, 99 };
    guest->page_max = guest->page_count;
    ck_assert_int_eq(transfer(mine, 1, 4), GNTST_general_error);
    guest->page_max++;
    ck_assert_uint_eq(first->page_count, count);
    ck_assert_int_eq(transfer(mine, 1, 4), GNTST_okay);
    ck_assert_uint_eq(first->page_count, count - 1);
    got = fake_frame(entry(guest, 4)->frame);
    ck_assert_ptr_eq(got->owner, guest);
    ck_assert_uint_eq(fake_memory[frame_mfn(got).n][5], 0x55);
    ck_assert_uint_eq(fake_m2p[frame_mfn(got).n], 99);
    ck_assert(fake_frame_is_free(frame_mfn(mine).n));
    ck_assert_uint_eq(entry(guest, 4)->flags,
                      GTF_accept_transfer | GTF_transfer_committed |
                          GTF_transfer_completed);
}
END_TEST

START_TEST(references_are_exchanged_unless_in_use)
{
    struct gnttab_swap_grant_ref *op = fake_guest_at(AT);

    start();
    ck_assert_int_eq(map(3, slot(7), BY_PTE), GNTST_okay);
    fake_current = &fake_vcpus[1];
    *op = (struct gnttab_swap_grant_ref){ 3, 9, 55 };
    ck_assert_int_eq(call(GNTTABOP_swap_grant_ref, 1), 0);
    ck_assert_int_eq(op->status, GNTST_eagain);
    op->ref_a = 8;
    ck_assert_int_eq(call(GNTTABOP_swap_grant_ref, 1), 0);
    ck_assert_int_eq(op->status, GNTST_okay);
}
END_TEST

/* --- lists that stop --- */

START_TEST(a_list_goes_on_where_it_stopped)
{
    struct gnttab_map_grant_ref *op = fake_guest_at(AT);
    long rc;

    start();
    for (unsigned int i = 0; i < 30; i++)
        op[i] = (struct gnttab_map_grant_ref){
            .host_addr = slot(i), .flags = BY_PTE, .ref = 3, .dom = 1,
            .status = 55,
        };
    fake_softirq_one_in = 3;
    rc = call(GNTTABOP_map_grant_ref, 30);
    while (rc == RESTART) {
        ck_assert_uint_eq(grant_again[0], GNTTABOP_map_grant_ref);
        ck_assert_uint_eq((grant_again[1] - AT) / sizeof(*op) +
                          grant_again[2], 30);
        rc = do_grant_table_op(GNTTABOP_map_grant_ref, grant_again[1],
                               (unsigned int)grant_again[2]);
        grant_fakes_check();
    }
    ck_assert_int_eq(rc, 0);
    for (unsigned int i = 0; i < 30; i++)
        ck_assert_int_eq(op[i].status, GNTST_okay);
    rc = -ERESTART;
    while (rc == -ERESTART) {
        rc = grant_release_all(first);
        grant_fakes_check();
    }
    ck_assert_int_eq(rc, 0);
    ck_assert_uint_eq(entry(guest, 3)->flags, GTF_permit_access);
}
END_TEST

int main(void)
{
    return UNIT_RUN("grant_use",
        a_mapping_holds_the_frame_and_lets_it_go,
        the_flags_are_cleared_after_a_flush,
        a_list_of_unmaps_flushes_once,
        an_entry_that_was_granted_cannot_be_copied,
        what_is_overwritten_holds_no_entry_but_the_pin,
        the_granter_gives_up_a_frame_that_is_mapped,
        handles_grow_to_their_limit_and_come_back,
        memory_may_end_in_the_midst_of_it,
        a_failed_map_changes_nothing,
        parts_of_a_mapping_end_apart,
        a_claim_that_does_not_work_out_is_undone,
        bytes_are_copied_within_pages_only,
        a_page_is_given_or_kept,
        references_are_exchanged_unless_in_use,
        a_list_goes_on_where_it_stopped);
}
