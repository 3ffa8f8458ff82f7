/* SPDX-License-Identifier: MIT */
/* tree.c - page tables of one's own, and whether a page is really free. */
#include "tree.h"
#include "hypercall.h"
#include "report.h"
#include "start.h"

void tree_build(struct tree *tree, unsigned top)
{
    tree->top = top;
    for (unsigned level = 1; level <= top; level++) {
        tree->table[level] = page_alloc();
        tree->mfn[level] = va_to_mfn(tree->table[level]);
        if (level > 1)
            tree->table[level][0] = pte_make(tree->mfn[level - 1], PTE_TABLE);
        page_set_readonly(tree->table[level]);
    }
}

/* Debian's Xen loses a reference when a pin that it refuses was interrupted on
 * the way: let the domain that reads our console run first. */
long tree_pin(const struct tree *tree)
{
    let_others_run();
    return mmuext_mfn(MMUEXT_PIN_L1_TABLE + tree->top - 1,
                      tree->mfn[tree->top]);
}

long tree_unpin(const struct tree *tree)
{
    return mmuext_mfn(MMUEXT_UNPIN_TABLE, tree->mfn[tree->top]);
}

bool tree_free(struct tree *tree)
{
    bool ok = true;

    for (unsigned level = 1; level <= tree->top; level++) {
        if (page_set_writable(tree->table[level]) ||
            !page_renew(tree->table[level]))
            ok = false;
        else
            page_free(tree->table[level]);
    }
    return ok;
}

uint64_t tree_entry(const struct tree *tree, unsigned level, unsigned n)
{
    return tree->mfn[level] << PAGE_SHIFT | n * sizeof(pte_t);
}

long page_count(void)
{
    domid_t self = DOMID_SELF;

    return hc_memory_op(XENMEM_current_reservation, &self);
}

bool page_renew(void *page)
{
    unsigned long *p2m = (unsigned long *)start_info->mfn_list;
    uint64_t pfn = ((uint64_t)page - VIRT_BASE) >> PAGE_SHIFT;
    struct xen_memory_reservation res = {
        .nr_extents = 1, .domid = DOMID_SELF,
    };
    xen_pfn_t frame = va_to_mfn(page);
    long before = page_count();
    bool ok;

    set_xen_guest_handle(res.extent_start, &frame);
    page_map(page, 0);
    ok = hc_memory_op(XENMEM_decrease_reservation, &res) == 1 &&
         page_count() == before - 1;
    frame = pfn;
    if (hc_memory_op(XENMEM_populate_physmap, &res) != 1 ||
        page_map(page, pte_make(frame, PTE_PAGE))) {
        report_error("a_page_in_place_of_another", "refused");
        report_done();
    }
    p2m[pfn] = frame;
    return ok;
}
