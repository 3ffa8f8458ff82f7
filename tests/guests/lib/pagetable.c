/* SPDX-License-Identifier: MIT */
/* pagetable.c - walk and change this domain's page tables. */
#include "pagetable.h"
#include "hypercall.h"
#include "report.h"
#include "start.h"

uint64_t pfn_to_mfn(uint64_t pfn)
{
    const unsigned long *p2m = (const unsigned long *)start_info->mfn_list;

    return pfn < start_info->nr_pages ? p2m[pfn] : ~0ul;
}

uint64_t mfn_to_pfn(uint64_t mfn)
{
    return machine_to_phys_mapping[mfn];
}

void *mfn_to_va(uint64_t mfn)
{
    return (void *)(VIRT_BASE + (mfn_to_pfn(mfn) << PAGE_SHIFT));
}

uint64_t va_to_mfn(const void *va)
{
    const pte_t *pte = pt_entry((uint64_t)va, 1);

    return pte && (*pte & PTE_P) ? pte_mfn(*pte) : 0;
}

uint64_t pt_root_mfn(void)
{
    return pfn_to_mfn((start_info->pt_base - VIRT_BASE) >> PAGE_SHIFT);
}

const pte_t *pt_entry(uint64_t va, unsigned level)
{
    const pte_t *table = (const pte_t *)start_info->pt_base;

    for (unsigned at = 4; at > level; at--) {
        pte_t pte = table[pt_index(va, at)];

        if (!(pte & PTE_P))
            return NULL;
        table = mfn_to_va(pte_mfn(pte));
    }
    return &table[pt_index(va, level)];
}

uint64_t pt_entry_maddr(uint64_t va, unsigned level)
{
    const pte_t *pte = pt_entry(va, level);

    if (!pte)
        return 0;
    return pfn_to_mfn(((uint64_t)pte - VIRT_BASE) >> PAGE_SHIFT) << PAGE_SHIFT |
           ((uint64_t)pte & ~PAGE_MASK);
}

long pt_write(uint64_t maddr, pte_t value)
{
    struct mmu_update req = { maddr | MMU_NORMAL_PT_UPDATE, value };

    return hc_mmu_update(&req, 1, NULL, DOMID_SELF);
}

long page_map(const void *va, pte_t pte)
{
    return hc_update_va_mapping((uint64_t)va, pte, UVMF_INVLPG | UVMF_ALL);
}

long page_set_readonly(const void *va)
{
    return page_map(va, pte_make(va_to_mfn(va), PTE_RO_PAGE));
}

long page_set_writable(const void *va)
{
    return page_map(va, pte_make(va_to_mfn(va), PTE_PAGE));
}

long mmuext_mfn(unsigned cmd, uint64_t mfn)
{
    struct mmuext_op op = { .cmd = cmd, .arg1.mfn = mfn };

    return hc_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

long mmuext_va(unsigned cmd, const void *va)
{
    struct mmuext_op op = { .cmd = cmd, .arg1.linear_addr = (uint64_t)va };

    return hc_mmuext_op(&op, 1, NULL, DOMID_SELF);
}
