/* SPDX-License-Identifier: MIT */
/*
 * tables.c - the page tables that the firmware's runtime services run on.
 *
 *   slot 0-255     the firmware's runtime ranges where they are in the machine,
 *                  by UEFI's map: code executable, all else not; cached as it
 *                  says; nothing global
 *   slot 256-271   the hypervisor's, shared, so that its stack, its IDT, its
 *                  TSS and what we give to the firmware stay where they are
 *   slot 257       the caller's, put in for each call: its GDT lies there
 *
 * No guest memory, no device of ours and no free RAM is mapped low.
 */
#include <asm/efi.h>
#include <asm/layout.h>
#include <hv/boot_info.h>
#include <hv/efi.h>
#include <hv/errno.h>
#include <hv/page_alloc.h>
#include <hv/direct_map.h>
#include <hv/printk.h>
#include <hv/string.h>

#define LOW_HALF_END    (1ull << 47)
/* Tables for more would cost more than 8 MiB. */
#define BYTES_MAX       GIB(4)

pte_t *efi_l4;
mfn_t efi_l4_mfn;

/* False: the map does not say, and efi=attr=uc does not either. */
static bool __init caching_of(const struct efi_range *r, uint64_t *flags)
{
    if (r->attributes & EFI_MEMORY_WB)
        *flags = PTE_CACHE_WB;
    else if (r->attributes & EFI_MEMORY_WT)
        *flags = PTE_CACHE_WT;
    else if (r->attributes & EFI_MEMORY_WC)
        *flags = PTE_CACHE_WC;
    else if ((r->attributes & EFI_MEMORY_UC) || efi_option.unknown_is_uncached)
        *flags = PTE_CACHE_UC;
    else
        return false;
    return true;
}

/* Images lie in code ranges with their data, so those are writable too. */
static uint64_t __init rights_of(const struct efi_range *r)
{
    uint64_t flags = PTE_P | PTE_RW | PTE_A | PTE_D;

    if (r->attributes & EFI_MEMORY_RO)
        flags &= ~PTE_RW;
    if (r->type != EFI_TYPE_RUNTIME_CODE || (r->attributes & EFI_MEMORY_XP))
        flags |= PTE_NX;
    return flags;
}

static int __init map_range(const struct efi_range *r)
{
    paddr_t start = r->start & PAGE_MASK;
    uint64_t caching;

    if (!caching_of(r, &caching)) {
        printk(LOG_WARNING, "UEFI: %lx-%lx has no caching attributes and is "
               "not mapped; efi=attr=uc maps it uncached\n",
               (unsigned long)r->start, (unsigned long)r->end - 1);
        return 0;
    }
    return map_in(efi_l4, start, paddr_to_mfn(start),
                  bytes_to_frames(r->end - start), rights_of(r) | caching,
                  false);
}

static int __init map_runtime_ranges(const struct efi_map *map)
{
    uint64_t bytes = 0;
    int rc = 0;

    for (unsigned int i = 0; !rc && i < map->count; i++) {
        const struct efi_range *r = &map->range[i];

        if (!(r->attributes & EFI_MEMORY_RUNTIME))
            continue;
        if (r->end > LOW_HALF_END || r->end - r->start > BYTES_MAX - bytes)
            return -EINVAL;
        bytes += r->end - r->start;
        rc = map_range(r);
    }
    return rc;
}

int __init arch_efi_init(void)
{
    efi_l4_mfn = page_alloc_frames(0, 0);
    if (mfn_eq(efi_l4_mfn, INVALID_MFN))
        return -ENOMEM;
    efi_l4 = mfn_to_virt(efi_l4_mfn);
    memset(efi_l4, 0, PAGE_SIZE);
    for (unsigned int i = HV_SLOT_FIRST; i <= HV_SLOT_LAST; i++)
        efi_l4[i] = hv_l4[i];
    return map_runtime_ranges(&boot_info.efi_map);
}
