/* SPDX-License-Identifier: MIT */
/*
 * elfnote.h - what a PV kernel's file says about itself: the ELF notes of owner
 * "Xen", or the older __xen_guest section with the same facts as one string.
 */
#ifndef HV_ELFNOTE_H
#define HV_ELFNOTE_H

#include <hv/elf.h>
#include <hv/types.h>
#include <public/elfnote.h>

#define ELFNOTE_COUNT   (XEN_ELFNOTE_MAX + 1)

struct elfnotes {
    struct {
        const uint8_t *bytes;   /* NULL: not there */
        size_t len;
    } note[ELFNOTE_COUNT];      /* by XEN_ELFNOTE_*; the last one counts */
    bool is_guest_section;      /* values are text, from __xen_guest */
};

/* Gather from PT_NOTE segments, else from note sections, else __xen_guest.
 * -ENOENT nothing of the kind in the file; -EINVAL malformed, with *why. */
int elfnotes_find(const struct elf *e, struct elfnotes *out, const char **why);

bool elfnotes_has(const struct elfnotes *notes, unsigned int id);

/* -ENOENT not there; -EINVAL not a number of 4 or 8 bytes (or of text). */
int elfnotes_number(const struct elfnotes *notes, unsigned int id,
                    uint64_t *value);

/* Copy up to the first NUL, truncated to @size - 1 bytes and terminated;
 * a note that is not there is the empty string. */
void elfnotes_text(const struct elfnotes *notes, unsigned int id, char *buf,
                   size_t size);

/* Read both notes on features. A name after '!' is required, and supported;
 * unknown names are ignored, but -EINVAL when one is required. Bits are
 * 1 << XENFEAT_* (public/features.h). */
int elfnotes_features(const struct elfnotes *notes, uint32_t *required,
                      uint32_t *supported);

#endif
