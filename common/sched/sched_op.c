/* SPDX-License-Identifier: MIT */
/*
 * sched_op.c - hypercall 29, and 6, its older form that passes values instead
 * of structures: a vcpu gives its CPU away, a domain ends.
 */
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/sched.h>
#include <hv/vcpu.h>
#include <public/sched.h>

#define POLL_PORTS_MAX  128u

static long op_yield(unsigned long arg)
{
    (void)arg;
    vcpu_yield();
    return 0;
}

/* Upcalls are unmasked first: otherwise none could end the wait. */
static long op_block(unsigned long arg)
{
    (void)arg;
    WRITE_ONCE(current->info->evtchn_upcall_mask, 0);
    vcpu_block();
    return 0;
}

static long op_shutdown(unsigned long arg)
{
    struct sched_shutdown s;

    if (read_guest(s, arg))
        return -EFAULT;
    domain_shutdown(current->domain, (uint8_t)s.reason);
    return 0;
}

static long op_poll(unsigned long arg)
{
    evtchn_port_t ports[POLL_PORTS_MAX];
    struct sched_poll p;

    if (read_guest(p, arg))
        return -EFAULT;
    if (p.nr_ports > POLL_PORTS_MAX)
        return -EINVAL;
    if (copy_from_guest(ports, guest_va((unsigned long)p.ports.p),
                        p.nr_ports * sizeof(ports[0])))
        return -EFAULT;
    return vcpu_poll(ports, p.nr_ports,
                     (s_time_t)MIN(p.timeout, (uint64_t)INT64_MAX));
}

static long op_remote_shutdown(unsigned long arg)
{
    struct sched_remote_shutdown r;
    struct domain *d;

    if (read_guest(r, arg))
        return -EFAULT;
    d = find_domain(r.domain_id);
    if (!d)
        return -ESRCH;
    if (!current->domain->is_privileged) {
        domain_put(d);
        return -EPERM;
    }
    domain_shutdown(d, (uint8_t)r.reason);
    domain_put(d);
    return 0;
}

/* The first reason that was given stays. */
static long op_shutdown_code(unsigned long arg)
{
    uint8_t none = SHUTDOWN_CODE_NONE;
    struct sched_shutdown s;

    if (read_guest(s, arg))
        return -EFAULT;
    __atomic_compare_exchange_n(&current->domain->shutdown_code, &none,
                                (uint8_t)s.reason, false, __ATOMIC_SEQ_CST,
                                __ATOMIC_SEQ_CST);
    return 0;
}

static long op_pin_override(unsigned long arg)
{
    struct sched_pin_override p;

    if (!current->domain->is_hardware)
        return -EPERM;
    if (read_guest(p, arg))
        return -EFAULT;
    return sched_pin_override(current, p.pcpu < 0 ? NR_CPUS
                                                  : (unsigned int)p.pcpu);
}

static long (*const operations[])(unsigned long arg) = {
    [SCHEDOP_yield] = op_yield,
    [SCHEDOP_block] = op_block,
    [SCHEDOP_shutdown] = op_shutdown,
    [SCHEDOP_poll] = op_poll,
    [SCHEDOP_remote_shutdown] = op_remote_shutdown,
    [SCHEDOP_shutdown_code] = op_shutdown_code,
    [SCHEDOP_pin_override] = op_pin_override,
};

long do_sched_op(int cmd, unsigned long arg)
{
    if (cmd < 0 || (size_t)cmd >= ARRAY_SIZE(operations) || !operations[cmd])
        return -ENOSYS;
    return operations[cmd](arg);
}

long do_sched_op_compat(int cmd, unsigned long arg)
{
    switch (cmd) {
    case SCHEDOP_yield:
        return op_yield(arg);
    case SCHEDOP_block:
        return op_block(arg);
    case SCHEDOP_shutdown:
        domain_shutdown(current->domain, (uint8_t)arg);
        return 0;
    default:
        return -ENOSYS;
    }
}
