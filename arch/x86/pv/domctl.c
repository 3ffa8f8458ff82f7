/* SPDX-License-Identifier: MIT */
/*
 * domctl.c - commands of the control door that only x86 understands: the
 * hypercall page, the width of a guest, its TSC, callbacks of 32-bit programs,
 * and MSRs that are part of a vcpu's state.
 */
#include <asm/cpu.h>
#include <asm/descriptor.h>
#include <asm/hypercall_page.h>
#include <asm/layout.h>
#include <asm/msr.h>
#include <asm/pv.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/guest_copy.h>
#include <hv/string.h>
#include <hv/time.h>
#include <public/domctl.h>

#define GUEST_BITS  64u
#define MCE_AT      offsetof(struct xen_domctl_ext_vcpucontext, mcg_cap)

int arch_domctl_hypercall_init(struct domain *d, struct xen_domctl *op)
{
    struct frame *f = frame_of(mfn(op->u.hypercall_init.gmfn));
    char *page;

    if (!frame_is_ram(f) || !frame_get(f, d))
        return -EINVAL;
    frame_put(f);
    if (frame_get_writable(f, d))
        return -EPERM;
    page = map_frame(frame_mfn(f));
    hypercall_page_fill(page);
    unmap_frame(page);
    frame_put_writable(f);
    return 0;
}

int arch_domctl_address_size(struct domain *d, struct xen_domctl *op)
{
    uint32_t size = op->u.address_size.size;

    (void)d;
    if (op->cmd == XEN_DOMCTL_get_address_size) {
        op->u.address_size.size = GUEST_BITS;
        return 0;
    }
    if (size == GUEST_BITS)
        return 0;
    return size == 32 ? -EOPNOTSUPP : -EINVAL;
}

/* -- TSC: the processor's own, always -------------------------------------- */

enum { TSC_DEFAULT, TSC_EMULATED, TSC_NATIVE };

static int tsc_set(struct domain *d, const struct xen_domctl_tsc_info *t)
{
    if (t->tsc_mode > TSC_NATIVE)
        return -EINVAL;
    if (t->tsc_mode == TSC_EMULATED)
        return -ENOSYS;
    spin_lock(&d->lock);
    d->arch.tsc_mode = t->tsc_mode;
    d->arch.tsc_incarnation = t->incarnation + 1;   /* one more move */
    spin_unlock(&d->lock);
    return 0;
}

int arch_domctl_tsc_info(struct domain *d, struct xen_domctl *op)
{
    struct xen_domctl_tsc_info *t = &op->u.tsc_info;

    if (op->cmd == XEN_DOMCTL_settscinfo)
        return tsc_set(d, t);
    *t = (struct xen_domctl_tsc_info){ 0 };
    spin_lock(&d->lock);
    t->tsc_mode = d->arch.tsc_mode;
    t->incarnation = d->arch.tsc_incarnation;
    spin_unlock(&d->lock);
    if (t->tsc_mode == TSC_DEFAULT) {
        t->gtsc_khz = (uint32_t)tsc_khz;
        t->elapsed_nsec = (uint64_t)system_time();
    }
    return 0;
}

/* -- callbacks ------------------------------------------------------------- */

static void ext_get(const struct arch_vcpu *a,
                    struct xen_domctl_ext_vcpucontext *x)
{
    *x = (struct xen_domctl_ext_vcpucontext){
        .vcpu = x->vcpu,
        .size = sizeof(*x),
        .syscall32_callback_eip = a->syscall32_callback.address,
        .sysenter_callback_eip = a->sysenter_callback.address,
        .syscall32_callback_cs = SEL_USER_CS64,
        .sysenter_callback_cs = SEL_USER_CS64,
        .syscall32_disables_events = a->syscall32_callback.masks_events,
        .sysenter_disables_events = a->sysenter_callback.masks_events,
    };
}

/* The guest's kernel has one code segment: selectors are not looked at. */
static int ext_set(struct arch_vcpu *a,
                   const struct xen_domctl_ext_vcpucontext *x)
{
    if (x->size < MCE_AT || !va_is_canonical(x->syscall32_callback_eip) ||
        !va_is_canonical(x->sysenter_callback_eip))
        return -EINVAL;
    a->syscall32_callback = (struct callback){ x->syscall32_callback_eip,
                                               x->syscall32_disables_events };
    a->sysenter_callback = (struct callback){ x->sysenter_callback_eip,
                                              x->sysenter_disables_events };
    return 0;
}

int arch_domctl_ext_vcpucontext(struct domain *d, struct xen_domctl *op)
{
    struct xen_domctl_ext_vcpucontext *x = &op->u.ext_vcpucontext;
    struct vcpu *v = domain_vcpu(d, x->vcpu);
    int rc = 0;

    if (!v)
        return -ESRCH;
    vcpu_pause(v);
    if (op->cmd == XEN_DOMCTL_get_ext_vcpucontext)
        ext_get(&v->arch, x);
    else
        rc = ext_set(&v->arch, x);
    vcpu_unpause(v);
    return rc;
}

/* -- MSRs: there is one, TSC_AUX ------------------------------------------- */

#define MSRS_MAX    1u

static int msrs_get(const struct vcpu *v, struct xen_domctl_vcpu_msrs *m)
{
    struct xen_domctl_vcpu_msr msr = { .index = MSR_TSC_AUX };

    if (!m->msrs.p) {
        m->msr_count = MSRS_MAX;
        return 0;
    }
    msr.value = v->arch.tsc_aux;
    if (!msr.value) {
        m->msr_count = 0;
        return 0;
    }
    if (m->msr_count < MSRS_MAX)
        return -ENOBUFS;
    m->msr_count = MSRS_MAX;
    return write_guest((unsigned long)m->msrs.p, msr);
}

static int msr_set(struct vcpu *v, const struct xen_domctl_vcpu_msr *msr)
{
    if (msr->reserved || msr->index != MSR_TSC_AUX || !cpu_features.rdtscp ||
        msr->value >> 32)
        return -EINVAL;
    v->arch.tsc_aux = msr->value;
    return 0;
}

/* On an error msr_count is the index of what it is about. */
static int msrs_set(struct vcpu *v, struct xen_domctl_vcpu_msrs *m)
{
    uint32_t count = m->msr_count;
    int rc = 0;

    if (count > MSRS_MAX)
        return -EINVAL;
    for (m->msr_count = 0; !rc && m->msr_count < count; ) {
        struct xen_domctl_vcpu_msr msr;

        rc = read_guest(msr, (unsigned long)(m->msrs.p + m->msr_count));
        if (!rc)
            rc = msr_set(v, &msr);
        if (!rc)
            m->msr_count++;
    }
    return rc;
}

int arch_domctl_vcpu_msrs(struct domain *d, struct xen_domctl *op)
{
    struct xen_domctl_vcpu_msrs *m = &op->u.vcpu_msrs;
    struct vcpu *v = domain_vcpu(d, m->vcpu);
    int rc;

    if (!v)
        return -ESRCH;
    vcpu_pause(v);
    rc = op->cmd == XEN_DOMCTL_get_vcpu_msrs ? msrs_get(v, m) : msrs_set(v, m);
    vcpu_unpause(v);
    return rc;
}
