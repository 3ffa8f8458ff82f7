/* SPDX-License-Identifier: MIT */
/*
 * page_alloc.c - buddy allocator of machine frames, in zones by address width.
 *
 * Zone w has the frames whose number needs w bits, 2^(w-1) to 2^w - 1, so that
 * "below address 2^b" is a number of whole zones, and a search from the top
 * zone down spares the low memory that devices need. A block of order o begins
 * at a multiple of 2^o and, as frame 0 is never given, lies in one zone.
 * Invariants:
 *   P1  A frame is in at most one free block; the first frame of a free block,
 *       and no other frame, has PAGE_LINK_FREE; its order is the block's.
 *   P2  Two buddies are never both free: they are merged.
 *   P3  Bit o of zone.non_empty is set iff zone.list[o] has a block.
 *   P4  zone.free is the number of frames in the zone's free blocks.
 *   P5  A free frame whose link says is_zeroed is all zeros. New frames' links
 *       are zeros themselves, and say that it is not.
 * Locks: page_lock guards it all, but is_zeroed, which is written by who frees
 * the frame and read by who has just got it. Adding a range touches one frame a
 * block, allocating one an order, freeing all that are given back.
 */
#include <hv/assert.h>
#include <hv/bitops.h>
#include <hv/page_alloc.h>
#include <hv/spinlock.h>

#define ZONE_MAX    31u     /* widths of 1 to 31 bits */

struct free_list {
    uint32_t head;          /* mfn, 0: empty */
    uint32_t count;
};

struct zone {
    struct free_list list[PAGE_ORDERS];
    unsigned long    free;
    uint32_t         non_empty;
};

static spinlock_t page_lock = SPINLOCK_INIT(LOCK_LEVEL_PAGE_ALLOC);
static struct zone zones[ZONE_MAX + 1];

/* Bits that @n needs, which is not 0. */
static unsigned int width_of(unsigned long n)
{
    return BITS_PER_LONG - (unsigned int)__builtin_clzl(n);
}

static struct zone *zone_of(uint32_t first)
{
    return &zones[width_of(first)];
}

/* The highest zone wholly below address 1 << @address_bits; 0 has nothing. */
static unsigned int zone_below(unsigned int address_bits)
{
    if (address_bits == 0)
        return ZONE_MAX;
    if (address_bits <= PAGE_SHIFT)
        return 0;
    return MIN(address_bits - PAGE_SHIFT, ZONE_MAX);
}

static struct page_link *link_of(uint32_t first)
{
    struct page_link *link = page_link(mfn(first));

    ASSERT(link);
    return link;
}

/* -- lists of free blocks -------------------------------------------------- */

/* Asked of any frame, while its owner may be writing to its link. */
static bool is_free(const struct page_link *link)
{
    return READ_ONCE(link->prev) & PAGE_LINK_FREE;
}

static bool is_free_block(uint32_t first, unsigned int order)
{
    const struct page_link *link = page_link(mfn(first));

    return link && is_free(link) && link->order == order;
}

static void insert_block(struct zone *zone, uint32_t first, unsigned int order)
{
    struct free_list *list = &zone->list[order];
    struct page_link *link = link_of(first);

    ASSERT(!is_free(link));
    link->next = list->head;
    link->prev = PAGE_LINK_FREE;
    link->order = (uint8_t)order;
    if (list->head)
        link_of(list->head)->prev = first | PAGE_LINK_FREE;
    list->head = first;
    list->count++;
    zone->non_empty |= 1u << order;
    zone->free += 1ul << order;
}

static void remove_block(struct zone *zone, uint32_t first)
{
    struct page_link *link = link_of(first);
    struct free_list *list = &zone->list[link->order];
    uint32_t prev = link->prev & ~PAGE_LINK_FREE;

    if (prev)
        link_of(prev)->next = link->next;
    else
        list->head = link->next;
    if (link->next)
        link_of(link->next)->prev = link->prev;
    link->prev = 0;
    list->count--;
    if (!list->count)
        zone->non_empty &= ~(1u << link->order);
    zone->free -= 1ul << link->order;
}

/* -- giving and taking ----------------------------------------------------- */

/* Merge upwards while the buddy is free (P2). It is of the same zone, or it is
 * the block at frame 0, which is never free. */
static void free_block(uint32_t first, unsigned int order)
{
    struct zone *zone = zone_of(first);

    ASSERT(!is_free(link_of(first)));
    for (; order < PAGE_ORDER_MAX; order++) {
        uint32_t buddy = first ^ (1u << order);

        if (!is_free_block(buddy, order))
            break;
        remove_block(zone, buddy);
        first &= ~(1u << order);
    }
    insert_block(zone, first, order);
}

static void give_back(mfn_t first, unsigned int order)
{
    ASSERT(order <= PAGE_ORDER_MAX && first.n && first.n < PAGE_MFN_LIMIT &&
           !(first.n & ((1ul << order) - 1)));
    spin_lock(&page_lock);
    free_block((uint32_t)first.n, order);
    spin_unlock(&page_lock);
}

/* P5, of a block that is nobody's any more and not free yet. */
static void note_content(mfn_t first, unsigned int order, bool is_zeroed)
{
    for (unsigned long i = 0; i < 1ul << order; i++)
        link_of((uint32_t)(first.n + i))->is_zeroed = is_zeroed;
}

void page_free_frames(mfn_t first, unsigned int order)
{
    note_content(first, order, false);
    give_back(first, order);
}

void page_free_zeroed(mfn_t first, unsigned int order)
{
    note_content(first, order, true);
    give_back(first, order);
}

bool page_is_zeroed(mfn_t m)
{
    return link_of((uint32_t)m.n)->is_zeroed;
}

/* The order of the largest block that begins at @first, of @count frames. */
static unsigned int largest_order(unsigned long first, unsigned long count)
{
    unsigned int aligned = (unsigned int)__builtin_ctzl(first);

    return MIN(MIN(aligned, width_of(count) - 1), PAGE_ORDER_MAX);
}

void page_alloc_add_range(mfn_t first, unsigned long count)
{
    unsigned long at = first.n, end;
    unsigned int order;

    if (__builtin_add_overflow(at, count, &end) || end > PAGE_MFN_LIMIT)
        end = PAGE_MFN_LIMIT;
    for (at = MAX(at, 1ul); at < end; at += 1ul << order) {
        order = largest_order(at, end - at);
        give_back(mfn(at), order);
    }
}

/* Cut the first 1 << @order frames off the smallest block that has them. */
static uint32_t take_from(struct zone *zone, unsigned int order)
{
    unsigned int at = order +
                      (unsigned int)__builtin_ctz(zone->non_empty >> order);
    uint32_t first = zone->list[at].head;

    remove_block(zone, first);
    while (at > order) {
        at--;
        insert_block(zone, first + (1u << at), at);
    }
    link_of(first)->order = (uint8_t)order;
    return first;
}

mfn_t page_alloc_frames(unsigned int order, unsigned int address_bits)
{
    mfn_t first = INVALID_MFN;
    unsigned int w;

    if (order > PAGE_ORDER_MAX)
        return INVALID_MFN;
    spin_lock(&page_lock);
    for (w = zone_below(address_bits); w; w--) {
        if (zones[w].non_empty >> order) {
            first = mfn(take_from(&zones[w], order));
            break;
        }
    }
    spin_unlock(&page_lock);
    return first;
}

unsigned int page_alloc_order(mfn_t first)
{
    const struct page_link *link = page_link(first);

    ASSERT(link && !is_free(link));
    return link->order;
}

/* -- figures --------------------------------------------------------------- */

unsigned long page_free_count_below(unsigned int address_bits)
{
    unsigned long sum = 0;
    unsigned int w;

    spin_lock(&page_lock);
    for (w = zone_below(address_bits); w; w--)
        sum += zones[w].free;
    spin_unlock(&page_lock);
    return sum;
}

unsigned long page_free_count(void)
{
    return page_free_count_below(0);
}

void page_alloc_get_usage(struct page_usage *usage)
{
    unsigned int w, order;

    *usage = (struct page_usage){ 0 };
    spin_lock(&page_lock);
    for (w = 1; w <= ZONE_MAX; w++) {
        usage->free += zones[w].free;
        for (order = 0; order < PAGE_ORDERS; order++)
            usage->blocks[order] += zones[w].list[order].count;
    }
    spin_unlock(&page_lock);
}
