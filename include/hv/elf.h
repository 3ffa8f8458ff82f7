/* SPDX-License-Identifier: MIT */
/*
 * elf.h - what the loader needs of the ELF64 format, and a checked view of one
 * file. Layouts: System V gABI chapters 4 and 5, AMD64 psABI chapter 4.
 */
#ifndef HV_ELF_H
#define HV_ELF_H

#include <hv/compiler.h>
#include <hv/types.h>

struct elf64_header {
    uint8_t  ident[16];             /*  0 */
#define ELF_CLASS       4           /* index in ident */
#define   ELF_CLASS_32  1
#define   ELF_CLASS_64  2
#define ELF_DATA        5
#define   ELF_DATA_LSB  1
    uint16_t type;                  /* 16 */
#define ELF_TYPE_EXEC   2
#define ELF_TYPE_DYN    3
    uint16_t machine;               /* 18 */
#define ELF_MACHINE_X86_64 62
    uint32_t version;               /* 20 */
    uint64_t entry;                 /* 24 */
    uint64_t segment_offset;        /* 32 */
    uint64_t section_offset;        /* 40 */
    uint32_t flags;                 /* 48 */
    uint16_t header_size;           /* 52 */
    uint16_t segment_size;          /* 54 */
    uint16_t segment_count;         /* 56 */
    uint16_t section_size;          /* 58 */
    uint16_t section_count;         /* 60 */
    uint16_t name_section;          /* 62 */
};
_Static_assert(sizeof(struct elf64_header) == 64, "gABI 4, ELF header");

struct elf64_segment {
    uint32_t type;                  /*  0 */
#define ELF_SEGMENT_LOAD 1
#define ELF_SEGMENT_NOTE 4
    uint32_t flags;                 /*  4 */
    uint64_t offset;                /*  8 */
    uint64_t vaddr;                 /* 16 */
    uint64_t paddr;                 /* 24 */
    uint64_t filesz;                /* 32 */
    uint64_t memsz;                 /* 40 */
    uint64_t align;                 /* 48 */
};
_Static_assert(sizeof(struct elf64_segment) == 56, "gABI 5, program header");

struct elf64_section {
    uint32_t name;                  /*  0, offset in the name section */
    uint32_t type;                  /*  4 */
#define ELF_SECTION_NOTE   7
#define ELF_SECTION_NOBITS 8
    uint64_t flags;                 /*  8 */
    uint64_t addr;                  /* 16 */
    uint64_t offset;                /* 24 */
    uint64_t size;                  /* 32 */
    uint32_t link;                  /* 40 */
    uint32_t info;                  /* 44 */
    uint64_t align;                 /* 48 */
    uint64_t entry_size;            /* 56 */
};
_Static_assert(sizeof(struct elf64_section) == 64, "gABI 4, section header");

struct elf_note_header {
    uint32_t name_size;             /* 0, with the final NUL */
    uint32_t desc_size;             /* 4 */
    uint32_t type;                  /* 8; name and desc follow, 4-aligned */
};

/* A file whose header and tables are known to lie inside it. */
struct elf {
    const uint8_t *bytes;
    size_t len;
    struct elf64_header header;
};

/* One piece to load, by physical address; the tail past filesz is zero. */
struct elf_load {
    uint64_t paddr;
    const uint8_t *bytes;
    uint64_t filesz;
    uint64_t memsz;
};

/*
 * Errors come with a clause in *why that goes after the file's name: "is
 * truncated: ...". -ENOEXEC not an ELF file; -EOPNOTSUPP not for this machine
 * (32-bit ones are named); -EINVAL broken or truncated.
 */
int elf_open(struct elf *e, const void *file, size_t len, const char **why);

/* @size bytes at @offset of the file, or NULL when they are not inside. */
const uint8_t *elf_bytes(const struct elf *e, uint64_t offset, uint64_t size);

/* @i must be below header.segment_count, header.section_count. */
void elf_segment_get(const struct elf *e, unsigned int i,
                     struct elf64_segment *out);
void elf_section_get(const struct elf *e, unsigned int i,
                     struct elf64_section *out);

/* -ENOENT when no section has that name. */
int elf_section_find(const struct elf *e, const char *name,
                     struct elf64_section *out);

/* Collect what is to be loaded, in file order; empty segments are left out.
 * Returns how many, or -EINVAL: none, more than @max, or not inside the file
 * or the address space. */
int elf_loads_get(const struct elf *e, struct elf_load *loads,
                  unsigned int max, const char **why);

#endif
