/* SPDX-License-Identifier: MIT */
/*
 * elfnote.c - find the notes of owner "Xen" and read their values.
 *
 * A note's value is kept as a slice of the file and read when asked for: a
 * little-endian number, or text that may lack its final NUL. __xen_guest, the
 * form used before notes, gives KEY=VALUE pairs between commas; it fills the
 * same slices, with numbers as text.
 * Invariant:
 *   N1  Every slice lies inside the file.
 */
#include <hv/elfnote.h>
#include <hv/errno.h>
#include <hv/string.h>
#include <public/features.h>

#define NOTE_ALIGN  4

static const char owner[] = "Xen";

static __init uint64_t round_note(uint64_t size)
{
    return (size + NOTE_ALIGN - 1) & ~(uint64_t)(NOTE_ALIGN - 1);
}

/* Gather from one run of notes; how many were ours, or -EINVAL. */
static __init int read_notes(struct elfnotes *out, const uint8_t *p,
                             uint64_t left)
{
    int found = 0;

    while (left >= sizeof(struct elf_note_header)) {
        struct elf_note_header h;
        uint64_t name_size, size;

        memcpy(&h, p, sizeof(h));
        name_size = round_note(h.name_size);
        size = sizeof(h) + name_size + h.desc_size;
        if (size > left)
            return -EINVAL;
        if (h.name_size == sizeof(owner) && h.type < ELFNOTE_COUNT &&
            memcmp(p + sizeof(h), owner, sizeof(owner)) == 0) {
            out->note[h.type].bytes = p + sizeof(h) + name_size;    /* N1 */
            out->note[h.type].len = h.desc_size;
            found++;
        }
        size = MIN(round_note(size), left);     /* the last may lack padding */
        p += size;
        left -= size;
    }
    return found;
}

static __init int read_notes_at(const struct elf *e, struct elfnotes *out,
                                uint64_t offset, uint64_t size,
                                const char **why)
{
    const uint8_t *bytes = elf_bytes(e, offset, size);
    int rc = bytes ? read_notes(out, bytes, size) : -EINVAL;

    if (rc < 0)
        *why = "is truncated or damaged: its ELF notes are malformed";
    return rc;
}

static __init int find_in_segments(const struct elf *e, struct elfnotes *out,
                                   const char **why)
{
    int found = 0;

    for (unsigned int i = 0; i < e->header.segment_count; i++) {
        struct elf64_segment s;
        int rc;

        elf_segment_get(e, i, &s);
        /* Offset 0 is what strippers leave of notes they have removed. */
        if (s.type != ELF_SEGMENT_NOTE || s.offset == 0)
            continue;
        rc = read_notes_at(e, out, s.offset, s.filesz, why);
        if (rc < 0)
            return rc;
        found += rc;
    }
    return found;
}

static __init int find_in_sections(const struct elf *e, struct elfnotes *out,
                                   const char **why)
{
    int found = 0;

    for (unsigned int i = 0; i < e->header.section_count; i++) {
        struct elf64_section s;
        int rc;

        elf_section_get(e, i, &s);
        if (s.type != ELF_SECTION_NOTE)
            continue;
        rc = read_notes_at(e, out, s.offset, s.size, why);
        if (rc < 0)
            return rc;
        found += rc;
    }
    return found;
}

/* Which note a key of __xen_guest stands for. */
static __init unsigned int guest_key(const uint8_t *key, size_t len)
{
    static const struct {
        const char *key;
        unsigned int id;
    } keys[] = {
        { "VIRT_ENTRY", XEN_ELFNOTE_ENTRY },
        { "HYPERCALL_PAGE", XEN_ELFNOTE_HYPERCALL_PAGE },
        { "VIRT_BASE", XEN_ELFNOTE_VIRT_BASE },
        { "ELF_PADDR_OFFSET", XEN_ELFNOTE_PADDR_OFFSET },
        { "XEN_VER", XEN_ELFNOTE_XEN_VERSION },
        { "GUEST_OS", XEN_ELFNOTE_GUEST_OS },
        { "GUEST_VER", XEN_ELFNOTE_GUEST_VERSION },
        { "LOADER", XEN_ELFNOTE_LOADER },
        { "PAE", XEN_ELFNOTE_PAE_MODE },
        { "FEATURES", XEN_ELFNOTE_FEATURES },
    };

    for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
        if (strlen(keys[i].key) == len && memcmp(keys[i].key, key, len) == 0)
            return keys[i].id;
    return ELFNOTE_COUNT;
}

static __init size_t length_until(const uint8_t *p, size_t len, uint8_t stop)
{
    size_t n = 0;

    while (n < len && p[n] != stop)
        n++;
    return n;
}

/* One KEY=VALUE; a key without a value has an empty one. */
static __init void read_guest_pair(struct elfnotes *out, const uint8_t *pair,
                                   size_t len)
{
    size_t key_len = length_until(pair, len, '=');
    size_t value_at = MIN(key_len + 1, len);
    unsigned int id = guest_key(pair, key_len);

    if (id == ELFNOTE_COUNT)
        return;
    out->note[id].bytes = pair + value_at;      /* N1 */
    out->note[id].len = len - value_at;
}

static __init int find_in_guest_section(const struct elf *e,
                                        struct elfnotes *out, const char **why)
{
    struct elf64_section s;
    const uint8_t *p;
    size_t left;

    if (elf_section_find(e, "__xen_guest", &s) || s.type == ELF_SECTION_NOBITS)
        return -ENOENT;
    p = elf_bytes(e, s.offset, s.size);
    if (!p) {
        *why = "is truncated: its __xen_guest section lies beyond its end";
        return -EINVAL;
    }
    out->is_guest_section = true;
    left = length_until(p, s.size, '\0');
    while (left) {
        size_t len = length_until(p, left, ',');

        read_guest_pair(out, p, len);
        len = MIN(len + 1, left);
        p += len;
        left -= len;
    }
    return 0;
}

__init int elfnotes_find(const struct elf *e, struct elfnotes *out,
                         const char **why)
{
    int found;

    memset(out, 0, sizeof(*out));
    found = find_in_segments(e, out, why);
    if (found == 0)
        found = find_in_sections(e, out, why);
    if (found == 0)
        return find_in_guest_section(e, out, why);
    return found < 0 ? found : 0;
}

__init bool elfnotes_has(const struct elfnotes *notes, unsigned int id)
{
    return notes->note[id].bytes != NULL;
}

static __init int digit_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        return (c | 0x20) - 'a' + 10;
    return -1;
}

/* Decimal, or hexadecimal after 0x: all of the slice, without overflow. */
static __init int parse_number(const uint8_t *p, size_t len, uint64_t *value)
{
    unsigned int base = 10;

    if (len > 2 && p[0] == '0' && (p[1] | 0x20) == 'x') {
        base = 16;
        p += 2;
        len -= 2;
    }
    if (len == 0)
        return -EINVAL;
    for (*value = 0; len--; p++) {
        int digit = digit_value(*p);

        if (digit < 0 || (unsigned int)digit >= base ||
            __builtin_mul_overflow(*value, base, value) ||
            __builtin_add_overflow(*value, (unsigned int)digit, value))
            return -EINVAL;
    }
    return 0;
}

__init int elfnotes_number(const struct elfnotes *notes, unsigned int id,
                           uint64_t *value)
{
    const uint8_t *p = notes->note[id].bytes;
    size_t len = notes->note[id].len;

    if (!p)
        return -ENOENT;
    if (notes->is_guest_section)
        return parse_number(p, len, value);
    if (len != 4 && len != 8)
        return -EINVAL;
    *value = 0;
    memcpy(value, p, len);
    return 0;
}

__init void elfnotes_text(const struct elfnotes *notes, unsigned int id,
                          char *buf, size_t size)
{
    size_t len = 0;

    if (elfnotes_has(notes, id)) {
        len = length_until(notes->note[id].bytes, notes->note[id].len, '\0');
        len = MIN(len, size - 1);
        memcpy(buf, notes->note[id].bytes, len);
    }
    buf[len] = '\0';
}

/* The bit of a name, 0 when there is none. */
static __init uint32_t feature_bit(const uint8_t *name, size_t len)
{
    static const struct {
        const char *name;
        unsigned int bit;
    } features[] = {
        { "writable_page_tables", XENFEAT_writable_page_tables },
        { "writable_descriptor_tables", XENFEAT_writable_descriptor_tables },
        { "auto_translated_physmap", XENFEAT_auto_translated_physmap },
        { "supervisor_mode_kernel", XENFEAT_supervisor_mode_kernel },
        { "pae_pgdir_above_4gb", XENFEAT_pae_pgdir_above_4gb },
        { "dom0", XENFEAT_dom0 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(features); i++)
        if (strlen(features[i].name) == len &&
            memcmp(features[i].name, name, len) == 0)
            return 1u << features[i].bit;
    return 0;
}

static __init int parse_features(const uint8_t *p, size_t left,
                                 uint32_t *required, uint32_t *supported)
{
    while (left) {
        size_t len = length_until(p, left, '|');
        bool is_required = len > 0 && *p == '!';
        uint32_t bit = feature_bit(p + is_required, len - is_required);

        if (is_required && !bit)
            return -EINVAL;
        *supported |= bit;
        if (is_required)
            *required |= bit;
        len = MIN(len + 1, left);
        p += len;
        left -= len;
    }
    return 0;
}

__init int elfnotes_features(const struct elfnotes *notes, uint32_t *required,
                             uint32_t *supported)
{
    const uint8_t *names = notes->note[XEN_ELFNOTE_FEATURES].bytes;
    size_t len = notes->note[XEN_ELFNOTE_FEATURES].len;
    uint64_t bitmap = 0;
    int rc = elfnotes_number(notes, XEN_ELFNOTE_SUPPORTED_FEATURES, &bitmap);

    if (rc && rc != -ENOENT)
        return rc;
    *required = 0;
    *supported = bitmap;
    if (!names)
        return 0;
    return parse_features(names, length_until(names, len, '\0'), required,
                          supported);
}
