/* SPDX-License-Identifier: MIT */
/*
 * domain_test.c - domains are made, found, held and ended: nothing is left of
 * one that failed half-way, and a record lives as long as its last reference.
 */
#include <string.h>
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/grant_table.h>
#include <hv/guest_console.h>
#include <hv/log_dirty.h>
#include <hv/pci_right.h>
#include <hv/pirq.h>
#include <hv/ring_console.h>
#include <hv/sched.h>
#include <hv/vcpu.h>
#include "fake_heap.h"
#include "fake_printk.h"
#include "fake_spinlock.h"
#include "unit.h"

unsigned int fake_cpu;
struct vcpu *fake_current;

static struct shared_info page;
static unsigned int arch_domains, arch_vcpus, scheduled, closed, relinquish_calls;
static unsigned int exceptions, slept, woken;
static int relinquish_rounds;
static bool arch_fails;             /* to make a domain */
static unsigned int waited, vcpus_that_fit = ~0u;

/* -- what a domain is made of ---------------------------------------------- */

int arch_domain_create(struct domain *d)
{
    if (arch_fails)
        return -ENOMEM;
    d->shared_info = &page;
    arch_domains++;
    return 0;
}

void arch_domain_destroy(struct domain *d) { (void)d; arch_domains--; }

int arch_domain_relinquish(struct domain *d)
{
    (void)d;
    relinquish_calls++;
    return relinquish_rounds-- > 0 ? -ERESTART : 0;
}

int arch_vcpu_create(struct vcpu *v)
{
    (void)v;
    if (fake_heap_budget == 0)
        return -ENOMEM;
    arch_vcpus++;
    return 0;
}

void arch_vcpu_destroy(struct vcpu *v) { (void)v; arch_vcpus--; }

struct vcpu_info *arch_vcpu_info_in_shared(struct domain *d, unsigned int id)
{
    (void)d;
    return id < XEN_LEGACY_MAX_VCPUS ? &page.vcpu_info[id] : NULL;
}

int sched_add_vcpu(struct vcpu *v)
{
    if (v->id >= vcpus_that_fit)
        return -ENOMEM;
    scheduled++;
    return 0;
}

void sched_remove_vcpu(struct vcpu *v) { (void)v; scheduled--; }
unsigned long page_free_count(void) { return 25; }
void vcpu_timers_create(struct vcpu *v) { (void)v; }
void vcpu_timers_kill(struct vcpu *v) { (void)v; }
void vcpu_sleep_sync(struct vcpu *v) { (void)v; waited++; }
void vcpu_sleep_nosync(struct vcpu *v) { (void)v; slept++; }
void vcpu_wake(struct vcpu *v) { (void)v; woken++; }
void event_domain_close_all(struct domain *d) { (void)d; closed++; }
void event_wait_for_senders(const struct domain *d) { (void)d; }
void pirq_domain_destroy(struct domain *d) { (void)d; }
void pci_right_end(const struct domain *d) { (void)d; }
void guest_console_forget(domid_t domid) { (void)domid; }
void ring_console_close(struct domain *d) { (void)d; }
void ring_console_destroy(struct domain *d) { (void)d; }

int grant_release_all(struct domain *d) { (void)d; return 0; }

int grant_domain_create(struct domain *d, const struct domain_config *config)
{
    (void)d;
    (void)config;
    return 0;
}

void grant_domain_destroy(struct domain *d) { (void)d; }
void event_domain_destroy(struct domain *d) { (void)d; }
void log_dirty_destroy(struct domain *d) { (void)d; }

int event_domain_create(struct domain *d, unsigned int max_ports)
{
    (void)d;
    (void)max_ports;
    return fake_heap_budget == 0 ? -ENOMEM : 0;
}

void event_virq_raise_global(unsigned int virq)
{
    UNIT_REQUIRE(virq == VIRQ_DOM_EXC && !fake_locks_held);
    exceptions++;
}

/* -------------------------------------------------------------------------- */

static struct vcpu *caller_vcpus[1];
static struct vcpu caller_vcpu;

static struct domain *create(domid_t id, unsigned int vcpus, int *rc)
{
    struct domain_config config = { .name = "guest", .max_vcpus = vcpus };
    struct domain *d = domain_create(id, &config, rc);

    if (d) {
        ck_assert_int_eq(d->refs, 2);
        domain_put(d);
    }
    return d;
}

static void set_up(void)
{
    struct domain_config config = {
        .name = "Domain-0", .max_vcpus = 1, .is_privileged = true,
        .is_hardware = true,
    };
    int rc;

    domain_init();
    ck_assert(domain_create(0, &config, &rc) == dom0);
    domain_put(dom0);
    caller_vcpu.domain = dom0;
    caller_vcpus[0] = fake_current = &caller_vcpu;
}

START_TEST(a_new_domain_is_listed_paused_and_down)
{
    struct domain *d;
    int rc;

    set_up();
    d = create(3, 40, &rc);
    ck_assert_int_eq(rc, 0);
    ck_assert_int_eq(d->refs, 1);
    ck_assert_uint_eq(d->pause_count, 1);
    ck_assert_uint_eq(d->control_pause_count, 1);
    ck_assert_uint_eq(d->max_vcpus, 40);
    ck_assert_uint_eq(d->vcpu[39]->pause_flags, 1ul << VCPU_PAUSE_DOWN);
    ck_assert(d->vcpu[39]->info == NULL);
    ck_assert(d->vcpu[1]->info == &page.vcpu_info[1]);
    ck_assert(find_domain(3) == d);
    ck_assert_int_eq(d->refs, 2);
    domain_put(d);
    ck_assert_int_eq(domain_control_unpause(d), 0);
    ck_assert_uint_eq(woken, 40);
    ck_assert_int_eq(domain_control_unpause(d), -EINVAL);
    ck_assert_uint_eq(d->pause_count, 0);
    vcpu_bring_up(d->vcpu[2]);
    ck_assert_uint_eq(woken, 41);
    vcpu_bring_up(d->vcpu[2]);
    ck_assert_uint_eq(woken, 41);
}
END_TEST

START_TEST(numbers_are_checked_and_taken_once)
{
    int rc;

    set_up();
    ck_assert(!create(DOMID_FIRST_RESERVED, 1, &rc) && rc == -EINVAL);
    ck_assert(!create(1, 0, &rc) && rc == -EINVAL);
    ck_assert(!create(1, MAX_VCPUS + 1, &rc) && rc == -EINVAL);
    ck_assert(create(1, 1, &rc) && rc == 0);
    ck_assert(!create(1, 1, &rc) && rc == -EEXIST);
    ck_assert_uint_eq(arch_domains, 2);
    ck_assert_uint_eq(arch_vcpus, 2);
    ck_assert_uint_eq(scheduled, 2);
}
END_TEST

START_TEST(a_number_is_chosen_that_was_free_for_long)
{
    struct domain_config config = { .name = "guest", .max_vcpus = 1 };
    struct domain *d;
    domid_t first;
    int rc;

    set_up();
    first = domain_free_id();
    ck_assert(create((domid_t)(first + 1), 1, &rc));
    d = domain_create_any(&config, &rc);
    ck_assert_int_eq(d->id, first + 2);
    ck_assert_int_eq(d->refs, 2);
    ck_assert_int_eq(domain_destroy(d), 0);
    domain_put(d);
    d = domain_create_any(&config, &rc);
    ck_assert_int_eq(d->id, first + 3);     /* not the one that just ended */
    domain_put(d);
    while (domain_free_id() < DOMID_FIRST_RESERVED - 1)
        continue;
    ck_assert_int_eq(domain_free_id(), 1);  /* round the end */
}
END_TEST

START_TEST(the_tools_end_only_pauses_of_their_own)
{
    struct domain *d;
    int rc;

    set_up();
    d = create(4, 2, &rc);
    domain_pause(d);
    ck_assert_int_eq(domain_control_pause(d), 0);
    ck_assert_uint_eq(d->pause_count, 2);       /* the tools' count as one */
    ck_assert_int_eq(domain_control_unpause(d), 0);
    ck_assert_uint_eq(d->pause_count, 2);
    ck_assert_int_eq(domain_control_unpause(d), 0);
    ck_assert_uint_eq(d->pause_count, 1);
    ck_assert_int_eq(domain_control_unpause(d), -EINVAL);
    ck_assert_uint_eq(d->pause_count, 1);
    for (unsigned int i = 0; i < 255; i++)
        ck_assert_int_eq(domain_control_pause(d), 0);
    ck_assert_int_eq(domain_control_pause(d), -EOVERFLOW);
    ck_assert_uint_eq(d->pause_count, 2);
}
END_TEST

START_TEST(who_initialises_a_vcpu_is_waited_for)
{
    struct domain *d;
    int rc;

    set_up();
    d = create(6, 2, &rc);
    ck_assert(domain_get(d));
    relinquish_calls = relinquish_rounds = 0;
    d->vcpu[1]->is_being_initialised = true;
    ck_assert_int_eq(domain_destroy(d), -ERESTART);
    ck_assert_int_eq(d->dying, DOMAIN_DYING);
    ck_assert_uint_eq(relinquish_calls, 0);
    d->vcpu[1]->is_being_initialised = false;
    ck_assert_int_eq(domain_destroy(d), 0);
    domain_put(d);
}
END_TEST

START_TEST(the_list_ascends_and_reserved_numbers_are_not_found)
{
    static const domid_t ids[] = { 7, 2, 9, 1, 5 };
    struct domain *d;
    int rc, last = -1;

    set_up();
    for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
        ck_assert(create(ids[i], 1, &rc));
    list_for_each(d, &domain_list, list) {
        ck_assert_int_gt(d->id, last);
        last = d->id;
    }
    ck_assert_int_eq(last, 9);
    d = find_domain_from(3);
    ck_assert_int_eq(d->id, 5);
    domain_put(d);
    ck_assert_ptr_null(find_domain_from(10));
    ck_assert_ptr_null(find_domain(3));
    ck_assert_ptr_null(find_domain(DOMAIN_SELF));
    ck_assert_ptr_null(find_domain(DOMAIN_IO));
    d = find_domain_or_self(DOMAIN_SELF);
    ck_assert(d == dom0 && d->refs == 2);
}
END_TEST

START_TEST(a_failure_at_any_point_leaves_nothing)
{
    long live;
    int rc = -ENOMEM;

    set_up();
    live = fake_heap_live;
    for (long budget = 0; rc; budget++) {
        fake_heap_budget = budget;
        if (create(1, 4, &rc))
            break;
        ck_assert_int_eq(rc, -ENOMEM);
        ck_assert_ptr_nonnull(strstr(fake_printk_last, "before it has any"));
        ck_assert_int_eq(fake_heap_live, live);
        ck_assert_uint_eq(arch_domains, 1);
        ck_assert_uint_eq(arch_vcpus, 1);
        ck_assert_uint_eq(scheduled, 1);
        ck_assert_ptr_null(find_domain(1));
    }
    ck_assert_int_gt(fake_heap_live, live);
}
END_TEST

START_TEST(what_its_vcpus_lack_room_for_is_undone)
{
    long live;
    int rc;

    set_up();
    live = fake_heap_live;
    arch_fails = true;
    ck_assert(!create(1, 4, &rc) && rc == -ENOMEM);
    ck_assert_uint_eq(arch_domains, 1);
    arch_fails = false;
    vcpus_that_fit = 2;
    ck_assert(!create(1, 4, &rc) && rc == -ENOMEM);
    ck_assert_uint_eq(arch_domains, 1);
    ck_assert_uint_eq(arch_vcpus, 1);
    ck_assert_uint_eq(scheduled, 1);
    ck_assert_int_eq(fake_heap_live, live);
    ck_assert_ptr_null(find_domain(1));
}
END_TEST

START_TEST(a_destroyed_domain_lives_until_its_last_reference)
{
    struct domain *d;
    long live;
    int rc;

    set_up();
    live = fake_heap_live;
    d = create(1, 2, &rc);
    ck_assert(find_domain(1) == d);
    relinquish_rounds = 2;
    ck_assert_int_eq(domain_destroy(d), -ERESTART);
    ck_assert_int_eq(d->dying, DOMAIN_DYING);
    ck_assert_uint_eq(d->pause_count, 2);
    ck_assert_int_eq(domain_destroy(d), -ERESTART);
    ck_assert_uint_eq(d->pause_count, 2);       /* once */
    ck_assert_int_eq(domain_destroy(d), 0);
    ck_assert_int_eq(d->dying, DOMAIN_DEAD);
    ck_assert_int_eq(d->refs, 1);
    ck_assert_uint_eq(exceptions, 1);
    ck_assert_ptr_null(find_domain(1));
    ck_assert_int_eq(domain_destroy(d), 0);     /* is dead: nothing more */
    ck_assert_uint_eq(relinquish_calls, 3);
    ck_assert(create(1, 1, &rc));               /* its number is free */
    ck_assert_uint_eq(arch_domains, 3);
    domain_put(d);
    ck_assert_uint_eq(arch_domains, 2);
    d = find_domain(1);
    ck_assert_int_eq(domain_destroy(d), 0);
    domain_put(d);
    ck_assert_int_eq(fake_heap_live, live);
    ck_assert_uint_eq(arch_vcpus, 1);
}
END_TEST

START_TEST(two_that_end_a_domain_do_not_meet)
{
    struct domain *d;
    int rc;

    set_up();
    d = create(5, 2, &rc);
    ck_assert(domain_get(d));
    relinquish_rounds = relinquish_calls = 0;
    d->is_giving_back = true;
    ck_assert_int_eq(domain_destroy(d), -ERESTART);
    ck_assert_int_eq(relinquish_calls, 0);
    ck_assert_int_eq(d->dying, DOMAIN_DYING);
    ck_assert_uint_eq(d->pause_count, 2);       /* one of creation's */
    ck_assert_int_eq(domain_destroy(d), -ERESTART);
    ck_assert_uint_eq(d->pause_count, 2);
    d->is_giving_back = false;
    ck_assert_int_eq(domain_destroy(d), 0);
    ck_assert_int_eq(relinquish_calls, 1);
    domain_put(d);
}
END_TEST

START_TEST(domain_0_and_the_owners_are_not_destroyed)
{
    set_up();
    ck_assert_int_eq(domain_destroy(dom0), -EINVAL);
    ck_assert_int_eq(domain_destroy(dom_io), -EINVAL);
    ck_assert_int_eq(dom0->dying, DOMAIN_ALIVE);
}
END_TEST

START_TEST(a_record_without_references_is_not_revived)
{
    struct domain d = { .refs = 0 };

    ck_assert(!domain_get(&d));
    ck_assert_int_eq(d.refs, 0);
    d.refs = INT32_MAX;
    ck_assert(!domain_get(&d));
    d.refs = 1;
    ck_assert(domain_get(&d));
    ck_assert_int_eq(d.refs, 2);
}
END_TEST

START_TEST(owners_of_frames_are_found_by_reserved_numbers)
{
    struct domain *d;
    int rc;

    set_up();
    d = create(3, 1, &rc);
    ck_assert(find_frame_owner(DOMAIN_IO) == dom_io);
    ck_assert_int_eq(dom_io->refs, 2);
    ck_assert(find_frame_owner(DOMAIN_HV) == dom_hv);
    ck_assert_int_eq(dom_hv->refs, 2);
    ck_assert(find_frame_owner(3) == d);
    ck_assert_int_eq(d->refs, 2);
    ck_assert(find_frame_owner(DOMAIN_SELF) == dom0);
    ck_assert_int_eq(dom0->refs, 2);
    ck_assert_ptr_null(find_frame_owner(4));
    ck_assert_ptr_null(find_frame_owner(DOMAIN_INVALID));
    dom_io->refs = INT32_MAX;
    ck_assert_ptr_null(find_frame_owner(DOMAIN_IO));
    ck_assert_uint_eq(domain_count(), 2);   /* owners are not listed */
}
END_TEST

START_TEST(one_with_as_many_references_as_can_be_is_not_found)
{
    struct domain *d;
    int rc;

    set_up();
    d = create(3, 1, &rc);
    d->refs = INT32_MAX;
    ck_assert_ptr_null(find_domain(3));
    ck_assert_ptr_null(find_domain_or_self(3));
    ck_assert_int_eq(d->refs, INT32_MAX);
    dom0->refs = INT32_MAX;
    ck_assert_ptr_null(find_domain_or_self(DOMAIN_SELF));
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(a_domain_has_the_name_and_handle_it_was_given)
{
    static const uint8_t handle[16] = "0123456789abcde";
    struct domain_config config = {
        .name = "a name of more than thirty-one letters", .max_vcpus = 1,
        .handle = handle, .is_boot_guest = true,
    };
    struct domain *d;
    int rc;

    set_up();
    d = domain_create(9, &config, &rc);
    ck_assert_mem_eq(d->handle, handle, 16);
    ck_assert_str_eq(d->name, "a name of more than thirty-one ");
    ck_assert(d->is_boot_guest && !d->is_privileged && !d->is_hardware);
    ck_assert(dom0 != d);
    domain_put(d);
}
END_TEST

START_TEST(a_limit_below_what_it_has_takes_nothing_away)
{
    struct domain *d;
    int rc;

    set_up();
    d = create(3, 1, &rc);
    d->page_count = 10;
    domain_set_page_max(d, 4);
    ck_assert_uint_eq(d->page_max, 4);
    ck_assert_uint_eq(d->page_count, 10);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(all_that_boot_made_start_at_once)
{
    struct domain *d, *paused;
    int rc;

    set_up();
    d = create(3, 2, &rc);
    paused = create(4, 1, &rc);
    domain_pause(paused);
    domains_start();
    ck_assert_uint_eq(dom0->pause_count, 0);
    ck_assert_uint_eq(d->pause_count, 0);
    ck_assert_uint_eq(paused->pause_count, 1);
    ck_assert_uint_eq(woken, 3);
    domains_start();
    ck_assert_uint_eq(paused->pause_count, 1);      /* is not the tools' */
    ck_assert_uint_eq(woken, 3);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(a_vcpu_is_found_by_a_number_below_the_count_alone)
{
    struct domain *d;
    int rc;

    set_up();
    d = create(3, 2, &rc);
    ck_assert(domain_vcpu(d, 1) == d->vcpu[1]);
    ck_assert_ptr_null(domain_vcpu(d, 2));
    ck_assert_ptr_null(domain_vcpu(d, ~0u));
}
END_TEST

START_TEST(a_vcpu_goes_on_when_the_last_pause_ends)
{
    struct domain *d;
    struct vcpu *v;
    int rc;

    set_up();
    d = create(3, 2, &rc);
    v = d->vcpu[1];
    waited = woken = 0;
    vcpu_pause(v);
    ck_assert_uint_eq(waited, 1);
    vcpu_pause_nosync(v);
    ck_assert_uint_eq(waited, 1);
    ck_assert_uint_eq(v->pause_count, 2);
    vcpu_unpause(v);
    ck_assert_uint_eq(woken, 0);
    vcpu_unpause(v);
    ck_assert_uint_eq(woken, 1);
    ck_assert_uint_eq(v->pause_count, 0);
}
END_TEST

/* The numbers of all domains that can be, but for domain 0's. */
static struct domain all[DOMID_FIRST_RESERVED];

START_TEST(when_all_numbers_are_taken_there_is_none)
{
    struct domain_config config = { .name = "guest", .max_vcpus = 1 };
    long live;
    int rc = 0;

    set_up();
    live = fake_heap_live;
    for (unsigned int id = 1; id < DOMID_FIRST_RESERVED; id++) {
        all[id].id = (domid_t)id;
        list_add_tail(&all[id].list, &domain_list);
    }
    ck_assert_uint_eq(domain_free_id(), DOMAIN_INVALID);
    ck_assert_ptr_null(domain_create_any(&config, &rc));
    ck_assert_int_eq(rc, -ENOMEM);
    ck_assert_int_eq(fake_heap_live, live);
    list_del(&all[77].list);
    ck_assert_uint_eq(domain_free_id(), 77);
    ck_assert_uint_eq(domain_free_id(), 77);    /* nobody took it */
}
END_TEST

int main(void)
{
    return UNIT_RUN("domain", a_new_domain_is_listed_paused_and_down,
                    numbers_are_checked_and_taken_once,
                    a_number_is_chosen_that_was_free_for_long,
                    the_tools_end_only_pauses_of_their_own,
                    who_initialises_a_vcpu_is_waited_for,
                    the_list_ascends_and_reserved_numbers_are_not_found,
                    a_failure_at_any_point_leaves_nothing,
                    a_destroyed_domain_lives_until_its_last_reference,
                    two_that_end_a_domain_do_not_meet,
                    domain_0_and_the_owners_are_not_destroyed,
                    a_record_without_references_is_not_revived,
                    what_its_vcpus_lack_room_for_is_undone,
                    owners_of_frames_are_found_by_reserved_numbers,
                    one_with_as_many_references_as_can_be_is_not_found,
                    a_domain_has_the_name_and_handle_it_was_given,
                    a_limit_below_what_it_has_takes_nothing_away,
                    all_that_boot_made_start_at_once,
                    a_vcpu_is_found_by_a_number_below_the_count_alone,
                    a_vcpu_goes_on_when_the_last_pause_ends,
                    when_all_numbers_are_taken_there_is_none);
}
