/* SPDX-License-Identifier: MIT */
/*
 * guest_time.c - vcpu_time_info and the wall clock, for guests to read. Both
 * are versioned: odd while being written, so that a reader that sees an odd or
 * a changed number reads again (abi: public/xen.h, vcpu_time_info).
 */
#include <asm/clock.h>
#include <asm/guest_time.h>
#include <hv/compiler.h>
#include <hv/domain.h>
#include <hv/guest_copy.h>
#include <hv/spinlock.h>
#include <hv/time.h>
#include <hv/vcpu.h>

static void fill(struct vcpu_time_info *t)
{
    struct time_scale scale;

    arch_time_scale(&scale);
    t->tsc_timestamp = scale.tsc_stamp;
    t->system_time = scale.system_time;
    t->tsc_to_system_mul = scale.mul;
    t->tsc_shift = scale.shift;
    t->flags = tsc_is_common() ? XEN_PVCLOCK_TSC_STABLE_BIT : 0;
}

/* All vcpus may read the same area: the version goes odd first, even last. */
static void write_area(unsigned long va, struct vcpu_time_info t)
{
    uint32_t version = t.version;

    t.version = version - 1;
    if (write_guest(va, t.version))
        return;
    barrier();
    if (write_guest(va, t))
        return;
    barrier();
    (void)!write_guest(va, version);
}

/* @v may be told where to find it by another vcpu meanwhile: both write the
 * same, and neither leaves an odd version behind. */
void guest_time_update(struct vcpu *v)
{
    struct vcpu_time_info *t = &v->info->time;
    uint32_t odd = READ_ONCE(t->version) | 1;
    unsigned long area = READ_ONCE(v->time_area.va);

    WRITE_ONCE(t->version, odd);
    barrier();
    fill(t);
    barrier();
    WRITE_ONCE(t->version, odd + 1);
    if (unlikely(area) && v == current && v->arch.in_kernel)
        write_area(area, *t);
}

/* @v may run meanwhile, and write its own version; this one is older. */
void guest_time_show(struct vcpu *v)
{
    unsigned long area = READ_ONCE(v->time_area.va);
    struct vcpu_time_info t = { 0 };

    if (!area)
        return;
    if (v->info)
        t.version = READ_ONCE(v->info->time.version) & ~1u;
    fill(&t);
    write_area(area, t);
}

void arch_wallclock_update(struct domain *d)
{
    struct shared_info *s = d->shared_info;
    uint64_t sec;
    uint32_t nsec;

    spin_lock(&d->lock);
    wallclock_at_boot(&sec, &nsec);     /* the latest, whoever is last here */
    sec += (uint64_t)d->time_offset;
    s->wc_version |= 1;
    barrier();
    s->wc_sec = (uint32_t)sec;
    s->wc_sec_hi = (uint32_t)(sec >> 32);
    s->wc_nsec = nsec;
    barrier();
    s->wc_version++;
    spin_unlock(&d->lock);
}
