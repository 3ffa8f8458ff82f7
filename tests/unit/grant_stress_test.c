/* SPDX-License-Identifier: MIT */
/*
 * grant_stress_test.c - several CPUs, which are threads, use the same few grants
 * and handles of two domains by every way of common/grant/ but copies, and take
 * the frames meanwhile; built with the thread sanitizer.
 *
 * A domain's entries are slots. One that maps a granted frame holds it, and has
 * to find it as it was, its owner's, when it goes. A claimed frame is read while
 * whoever could write to it would be caught by the sanitizer. In the end nothing
 * is left over: no pin, no handle, no reference, no frame.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/grant.h>
#include <hv/grant_table.h>
#include <hv/heap.h>
#include <hv/log_dirty.h>
#include <hv/memory_op.h>
#include <hv/page_alloc.h>
#include <hv/percpu.h>
#include <hv/softirq.h>
#include <hv/vcpu.h>
#include "../../common/grant/grant.h"
#include "cpu_threads.h"
#include "unit.h"

#define DOMAINS     2u
#define VCPUS       2u              /* of each, a thread each */
#define CPUS        (DOMAINS * VCPUS)
#define FRAMES      24u             /* few, so that all meet; 0 is nobody's */
#define SLOTS       8u
#define REFS        6u
#define REF_NEVER   7u              /* nobody gives or accepts by it */
#define HANDLES     16u
#define ROUNDS      30000u
#define WORDS       (PAGE_SIZE / sizeof(uint64_t))

/* The sanitizer's, where there is one: races on that memory are meant. */
__attribute__((weak)) void AnnotateBenignRaceSized(const char *file, int line,
                                                   const volatile void *p,
                                                   size_t size,
                                                   const char *why);

_Thread_local unsigned int my_cpu;
_Thread_local bool my_irqs_off;
_Thread_local struct vcpu *my_vcpu;

struct frame fake_frame_table[FAKE_FRAMES];
unsigned long frame_table_end = FAKE_FRAMES;
static uint64_t memory[FRAMES][WORDS] ALIGNED(4096);
static unsigned int is_free[FAKE_FRAMES], lives[FRAMES];
static unsigned int tlb_clock;
static long heap_live;

static struct domain domains[DOMAINS];
static struct vcpu vcpus[CPUS], *vcpu_lists[DOMAINS][VCPUS];

/* An entry: frame, flags, and how often the frame had been given back. */
static uint64_t slots[DOMAINS][SLOTS];
/* Mappings: handle, slot, frame. */
static uint64_t known[DOMAINS][HANDLES];

/* That something happened at all. */
static unsigned int maps, unmaps, transfers, claims, refusals;

static struct domain *mine(void) { return my_vcpu->domain; }
static struct domain *other(void) { return &domains[!mine()->id]; }

/* --- what the machine has ------------------------------------------------- */

void arch_wait_briefly(void) { sched_yield(); }
bool softirq_is_pending(void) { return false; }
uint32_t arch_tlb_clock(void) { return LOAD(tlb_clock); }
void arch_set_m2p(mfn_t m, pfn_t p) { (void)m; (void)p; }

void arch_flush_for_type(const struct frame *f)
{
    (void)f;
    ADD(tlb_clock, 1);
}

void *map_frame(mfn_t m) { return memory[m.n]; }
void unmap_frame(const void *va) { (void)va; }
void *mfn_to_virt(mfn_t m) { return memory[m.n]; }

void arch_scrub_frame(mfn_t m)
{
    memset(memory[m.n], 0, PAGE_SIZE);
}

mfn_t page_alloc_frames(unsigned int order, unsigned int address_bits)
{
    UNIT_REQUIRE(order == 0 && address_bits == 0);
    for (unsigned int n = 1; n < FRAMES; n++)
        if (__atomic_exchange_n(&is_free[n], 0, __ATOMIC_SEQ_CST))
            return mfn(n);
    return INVALID_MFN;
}

void page_free_run(mfn_t first, unsigned long count)
{
    while (count--) {
        unsigned long n = first.n + count;

        UNIT_REQUIRE(!LOAD(fake_frame_table[n].state));
        ADD(lives[n], 1);
        STORE(is_free[n], 1);
    }
}

void page_free_frames(mfn_t m, unsigned int order)
{
    page_free_run(m, 1ul << order);
}

enum page_content page_content(mfn_t m)
{
    (void)m;
    return PAGE_USED;
}

void *heap_alloc(size_t size, size_t align)
{
    (void)align;
    ADD(heap_live, 1);
    return calloc(1, size);
}

void *heap_alloc_array(size_t n, size_t size) { return heap_alloc(n * size, 0); }

void heap_free(void *p)
{
    ADD(heap_live, p ? -1 : 0);
    free(p);
}

/* --- what is not used ----------------------------------------------------- */

void dirty_map_add(struct dirty_map *map, mfn_t m)
{
    (void)map;
    (void)m;
    abort();
}

int arch_validate(struct frame *f, enum frame_type type)
{
    (void)f;
    (void)type;
    return 0;
}

int arch_invalidate(struct frame *f, enum frame_type type)
{
    return arch_validate(f, type);
}

bool arch_tables_are_locked(const struct domain *d)
{
    (void)d;
    return true;
}

/* --- domains -------------------------------------------------------------- */

bool domain_get(struct domain *d)
{
    ADD(d->refs, 1);
    return true;
}

void domain_put(struct domain *d)
{
    UNIT_REQUIRE(ADD(d->refs, -1) > 0);
}

struct domain *find_domain(domid_t id)
{
    if (id >= DOMAINS || !domain_get(&domains[id]))
        return NULL;
    return &domains[id];
}

/* --- entries -------------------------------------------------------------- */

static uint64_t entry_for(const struct frame *f, uint32_t flags)
{
    uint64_t n = frame_mfn(f).n;

    return n | (uint64_t)flags << 8 | (uint64_t)LOAD(lives[n]) << 32;
}

static void let_go(uint64_t entry)
{
    struct frame *f = &fake_frame_table[entry & 0xff];

    UNIT_REQUIRE(LOAD(lives[entry & 0xff]) == entry >> 32);
    if (entry >> 8 & GNTMAP_readonly) {
        frame_put(f);
    } else {
        frame_outside_remove(f);
        frame_put_writable(f);
    }
}

int arch_grant_map(struct domain *from, struct frame *f, uint64_t at,
                   uint32_t flags)
{
    uint64_t none = 0, entry;

    if (flags & GNTMAP_readonly) {
        if (!frame_get(f, from))
            return -EINVAL;
    } else {
        if (frame_get_writable(f, from))
            return -EINVAL;
        frame_outside_add(f);
    }
    entry = entry_for(f, flags & GNTMAP_readonly);
    if (at && at <= SLOTS &&
        __atomic_compare_exchange_n(&slots[mine()->id][at - 1], &none, entry,
                                    false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        return 0;
    let_go(entry);
    return -EINVAL;
}

int arch_grant_unmap(const struct frame *f, uint64_t at, uint32_t flags)
{
    uint64_t *slot = &slots[mine()->id][at - 1], entry = LOAD(*slot);

    if ((entry & 0xff) != frame_mfn(f).n ||
        (uint32_t)(entry >> 8 & GNTMAP_readonly) != (flags & GNTMAP_readonly) ||
        !__atomic_compare_exchange_n(slot, &entry, 0, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST))
        return -EINVAL;
    let_go(entry);
    return 0;
}

int arch_grant_replace(const struct frame *f, uint64_t at, uint64_t from,
                       uint32_t flags)
{
    (void)from;
    return arch_grant_unmap(f, at, flags);
}

/* --- what guests do ------------------------------------------------------- */

/* Mostly one of this vcpu's domain. */
static struct frame *any_frame(void)
{
    struct frame *f;

    do {
        f = &fake_frame_table[1 + below(FRAMES - 1)];
    } while (below(8) && __atomic_load_n(&f->owner, __ATOMIC_RELAXED) != mine());
    return f;
}

static struct grant_entry_v1 *entry_of(const struct domain *d, grant_ref_t ref)
{
    uint64_t *page = memory[d->grants->frame[0]->mfn.n];

    return (struct grant_entry_v1 *)page + ref;
}

static void map(void)
{
    static const uint32_t kinds[] = {
        GNTMAP_host_map, GNTMAP_host_map | GNTMAP_readonly, GNTMAP_device_map,
        GNTMAP_host_map | GNTMAP_device_map,
    };
    struct gnttab_map_grant_ref op = {
        .host_addr = 1 + below(SLOTS), .flags = kinds[below(4)],
        .ref = below(REFS), .dom = other()->id,
    };
    struct lookup l = { .d = NULL };

    grant_map(&op, &l);
    grant_lookup_end(&l);
    if (op.status)
        return;
    ADD(maps, 1);
    STORE(known[mine()->id][below(HANDLES)],
          op.handle | op.host_addr << 32 |
              (op.dev_bus_addr >> PAGE_SHIFT) << 48);
}

/* Any of its mappings, which its other vcpu may be about to unmap; sometimes by a
 * handle or an address that is another's. */
static void unmap(void)
{
    uint64_t k = LOAD(known[mine()->id][below(HANDLES)]);
    struct gnttab_unmap_grant_ref op = {
        .handle = below(8) ? (uint32_t)k : below(40),
        .host_addr = below(8) ? k >> 32 & 0xffff : below(SLOTS + 1),
        .dev_bus_addr = below(4) ? (k >> 48) << PAGE_SHIFT : 0,
    };
    struct unmapping u;

    if (!grant_unmap_begin(&op, &u) && u.parts)
        ADD(unmaps, 1);
    grant_unmap_end(mine(), &u);
}

static void change_own(void)
{
    static const uint16_t meanings[] = {
        GTF_permit_access, GTF_permit_access, GTF_accept_transfer, 0,
        GTF_permit_access | GTF_readonly, GTF_permit_access,
    };
    struct grant_entry_v1 *e = entry_of(mine(), below(REFS));

    STORE(e->frame, (uint32_t)frame_mfn(any_frame()).n);
    STORE(e->domid, other()->id);
    STORE(e->flags, meanings[below(6)]);
}

static void write_own(void)
{
    struct frame *f = any_frame();

    if (frame_get_writable(f, mine()))
        return;
    for (unsigned int i = 0; i < 4; i++)
        STORE(memory[frame_mfn(f).n][below(WORDS)], 1 + i);
    frame_put_writable(f);
}

static void claim_own(void)
{
    struct frame *f = any_frame();

    if (!frame_claim(f, mine()))
        return;
    ADD(claims, 1);
    memset(memory[frame_mfn(f).n], 0x5a, PAGE_SIZE);    /* nobody else may */
    if (below(2))
        frame_unclaim(f);
    else
        frame_put_claimed(f);
}

static void transfer(const struct frame *f, grant_ref_t ref)
{
    struct gnttab_transfer op = {
        .mfn = frame_mfn(f).n, .domid = other()->id, .ref = ref,
    };
    struct lookup l = { .d = NULL };

    grant_transfer(&op, &l);
    grant_lookup_end(&l);
    ADD(*(op.status ? &refusals : &transfers), 1);
}

static void give_up(void)
{
    struct frame *f = any_frame();

    if (!frame_get(f, mine()))
        return;
    (void)frame_give_up(f);
    frame_put(f);
}

static void one_step(void)
{
    switch (below(16)) {
    case 0: case 1: case 2: case 3: map(); break;
    case 4: case 5: case 6: case 7: case 8: unmap(); break;
    case 9: case 10: change_own(); break;
    case 11: write_own(); break;
    case 12: claim_own(); break;
    case 13: transfer(any_frame(), below(REFS)); break;
    case 14: give_up(); break;
    default: (void)frame_alloc_for(mine(), 0, 0);
    }
}

/* --- the tests ------------------------------------------------------------ */

static void start_domain(unsigned int i)
{
    const struct domain_config config = { .max_grant_frames = 1,
                                          .max_maptrack_frames = 1 };
    struct domain *d = &domains[i];

    d->id = (domid_t)i;
    d->page_max = FRAMES;
    d->max_vcpus = VCPUS;
    d->vcpu = vcpu_lists[i];
    spin_lock_init(&d->page_lock, LOCK_LEVEL_PAGES);
    for (unsigned int k = 0; k < VCPUS; k++) {
        vcpu_lists[i][k] = &vcpus[i * VCPUS + k];
        vcpu_lists[i][k]->domain = d;
    }
    ck_assert_int_eq(grant_domain_create(d, &config), 0);
    ck_assert_int_eq(grant_table_grow(d, 1), 0);
}

static void start(void)
{
    for (unsigned int n = 0; n < FAKE_FRAMES; n++) {
        is_free[n] = n && n < FRAMES;
        if (AnnotateBenignRaceSized)
            AnnotateBenignRaceSized(__FILE__, __LINE__,
                                    &fake_frame_table[n].state,
                                    sizeof(fake_frame_table[n].state),
                                    "frame_is_ram() reads a bit that stays");
    }
    for (unsigned int i = 0; i < DOMAINS; i++)
        start_domain(i);
}

static void run_cpu(void)
{
    my_vcpu = &vcpus[my_cpu];
    for (unsigned int i = 0; i < ROUNDS; i++) {
        one_step();
        if (below(16) == 0)
            sched_yield();      /* there may be fewer CPUs than threads */
    }
}

static void end_domain(struct domain *d)
{
    for (unsigned int i = 0; i < SLOTS; i++)
        if (slots[d->id][i])
            let_go(slots[d->id][i]);
    ck_assert_int_eq(grant_release_all(d), 0);
}

static void expect_no_pins(const struct grant_table *t)
{
    for (grant_ref_t ref = 0; ref < REFS; ref++) {
        const struct grant_pin *group = t->frame[0]->pins[0];

        for (unsigned int i = 0; group && i < GRANT_USES; i++)
            ck_assert_uint_eq(group[ref].count[i], 0);
    }
}

static void end(void)
{
    my_vcpu = &vcpus[0];
    for (unsigned int i = 0; i < DOMAINS; i++)
        end_domain(&domains[i]);
    for (unsigned int n = 1; n < FRAMES; n++)
        for (unsigned int i = 0; i < DOMAINS; i++) {
            struct frame *f = &fake_frame_table[n];

            if (!frame_get(f, &domains[i]))
                continue;
            (void)frame_give_up(f);
            frame_put(f);
        }
    for (unsigned int i = 0; i < DOMAINS; i++) {
        expect_no_pins(domains[i].grants);
        grant_domain_destroy(&domains[i]);
        ck_assert_uint_eq(domains[i].page_count, 0);
        ck_assert_int_eq(domains[i].refs, 0);
    }
    for (unsigned int n = 1; n < FRAMES; n++)
        ck_assert(is_free[n]);
    ck_assert_int_eq(heap_live, 0);
}

START_TEST(two_vcpus_that_do_the_same_at_once_do_it_once)
{
    start();
    cpu_threads_run(CPUS, run_cpu);
    end();
    printf("%u mapped, %u unmapped, %u transferred, %u claimed\n", maps,
           unmaps, transfers, claims);
    ck_assert_uint_gt(maps, 1000);
    ck_assert_uint_gt(unmaps, 1000);
    ck_assert_uint_gt(transfers, 20);
    ck_assert_uint_gt(claims, 1000);
}
END_TEST

static struct frame *own_frame(void)
{
    struct frame *f;

    do
        f = any_frame();
    while (__atomic_load_n(&f->owner, __ATOMIC_RELAXED) != mine());
    return f;
}

/* The first domain has room for one frame more, and takes and gives it all the
 * time; the other would like to give it something of its own: whoever tries a
 * frame of the first's holds it for a moment, and its room. */
static void use_the_last_frame(void)
{
    my_vcpu = &vcpus[my_cpu];
    for (unsigned int i = 0; my_cpu == 0 && i < ROUNDS; i++) {
        mfn_t m = frame_alloc_for(mine(), 0, 0);
        struct frame *f = frame_of(m);

        UNIT_REQUIRE(!mfn_eq(m, INVALID_MFN));
        UNIT_REQUIRE(frame_get(f, mine()) && !frame_give_up(f));
        frame_put(f);
    }
    for (unsigned int i = 0; my_cpu >= VCPUS && i < ROUNDS; i++)
        transfer(own_frame(), REF_NEVER);
}

START_TEST(who_is_not_asked_takes_nobodys_room)
{
    start();
    domains[0].page_max = 1;
    for (unsigned int i = 0; i < 8; i++)
        ck_assert(!mfn_eq(frame_alloc_for(&domains[1], 0, 0), INVALID_MFN));
    cpu_threads_run(CPUS, use_the_last_frame);
    ck_assert_uint_eq(transfers, 0);
    ck_assert_uint_eq(refusals, VCPUS * ROUNDS);
    end();
}
END_TEST

int main(void)
{
    return UNIT_RUN("grant_stress",
                    two_vcpus_that_do_the_same_at_once_do_it_once,
                    who_is_not_asked_takes_nobodys_room);
}
