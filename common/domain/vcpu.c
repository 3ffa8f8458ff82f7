/* SPDX-License-Identifier: MIT */
/* vcpu.c - a virtual CPU is made with its domain and freed with it. */
#include <hv/domain.h>
#include <hv/heap.h>
#include <hv/nospec.h>
#include <hv/sched.h>
#include <hv/vcpu.h>

struct vcpu *domain_vcpu(const struct domain *d, uint32_t id)
{
    return id < d->max_vcpus ? d->vcpu[index_nospec(id, d->max_vcpus)] : NULL;
}

struct vcpu *vcpu_create(struct domain *d, unsigned int id)
{
    struct vcpu *v = heap_alloc(sizeof(*v), 64);

    if (!v)
        return NULL;
    v->domain = d;
    v->id = (uint16_t)id;
    v->pause_flags = 1ul << VCPU_PAUSE_DOWN;
    v->info_mfn = INVALID_MFN;
    v->info = arch_vcpu_info_in_shared(d, id);
    if (arch_vcpu_create(v))
        goto free;
    if (sched_add_vcpu(v))
        goto destroy;
    vcpu_timers_create(v);
    return v;
destroy:
    arch_vcpu_destroy(v);
free:
    heap_free(v);
    return NULL;
}

void vcpu_bring_up(struct vcpu *v)
{
    if (test_and_clear_bit(VCPU_PAUSE_DOWN, &v->pause_flags))
        vcpu_wake(v);
}

/* The last reference to the domain is gone: nobody wakes it any more. */
void vcpu_destroy(struct vcpu *v)
{
    vcpu_timers_kill(v);
    sched_remove_vcpu(v);
    arch_vcpu_destroy(v);
    heap_free(v);
}
