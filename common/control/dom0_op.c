/* SPDX-License-Identifier: MIT */
/*
 * dom0_op.c - the native control door: a table of command, size of its
 * arguments, and handler. Arguments are copied in once, and back on success.
 */
#include <asm/current.h>
#include <hv/compiler.h>
#include <hv/conring.h>
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/platform.h>
#include <hv/printk.h>
#include <hv/sched.h>
#include <hv/string.h>
#include <hv/sysctl.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/dom0_ops.h>
#include <public/platform.h>
#include <public/sched.h>
#include <public/sysctl.h>

struct command {
    size_t size;                    /* of its arguments; 0: no such command */
    long (*fn)(struct dom0_op *op);
};

static uint32_t vcpu_flags(struct domain *d, struct dom0_getdomaininfo *info)
{
    struct control_vcpus c;
    uint32_t flags = 0;

    control_count_vcpus(d, &c);
    info->online_vcpus = c.online;
    info->cpu_time = c.cpu_time;
    if (c.running)
        flags |= DOMFLAGS_RUNNING;
    if (c.online && c.blocked == c.online)
        flags |= DOMFLAGS_BLOCKED;
    return flags;
}

static uint32_t domain_flags(struct domain *d)
{
    uint32_t flags = 0;

    spin_lock(&d->lock);
    if (d->dying != DOMAIN_ALIVE)
        flags |= DOMFLAGS_DYING;
    if (d->is_shut_down) {
        flags |= DOMFLAGS_SHUTDOWN;
        flags |= (uint32_t)d->shutdown_code << DOMFLAGS_SHUTDOWNSHIFT;
        if (d->shutdown_code == SHUTDOWN_crash)
            flags |= DOMFLAGS_CRASHED;
    }
    if (d->control_pause_count)
        flags |= DOMFLAGS_PAUSED;
    spin_unlock(&d->lock);
    return flags;
}

static long op_getdomaininfo(struct dom0_op *op)
{
    struct dom0_getdomaininfo *info = &op->u.getdomaininfo;
    struct domain *d = find_domain_from(info->domid);
    long rc = 0;

    if (!d)
        return -ESRCH;
    if (info->vcpu >= d->max_vcpus || !d->vcpu[info->vcpu]) {
        rc = -EINVAL;
    } else if (info->ctxt) {
        rc = -ENOSYS;
    } else {
        info->domid = d->id;
        info->flags = vcpu_flags(d, info) | domain_flags(d);
        info->flags |= (d->vcpu[info->vcpu]->cpu & DOMFLAGS_CPUMASK)
                       << DOMFLAGS_CPUSHIFT;
        info->tot_pages = READ_ONCE(d->page_count);
        info->max_pages = READ_ONCE(d->page_max);
        info->shared_info_frame = d->shared_info_mfn.n;
        info->max_vcpus = d->max_vcpus;
    }
    domain_put(d);
    return rc;
}

static long op_msr(struct dom0_op *op)
{
    struct dom0_msr *m = &op->u.msr;

    if (m->write > 1)
        return -EINVAL;
    return arch_control_msr(m->cpu_mask, m->msr, m->write, m->in, &m->out);
}

static long op_settime(struct dom0_op *op)
{
    const struct dom0_settime *t = &op->u.settime;

    if (t->pad || t->usecs >= 1000000 || t->system_time > INT64_MAX)
        return -EINVAL;
    wallclock_set(t->secs, t->usecs * 1000, (s_time_t)t->system_time);
    return 0;
}

static long op_readconsole(struct dom0_op *op)
{
    const struct dom0_readconsole *r = &op->u.readconsole;
    uint64_t pos = conring_start();
    uint32_t count = r->count;
    int rc;

    if (r->cmd > 1)
        return -EINVAL;
    rc = control_read_console(&pos, r->str, &count);
    if (rc)
        return rc;
    if (r->cmd == 1)
        conring_clear();
    return count;
}

static long op_physinfo(struct dom0_op *op)
{
    struct dom0_physinfo *info = &op->u.physinfo;
    struct xen_sysctl_physinfo machine;

    if (info->pad)
        return -EINVAL;
    control_physinfo(&machine);
    info->ht_per_core = machine.threads_per_core;
    info->cores = machine.nr_cpus / machine.threads_per_core;
    info->cpu_khz = machine.cpu_khz;
    info->total_pages = machine.total_pages;
    info->free_pages = machine.free_pages;
    return 0;
}

static long op_sched_id(struct dom0_op *op)
{
    if (op->u.sched_id.pad)
        return -EINVAL;
    op->u.sched_id.sched_id = sched_policy_id();
    return 0;
}

static long op_schedctl(struct dom0_op *op)
{
    return control_schedctl(&op->u.schedctl);
}

static long op_adjustdom(struct dom0_op *op)
{
    return control_adjustdom(&op->u.adjustdom);
}

#define COMMAND(type, fn)   { sizeof(type), fn }
static const struct command commands[] = {
    [DOM0_SCHEDCTL] = COMMAND(dom0_schedctl_t, op_schedctl),
    [DOM0_ADJUSTDOM] = COMMAND(dom0_adjustdom_t, op_adjustdom),
    [DOM0_GETDOMAININFO] = COMMAND(dom0_getdomaininfo_t, op_getdomaininfo),
    [DOM0_MSR] = COMMAND(dom0_msr_t, op_msr),
    [DOM0_SETTIME] = COMMAND(dom0_settime_t, op_settime),
    [DOM0_READCONSOLE] = COMMAND(dom0_readconsole_t, op_readconsole),
    [DOM0_PHYSINFO] = COMMAND(dom0_physinfo_t, op_physinfo),
    [DOM0_SCHED_ID] = COMMAND(dom0_sched_id_t, op_sched_id),
};

static long run_command(struct dom0_op *op, unsigned long arg)
{
    guest_va_t body = guest_va(arg + offsetof(struct dom0_op, u));
    const struct command *c;
    long rc;

    if (op->cmd >= ARRAY_SIZE(commands) || commands[op->cmd].size == 0)
        return -ENOSYS;
    c = &commands[op->cmd];
    if (copy_from_guest(&op->u, body, c->size))
        return -EFAULT;
    rc = c->fn(op);
    if (rc >= 0 && copy_to_guest(body, &op->u, c->size))
        return -EFAULT;
    return rc;
}

long do_dom0_op(unsigned long arg)
{
    struct dom0_op op;

    memset(&op, 0, sizeof(op));
    if (copy_from_guest(&op, guest_va(arg), offsetof(struct dom0_op, u)))
        return -EFAULT;
    switch (op.interface_version) {
    case DOM0_INTERFACE_VERSION:
        return current->domain->is_privileged ? run_command(&op, arg) : -EPERM;
    case XENPF_INTERFACE_VERSION:
        return do_platform_op(arg);
    default:
        printk_guest(LOG_WARNING, "dom0_op: interface version %#x, where %#x "
                     "(dom0_ops.h) or %#x (platform.h) is spoken\n",
                     op.interface_version, DOM0_INTERFACE_VERSION,
                     XENPF_INTERFACE_VERSION);
        return -EACCES;
    }
}
