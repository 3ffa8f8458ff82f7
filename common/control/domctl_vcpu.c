/* SPDX-License-Identifier: MIT */
/*
 * domctl_vcpu.c - all registers of a vcpu, written and read by the tools that
 * build, save and restore its domain. The domain stands still meanwhile. Two
 * tools, or a tool and the guest itself, do not initialise a vcpu at once.
 */
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/sched.h>
#include <hv/vcpu.h>
#include <public/domctl.h>

/* VCPU_PAUSE_DOWN as the context has it, under the lock of vcpu_op. */
static void set_online(struct vcpu *v, bool is_online)
{
    spin_lock(&v->domain->lock);
    if (is_online)
        vcpu_bring_up(v);
    else
        set_bit(VCPU_PAUSE_DOWN, &v->pause_flags);
    spin_unlock(&v->domain->lock);
}

static int set_context(struct vcpu *v, guest_va_t context)
{
    bool is_online = false;
    int rc;

    if (v->is_initialised)
        rc = arch_vcpu_change(v, context, &is_online);
    else
        rc = arch_vcpu_initialise(v, context, &is_online);
    if (rc)
        return rc;
    __atomic_store_n(&v->is_initialised, true, __ATOMIC_RELEASE);
    set_online(v, is_online);
    return 0;
}

/* As it was before it had registers. It may take several turns, in between which
 * its domain goes on: without tables it must not be brought up. Nor does it wait
 * any longer: whoever is set anew has not asked for it. */
static int reset(struct vcpu *v)
{
    set_online(v, false);
    vcpu_unblock(v);
    WRITE_ONCE(v->is_initialised, false);
    return arch_vcpu_reset(v);
}

/* D2: once the domain is dying, what it holds only becomes less. First the flag,
 * then the look: pairs with domain_destroy(). */
static int set_or_reset(struct vcpu *v, unsigned long context)
{
    int rc = -EINVAL;

    if (__atomic_exchange_n(&v->is_being_initialised, true, __ATOMIC_SEQ_CST))
        return -ERESTART;
    if (__atomic_load_n(&v->domain->dying, __ATOMIC_SEQ_CST) == DOMAIN_ALIVE)
        rc = context ? set_context(v, guest_va(context)) : reset(v);
    __atomic_store_n(&v->is_being_initialised, false, __ATOMIC_RELEASE);
    return rc;
}

int domctl_setvcpucontext(struct domain *d, struct xen_domctl *op)
{
    struct vcpu *v = domain_vcpu(d, op->u.vcpucontext.vcpu);
    int rc;

    if (!v)
        return -EINVAL;
    domain_pause(d);
    rc = set_or_reset(v, (unsigned long)op->u.vcpucontext.ctxt.p);
    domain_unpause(d);
    return rc;
}

int domctl_getvcpucontext(struct domain *d, struct xen_domctl *op)
{
    struct vcpu *v = domain_vcpu(d, op->u.vcpucontext.vcpu);
    int rc = -ENODATA;

    if (!v)
        return -EINVAL;
    vcpu_pause(v);
    if (__atomic_load_n(&v->is_initialised, __ATOMIC_ACQUIRE))
        rc = arch_vcpu_context(v, guest_va((unsigned long)
                                           op->u.vcpucontext.ctxt.p));
    vcpu_unpause(v);
    return rc;
}
