/* SPDX-License-Identifier: MIT */
/*
 * reservation_test.c - memory_op: domains get, give back and exchange frames;
 * lists end where they must, and after each call every frame is accounted for.
 */
#include <stdarg.h>
#include <asm/hypercall.h>
#include <hv/errno.h>
#include <hv/grant_table.h>
#include <hv/memory_op.h>
#include <hv/softirq.h>
#include <hv/vcpu.h>
#include <public/memory.h>
#include "fake_guest.h"
#include "fake_heap.h"
#include "fake_machine.h"
#include "frame_model.h"
#include "unit.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])
#define AT      FAKE_GUEST_VA
#define LIST    (FAKE_GUEST_VA + 0x100)
#define OUT     (FAKE_GUEST_VA + 0x200)
#define HOLE    0xffff800000000000ul
#define RESTART 0x1234567l

struct vcpu *fake_current;
unsigned int fake_cpu;

static struct vcpu vcpu;
static unsigned long m2p[FAKE_FRAMES], again[2];
static unsigned int steps_left;     /* until others want to run; 0: never */
static long heap_at_start;
static uint64_t *const list = (uint64_t *)(fake_guest + (LIST - AT));
static uint64_t *const out = (uint64_t *)(fake_guest + (OUT - AT));
static struct xen_memory_exchange *const x = (void *)fake_guest;

void arch_set_m2p(mfn_t m, pfn_t p)
{
    m2p[m.n] = p.n;
}

long arch_memory_op(unsigned int cmd, unsigned long arg)
{
    return cmd == XENMEM_machphys_mapping && arg == AT ? 55 : -ENOSYS;
}

/* What another vcpu does just after a frame was given. */
static void (*meanwhile)(void);

unsigned long page_free_count(void)
{
    if (meanwhile)
        meanwhile();
    return fake_free_count();
}

long arch_domain_last_gpfn(const struct domain *d) { return d == OTHER ? 44 : 0; }

bool softirq_is_pending(void)
{
    return steps_left && --steps_left == 0;
}

long hypercall_restart(unsigned int nr, unsigned int count, ...)
{
    va_list args;

    ck_assert_uint_eq(nr, __HYPERVISOR_memory_op);
    ck_assert_uint_eq(count, 2);
    va_start(args, count);
    again[0] = va_arg(args, unsigned long);
    again[1] = va_arg(args, unsigned long);
    va_end(args);
    return RESTART;
}

struct domain *find_domain_or_self(domid_t id)
{
    struct domain *d = id == DOMAIN_SELF ? fake_current->domain :
                       id < FAKE_DOMAINS ? &fake_domains[id] : NULL;

    if (d)
        d->refs++;
    return d;
}

struct domain *find_domain(domid_t id)
{
    return id < FAKE_DOMAINS ? find_domain_or_self(id) : NULL;
}

/* A grant table of up to 4 frames, of which the memory has 3. */
#define GRANT_FRAMES    4u
static struct grant_frame grant_frames[GRANT_FRAMES];
static struct grant_frame *grant_list[GRANT_FRAMES];
static struct grant_table grants;

int grant_table_grow(struct domain *d, unsigned int frames)
{
    ck_assert_ptr_eq(d, OTHER);
    if (frames > GRANT_FRAMES - 1)
        return -ENOMEM;
    grants.frame_count = MAX(grants.frame_count, frames);
    return 0;
}

static void start(void)
{
    fake_machine_start(0);
    model_start();
    fake_guest_reset();
    D->is_hardware = D->is_privileged = true;
    vcpu.domain = D;
    fake_current = &vcpu;
    heap_at_start = fake_heap_live;
    for (unsigned int i = 0; i < FAKE_FRAMES; i++)
        m2p[i] = ~0ul;
}

static long memory_op(unsigned long cmd)
{
    long rc = do_memory_op(cmd, AT);

    model_check();
    ck_assert_int_eq(fake_heap_live, heap_at_start);
    return rc;
}

/* The argument of a list of @n extents, for the caller itself. */
static struct xen_memory_reservation *list_of(unsigned long n,
                                              unsigned int order)
{
    struct xen_memory_reservation *r = fake_guest_at(AT);

    *r = (struct xen_memory_reservation){
        .nr_extents = n, .extent_order = order, .domid = DOMAIN_SELF,
    };
    r->extent_start.p = (void *)LIST;
    return r;
}

static void populate(unsigned int n)
{
    list_of(n, 0);
    for (unsigned int i = 0; i < n; i++)
        list[i] = 100 + i;
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap), n);
}

START_TEST(populated_frames_are_told_and_noted)
{
    start();
    list_of(2, 1);
    list[0] = 100;
    list[1] = 200;
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap), 2);
    ck_assert_uint_eq(D->page_count, 4);
    ck_assert_uint_eq(m2p[list[0]], 100);
    ck_assert_uint_eq(m2p[list[0] + 1], 101);
    ck_assert_uint_eq(m2p[list[1] + 1], 201);
    ck_assert_uint_eq(list[2], 0xccccccccccccccccul);
}
END_TEST

static struct frame *fresh;

/* It guesses the number and gives the frame back; another domain gets it. */
static void lose_it(void)
{
    ck_assert(frame_get(fresh, D));
    ck_assert_int_eq(frame_give_up(fresh), 0);
    frame_put(fresh);
    frame_batch_end();
    frame_batch_begin();
    ck_assert_uint_eq(frame_alloc_for(OTHER, 0, 0).n, frame_mfn(fresh).n);
    m2p[frame_mfn(fresh).n] = 777;
}

START_TEST(a_frame_that_is_gone_again_is_numbered_by_its_owner)
{
    mfn_t next;

    start();
    next = page_alloc_frames(0, 0);
    page_free_frames(next, 0);
    fresh = frame_of(next);
    list_of(1, 0);
    list[0] = 100;
    meanwhile = lose_it;
    do_memory_op(XENMEM_populate_physmap, AT);
    meanwhile = NULL;
    ck_assert_ptr_eq(fresh->owner, OTHER);
    ck_assert_uint_eq(m2p[next.n], 777);
    model_check();
}
END_TEST

START_TEST(a_list_ends_early_when_memory_does)
{
    start();
    D->page_max = 3;
    list_of(5, 0);
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap), 3);
    ck_assert_uint_eq(D->page_count, 3);
    list_of(1, 0)->extent_start.p = (void *)HOLE;
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap), 0);
    ck_assert_int_eq(memory_op(XENMEM_increase_reservation), 0);
    ck_assert_int_eq(memory_op(XENMEM_decrease_reservation), 0);
    ck_assert_uint_eq(D->page_count, 3);
}
END_TEST

START_TEST(more_memory_can_be_had_without_being_told_where)
{
    start();
    list_of(2, 0);
    ck_assert_int_eq(memory_op(XENMEM_increase_reservation), 2);
    ck_assert(fake_frame(list[0])->owner == D);
    ck_assert_uint_eq(m2p[list[0]], ~0ul);
    list_of(3, 0)->extent_start.p = NULL;
    ck_assert_int_eq(memory_op(XENMEM_increase_reservation), 3);
    ck_assert_uint_eq(D->page_count, 5);
}
END_TEST

START_TEST(frames_are_given_back_once_and_only_by_their_owner)
{
    unsigned long mine, foreign;

    start();
    populate(2);
    mine = list[0];
    foreign = frame_alloc_for(OTHER, 0, 0).n;
    list_of(3, 0);
    list[1] = mine;             /* twice */
    ck_assert_int_eq(memory_op(XENMEM_decrease_reservation), 1);
    ck_assert_uint_eq(m2p[mine], ~0ul);
    ck_assert(fake_frame_is_free(mine));
    list[0] = foreign;
    ck_assert_int_eq(memory_op(XENMEM_decrease_reservation), 0);
    list[0] = FAKE_FRAMES + 5;
    ck_assert_int_eq(memory_op(XENMEM_decrease_reservation), 0);
    ck_assert_uint_eq(D->page_count, 1);
    ck_assert_uint_eq(OTHER->page_count, 1);
}
END_TEST

START_TEST(a_long_list_lets_others_run_and_goes_on_where_it_was)
{
    start();
    list_of(4, 0);
    steps_left = 2;
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap), RESTART);
    ck_assert_uint_eq(again[1], AT);
    ck_assert_uint_eq(D->page_count, 2);
    ck_assert_int_eq(memory_op(again[0]), 4);
    ck_assert_uint_eq(D->page_count, 4);
}
END_TEST

START_TEST(lists_that_make_no_sense_do_nothing)
{
    start();
    list_of(0, 0);
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap), 0);
    list_of(~0ul, 0);
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap), 0);
    list_of(2, 19);
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap), 0);
    list_of(2, 0);
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap | 5 << 6), 5);
    ck_assert_int_eq(do_memory_op(XENMEM_populate_physmap, HOLE), 0);
    D->is_hardware = false;     /* then 2 MiB is the most */
    list_of(1, 10);
    ck_assert_int_eq(memory_op(XENMEM_increase_reservation), 0);
    ck_assert_uint_eq(D->page_count, 0);
}
END_TEST

START_TEST(only_the_privileged_act_for_others)
{
    domid_t *id = fake_guest_at(AT);
    unsigned long before;

    start();
    list_of(2, 0)->domid = 1;
    ck_assert_int_eq(memory_op(XENMEM_increase_reservation), 2);
    ck_assert_uint_eq(OTHER->page_count, 2);
    list_of(2, 0)->domid = 77;
    ck_assert_int_eq(memory_op(XENMEM_increase_reservation), 0);
    *id = 1;
    ck_assert_int_eq(memory_op(XENMEM_current_reservation), 2);
    ck_assert_int_eq(memory_op(XENMEM_maximum_reservation), FAKE_FRAMES);
    ck_assert_int_eq(memory_op(XENMEM_maximum_gpfn), 44);
    vcpu.domain = OTHER;
    *id = 0;
    ck_assert_int_eq(memory_op(XENMEM_current_reservation), -EPERM);
    /* None is done, and that is no error. */
    before = D->page_count;
    list_of(2, 0)->domid = 0;
    ck_assert_int_eq(memory_op(XENMEM_increase_reservation), 0);
    ck_assert_uint_eq(D->page_count, before);
    ck_assert_int_eq(do_memory_op(XENMEM_current_reservation, HOLE), -EFAULT);
    ck_assert_int_eq(memory_op(XENMEM_machphys_mapping), 55);
    ck_assert_int_eq(memory_op(XENMEM_machphys_mapping | 1 << 6), -ENOSYS);
}
END_TEST

/* From @in extents of 2^@in_order to @n of 2^@order. */
static void exchange_of(unsigned long in, unsigned int in_order,
                        unsigned long n, unsigned int order)
{
    *x = (struct xen_memory_exchange){
        .in = { .nr_extents = in, .extent_order = in_order,
                .domid = DOMAIN_SELF },
        .out = { .nr_extents = n, .extent_order = order,
                 .domid = DOMAIN_SELF },
    };
    x->in.extent_start.p = (void *)LIST;
    x->out.extent_start.p = (void *)OUT;
}

START_TEST(single_frames_become_one_extent)
{
    uint64_t old[4];

    start();
    populate(4);
    for (unsigned int i = 0; i < 4; i++)
        old[i] = list[i];
    exchange_of(4, 0, 1, 2);
    out[0] = 300;
    ck_assert_int_eq(memory_op(XENMEM_exchange), 0);
    ck_assert_uint_eq(x->nr_exchanged, 4);
    ck_assert_uint_eq(out[0] & 3, 0);
    ck_assert_uint_eq(m2p[out[0] + 3], 303);
    ck_assert_uint_eq(D->page_count, 4);
    for (unsigned int i = 0; i < 4; i++)
        ck_assert(fake_frame_is_free(old[i]));
}
END_TEST

START_TEST(an_exchange_that_fails_changes_nothing)
{
    uint64_t old[4];

    start();
    populate(4);
    for (unsigned int i = 0; i < 4; i++)
        old[i] = list[i];
    exchange_of(4, 0, 1, 2);
    list[3] = frame_alloc_for(OTHER, 0, 0).n;
    ck_assert_int_eq(memory_op(XENMEM_exchange), -EINVAL);
    list[3] = list[0];
    ck_assert_int_eq(memory_op(XENMEM_exchange), -EINVAL);
    list[3] = old[3];
    while (!mfn_eq(frame_alloc_for(OTHER, 2, 0), INVALID_MFN))
        ;                       /* none of that size is left */
    ck_assert_int_eq(memory_op(XENMEM_exchange), -ENOMEM);
    ck_assert_uint_eq(x->nr_exchanged, 0);
    for (unsigned int i = 0; i < 4; i++) {
        ck_assert(fake_frame(old[i])->owner == D);
        ck_assert_uint_eq(m2p[old[i]], 100 + i);
    }
}
END_TEST

START_TEST(an_exchange_needs_no_room_below_the_maximum)
{
    start();
    populate(4);
    D->page_max = 3;            /* the tools have lowered it */
    exchange_of(4, 0, 1, 2);
    ck_assert_int_eq(memory_op(XENMEM_exchange), 0);
    ck_assert_uint_eq(D->page_count, 4);
}
END_TEST

START_TEST(an_exchange_is_refused_by_its_figures)
{
    static const struct { unsigned long in; unsigned int in_order;
                          unsigned long out; unsigned int order; long rc; }
    cases[] = {
        { 4, 0, 1, 1, -EINVAL },            /* sums differ */
        { 1024, 0, 1, 10, -EPERM },         /* larger than we move */
        { 1, 19, 1, 19, -EPERM },
        { 1ul << 63, 0, 1ul << 62, 1, -EINVAL },
        { ~0ul, 1, ~0ul, 1, -EINVAL },
    };

    start();
    for (unsigned int i = 0; i < ARRAY_SIZE(cases); i++) {
        exchange_of(cases[i].in, cases[i].in_order, cases[i].out,
                    cases[i].order);
        ck_assert_int_eq(memory_op(XENMEM_exchange), cases[i].rc);
    }
    exchange_of(4, 0, 2, 1);
    x->nr_exchanged = 1;                    /* half of an output extent */
    ck_assert_int_eq(memory_op(XENMEM_exchange), -EINVAL);
    x->nr_exchanged = 5;
    ck_assert_int_eq(memory_op(XENMEM_exchange), -EINVAL);
    exchange_of(4, 0, 2, 1);
    x->out.domid = 1;
    ck_assert_int_eq(memory_op(XENMEM_exchange), -EINVAL);
    x->in.domid = x->out.domid = 77;
    ck_assert_int_eq(memory_op(XENMEM_exchange), -ESRCH);
    ck_assert_int_eq(memory_op(XENMEM_exchange | 1 << 6), -EINVAL);
    ck_assert_int_eq(do_memory_op(XENMEM_exchange, HOLE), -EFAULT);
    exchange_of(1, 0, 1, 0);
    x->in.extent_start.p = (void *)HOLE;
    ck_assert_int_eq(memory_op(XENMEM_exchange), -EFAULT);
    x->out.extent_start.p = (void *)HOLE;
    ck_assert_int_eq(memory_op(XENMEM_exchange), -EFAULT);
    fake_heap_budget = 0;
    ck_assert_int_eq(memory_op(XENMEM_exchange), -ENOMEM);
    fake_heap_budget = -1;
}
END_TEST

START_TEST(a_long_exchange_goes_on_where_it_was)
{
    start();
    populate(4);
    exchange_of(4, 0, 2, 1);
    steps_left = 1;
    ck_assert_int_eq(memory_op(XENMEM_exchange), RESTART);
    ck_assert_uint_eq(x->nr_exchanged, 2);
    ck_assert_int_eq(memory_op(again[0]), 0);
    ck_assert_uint_eq(x->nr_exchanged, 4);
    ck_assert_uint_eq(D->page_count, 4);
}
END_TEST

START_TEST(an_extent_becomes_single_frames)
{
    unsigned long old;

    start();
    list_of(1, 2);
    list[0] = 100;
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap), 1);
    old = list[0];
    exchange_of(1, 2, 4, 0);
    for (unsigned int i = 0; i < 4; i++)
        out[i] = 400 + 10 * i;
    ck_assert_int_eq(memory_op(XENMEM_exchange), 0);
    ck_assert_uint_eq(x->nr_exchanged, 1);
    for (unsigned int i = 0; i < 4; i++) {
        ck_assert(fake_frame_is_free(old + i));
        ck_assert_uint_eq(m2p[out[i]], 400 + 10 * i);
    }
    ck_assert_uint_eq(D->page_count, 4);
}
END_TEST

START_TEST(a_frame_in_use_is_not_exchanged)
{
    struct frame *used;

    start();
    populate(2);
    used = fake_frame(list[0]);
    ck_assert(frame_get(used, D));
    model_add(used, HOLDS_REFERENCE, FRAME_NONE);
    exchange_of(2, 0, 2, 0);
    ck_assert_int_eq(memory_op(XENMEM_exchange), -EINVAL);
    ck_assert_uint_eq(x->nr_exchanged, 0);
    ck_assert_uint_eq(D->page_count, 2);
    ck_assert(used->owner == D);
}
END_TEST

/* What the guest cannot be told of it does not keep. */
START_TEST(an_extent_whose_number_cannot_be_stored_goes_back)
{
    start();
    list_of(1, 1);
    list[0] = 100;
    fake_guest_is_read_only = true;
    ck_assert_int_eq(memory_op(XENMEM_populate_physmap), 0);
    ck_assert_int_eq(memory_op(XENMEM_increase_reservation), 0);
    ck_assert_uint_eq(D->page_count, 0);
    ck_assert_uint_eq(fake_free_count(), FAKE_FRAMES - 1);
}
END_TEST

/* --- frames of the hypervisor's --- */

static struct xen_mem_acquire_resource *resource(domid_t id, uint32_t n,
                                                 uint64_t from)
{
    struct xen_mem_acquire_resource *r = fake_guest_at(AT);

    *r = (struct xen_mem_acquire_resource){
        .domid = id, .type = XENMEM_resource_grant_table, .nr_frames = n,
        .frame = from,
    };
    r->frame_list.p = (void *)LIST;
    return r;
}

static void start_grants(void)
{
    start();
    grants = (struct grant_table){ .frame_max = GRANT_FRAMES,
                                   .frame = grant_list };
    for (unsigned int i = 0; i < GRANT_FRAMES; i++) {
        grant_frames[i].mfn = mfn(40 + i);
        grant_list[i] = &grant_frames[i];
    }
    OTHER->grants = &grants;
}

START_TEST(a_grant_tables_frames_are_told_to_who_builds_the_domain)
{
    struct xen_mem_acquire_resource *r;

    start_grants();
    r = resource(1, 2, 1);
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), 0);
    ck_assert_uint_eq(list[0], 41);
    ck_assert_uint_eq(list[1], 42);
    ck_assert_uint_eq(grants.frame_count, 3);
    r = resource(1, 0, 0);
    r->frame_list.p = NULL;
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), 0);
    ck_assert_uint_eq(r->nr_frames, GRANT_FRAMES);
    resource(1, 0, 0);
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -EINVAL);
}
END_TEST

START_TEST(no_other_resource_is_told)
{
    struct xen_mem_acquire_resource *r;

    start_grants();
    resource(1, 1, GRANT_FRAMES);
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -EINVAL);
    resource(1, 2, ~0ul);
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -EINVAL);
    resource(1, ~0u, 1);
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -EINVAL);
    resource(1, GRANT_FRAMES, 0);
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -ENOMEM);
    r = resource(1, 1, 0);
    r->frame_list.p = NULL;
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -EINVAL);
    r = resource(1, 1, 0);
    r->frame_list.p = (void *)HOLE;
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -EFAULT);
    r = resource(1, 1, 0);
    r->id = XENMEM_resource_grant_table_id_status;
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -EINVAL);
    r = resource(1, 1, 0);
    r->type = XENMEM_resource_ioreq_server;
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -EINVAL);
    r = resource(1, 1, 0);
    r->type = XENMEM_resource_vmtrace_buf + 1;
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -EOPNOTSUPP);
    r = resource(1, 1, 0);
    r->pad = 1;
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -EINVAL);
    resource(0, 1, 0);
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -EPERM);
    resource(9, 1, 0);
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -ESRCH);
    resource(1, 1, 0);
    D->is_privileged = false;
    ck_assert_int_eq(memory_op(XENMEM_acquire_resource), -EPERM);
}
END_TEST

int main(void)
{
    return UNIT_RUN("reservation",
        populated_frames_are_told_and_noted,
        a_frame_that_is_gone_again_is_numbered_by_its_owner,
        a_list_ends_early_when_memory_does,
        more_memory_can_be_had_without_being_told_where,
        frames_are_given_back_once_and_only_by_their_owner,
        a_long_list_lets_others_run_and_goes_on_where_it_was,
        lists_that_make_no_sense_do_nothing,
        only_the_privileged_act_for_others,
        single_frames_become_one_extent,
        an_exchange_that_fails_changes_nothing,
        an_exchange_needs_no_room_below_the_maximum,
        an_exchange_is_refused_by_its_figures,
        a_long_exchange_goes_on_where_it_was,
        an_extent_becomes_single_frames,
        a_frame_in_use_is_not_exchanged,
        an_extent_whose_number_cannot_be_stored_goes_back,
        a_grant_tables_frames_are_told_to_who_builds_the_domain,
        no_other_resource_is_told);
}
