/* SPDX-License-Identifier: MIT */
/*
 * memory_map.c - the firmware's list of memory ranges, made orderly: sorted,
 * free of overlaps and of empty ranges, neighbours of one type merged.
 * Firmware lists overlap now and then; the less usable type wins.
 */
#include <hv/boot_info.h>
#include <hv/compiler.h>
#include <hv/sort.h>
#include <hv/string.h>

/* How much a type forbids: the order in which overlaps are settled. */
static unsigned int severity(uint32_t type)
{
    switch (type) {
    case MEMORY_RAM:      return 0;
    case MEMORY_ACPI:     return 1;
    case MEMORY_NVS:      return 2;
    case MEMORY_RESERVED: return 3;
    default:              return 4;
    }
}

static int compare_addresses(const void *a, const void *b)
{
    paddr_t x = *(const paddr_t *)a, y = *(const paddr_t *)b;

    return x < y ? -1 : x > y;
}

/* The range that says what the bytes from @start to @end are, which no border
 * splits; NULL: none does. */
static const struct memory_range *worst_between(const struct memory_map *map,
                                                paddr_t start, paddr_t end)
{
    const struct memory_range *worst = NULL;

    for (unsigned int i = 0; i < map->count; i++) {
        const struct memory_range *r = &map->range[i];

        if (r->start <= start && end <= r->end &&
            (!worst || severity(r->type) > severity(worst->type)))
            worst = r;
    }
    return worst;
}

static void append(struct memory_map *map, paddr_t start, paddr_t end,
                   uint32_t type)
{
    struct memory_range *last = map->count ? &map->range[map->count - 1] : NULL;

    if (last && last->end == start && last->type == type)
        last->end = end;
    else if (map->count < MEMORY_RANGES_MAX)
        map->range[map->count++] = (struct memory_range){ start, end, type };
}

void __init memory_map_normalise(struct memory_map *map)
{
    static paddr_t border[2 * MEMORY_RANGES_MAX] __initbss;
    static struct memory_map out __initbss;
    unsigned int n = 0;

    for (unsigned int i = 0; i < map->count; i++) {
        if (map->range[i].start >= map->range[i].end)
            continue;
        border[n++] = map->range[i].start;
        border[n++] = map->range[i].end;
    }
    sort(border, n, sizeof(border[0]), compare_addresses);
    out.count = 0;
    for (unsigned int i = 0; i + 1 < n; i++) {
        const struct memory_range *worst;

        if (border[i] == border[i + 1])
            continue;
        worst = worst_between(map, border[i], border[i + 1]);
        if (worst)
            append(&out, border[i], border[i + 1], worst->type);
    }
    *map = out;
}

/* If the list has no room for it, all RAM that it touches goes with it. */
void memory_map_reserve(struct memory_map *map, paddr_t start, paddr_t end)
{
    bool fits = map->count < MEMORY_RANGES_MAX;

    for (unsigned int i = 0; !fits && i < map->count; i++) {
        struct memory_range *r = &map->range[i];

        if (r->type == MEMORY_RAM && r->start < end && start < r->end)
            r->type = MEMORY_UNUSABLE;
    }
    if (fits)
        map->range[map->count++] =
            (struct memory_range){ start, end, MEMORY_RESERVED };
}

void memory_map_clip(struct memory_map *map, paddr_t limit)
{
    unsigned int count = map->count;

    for (unsigned int i = 0; i < count; i++) {
        struct memory_range *r = &map->range[i];

        if (r->type != MEMORY_RAM || r->end <= limit)
            continue;
        if (r->start < limit) {
            if (map->count < MEMORY_RANGES_MAX)
                map->range[map->count++] = (struct memory_range){
                    limit, r->end, MEMORY_UNUSABLE };
            r->end = limit;
        } else {
            r->type = MEMORY_UNUSABLE;
        }
    }
    memory_map_normalise(map);
}
