/* SPDX-License-Identifier: MIT */
/*
 * trampoline_page.c - which page below 1 MiB a starting CPU begins in. Firmware
 * and domain 0 may look at that memory later, so it is given back as it was.
 */
#include <asm/smp.h>
#include <hv/boot_info.h>

/* Start-up vectors 0xa0 to 0xbf are reserved (SDM 3A 9.4.4), and above them is
 * no RAM; page 0 is the firmware's own. */
#define FIRST_PAGE  1u
#define LAST_PAGE   0x9fu

static bool overlaps(paddr_t page, paddr_t start, uint64_t size)
{
    return page < start + size && start < page + PAGE_SIZE;
}

static bool __init is_ram(const struct memory_map *map, paddr_t page)
{
    bool is_whole = false;

    for (unsigned int i = 0; i < map->count; i++) {
        const struct memory_range *r = &map->range[i];

        if (r->type == MEMORY_RAM)
            is_whole |= r->start <= page && page + PAGE_SIZE <= r->end;
        else if (r->start < r->end && overlaps(page, r->start,
                                               r->end - r->start))
            return false;
    }
    return is_whole;
}

static bool __init is_needed(const struct boot_info *info, paddr_t page)
{
    for (unsigned int i = 0; i < info->module_count; i++)
        if (overlaps(page, info->module[i].start, info->module[i].size))
            return true;
    for (unsigned int i = 0; i < info->efi_map.count; i++) {
        const struct efi_range *r = &info->efi_map.range[i];

        if ((r->attributes & EFI_MEMORY_RUNTIME) && r->start < r->end &&
            overlaps(page, r->start, r->end - r->start))
            return true;
    }
    return info->rsdp && overlaps(page, info->rsdp, PAGE_SIZE);
}

paddr_t __init trampoline_page_choose(const struct boot_info *info)
{
    for (unsigned int n = LAST_PAGE; n >= FIRST_PAGE; n--) {
        paddr_t page = (paddr_t)n << PAGE_SHIFT;

        if (is_ram(&info->memory, page) && !is_needed(info, page))
            return page;
    }
    return 0;
}
