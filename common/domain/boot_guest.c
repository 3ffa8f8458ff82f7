/* SPDX-License-Identifier: MIT */
/*
 * boot_guest.c - guests that were started from boot modules have no tools that
 * would destroy them: here they are found when they have ended, and given back.
 * A turn stops when the CPU is wanted for something else, and the next one
 * leaves the others time to run. Without domain 0 the machine ends with the
 * last of them.
 */
#include <hv/boot_guest.h>
#include <hv/console.h>
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/log_level.h>
#include <hv/panic.h>
#include <hv/power.h>
#include <hv/time.h>
#include <hv/timer.h>
#include <hv/vcpu.h>
#include <public/sched.h>

#define TURN    MILLISECS(1)    /* of work, and of rest */

static struct timer timer;

static const char *reason_name(uint8_t reason)
{
    static const char *const name[] = {
        [SHUTDOWN_poweroff] = "powered off",
        [SHUTDOWN_reboot] = "asked for a restart, which guests from boot "
                            "modules do not get",
        [SHUTDOWN_suspend] = "asked to be suspended, with nobody to wake it",
        [SHUTDOWN_crash] = "crashed",
        [SHUTDOWN_watchdog] = "was ended by its watchdog",
        [SHUTDOWN_soft_reset] = "asked for a soft reset, which guests from "
                                "boot modules do not get",
    };

    return reason < ARRAY_SIZE(name) ? name[reason] : "ended";
}

/* What the last guest of a machine without domain 0 wanted is done with the
 * machine. */
static void NORETURN end_machine(uint8_t reason)
{
    printk_always("No domain is left: %s the machine\n",
                  reason == SHUTDOWN_reboot ? "restart" :
                  reason == SHUTDOWN_crash ? "end" : "power off");
    console_flush();
    if (reason == SHUTDOWN_crash)
        panic_stop();
    if (reason == SHUTDOWN_reboot)
        machine_restart();
    machine_power_off();
}

/* The first that has ended, with a reference, or NULL. */
static struct domain *find_ended(void)
{
    struct domain *d = find_domain_from(0);

    while (d && !(d->is_boot_guest && READ_ONCE(d->is_shut_down))) {
        domid_t next = (domid_t)(d->id + 1u);

        domain_put(d);
        d = find_domain_from(next);
    }
    return d;
}

static bool is_running(const struct domain *d)
{
    const struct vcpu *v;

    for_each_vcpu(d, v)
        if (READ_ONCE(v->is_running))
            return true;
    return false;
}

static bool is_last(void)
{
    struct domain *d = find_domain_from(0);

    if (d)
        domain_put(d);
    return !d;
}

static void tell(const struct domain *d)
{
    const char *what = reason_name(d->shutdown_code);
    unsigned long left = READ_ONCE(d->page_count);

    if (left)
        printk_always("Domain %u (%s) %s (reason %u); others still use %lu of "
                      "its frames\n", d->id, d->name, what, d->shutdown_code,
                      left);
    else
        printk_always("Domain %u (%s) %s (reason %u); all it had is given "
                      "back\n", d->id, d->name, what, d->shutdown_code);
}

/* True when there may be more to do. */
static bool give_back(struct domain *d)
{
    if (is_running(d) || domain_destroy(d) == -ERESTART)
        return true;
    tell(d);
    if (is_last())
        end_machine(d->shutdown_code);
    return false;
}

static void take_turn(void *data)
{
    struct domain *d = find_ended();
    bool is_more;

    (void)data;
    if (!d)
        return;
    timer_set(&timer, system_time() + TURN);    /* ends this turn */
    is_more = give_back(d);
    timer_set(&timer, system_time() + (is_more ? TURN : 0));
    domain_put(d);
}

void boot_guest_has_ended(void)
{
    timer_set(&timer, system_time());
}

void boot_guest_init(void)
{
    timer_init(&timer, take_turn, NULL, cpu_id());
}
