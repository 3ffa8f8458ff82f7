/* SPDX-License-Identifier: MIT */
/* control.c - the calls of a control domain that the builder needs. */
#include "control.h"
#include "hypercall.h"
#include "pagetable.h"

long control(unsigned cmd, domid_t id, struct xen_domctl *op)
{
    op->cmd = cmd;
    op->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
    op->domain = id;
    return HC1(__HYPERVISOR_domctl, op);
}

void *foreign_map(enum window where, domid_t id, uint64_t mfn)
{
    void *va = window_page(where);
    long rc = HC4(__HYPERVISOR_update_va_mapping_otherdomain, va,
                  pte_make(mfn, PTE_PAGE), UVMF_INVLPG | UVMF_ALL, id);

    return rc ? NULL : va;
}

void foreign_unmap(enum window where)
{
    page_map(window_page(where), 0);
}
