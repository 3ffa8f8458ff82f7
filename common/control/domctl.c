/* SPDX-License-Identifier: MIT */
/*
 * domctl.c - the control door of Xen's tools: a table of command, handler, and
 * what the handler asks of the door. Arguments are copied in once. Who is not
 * privileged learns nothing, not even which domains there are.
 */
#include <asm/hypercall.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/nospec.h>
#include <hv/printk.h>
#include <hv/vcpu.h>
#include <public/domctl.h>
#include "progress.h"

#define NO_DOMAIN   (1u << 0)   /* finds whom it is about itself, if anybody */
#define NOT_SELF    (1u << 1)   /* -EINVAL for the caller's own domain */
#define COPY_BACK   (1u << 2)   /* the arguments, on success */
#define COPY_ALWAYS (1u << 3)   /* the arguments, also with an error */

struct command {
    domctl_handler_t fn;        /* NULL: no such command */
    unsigned int flags;
};

static const struct command commands[] = {
    [XEN_DOMCTL_createdomain] = { domctl_createdomain, NO_DOMAIN | COPY_BACK },
    [XEN_DOMCTL_destroydomain] = { domctl_destroydomain, NOT_SELF },
    [XEN_DOMCTL_pausedomain] = { domctl_pausedomain, NOT_SELF },
    [XEN_DOMCTL_unpausedomain] = { domctl_unpausedomain, 0 },
    [XEN_DOMCTL_getdomaininfo] = { domctl_getdomaininfo,
                                   NO_DOMAIN | COPY_BACK },
    [XEN_DOMCTL_setvcpuaffinity] = { domctl_setvcpuaffinity, 0 },
    [XEN_DOMCTL_shadow_op] = { domctl_shadow_op, NOT_SELF | COPY_BACK },
    [XEN_DOMCTL_max_mem] = { domctl_max_mem, 0 },
    [XEN_DOMCTL_setvcpucontext] = { domctl_setvcpucontext, NOT_SELF },
    [XEN_DOMCTL_getvcpucontext] = { domctl_getvcpucontext, NOT_SELF },
    [XEN_DOMCTL_getvcpuinfo] = { domctl_getvcpuinfo, COPY_BACK },
    [XEN_DOMCTL_max_vcpus] = { domctl_max_vcpus, NOT_SELF },
    [XEN_DOMCTL_scheduler_op] = { domctl_scheduler_op, COPY_BACK },
    [XEN_DOMCTL_setdomainhandle] = { domctl_setdomainhandle, 0 },
    [XEN_DOMCTL_irq_permission] = { domctl_irq_permission, 0 },
    [XEN_DOMCTL_iomem_permission] = { domctl_iomem_permission, 0 },
    [XEN_DOMCTL_ioport_permission] = { domctl_ioport_permission, 0 },
    [XEN_DOMCTL_hypercall_init] = { arch_domctl_hypercall_init, 0 },
    [XEN_DOMCTL_settimeoffset] = { domctl_settimeoffset, 0 },
    [XEN_DOMCTL_getvcpuaffinity] = { domctl_getvcpuaffinity, 0 },
    [XEN_DOMCTL_resumedomain] = { domctl_resumedomain, NOT_SELF },
    [XEN_DOMCTL_sendtrigger] = { domctl_sendtrigger, 0 },
    [XEN_DOMCTL_set_address_size] = { arch_domctl_address_size, 0 },
    [XEN_DOMCTL_get_address_size] = { arch_domctl_address_size, COPY_BACK },
    [XEN_DOMCTL_set_ext_vcpucontext] = { arch_domctl_ext_vcpucontext,
                                         NOT_SELF },
    [XEN_DOMCTL_get_ext_vcpucontext] = { arch_domctl_ext_vcpucontext,
                                         NOT_SELF | COPY_BACK },
    [XEN_DOMCTL_gettscinfo] = { arch_domctl_tsc_info, NOT_SELF | COPY_BACK },
    [XEN_DOMCTL_settscinfo] = { arch_domctl_tsc_info, NOT_SELF },
    [XEN_DOMCTL_getpageframeinfo3] = { domctl_getpageframeinfo3, 0 },
    [XEN_DOMCTL_setvcpuextstate] = { arch_domctl_vcpuextstate, NOT_SELF },
    [XEN_DOMCTL_getvcpuextstate] = { arch_domctl_vcpuextstate,
                                     NOT_SELF | COPY_BACK },
    [XEN_DOMCTL_setnodeaffinity] = { domctl_setnodeaffinity, 0 },
    [XEN_DOMCTL_getnodeaffinity] = { domctl_getnodeaffinity, 0 },
    [XEN_DOMCTL_get_vcpu_msrs] = { arch_domctl_vcpu_msrs,
                                   NOT_SELF | COPY_BACK },
    [XEN_DOMCTL_set_vcpu_msrs] = { arch_domctl_vcpu_msrs,
                                   NOT_SELF | COPY_ALWAYS },
    [XEN_DOMCTL_get_cpu_policy] = { arch_domctl_get_cpu_policy, COPY_BACK },
    [XEN_DOMCTL_set_cpu_policy] = { arch_domctl_set_cpu_policy,
                                    NOT_SELF | COPY_ALWAYS },
};

static int run_about(const struct command *c, struct xen_domctl *op)
{
    struct domain *d;
    int rc = -EINVAL;

    if (c->flags & NO_DOMAIN)
        return c->fn(NULL, op);
    d = find_domain(op->domain);
    if (!d)
        return -ESRCH;
    if (d != current->domain || !(c->flags & NOT_SELF))
        rc = c->fn(d, op);
    domain_put(d);
    return rc;
}

static int run_command(struct xen_domctl *op, unsigned long arg)
{
    unsigned int cmd = op->cmd;
    const struct command *c;
    int rc;

    if (cmd >= ARRAY_SIZE(commands))
        return -ENOSYS;
    c = &commands[index_nospec(cmd, ARRAY_SIZE(commands))];
    if (!c->fn)
        return -ENOSYS;
    rc = run_about(c, op);
    if ((c->flags & COPY_ALWAYS || (!rc && c->flags & COPY_BACK)) &&
        write_guest(arg, *op))
        return -EFAULT;
    return rc;
}

long do_domctl(unsigned long arg, unsigned long word)
{
    struct xen_domctl op;
    int rc;

    if (read_guest(op, arg))
        return -EFAULT;
    if (op.interface_version != XEN_DOMCTL_INTERFACE_VERSION) {
        printk_guest(LOG_WARNING, "domctl: interface version %#x, where %#x is "
                     "spoken\n", op.interface_version,
                     XEN_DOMCTL_INTERFACE_VERSION);
        return -EACCES;
    }
    if (!current->domain->is_privileged)
        return -EPERM;
    current->control_done = progress_of(word);
    rc = run_command(&op, arg);
    if (rc == -ERESTART)
        return hypercall_restart(__HYPERVISOR_domctl, 2, arg,
                                 progress_seal(current->control_done));
    return rc;
}
