/* SPDX-License-Identifier: MIT */
/* page.c - see page.h. */
#include "page.h"

#define WORDS   (PAGE_SIZE / sizeof(uint64_t))

unsigned self;
uint64_t frame, pfn;
uint64_t *page, *other;
static uint64_t other_mfn;

static xen_pfn_t give_back(xen_pfn_t which)
{
    struct xen_memory_reservation r = { .nr_extents = 1, .domid = DOMID_SELF };

    set_xen_guest_handle(r.extent_start, &which);
    return (xen_pfn_t)hc_memory_op(XENMEM_decrease_reservation, &r);
}

/* A domain that has all it may have is given nothing, not by itself either. */
static void make_room(void)
{
    uint64_t mfn;

    page_alloc_unmapped(&mfn);
    expect_rc("room_for_one", 1, (long)give_back(mfn));
}

void page_begin(void)
{
    expect_true("there_is_a_table", grant_init());
    self = own_number();
    page = page_alloc();
    other = page_alloc();
    frame = va_to_mfn(page);
    other_mfn = va_to_mfn(other);
    pfn = mfn_to_pfn(frame);
    window_page(0);
    make_room();
}

bool page_end(void)
{
    bool ok;

    page_show();
    ok = page_renew(page);
    return page_renew(other) && ok;
}

void page_show(void)
{
    if (page_map(page, pte_make(frame, PTE_PAGE))) {
        report_error("the_page_can_be_mapped", "refused");
        report_done();
    }
}

void page_hide(void)
{
    page_map(page, 0);
}

void words_fill(uint64_t *words, uint64_t value)
{
    for (unsigned i = 0; i < WORDS; i++)
        words[i] = value;
}

bool words_are(const uint64_t *words, uint64_t value)
{
    for (unsigned i = 0; i < WORDS; i++)
        if (((const volatile uint64_t *)words)[i] != value)
            return false;
    return true;
}

void page_prepare(void)
{
    page_show();
    words_fill(page, OLD);
    words_fill(other, NEW);
    page_hide();
    grant_give(OURS, self, frame, GTF_permit_access);
}

long page_copy(bool into, bool by_ref)
{
    struct gnttab_copy op = { .len = PAGE_SIZE, .status = 55 };

    op.source.domid = op.dest.domid = DOMID_SELF;
    op.source.u.gmfn = into ? other_mfn : frame;
    op.dest.u.gmfn = into ? frame : other_mfn;
    if (by_ref && into) {
        op.dest.u.ref = OURS;
        op.flags = GNTCOPY_dest_gref;
    } else if (by_ref) {
        op.source.u.ref = OURS;
        op.flags = GNTCOPY_source_gref;
    }
    if (hc_grant_table_op(GNTTABOP_copy, &op, 1))
        return CALL_FAILED;
    return op.status;
}

void page_accept(unsigned n)
{
    grant_give(ACCEPT + n, self, pfn, GTF_accept_transfer);
}

long page_transfer(unsigned n)
{
    struct gnttab_transfer op = {
        .mfn = frame, .domid = (domid_t)self, .ref = ACCEPT + n, .status = 55,
    };

    if (hc_grant_table_op(GNTTABOP_transfer, &op, 1))
        return CALL_FAILED;
    return op.status;
}

long page_replace(uint64_t *fresh)
{
    struct xen_memory_reservation r = { .nr_extents = 1, .domid = DOMID_SELF };
    xen_pfn_t number = pfn;
    long rc = (long)give_back(frame);

    set_xen_guest_handle(r.extent_start, &number);
    if (rc == 1)
        rc = hc_memory_op(XENMEM_populate_physmap, &r);
    *fresh = number;
    return rc;
}

long page_exchange(uint64_t *fresh)
{
    xen_pfn_t in = frame, out = pfn;
    struct xen_memory_exchange x = {
        .in = { .nr_extents = 1, .domid = DOMID_SELF },
        .out = { .nr_extents = 1, .domid = DOMID_SELF },
    };
    long rc;

    set_xen_guest_handle(x.in.extent_start, &in);
    set_xen_guest_handle(x.out.extent_start, &out);
    rc = hc_memory_op(XENMEM_exchange, &x);
    *fresh = out;
    return rc;
}
