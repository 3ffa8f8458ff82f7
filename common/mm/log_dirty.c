/* SPDX-License-Identifier: MIT */
/*
 * log_dirty.c - note which frames of a domain are written to, and tell.
 *
 * Whatever was able to write is recorded when it ends, or when the walk finds
 * it. The walk looks at every frame of the domain: L1 tables, whose entries the
 * CPU marks when it writes by them (arch), and frames that others may write to.
 * What is found goes into the set; then the set is told, word by word.
 *
 * Invariants:
 *   LD1  If a frame was written to since it was last told, then it is in the
 *        set, or an entry in an L1 table of its owner says so, or something
 *        outside of those tables can still write to it: an entry of another
 *        domain (frame.outside), or the hypervisor (a vcpu's record, the
 *        console's ring).
 *   LD2  d->dirty_map is set from before the first walk until it is switched
 *        off; a set lives until its domain does not.
 *   LD3  What was found is told by one request, from its first word to its last:
 *        work that waits for its restart goes on only for who has its ticket.
 * Locks: none across steps. Whoever works on it has set is_busy; whoever comes
 * meanwhile is to come again.
 * [I] nobody, once set   [B] who has set is_busy   [a] anyone, atomically
 */
#include <hv/bitops.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/guest_copy.h>
#include <hv/heap.h>
#include <hv/log_dirty.h>
#include <hv/ring_console.h>
#include <hv/softirq.h>
#include <hv/string.h>
#include <hv/vcpu.h>

#define FRAMES_AT_ONCE  256u        /* looked at with page_lock held */
#define TABLES_AT_ONCE  16u         /* and with the tables' lock */
#define WORDS_AT_ONCE   64u
#define PFNS_MIN        (1ul << 21) /* guests leave holes below 4 GiB */
#define PFNS_MAX        (1ul << 32)

enum stage { STAGE_IDLE, STAGE_WALK, STAGE_TELL };

struct log_dirty {
    struct dirty_map *map;      /* [B] the set: d->dirty_map while it is on */
    struct dirty_map *older;    /* [B] one that was too small: LD2 */
    uint64_t next;              /* [B] word to be told next */
    uint32_t dirty_count;       /* [B] told so far */
    unsigned long ticket;       /* [B] of the work that was begun last */
    uint8_t stage;              /* [B] what a restarted call goes on with */
    bool is_starting;           /* [B] the first walk is not over */
    bool is_busy;               /* [a] */
};

/* --- the walk --- */

static void walk_begin(struct domain *d)
{
    spin_lock(&d->page_lock);
    d->page_walk = d->page_list;
    spin_unlock(&d->page_lock);
}

/* The next of @d's frames. Returns how many L1 tables are among them. */
static unsigned int look_at_some(struct domain *d, struct dirty_map *map,
                                 struct frame **tables)
{
    unsigned int count = 0;

    spin_lock(&d->page_lock);
    for (unsigned int i = 0; i < FRAMES_AT_ONCE && count < TABLES_AT_ONCE &&
                             d->page_walk; i++) {
        struct frame *f = frame_of(mfn(d->page_walk));
        uint64_t state = __atomic_load_n(&f->state, __ATOMIC_ACQUIRE);

        if (READ_ONCE(f->outside))
            dirty_map_add(map, frame_mfn(f));
        if ((state & FRAME_VALIDATED) && frame_state_type(state) == FRAME_L1)
            tables[count++] = f;
        d->page_walk = f->next;
    }
    spin_unlock(&d->page_lock);
    return count;
}

/* What the hypervisor writes to by frame. */
static void add_our_own(const struct domain *d, struct dirty_map *map)
{
    mfn_t console = ring_console_frame(d);
    const struct vcpu *v;

    if (!mfn_eq(console, INVALID_MFN))
        dirty_map_add(map, console);
    for_each_vcpu(d, v)
        if (!mfn_eq(v->info_mfn, INVALID_MFN))
            dirty_map_add(map, v->info_mfn);
}

/* The tables found stay tables while the lock is held. */
static int walk(struct domain *d, struct dirty_map *map)
{
    struct frame *tables[TABLES_AT_ONCE];

    while (READ_ONCE(d->page_walk)) {
        unsigned int count;

        arch_lock_tables(d);
        count = look_at_some(d, map, tables);
        for (unsigned int i = 0; i < count; i++)
            arch_log_dirty_table(d, tables[i]);
        arch_unlock_tables(d);
        if (softirq_is_pending())
            return -ERESTART;
    }
    add_our_own(d, map);
    return 0;
}

/* --- telling --- */

/* Up to WORDS_AT_ONCE words from l->next on, of which @bytes are wanted. */
static int tell_some(struct log_dirty *l, struct dirty_map *map,
                     const struct log_dirty_request *r, unsigned int bytes)
{
    unsigned int count = (bytes + sizeof(long) - 1) / sizeof(long);
    unsigned int last_bits = bytes % sizeof(long) * 8;
    unsigned long words[WORDS_AT_ONCE], unwanted = 0;
    int rc = 0;

    dirty_map_take(map, l->next, words, count, r->clean);
    if (last_bits) {
        unwanted = words[count - 1] & ~0ul << last_bits;
        words[count - 1] &= ~unwanted;
    }
    if (r->bitmap.va)
        rc = copy_to_guest(guest_va(r->bitmap.va + l->next * sizeof(long)),
                           words, bytes);
    if (!rc)
        l->dirty_count += bitmap_weight(words, count * BITS_PER_LONG);
    if (r->clean && rc)
        dirty_map_give_back(map, l->next, words, count);
    if (r->clean && unwanted)
        dirty_map_give_back(map, l->next + count - 1, &unwanted, 1);
    return rc;
}

static int tell(struct log_dirty *l, struct dirty_map *map,
                const struct log_dirty_request *r)
{
    uint64_t bits = r->bitmap.va ? r->pages : dirty_map_limit(map);
    uint64_t bytes = bits / 8 + !!(bits % 8);

    while (l->next < bytes / sizeof(long) + !!(bytes % sizeof(long))) {
        int rc = tell_some(l, map, r, (unsigned int)
                           MIN(bytes - l->next * sizeof(long),
                               WORDS_AT_ONCE * sizeof(long)));

        if (rc)
            return rc;
        l->next += WORDS_AT_ONCE;
        if (softirq_is_pending())
            return -ERESTART;
    }
    return 0;
}

/* --- a walk and what it found --- */

/* LD3. Not 0, and no other's. */
static unsigned long new_ticket(void)
{
    static uint32_t last;       /* [a] */
    uint32_t ticket;

    do {
        ticket = __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
    } while (!ticket);
    return ticket;
}

/* Somebody has begun what waits for its restart, and @ticket is not his. */
static bool is_taken(const struct log_dirty *l, unsigned long ticket)
{
    return l->stage != STAGE_IDLE && l->ticket != ticket;
}

/* The flush comes last. A CPU may write by what it has in its TLB, and nobody
 * sees it, to a frame that the walk found, or whose entry has been changed since
 * and the frame noted: all such are told already, or will be, and what was
 * written before the flush is there when their copies are made. */
static int walk_and_tell(struct domain *d, struct log_dirty *l,
                         struct log_dirty_request *r)
{
    struct dirty_map *map = d->dirty_map;
    int rc = 0;

    if (l->stage == STAGE_IDLE) {
        walk_begin(d);
        l->ticket = r->ticket = new_ticket();
        l->stage = STAGE_WALK;
    }
    if (l->stage == STAGE_WALK) {
        if (map)
            rc = walk(d, map);
        if (rc)
            return rc;
        l->stage = STAGE_TELL;
        l->next = l->dirty_count = 0;
    }
    if (map && dirty_map_has_failed(map))
        rc = -ENOMEM;
    else
        rc = tell(l, map, r);
    if (rc == -ERESTART)
        return rc;
    l->stage = STAGE_IDLE;
    arch_log_dirty_flush(d);
    return rc;
}

/* --- on and off --- */

static bool begin(struct log_dirty *l)
{
    return !__atomic_exchange_n(&l->is_busy, true, __ATOMIC_ACQUIRE);
}

static void end(struct log_dirty *l)
{
    __atomic_store_n(&l->is_busy, false, __ATOMIC_RELEASE);
}

static struct log_dirty *find(const struct domain *d)
{
    return __atomic_load_n(&d->log_dirty, __ATOMIC_ACQUIRE);
}

static struct log_dirty *find_or_make(struct domain *d)
{
    struct log_dirty *l = find(d), *new;

    if (l)
        return l;
    new = heap_alloc(sizeof(*new), 0);
    if (new && !__atomic_compare_exchange_n(&d->log_dirty, &l, new, false,
                                            __ATOMIC_ACQ_REL,
                                            __ATOMIC_ACQUIRE)) {
        heap_free(new);
        return l;
    }
    return new;
}

/* A set with room for all that @d may have, four times over: guests' numbers
 * have gaps. The first that turns out too small is kept, for someone may have
 * found it before it was switched off; a second time is refused. */
static int make_room(const struct domain *d, struct log_dirty *l)
{
    unsigned long most = READ_ONCE(d->page_max);
    unsigned long limit = most < PFNS_MAX / 4 ? MAX(4 * most, PFNS_MIN)
                                              : PFNS_MAX;
    struct dirty_map *map;

    if (l->map && (dirty_map_limit(l->map) >= limit || l->older))
        return dirty_map_limit(l->map) >= most ? 0 : -ENOMEM;
    map = dirty_map_create(limit);
    if (!map)
        return -ENOMEM;
    l->older = l->map;
    l->map = map;
    return 0;
}

/* The first walk is for what it does to the tables: what was written up to now
 * will be copied as all the rest. */
static int start(struct domain *d, struct log_dirty *l, unsigned long *ticket)
{
    struct log_dirty_request forget = { .clean = true, .ticket = *ticket };
    int rc = 0;

    if (is_taken(l, *ticket))
        return -EBUSY;
    if (!log_dirty_is_on(d)) {
        rc = make_room(d, l);
        if (rc)
            return rc;
        l->is_starting = true;
        l->stage = STAGE_IDLE;
        __atomic_store_n(&d->dirty_map, l->map, __ATOMIC_SEQ_CST);
    } else if (!l->is_starting) {
        return -EINVAL;
    }
    rc = walk_and_tell(d, l, &forget);
    *ticket = forget.ticket;
    if (!rc)
        l->is_starting = false;
    return rc;
}

int log_dirty_enable(struct domain *d, unsigned long *ticket)
{
    struct log_dirty *l = find_or_make(d);
    int rc;

    if (!l)
        return -ENOMEM;
    if (!begin(l))
        return -ERESTART;
    rc = start(d, l, ticket);
    end(l);
    return rc;
}

int log_dirty_disable(struct domain *d)
{
    struct log_dirty *l = find(d);

    if (!l)
        return 0;
    if (!begin(l))
        return -ERESTART;
    __atomic_store_n(&d->dirty_map, NULL, __ATOMIC_SEQ_CST);
    l->stage = STAGE_IDLE;
    end(l);
    return 0;
}

int log_dirty_read(struct domain *d, struct log_dirty_request *r)
{
    struct log_dirty *l = find_or_make(d);
    int rc;

    if (!l)
        return -ENOMEM;
    if (!begin(l))
        return -ERESTART;
    if (is_taken(l, r->ticket)) {
        rc = -EBUSY;
    } else {
        rc = walk_and_tell(d, l, r);
        r->dirty_count = l->dirty_count;
    }
    end(l);
    return rc;
}

void log_dirty_destroy(struct domain *d)
{
    struct log_dirty *l = d->log_dirty;

    if (!l)
        return;
    dirty_map_destroy(l->map);
    dirty_map_destroy(l->older);
    heap_free(l);
}
