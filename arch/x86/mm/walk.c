/* SPDX-License-Identifier: MIT */
/* walk.c - a guest's virtual address to the entry that maps it. */
#include <asm/layout.h>
#include <asm/paging.h>
#include <hv/direct_map.h>

pte_t *walk_to_l1(mfn_t l4, unsigned long va, mfn_t *table)
{
    mfn_t m = l4;

    if (!va_is_canonical(va) || (va >= HV_VIRT_START && va < HV_VIRT_END))
        return NULL;
    for (unsigned int level = 4; level > 1; level--) {
        pte_t e = pte_read(&((pte_t *)map_frame(m))[PT_INDEX(va, level)]);

        if (!pte_is_present(e))
            return NULL;
        m = pte_mfn(e);
    }
    *table = m;
    return &((pte_t *)map_frame(m))[PT_INDEX(va, 1)];
}
