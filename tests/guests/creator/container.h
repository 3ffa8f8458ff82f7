/* SPDX-License-Identifier: MIT */
/*
 * container.h - several guest images in one module.
 *
 * tests/run/container.py writes it. A header, then @count entries, then the
 * images, each at a multiple of 8 bytes; all numbers little-endian.
 */
#ifndef CREATOR_CONTAINER_H
#define CREATOR_CONTAINER_H

#include "types.h"

#define CONTAINER_MAGIC "GUESTS01"

struct container_header {
    char     magic[8];          /*  0 */
    uint32_t count;             /*  8 */
    uint32_t entry_size;        /* 12: sizeof(struct container_entry) */
};

struct container_entry {
    char     name[32];          /*   0: letters, ended by 0 */
    char     cmdline[128];      /*  32: for start_info, ended by 0 */
    uint64_t memory_pages;      /* 160: of the guest */
    uint64_t vcpus;             /* 168: all but the first down */
    uint64_t timeout_ns;        /* 176: of system time, until it is ended */
    uint64_t offset;            /* 184: of its ELF file in the container */
    uint64_t size;              /* 192: of that file */
};
_Static_assert(sizeof(struct container_entry) == 200, "container.py");

/* How many entries; 0 (and a line that says why) if it is no container. */
unsigned container_open(const void *start, uint64_t size);
/* Entry @n, or NULL if it is not sound. */
const struct container_entry *container_entry(unsigned n);
const uint8_t *container_image(const struct container_entry *entry);

#endif
