/* SPDX-License-Identifier: MIT */
/*
 * tlb.c - dropping translations, and the clock that avoids doing it twice.
 *
 * Guests' entries are never global, so loading CR3 drops all of a guest's
 * translations on this CPU. A frame's last use of a type moves the clock on and
 * notes it; a CPU notes the clock before it loads CR3, without moving it, since
 * it does so all the time. A CPU whose note is not behind the frame's holds
 * nothing old of it. The clock is 32 bits wide; when it wraps all frames look
 * old for a while, which costs flushes and no safety: a stamp is compared by
 * distance.
 */
#include <asm/cr.h>
#include <asm/ipi.h>
#include <asm/paging.h>
#include <hv/domain.h>
#include <hv/frame.h>

uint32_t tlb_clock = 1;     /* asm/fast_path.h reads it too */

static void note_flush(void)
{
    cpu_info()->tlb_flushed_at = __atomic_load_n(&tlb_clock, __ATOMIC_ACQUIRE);
}

void tlb_load_l4(mfn_t l4)
{
    note_flush();
    write_cr3(mfn_to_paddr(l4));
}

void tlb_flush_local(void)
{
    note_flush();
    write_cr3(read_cr3());
}

void tlb_flush_page_local(unsigned long va)
{
    invlpg(va);
}

void tlb_flush_global_local(void)
{
    unsigned long cr4 = read_cr4();

    note_flush();
    write_cr4(cr4 & ~(unsigned long)CR4_PGE);
    write_cr4(cr4);
}

void tlb_flush_domain(struct domain *d)
{
    (void)d;
    tlb_flush_local();
}

void tlb_flush_page_domain(struct domain *d, unsigned long va)
{
    (void)d;
    tlb_flush_page_local(va);
}

void tlb_flush_vcpus(struct domain *d, const unsigned long *vcpus)
{
    (void)vcpus;
    tlb_flush_domain(d);
}

void tlb_flush_page_vcpus(struct domain *d, const unsigned long *vcpus,
                          unsigned long va)
{
    (void)vcpus;
    tlb_flush_page_domain(d, va);
}

/* Another CPU has changed a mapping of the hypervisor's own. */
void tlb_flush_interrupt(void)
{
    tlb_flush_global_local();
}

uint32_t arch_tlb_clock(void)
{
    return __atomic_add_fetch(&tlb_clock, 1, __ATOMIC_ACQ_REL);
}

void arch_flush_for_type(const struct frame *f)
{
    if ((int32_t)(cpu_info()->tlb_flushed_at - f->tlb_stamp) < 0)
        tlb_flush_local();
}
