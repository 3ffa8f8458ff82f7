/* SPDX-License-Identifier: MIT */
/*
 * dirty_entries.c - what a guest's L1 tables say about writes.
 *
 * The CPU sets D in an entry before it first writes by it (SDM 3A 4.8). So an
 * entry with RW and D may have been written by; one without D was not, since D
 * was last cleared and the TLB flushed.
 *
 * In an entry of the guest's kernel we clear D: kernels have it set always and
 * do not look. In an entry of its user D is the guest's to know, it decides
 * whether a page has to be written to a file; there we take RW, and the guest,
 * who finds a read-only entry where writing is allowed, sets it again, as after
 * a fork whose child is gone. The table has then changed for whoever copies it.
 * A guest without a user mode, which takes no system calls, has its kernel's
 * entries alone.
 *
 * An entry that is changed takes its D along, so what it said is noted then.
 */
#include <asm/paging.h>
#include <asm/pt.h>
#include <hv/direct_map.h>
#include <hv/vcpu.h>

#define WRITTEN     (PTE_P | PTE_RW | PTE_D)

/* The frame of @owner's that was written by @e, or NULL. */
static struct frame *written_by(const struct domain *owner, pte_t e)
{
    struct frame *f;

    if ((e.v & WRITTEN) != WRITTEN)
        return NULL;
    f = frame_of(pte_mfn(e));
    return frame_is_ram(f) && f->owner == owner ? f : NULL;
}

static bool has_user_mode(const struct domain *d)
{
    const struct vcpu *v;

    for_each_vcpu(d, v)
        if (v->arch.syscall_callback.address)
            return true;
    return false;
}

void arch_log_dirty_table(struct domain *d, struct frame *table)
{
    pte_t *entry = map_frame(frame_mfn(table));
    bool has_user = has_user_mode(d), has_changed = false;

    for (unsigned int i = 0; i < PT_ENTRIES; i++) {
        pte_t e = pte_read(&entry[i]);
        struct frame *f = written_by(d, e);

        if (likely(!f))
            continue;
        log_dirty_mark(d, frame_mfn(f));
        if ((e.v & PTE_GUEST_KERNEL) || !has_user) {
            __atomic_and_fetch(&entry[i].v, ~PTE_D, __ATOMIC_ACQ_REL);
        } else {
            __atomic_and_fetch(&entry[i].v, ~PTE_RW, __ATOMIC_ACQ_REL);
            frame_make_readonly(f);
            has_changed = true;
        }
    }
    if (has_changed)
        log_dirty_mark(d, frame_mfn(table));
    unmap_frame(entry);
}

void arch_log_dirty_flush(struct domain *d)
{
    tlb_flush_domain(d);
}

void pt_note_changed(struct domain *owner, const pte_t *slot, pte_t old)
{
    struct frame *f = written_by(owner, old);

    log_dirty_mark(owner, virt_to_mfn(slot));
    if (f)
        log_dirty_mark(owner, frame_mfn(f));
}

void pt_note_table_end(struct domain *owner, const pte_t *table,
                       unsigned int count)
{
    for (unsigned int i = 0; i < count; i++) {
        struct frame *f = written_by(owner, pte_read(&table[i]));

        if (f)
            log_dirty_mark(owner, frame_mfn(f));
    }
}
