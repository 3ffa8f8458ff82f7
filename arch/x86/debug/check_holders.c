/* SPDX-License-Identifier: MIT */
/*
 * check_holders.c - what a vcpu holds: the tables it runs on, the one it is
 * building, descriptor pages, its record in guest memory.
 */
#include "../../../common/debug/check.h"
#include <asm/descriptor.h>
#include <asm/paging.h>
#include <asm/window.h>
#include <hv/domain.h>
#include <hv/vcpu.h>

static void vcpu_expect(const char *what, const struct vcpu *v,
                        uint64_t expected, uint64_t found)
{
    if (expected != found)
        check_fail(what, v->id, v->domain->id, expected, found);
}

static void check_base(const struct vcpu *v, mfn_t l4)
{
    const struct frame *f = frame_of(l4);

    if (mfn_eq(l4, INVALID_MFN))
        return;
    tally_type(f, FRAME_L4, CHECK_NOBODY);
    if (!frame_is_ram(f))
        return;
    vcpu_expect("a vcpu's L4 is its domain's", v, (uint64_t)v->domain,
                (uint64_t)f->owner);
    vcpu_expect("a vcpu's L4 is validated", v, FRAME_VALIDATED,
                f->state & (FRAME_VALIDATED | FRAME_PARTIAL));
}

/* F6: what waits in the slot is half done. */
static void check_pending(const struct vcpu *v)
{
    const struct frame *f = v->arch.pending_table;

    if (!f)
        return;
    tally_type(f, frame_state_type(f->state), CHECK_NOBODY);
    vcpu_expect("a pending table is partial", v, FRAME_PARTIAL,
                f->state & (FRAME_VALIDATED | FRAME_PARTIAL));
}

static void check_gdt(const struct vcpu *v)
{
    for (unsigned int i = 0; i < GDT_GUEST_PAGES; i++) {
        mfn_t m = v->arch.gdt_frames[i];
        pte_t e = v->arch.window[i];

        if (mfn_eq(m, INVALID_MFN)) {
            vcpu_expect("a GDT page that nobody gave", v, 0,
                        e.v & (PTE_RW | PTE_US));
            continue;
        }
        tally_type(frame_of(m), FRAME_SEGDESC, CHECK_NOBODY);
        vcpu_expect("a GDT page in the window", v, m.n, pte_mfn(e).n);
    }
}

static void check_ldt(const struct vcpu *v)
{
    for (unsigned int i = WINDOW_LDT; i < WINDOW_ENTRIES; i++) {
        pte_t e = v->arch.window[i];

        if (!pte_is_present(e))
            continue;
        vcpu_expect("an LDT page in the window", v, 0, e.v & PTE_US);
        tally_type(frame_of(pte_mfn(e)), FRAME_SEGDESC, CHECK_NOBODY);
    }
}

void arch_check_vcpu(const struct vcpu *v)
{
    check_base(v, v->arch.l4_kernel);
    check_base(v, v->arch.l4_user);
    check_pending(v);
    if (v->arch.window) {
        check_gdt(v);
        check_ldt(v);
    }
    if (!mfn_eq(v->info_mfn, INVALID_MFN))
        tally_type(frame_of(v->info_mfn), FRAME_WRITABLE, CHECK_NOBODY);
}

void arch_check_shared(void)
{
    for (unsigned long i = 0; i < m2p_pieces(); i++) {
        mfn_t m = m2p_piece(i);

        for (unsigned int k = 0; !mfn_eq(m, INVALID_MFN) && k < PT_ENTRIES; k++)
            check_note_shared(dom_hv, mfn_add(m, k));
    }
}
