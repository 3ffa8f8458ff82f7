/* SPDX-License-Identifier: MIT */
/*
 * lateness.c - how much later than asked VIRQ_TIMER comes to a vcpu that sleeps
 * until then: deadlines 20 us to 4 ms away, none of them early.
 */
#include "bench.h"

#define TIMERS      2000u
#define NEAREST     20000u          /* ns */
#define SPREAD      4000000u

static uint64_t late[TIMERS];

static uint64_t random_below(uint64_t limit)
{
    static uint64_t seed = 1;

    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (seed >> 33) % limit;
}

static uint64_t lateness(unsigned port)
{
    struct vcpu_set_singleshot_timer op = {
        .timeout_abs_ns = clock_now() + NEAREST + random_below(SPREAD),
    };
    unsigned before = upcalls;
    uint64_t now;

    must(!hc_vcpu_op(VCPUOP_set_singleshot_timer, 0, &op), "set timer");
    while (upcalls == before)
        must(!hc_sched_op(SCHEDOP_block, NULL), "block");
    now = clock_now();
    port_clear(port);
    must(now >= op.timeout_abs_ns, "a timer that is not early");
    return now - op.timeout_abs_ns;
}

static void sort(uint64_t *a, unsigned count)
{
    for (unsigned i = 1; i < count; i++)
        for (unsigned k = i; k > 0 && a[k - 1] > a[k]; k--) {
            uint64_t swapped = a[k];

            a[k] = a[k - 1];
            a[k - 1] = swapped;
        }
}

void lateness_report(void)
{
    long port = port_bind_virq(VIRQ_TIMER, 0);

    must(port > 0, "bind_virq");
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    port_clear((unsigned)port);
    port_unmask_quietly((unsigned)port);
    upcalls_unmask();
    for (unsigned i = 0; i < TIMERS; i++)
        late[i] = lateness((unsigned)port);
    upcalls_mask();
    sort(late, TIMERS);
    print("@@ late %lu least\n", late[0]);
    print("@@ late %lu median\n", late[TIMERS / 2]);
    print("@@ late %lu 99 of 100\n", late[TIMERS * 99 / 100]);
    print("@@ late %lu most\n", late[TIMERS - 1]);
    print("@@ late over\n");
}
