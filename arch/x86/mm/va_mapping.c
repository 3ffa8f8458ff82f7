/* SPDX-License-Identifier: MIT */
/*
 * va_mapping.c - update_va_mapping (hypercalls 14 and 22): change the L1 entry
 * that maps one address of the caller, and flush as asked. An error leaves the
 * entry as it was and flushes nothing.
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

/* @flags & ~3 is LOCAL or ALL. */
static long update_and_flush(struct domain *target, unsigned long va,
                             unsigned long pte, unsigned long flags)
{
    struct vcpu *v = current;
    unsigned long type = flags & UVMF_FLUSHTYPE_MASK;
    int rc = update(v, target, va, (pte_t){ pte });

    if (rc || type == UVMF_NONE)
        return rc;
    if (flags == type) {
        if (type == UVMF_TLB_FLUSH)
            tlb_flush_local();
        else
            tlb_flush_page_local(va);
    } else if (type == UVMF_TLB_FLUSH) {
        tlb_flush_domain(v->domain);
    } else {
        tlb_flush_page_domain(v->domain, va);
    }
    return 0;
}

/* @flags & ~3 is the address of a bitmap of vcpus, read before anything is
 * changed, or @flags & 3 is no type. */
static NOINLINE long update_and_flush_some(struct domain *target,
                                           unsigned long va, unsigned long pte,
                                           unsigned long flags)
{
    struct vcpu *v = current;
    unsigned long type = flags & UVMF_FLUSHTYPE_MASK;
    unsigned long vcpus[BITS_TO_LONGS(MAX_VCPUS)] = { 0 };
    long rc;

    if (type == UVMF_FLUSHTYPE_MASK)
        return -EINVAL;
    if (type != UVMF_NONE &&
        copy_from_guest(vcpus, guest_va(flags & ~UVMF_FLUSHTYPE_MASK),
                        (v->domain->max_vcpus + 7) / 8))
        return -EFAULT;
    rc = update_and_flush(target, va, pte, UVMF_NONE);
    if (rc || type == UVMF_NONE)
        return rc;
    if (type == UVMF_TLB_FLUSH)
        tlb_flush_vcpus(v->domain, vcpus);
    else
        tlb_flush_page_vcpus(v->domain, vcpus, va);
    return 0;
}

static long serve(struct domain *target, unsigned long va, unsigned long pte,
                  unsigned long flags)
{
    if (unlikely(flags >= (UVMF_ALL | UVMF_FLUSHTYPE_MASK) ||
                 flags == UVMF_FLUSHTYPE_MASK))
        return update_and_flush_some(target, va, pte, flags);
    return update_and_flush(target, va, pte, flags);
}

long do_update_va_mapping(unsigned long va, unsigned long pte,
                          unsigned long flags)
{
    return serve(current->domain, va, pte, flags);
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
        rc = serve(target, va, pte, flags);
    else
        rc = -EPERM;
    domain_put(target);
    return rc;
}
