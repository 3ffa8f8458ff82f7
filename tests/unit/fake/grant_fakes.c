/* SPDX-License-Identifier: MIT */
/* grant_fakes.c - see grant_fakes.h. */
#include <stdarg.h>
#include <string.h>
#include <asm/hypercall.h>
#include <hv/direct_map.h>
#include <hv/grant_table.h>
#include <hv/memory_op.h>
#include "../../../common/grant/grant.h"
#include "fake_guest.h"
#include "fake_heap.h"
#include "grant_fakes.h"
#include "unit.h"

long grant_heap_at_start;
unsigned long grant_again[3];
unsigned long fake_m2p[FAKE_FRAMES];

void arch_set_m2p(mfn_t m, pfn_t p)
{
    fake_m2p[m.n] = p.n;
}

/* The fuzz targets have their own. */
__attribute__((weak))
long hypercall_restart(unsigned int nr, unsigned int count, ...)
{
    va_list args;

    ck_assert_uint_eq(nr, __HYPERVISOR_grant_table_op);
    ck_assert_uint_eq(count, 3);
    va_start(args, count);
    for (unsigned int i = 0; i < 3; i++)
        grant_again[i] = va_arg(args, unsigned long);
    va_end(args);
    return RESTART;
}

void grant_fakes_start(unsigned int frames, unsigned int maptrack_frames)
{
    const struct domain_config config = {
        .max_grant_frames = (int32_t)frames,
        .max_maptrack_frames = (int32_t)maptrack_frames,
    };

    fake_paging_start();
    fake_guest_reset();
    first->is_privileged = true;
    grant_heap_at_start = fake_heap_live;
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++)
        ck_assert_int_eq(grant_domain_create(&fake_domains[i], &config), 0);
}

struct frame *grant_own(struct domain *d)
{
    mfn_t m = frame_alloc_for(d, 0, 0);

    ck_assert(!mfn_eq(m, INVALID_MFN));
    return fake_frame(m.n);
}

/* --- what the tables of grants hold --- */

static void tell_pin(const struct grant_pin *p)
{
    if (p->count[0] | p->count[1] | p->count[2] | p->count[3])
        model_add(fake_frame(p->frame), HOLDS_REFERENCE, FRAME_NONE);
    for (unsigned int i = 0; i < p->count[GRANT_DEVICE_READ]; i++)
        model_add(fake_frame(p->frame), HOLDS_REFERENCE, FRAME_NONE);
    fake_device_writers[p->frame] += p->count[GRANT_DEVICE_WRITE];
    for (unsigned int i = 0; i < p->count[GRANT_DEVICE_WRITE]; i++)
        model_add(fake_frame(p->frame), HOLDS_TYPE, FRAME_WRITABLE);
}

static void tell_frame(const struct grant_frame *f)
{
    model_add(frame_of(f->mfn), HOLDS_SHARE, FRAME_WRITABLE);
    for (unsigned int k = 0; k < GRANTS_PER_FRAME / PINS_PER_GROUP; k++)
        for (unsigned int i = 0; f->pins[k] && i < PINS_PER_GROUP; i++)
            tell_pin(&f->pins[k][i]);
}

static void tell_handles(const struct grant_table *t)
{
    for (unsigned int k = 0; k < t->maptrack_count; k++)
        for (unsigned int i = 0; i < MAPS_PER_FRAME; i++) {
            const struct grant_map *m = &t->maptrack[k][i];

            UNIT_REQUIRE(!(m->state & MAP_ENDS));
            if (m->state & MAP_LIVE)
                model_domain_refs[m->granter->id]++;
        }
}

void grant_fakes_check(void)
{
    unsigned int before = holding_count;

    model_domain_refs[0] = model_domain_refs[1] = 0;
    memset(fake_device_writers, 0, sizeof(fake_device_writers));
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++) {
        const struct grant_table *t = fake_domains[i].grants;

        for (unsigned int k = 0; k < t->frame_count; k++)
            tell_frame(t->frame[k]);
        tell_handles(t);
    }
    fake_paging_check();
    holding_count = before;
}
