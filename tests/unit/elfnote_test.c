/* SPDX-License-Identifier: MIT */
/* elfnote_test.c - Xen notes are found in all three places, and read safely. */
#include <check.h>
#include <hv/elfnote.h>
#include <hv/errno.h>

#include "kernel_file.h"

static struct kernel_file f;
static struct elfnotes notes;

static int find(void)
{
    const char *why = NULL;
    struct elf e;
    int rc;

    ck_assert_int_eq(elf_open(&e, f.bytes, f.len, &why), 0);
    rc = elfnotes_find(&e, &notes, &why);
    ck_assert_int_eq(rc == -EINVAL, why != NULL);
    return rc;
}

static void expect_number(unsigned int id, uint64_t want)
{
    uint64_t value;

    ck_assert_int_eq(elfnotes_number(&notes, id, &value), 0);
    ck_assert_uint_eq(value, want);
}

static void expect_text(unsigned int id, const char *want)
{
    char text[32];

    elfnotes_text(&notes, id, text, sizeof(text));
    ck_assert_str_eq(text, want);
}

START_TEST(notes_are_found_in_a_segment)
{
    file_linux(&f);
    ck_assert_int_eq(find(), 0);
    expect_number(XEN_ELFNOTE_VIRT_BASE, LINUX_BASE);
    expect_number(XEN_ELFNOTE_PHYS32_ENTRY, 0x1000850);
    expect_text(XEN_ELFNOTE_GUEST_OS, "linux");
    expect_text(XEN_ELFNOTE_LOADER, "generic");
    ck_assert(!elfnotes_has(&notes, XEN_ELFNOTE_HYPERCALL_PAGE));
}
END_TEST

START_TEST(notes_are_found_in_a_section)
{
    file_start(&f, TEXT_PADDR);
    file_linux_notes(&f);
    file_finish(&f, NOTES_IN_SECTION);
    ck_assert_int_eq(find(), 0);
    expect_number(XEN_ELFNOTE_ENTRY, LINUX_ENTRY);
    ck_assert(!notes.is_guest_section);
}
END_TEST

START_TEST(the_guest_section_gives_the_same_facts)
{
    file_guest_section(&f, 0, "GUEST_OS=GNU Mach,GUEST_VER=1.3,XEN_VER=xen-3.0,"
                       "VIRT_BASE=0x40000000,ELF_PADDR_OFFSET=0x40000000,"
                       "HYPERCALL_PAGE=0x2,LOADER=generic,VIRT_ENTRY=4096,"
                       "PAE=yes[extended-cr3],FEATURES=pae_pgdir_above_4gb,"
                       "BSD_SYMTAB=yes,UNHEARD_OF,GUEST_VER");
    ck_assert_int_eq(find(), 0);
    ck_assert(notes.is_guest_section);
    expect_number(XEN_ELFNOTE_VIRT_BASE, 0x40000000);
    expect_number(XEN_ELFNOTE_HYPERCALL_PAGE, 2);
    expect_number(XEN_ELFNOTE_ENTRY, 4096);
    expect_text(XEN_ELFNOTE_GUEST_OS, "GNU Mach");
    expect_text(XEN_ELFNOTE_PAE_MODE, "yes[extended-cr3]");
    expect_text(XEN_ELFNOTE_GUEST_VERSION, "");     /* the last one counts */
}
END_TEST

START_TEST(notes_of_other_owners_do_not_count)
{
    file_start(&f, TEXT_PADDR);
    file_note(&f, "name", XEN_ELFNOTE_ENTRY, "12345678", 8);
    file_note(&f, "Xenon", XEN_ELFNOTE_ENTRY, "12345678", 8);
    file_finish(&f, NOTES_IN_SEGMENT);
    ck_assert_int_eq(find(), -ENOENT);
}
END_TEST

START_TEST(the_guest_section_is_used_when_notes_have_another_owner)
{
    file_guest_section(&f, 0, "XEN_VER=xen-3.0");
    f.notes_len = 0x80;
    file_note(&f, "name", XEN_ELFNOTE_XEN_VERSION, "xen-2.0", 8);
    file_header(&f)->section_count = 4;
    *file_section(&f, 3) = (struct elf64_section){
        .type = ELF_SECTION_NOTE, .offset = FILE_NOTES + 0x80,
        .size = f.notes_len - 0x80,
    };
    ck_assert_int_eq(find(), 0);
    expect_text(XEN_ELFNOTE_XEN_VERSION, "xen-3.0");
}
END_TEST

START_TEST(unknown_note_numbers_are_ignored)
{
    file_start(&f, TEXT_PADDR);
    file_number(&f, ELFNOTE_COUNT, 1);
    file_number(&f, 0xffffffff, 1);
    file_number(&f, XEN_ELFNOTE_VIRT_BASE, 5);
    file_finish(&f, NOTES_IN_SEGMENT);
    ck_assert_int_eq(find(), 0);
    expect_number(XEN_ELFNOTE_VIRT_BASE, 5);
}
END_TEST

START_TEST(a_note_segment_at_offset_0_is_ignored)
{
    file_linux(&f);
    file_segment(&f, 2)->offset = 0;
    ck_assert_int_eq(find(), -ENOENT);
}
END_TEST

START_TEST(numbers_have_4_or_8_bytes)
{
    uint64_t value;

    file_start(&f, TEXT_PADDR);
    file_note(&f, "Xen", XEN_ELFNOTE_VIRT_BASE, "\x78\x56\x34\x92", 4);
    file_note(&f, "Xen", XEN_ELFNOTE_ENTRY, "123456", 6);
    file_finish(&f, NOTES_IN_SEGMENT);
    ck_assert_int_eq(find(), 0);
    expect_number(XEN_ELFNOTE_VIRT_BASE, 0x92345678);
    ck_assert_int_eq(elfnotes_number(&notes, XEN_ELFNOTE_ENTRY, &value),
                     -EINVAL);
    ck_assert_int_eq(elfnotes_number(&notes, XEN_ELFNOTE_INIT_P2M, &value),
                     -ENOENT);
}
END_TEST

START_TEST(numbers_as_text_must_be_numbers)
{
    static const char *const bad[] = {
        "VIRT_BASE=", "VIRT_BASE", "VIRT_BASE=0x", "VIRT_BASE=12a",
        "VIRT_BASE=0x10000000000000000", "VIRT_BASE=18446744073709551616",
        "VIRT_BASE=-1", "VIRT_BASE= 1",
    };
    uint64_t value;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        file_guest_section(&f, 0, bad[i]);
        ck_assert_int_eq(find(), 0);
        ck_assert_int_eq(elfnotes_number(&notes, XEN_ELFNOTE_VIRT_BASE, &value),
                         -EINVAL);
    }
    file_guest_section(&f, 0, "VIRT_BASE=18446744073709551615");
    ck_assert_int_eq(find(), 0);
    expect_number(XEN_ELFNOTE_VIRT_BASE, UINT64_MAX);
}
END_TEST

START_TEST(text_is_cut_at_its_end_and_at_ours)
{
    char small[4];

    file_start(&f, TEXT_PADDR);
    file_note(&f, "Xen", XEN_ELFNOTE_GUEST_OS, "linux", 5);     /* no NUL */
    file_note(&f, "Xen", XEN_ELFNOTE_LOADER, "gen\0eric", 8);
    file_finish(&f, NOTES_IN_SEGMENT);
    ck_assert_int_eq(find(), 0);
    expect_text(XEN_ELFNOTE_GUEST_OS, "linux");
    expect_text(XEN_ELFNOTE_LOADER, "gen");
    expect_text(XEN_ELFNOTE_PAE_MODE, "");
    elfnotes_text(&notes, XEN_ELFNOTE_GUEST_OS, small, sizeof(small));
    ck_assert_str_eq(small, "lin");
}
END_TEST

/* Find in a copy that ends @len bytes after where the notes start. */
static int find_at_end(size_t len)
{
    uint8_t *copy = exact_copy(f.bytes, FILE_NOTES + len);
    const char *why;
    uint64_t value;
    struct elf e;
    int rc;

    ck_assert_int_eq(elf_open(&e, copy, FILE_NOTES + len, &why), 0);
    rc = elfnotes_find(&e, &notes, &why);
    if (rc == 0 && elfnotes_has(&notes, XEN_ELFNOTE_VIRT_BASE))
        rc = elfnotes_number(&notes, XEN_ELFNOTE_VIRT_BASE, &value);
    free(copy);
    return rc;
}

START_TEST(the_last_note_may_lack_its_padding)
{
    file_start(&f, TEXT_PADDR);
    file_number(&f, XEN_ELFNOTE_VIRT_BASE, 5);
    file_note(&f, "Xen", XEN_ELFNOTE_GUEST_OS, "linux", 5);
    f.notes_len -= 3;
    file_finish(&f, NOTES_IN_SEGMENT);
    ck_assert_int_eq(find_at_end(f.notes_len), 0);
}
END_TEST

START_TEST(the_last_key_may_lack_its_value)
{
    file_guest_section(&f, 0, "");
    memmove(f.bytes + 0x100, f.bytes + FILE_SECTIONS, 0xc0);
    memcpy(f.bytes + FILE_NOTES, f.bytes + FILE_NAMES, 0x40);
    memcpy(f.bytes + FILE_NOTES + 0x40, "VIRT_BASE", 9);
    file_header(&f)->section_offset = 0x100;
    ((struct elf64_section *)(f.bytes + 0x100))[1].offset = FILE_NOTES;
    ((struct elf64_section *)(f.bytes + 0x100))[2].offset = FILE_NOTES + 0x40;
    ((struct elf64_section *)(f.bytes + 0x100))[2].size = 9;
    ck_assert_int_eq(find_at_end(0x40 + 9), -EINVAL);
    ck_assert(notes.is_guest_section);
    ck_assert_uint_eq(notes.note[XEN_ELFNOTE_VIRT_BASE].len, 0);
}
END_TEST

/* Features that @text gives, or the error. */
static int features(const char *text, uint32_t *required, uint32_t *supported)
{
    file_start(&f, TEXT_PADDR);
    file_text(&f, XEN_ELFNOTE_FEATURES, text);
    file_finish(&f, NOTES_IN_SEGMENT);
    ck_assert_int_eq(find(), 0);
    return elfnotes_features(&notes, required, supported);
}

START_TEST(features_are_read_by_name)
{
    uint32_t required, supported;

    ck_assert_int_eq(features("!writable_page_tables|pae_pgdir_above_4gb",
                              &required, &supported), 0);
    ck_assert_uint_eq(required, 1);
    ck_assert_uint_eq(supported, 1 | 1 << 4);
    ck_assert_int_eq(features("dom0|whatever||writable_page_tabl", &required,
                              &supported), 0);
    ck_assert_uint_eq(required, 0);
    ck_assert_uint_eq(supported, 1 << 11);
}
END_TEST

START_TEST(an_unknown_required_feature_is_refused)
{
    uint32_t required, supported;

    ck_assert_int_eq(features("dom0|!levitation", &required, &supported),
                     -EINVAL);
    ck_assert_int_eq(features("!", &required, &supported), -EINVAL);
}
END_TEST

START_TEST(the_features_bitmap_adds_to_the_names)
{
    uint32_t required, supported;

    file_linux(&f);
    ck_assert_int_eq(find(), 0);
    ck_assert_int_eq(elfnotes_features(&notes, &required, &supported), 0);
    ck_assert_uint_eq(required, 1);
    ck_assert_uint_eq(supported, 0x8811);
}
END_TEST

START_TEST(a_note_that_says_too_much_is_refused)
{
    struct elf_note_header *h = (void *)(f.bytes + FILE_NOTES);

    file_linux(&f);
    h->desc_size = 0xffffffff;
    ck_assert_int_eq(find(), -EINVAL);
    h->desc_size = 6;
    h->name_size = 0xfffffffe;
    ck_assert_int_eq(find(), -EINVAL);
    h->name_size = 4;
    file_segment(&f, 2)->filesz = UINT64_MAX;
    ck_assert_int_eq(find(), -EINVAL);
}
END_TEST

/* Read all there is; the sanitizer says whether that was inside. */
static void visit(const uint8_t *bytes, size_t len)
{
    uint32_t required, supported;
    const char *why;
    uint64_t value;
    char text[16];
    struct elf e;

    if (elf_open(&e, bytes, len, &why) || elfnotes_find(&e, &notes, &why))
        return;
    for (int id = 0; id < ELFNOTE_COUNT; id++) {
        elfnotes_number(&notes, id, &value);
        elfnotes_text(&notes, id, text, sizeof(text));
    }
    elfnotes_features(&notes, &required, &supported);
}

static void build(int kind)
{
    file_linux(&f);
    if (kind == 1) {
        file_start(&f, TEXT_PADDR);
        file_linux_notes(&f);
        file_finish(&f, NOTES_IN_SECTION);
    } else if (kind == 2) {
        file_guest_section(&f, 0, "VIRT_BASE=0x40,FEATURES=!dom0|a,PAE=yes");
    }
}

START_TEST(truncations_and_mutations_never_lead_outside)
{
    uint64_t state = 0xdeadbeefcafef00d;
    uint8_t *copy;

    build(_i);
    for (size_t n = 0; n < FILE_SIZE; n++) {
        copy = exact_copy(f.bytes, n);
        visit(copy, n);
        free(copy);
    }
    copy = malloc(FILE_SIZE);
    for (int i = 0; i < 100000; i++) {
        size_t from = i % 3 == 0 ? 0 : i % 3 == 1 ? FILE_NOTES : FILE_SECTIONS;

        memcpy(copy, f.bytes, FILE_SIZE);
        mutate(copy + from, 0x200, &state);
        visit(copy, FILE_SIZE);
    }
    free(copy);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("elfnote");
    TCase *c = tcase_create("elfnote");
    SRunner *r = srunner_create(s);
    int failed;

    tcase_set_timeout(c, 60);
    tcase_add_test(c, notes_are_found_in_a_segment);
    tcase_add_test(c, notes_are_found_in_a_section);
    tcase_add_test(c, the_guest_section_gives_the_same_facts);
    tcase_add_test(c, notes_of_other_owners_do_not_count);
    tcase_add_test(c, the_guest_section_is_used_when_notes_have_another_owner);
    tcase_add_test(c, unknown_note_numbers_are_ignored);
    tcase_add_test(c, a_note_segment_at_offset_0_is_ignored);
    tcase_add_test(c, numbers_have_4_or_8_bytes);
    tcase_add_test(c, numbers_as_text_must_be_numbers);
    tcase_add_test(c, text_is_cut_at_its_end_and_at_ours);
    tcase_add_test(c, the_last_note_may_lack_its_padding);
    tcase_add_test(c, the_last_key_may_lack_its_value);
    tcase_add_test(c, features_are_read_by_name);
    tcase_add_test(c, an_unknown_required_feature_is_refused);
    tcase_add_test(c, the_features_bitmap_adds_to_the_names);
    tcase_add_test(c, a_note_that_says_too_much_is_refused);
    tcase_add_loop_test(c, truncations_and_mutations_never_lead_outside, 0, 3);
    suite_add_tcase(s, c);
    srunner_run_all(r, CK_NORMAL);
    failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
