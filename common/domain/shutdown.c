/* SPDX-License-Identifier: MIT */
/*
 * shutdown.c - a domain ends by its own wish or by its own fault. It stands
 * still from then on; domain 0 is told, and decides. With domain 0 itself the
 * machine ends.
 *
 * Whoever sets is_shutting_down does the rest; no lock is taken but the
 * scheduler's, so that a crash may be found anywhere. is_shut_down is set last:
 * from then on the tools may have the domain go on (it was suspended).
 */
#include <hv/boot_guest.h>
#include <hv/console.h>
#include <hv/domain.h>
#include <hv/event.h>
#include <hv/format.h>
#include <hv/log_level.h>
#include <hv/panic.h>
#include <hv/power.h>
#include <hv/vcpu.h>
#include <public/sched.h>

static void NORETURN end_machine(const struct domain *d, uint8_t reason)
{
    switch (reason) {
    case SHUTDOWN_poweroff:
        printk_always("Hardware domain %u shut down: power off the machine\n",
                      d->id);
        console_flush();
        machine_power_off();
    case SHUTDOWN_crash:
        printk_always("Hardware domain %u crashed\n", d->id);
        panic_stop();
    default:
        printk_always("Hardware domain %u shut down for reason %u: restart "
                      "the machine\n", d->id, reason);
        console_flush();
        machine_restart();
    }
}

/* The reason that was noted before, if any, else @reason: whichever is first
 * stays. */
static uint8_t fix_reason(struct domain *d, uint8_t reason)
{
    uint8_t noted = SHUTDOWN_CODE_NONE;

    if (__atomic_compare_exchange_n(&d->shutdown_code, &noted, reason, false,
                                    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        return reason;
    return noted;
}

/* True for the first caller. */
static bool begin(struct domain *d)
{
    return !__atomic_exchange_n(&d->is_shutting_down, true, __ATOMIC_SEQ_CST);
}

static void finish(struct domain *d, uint8_t reason)
{
    reason = fix_reason(d, reason);
    if (d->is_hardware)
        end_machine(d, reason);
    domain_pause_nosync(d);
    /* pairs with domain_resume() */
    __atomic_store_n(&d->is_shut_down, true, __ATOMIC_RELEASE);
    event_virq_raise_global(VIRQ_DOM_EXC);
    if (d->is_boot_guest)
        boot_guest_has_ended();
}

void domain_shutdown(struct domain *d, uint8_t reason)
{
    if (begin(d))
        finish(d, reason);
}

void domain_crash(struct domain *d, const char *fmt, ...)
{
    struct vcpu *v = current;
    char why[160];
    va_list args;

    if (!begin(d))
        return;
    va_start(args, fmt);
    format_text_v(why, sizeof(why), fmt, args);
    va_end(args);
    printk_always("Domain %u (%s) crashed: %s\n", d->id, d->name, why);
    if (v->domain == d)
        arch_vcpu_dump(v);
    WRITE_ONCE(d->shutdown_code, SHUTDOWN_crash);
    finish(d, SHUTDOWN_crash);
}

/* Its vcpus stand still first: the one that shut it down may still be on its
 * way out. */
void domain_resume(struct domain *d)
{
    bool was_shut_down;

    domain_pause(d);
    spin_lock(&d->lock);
    was_shut_down = __atomic_load_n(&d->is_shut_down, __ATOMIC_ACQUIRE);
    if (was_shut_down) {
        WRITE_ONCE(d->is_shut_down, false);
        WRITE_ONCE(d->shutdown_code, SHUTDOWN_CODE_NONE);
        /* pairs with begin() */
        __atomic_store_n(&d->is_shutting_down, false, __ATOMIC_RELEASE);
    }
    spin_unlock(&d->lock);
    if (was_shut_down)
        domain_unpause(d);      /* the pause of finish() */
    domain_unpause(d);
}
