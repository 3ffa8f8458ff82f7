/* SPDX-License-Identifier: MIT */
/*
 * elf.c - an ELF64 file as a checked view: bytes in, segments out.
 *
 * The file comes from outside and may say anything. elf_open() proves that the
 * header and both tables lie inside the file; every later access to contents
 * goes through elf_bytes(). Headers are copied out before use, because neither
 * the file nor an offset in it has to be aligned.
 * Invariant:
 *   F1  After elf_open() each table entry below its count is inside the file.
 */
#include <hv/elf.h>
#include <hv/errno.h>
#include <hv/string.h>

__init const uint8_t *elf_bytes(const struct elf *e, uint64_t offset,
                                uint64_t size)
{
    if (offset > e->len || size > e->len - offset)
        return NULL;
    return e->bytes + offset;
}

static __init int check_ident(const struct elf *e, const char **why)
{
    const uint8_t *ident = e->header.ident;

    if (ident[ELF_CLASS] == ELF_CLASS_32) {
        *why = "is a 32-bit ELF image; only 64-bit kernels can be started";
        return -EOPNOTSUPP;
    }
    if (ident[ELF_CLASS] != ELF_CLASS_64 || ident[ELF_DATA] != ELF_DATA_LSB) {
        *why = "is an ELF file of an unknown class or byte order";
        return -EOPNOTSUPP;
    }
    if (e->header.machine != ELF_MACHINE_X86_64) {
        *why = "is an ELF file for a machine other than x86-64";
        return -EOPNOTSUPP;
    }
    if (e->header.type != ELF_TYPE_EXEC && e->header.type != ELF_TYPE_DYN) {
        *why = "is an ELF file, but an object or core file, not a program";
        return -EINVAL;
    }
    return 0;
}

/* F1 for one table. */
static __init bool table_is_inside(const struct elf *e, uint64_t offset,
                                   unsigned int count, unsigned int size)
{
    return elf_bytes(e, offset, (uint64_t)count * size) != NULL;
}

static __init int check_tables(const struct elf *e, const char **why)
{
    const struct elf64_header *h = &e->header;

    if (h->segment_count == 0) {
        *why = "is an ELF file without program headers: nothing to load";
        return -EINVAL;
    }
    if (h->segment_size != sizeof(struct elf64_segment) ||
        (h->section_count && h->section_size != sizeof(struct elf64_section))) {
        *why = "is a broken ELF file: its table entries have a wrong size";
        return -EINVAL;
    }
    if (!table_is_inside(e, h->segment_offset, h->segment_count,
                         h->segment_size)) {
        *why = "is truncated: its program headers lie beyond its end";
        return -EINVAL;
    }
    if (!table_is_inside(e, h->section_offset, h->section_count,
                         h->section_size)) {
        *why = "is truncated: its section headers lie beyond its end";
        return -EINVAL;
    }
    return 0;
}

__init int elf_open(struct elf *e, const void *file, size_t len,
                    const char **why)
{
    static const uint8_t magic[4] = { 0x7f, 'E', 'L', 'F' };
    int rc;

    if (len < sizeof(magic) || memcmp(file, magic, sizeof(magic)) != 0) {
        *why = "is not an ELF file";
        return -ENOEXEC;
    }
    if (len < sizeof(e->header)) {
        *why = "is truncated: it ends inside its ELF header";
        return -EINVAL;
    }
    e->bytes = file;
    e->len = len;
    memcpy(&e->header, file, sizeof(e->header));
    rc = check_ident(e, why);
    if (rc)
        return rc;
    return check_tables(e, why);
}

__init void elf_segment_get(const struct elf *e, unsigned int i,
                            struct elf64_segment *out)
{
    /* F1 */
    memcpy(out, e->bytes + e->header.segment_offset + i * sizeof(*out),
           sizeof(*out));
}

__init void elf_section_get(const struct elf *e, unsigned int i,
                            struct elf64_section *out)
{
    /* F1 */
    memcpy(out, e->bytes + e->header.section_offset + i * sizeof(*out),
           sizeof(*out));
}

__init int elf_section_find(const struct elf *e, const char *name,
                            struct elf64_section *out)
{
    size_t size = strlen(name) + 1;
    struct elf64_section names;

    if (e->header.name_section >= e->header.section_count)
        return -ENOENT;
    elf_section_get(e, e->header.name_section, &names);
    if (!elf_bytes(e, names.offset, names.size))
        return -ENOENT;

    for (unsigned int i = 0; i < e->header.section_count; i++) {
        elf_section_get(e, i, out);
        if (out->name > names.size || size > names.size - out->name)
            continue;
        if (memcmp(e->bytes + names.offset + out->name, name, size) == 0)
            return 0;
    }
    return -ENOENT;
}

static __init int load_get(const struct elf *e, const struct elf64_segment *s,
                           struct elf_load *out, const char **why)
{
    if (s->filesz > s->memsz || s->memsz > UINT64_MAX - s->paddr) {
        *why = "is a broken ELF file: a segment has impossible sizes";
        return -EINVAL;
    }
    out->bytes = elf_bytes(e, s->offset, s->filesz);
    if (!out->bytes) {
        *why = "is truncated: a segment to be loaded lies beyond its end";
        return -EINVAL;
    }
    out->paddr = s->paddr;
    out->filesz = s->filesz;
    out->memsz = s->memsz;
    return 0;
}

__init int elf_loads_get(const struct elf *e, struct elf_load *loads,
                         unsigned int max, const char **why)
{
    unsigned int count = 0;

    for (unsigned int i = 0; i < e->header.segment_count; i++) {
        struct elf64_segment s;
        int rc;

        elf_segment_get(e, i, &s);
        if (s.type != ELF_SEGMENT_LOAD || s.memsz == 0)
            continue;
        if (count == max) {
            *why = "has more segments to load than a kernel ever needs";
            return -EINVAL;
        }
        rc = load_get(e, &s, &loads[count], why);
        if (rc)
            return rc;
        count++;
    }
    if (count == 0) {
        *why = "is an ELF file with nothing to load";
        return -EINVAL;
    }
    return count;
}
