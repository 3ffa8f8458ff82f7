/* SPDX-License-Identifier: MIT */
/*
 * elf_fuzz.c - ELF files and the notes in them: raw bytes, or a small kernel
 * with some of its bytes changed. Whatever opens points only into the file.
 */
#include <hv/errno.h>
#include "fuzz.h"
#include "kernel_file.h"

static void inside(const struct elf *e, const uint8_t *bytes, uint64_t n)
{
    ck_assert(bytes >= e->bytes && n <= e->len &&
              (size_t)(bytes - e->bytes) <= e->len - n);
}

static void read_notes(const struct elf *e)
{
    struct elfnotes notes;
    const char *why = NULL;
    uint32_t required, supported;
    uint64_t value;
    char text[8];

    if (elfnotes_find(e, &notes, &why))
        return;
    for (unsigned int id = 0; id < ELFNOTE_COUNT; id++) {
        if (notes.note[id].bytes)
            inside(e, notes.note[id].bytes, notes.note[id].len);
        (void)elfnotes_number(&notes, id, &value);
        elfnotes_text(&notes, id, text, sizeof(text));
        ck_assert(strnlen(text, sizeof(text)) < sizeof(text));
    }
    (void)elfnotes_features(&notes, &required, &supported);
}

static void read_file(const uint8_t *bytes, size_t len)
{
    struct elf_load loads[4];
    struct elf64_section section;
    const char *why = NULL;
    struct elf e;
    int n;

    if (elf_open(&e, bytes, len, &why)) {
        ck_assert(why || len < sizeof(struct elf64_header) ||
                  memcmp(bytes, "\x7f" "ELF", 4));
        return;
    }
    n = elf_loads_get(&e, loads, 4, &why);
    ck_assert(n >= 0 ? n > 0 && n <= 4 : why != NULL);
    for (int i = 0; i < n; i++) {
        inside(&e, loads[i].bytes, loads[i].filesz);
        ck_assert(loads[i].memsz >= loads[i].filesz);
    }
    (void)elf_section_find(&e, ".note.Xen", &section);
    read_notes(&e);
}

/* The file that changes are made to. */
static void build(struct kernel_file *file, unsigned int kind)
{
    if (kind == 1) {
        file_linux(file);
    } else if (kind == 2) {
        file_start(file, TEXT_PADDR);
        file_linux_notes(file);
        file_finish(file, NOTES_IN_SECTION);
    } else {
        file_guest_section(file, 0, "GUEST_OS=linux,VIRT_BASE=0x40000000,"
                           "HYPERCALL_PAGE=0x2,VIRT_ENTRY=4096,PAE=yes,"
                           "FEATURES=!writable_page_tables|auto,LOADER");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = { data, size };
    unsigned int kind = fuzz_below(&f, 4);
    struct kernel_file file;
    uint8_t *copy;

    if (kind == 0) {
        copy = exact_copy(f.at, f.left);
        read_file(copy, f.left);
    } else {
        build(&file, kind);
        fuzz_patch(&f, file.bytes, FILE_NAMES + 64);
        copy = exact_copy(file.bytes, file.len);
        read_file(copy, file.len);
    }
    free(copy);
    return 0;
}
