/* SPDX-License-Identifier: MIT */
/*
 * grant_pair/main.c - two domains use each other's pages, and mean no good.
 * Has a peer.
 *
 * Promise: a domain uses another's page only as it is granted, only while it
 * has it mapped, and can neither pass it on nor keep it; what the granting domain
 * does to its table or its page meanwhile takes nothing from who has it mapped.
 * When either domain ends, the other sees its pages unused, or keeps those it
 * has mapped until it unmaps them.
 */
#include "guest.h"
#include "grant.h"
#include "hypervisor.h"
#include "peer.h"

const char test_folder[] = "grant_pair";

#define REF     20u
#define OTHER   21u
#define HOST    GNTMAP_host_map
#define RO      GNTMAP_readonly

static uint64_t *page;              /* ours, by REF for the peer */
static uint64_t mfn;
static uint64_t peer_va, peer_mfn;  /* the peer's, by REF for us */
static uint64_t va, seen;           /* where both map what they get */

static unsigned flags_of(grant_ref_t ref)
{
    return grant_entry(ref)->flags;
}

/* -- as it is meant ------------------------------------------------------- */

static void theirs(void)
{
    report_group("of_the_peer");
    peer_give(REF, peer_mfn, GTF_permit_access);
    peer_write(peer_va, 0x1234);
    expect_rc("map", GNTST_okay, grant_map(peer_id, REF, va, HOST));
    expect_eq("machine_address", peer_mfn << PAGE_SHIFT, grant_bus_address);
    expect_eq("its_content", 0x1234, *(volatile uint64_t *)va);
    *(volatile uint64_t *)va = 0x5678;
    expect_eq("what_we_write", 0x5678, peer_read(peer_va));
    expect_eq("the_peer_is_told",
              GTF_permit_access | GTF_reading | GTF_writing, peer_flags(REF));
    expect_rc("unmap", GNTST_okay, grant_unmap(grant_handle, va, 0));
    expect_eq("and_told", GTF_permit_access, peer_flags(REF));
    expect_eq("no_access", TRAP_PF, touch_read((void *)va, &seen));
    report_group(NULL);
}

static void ours(void)
{
    report_group("of_ours");
    grant_give(REF, peer_id, mfn, GTF_permit_access | GTF_readonly);
    page[0] = 0x9999;
    expect_rc("not_to_be_written", GNTST_general_error,
              peer_map(REF, va, HOST));
    expect_rc("map", GNTST_okay, peer_map(REF, va, HOST | RO));
    expect_eq("its_content", 0x9999, peer_read(va));
    expect_eq("no_store", TRAP_PF, peer_touch(va, true));
    expect_eq("we_are_told", GTF_permit_access | GTF_readonly | GTF_reading,
              flags_of(REF));
    expect_true("it_is_in_use", !grant_end(REF));
    expect_rc("unmap", GNTST_okay, peer_unmap(grant_handle, va, 0));
    expect_true("no_more", grant_end(REF));
    expect_rc("nothing_granted", GNTST_general_error,
              peer_map(REF, va, HOST | RO));
    report_group(NULL);
}

/* -- by no other way ------------------------------------------------------ */

static void not_otherwise(void)
{
    grant_handle_t handle;
    pte_t entry;

    report_group("otherwise");
    expect_rc("the_page_by_hand", -XEN_EBUSY,
              pt_write(pt_entry_maddr(va, 1), pte_make(peer_mfn, PTE_PAGE)));
    grant_give(REF, peer_id, peer_mfn, GTF_permit_access);
    expect_rc("granting_what_is_not_ours", GNTST_bad_page,
              peer_map(REF, va, HOST));
    grant_give(REF, own_id, peer_mfn, GTF_permit_access);
    expect_rc("to_ourselves", GNTST_bad_page,
              grant_map(own_id, REF, va, HOST));
    peer_give(REF, peer_mfn, GTF_permit_access);
    expect_rc("map", GNTST_okay, grant_map(peer_id, REF, va, HOST | RO));
    handle = grant_handle;
    entry = *pt_entry(va, 1);
    expect_rc("a_copy_of_the_entry", -XEN_EBUSY,
              pt_write(pt_entry_maddr(va + PAGE_SIZE, 1), entry));
    expect_rc("the_right_to_write", -XEN_EBUSY,
              pt_write(pt_entry_maddr(va, 1), entry | PTE_RW));
    expect_eq("no_store", TRAP_PF, touch_write((void *)va, 1));
    grant_give(REF, peer_id, peer_mfn, GTF_permit_access);
    expect_rc("passing_it_on", GNTST_bad_page, peer_map(REF, va, HOST));
    expect_rc("unmap", GNTST_okay, grant_unmap(handle, va, 0));
    expect_rc("the_entry_again", -XEN_EBUSY,
              pt_write(pt_entry_maddr(va, 1), entry));
    report_group(NULL);
}

/* A handle is good for its own domain alone. */
static void handles(void)
{
    grant_handle_t handle;

    report_group("handle");
    expect_rc("map", GNTST_okay, grant_map(peer_id, REF, va, HOST));
    handle = grant_handle;
    expect_true("the_peer_cannot_unmap_it",
                peer_unmap(handle + 50, va, 0) == GNTST_bad_handle);
    expect_rc("unmap", GNTST_okay, grant_unmap(handle, va, 0));
    report_group(NULL);
}

static void tables(void)
{
    struct gnttab_setup_table setup = { .dom = (domid_t)peer_id,
                                        .nr_frames = 1 };
    struct gnttab_query_size size = { .dom = (domid_t)peer_id };
    static xen_pfn_t frame;

    report_group("table");
    set_xen_guest_handle(setup.frame_list, &frame);
    expect_ok("setup", hc_grant_table_op(GNTTABOP_setup_table, &setup, 1));
    expect_rc("is_not_ours_to_see", GNTST_permission_denied, setup.status);
    expect_ok("size", hc_grant_table_op(GNTTABOP_query_size, &size, 1));
    expect_rc("is_not_ours_to_know", GNTST_permission_denied, size.status);
    report_group(NULL);
}

/* -- what changes meanwhile ----------------------------------------------- */

static void revoked(void)
{
    grant_handle_t handle;

    report_group("revoked");
    expect_rc("map", GNTST_okay, grant_map(peer_id, REF, va, HOST));
    handle = grant_handle;
    peer_give(REF, 0, 0);           /* frame 0, flags 0 */
    *(volatile uint64_t *)va = 0x77;
    expect_eq("the_page_stays", 0x77, peer_read(peer_va));
    expect_rc("and_can_be_mapped", GNTST_okay,
              grant_map(peer_id, REF, va + PAGE_SIZE, HOST));
    expect_rc("unmap_it", GNTST_okay,
              grant_unmap(grant_handle, va + PAGE_SIZE, 0));
    expect_rc("unmap", GNTST_okay, grant_unmap(handle, va, 0));
    expect_rc("then_no_more", GNTST_general_error,
              grant_map(peer_id, REF, va, HOST));
    report_group(NULL);
}

/* The peer gives a page up that we have mapped: nobody gets it until we are
 * done. */
static void given_up(void)
{
    struct xen_memory_reservation *r = peer_room;
    xen_pfn_t *list = (xen_pfn_t *)(r + 1);
    uint64_t at, frame;

    report_group("given_up");
    at = peer_page(&frame);
    peer_write(at, 0x4242);
    peer_give(OTHER, frame, GTF_permit_access);
    expect_rc("map", GNTST_okay, grant_map(peer_id, OTHER, va, HOST));
    expect_ok("the_peer_unmaps_it",
              peer_call(__HYPERVISOR_update_va_mapping, at, 0, UVMF_INVLPG));
    *list = frame;
    *r = (struct xen_memory_reservation){ .nr_extents = 1,
                                          .domid = DOMID_SELF };
    set_xen_guest_handle(r->extent_start, list);
    expect_rc("and_gives_it_up", 1,
              peer_call(__HYPERVISOR_memory_op, XENMEM_decrease_reservation,
                        (uint64_t)r, 0));
    expect_eq("it_keeps_its_content", 0x4242, *(volatile uint64_t *)va);
    expect_eq("it_can_be_written", NO_TRAP, touch_write((void *)va, 1));
    expect_rc("unmap", GNTST_okay, grant_unmap(grant_handle, va, 0));
    expect_rc("it_is_no_longer_the_peers", GNTST_bad_page,
              grant_map(peer_id, OTHER, va, HOST));
    report_group(NULL);
}

static long peer_mmuext(const struct mmuext_op *op)
{
    struct multicall_entry *m = (struct multicall_entry *)(op + 1);

    *m = (struct multicall_entry){
        .op = __HYPERVISOR_mmuext_op,
        .args = { (unsigned long)op, 1, 0, DOMID_SELF },
    };
    peer_call(__HYPERVISOR_multicall, (uint64_t)m, 1, 0);
    return (long)m->result;
}

/* The peer makes a table of what we have mapped, or tries to. */
static void as_a_table(void)
{
    struct mmuext_op *op = peer_room;
    uint64_t at, frame;

    report_group("as_a_table");
    at = peer_page(&frame);
    peer_give(OTHER, frame, GTF_permit_access);
    peer_call(__HYPERVISOR_update_va_mapping, at,
              pte_make(frame, PTE_RO_PAGE), UVMF_INVLPG);
    expect_rc("map", GNTST_okay, grant_map(peer_id, OTHER, va, HOST));
    *op = (struct mmuext_op){ .cmd = MMUEXT_PIN_L1_TABLE,
                              .arg1.mfn = frame };
    expect_rc("not_while_we_may_write", -XEN_EINVAL, peer_mmuext(op));
    expect_rc("unmap", GNTST_okay, grant_unmap(grant_handle, va, 0));
    expect_ok("then_it_may", peer_mmuext(op));
    expect_rc("and_we_may_not", GNTST_general_error,
              grant_map(peer_id, OTHER, va, HOST));
    expect_rc("but_read", GNTST_okay,
              grant_map(peer_id, OTHER, va, HOST | RO));
    op->cmd = MMUEXT_UNPIN_TABLE;
    expect_ok("it_unpins_it", peer_mmuext(op));
    expect_rc("unmap_it", GNTST_okay, grant_unmap(grant_handle, va, 0));
    report_group(NULL);
}

/* -- copies --------------------------------------------------------------- */

static long copy(struct gnttab_copy op)
{
    long rc = hc_grant_table_op(GNTTABOP_copy, &op, 1);

    return rc ? rc + CALL_FAILED : op.status;
}

static void copies(void)
{
    struct gnttab_copy op = {
        .source = { .u.ref = REF, .domid = (domid_t)peer_id, .offset = 0 },
        .dest = { .u.gmfn = mfn, .domid = DOMID_SELF, .offset = 8 },
        .len = 8, .flags = GNTCOPY_source_gref,
    };

    report_group("copy");
    peer_give(REF, peer_mfn, GTF_permit_access | GTF_readonly);
    peer_write(peer_va, 0xabcdef);
    expect_rc("from_the_peer", GNTST_okay, copy(op));
    expect_eq("is_here", 0xabcdef, page[1]);
    expect_eq("the_grant_is_unused", GTF_permit_access | GTF_readonly,
              peer_flags(REF));
    op.dest = op.source;
    op.source = (struct gnttab_copy_ptr){ .u.gmfn = mfn,
                                          .domid = DOMID_SELF };
    op.flags = GNTCOPY_dest_gref;
    expect_rc("not_to_be_written", GNTST_general_error, copy(op));
    peer_give(REF, peer_mfn, GTF_permit_access);
    page[0] = 0xfeed;
    expect_rc("to_the_peer", GNTST_okay, copy(op));
    expect_eq("is_there", 0xfeed, peer_read(peer_va));
    op.source.u.gmfn = peer_mfn;
    expect_rc("a_frame_of_the_peer", GNTST_bad_page, copy(op));
    op.source.domid = (domid_t)peer_id;
    expect_rc("named_as_such", GNTST_permission_denied, copy(op));
    report_group(NULL);
}

/* -- a storm -------------------------------------------------------------- */

#define STORM_ROUNDS    400u

/* The peer maps, copies and unmaps ours while we take it back and change what
 * it means. It cannot know what works; it must not matter. */
static void storm(uint64_t kind, uint64_t round)
{
    uint64_t at = va + (round & 7) * PAGE_SIZE;
    struct gnttab_copy op = {
        .source = { .u.ref = REF, .domid = (domid_t)peer_id },
        .dest = { .u.ref = REF, .domid = (domid_t)peer_id, .offset = 64 },
        .len = 64, .flags = GNTCOPY_source_gref | GNTCOPY_dest_gref,
    };

    if (kind && !grant_map(peer_id, REF, at, HOST)) {
        touch_write((void *)at, round);
        grant_unmap(grant_handle, at, 0);
    }
    hc_grant_table_op(GNTTABOP_copy, &op, 1);
    if (round % 16 == 0)
        let_others_run();
}

static void storming(void)
{
    static const unsigned meanings[] = {
        GTF_permit_access, 0, GTF_permit_access | GTF_readonly,
        GTF_accept_transfer, 0xffff, GTF_permit_access,
    };

    report_group("storm");
    grant_give(REF, peer_id, mfn, GTF_permit_access);
    peer_begin_storm(1, STORM_ROUNDS);
    for (unsigned i = 0; i < 300; i++) {
        grant_entry(REF)->flags = (uint16_t)meanings[i % 6];
        grant_entry(REF)->frame = (uint32_t)(i % 5 ? mfn : i);
        let_others_run();
    }
    peer_wait();
    grant_give(REF, peer_id, mfn, GTF_permit_access);
    expect_rc("then_it_works", GNTST_okay, peer_map(REF, va, HOST));
    expect_rc("and_ends", GNTST_okay, peer_unmap(grant_handle, va, 0));
    expect_true("unused", grant_end(REF));
    report_group(NULL);
}

/* -- ends ----------------------------------------------------------------- */

/* The peer ends while each has the other's page mapped. */
static void the_peer_ends(void)
{
    grant_handle_t handle;
    unsigned before = peer_id;
    uint64_t bus;

    report_group("end");
    grant_give(REF, peer_id, mfn, GTF_permit_access);
    grant_give(OTHER, peer_id, mfn, GTF_permit_access);
    expect_rc("the_peer_maps", GNTST_okay, peer_map(REF, va, HOST));
    expect_rc("for_a_device", GNTST_okay,
              peer_map(OTHER, 0, GNTMAP_device_map));
    peer_give(REF, peer_mfn, GTF_permit_access);
    peer_write(peer_va, 0x1111);
    expect_rc("so_do_we", GNTST_okay,
              grant_map(peer_id, REF, va, HOST | GNTMAP_device_map));
    handle = grant_handle;
    bus = grant_bus_address;
    if (!expect_true("another_comes", peer_replace()))
        return;
    expect_true("under_another_number", peer_id != before);
    expect_true("ours_is_unused", grant_end(REF));
    expect_true("by_devices_too", grant_end(OTHER));
    expect_eq("the_page_stays", 0x1111, *(volatile uint64_t *)va);
    expect_eq("it_can_be_written", NO_TRAP, touch_write((void *)va, 1));
    /* On Xen the domain is there as long as its pages. */
    if (own_answer("unmap")) {
        expect_rc("no_more_is_mapped", GNTST_bad_domain,
                  grant_map(before, REF, va + PAGE_SIZE, HOST));
        expect_rc("unmap", GNTST_okay, grant_unmap(handle, va, 0));
        expect_rc("for_devices", GNTST_okay,
                  grant_unmap(handle, 0, bus));
    }
    report_group(NULL);
}

void test_main(void)
{
    page = NULL;
    va = (uint64_t)window_page(0);
    peer_storm = storm;
    if (!peer_start())
        return;
    page = page_alloc();
    mfn = va_to_mfn(page);
    peer_va = peer_page(&peer_mfn);
    theirs();
    ours();
    not_otherwise();
    handles();
    tables();
    revoked();
    given_up();
    as_a_table();
    copies();
    storming();
    the_peer_ends();
    expect_true("nothing_holds_our_page", page_renew(page));
}
