/* SPDX-License-Identifier: MIT */
/* container.c - find the images in the module that the creator was given. */
#include "container.h"
#include "console.h"
#include "string.h"

static const uint8_t *base;
static uint64_t total;
static unsigned count;

unsigned container_open(const void *start, uint64_t size)
{
    const struct container_header *header = start;

    if (!start || size < sizeof(*header) ||
        memcmp(header->magic, CONTAINER_MAGIC, sizeof(header->magic)) ||
        header->entry_size != sizeof(struct container_entry) ||
        header->count > (size - sizeof(*header)) / header->entry_size) {
        print("CREATOR error: the module is no container of guests\n");
        return 0;
    }
    base = start;
    total = size;
    count = header->count;
    return count;
}

static bool ends(const char *text, size_t room)
{
    while (room && *text) {
        text++;
        room--;
    }
    return room != 0;
}

const struct container_entry *container_entry(unsigned n)
{
    const struct container_header *header = (const void *)base;
    const struct container_entry *entry =
        (const struct container_entry *)(header + 1) + n;

    if (n >= count || !ends(entry->name, sizeof(entry->name)) ||
        !ends(entry->cmdline, sizeof(entry->cmdline)) ||
        entry->offset > total || entry->size > total - entry->offset)
        return NULL;
    return entry;
}

const uint8_t *container_image(const struct container_entry *entry)
{
    return base + entry->offset;
}
