/* SPDX-License-Identifier: MIT */
/*
 * kernel_file.h - builds small PV kernels in memory, for tests of the loader.
 *
 *   0x000 ELF header   0x040 program headers   0x200 notes or __xen_guest
 *   0x600 section headers   0x700 section names   0x800 text   0x900 data
 * Text is loaded at p_paddr 0x1000000, data at 0x1001000 with as much bss.
 */
#ifndef TEST_KERNEL_FILE_H
#define TEST_KERNEL_FILE_H

#include <hv/elf.h>
#include <hv/elfnote.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_SEGMENTS   0x040
#define FILE_NOTES      0x200
#define FILE_SECTIONS   0x600
#define FILE_NAMES      0x700
#define FILE_TEXT       0x800
#define FILE_DATA       0x900
#define FILE_SIZE       0xa00
#define PIECE_SIZE      0x100
#define TEXT_PADDR      0x1000000ul
#define DATA_PADDR      0x1001000ul
#define LINUX_BASE      0xffffffff80000000ul
#define LINUX_ENTRY     (LINUX_BASE + TEXT_PADDR + 0x10)

enum notes_where { NOTES_IN_SEGMENT, NOTES_IN_SECTION, NOTES_AS_TEXT };

struct kernel_file {
    uint8_t bytes[FILE_SIZE];
    size_t len;
    size_t notes_len;
};

static inline void file_note(struct kernel_file *f, const char *owner,
                             uint32_t type, const void *desc, uint32_t size)
{
    struct elf_note_header h = { strlen(owner) + 1, size, type };
    uint8_t *p = f->bytes + FILE_NOTES + f->notes_len;
    size_t name = (h.name_size + 3) & ~3u;

    memcpy(p, &h, sizeof(h));
    memcpy(p + sizeof(h), owner, h.name_size);
    memcpy(p + sizeof(h) + name, desc, size);
    f->notes_len += sizeof(h) + name + ((size + 3) & ~3u);
}

static inline void file_number(struct kernel_file *f, uint32_t type,
                               uint64_t value)
{
    file_note(f, "Xen", type, &value, sizeof(value));
}

static inline void file_text(struct kernel_file *f, uint32_t type,
                             const char *text)
{
    file_note(f, "Xen", type, text, strlen(text) + 1);
}

static inline struct elf64_segment *file_segment(struct kernel_file *f, int i)
{
    return (struct elf64_segment *)(f->bytes + FILE_SEGMENTS) + i;
}

static inline struct elf64_section *file_section(struct kernel_file *f, int i)
{
    return (struct elf64_section *)(f->bytes + FILE_SECTIONS) + i;
}

static inline struct elf64_header *file_header(struct kernel_file *f)
{
    return (struct elf64_header *)f->bytes;
}

/* Two segments to load and one entry point; no notes yet. */
static inline void file_start(struct kernel_file *f, uint64_t entry)
{
    static const uint8_t ident[16] = { 0x7f, 'E', 'L', 'F', 2, 1, 1 };
    struct elf64_header *h = file_header(f);

    memset(f, 0, sizeof(*f));
    f->len = FILE_SIZE;
    memcpy(h->ident, ident, sizeof(ident));
    h->type = ELF_TYPE_EXEC;
    h->machine = ELF_MACHINE_X86_64;
    h->version = 1;
    h->entry = entry;
    h->header_size = sizeof(*h);
    h->segment_offset = FILE_SEGMENTS;
    h->segment_size = sizeof(struct elf64_segment);
    h->segment_count = 2;
    *file_segment(f, 0) = (struct elf64_segment){
        .type = ELF_SEGMENT_LOAD, .offset = FILE_TEXT, .paddr = TEXT_PADDR,
        .filesz = PIECE_SIZE, .memsz = PIECE_SIZE,
    };
    *file_segment(f, 1) = (struct elf64_segment){
        .type = ELF_SEGMENT_LOAD, .offset = FILE_DATA, .paddr = DATA_PADDR,
        .filesz = PIECE_SIZE, .memsz = 2 * PIECE_SIZE,
    };
    memset(f->bytes + FILE_TEXT, 0xcc, PIECE_SIZE);
    memset(f->bytes + FILE_DATA, 0xdd, PIECE_SIZE);
}

/* Make what was added since file_start() be found. */
static inline void file_finish(struct kernel_file *f, enum notes_where where)
{
    static const char names[] = "\0.shstrtab\0.note.Xen\0__xen_guest";
    struct elf64_header *h = file_header(f);

    if (where == NOTES_IN_SEGMENT) {
        h->segment_count = 3;
        *file_segment(f, 2) = (struct elf64_segment){
            .type = ELF_SEGMENT_NOTE, .offset = FILE_NOTES,
            .filesz = f->notes_len, .memsz = f->notes_len,
        };
        return;
    }
    h->section_offset = FILE_SECTIONS;
    h->section_size = sizeof(struct elf64_section);
    h->section_count = 3;
    h->name_section = 1;
    memcpy(f->bytes + FILE_NAMES, names, sizeof(names));
    *file_section(f, 1) = (struct elf64_section){
        .name = 1, .type = 3, .offset = FILE_NAMES, .size = sizeof(names),
    };
    *file_section(f, 2) = (struct elf64_section){
        .name = where == NOTES_IN_SECTION ? 11 : 21,
        .type = where == NOTES_IN_SECTION ? ELF_SECTION_NOTE : 1,
        .offset = FILE_NOTES, .size = f->notes_len,
    };
}

/* The notes of a stock Linux, as far as they fit our two segments. */
static inline void file_linux_notes(struct kernel_file *f)
{
    file_text(f, XEN_ELFNOTE_GUEST_OS, "linux");
    file_text(f, XEN_ELFNOTE_GUEST_VERSION, "2.6");
    file_text(f, XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
    file_number(f, XEN_ELFNOTE_VIRT_BASE, LINUX_BASE);
    file_number(f, XEN_ELFNOTE_INIT_P2M, 0x8000000000);
    file_number(f, XEN_ELFNOTE_ENTRY, LINUX_ENTRY);
    file_text(f, XEN_ELFNOTE_FEATURES,
              "!writable_page_tables|pae_pgdir_above_4gb");
    file_number(f, XEN_ELFNOTE_SUPPORTED_FEATURES, 0x8801);
    file_text(f, XEN_ELFNOTE_PAE_MODE, "yes");
    file_text(f, XEN_ELFNOTE_LOADER, "generic");
    file_number(f, XEN_ELFNOTE_MOD_START_PFN, 1);
    file_number(f, XEN_ELFNOTE_HV_START_LOW, 0xffff800000000000);
    file_number(f, XEN_ELFNOTE_PADDR_OFFSET, 0);
    file_number(f, XEN_ELFNOTE_PHYS32_ENTRY, 0x1000850);
}

static inline void file_linux(struct kernel_file *f)
{
    file_start(f, TEXT_PADDR);
    file_linux_notes(f);
    file_finish(f, NOTES_IN_SEGMENT);
}

/* __xen_guest with @text. */
static inline void file_guest_section(struct kernel_file *f, uint64_t entry,
                                      const char *text)
{
    file_start(f, entry);
    f->notes_len = strlen(text) + 1;
    memcpy(f->bytes + FILE_NOTES, text, f->notes_len);
    file_finish(f, NOTES_AS_TEXT);
}

/* A copy whose end the sanitizer guards. */
static inline uint8_t *exact_copy(const void *bytes, size_t len)
{
    uint8_t *copy = malloc(len);

    return len ? memcpy(copy, bytes, len) : copy;
}

/* xorshift64: the same numbers in each run. */
static inline uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Change up to eight bytes of the first @len. */
static inline void mutate(uint8_t *bytes, size_t len, uint64_t *state)
{
    static const uint8_t edges[] = { 0, 1, 0x7f, 0x80, 0xff };

    for (unsigned int n = next_random(state) % 8 + 1; n; n--) {
        uint64_t r = next_random(state);

        bytes[(r >> 16) % len] = r & 1 ? edges[(r >> 1) % 5] : r >> 8;
    }
}

/* bzImage around @payload (which has its size appended); the caller frees. */
static inline uint8_t *bzimage_around(const void *payload, uint32_t payload_len,
                                      size_t *len)
{
    uint32_t at = 0x30, setup = 5 * 512;
    uint8_t *file;

    *len = setup + at + payload_len + 16;
    file = calloc(1, *len);
    file[0x1f1] = 4;
    memcpy(file + 0x202, "HdrS\x0f\x02", 6);
    memcpy(file + 0x248, &at, 4);
    memcpy(file + 0x24c, &payload_len, 4);
    memcpy(file + setup + at, payload, payload_len);
    return file;
}

#endif
