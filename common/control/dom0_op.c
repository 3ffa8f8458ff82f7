/* SPDX-License-Identifier: MIT */
/*
 * dom0_op.c - the native control door: a table of command, size of its
 * arguments, and handler. Arguments are copied in once, and back on success.
 */
#include <asm/current.h>
#include <asm/hypercall.h>
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
#include <public/platform.h>
#include <public/sysctl.h>
#include "dom0_op.h"
#include "progress.h"

struct command {
    size_t size;                    /* of its arguments; 0: no such command */
    long (*fn)(struct dom0_op *op);
};

long dom0_about(domid_t id, bool not_self,
                long (*fn)(struct domain *d, struct dom0_op *op),
                struct dom0_op *op)
{
    struct domain *d = find_domain(id);
    long rc = -EINVAL;

    if (!d)
        return -ESRCH;
    if (!not_self || d != current->domain)
        rc = fn(d, op);
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

/* There is no trace of what the hypervisor does. */
static long op_gettbufs(struct dom0_op *op)
{
    (void)op;
    return -ENODATA;
}

#define COMMAND(type, fn)   { sizeof(type), fn }
static const struct command commands[] = {
    [DOM0_GETMEMLIST] = COMMAND(dom0_getmemlist_t, dom0_getmemlist),
    [DOM0_SCHEDCTL] = COMMAND(dom0_schedctl_t, op_schedctl),
    [DOM0_ADJUSTDOM] = COMMAND(dom0_adjustdom_t, op_adjustdom),
    [DOM0_CREATEDOMAIN] = COMMAND(dom0_createdomain_t, dom0_createdomain),
    [DOM0_DESTROYDOMAIN] = COMMAND(dom0_destroydomain_t, dom0_destroydomain),
    [DOM0_PAUSEDOMAIN] = COMMAND(dom0_pausedomain_t, dom0_pausedomain),
    [DOM0_UNPAUSEDOMAIN] = COMMAND(dom0_unpausedomain_t, dom0_unpausedomain),
    [DOM0_GETDOMAININFO] = COMMAND(dom0_getdomaininfo_t, dom0_getdomaininfo),
    [DOM0_BUILDDOMAIN] = COMMAND(dom0_builddomain_t, dom0_builddomain),
    [DOM0_IOPL] = COMMAND(dom0_iopl_t, dom0_iopl),
    [DOM0_MSR] = COMMAND(dom0_msr_t, op_msr),
    [DOM0_SETTIME] = COMMAND(dom0_settime_t, op_settime),
    [DOM0_GETPAGEFRAMEINFO] =
        COMMAND(dom0_getpageframeinfo_t, dom0_getpageframeinfo),
    [DOM0_READCONSOLE] = COMMAND(dom0_readconsole_t, op_readconsole),
    [DOM0_PINCPUDOMAIN] = COMMAND(dom0_pincpudomain_t, dom0_pincpudomain),
    [DOM0_GETTBUFS] = COMMAND(dom0_gettbufs_t, op_gettbufs),
    [DOM0_PHYSINFO] = COMMAND(dom0_physinfo_t, op_physinfo),
    [DOM0_PCIDEV_ACCESS] = COMMAND(dom0_pcidev_access_t, dom0_pcidev_access),
    [DOM0_SCHED_ID] = COMMAND(dom0_sched_id_t, op_sched_id),
    [DOM0_SHADOW_CONTROL] =
        COMMAND(dom0_shadow_control_t, dom0_shadow_control),
    [DOM0_SETDOMAININITIALMEM] =
        COMMAND(dom0_setdomaininitialmem_t, dom0_setdomaininitialmem),
    [DOM0_SETDOMAINMAXMEM] =
        COMMAND(dom0_setdomainmaxmem_t, dom0_setdomainmaxmem),
    [DOM0_GETPAGEFRAMEINFO2] =
        COMMAND(dom0_getpageframeinfo2_t, dom0_getpageframeinfo2),
    [DOM0_SETDOMAINVMASSIST] =
        COMMAND(dom0_setdomainvmassist_t, dom0_setdomainvmassist),
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

static long run_or_go_on(struct dom0_op *op, unsigned long arg,
                         unsigned long word)
{
    long rc;

    current->control_done = progress_of(word);
    rc = run_command(op, arg);
    if (rc == -ERESTART)
        return hypercall_restart(__HYPERVISOR_dom0_op, 2, arg,
                                 progress_seal(current->control_done));
    return rc;
}

long do_dom0_op(unsigned long arg, unsigned long word)
{
    struct dom0_op op;

    memset(&op, 0, sizeof(op));
    if (copy_from_guest(&op, guest_va(arg), offsetof(struct dom0_op, u)))
        return -EFAULT;
    switch (op.interface_version) {
    case DOM0_INTERFACE_VERSION:
        return current->domain->is_privileged ? run_or_go_on(&op, arg, word)
                                              : -EPERM;
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
