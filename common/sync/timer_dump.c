/* SPDX-License-Identifier: MIT */
/* timer_dump.c - key a: armed timers, as they lie in their heaps. */
#include <hv/cpu.h>
#include <hv/log_level.h>
#include <hv/symbols.h>
#include <hv/time.h>
#include <hv/timer.h>

#define SHOWN_MAX   32u

static void dump_timer(const struct timer *t, s_time_t now)
{
    char name[SYMBOL_NAME_SIZE + 16];

    symbol_format(name, sizeof(name), (unsigned long)t->fn);
    printk_always("  in %lld us: %s(%p)\n",
                  (long long)((t->node.key - now) / 1000), name, t->data);
}

void timer_dump(void)
{
    struct timer armed[SHOWN_MAX];
    s_time_t now = system_time();
    unsigned int cpu;

    printk_always("System time %lld ns\n", (long long)now);
    for_each_online_cpu(cpu) {
        unsigned int count = timer_snapshot(cpu, armed, SHOWN_MAX);

        printk_always(" CPU %u: %u timers%s\n", cpu, count,
                      count == SHOWN_MAX ? " or more" : "");
        for (unsigned int i = 0; i < count; i++)
            dump_timer(&armed[i], now);
    }
}
