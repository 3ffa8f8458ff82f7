/* SPDX-License-Identifier: MIT */
/*
 * check_grants.c - grants in use: G1 to G3 of grant/pin.c, T1 of maptrack.c.
 * Each count of a pin is explained by handles of its user; each pin, and each
 * mapping for devices, holds its frame.
 *
 * What stands in a shared entry is the guest's, and nothing is believed of it.
 */
#include "check.h"
#include "../grant/grant.h"

#define GROUPS  (GRANTS_PER_FRAME / PINS_PER_GROUP)

void check_each_mapping(const struct domain *d, void (*fn)(struct domain *user,
                        const struct grant_map *m, void *data), void *data)
{
    const struct grant_table *t = d->grants;
    unsigned int frames = t ? t->maptrack_count : 0;

    for (unsigned int i = 0; i < frames; i++)
        for (unsigned int k = 0; k < MAPS_PER_FRAME; k++)
            if (t->maptrack[i][k].state & (MAP_LIVE | MAP_ENDS))
                fn((struct domain *)d, &t->maptrack[i][k], data);
}

static const struct grant_pin *pin_of(const struct domain *granter,
                                      grant_ref_t ref)
{
    const struct grant_table *t = granter->grants;
    const struct grant_pin *group;

    if (!t || ref >= t->frame_count * GRANTS_PER_FRAME)
        return NULL;
    group = t->frame[ref / GRANTS_PER_FRAME]
                ->pins[ref % GRANTS_PER_FRAME / PINS_PER_GROUP];
    return group ? &group[ref % PINS_PER_GROUP] : NULL;
}

/* --- who has what mapped --- */

struct search {
    const struct domain *granter;
    grant_ref_t ref;
    const struct frame *frame;
    unsigned int count[GRANT_USES];
    bool is_found;
};

static void count_mapping(struct domain *user, const struct grant_map *m,
                          void *data)
{
    struct search *s = data;
    bool reads = m->state & MAP_READONLY;

    (void)user;
    if (m->granter != s->granter || m->ref != s->ref)
        return;
    if (m->state & MAP_CPU)
        s->count[reads ? GRANT_CPU_READ : GRANT_CPU_WRITE]++;
    if (m->state & MAP_DEVICE)
        s->count[reads ? GRANT_DEVICE_READ : GRANT_DEVICE_WRITE]++;
}

static void compare_frame(struct domain *user, const struct grant_map *m,
                          void *data)
{
    struct search *s = data;
    const struct grant_pin *p = pin_of(m->granter, m->ref);

    (void)user;
    if ((m->state & MAP_CPU) && p && p->frame == frame_mfn(s->frame).n)
        s->is_found = true;
}

bool check_maps_grant(const struct domain *d, const struct frame *f)
{
    struct search s = { .frame = f };

    check_each_mapping(d, compare_frame, &s);
    return s.is_found;
}

/* --- pins --- */

static bool is_used(const struct grant_pin *p)
{
    bool is_any = false;

    for (unsigned int i = 0; i < GRANT_USES; i++)
        is_any |= p->count[i];
    return is_any;
}

static void grant_fail(const char *what, const struct domain *granter,
                       grant_ref_t ref, uint64_t expected, uint64_t found)
{
    if (expected != found)
        check_fail(what, ref, granter->id, expected, found);
}

static void check_uses(const struct domain *granter, grant_ref_t ref,
                       const struct grant_pin *p)
{
    struct search s = { .granter = granter, .ref = ref };
    const struct domain *user;

    list_for_each(user, &domain_list, list)
        check_each_mapping(user, count_mapping, &s);
    for (unsigned int i = 0; i < GRANT_USES; i++)               /* G3 */
        grant_fail("uses of a grant", granter, ref, s.count[i], p->count[i]);
}

static void check_pin(const struct domain *granter, grant_ref_t ref,
                      const struct grant_pin *p)
{
    const struct frame *f = frame_of(mfn(p->frame));

    if (!is_used(p))
        return;
    check_uses(granter, ref, p);
    if (!frame_is_ram(f) || f->owner != granter) {
        grant_fail("the owner of a frame that is granted", granter, ref,
                   granter->id, f && f->owner ? f->owner->id : ~0ul);
        return;
    }
    tally_reference(f, CHECK_NOBODY);                           /* G2 */
}

static void check_group(const struct domain *granter, grant_ref_t first,
                        const struct grant_pin *group)
{
    for (unsigned int i = 0; group && i < PINS_PER_GROUP; i++)
        check_pin(granter, first + i, &group[i]);
}

/* --- handles --- */

static void check_mapping(struct domain *user, const struct grant_map *m,
                          void *data)
{
    const struct grant_pin *p = m->granter ? pin_of(m->granter, m->ref) : NULL;
    const struct frame *f;

    (void)data;
    if (!p || !is_used(p)) {
        check_fail("the grant of a mapping", m->ref, user->id, 1, 0);
        return;
    }
    grant_fail("the user of a grant", m->granter, m->ref, user->id, p->user);
    grant_fail("a mapping that is half ended", user, m->ref, 0,
               m->state & MAP_ENDS);
    if (!(m->state & MAP_DEVICE))
        return;
    f = frame_of(mfn(p->frame));
    if (m->state & MAP_READONLY) {
        tally_reference(f, CHECK_NOBODY);
    } else {
        tally_type(f, FRAME_WRITABLE, CHECK_NOBODY);
        if (frame_is_ram(f))
            tally_of(f)->outside++;
    }
}

void check_grants_of(const struct domain *d)
{
    const struct grant_table *t = d->grants;

    for (unsigned int i = 0; t && i < t->frame_count; i++)
        for (unsigned int k = 0; k < GROUPS; k++)
            check_group(d, i * GRANTS_PER_FRAME + k * PINS_PER_GROUP,
                        t->frame[i]->pins[k]);
    check_each_mapping(d, check_mapping, NULL);
}
