/* SPDX-License-Identifier: MIT */
/* race.c - see race.h. */
#include "race.h"
#include "clock.h"
#include "hypercall.h"
#include "report.h"
#include "vcpu.h"

#define PATIENCE    (60000 * MILLISECOND)
#define SPINS       200u        /* before others may have the CPU */

static const struct race *running;
static volatile unsigned arrivals[2];

/* Wait until the other has come as often as this one. */
static void meet(unsigned who)
{
    unsigned n = __atomic_add_fetch(&arrivals[who], 1, __ATOMIC_SEQ_CST);
    uint64_t end = clock_now() + PATIENCE;

    for (unsigned spins = 0; (int)(arrivals[!who] - n) < 0; spins++) {
        asm volatile("pause");
        if (spins % SPINS)
            continue;
        let_others_run();
        if (who == 0 && clock_now() > end) {
            report_error("the_other_vcpu_comes", "it_does_not");
            report_done();
        }
    }
}

static void delay(unsigned n)
{
    for (volatile unsigned i = 0; i < n; i++)
        ;
}

static void do_right(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < running->rounds; i++) {
        meet(1);
        delay(i % 7 * 8);
        running->right(i);
        meet(1);
    }
}

bool race(const struct race *race)
{
    running = race;
    arrivals[0] = arrivals[1] = 0;
    if (vcpu_start(1, do_right, NULL)) {
        report_error("another_vcpu", "it_does_not_start");
        return false;
    }
    for (unsigned i = 0; i < race->rounds; i++) {
        if (race->before)
            race->before(i);
        meet(0);
        delay(i % 5 * 8);
        race->left(i);
        meet(0);
        if (race->after)
            race->after(i);
    }
    return vcpu_join(1);
}
