/* SPDX-License-Identifier: MIT */
/*
 * elfnote.h - what a PV kernel's file says about itself: the ELF notes of owner
 * "Xen", or the older __xen_guest section with the same facts as one string.
 */
#ifndef HV_ELFNOTE_H
#define HV_ELFNOTE_H

#include <hv/elf.h>
#include <hv/types.h>

/* Note types; numbers are ABI (public/elfnote.h). */
enum elfnote_id {
    ELFNOTE_ENTRY              = 1,     /* number: first instruction */
    ELFNOTE_HYPERCALL_PAGE     = 2,     /* number: page to fill with stubs */
    ELFNOTE_VIRT_BASE          = 3,     /* number: where pfn 0 is mapped */
    ELFNOTE_PADDR_OFFSET       = 4,     /* number: what p_paddr is ahead of */
    ELFNOTE_XEN_VERSION        = 5,     /* text: "xen-3.0" */
    ELFNOTE_GUEST_OS           = 6,     /* text */
    ELFNOTE_GUEST_VERSION      = 7,     /* text */
    ELFNOTE_LOADER             = 8,     /* text: "generic" */
    ELFNOTE_PAE_MODE           = 9,     /* text */
    ELFNOTE_FEATURES           = 10,    /* text: names and '|' */
    ELFNOTE_HV_START_LOW       = 12,    /* number: 32-bit guests */
    ELFNOTE_INIT_P2M           = 15,    /* number: where the p2m list goes */
    ELFNOTE_MOD_START_PFN      = 16,    /* number: 1, initrd is not mapped */
    ELFNOTE_SUPPORTED_FEATURES = 17,    /* number: bitmap */
    ELFNOTE_PHYS32_ENTRY       = 18,    /* number: PVH entry */
    ELFNOTE_COUNT
};

/* Bits of the features bitmap (public/features.h, first word). */
enum elfnote_feature {
    FEATURE_WRITABLE_PAGE_TABLES       = 0,
    FEATURE_WRITABLE_DESCRIPTOR_TABLES = 1,
    FEATURE_AUTO_TRANSLATED_PHYSMAP    = 2,
    FEATURE_SUPERVISOR_MODE_KERNEL     = 3,
    FEATURE_PAE_PGDIR_ABOVE_4GB        = 4,
    FEATURE_DOM0                       = 11,
};

struct elfnotes {
    struct {
        const uint8_t *bytes;   /* NULL: not there */
        size_t len;
    } note[ELFNOTE_COUNT];      /* by enum elfnote_id; the last one counts */
    bool is_guest_section;      /* values are text, from __xen_guest */
};

/* Gather from PT_NOTE segments, else from note sections, else __xen_guest.
 * -ENOENT nothing of the kind in the file; -EINVAL malformed, with *why. */
int elfnotes_find(const struct elf *e, struct elfnotes *out, const char **why);

bool elfnotes_has(const struct elfnotes *notes, enum elfnote_id id);

/* -ENOENT not there; -EINVAL not a number of 4 or 8 bytes (or of text). */
int elfnotes_number(const struct elfnotes *notes, enum elfnote_id id,
                    uint64_t *value);

/* Copy up to the first NUL, truncated to @size - 1 bytes and terminated;
 * a note that is not there is the empty string. */
void elfnotes_text(const struct elfnotes *notes, enum elfnote_id id, char *buf,
                   size_t size);

/* Read both notes on features. A name after '!' is required, and supported;
 * unknown names are ignored, but -EINVAL when one is required. */
int elfnotes_features(const struct elfnotes *notes, uint32_t *required,
                      uint32_t *supported);

#endif
