/* SPDX-License-Identifier: MIT */
/* cost.c - see cost.h. */
#include "cost.h"
#include "phase_mark.h"

#define LOOP_TIMES  1000u

static unsigned next_phase = PHASE_FIRST;
static struct cost loop;            /* of LOOP_TIMES empty operations */
static uint64_t first_cycles, first_ns;

static void nothing(void)
{
}

static uint64_t __attribute__((noipa)) measure(void (*operation)(void),
                                               unsigned phase, unsigned times)
{
    uint64_t start, cycles;

    phase_mark(phase);
    start = clock_tsc();
    for (unsigned i = 0; i < times; i++)
        operation();
    cycles = clock_tsc() - start;
    phase_mark(PHASE_OUTSIDE);
    return cycles;
}

void cost_add(struct cost *c, void (*operation)(void), unsigned times)
{
    if (!c->phase)
        c->phase = next_phase++;
    c->cycles += measure(operation, c->phase, times);
    c->times += times;
}

void cost_print(const struct cost *c, unsigned each)
{
    uint64_t own = loop.cycles * c->times / LOOP_TIMES;

    print("@@ cost %lu %u %u %s\n", c->cycles > own ? c->cycles - own : 0,
          c->times * each, c->phase, c->name);
}

void cost_report(const char *name, void (*operation)(void), unsigned times,
                 unsigned each)
{
    struct cost c = { .name = name };

    for (unsigned i = 0; i < COST_WARM_UP; i++)
        operation();
    cost_add(&c, operation, times);
    cost_print(&c, each);
}

void cost_begin(void)
{
    first_cycles = clock_tsc();
    first_ns = clock_now();
    cost_add(&loop, nothing, LOOP_TIMES);
}

void cost_end(void)
{
    uint64_t ns = clock_now() - first_ns;

    print("@@ clock %lu %lu\n", clock_tsc() - first_cycles, ns);
}
