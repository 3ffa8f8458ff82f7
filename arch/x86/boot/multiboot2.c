/* SPDX-License-Identifier: MIT */
/*
 * multiboot2.c - the tags of a Multiboot 2 loader (2.0 section 3.6) to struct
 * boot_info. A tag whose size does not hold its structure ends the walk.
 */
#include <hv/boot_info.h>
#include <hv/compiler.h>
#include <hv/direct_map.h>
#include <hv/printk.h>
#include <hv/string.h>

struct mb2_tag {
    uint32_t type, size;        /* size includes this head, not the padding */
};

enum {
    MB2_END, MB2_CMDLINE, MB2_LOADER, MB2_MODULE, MB2_MEMORY_MAP = 6,
    MB2_FRAMEBUFFER = 8, MB2_EFI64 = 12, MB2_ACPI_OLD = 14, MB2_ACPI_NEW = 15,
    MB2_EFI_MAP = 17, MB2_EFI_BOOT_SERVICES = 18,
};

struct mb2_string   { struct mb2_tag tag; char text[]; };
struct mb2_module   { struct mb2_tag tag; uint32_t start, end; char cmdline[]; };
struct mb2_range    { uint64_t base, length; uint32_t type, reserved; } PACKED;
struct mb2_memory   { struct mb2_tag tag; uint32_t entry_size, version;
                      unsigned char entries[]; };
struct mb2_efi64    { struct mb2_tag tag; uint64_t system_table; };
struct mb2_efi_map  { struct mb2_tag tag; uint32_t entry_size, version;
                      unsigned char entries[]; };
struct mb2_efi_range {              /* UEFI 2.10 7.2.3 */
    uint32_t type, pad;
    uint64_t start, virt, pages, attributes;
};
struct mb2_framebuffer {
    struct mb2_tag tag;
    uint64_t base;
    uint32_t pitch, width, height;
    uint8_t  bpp, type;
#define MB2_VIDEO_RGB   1
#define MB2_VIDEO_TEXT  2
    uint16_t reserved;
    uint8_t  colour[6];         /* red, green, blue: position and size */
} PACKED;

static void __init copy_text(char *to, size_t size, const char *text,
                             const struct mb2_tag *tag)
{
    size_t room = (size_t)((const char *)tag + tag->size - text);
    size_t n = strnlen(text, room);

    if (n >= size)
        n = size - 1;
    memcpy(to, text, n);
    to[n] = '\0';
}

static void __init read_module(const struct mb2_module *m)
{
    struct boot_module *out;

    if (m->tag.size < sizeof(*m) || m->end < m->start)
        return;
    if (boot_info.module_count == BOOT_MODULES_MAX) {
        printk(LOG_WARNING, "More than %d modules: the rest is ignored\n",
               BOOT_MODULES_MAX);
        return;
    }
    out = &boot_info.module[boot_info.module_count++];
    out->start = m->start;
    out->size = m->end - m->start;
    copy_text(out->cmdline, sizeof(out->cmdline), m->cmdline, &m->tag);
}

static void __init read_memory(const struct mb2_memory *mem)
{
    struct memory_map *map = &boot_info.memory;
    uint64_t offset = sizeof(*mem);

    if (mem->tag.size < sizeof(*mem) ||
        mem->entry_size < sizeof(struct mb2_range))
        return;
    for (; offset + mem->entry_size <= mem->tag.size &&
           map->count < MEMORY_RANGES_MAX; offset += mem->entry_size) {
        const struct mb2_range *r =
            (const void *)((const char *)mem + offset);

        map->range[map->count++] = (struct memory_range){
            r->base, r->base + r->length, r->type };
    }
}

static void __init add_efi_range(const struct mb2_efi_range *r)
{
    struct efi_map *map = &boot_info.efi_map;
    paddr_t end;

    if (r->pages > UINT64_MAX >> PAGE_SHIFT ||
        __builtin_add_overflow(r->start, r->pages << PAGE_SHIFT, &end) ||
        end == r->start)
        return;
    if (map->count == EFI_RANGES_MAX) {
        map->is_cut = true;
        return;
    }
    map->range[map->count++] = (struct efi_range){
        r->start, end, r->attributes, r->type };
}

static void __init read_efi_map(const struct mb2_efi_map *m)
{
    uint64_t offset = sizeof(*m);

    if (m->tag.size < sizeof(*m) ||
        m->entry_size < sizeof(struct mb2_efi_range))
        return;
    for (; offset + m->entry_size <= m->tag.size; offset += m->entry_size) {
        struct mb2_efi_range r;

        memcpy(&r, (const char *)m + offset, sizeof(r));
        add_efi_range(&r);
    }
}

static void __init read_framebuffer(const struct mb2_framebuffer *fb)
{
    struct boot_video *v = &boot_info.video;

    if (fb->tag.size < offsetof(struct mb2_framebuffer, colour))
        return;
    v->width = (uint16_t)fb->width;
    v->height = (uint16_t)fb->height;
    if (fb->type == MB2_VIDEO_TEXT)
        v->type = BOOT_VIDEO_TEXT;
    if (fb->type != MB2_VIDEO_RGB || fb->tag.size < sizeof(*fb))
        return;
    boot_video_set_lfb(v, fb->base, fb->pitch, fb->bpp, fb->height,
                       fb->colour);
}

/* The tag holds a copy of the RSDP: remember where that copy lies. */
static void __init read_rsdp(const struct mb2_tag *tag)
{
    boot_info.rsdp = mfn_to_paddr(virt_to_mfn(tag + 1)) +
                     ((unsigned long)(tag + 1) & ~PAGE_MASK);
}

static void __init read_tag(const struct mb2_tag *tag)
{
    const struct mb2_string *s = (const void *)tag;

    switch (tag->type) {
    case MB2_CMDLINE:
        copy_text(boot_info.cmdline, sizeof(boot_info.cmdline), s->text, tag);
        break;
    case MB2_LOADER:
        copy_text(boot_info.loader, sizeof(boot_info.loader), s->text, tag);
        break;
    case MB2_MODULE:
        read_module((const void *)tag);
        break;
    case MB2_MEMORY_MAP:
        read_memory((const void *)tag);
        break;
    case MB2_FRAMEBUFFER:
        read_framebuffer((const void *)tag);
        break;
    case MB2_EFI64:
        if (tag->size >= sizeof(struct mb2_efi64))
            boot_info.efi_system_table =
                ((const struct mb2_efi64 *)tag)->system_table;
        break;
    case MB2_EFI_MAP:
        read_efi_map((const void *)tag);
        break;
    case MB2_EFI_BOOT_SERVICES:
        boot_info.efi_boot_services = true;
        break;
    case MB2_ACPI_OLD:
        if (!boot_info.rsdp)
            read_rsdp(tag);
        break;
    case MB2_ACPI_NEW:
        read_rsdp(tag);
        break;
    }
}

void __init multiboot2_read(paddr_t paddr)
{
    const char *info = (const char *)mfn_to_virt(paddr_to_mfn(paddr)) +
                       (paddr & ~PAGE_MASK);
    /* What is mapped ends at 4 GiB. */
    uint64_t total = MIN(*(const uint32_t *)info, (1ul << 32) - paddr);
    uint64_t offset = 8;

    boot_info.protocol = "multiboot2";
    while (offset + sizeof(struct mb2_tag) <= total) {
        const struct mb2_tag *tag = (const void *)(info + offset);

        if (tag->type == MB2_END || tag->size < sizeof(*tag) ||
            tag->size > total - offset)
            break;
        read_tag(tag);
        offset += ((uint64_t)tag->size + 7) & ~7ul;
    }
}
