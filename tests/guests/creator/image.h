/* SPDX-License-Identifier: MIT */
/* image.h - a guest test's ELF file: what to load, and what its notes say. */
#ifndef CREATOR_IMAGE_H
#define CREATOR_IMAGE_H

#include "types.h"

struct image {
    const uint8_t *bytes;
    uint64_t size;
    uint64_t virt_base;         /* notes */
    uint64_t entry;
    uint64_t hypercall_page;    /* 0: it wants none */
    uint64_t virt_end;          /* behind the last byte of the last segment */
};

/* NULL, or what is wrong with it. */
const char *image_open(struct image *image, const uint8_t *bytes,
                       uint64_t size);

/* The bytes of page @pfn, counted from virt_base, as they are after loading;
 * @to is a page. */
void image_page(const struct image *image, uint64_t pfn, uint8_t *to);

#endif
