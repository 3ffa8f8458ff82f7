/* SPDX-License-Identifier: MIT */
/*
 * sched_dump_test.c - what key r prints of each CPU; a policy is asked for those
 * that wait while their queue stands still.
 */
#include <string.h>
#include <hv/domain.h>
#include <hv/time.h>
#include "../../common/sched/runqueue.h"
#include "fake_printed.h"
#include "fake_spinlock.h"
#include "unit.h"

DEFINE_PER_CPU(struct runqueue, runqueue);
cpu_set_t cpu_online;
unsigned int fake_cpu;
struct vcpu *fake_current;

static unsigned int asked[4], count;

s_time_t system_time(void) { return 123456789; }

static void dump(unsigned int cpu)
{
    ck_assert(spin_is_locked(&per_cpu(runqueue, cpu).lock));
    ck_assert_uint_eq(fake_locks_held, 1);
    asked[count++] = cpu;
}

static const struct sched_policy policy = { .name = "test", .dump = dump };
const struct sched_policy *sched_policy = &policy;

START_TEST(each_cpu_says_whom_it_runs)
{
    static struct domain guest = { .id = 3 };
    static struct vcpu idle = { .is_idle = true };
    static struct vcpu vcpu = { .domain = &guest, .id = 2 };

    for (unsigned int cpu = 0; cpu < 4; cpu++)
        spin_lock_init(&per_cpu(runqueue, cpu).lock, LOCK_LEVEL_SCHED);
    cpu_set_add(&cpu_online, 0);
    cpu_set_add(&cpu_online, 3);
    per_cpu(runqueue, 0).chosen = &idle;
    per_cpu(runqueue, 0).population = 4;
    per_cpu(runqueue, 3).chosen = &vcpu;
    per_cpu(runqueue, 3).population = 1;
    sched_dump();
    ck_assert_str_eq(fake_printed,
        "Scheduler test, system time 123456789 ns\n"
        " CPU 0: idle, home of 4\n"
        " CPU 3: d3v2, home of 1\n");
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(asked[0], 0);
    ck_assert_uint_eq(asked[1], 3);
    ck_assert_uint_eq(fake_locks_held, 0);
    ck_assert(!fake_irqs_off);
}
END_TEST

int main(void)
{
    return UNIT_RUN("sched_dump", each_cpu_says_whom_it_runs);
}
