/* SPDX-License-Identifier: MIT */
/*
 * ldt.c - the guest's LDT, named by a virtual address (MMUEXT_SET_LDT). Its
 * pages are looked up and checked one by one, when the CPU first reads a
 * descriptor there and faults on the vcpu's window.
 */
#include <asm/guest_word.h>
#include <asm/layout.h>
#include <asm/paging.h>
#include <asm/pv.h>
#include <asm/window.h>
#include <hv/assert.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/frame.h>

#define PTE_WINDOW  (PTE_HV_DATA & ~PTE_G)

bool ldt_place_ok(unsigned long base, unsigned long entries)
{
    unsigned long last = base + entries * 8 - 1;

    if (!entries)
        return true;
    return entries <= LDT_MAX_ENTRIES && !(base & ~PAGE_MASK) && base < last &&
           va_is_canonical(base) && va_is_canonical(last) &&
           !is_hypervisor_address(base) && !is_hypervisor_address(last);
}

/* The frame the guest has at @va, as a checked descriptor page. */
static struct frame *get_page(struct vcpu *v, unsigned long va)
{
    mfn_t table;
    pte_t *slot = walk_to_l1(v->arch.l4_kernel, va, &table);
    struct frame *f;
    pte_t e;

    if (!slot)
        return NULL;
    e = pte_read(slot);
    unmap_frame(slot);
    f = frame_of(pte_mfn(e));
    if (!pte_is_present(e) || !frame_is_ram(f) ||
        frame_get_with_type(f, v->domain, FRAME_SEGDESC))
        return NULL;
    return f;
}

bool ldt_map_page(struct vcpu *v, unsigned long offset)
{
    unsigned int page = (unsigned int)(offset >> PAGE_SHIFT);
    pte_t *slot = &v->arch.window[WINDOW_LDT + page];
    struct frame *f;

    if (offset >= v->arch.ldt_entries * 8ul || pte_is_present(*slot))
        return false;
    arch_lock_tables(v->domain);
    f = get_page(v, v->arch.ldt_base + (offset & PAGE_MASK));
    arch_unlock_tables(v->domain);
    if (!f)
        return false;
    pte_write(slot, pte_make(frame_mfn(f), PTE_WINDOW));
    return true;
}

/* Stale translations of the window end before the page gets another type: F4
 * of frame_type.c. */
void ldt_vcpu_release(struct vcpu *v)
{
    for (unsigned int i = WINDOW_LDT; i < WINDOW_ENTRIES; i++) {
        pte_t e = v->arch.window[i];
        int rc;

        if (!pte_is_present(e))
            continue;
        pte_write(&v->arch.window[i], (pte_t){ 0 });
        arch_lock_tables(v->domain);
        rc = frame_put_with_type(frame_of(pte_mfn(e)));
        arch_unlock_tables(v->domain);
        ASSERT(rc == 0);
    }
}
