/* SPDX-License-Identifier: MIT */
/*
 * gdt.c - the guest's part of the GDT (hypercall 2, set_gdt): up to 14 frames
 * of its own, shown to the CPU through the vcpu's window. Each holds a
 * FRAME_SEGDESC reference, so it is checked and nobody has it writable.
 */
#include <asm/cpu.h>
#include <asm/hypercalls.h>
#include <asm/paging.h>
#include <asm/pv.h>
#include <asm/window.h>
#include <hv/assert.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/guest_copy.h>

#define ENTRIES_PER_PAGE    512u
#define PTE_WINDOW          (PTE_HV_DATA & ~PTE_G)

/* What stands where the guest has no page: null descriptors. */
static const uint64_t null_page[ENTRIES_PER_PAGE] ALIGNED(4096);

static pte_t null_entries(void)
{
    return pte_make(virt_to_mfn(null_page), PTE_HV_RO & ~PTE_G);
}

void gdt_vcpu_create(struct vcpu *v)
{
    for (unsigned int i = 0; i < GDT_GUEST_PAGES; i++) {
        v->arch.gdt_frames[i] = INVALID_MFN;
        pte_write(&v->arch.window[i], null_entries());
    }
    pte_write(&v->arch.window[GDT_GUEST_PAGES + 1], null_entries());
}

static void put_segdesc(struct domain *d, mfn_t m)
{
    int rc;

    arch_lock_tables(d);
    rc = frame_put_with_type(frame_of(m));
    arch_unlock_tables(d);
    ASSERT(rc == 0);
}

static int get_segdesc(struct domain *d, mfn_t m)
{
    struct frame *f = frame_of(m);
    int rc;

    if (!frame_is_ram(f))
        return -EINVAL;
    arch_lock_tables(d);
    rc = frame_get_with_type(f, d, FRAME_SEGDESC);
    arch_unlock_tables(d);
    return rc ? -EINVAL : 0;
}

void gdt_vcpu_release(struct vcpu *v)
{
    for (unsigned int i = 0; i < GDT_GUEST_PAGES; i++) {
        pte_write(&v->arch.window[i], null_entries());
        if (mfn_eq(v->arch.gdt_frames[i], INVALID_MFN))
            continue;
        put_segdesc(v->domain, v->arch.gdt_frames[i]);
        v->arch.gdt_frames[i] = INVALID_MFN;
    }
    v->arch.gdt_entries = 0;
}

int gdt_vcpu_set(struct vcpu *v, const uint64_t *frames, unsigned int entries)
{
    unsigned int n = (entries + ENTRIES_PER_PAGE - 1) / ENTRIES_PER_PAGE;

    if (entries > GDT_GUEST_ENTRIES)
        return -EINVAL;
    for (unsigned int i = 0; i < n; i++) {
        int rc = get_segdesc(v->domain, mfn(frames[i]));

        if (rc) {
            while (i--)
                put_segdesc(v->domain, mfn(frames[i]));
            return rc;
        }
    }
    gdt_vcpu_release(v);
    for (unsigned int i = 0; i < n; i++) {
        v->arch.gdt_frames[i] = mfn(frames[i]);
        pte_write(&v->arch.window[i], pte_make(mfn(frames[i]), PTE_WINDOW));
    }
    v->arch.gdt_entries = entries;
    return 0;
}

void gdt_vcpu_load(struct vcpu *v)
{
    struct table_register r = {
        .limit = GDT_WINDOW_SIZE - 1,
        .base = gdt_window(v),
    };

    pte_write(&v->arch.window[GDT_GUEST_PAGES],
              pte_make(virt_to_mfn(gdt_page_of_cpu(cpu_id())), PTE_WINDOW));
    tlb_flush_local();
    __asm__ __volatile__("lgdt %0" : : "m"(r));
    gdt_set_ldt(ldt_window(v), v->arch.ldt_entries);
}

long do_set_gdt(unsigned long frames_va, unsigned int entries)
{
    uint64_t frames[GDT_GUEST_PAGES];
    unsigned int n = (entries + ENTRIES_PER_PAGE - 1) / ENTRIES_PER_PAGE;
    struct vcpu *v = current;
    int rc;

    if (entries > GDT_GUEST_ENTRIES)
        return -EINVAL;
    if (n && copy_from_guest(frames, guest_va(frames_va),
                             n * sizeof(frames[0])))
        return -EFAULT;
    rc = gdt_vcpu_set(v, frames, entries);
    if (!rc)
        gdt_vcpu_load(v);
    return rc;
}
