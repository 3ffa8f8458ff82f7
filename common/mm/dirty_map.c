/* SPDX-License-Identifier: MIT */
/*
 * dirty_map.c - a set of a domain's frames, by the numbers the domain knows
 * them by (pfns), as whoever copies it counts them.
 *
 * The numbers come from the machine-to-pseudophysical table, which is the
 * guest's to write: it can hide a frame of its own, and choose which parts of
 * the set come to be, of which the limit bounds the number.
 *
 * Invariants:
 *   DM1  part[i], once set, stays until the set is destroyed.
 *   DM2  A word is changed by atomic instructions alone.
 * Locks: none but the heap's.
 */
#include <hv/bitops.h>
#include <hv/heap.h>
#include <hv/log_dirty.h>
#include <hv/memory_op.h>

#define PART_WORDS  (PAGE_SIZE / sizeof(unsigned long))
#define PART_PFNS   (PART_WORDS * BITS_PER_LONG)

struct dirty_map {
    unsigned long limit;        /* [I] a multiple of PART_PFNS */
    bool has_failed;            /* [a] */
    unsigned long *part[];      /* [a] DM1; NULL: nothing of it is in the set */
};

struct dirty_map *dirty_map_create(unsigned long limit)
{
    unsigned long parts = (limit + PART_PFNS - 1) / PART_PFNS;
    struct dirty_map *map =
        heap_alloc(sizeof(*map) + parts * sizeof(map->part[0]), 0);

    if (map)
        map->limit = parts * PART_PFNS;
    return map;
}

void dirty_map_destroy(struct dirty_map *map)
{
    for (unsigned long i = 0; map && i < map->limit / PART_PFNS; i++)
        heap_free(map->part[i]);
    heap_free(map);
}

unsigned long dirty_map_limit(const struct dirty_map *map)
{
    return map ? map->limit : 0;
}

bool dirty_map_has_failed(const struct dirty_map *map)
{
    return READ_ONCE(map->has_failed);
}

static unsigned long *part_of(const struct dirty_map *map, unsigned long pfn)
{
    return __atomic_load_n(&map->part[pfn / PART_PFNS], __ATOMIC_ACQUIRE);
}

/* Another CPU may be doing the same; DM1. */
static unsigned long *make_part(struct dirty_map *map, unsigned long pfn)
{
    unsigned long *part = heap_alloc(PAGE_SIZE, 0), *there = NULL;

    if (!part) {
        WRITE_ONCE(map->has_failed, true);
        return NULL;
    }
    if (__atomic_compare_exchange_n(&map->part[pfn / PART_PFNS], &there, part,
                                    false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return part;
    heap_free(part);
    return there;
}

void dirty_map_add(struct dirty_map *map, mfn_t m)
{
    unsigned long pfn = arch_get_m2p(m);
    unsigned long *part;

    if (pfn >= map->limit)
        return;
    part = part_of(map, pfn);
    if (!part)
        part = make_part(map, pfn);
    if (part && !test_bit((unsigned int)(pfn % PART_PFNS), part))
        set_bit((unsigned int)(pfn % PART_PFNS), part);
}

/* Word number @n, or NULL if it is empty. */
static unsigned long *word_of(const struct dirty_map *map, uint64_t n)
{
    unsigned long *part;

    if (n >= dirty_map_limit(map) / BITS_PER_LONG)
        return NULL;
    part = part_of(map, n * BITS_PER_LONG);
    return part ? &part[n % PART_WORDS] : NULL;
}

void dirty_map_take(struct dirty_map *map, uint64_t first, unsigned long *words,
                    unsigned int count, bool remove)
{
    for (unsigned int i = 0; i < count; i++) {
        unsigned long *word = word_of(map, first + i);

        words[i] = word ? READ_ONCE(*word) : 0;
        if (words[i] && remove)
            words[i] = __atomic_exchange_n(word, 0, __ATOMIC_ACQ_REL);
    }
}

void dirty_map_give_back(struct dirty_map *map, uint64_t first,
                         const unsigned long *words, unsigned int count)
{
    for (unsigned int i = 0; i < count; i++)
        if (words[i])
            __atomic_fetch_or(word_of(map, first + i), words[i],
                              __ATOMIC_ACQ_REL);
}
