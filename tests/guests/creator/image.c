/* SPDX-License-Identifier: MIT */
/*
 * image.c - read the ELF file of a guest test (ELF64, System V gABI 4.1).
 *
 * Guests are linked by lib/guest.lds: PADDR_OFFSET is 0 and physical addresses
 * are virtual ones less VIRT_BASE, so virtual addresses alone say where all of
 * it goes.
 */
#include "image.h"
#include "string.h"

#include <xen/elfnote.h>

#define PT_LOAD 1
#define PT_NOTE 4

struct elf_header {
    uint8_t  ident[16];         /*  0 */
    uint16_t type, machine;     /* 16 */
    uint32_t version;           /* 20 */
    uint64_t entry;             /* 24 */
    uint64_t phoff, shoff;      /* 32 */
    uint32_t flags;             /* 48 */
    uint16_t ehsize;            /* 52 */
    uint16_t phentsize, phnum;  /* 54 */
    uint16_t shentsize, shnum, shstrndx;
};
_Static_assert(sizeof(struct elf_header) == 64, "gABI 4.1");

struct elf_segment {
    uint32_t type, flags;       /*  0 */
    uint64_t offset;            /*  8 */
    uint64_t vaddr, paddr;      /* 16 */
    uint64_t filesz, memsz;     /* 32 */
    uint64_t align;             /* 48 */
};
_Static_assert(sizeof(struct elf_segment) == 56, "gABI 4.1");

struct elf_note {
    uint32_t namesz, descsz, type;
};

static const struct elf_segment *segment(const struct image *image, unsigned n)
{
    const struct elf_header *header = (const void *)image->bytes;

    if (n >= header->phnum)
        return NULL;
    return (const struct elf_segment *)(image->bytes + header->phoff) + n;
}

static bool header_is_sound(const struct image *image)
{
    const struct elf_header *header = (const void *)image->bytes;

    return image->size >= sizeof(*header) &&
           !memcmp(header->ident, "\177ELF\2\1", 6) &&
           header->phentsize == sizeof(struct elf_segment) &&
           header->phoff < image->size &&
           header->phnum <= (image->size - header->phoff) /
                            sizeof(struct elf_segment);
}

static void take_note(struct image *image, uint32_t type, uint64_t value)
{
    if (type == XEN_ELFNOTE_VIRT_BASE)
        image->virt_base = value;
    else if (type == XEN_ELFNOTE_ENTRY)
        image->entry = value;
    else if (type == XEN_ELFNOTE_HYPERCALL_PAGE)
        image->hypercall_page = value;
}

/* Only numbers matter here; strings have no 8 bytes or other types. */
static void take_notes(struct image *image, const uint8_t *at, uint64_t left)
{
    while (left >= sizeof(struct elf_note)) {
        const struct elf_note *note = (const void *)at;
        uint64_t name = (note->namesz + 3ul) & ~3ul;
        uint64_t desc = (note->descsz + 3ul) & ~3ul;
        uint64_t value;

        if (name + desc > left - sizeof(*note))
            return;
        if (note->descsz == sizeof(value)) {
            memcpy(&value, at + sizeof(*note) + name, sizeof(value));
            take_note(image, note->type, value);
        }
        at += sizeof(*note) + name + desc;
        left -= sizeof(*note) + name + desc;
    }
}

static const char *take_segments(struct image *image)
{
    const struct elf_segment *s;

    for (unsigned n = 0; (s = segment(image, n)); n++) {
        if (s->offset > image->size || s->filesz > image->size - s->offset ||
            s->filesz > s->memsz || s->memsz > ~0ul - s->vaddr)
            return "has a segment outside the file";
        if (s->type == PT_NOTE)
            take_notes(image, image->bytes + s->offset, s->filesz);
        if (s->type == PT_LOAD && s->vaddr + s->memsz > image->virt_end)
            image->virt_end = s->vaddr + s->memsz;
    }
    return NULL;
}

const char *image_open(struct image *image, const uint8_t *bytes,
                       uint64_t size)
{
    const char *why;

    *image = (struct image){ .bytes = bytes, .size = size };
    if (!header_is_sound(image))
        return "is no 64-bit ELF file";
    why = take_segments(image);
    if (why)
        return why;
    if (!image->virt_base || !image->entry ||
        image->virt_end <= image->virt_base)
        return "has no VIRT_BASE or ENTRY note, or is empty";
    return NULL;
}

void image_page(const struct image *image, uint64_t pfn, uint8_t *to)
{
    uint64_t start = image->virt_base + (pfn << PAGE_SHIFT);
    const struct elf_segment *s;

    memset(to, 0, PAGE_SIZE);
    for (unsigned n = 0; (s = segment(image, n)); n++) {
        uint64_t from = s->vaddr > start ? s->vaddr : start;
        uint64_t end = s->vaddr + s->filesz;

        if (end > start + PAGE_SIZE)
            end = start + PAGE_SIZE;
        if (s->type == PT_LOAD && from < end)
            memcpy(to + (from - start),
                   image->bytes + s->offset + (from - s->vaddr), end - from);
    }
}
