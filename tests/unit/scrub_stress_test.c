/* SPDX-License-Identifier: MIT */
/*
 * scrub_stress_test.c - several CPUs, which are threads, allocate and free frames
 * while each clears some now and then; built with the thread sanitizer, which
 * finds a frame that two have at once.
 *
 * A frame that is called zeroed is zeros. There are always frames enough for
 * those who want one, but only with those that are being cleared: so nobody may
 * be refused.
 */
#define cpu_set_t libc_cpu_set_t        /* ours is another */
#include <pthread.h>
#include <sched.h>
#undef cpu_set_t
#include <stdio.h>
#include <hv/frame.h>
#include <hv/irqflags.h>
#include <hv/page_alloc.h>
#include <hv/percpu.h>
#include <hv/scrub.h>
#include <hv/softirq.h>
#include "unit.h"

#define CPUS        4u
#define ORDER       8u              /* of all memory */
#define FRAMES      (1u << ORDER)
#define FIRST       FRAMES
#define MINE        60u             /* all have that at once, and few are left */
#define WORDS       4u
#define ROUNDS      30000u
#define BLOCK_ROUNDS 300u       /* of all memory */

_Thread_local unsigned int my_cpu;
_Thread_local bool my_irqs_off;

static struct page_link links[2 * FRAMES];
static unsigned long memory[2 * FRAMES][WORDS];
static unsigned long scrubs, waits;             /* that anything happened */
static bool is_over;

static _Thread_local uint64_t seed;
static _Thread_local unsigned long mine[MINE];
static _Thread_local unsigned int count;

#define ADD(x, n)   __atomic_fetch_add(&(x), n, __ATOMIC_RELAXED)

static unsigned int below(unsigned int n)
{
    return (unsigned int)unit_random_below(&seed, n);
}

struct page_link *page_link(mfn_t m)
{
    return m.n >= FIRST && m.n < 2 * FRAMES ? &links[m.n] : NULL;
}

bool softirq_is_pending(void)
{
    return false;
}

void arch_wait_briefly(void)
{
    ADD(waits, 1);
    sched_yield();
}

void arch_scrub_frame(mfn_t m)
{
    for (unsigned int i = 0; i < WORDS; i++) {
        if (below(8) == 0)
            sched_yield();      /* there may be fewer CPUs than threads */
        memory[m.n][i] = 0;
    }
    ADD(scrubs, 1);
}

/* A frame that was just allocated. */
static void use(unsigned long n)
{
    for (unsigned int i = 0; i < WORDS; i++) {
        UNIT_REQUIRE(page_content(mfn(n)) != PAGE_ZEROED || !memory[n][i]);
        memory[n][i] = n + i;
    }
}

static void take_one(void)
{
    mfn_t m = page_alloc_frames(0, 0);

    UNIT_REQUIRE(!mfn_eq(m, INVALID_MFN));
    use(m.n);
    mine[count++] = m.n;
}

static void give_one(void)
{
    unsigned int i = below(count);
    unsigned long n = mine[i];

    mine[i] = mine[--count];
    if (below(4)) {
        page_free_frames(mfn(n), 0);
        return;
    }
    arch_scrub_frame(mfn(n));
    page_free_zeroed(mfn(n), 0);
}

/* Both halves by themselves. */
static void use_a_block(void)
{
    unsigned int order = 1 + below(3);
    mfn_t m = page_alloc_frames(order, 0);

    if (mfn_eq(m, INVALID_MFN))
        return;
    for (unsigned int i = 0; i < 1u << order; i++)
        use(m.n + i);
    page_free_run(m, 1);
    page_free_run(mfn_add(m, 1), (1ul << order) - 1);
}

static void idle(void)
{
    local_irq_disable();
    if (!scrub_some())
        sched_yield();
    local_irq_enable();
}

static void be(unsigned int cpu)
{
    my_cpu = cpu;
    seed = cpu * 91 + 3;
}

static void *run_cpu(void *data)
{
    be((unsigned int)(uintptr_t)data);
    for (unsigned int i = 0; i < ROUNDS; i++) {
        bool fills = i / 500 % 4;

        if (below(3) == 0)
            idle();
        else if (count && (count == MINE || below(8) < (fills ? 3 : 6)))
            give_one();
        else if (below(16) == 0 && count < MINE - 16)
            use_a_block();
        else
            take_one();
    }
    while (count)
        give_one();
    return NULL;
}

/* The first has all memory, again and again; the others clear what it had, until
 * it is done. */
static void *take_all_or_clear(void *data)
{
    be((unsigned int)(uintptr_t)data);
    while (my_cpu && !__atomic_load_n(&is_over, __ATOMIC_RELAXED))
        idle();
    for (unsigned int i = 0; !my_cpu && i < BLOCK_ROUNDS; i++) {
        mfn_t m = page_alloc_frames(ORDER, 0);

        UNIT_REQUIRE(m.n == FIRST);
        use(FIRST + below(FRAMES));
        page_free_run(m, FRAMES);
        while (page_is_any_dirty() && below(32))
            sched_yield();
    }
    __atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
    return NULL;
}

static void run_all(void *(*run)(void *))
{
    pthread_t thread[CPUS];

    page_alloc_add_range(mfn(FIRST), FRAMES);
    for (uintptr_t i = 0; i < CPUS; i++)
        pthread_create(&thread[i], NULL, run, (void *)i);
    for (unsigned int i = 0; i < CPUS; i++)
        pthread_join(thread[i], NULL);
    printf("%lu scrubbed, waited %lu times\n", scrubs, waits);
}

static void expect_all_clear(void)
{
    struct page_usage usage;
    mfn_t m;

    while (page_is_any_dirty())
        idle();
    page_alloc_get_usage(&usage);
    ck_assert_uint_eq(usage.free, FRAMES);
    ck_assert_uint_eq(usage.dirty, 0);
    m = page_alloc_frames(ORDER, 0);
    ck_assert_uint_eq(m.n, FIRST);
    for (unsigned long n = FIRST; n < FIRST + FRAMES; n++)
        use(n);
}

START_TEST(nobody_is_refused_what_is_being_cleared)
{
    run_all(run_cpu);
    ck_assert_uint_gt(scrubs, 1000);
    expect_all_clear();
}
END_TEST

START_TEST(all_memory_can_be_had_while_others_clear_it)
{
    run_all(take_all_or_clear);
    ck_assert_uint_gt(scrubs, 1000);
    ck_assert_uint_gt(waits, 10);
    expect_all_clear();
}
END_TEST

int main(void)
{
    return UNIT_RUN("scrub_stress",
                    nobody_is_refused_what_is_being_cleared,
                    all_memory_can_be_had_while_others_clear_it);
}
