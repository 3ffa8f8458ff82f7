/* SPDX-License-Identifier: MIT */
/*
 * dom0_life.c - dom0_op: domains made, held still, and ended. A domain is made
 * with its memory, which may take several restarts: control_done tells which
 * domain it is. So does the end of one for which there was too little memory.
 */
#include <asm/current.h>
#include <hv/cpu.h>
#include <hv/domain.h>
#include <hv/domain_memory.h>
#include <hv/errno.h>
#include <hv/page_alloc.h>
#include <hv/sched.h>
#include <hv/vcpu.h>
#include "dom0_op.h"

#define KB_SHIFT    (PAGE_SHIFT - 10)
#define ANY_CPU     (~0u)

/* -- make ------------------------------------------------------------------ */

static bool is_sensible(const struct dom0_createdomain *c)
{
    return !c->pad[0] && !c->pad[1] && !c->pad[2] &&
           c->domid < DOMID_FIRST_RESERVED &&
           c->memory_kb >> KB_SHIFT < PAGE_MFN_LIMIT &&
           (c->cpu == ANY_CPU ||
            (c->cpu < NR_CPUS && cpu_set_has(&cpu_online, c->cpu)));
}

static struct domain *make(const struct dom0_createdomain *c, int *rc)
{
    const struct domain_config config = {
        .name = "by the tools", .max_vcpus = c->max_vcpus,
        .max_grant_frames = -1, .max_maptrack_frames = -1,
    };
    struct domain *d = c->domid ? domain_create(c->domid, &config, rc)
                                : domain_create_any(&config, rc);

    if (d)
        domain_set_page_max(d, c->memory_kb >> KB_SHIFT);
    return d;
}

static void prefer_cpu(struct domain *d, uint32_t cpu)
{
    cpu_set_t one = { .bits = { 0 } };

    if (cpu == ANY_CPU)
        return;
    cpu_set_add(&one, cpu);
    sched_set_soft_affinity(d->vcpu[0], &one);
}

/* The one that this call has made before, and nobody has used since. */
static struct domain *find_begun(int *rc)
{
    struct domain *d = find_domain((domid_t)(current->control_done - 1));

    *rc = -ESRCH;
    if (d && dom0_is_built(d)) {
        domain_put(d);
        d = NULL;
    }
    return d;
}

static struct domain *make_or_find(const struct dom0_createdomain *c, int *rc)
{
    struct domain *d;

    if (current->control_done)
        return find_begun(rc);
    d = make(c, rc);
    if (d) {
        prefer_cpu(d, c->cpu);
        current->control_done = d->id + 1ul;
    }
    return d;
}

/* All it is to have, or nothing is left of it. Where it stopped half-way, one that
 * is dying had too little before. */
static int fill_or_end(struct domain *d, unsigned long frames)
{
    int rc = -ENOMEM;

    if (READ_ONCE(d->dying) == DOMAIN_ALIVE)
        rc = domain_fill_memory(d, frames);
    if (rc && rc != -ERESTART && domain_destroy(d) == -ERESTART)
        rc = -ERESTART;
    return rc;
}

long dom0_createdomain(struct dom0_op *op)
{
    struct dom0_createdomain *c = &op->u.createdomain;
    struct domain *d;
    int rc = -EINVAL;

    if (!is_sensible(c))
        return rc;
    d = make_or_find(c, &rc);
    if (!d)
        return rc;
    c->domid = d->id;
    rc = fill_or_end(d, c->memory_kb >> KB_SHIFT);
    domain_put(d);
    return rc;
}

/* -- hold and end ---------------------------------------------------------- */

static bool is_padded(const uint16_t pad[3])
{
    return !pad[0] && !pad[1] && !pad[2];
}

static long destroy(struct domain *d, struct dom0_op *op)
{
    (void)op;
    return domain_destroy(d);
}

long dom0_destroydomain(struct dom0_op *op)
{
    const struct dom0_destroydomain *a = &op->u.destroydomain;

    return is_padded(a->pad) ? dom0_about(a->domid, true, destroy, op)
                             : -EINVAL;
}

static long pause(struct domain *d, struct dom0_op *op)
{
    (void)op;
    return domain_control_pause(d);
}

long dom0_pausedomain(struct dom0_op *op)
{
    const struct dom0_pausedomain *a = &op->u.pausedomain;

    return is_padded(a->pad) ? dom0_about(a->domid, true, pause, op) : -EINVAL;
}

static long unpause(struct domain *d, struct dom0_op *op)
{
    (void)op;
    return dom0_is_built(d) ? domain_control_unpause(d) : -EINVAL;
}

long dom0_unpausedomain(struct dom0_op *op)
{
    const struct dom0_unpausedomain *a = &op->u.unpausedomain;

    return is_padded(a->pad) ? dom0_about(a->domid, false, unpause, op)
                             : -EINVAL;
}
