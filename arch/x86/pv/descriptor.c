/* SPDX-License-Identifier: MIT */
/*
 * descriptor.c - which segment descriptors a guest may have.
 *
 * Why these are safe: all guest code runs in ring 3, and a segment of DPL 3
 * gives it no more than its page tables do; a 64-bit CPU ignores base and limit
 * but for FS and GS, whose reach page tables bound as well. Of the system kinds
 * only call gates are let in, with DPL 0, so that no guest can go through one,
 * and none to a segment of ours; TSS, LDT and interrupt gates are the
 * hypervisor's.
 *
 * update_descriptor (hypercall 10) is here too: one entry, in a table that is
 * in use or in plain memory that may become one.
 */
#include <asm/descriptor.h>
#include <asm/hypercalls.h>
#include <asm/pv.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/log_dirty.h>

#define ENTRIES_PER_PAGE    (PAGE_SIZE / sizeof(uint64_t))
#define GATE_SELECTOR(d)    ((uint16_t)((d) >> 16))
#define GATE_RPL3           (3ul << 16)
#define GATE_RESERVED       (0xfful << 32)

/* A segment of the guest's: not one of ours but for the flat code. */
static bool gate_selector_ok(uint16_t selector)
{
    return (selector >> 3) < GDT_HV_FIRST || (selector & 4) ||
           selector == SEL_USER_CS64;
}

bool descriptor_check(uint64_t *desc)
{
    uint64_t d = *desc;

    if (!(d & DESC_P))
        return true;
    if (d & DESC_S) {
        *desc = d | DESC_DPL3;
        return true;
    }
    if (DESC_TYPE(d) == 0)
        return true;
    if (DESC_TYPE(d) != DESC_TYPE_CALL_GATE || (d & GATE_RESERVED) ||
        !gate_selector_ok(GATE_SELECTOR(d)))
        return false;
    *desc = (d & ~DESC_DPL3) | GATE_RPL3;
    return true;
}

bool descriptor_page_check(void *page)
{
    uint64_t *entry = page;

    for (unsigned int i = 0; i < ENTRIES_PER_PAGE; i++)
        if (!descriptor_check(&entry[i]))
            return false;
    return true;
}

static void store(mfn_t m, unsigned long offset, uint64_t desc)
{
    char *page = map_frame(m);

    __atomic_store_n((uint64_t *)(page + offset), desc, __ATOMIC_RELAXED);
    unmap_frame(page);
}

long do_update_descriptor(unsigned long paddr, unsigned long desc)
{
    struct domain *d = current->domain;
    mfn_t m = paddr_to_mfn(paddr);
    struct frame *f = frame_of(m);
    uint64_t checked = desc;
    long rc = -EINVAL;

    if ((paddr & 7) || !frame_is_ram(f) || !descriptor_check(&checked))
        return -EINVAL;
    arch_lock_tables(d);
    if (frame_state_type(frame_validated_state(f, d)) == FRAME_SEGDESC) {
        store(m, paddr & ~PAGE_MASK, checked);
        rc = 0;
    } else if (!frame_get_writable(f, d)) {
        store(m, paddr & ~PAGE_MASK, checked);
        frame_put_writable(f);
        rc = 0;
    }
    if (!rc)
        log_dirty_mark(d, m);
    arch_unlock_tables(d);
    return rc;
}
