/* SPDX-License-Identifier: MIT */
/*
 * vcpu_affinity_test.c - where a vcpu may run, asked for and set by tools: what
 * they are told, whose masks cannot be read or written, what an override keeps
 * from them, and that a mistake changes nothing.
 */
#include <string.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/sched.h>
#include <hv/vcpu.h>
#include <public/domctl.h>
#include "fake_guest.h"
#include "fake_runqueue.h"
#include "unit.h"

#define HARD        (FAKE_GUEST_VA + 0x100)
#define SOFT        (FAKE_GUEST_VA + 0x200)
#define END         (FAKE_GUEST_VA + FAKE_GUEST_SIZE)
#define WILD        0xffff800000000000ul
#define CPUS        5u          /* and number 9 */
#define ALL         0x3ff       /* masks have as many bits as there are numbers */
#define BOTH        (XEN_VCPUAFFINITY_HARD | XEN_VCPUAFFINITY_SOFT)

static struct vcpu vcpu;
static struct vcpu *vcpus[3] = { &vcpu };
static struct domain domain = { .id = 3, .max_vcpus = 3, .vcpu = vcpus };
static struct xen_domctl op;
static struct xen_domctl_vcpuaffinity *const a = &op.u.vcpuaffinity;
static uint8_t *const hard = fake_guest + (HARD - FAKE_GUEST_VA);
static uint8_t *const soft = fake_guest + (SOFT - FAKE_GUEST_VA);

const struct cpu_topology *cpu_topology(unsigned int cpu)
{
    ck_abort_msg("nobody asks where CPU %u lies", cpu);
}

/* The vcpu may run anywhere, and sleeps. */
static void start(void)
{
    fake_guest_reset();
    fake_runqueue_start(CPUS);
    cpu_mark_online(9);
    vcpu.domain = &domain;
    memset(&vcpu.affinity, 0xff, sizeof(vcpu.affinity));
    memset(&vcpu.affinity_soft, 0xff, sizeof(vcpu.affinity_soft));
}

static void arguments(uint32_t flags)
{
    *a = (struct xen_domctl_vcpuaffinity){
        .flags = flags,
        .cpumap_hard = { .bitmap.p = (uint8_t *)HARD, .nr_bits = 16 },
        .cpumap_soft = { .bitmap.p = (uint8_t *)SOFT, .nr_bits = 16 },
    };
}

static int ask(uint32_t flags)
{
    fake_guest_reset();
    arguments(flags);
    return domctl_getvcpuaffinity(&domain, &op);
}

static int set(uint32_t flags, uint16_t to_hard, uint16_t to_soft)
{
    fake_guest_reset();
    memcpy(hard, &to_hard, 2);
    memcpy(soft, &to_soft, 2);
    arguments(flags);
    return domctl_setvcpuaffinity(&domain, &op);
}

static unsigned int word(const uint8_t *at)
{
    return at[0] | at[1] << 8;
}

/* What was asked for. */
static void require(uint16_t is_hard, uint16_t is_soft)
{
    ck_assert_int_eq(ask(BOTH), 0);
    ck_assert_uint_eq(word(hard), is_hard);
    ck_assert_uint_eq(word(soft), is_soft);
}

START_TEST(what_was_asked_for_is_told_again)
{
    start();
    require(ALL, ALL);
    ck_assert_int_eq(set(BOTH, 0x146, 0xff0f), 0);
    require(0x146, 0x30f);
}
END_TEST

START_TEST(who_sets_is_told_what_is_in_force)
{
    start();
    ck_assert_int_eq(set(BOTH, 0x146, 0xfff3), 0);
    ck_assert_uint_eq(word(hard), 0x06);        /* of those that run */
    ck_assert_uint_eq(word(soft), 0x02);        /* and that it may use */
    ck_assert_int_eq(set(XEN_VCPUAFFINITY_SOFT, 0, 0x11), 0);
    ck_assert_uint_eq(word(soft), 0);
    require(0x146, 0x11);
}
END_TEST

START_TEST(only_what_the_flags_name_is_told)
{
    start();
    ck_assert_int_eq(ask(XEN_VCPUAFFINITY_HARD), 0);
    ck_assert_uint_eq(word(hard), ALL);
    ck_assert_uint_eq(word(soft), 0xcccc);
    ck_assert_int_eq(ask(XEN_VCPUAFFINITY_SOFT), 0);
    ck_assert_uint_eq(word(hard), 0xcccc);
    ck_assert_uint_eq(word(soft), ALL);
}
END_TEST

START_TEST(only_what_the_flags_name_is_set)
{
    start();
    ck_assert_int_eq(set(XEN_VCPUAFFINITY_HARD, 5, 2), 0);
    ck_assert_uint_eq(word(soft), 2);           /* not written */
    require(5, ALL);
    ck_assert_int_eq(set(XEN_VCPUAFFINITY_SOFT, 8, 4), 0);
    ck_assert_uint_eq(word(hard), 8);
    require(5, 4);
    a->cpumap_hard.bitmap.p = NULL;             /* nobody looks at it */
    a->flags = XEN_VCPUAFFINITY_SOFT;
    ck_assert_int_eq(domctl_getvcpuaffinity(&domain, &op), 0);
    ck_assert_int_eq(domctl_setvcpuaffinity(&domain, &op), 0);
}
END_TEST

START_TEST(flags_and_masks_that_do_not_fit_are_refused)
{
    start();
    ck_assert_int_eq(ask(0), -EINVAL);
    ck_assert_int_eq(set(0, 1, 1), -EINVAL);
    for (unsigned int i = 0; i < 2; i++) {
        arguments(BOTH);
        *(i ? &a->cpumap_hard : &a->cpumap_soft) = (struct xenctl_bitmap){
            .nr_bits = 16,
        };
        ck_assert_int_eq(domctl_getvcpuaffinity(&domain, &op), -EINVAL);
        ck_assert_int_eq(domctl_setvcpuaffinity(&domain, &op), -EINVAL);
    }
    require(ALL, ALL);
}
END_TEST

START_TEST(a_vcpu_that_is_not_there_is_an_error)
{
    start();
    arguments(BOTH);
    a->vcpu = 3;                                /* beyond those it has */
    ck_assert_int_eq(domctl_getvcpuaffinity(&domain, &op), -EINVAL);
    ck_assert_int_eq(domctl_setvcpuaffinity(&domain, &op), -EINVAL);
    a->vcpu = ~0u;
    ck_assert_int_eq(domctl_getvcpuaffinity(&domain, &op), -EINVAL);
    ck_assert_int_eq(domctl_setvcpuaffinity(&domain, &op), -EINVAL);
    a->vcpu = 1;                                /* was not made */
    ck_assert_int_eq(domctl_getvcpuaffinity(&domain, &op), -ESRCH);
    ck_assert_int_eq(domctl_setvcpuaffinity(&domain, &op), -ESRCH);
}
END_TEST

START_TEST(masks_out_of_reach_change_nothing)
{
    start();
    ck_assert_int_eq(set(BOTH, 6, 2), 0);
    for (unsigned int i = 0; i < 2; i++) {
        fake_guest_reset();
        memset(hard, 1, 2);
        memset(soft, 1, 2);
        arguments(BOTH);
        (i ? &a->cpumap_hard : &a->cpumap_soft)->bitmap.p = (uint8_t *)WILD;
        ck_assert_int_eq(domctl_setvcpuaffinity(&domain, &op), -EFAULT);
        ck_assert_int_eq(domctl_getvcpuaffinity(&domain, &op), -EFAULT);
        (i ? &a->cpumap_hard : &a->cpumap_soft)->bitmap.p =
            (uint8_t *)(END - 1);
        ck_assert_int_eq(domctl_setvcpuaffinity(&domain, &op), -EFAULT);
        require(6, 2);
    }
}
END_TEST

START_TEST(who_cannot_be_told_is_told_so)
{
    start();
    for (unsigned int i = 0; i < 2; i++) {
        fake_guest_reset();
        memset(hard, 1, 2);
        memset(soft, 1, 2);
        arguments(i ? XEN_VCPUAFFINITY_HARD : XEN_VCPUAFFINITY_SOFT);
        fake_guest_is_read_only = true;
        ck_assert_int_eq(domctl_setvcpuaffinity(&domain, &op), -EFAULT);
        ck_assert_int_eq(domctl_getvcpuaffinity(&domain, &op), -EFAULT);
    }
    require(0x101, 0x101);                      /* it is set all the same */
}
END_TEST

START_TEST(masks_may_be_shorter_or_longer_than_there_are_cpus)
{
    start();
    arguments(XEN_VCPUAFFINITY_HARD);
    hard[0] = 0xff;
    a->cpumap_hard.nr_bits = 2;
    ck_assert_int_eq(domctl_setvcpuaffinity(&domain, &op), 0);
    ck_assert_mem_eq(hard, "\x03\xcc", 2);
    require(3, ALL);
    arguments(XEN_VCPUAFFINITY_HARD);
    fake_guest_reset();
    a->cpumap_hard.nr_bits = 512;
    memset(hard, 0, 64);
    hard[0] = 4;
    hard[63] = 0xff;
    ck_assert_int_eq(domctl_setvcpuaffinity(&domain, &op), 0);
    ck_assert_uint_eq(hard[0], 4);
    ck_assert_uint_eq(hard[63], 0);             /* there is no such CPU */
    arguments(XEN_VCPUAFFINITY_HARD);
    a->cpumap_hard.nr_bits = ~0u;
    ck_assert_int_eq(domctl_getvcpuaffinity(&domain, &op), -E2BIG);
}
END_TEST

START_TEST(a_vcpu_keeps_a_cpu_that_is_there)
{
    start();
    ck_assert_int_eq(set(BOTH, 6, 2), 0);
    ck_assert_int_eq(set(BOTH, 0x40, 1), -EINVAL);
    require(6, 2);
    ck_assert_int_eq(set(BOTH, 0, 1), -EINVAL);
    require(6, 2);
    ck_assert_int_eq(set(XEN_VCPUAFFINITY_SOFT, 0, 0), 0);
    require(6, 0);
}
END_TEST

START_TEST(an_override_ends_by_force_alone)
{
    start();
    ck_assert_int_eq(set(BOTH, 6, 2), 0);
    ck_assert_int_eq(sched_pin_override(&vcpu, 4), 0);
    ck_assert_int_eq(set(XEN_VCPUAFFINITY_HARD, 1, 0), -EBUSY);
    ck_assert_int_eq(set(XEN_VCPUAFFINITY_SOFT, 0, 1), -EBUSY);
    require(0x10, 2);
    ck_assert_int_eq(set(XEN_VCPUAFFINITY_FORCE | XEN_VCPUAFFINITY_SOFT, 0, 1),
                     0);
    require(6, 1);
    ck_assert_int_eq(sched_pin_override(&vcpu, 4), 0);
    ck_assert_int_eq(set(XEN_VCPUAFFINITY_FORCE, 0, 0), 0);
    require(6, 1);
    ck_assert_int_eq(set(XEN_VCPUAFFINITY_FORCE, 0, 0), 0);     /* none: well */
    ck_assert_int_eq(set(XEN_VCPUAFFINITY_FORCE | BOTH, 9, 8), 0);
    require(9, 8);
}
END_TEST

START_TEST(who_may_no_longer_run_there_is_moved_at_once)
{
    start();
    vcpu.is_running = true;
    ck_assert_int_eq(set(XEN_VCPUAFFINITY_SOFT, 0, 2), 0);
    ck_assert(!cpu_set_has(&fake_runqueue_notes.rescheduled, 0));
    ck_assert_int_eq(set(XEN_VCPUAFFINITY_HARD, 2, 0), 0);
    ck_assert(cpu_set_has(&fake_runqueue_notes.rescheduled, 0));
}
END_TEST

int main(void)
{
    return UNIT_RUN("vcpu_affinity", what_was_asked_for_is_told_again,
                    who_sets_is_told_what_is_in_force,
                    only_what_the_flags_name_is_told,
                    only_what_the_flags_name_is_set,
                    flags_and_masks_that_do_not_fit_are_refused,
                    a_vcpu_that_is_not_there_is_an_error,
                    masks_out_of_reach_change_nothing,
                    who_cannot_be_told_is_told_so,
                    masks_may_be_shorter_or_longer_than_there_are_cpus,
                    a_vcpu_keeps_a_cpu_that_is_there,
                    an_override_ends_by_force_alone,
                    who_may_no_longer_run_there_is_moved_at_once);
}
