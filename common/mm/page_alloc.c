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
 *       and no other frame, has PAGE_LINK_FREE; its order and pool are the
 *       block's.
 *   P2  Two buddies are never both free in one pool: they are merged.
 *   P3  Bit o of pool.non_empty is set iff pool.list[o] has a block.
 *   P4  zone.free is the number of frames in the zone's free blocks, and of those
 *       that are out to be cleared, zone.out.
 *   P5  A free frame's link says what is in it: PAGE_ZEROED is all zeros. New
 *       frames' links are zeros themselves, and say PAGE_NEW.
 *   P6  All frames of a block in POOL_ZEROED are PAGE_ZEROED, in POOL_DIRTY
 *       PAGE_USED. What is given back as it is goes there, for idle CPUs to
 *       clear (scrub.c); POOL_REST has what is new, and what was united.
 *   P7  No request fails for want of a block that the pools have together, or
 *       that has a piece out: it unites the pools, and waits.
 * Locks: page_lock guards it all, but a link's content, which is written by who
 * frees the frame and read by who has just got it. Adding a range touches one
 * frame a block, allocating one an order, freeing all that are given back.
 * Whoever has a piece out takes no interrupts and waits for nothing but
 * page_lock, so that anybody may wait for him.
 */
#include <hv/assert.h>
#include <hv/bitops.h>
#include <hv/irqflags.h>
#include <hv/page_alloc.h>
#include <hv/softirq.h>
#include <hv/spinlock.h>

#define ZONE_MAX    31u     /* widths of 1 to 31 bits */
#define UNITE_MOST  64u     /* blocks that change pools in one go */

struct free_list {
    uint32_t head;          /* mfn, 0: empty */
    uint32_t count;
};

struct pool {
    struct free_list list[PAGE_ORDERS];
    uint32_t         non_empty;
};

struct zone {
    struct pool   pool[PAGE_POOLS];
    unsigned long free, out;
};

static spinlock_t page_lock = SPINLOCK_INIT(LOCK_LEVEL_PAGE_ALLOC);
static struct zone zones[ZONE_MAX + 1];
static unsigned long dirty_blocks;      /* of all zones; read without the lock */

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

static bool is_free_block(uint32_t first, unsigned int order,
                          enum page_pool in)
{
    const struct page_link *link = page_link(mfn(first));

    return link && is_free(link) && link->order == order && link->pool == in;
}

static void insert_block(struct zone *zone, uint32_t first, unsigned int order,
                         enum page_pool in)
{
    struct pool *pool = &zone->pool[in];
    struct free_list *list = &pool->list[order];
    struct page_link *link = link_of(first);

    ASSERT(!is_free(link));
    link->next = list->head;
    link->prev = PAGE_LINK_FREE;
    link->order = (uint8_t)order;
    link->pool = in;
    if (list->head)
        link_of(list->head)->prev = first | PAGE_LINK_FREE;
    list->head = first;
    list->count++;
    pool->non_empty |= 1u << order;
    zone->free += 1ul << order;
    if (in == POOL_DIRTY)
        WRITE_ONCE(dirty_blocks, dirty_blocks + 1);
}

static void remove_block(struct zone *zone, uint32_t first)
{
    struct page_link *link = link_of(first);
    struct pool *pool = &zone->pool[link->pool];
    struct free_list *list = &pool->list[link->order];
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
        pool->non_empty &= ~(1u << link->order);
    zone->free -= 1ul << link->order;
    if (link->pool == POOL_DIRTY)
        WRITE_ONCE(dirty_blocks, dirty_blocks - 1);
}

/* -- giving and taking ----------------------------------------------------- */

/* Merge upwards while the buddy is free (P2). It is of the same zone, or it is
 * the block at frame 0, which is never free. */
static void free_block(uint32_t first, unsigned int order, enum page_pool in)
{
    struct zone *zone = zone_of(first);

    ASSERT(!is_free(link_of(first)));
    for (; order < PAGE_ORDER_MAX; order++) {
        uint32_t buddy = first ^ (1u << order);

        if (!is_free_block(buddy, order, in))
            break;
        remove_block(zone, buddy);
        first &= ~(1u << order);
    }
    insert_block(zone, first, order, in);
}

/* The order of the largest block that begins at @first, of @count frames. */
static unsigned int largest_order(unsigned long first, unsigned long count)
{
    unsigned int aligned = (unsigned int)__builtin_ctzl(first);

    return MIN(MIN(aligned, width_of(count) - 1), PAGE_ORDER_MAX);
}

static void give_back(mfn_t first, unsigned long count, enum page_pool in)
{
    unsigned long at = first.n, end = at + count;
    unsigned int order;

    ASSERT(at && at < end && end <= PAGE_MFN_LIMIT);
    spin_lock(&page_lock);
    for (; at < end; at += 1ul << order) {
        order = largest_order(at, end - at);
        free_block((uint32_t)at, order, in);
    }
    spin_unlock(&page_lock);
}

/* P5, of frames that are nobody's any more and not free yet. */
static void note_content(mfn_t first, unsigned long count,
                         enum page_content content)
{
    for (unsigned long i = 0; i < count; i++)
        link_of((uint32_t)(first.n + i))->content = content;
}

void page_free_run(mfn_t first, unsigned long count)
{
    note_content(first, count, PAGE_USED);
    give_back(first, count, POOL_DIRTY);
}

void page_free_frames(mfn_t first, unsigned int order)
{
    page_free_run(first, 1ul << order);
}

void page_free_zeroed(mfn_t first, unsigned int order)
{
    note_content(first, 1ul << order, PAGE_ZEROED);
    give_back(first, 1ul << order, POOL_ZEROED);
}

enum page_content page_content(mfn_t m)
{
    return link_of((uint32_t)m.n)->content;
}

void page_alloc_add_range(mfn_t first, unsigned long count)
{
    unsigned long at = MAX(first.n, 1ul), end;

    if (__builtin_add_overflow(first.n, count, &end) || end > PAGE_MFN_LIMIT)
        end = PAGE_MFN_LIMIT;
    if (at < end)
        give_back(mfn(at), end - at, POOL_REST);
}

/* Cut the first 1 << @order frames off the smallest block that has them. */
static uint32_t take_from(struct zone *zone, enum page_pool in,
                          unsigned int order)
{
    const struct pool *pool = &zone->pool[in];
    unsigned int at = order +
                      (unsigned int)__builtin_ctz(pool->non_empty >> order);
    uint32_t first = pool->list[at].head;

    remove_block(zone, first);
    while (at > order) {
        at--;
        insert_block(zone, first + (1u << at), at, in);
    }
    link_of(first)->order = (uint8_t)order;
    return first;
}

/* Which zone and pool a block of @order comes from; NULL: no one has it. What is
 * cleared goes first, and what was used before what is new, so that the memory
 * that is in use stays together; but not at the cost of low memory. */
static struct zone *find_block(unsigned int order, unsigned int top,
                               enum page_pool *in)
{
    for (unsigned int w = top; w; w--)
        for (*in = 0; *in < PAGE_POOLS; (*in)++)
            if (zones[w].pool[*in].non_empty >> order)
                return &zones[w];
    return NULL;
}

static mfn_t take(unsigned int order, unsigned int top)
{
    enum page_pool in;
    struct zone *zone = find_block(order, top, &in);

    return zone ? mfn(take_from(zone, in, order)) : INVALID_MFN;
}

/* Blocks of one pool, at most @most, merge with POOL_REST; how many. */
static unsigned int unite_pool(struct zone *zone, enum page_pool in,
                               unsigned int most)
{
    const struct pool *pool = &zone->pool[in];
    unsigned int count = 0;

    for (; pool->non_empty && count < most; count++) {
        unsigned int order = (unsigned int)__builtin_ctz(pool->non_empty);
        uint32_t first = pool->list[order].head;

        remove_block(zone, first);
        free_block(first, order, POOL_REST);
    }
    return count;
}

/* P7. False: there was nothing to unite. */
static bool unite(unsigned int top)
{
    unsigned int count = 0;

    for (unsigned int w = top; w; w--)
        for (enum page_pool in = 0; in < POOL_REST; in++)
            count += unite_pool(&zones[w], in, UNITE_MOST - count);
    return count;
}

static bool is_any_out(unsigned int top)
{
    unsigned long out = 0;

    for (unsigned int w = top; w; w--)
        out += zones[w].out;
    return out;
}

bool page_alloc_prepare(unsigned int order, unsigned int address_bits)
{
    unsigned int top = zone_below(address_bits);
    bool is_over = order == 0 || order > PAGE_ORDER_MAX;
    enum page_pool in;

    while (!is_over) {
        spin_lock(&page_lock);
        is_over = find_block(order, top, &in) || !unite(top);
        spin_unlock(&page_lock);
        if (!is_over && softirq_is_pending())
            return false;
    }
    return true;
}

mfn_t page_alloc_frames(unsigned int order, unsigned int address_bits)
{
    unsigned int top = zone_below(address_bits);
    mfn_t first;
    bool is_over;

    if (order > PAGE_ORDER_MAX)
        return INVALID_MFN;
    for (;;) {
        spin_lock(&page_lock);
        first = take(order, top);
        is_over = !mfn_eq(first, INVALID_MFN) ||
                  (!unite(top) && !is_any_out(top));
        spin_unlock(&page_lock);
        if (is_over)
            return first;
        arch_wait_briefly();
    }
}

unsigned int page_alloc_order(mfn_t first)
{
    const struct page_link *link = page_link(first);

    ASSERT(link && !is_free(link));
    return link->order;
}

/* -- clearing -------------------------------------------------------------- */

bool page_is_any_dirty(void)
{
    return READ_ONCE(dirty_blocks);
}

/* All of the smallest block, or a part of it: what is left of it in the end can be
 * merged soonest. */
mfn_t page_take_dirty(unsigned int most, unsigned int *order)
{
    mfn_t first = INVALID_MFN;

    spin_lock(&page_lock);
    for (unsigned int w = ZONE_MAX; w; w--) {
        uint32_t orders = zones[w].pool[POOL_DIRTY].non_empty;

        if (!orders)
            continue;
        *order = MIN((unsigned int)__builtin_ctz(orders), most);
        first = mfn(take_from(&zones[w], POOL_DIRTY, *order));
        zones[w].free += 1ul << *order;
        zones[w].out += 1ul << *order;
        break;
    }
    spin_unlock(&page_lock);
    return first;
}

void page_return_cleared(mfn_t first, unsigned int order)
{
    struct zone *zone = zone_of((uint32_t)first.n);

    note_content(first, 1ul << order, PAGE_ZEROED);
    spin_lock(&page_lock);
    zone->free -= 1ul << order;
    zone->out -= 1ul << order;
    free_block((uint32_t)first.n, order, POOL_ZEROED);
    spin_unlock(&page_lock);
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

static void add_usage(struct page_usage *usage, const struct zone *zone)
{
    usage->free += zone->free;
    for (unsigned int order = 0; order < PAGE_ORDERS; order++) {
        for (enum page_pool in = 0; in < PAGE_POOLS; in++)
            usage->blocks[order] += zone->pool[in].list[order].count;
        usage->dirty +=
            (unsigned long)zone->pool[POOL_DIRTY].list[order].count << order;
    }
}

void page_alloc_get_usage(struct page_usage *usage)
{
    *usage = (struct page_usage){ 0 };
    spin_lock(&page_lock);
    for (unsigned int w = 1; w <= ZONE_MAX; w++)
        add_usage(usage, &zones[w]);
    spin_unlock(&page_lock);
}
