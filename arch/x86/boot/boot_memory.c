/* SPDX-License-Identifier: MIT */
/*
 * boot_memory.c - memory before the buddy allocator. Allocation goes from the
 * top of what boot/entry32.S has mapped downwards, so that low memory stays
 * whole for domain 0; nothing is ever given back here.
 */
#include <asm/boot_memory.h>
#include <hv/frame.h>
#include <asm/layout.h>
#include <asm/sections.h>
#include <hv/assert.h>
#include <hv/cmdline.h>
#include <hv/direct_map.h>
#include <hv/page_alloc.h>
#include <hv/string.h>

#define LOW_END     MIB(1)          /* firmware's, domain 0 maps it as I/O */

struct memory_map ram_map;
static struct memory_map free_map __initdata;

static uint64_t opt_mem;
CMDLINE_SIZE_OPTION(opt_mem, "mem");

/* Cut [start, end) out of the free ranges. */
static void __init reserve(paddr_t start, paddr_t end)
{
    unsigned int count = free_map.count;

    for (unsigned int i = 0; i < count; i++) {
        struct memory_range *r = &free_map.range[i];
        paddr_t old_end = r->end;

        if (end <= r->start || r->end <= start)
            continue;
        if (start <= r->start) {
            r->start = MIN(end, r->end);
        } else {
            r->end = start;
            if (end < old_end && free_map.count < MEMORY_RANGES_MAX)
                free_map.range[free_map.count++] =
                    (struct memory_range){ end, old_end, MEMORY_RAM };
        }
    }
}

/* Of the ranges that UEFI goes on using, those that @map calls RAM. */
static void __init reserve_firmware(struct memory_map *map)
{
    for (unsigned int i = 0; i < boot_info.efi_map.count; i++) {
        const struct efi_range *e = &boot_info.efi_map.range[i];
        bool is_ram = false;

        for (unsigned int k = 0; k < map->count; k++)
            is_ram |= map->range[k].type == MEMORY_RAM &&
                      map->range[k].start < e->end &&
                      e->start < map->range[k].end;
        if (is_ram && (e->attributes & EFI_MEMORY_RUNTIME))
            memory_map_reserve(map, e->start, e->end);
    }
}

void __init boot_memory_init(void)
{
    ram_map = boot_info.memory;
    reserve_firmware(&ram_map);
    memory_map_normalise(&ram_map);
    if (opt_mem)
        memory_map_clip(&ram_map, opt_mem);
    memory_map_clip(&ram_map, (paddr_t)FRAME_PIECES_MAX
                                  << (FRAME_PIECE_SHIFT + PAGE_SHIFT));

    for (unsigned int i = 0; i < ram_map.count; i++) {
        const struct memory_range *r = &ram_map.range[i];
        paddr_t start = (r->start + PAGE_SIZE - 1) & PAGE_MASK;
        paddr_t end = r->end & PAGE_MASK;

        if (r->type == MEMORY_RAM && start < end)
            free_map.range[free_map.count++] =
                (struct memory_range){ start, end, MEMORY_RAM };
    }
    reserve(0, LOW_END);
    reserve(IMAGE_PADDR, IMAGE_PADDR + image_size());
    for (unsigned int i = 0; i < boot_info.module_count; i++) {
        const struct boot_module *m = &boot_info.module[i];

        reserve(m->start & PAGE_MASK,
                (m->start + m->size + PAGE_SIZE - 1) & PAGE_MASK);
    }
    if (boot_info.rsdp)
        reserve(boot_info.rsdp & PAGE_MASK,
                (boot_info.rsdp & PAGE_MASK) + 2 * PAGE_SIZE);
}

paddr_t __init boot_memory_alloc(uint64_t size, uint64_t align)
{
    struct memory_range *best = NULL;
    paddr_t at = 0;

    for (unsigned int i = 0; i < free_map.count; i++) {
        struct memory_range *r = &free_map.range[i];
        paddr_t end = MIN(r->end, BOOT_MAPPED_END), start;

        if (end < size)
            continue;
        start = (end - size) & ~(align - 1);
        if (start >= r->start && start > at) {
            best = r;
            at = start;
        }
    }
    if (!best)
        boot_error("Too little memory: %lu KiB more are needed for the "
                   "hypervisor's own tables; give the machine more RAM",
                   (unsigned long)(size >> 10));
    reserve(at, at + size);
    memset((void *)(DIRECT_MAP_START + at), 0, size);
    return at;
}

void __init boot_memory_finish(void)
{
    for (unsigned int i = 0; i < free_map.count; i++) {
        const struct memory_range *r = &free_map.range[i];

        if (r->start < r->end)
            page_alloc_add_range(paddr_to_mfn(r->start),
                                 (r->end - r->start) >> PAGE_SHIFT);
    }
}

void boot_memory_release_modules(void)
{
    for (unsigned int i = 0; i < boot_info.module_count; i++) {
        const struct boot_module *m = &boot_info.module[i];
        paddr_t start = (m->start + PAGE_SIZE - 1) & PAGE_MASK;
        paddr_t end = (m->start + m->size) & PAGE_MASK;

        if (start >= end)
            continue;
        memset((void *)(DIRECT_MAP_START + start), 0, end - start);
        page_alloc_add_range(paddr_to_mfn(start), (end - start) >> PAGE_SHIFT);
    }
}

uint64_t boot_memory_total(void)
{
    uint64_t total = 0;

    for (unsigned int i = 0; i < ram_map.count; i++)
        if (ram_map.range[i].type == MEMORY_RAM)
            total += ram_map.range[i].end - ram_map.range[i].start;
    return total;
}
