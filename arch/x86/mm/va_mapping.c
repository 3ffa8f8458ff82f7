/* SPDX-License-Identifier: MIT */
/*
 * va_mapping.c - update_va_mapping (hypercalls 14 and 22): change the L1 entry
 * that maps one address of the caller, and flush as asked. An error leaves the
 * entry as it was and flushes nothing, but for a bitmap of vcpus that cannot be
 * read: that is found out last.
 */
#include <asm/hypercall.h>
#include <asm/hypercalls.h>
#include <asm/paging.h>
#include <asm/pt.h>
#include <asm/table_lock.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/string.h>
#include <hv/vcpu.h>

static int update(struct vcpu *v, struct domain *target, unsigned long va,
                  pte_t e)
{
    mfn_t table;
    pte_t *slot;
    int rc;

    tables_share(v);
    slot = walk_to_l1(v->arch.l4_kernel, va, &table);
    rc = slot ? pt_l1_update(v->domain, target, slot, e, false) : -EINVAL;
    if (slot)
        unmap_frame(slot);
    tables_unshare(v);
    return rc;
}

/* @flags & ~3: LOCAL, ALL, or the address of a bitmap of vcpus. */
static int flush(struct vcpu *v, unsigned long va, unsigned long flags)
{
    unsigned long type = flags & UVMF_FLUSHTYPE_MASK;
    unsigned long whom = flags & ~UVMF_FLUSHTYPE_MASK;
    unsigned long vcpus[BITS_TO_LONGS(MAX_VCPUS)] = { 0 };

    if (type == UVMF_NONE)
        return 0;
    if (whom == UVMF_LOCAL) {
        if (type == UVMF_TLB_FLUSH)
            tlb_flush_local();
        else
            tlb_flush_page_local(va);
        return 0;
    }
    if (whom == UVMF_ALL) {
        if (type == UVMF_TLB_FLUSH)
            tlb_flush_domain(v->domain);
        else
            tlb_flush_page_domain(v->domain, va);
        return 0;
    }
    if (copy_from_guest(vcpus, guest_va(whom),
                        (v->domain->max_vcpus + 7) / 8))
        return -EFAULT;
    if (type == UVMF_TLB_FLUSH)
        tlb_flush_vcpus(v->domain, vcpus);
    else
        tlb_flush_page_vcpus(v->domain, vcpus, va);
    return 0;
}

static long update_and_flush(struct domain *target, unsigned long va,
                             unsigned long pte, unsigned long flags)
{
    struct vcpu *v = current;
    int rc;

    if ((flags & UVMF_FLUSHTYPE_MASK) == UVMF_FLUSHTYPE_MASK)
        return -EINVAL;
    rc = update(v, target, va, (pte_t){ pte });
    return rc ? rc : flush(v, va, flags);
}

long do_update_va_mapping(unsigned long va, unsigned long pte,
                          unsigned long flags)
{
    return update_and_flush(current->domain, va, pte, flags);
}

long do_update_va_mapping_otherdomain(unsigned long va, unsigned long pte,
                                      unsigned long flags, unsigned int domid)
{
    struct domain *target;
    long rc;

    target = find_frame_owner((domid_t)domid);
    if (!target)
        return -ESRCH;
    if (target == current->domain || target == dom_io ||
        current->domain->is_privileged)
        rc = update_and_flush(target, va, pte, flags);
    else
        rc = -EPERM;
    domain_put(target);
    return rc;
}
