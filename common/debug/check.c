/* SPDX-License-Identifier: MIT */
/*
 * check.c - the invariant checker of debug builds: everything is counted anew
 * and compared with what the hypervisor has noted. It shares no code with what
 * it checks, so that a mistake there is not repeated here.
 *
 *   frames   every reference and type reference is explained: by an entry, a
 *            pin, a vcpu, its owner; types exclude each other; lists, counters
 *            and the page allocator agree (check_frames.c)
 *   tables   every entry that hardware may use has no bit that it must not
 *            have, and names what its owner may name (arch/x86/debug/)
 *   grants   every use is explained by a handle (check_grants.c)
 *   ports    states are legal, both ends of a channel agree (check_events.c)
 *   vcpus    run states, timers (check_vcpus.c)
 *
 * It runs on key c, when a domain has ended, and with the boot option check=N
 * at every N-th return to a guest: always on the way out, where no lock is held
 * and no change is half done. Other CPUs stand still meanwhile (gather.c).
 */
#include "check.h"
#include <hv/cmdline.h>
#include <hv/irqflags.h>
#include <hv/keyhandler.h>
#include <hv/log_level.h>
#include <hv/percpu.h>
#include <hv/printk.h>
#include <hv/softirq.h>

static unsigned int opt_check;
CMDLINE_UINT_OPTION(opt_check, "check");

static struct violation violation;
static bool is_ready;
static DEFINE_PER_CPU(unsigned int, returns);   /* to guests, since a check */
static DEFINE_PER_CPU(bool, is_due);            /* check_soon() was called */
static DEFINE_PER_CPU(bool, is_asked_for);      /* and somebody wants to know */
static unsigned long checks;

void check_fail(const char *what, unsigned long where, unsigned long by,
                uint64_t expected, uint64_t found)
{
    if (!violation.what)
        violation = (struct violation){ what, where, by, expected, found };
}

bool check_has_failed(void)
{
    return violation.what;
}

const struct violation *check_find(void)
{
    violation.what = NULL;
    tally_reset();
    check_frames();
    check_events();
    check_vcpus();
    return violation.what ? &violation : NULL;
}

/* False: others could not be made to stand still, try again. */
static bool check_everything(void)
{
    const struct violation *v;
    unsigned long flags;

    if (!is_ready)
        return true;
    if (!gather_others(&flags))
        return false;
    v = check_find();
    if (v && v->by != CHECK_NOBODY)
        panic("invariant: %s: %lx, named by %lx: expected %lx, found %lx",
              v->what, v->where, v->by, v->expected, v->found);
    if (v)
        panic("invariant: %s: %lx: expected %lx, found %lx", v->what,
              v->where, v->expected, v->found);
    checks++;
    gather_end(flags);
    return true;
}

void check_soon(void)
{
    this_cpu(is_due) = true;
    softirq_raise(SOFTIRQ_GATHER);
}

/* SOFTIRQ_GATHER: for another CPU's check, or for an own one. */
static void stand_or_check(void)
{
    gather_stand();
    if (!this_cpu(is_due))
        return;
    if (!check_everything()) {
        softirq_raise(SOFTIRQ_GATHER);
        return;
    }
    this_cpu(is_due) = false;
    if (this_cpu(is_asked_for))
        printk_always("Nothing is wrong; checked %lu times\n", checks);
    this_cpu(is_asked_for) = false;
}

/* This CPU itself is looked at the next time round, when it does go on. */
bool check_on_exit(void)
{
    unsigned int *count = &this_cpu(returns);

    if (!opt_check || ++*count < opt_check)
        return false;
    if (*count > opt_check) {
        *count = 0;
        arch_check_cpu();
        return false;
    }
    local_irq_enable();
    if (!check_everything())
        --*count;
    local_irq_disable();
    return true;
}

static void check_by_key(void)
{
    this_cpu(is_asked_for) = true;
    check_soon();
}

void check_init(void)
{
    is_ready = tally_create();
    softirq_open(SOFTIRQ_GATHER, stand_or_check);
    if (is_ready)
        keyhandler_register('c', check_by_key, "check all invariants");
    else
        printk(LOG_WARNING, "No memory for the invariant checker\n");
}
