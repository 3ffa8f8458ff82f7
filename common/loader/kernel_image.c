/* SPDX-License-Identifier: MIT */
/*
 * kernel_image.c - from a file as a boot loader hands it over to a kernel that
 * a domain can be built from.
 *
 *   bzImage --payload--+
 *   gzip ---whole file-+-> decompress() -> ELF64 -> notes -> addresses
 *   ELF ---------------------------------> ELF64
 * Invariants, once a file is open:
 *   K1  virt_base + load[i].paddr + load[i].memsz does not wrap for any i, and
 *       lies within virt_start .. virt_end.
 *   K2  virt_base <= virt_start <= virt_entry <= virt_end.
 */
#include <hv/bzimage.h>
#include <hv/decompress.h>
#include <hv/elfnote.h>
#include <hv/errno.h>
#include <hv/frame_num.h>
#include <hv/kernel_image.h>
#include <hv/string.h>
#include <public/features.h>

/* The compressed part of a file; len is 0 when it is plain ELF. */
struct packed {
    const uint8_t *bytes;
    size_t len;
    uint32_t unpacked_size;
};

static __init bool is_gzip(const uint8_t *file, size_t len)
{
    return len >= 18 && file[0] == 0x1f && file[1] == 0x8b;  /* RFC 1952 2.3 */
}

static __init int packed_find(const void *file, size_t len, struct packed *out,
                              const char **why)
{
    static const uint8_t elf_magic[4] = { 0x7f, 'E', 'L', 'F' };
    struct bzimage bz;
    int rc;

    memset(out, 0, sizeof(*out));
    if (len >= sizeof(elf_magic) && !memcmp(file, elf_magic, sizeof(elf_magic)))
        return 0;
    if (is_gzip(file, len)) {
        out->bytes = file;
        out->len = len;
        memcpy(&out->unpacked_size, out->bytes + len - 4, 4);   /* ISIZE */
        return 0;
    }
    rc = bzimage_payload(file, len, &bz);
    *why = rc == -ENOEXEC ? "is not a kernel: neither a bzImage nor an ELF file"
                          : bz.why;
    if (rc)
        return rc;
    out->bytes = bz.payload;
    out->len = bz.payload_len;
    out->unpacked_size = bz.unpacked_size;
    return 0;
}

__init int kernel_image_measure(const void *file, size_t len,
                                struct kernel_workspace *ws, const char **why)
{
    struct packed packed;
    int rc;

    memset(ws, 0, sizeof(*ws));
    *why = NULL;
    rc = packed_find(file, len, &packed, why);
    if (rc || !packed.len)
        return rc;
    rc = decompress_measure(packed.bytes, packed.len, &ws->heap_size, why);
    if (!rc)
        ws->unpacked_size = packed.unpacked_size;
    return rc;
}

/* Point at the ELF file, unpacked if it was packed. */
static __init int unpack(const void **file, size_t *len,
                         const struct kernel_workspace *ws, const char **why)
{
    struct packed packed;
    size_t produced;
    int rc = packed_find(*file, *len, &packed, why);

    if (rc || !packed.len)
        return rc;
    decompress_heap_init(ws->heap, ws->heap_size);
    rc = decompress(packed.bytes, packed.len, ws->unpacked, ws->unpacked_size,
                    &produced, why);
    if (rc)
        return rc;
    if (produced != packed.unpacked_size) {
        *why = "is damaged: it unpacks to another size than it says";
        return -EINVAL;
    }
    *file = ws->unpacked;
    *len = produced;
    return 0;
}

static __init int fail(struct kernel_image *k, int rc, const char *error)
{
    k->error = error;
    return rc;
}

/* Is it a kernel for us at all? */
static __init int check_kind(struct kernel_image *k, const struct elfnotes *n)
{
    char version[KERNEL_TEXT_SIZE];

    if (elfnotes_has(n, XEN_ELFNOTE_PHYS32_ENTRY) &&
        !elfnotes_has(n, XEN_ELFNOTE_ENTRY) &&
        !elfnotes_has(n, XEN_ELFNOTE_VIRT_BASE))
        return fail(k, -ENOEXEC, "is a kernel without PV support: it can be "
                    "entered as PVH only (Linux: CONFIG_XEN_PV is off)");
    elfnotes_text(n, XEN_ELFNOTE_XEN_VERSION, version, sizeof(version));
    if (strncmp(version, "xen-3.0", 7) != 0)
        return fail(k, -EOPNOTSUPP, "is a kernel for another guest interface: "
                    "its notes do not say \"xen-3.0\"");
    elfnotes_text(n, XEN_ELFNOTE_GUEST_OS, k->guest_os, sizeof(k->guest_os));
    elfnotes_text(n, XEN_ELFNOTE_GUEST_VERSION, k->guest_version,
                  sizeof(k->guest_version));
    elfnotes_text(n, XEN_ELFNOTE_LOADER, k->loader, sizeof(k->loader));
    if (strncmp(k->loader, "generic", 7) != 0 &&
        strncmp(k->guest_os, "linux", 5) != 0)
        return fail(k, -EOPNOTSUPP, "is a kernel that wants a loader of its "
                    "own: its notes do not say \"generic\"");
    return 0;
}

static __init enum kernel_pae pae_mode(const struct elfnotes *n)
{
    char mode[KERNEL_TEXT_SIZE];

    elfnotes_text(n, XEN_ELFNOTE_PAE_MODE, mode, sizeof(mode));
    if (strstr(mode, "bimodal"))
        return KERNEL_PAE_BIMODAL;
    if (strcmp(mode, "yes[extended-cr3]") == 0)
        return KERNEL_PAE_EXTENDED;
    if (strcmp(mode, "yes") == 0)   /* the section tells the two apart */
        return n->is_guest_section ? KERNEL_PAE_YES : KERNEL_PAE_EXTENDED;
    return KERNEL_PAE_NO;
}

static __init int read_features(struct kernel_image *k,
                                const struct elfnotes *n)
{
    if (elfnotes_features(n, &k->features_required, &k->features_supported))
        return fail(k, -EOPNOTSUPP, "requires a feature that is not known "
                    "here, or its notes on features are malformed");
    k->may_be_dom0 = !elfnotes_has(n, XEN_ELFNOTE_SUPPORTED_FEATURES) ||
                     (k->features_supported & (1u << XENFEAT_dom0));
    return 0;
}

/* A number that may be left out: *has tells. -EINVAL when it is no number. */
static __init int optional(const struct elfnotes *n, unsigned int id,
                           bool *has, uint64_t *value)
{
    *has = elfnotes_has(n, id);
    return *has ? elfnotes_number(n, id, value) : 0;
}

static __init int read_numbers(struct kernel_image *k,
                               const struct elfnotes *n)
{
    uint64_t mod_start_pfn = 0;
    bool has;

    if (optional(n, XEN_ELFNOTE_HYPERCALL_PAGE, &k->has_hypercall_page,
                 &k->virt_hypercall) ||
        optional(n, XEN_ELFNOTE_INIT_P2M, &k->has_init_p2m, &k->init_p2m) ||
        optional(n, XEN_ELFNOTE_HV_START_LOW, &k->has_hv_start_low,
                 &k->hv_start_low) ||
        optional(n, XEN_ELFNOTE_MOD_START_PFN, &has, &mod_start_pfn))
        return fail(k, -EINVAL, "is a broken kernel: one of its notes is not "
                    "a number");
    k->mod_start_pfn = mod_start_pfn == 1;
    return 0;
}

/* virt_base and virt_offset; *paddr_offset is what to take off p_paddr. */
static __init int read_bases(struct kernel_image *k, const struct elfnotes *n,
                             uint64_t *paddr_offset)
{
    bool has_base, has_offset;

    k->virt_base = *paddr_offset = 0;
    if (optional(n, XEN_ELFNOTE_VIRT_BASE, &has_base, &k->virt_base) ||
        optional(n, XEN_ELFNOTE_PADDR_OFFSET, &has_offset, paddr_offset))
        return fail(k, -EINVAL, "is a broken kernel: its virtual base or its "
                    "physical offset is not a number");
    if (has_offset && !has_base)
        return fail(k, -EINVAL, "is a broken kernel: it gives a physical "
                    "offset without a virtual base");
    if (!has_offset && n->is_guest_section)
        *paddr_offset = k->virt_base;
    if (k->virt_base % PAGE_SIZE || *paddr_offset % PAGE_SIZE)
        return fail(k, -EINVAL, "is a broken kernel: its virtual base or its "
                    "physical offset is not page-aligned");
    k->virt_offset = k->virt_base - *paddr_offset;
    return 0;
}

/* K1: make segments relative to virt_base and find where they begin and end. */
static __init int place_loads(struct kernel_image *k, uint64_t paddr_offset)
{
    k->virt_start = UINT64_MAX;
    k->virt_end = 0;
    for (unsigned int i = 0; i < k->load_count; i++) {
        struct elf_load *load = &k->load[i];
        uint64_t start, end;

        if (__builtin_sub_overflow(load->paddr, paddr_offset, &load->paddr) ||
            __builtin_add_overflow(k->virt_base, load->paddr, &start) ||
            __builtin_add_overflow(start, load->memsz, &end))
            return fail(k, -EINVAL, "is a broken kernel: a segment lies "
                        "outside the address space that its notes describe");
        k->virt_start = MIN(k->virt_start, start);
        k->virt_end = MAX(k->virt_end, end);
    }
    return 0;
}

/* K2 */
static __init int check_entry(struct kernel_image *k, const struct elfnotes *n,
                              uint64_t elf_entry)
{
    bool has;

    k->virt_entry = elf_entry;
    if (optional(n, XEN_ELFNOTE_ENTRY, &has, &k->virt_entry))
        return fail(k, -EINVAL, "is a broken kernel: its entry point is not a "
                    "number");
    if (k->virt_entry < k->virt_start || k->virt_entry > k->virt_end)
        return fail(k, -EINVAL, "is a broken kernel: its entry point lies "
                    "outside it");
    return 0;
}

static __init int check_pages(struct kernel_image *k, const struct elfnotes *n)
{
    /* __xen_guest counts pages from virt_base. */
    if (k->has_hypercall_page && n->is_guest_section &&
        (__builtin_mul_overflow(k->virt_hypercall, PAGE_SIZE,
                                &k->virt_hypercall) ||
         __builtin_add_overflow(k->virt_hypercall, k->virt_base,
                                &k->virt_hypercall)))
        return fail(k, -EINVAL, "is a broken kernel: its hypercall page lies "
                    "outside the address space");
    if (k->has_hypercall_page && (k->virt_hypercall % PAGE_SIZE ||
                                  k->virt_hypercall < k->virt_base))
        return fail(k, -EINVAL, "is a broken kernel: its hypercall page is "
                    "not page-aligned or lies below its virtual base");
    if (k->has_init_p2m && (k->init_p2m % PAGE_SIZE ||
                            (k->init_p2m >= k->virt_start &&
                             k->init_p2m < k->virt_end)))
        return fail(k, -EINVAL, "is a broken kernel: its p2m list is not "
                    "page-aligned or lies inside the kernel");
    return 0;
}

static __init int read_notes(struct kernel_image *k, const struct elfnotes *n,
                             uint64_t elf_entry)
{
    uint64_t paddr_offset;
    int rc = check_kind(k, n);

    if (!rc)
        rc = read_features(k, n);
    if (!rc)
        rc = read_numbers(k, n);
    if (!rc)
        rc = read_bases(k, n, &paddr_offset);
    if (!rc)
        rc = place_loads(k, paddr_offset);
    if (!rc)
        rc = check_entry(k, n, elf_entry);
    if (!rc)
        rc = check_pages(k, n);
    k->pae = pae_mode(n);
    return rc;
}

__init int kernel_image_open(const void *file, size_t len,
                             const struct kernel_workspace *ws,
                             struct kernel_image *out)
{
    struct elfnotes notes;
    struct elf elf;
    int rc;

    memset(out, 0, sizeof(*out));
    rc = unpack(&file, &len, ws, &out->error);
    if (rc)
        return rc;
    rc = elf_open(&elf, file, len, &out->error);
    if (rc == -ENOEXEC)     /* only what was unpacked can still be no ELF */
        return fail(out, rc, "is not a kernel: what it unpacks to is not an "
                    "ELF file");
    if (rc)
        return rc;
    rc = elf_loads_get(&elf, out->load, KERNEL_MAX_LOADS, &out->error);
    if (rc < 0)
        return rc;
    out->load_count = rc;
    rc = elfnotes_find(&elf, &notes, &out->error);
    if (rc == -ENOENT)
        return fail(out, -ENOEXEC, "is not a PV kernel: it has no ELF notes of "
                    "owner \"Xen\" (a program, or Linux without "
                    "CONFIG_XEN_PV)");
    if (rc)
        return rc;
    rc = read_notes(out, &notes, elf.header.entry);
    if (rc)
        return rc;
    out->error = NULL;
    return 0;
}

__init int kernel_image_load(const struct kernel_image *k,
                             const struct kernel_sink *sink)
{
    uint64_t start = k->virt_start - k->virt_base;

    for (unsigned int i = 0; i < k->load_count; i++) {
        const struct elf_load *load = &k->load[i];
        uint64_t offset = load->paddr - start;     /* K1 */
        int rc = 0;

        if (load->filesz)
            rc = sink->write(sink->ctx, offset, load->bytes, load->filesz);
        if (!rc && load->memsz > load->filesz)
            rc = sink->zero(sink->ctx, offset + load->filesz,
                            load->memsz - load->filesz);
        if (rc)
            return rc;
    }
    return 0;
}
