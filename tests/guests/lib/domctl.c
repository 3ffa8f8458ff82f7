/* SPDX-License-Identifier: MIT */
/* domctl.c - the calls of a control domain about another. */
#include "domctl.h"
#include "hypercall.h"
#include "pagetable.h"

long domctl(unsigned cmd, domid_t id, struct xen_domctl *op)
{
    op->cmd = cmd;
    op->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
    op->domain = id;
    return HC1(__HYPERVISOR_domctl, op);
}

long foreign_map_flags(unsigned window, domid_t id, uint64_t mfn,
                       uint64_t flags)
{
    return HC4(__HYPERVISOR_update_va_mapping_otherdomain, window_page(window),
               pte_make(mfn, flags), UVMF_INVLPG | UVMF_ALL, id);
}

void *foreign_map(unsigned window, domid_t id, uint64_t mfn)
{
    return foreign_map_flags(window, id, mfn, PTE_PAGE) ? NULL
                                                        : window_page(window);
}

void foreign_unmap(unsigned window)
{
    page_map(window_page(window), 0);
}
