/* SPDX-License-Identifier: MIT */
/* elf_test.c - a checked view of an ELF file never looks beyond it. */
#include <check.h>
#include <hv/elf.h>
#include <hv/errno.h>

#include "kernel_file.h"

static struct kernel_file f;

static void setup(void)
{
    file_start(&f, TEXT_PADDR);
    file_finish(&f, NOTES_IN_SECTION);
}

static int open_file(const char **why)
{
    struct elf e;

    *why = NULL;
    return elf_open(&e, f.bytes, f.len, why);
}

/* Opening fails with @rc, and the reason has @word in it. */
static void expect(int rc, const char *word)
{
    const char *why;

    ck_assert_int_eq(open_file(&why), rc);
    ck_assert_msg(strstr(why, word) != NULL, "'%s' not in '%s'", word, why);
}

START_TEST(segments_to_load_are_found_in_file_order)
{
    struct elf_load loads[4];
    const char *why;
    struct elf e;

    ck_assert_int_eq(elf_open(&e, f.bytes, f.len, &why), 0);
    ck_assert_int_eq(elf_loads_get(&e, loads, 4, &why), 2);
    ck_assert_uint_eq(loads[0].paddr, TEXT_PADDR);
    ck_assert_uint_eq(loads[0].memsz, PIECE_SIZE);
    ck_assert_ptr_eq(loads[0].bytes, f.bytes + FILE_TEXT);
    ck_assert_uint_eq(loads[1].paddr, DATA_PADDR);
    ck_assert_uint_eq(loads[1].filesz, PIECE_SIZE);
    ck_assert_uint_eq(loads[1].memsz, 2 * PIECE_SIZE);
}
END_TEST

START_TEST(a_section_is_found_by_its_whole_name)
{
    struct elf64_section s;
    const char *why;
    struct elf e;

    ck_assert_int_eq(elf_open(&e, f.bytes, f.len, &why), 0);
    ck_assert_int_eq(elf_section_find(&e, ".note.Xen", &s), 0);
    ck_assert_uint_eq(s.offset, FILE_NOTES);
    ck_assert_int_eq(elf_section_find(&e, ".note", &s), -ENOENT);
    ck_assert_int_eq(elf_section_find(&e, "__xen_guest", &s), -ENOENT);
}
END_TEST

START_TEST(a_32_bit_image_is_named_as_such)
{
    f.bytes[ELF_CLASS] = ELF_CLASS_32;
    expect(-EOPNOTSUPP, "32-bit");
}
END_TEST

START_TEST(other_machines_and_kinds_are_refused)
{
    file_header(&f)->machine = 183;
    expect(-EOPNOTSUPP, "machine");
    file_header(&f)->machine = ELF_MACHINE_X86_64;
    file_header(&f)->type = 1;
    expect(-EINVAL, "object");
    f.bytes[ELF_DATA] = 2;
    expect(-EOPNOTSUPP, "byte order");
    f.bytes[0] = 'E';
    expect(-ENOEXEC, "not an ELF");
}
END_TEST

START_TEST(tables_outside_the_file_are_refused)
{
    struct elf64_header *h = file_header(&f);

    h->segment_offset = FILE_SIZE - 111;
    expect(-EINVAL, "program headers");
    h->segment_offset = UINT64_MAX - 8;
    expect(-EINVAL, "program headers");
    h->segment_offset = FILE_SEGMENTS;
    h->section_offset = UINT64_MAX - 100;
    expect(-EINVAL, "section headers");
    h->section_offset = FILE_SECTIONS;
    h->section_size = 65;
    expect(-EINVAL, "wrong size");
    h->section_size = 64;
    h->segment_size = 32;
    expect(-EINVAL, "wrong size");
    h->segment_count = 0;
    expect(-EINVAL, "nothing to load");
}
END_TEST

/* What the loads of the file as it stands lead to. */
static int loads_of(const char **why, unsigned int max)
{
    struct elf_load loads[4];
    struct elf e;

    *why = "";
    ck_assert_int_eq(elf_open(&e, f.bytes, f.len, why), 0);
    return elf_loads_get(&e, loads, max, why);
}

START_TEST(impossible_segments_are_refused)
{
    struct elf64_segment *s = file_segment(&f, 1);
    const char *why;

    s->filesz = s->memsz + 1;
    ck_assert_int_eq(loads_of(&why, 4), -EINVAL);
    s->filesz = PIECE_SIZE + 1;     /* one byte more than the file has */
    ck_assert_int_eq(loads_of(&why, 4), -EINVAL);
    ck_assert_ptr_nonnull(strstr(why, "truncated"));
    s->filesz = PIECE_SIZE;
    ck_assert_int_eq(loads_of(&why, 4), 2);
    s->offset = UINT64_MAX;
    ck_assert_int_eq(loads_of(&why, 4), -EINVAL);
    s->offset = FILE_DATA;
    s->paddr = UINT64_MAX - PIECE_SIZE;
    ck_assert_int_eq(loads_of(&why, 4), -EINVAL);
}
END_TEST

START_TEST(too_many_or_no_segments_are_refused)
{
    const char *why;

    ck_assert_int_eq(loads_of(&why, 1), -EINVAL);
    ck_assert_int_eq(loads_of(&why, 2), 2);
    file_segment(&f, 0)->memsz = file_segment(&f, 0)->filesz = 0;
    ck_assert_int_eq(loads_of(&why, 1), 1);
    file_segment(&f, 1)->type = ELF_SEGMENT_NOTE;
    ck_assert_int_eq(loads_of(&why, 1), -EINVAL);
}
END_TEST

START_TEST(a_name_that_would_end_beyond_the_file_does_not_match)
{
    uint8_t *copy = exact_copy(f.bytes, FILE_SIZE);
    struct elf64_section s, names = *file_section(&f, 1);
    const char *why;
    struct elf e;

    memcpy(copy + FILE_SIZE - 5, ".note", 5);
    names.offset = FILE_SIZE - 16;
    names.size = 16;
    memcpy(copy + FILE_SECTIONS + sizeof(s), &names, sizeof(names));
    ((struct elf64_section *)(copy + FILE_SECTIONS))[2].name = 11;
    ck_assert_int_eq(elf_open(&e, copy, FILE_SIZE, &why), 0);
    ck_assert_int_eq(elf_section_find(&e, ".note", &s), -ENOENT);
    ck_assert_int_eq(elf_section_find(&e, ".note.Xen", &s), -ENOENT);
    free(copy);
}
END_TEST

START_TEST(hostile_section_names_are_not_followed)
{
    struct elf64_section s;
    const char *why;
    struct elf e;

    file_section(&f, 2)->name = 0xffffffff;
    ck_assert_int_eq(elf_open(&e, f.bytes, f.len, &why), 0);
    ck_assert_int_eq(elf_section_find(&e, ".note.Xen", &s), -ENOENT);
    file_section(&f, 2)->name = file_section(&f, 1)->size - 3;
    ck_assert_int_eq(elf_section_find(&e, ".note.Xen", &s), -ENOENT);
    file_section(&f, 2)->name = 11;
    file_section(&f, 1)->size = UINT64_MAX;
    ck_assert_int_eq(elf_section_find(&e, ".note.Xen", &s), -ENOENT);
    file_header(&f)->name_section = 3;
    ck_assert_int_eq(elf_open(&e, f.bytes, f.len, &why), 0);
    ck_assert_int_eq(elf_section_find(&e, ".note.Xen", &s), -ENOENT);
}
END_TEST

/* Look at all there is; the sanitizer says whether that was inside. */
static int visit(const uint8_t *bytes, size_t len)
{
    static volatile unsigned int seen;
    struct elf64_section s;
    struct elf_load loads[4];
    const char *why;
    struct elf e;
    int count, rc = elf_open(&e, bytes, len, &why);

    if (rc)
        return rc;
    elf_section_find(&e, "__xen_guest", &s);
    count = elf_loads_get(&e, loads, 4, &why);
    for (int i = 0; i < count; i++)
        for (uint64_t n = 0; n < loads[i].filesz; n++)
            seen += loads[i].bytes[n];
    return count < 0 ? count : 0;
}

START_TEST(every_truncation_is_noticed)
{
    for (size_t n = 0; n < FILE_SIZE; n++) {
        uint8_t *copy = exact_copy(f.bytes, n);

        ck_assert_int_eq(visit(copy, n), n < 4 ? -ENOEXEC : -EINVAL);
        free(copy);
    }
    ck_assert_int_eq(visit(f.bytes, FILE_SIZE), 0);
}
END_TEST

START_TEST(mutations_never_lead_outside)
{
    uint64_t state = 0x2545f4914f6cdd1d;
    uint8_t *copy = malloc(FILE_SIZE);

    for (int i = 0; i < 200000; i++) {
        memcpy(copy, f.bytes, FILE_SIZE);
        mutate(copy, i % 2 ? 0x100 : FILE_SIZE, &state);
        visit(copy, FILE_SIZE);
    }
    free(copy);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("elf");
    TCase *c = tcase_create("elf");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_add_checked_fixture(c, setup, NULL);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, segments_to_load_are_found_in_file_order);
    tcase_add_test(c, a_section_is_found_by_its_whole_name);
    tcase_add_test(c, a_32_bit_image_is_named_as_such);
    tcase_add_test(c, other_machines_and_kinds_are_refused);
    tcase_add_test(c, tables_outside_the_file_are_refused);
    tcase_add_test(c, impossible_segments_are_refused);
    tcase_add_test(c, too_many_or_no_segments_are_refused);
    tcase_add_test(c, a_name_that_would_end_beyond_the_file_does_not_match);
    tcase_add_test(c, hostile_section_names_are_not_followed);
    tcase_add_test(c, every_truncation_is_noticed);
    tcase_add_test(c, mutations_never_lead_outside);
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
