/* SPDX-License-Identifier: MIT */
/*
 * multiboot1.c - the tables of a Multiboot 0.6.96 loader (section 3.3) to
 * struct boot_info. They lie anywhere below 4 GiB, which is mapped; what would
 * go on beyond that ends there.
 */
#include <hv/boot_info.h>
#include <hv/compiler.h>
#include <hv/direct_map.h>
#include <hv/printk.h>
#include <hv/string.h>

struct mb1_info {
    uint32_t flags;             /*  0 */
#define MB1_HAS_MEMORY      (1u << 0)
#define MB1_HAS_CMDLINE     (1u << 2)
#define MB1_HAS_MODULES     (1u << 3)
#define MB1_HAS_MEMORY_MAP  (1u << 6)
#define MB1_HAS_LOADER      (1u << 9)
#define MB1_HAS_FRAMEBUFFER (1u << 12)
    uint32_t mem_lower;         /*  4 KiB from 0 */
    uint32_t mem_upper;         /*  8 KiB from 1 MiB */
    uint32_t boot_device;       /* 12 */
    uint32_t cmdline;           /* 16 */
    uint32_t module_count;      /* 20 */
    uint32_t modules;           /* 24 */
    uint32_t symbols[4];        /* 28 */
    uint32_t map_length;        /* 44 */
    uint32_t map;               /* 48 */
    uint32_t drives_length;     /* 52 */
    uint32_t drives;            /* 56 */
    uint32_t config_table;      /* 60 */
    uint32_t loader;            /* 64 */
    uint32_t apm_table;         /* 68 */
    uint32_t vbe[4];            /* 72 */
    uint64_t fb_base;           /* 88 */
    uint32_t fb_pitch;          /* 96 */
    uint32_t fb_width;          /* 100 */
    uint32_t fb_height;         /* 104 */
    uint8_t  fb_bpp;            /* 108 */
    uint8_t  fb_type;           /* 109 */
#define MB_VIDEO_RGB        1
#define MB_VIDEO_TEXT       2
    uint8_t  fb_colour[6];      /* 110: red, green, blue position and size */
} PACKED;
_Static_assert(sizeof(struct mb1_info) == 116, "Multiboot 0.6.96 3.3");

struct mb1_module {
    uint32_t start, end, cmdline, reserved;
} PACKED;                       /* the list may begin anywhere */

struct mb1_range {
    uint32_t size;              /* of what follows */
    uint64_t base, length;
    uint32_t type;
} PACKED;

#define MAPPED_END  (1ul << 32)

static const void *at(uint32_t paddr)
{
    return (const char *)mfn_to_virt(mfn(paddr >> PAGE_SHIFT)) +
           (paddr & ~PAGE_MASK);
}

static bool is_mapped(uint64_t paddr, size_t n)
{
    return paddr + n <= MAPPED_END;
}

static void __init read_text(char *to, size_t size, uint32_t paddr)
{
    const char *text = at(paddr);
    size_t length = strnlen(text, MIN(size - 1, MAPPED_END - paddr));

    memcpy(to, text, length);
    to[length] = '\0';
}

static void __init read_modules(const struct mb1_info *info)
{
    uint64_t paddr = info->modules;

    for (unsigned int i = 0; i < info->module_count; i++) {
        const struct mb1_module *m = at((uint32_t)paddr);
        struct boot_module *out;

        if (!is_mapped(paddr, sizeof(*m)))
            break;
        paddr += sizeof(*m);
        if (boot_info.module_count == BOOT_MODULES_MAX) {
            printk(LOG_WARNING, "More than %d modules: the rest is ignored\n",
                   BOOT_MODULES_MAX);
            break;
        }
        if (m->end < m->start)
            continue;
        out = &boot_info.module[boot_info.module_count++];
        out->start = m->start;
        out->size = m->end - m->start;
        if (m->cmdline)
            read_text(out->cmdline, sizeof(out->cmdline), m->cmdline);
    }
}

static void __init read_memory_map(const struct mb1_info *info)
{
    uint64_t offset = 0;

    while (offset + sizeof(struct mb1_range) <= info->map_length) {
        const struct mb1_range *r = at((uint32_t)(info->map + offset));
        struct memory_map *map = &boot_info.memory;

        if (map->count == MEMORY_RANGES_MAX ||
            !is_mapped(info->map + offset, sizeof(*r)) ||
            r->size < sizeof(*r) - sizeof(r->size))
            break;
        map->range[map->count++] = (struct memory_range){
            r->base, r->base + r->length, r->type };
        offset += (uint64_t)r->size + sizeof(r->size);
    }
}

static void __init read_framebuffer(const struct mb1_info *info)
{
    struct boot_video *v = &boot_info.video;

    if (info->fb_type != MB_VIDEO_RGB && info->fb_type != MB_VIDEO_TEXT)
        return;
    v->width = (uint16_t)info->fb_width;
    v->height = (uint16_t)info->fb_height;
    if (info->fb_type == MB_VIDEO_TEXT) {
        v->type = BOOT_VIDEO_TEXT;
        return;
    }
    boot_video_set_lfb(v, info->fb_base, info->fb_pitch, info->fb_bpp, info->fb_height,
                       info->fb_colour);
}

void __init multiboot1_read(paddr_t paddr)
{
    const struct mb1_info *info = at((uint32_t)paddr);

    boot_info.protocol = "multiboot";
    if (info->flags & MB1_HAS_CMDLINE)
        read_text(boot_info.cmdline, sizeof(boot_info.cmdline), info->cmdline);
    if (info->flags & MB1_HAS_LOADER)
        read_text(boot_info.loader, sizeof(boot_info.loader), info->loader);
    if (info->flags & MB1_HAS_MODULES)
        read_modules(info);
    if (info->flags & MB1_HAS_MEMORY_MAP)
        read_memory_map(info);
    if (info->flags & MB1_HAS_FRAMEBUFFER)
        read_framebuffer(info);
}
