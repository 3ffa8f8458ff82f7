/* SPDX-License-Identifier: MIT */
/* dump.c - keys q and 0: domains, their vcpus; for m, their memory. */
#include <hv/domain.h>
#include <hv/log_level.h>
#include <hv/vcpu.h>
#include "list_lock.h"

static const char *const state_name[] = {
    [RUNSTATE_running] = "running",
    [RUNSTATE_runnable] = "runnable",
    [RUNSTATE_blocked] = "blocked",
    [RUNSTATE_offline] = "offline",
};

static void dump_vcpu(const struct vcpu *v)
{
    const struct vcpu_info *info = READ_ONCE(v->info);

    printk_always("  vcpu %u: CPU %u, %s, pause flags %lx count %u, upcall "
                  "pending %u masked %u\n", v->id, v->cpu,
                  state_name[v->runstate.state & 3], v->pause_flags,
                  v->pause_count, info ? info->evtchn_upcall_pending : 0,
                  info ? info->evtchn_upcall_mask : 0);
}

static void dump_domain(const struct domain *d)
{
    static const char *const dying[] = { "", ", dying", ", dead" };
    const struct vcpu *v;

    printk_always(" domain %u (%s): %lu of %lu frames, %d references, paused "
                  "%u%s%s\n", d->id, d->name, d->page_count, d->page_max,
                  d->refs, d->pause_count, dying[d->dying],
                  d->is_shut_down ? ", shut down" : "");
    for_each_vcpu(d, v)
        dump_vcpu(v);
}

static void dump_registers(void *v)
{
    arch_dump_vcpu(v);
}

/* Those of one that runs are known to its CPU alone; if it stops meanwhile they
 * have been saved. */
void domain_dump_registers(void)
{
    struct vcpu *v;

    if (!dom0)
        return;
    for_each_vcpu(dom0, v) {
        cpu_set_t one = { .bits = { 0 } };

        cpu_set_add(&one, READ_ONCE(v->is_running) ? v->cpu : cpu_id());
        cpu_call(&one, dump_registers, v, true);
    }
}

void domain_dump_memory(void)
{
    const struct domain *d;

    spin_lock(&domain_list_lock);
    list_for_each(d, &domain_list, list)
        printk_always("Domain %u: %lu KiB, at most %lu KiB\n", d->id,
                      READ_ONCE(d->page_count) << (PAGE_SHIFT - 10),
                      READ_ONCE(d->page_max) << (PAGE_SHIFT - 10));
    spin_unlock(&domain_list_lock);
}

void domain_dump(void)
{
    const struct domain *d;

    spin_lock(&domain_list_lock);
    list_for_each(d, &domain_list, list)
        dump_domain(d);
    spin_unlock(&domain_list_lock);
}
