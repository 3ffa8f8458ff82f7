/* SPDX-License-Identifier: MIT */
/*
 * vcpu_op.c - hypercall 24: a domain brings its vcpus up and down, arms their
 * timers and says where their records lie; and 15, the older timer call.
 */
#include <asm/hypercall.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/guest_copy.h>
#include <hv/nospec.h>
#include <hv/platform.h>
#include <hv/sched.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/sched.h>

/* Shorter periods would leave the guest no time for itself. */
#define PERIOD_MIN  MILLISECS(1)

static s_time_t time_from_guest(uint64_t ns)
{
    return (s_time_t)MIN(ns, (uint64_t)INT64_MAX);
}

/* Under the lock, against two that go down at once: op_down(). */
static void bring_up(struct vcpu *v)
{
    spin_lock(&v->domain->lock);
    vcpu_bring_up(v);
    spin_unlock(&v->domain->lock);
}

/* Only one vcpu at a time initialises another. Until that is done the other is
 * down, because op_up() refuses. */
static int initialise_once(struct vcpu *v, guest_va_t context)
{
    bool is_online = false;
    int rc = -EEXIST;

    if (__atomic_exchange_n(&v->is_being_initialised, true, __ATOMIC_ACQUIRE))
        return rc;
    if (!v->is_initialised)
        rc = arch_vcpu_initialise(v, context, &is_online);
    if (!rc)
        __atomic_store_n(&v->is_initialised, true, __ATOMIC_RELEASE);
    __atomic_store_n(&v->is_being_initialised, false, __ATOMIC_RELEASE);
    if (!rc && is_online)
        bring_up(v);
    return rc;
}

/* A context that cannot be read is an error even of a vcpu that is up. */
static long op_initialise(struct vcpu *v, unsigned long arg)
{
    uint64_t first_word;
    int rc;

    if (!v->info)
        return -EINVAL;
    if (read_guest(first_word, arg))
        return -EFAULT;
    rc = initialise_once(v, guest_va(arg));
    if (rc == -ERESTART)
        return hypercall_restart(__HYPERVISOR_vcpu_op, 3,
                                 (unsigned long)VCPUOP_initialise,
                                 (unsigned long)v->id, arg);
    return rc;
}

static long op_up(struct vcpu *v, unsigned long arg)
{
    (void)arg;
    /* pairs with initialise_once() */
    if (!__atomic_load_n(&v->is_initialised, __ATOMIC_ACQUIRE))
        return -EINVAL;
    bring_up(v);
    return 0;
}

static bool is_down(const struct vcpu *v)
{
    return test_bit(VCPU_PAUSE_DOWN, &v->pause_flags);
}

static bool is_last_up(const struct vcpu *v)
{
    struct vcpu *other;

    for_each_vcpu(v->domain, other)
        if (other != v && !is_down(other))
            return false;
    return true;
}

/* A domain without a vcpu that is up has switched itself off. */
static long op_down(struct vcpu *v, unsigned long arg)
{
    struct domain *d = v->domain;
    bool is_last, was_up = false;

    (void)arg;
    spin_lock(&d->lock);
    is_last = is_last_up(v);
    if (!is_last)
        was_up = !test_and_set_bit(VCPU_PAUSE_DOWN, &v->pause_flags);
    spin_unlock(&d->lock);
    if (is_last)
        domain_shutdown(d, SHUTDOWN_poweroff);
    else if (was_up)
        vcpu_sleep_nosync(v);
    return 0;
}

static long op_is_up(struct vcpu *v, unsigned long arg)
{
    (void)arg;
    return !is_down(v);
}

static long op_get_runstate_info(struct vcpu *v, unsigned long arg)
{
    struct vcpu_runstate_info info = { 0 };

    vcpu_runstate_get(v, &info);
    return write_guest(arg, info);
}

static long op_register_runstate_area(struct vcpu *v, unsigned long arg)
{
    struct vcpu_register_runstate_memory_area area;

    if (read_guest(area, arg))
        return -EFAULT;
    return arch_vcpu_register_runstate_area(v, area.addr.p);
}

static long op_set_periodic_timer(struct vcpu *v, unsigned long arg)
{
    struct vcpu_set_periodic_timer set;
    s_time_t period, now = system_time();

    if (read_guest(set, arg))
        return -EFAULT;
    period = time_from_guest(set.period_ns);
    if (period < PERIOD_MIN || period > INT64_MAX - now)
        return -EINVAL;
    WRITE_ONCE(v->periodic_last, now);
    WRITE_ONCE(v->periodic_period, period);
    timer_set(&v->periodic_timer, now + period);
    return 0;
}

static long op_stop_periodic_timer(struct vcpu *v, unsigned long arg)
{
    (void)arg;
    WRITE_ONCE(v->periodic_period, 0);
    timer_stop(&v->periodic_timer);
    return 0;
}

static long op_set_singleshot_timer(struct vcpu *v, unsigned long arg)
{
    struct vcpu_set_singleshot_timer set;
    s_time_t deadline;

    if (v != current)
        return -EINVAL;
    if (read_guest(set, arg))
        return -EFAULT;
    deadline = time_from_guest(set.timeout_abs_ns);
    if ((set.flags & VCPU_SSHOTTMR_future) && deadline < system_time())
        return -ETIME;
    timer_set(&v->singleshot_timer, deadline);
    return 0;
}

static long op_stop_singleshot_timer(struct vcpu *v, unsigned long arg)
{
    (void)arg;
    if (v != current)
        return -EINVAL;
    timer_stop(&v->singleshot_timer);
    return 0;
}

/* Of another vcpu only while it is down, so that it does not look meanwhile. */
static long op_register_vcpu_info(struct vcpu *v, unsigned long arg)
{
    struct vcpu_register_vcpu_info place;
    struct domain *d = v->domain;
    int rc = -EINVAL;

    if (read_guest(place, arg))
        return -EFAULT;
    spin_lock(&d->lock);
    if (v == current || is_down(v))
        rc = arch_vcpu_register_info(v, mfn(place.mfn), place.offset);
    spin_unlock(&d->lock);
    return rc;
}

static long op_send_nmi(struct vcpu *v, unsigned long arg)
{
    if (arg)
        return -EINVAL;
    arch_vcpu_send_nmi(v);
    vcpu_unblock(v);
    return 0;
}

/* Only domain 0 may know, and while its vcpu has no choice. */
static long op_get_physid(struct vcpu *v, unsigned long arg)
{
    unsigned int cpu = v->domain->is_hardware ? sched_only_cpu(v) : NR_CPUS;
    struct vcpu_get_physid id;
    uint32_t apic_id, acpi_uid;

    if (!arch_cpu_identity(cpu, &apic_id, &acpi_uid))
        return -EINVAL;
    id.phys_id = apic_id | (uint64_t)acpi_uid << 32;
    return write_guest(arg, id);
}

static long op_register_time_area(struct vcpu *v, unsigned long arg)
{
    struct vcpu_register_time_memory_area area;

    if (read_guest(area, arg))
        return -EFAULT;
    return arch_vcpu_register_time_area(v, area.addr.p);
}

static long (*const operations[])(struct vcpu *v, unsigned long arg) = {
    [VCPUOP_initialise] = op_initialise,
    [VCPUOP_up] = op_up,
    [VCPUOP_down] = op_down,
    [VCPUOP_is_up] = op_is_up,
    [VCPUOP_get_runstate_info] = op_get_runstate_info,
    [VCPUOP_register_runstate_memory_area] = op_register_runstate_area,
    [VCPUOP_set_periodic_timer] = op_set_periodic_timer,
    [VCPUOP_stop_periodic_timer] = op_stop_periodic_timer,
    [VCPUOP_set_singleshot_timer] = op_set_singleshot_timer,
    [VCPUOP_stop_singleshot_timer] = op_stop_singleshot_timer,
    [VCPUOP_register_vcpu_info] = op_register_vcpu_info,
    [VCPUOP_send_nmi] = op_send_nmi,
    [VCPUOP_get_physid] = op_get_physid,
    [VCPUOP_register_vcpu_time_memory_area] = op_register_time_area,
};

long do_vcpu_op(int cmd, unsigned int vcpu_id, unsigned long arg)
{
    struct domain *d = current->domain;
    struct vcpu *v;

    if (vcpu_id >= d->max_vcpus)
        return -ENOENT;
    v = d->vcpu[index_nospec(vcpu_id, d->max_vcpus)];
    if (!v)
        return -ENOENT;
    if (cmd < 0 || (size_t)cmd >= ARRAY_SIZE(operations) || !operations[cmd])
        return -ENOSYS;
    return operations[cmd](v, arg);
}

long do_set_timer_op(uint64_t deadline)
{
    struct vcpu *v = current;

    if (deadline)
        timer_set(&v->singleshot_timer, time_from_guest(deadline));
    else
        timer_stop(&v->singleshot_timer);
    return 0;
}
