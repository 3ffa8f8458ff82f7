/* SPDX-License-Identifier: MIT */
/* dump.c - key g: the grants of all domains that are in use. */
#include "grant.h"
#include <hv/control.h>
#include <hv/log_level.h>

#define GROUPS  (GRANTS_PER_FRAME / PINS_PER_GROUP)

/* A line about it; false: nobody uses it. */
static bool dump_pin(grant_ref_t ref, const struct grant_pin *p)
{
    const uint16_t *n = p->count;

    if (!(n[0] | n[1] | n[2] | n[3]))
        return false;
    printk_always("  %6u frame %6x by d%u: %u read, %u write, devices %u read, "
                  "%u write\n", ref, p->frame, p->user, n[GRANT_CPU_READ],
                  n[GRANT_CPU_WRITE], n[GRANT_DEVICE_READ],
                  n[GRANT_DEVICE_WRITE]);
    return true;
}

/* One group at a time, as they may be many. */
static unsigned int dump_group(struct grant_table *t, unsigned int frame,
                               unsigned int k)
{
    const struct grant_pin *group;
    unsigned int used = 0;

    spin_lock(&t->lock);
    group = t->frame[frame]->pins[k];
    for (unsigned int i = 0; group && i < PINS_PER_GROUP; i++)
        used += dump_pin(frame * GRANTS_PER_FRAME + k * PINS_PER_GROUP + i,
                         &group[i]);
    spin_unlock(&t->lock);
    return used;
}

static void dump_table(const struct domain *d, struct grant_table *t)
{
    unsigned int frames = READ_ONCE(t->frame_count), used = 0;

    printk_always("d%u: %u of %u frames of grants, %u of %u of handles\n",
                  d->id, frames, t->frame_max, READ_ONCE(t->maptrack_count),
                  t->maptrack_max);
    for (unsigned int i = 0; i < frames; i++)
        for (unsigned int k = 0; k < GROUPS; k++)
            used += dump_group(t, i, k);
    printk_always("  %u in use\n", used);
}

void grant_dump(void)
{
    struct domain *d = find_domain_from(0);

    while (d) {
        domid_t next = (domid_t)(d->id + 1);

        dump_table(d, d->grants);
        domain_put(d);
        d = find_domain_from(next);
    }
}
