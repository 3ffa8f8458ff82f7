/* SPDX-License-Identifier: MIT */
/*
 * cpupool_test.c - the one pool of CPUs: tools are told of it, and every way to
 * take something from it, or to add to it, is refused by its own error.
 */
#include <string.h>
#include <hv/cpu.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/sched.h>
#include <hv/sysctl.h>
#include <hv/vcpu.h>
#include <public/sysctl.h>
#include "fake_guest.h"
#include "unit.h"

#define MASK        (FAKE_GUEST_VA + 0x100)
#define WILD        0xffff800000000000ul
#define POLICY      6u
#define DOMAINS     5u

struct vcpu *fake_current;
unsigned int fake_cpu;

static struct domain self, other = { .id = 7 };
static struct vcpu caller = { .domain = &self };
static int references;
static struct xen_sysctl op;
static struct xen_sysctl_cpupool_op *const p = &op.u.cpupool_op;
static const uint8_t *const mask = fake_guest + (MASK - FAKE_GUEST_VA);

unsigned int sched_policy_id(void) { return POLICY; }
unsigned int domain_count(void) { return DOMAINS; }

struct domain *find_domain(domid_t id)
{
    struct domain *d = id == self.id ? &self : id == other.id ? &other : NULL;

    references += d != NULL;
    return d;
}

void domain_put(struct domain *d)
{
    ck_assert_ptr_nonnull(d);
    references--;
}

const struct cpu_topology *cpu_topology(unsigned int cpu)
{
    ck_abort_msg("nobody asks where CPU %u lies", cpu);
}

/* CPUs 0, 1 and 9 run. */
static void start(void)
{
    fake_guest_reset();
    fake_current = &caller;
    cpu_mark_online(0);
    cpu_mark_online(1);
    cpu_mark_online(9);
}

static long pool_op(uint32_t cmd, uint32_t pool)
{
    long rc;

    p->op = cmd;
    p->cpupool_id = pool;
    p->cpumap.bitmap.p = (uint8_t *)MASK;
    rc = sysctl_cpupool_op(&op);
    ck_assert_int_eq(references, 0);
    return rc;
}

static long cpu_op(uint32_t cmd, uint32_t pool, uint32_t cpu)
{
    p->cpu = cpu;
    return pool_op(cmd, pool);
}

static long move(uint32_t domid, uint32_t pool)
{
    p->domid = domid;
    return pool_op(XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN, pool);
}

START_TEST(the_one_pool_has_all_cpus_and_domains)
{
    start();
    p->cpumap.nr_bits = 24;
    ck_assert_int_eq(pool_op(XEN_SYSCTL_CPUPOOL_OP_INFO, 0), 0);
    ck_assert_uint_eq(p->cpupool_id, 0);
    ck_assert_uint_eq(p->sched_id, POLICY);
    ck_assert_uint_eq(p->n_dom, DOMAINS);
    ck_assert_mem_eq(mask, "\x03\x02\x00\xcc", 4);
}
END_TEST

START_TEST(a_list_of_pools_ends_behind_it)
{
    start();
    p->cpumap.nr_bits = 24;
    ck_assert_int_eq(pool_op(XEN_SYSCTL_CPUPOOL_OP_INFO, 1), -ENOENT);
    ck_assert_int_eq(pool_op(XEN_SYSCTL_CPUPOOL_OP_INFO, ~0u), -ENOENT);
    ck_assert_uint_eq(mask[0], 0xcc);
}
END_TEST

START_TEST(no_cpu_is_in_no_pool)
{
    start();
    p->cpumap.nr_bits = 16;
    ck_assert_int_eq(pool_op(XEN_SYSCTL_CPUPOOL_OP_FREEINFO, 0), 0);
    ck_assert_mem_eq(mask, "\x00\x00\xcc", 3);
    fake_guest_reset();
    ck_assert_int_eq(pool_op(XEN_SYSCTL_CPUPOOL_OP_FREEINFO, 5), 0);
    ck_assert_mem_eq(mask, "\x00\x00\xcc", 3);
}
END_TEST

START_TEST(a_mask_is_cut_to_the_callers_room)
{
    start();
    p->cpumap.nr_bits = 1;
    ck_assert_int_eq(pool_op(XEN_SYSCTL_CPUPOOL_OP_INFO, 0), 0);
    ck_assert_mem_eq(mask, "\x01\xcc", 2);
    fake_guest_reset();
    p->cpumap.nr_bits = 0;
    ck_assert_int_eq(pool_op(XEN_SYSCTL_CPUPOOL_OP_INFO, 0), 0);
    ck_assert_uint_eq(mask[0], 0xcc);
}
END_TEST

START_TEST(a_mask_that_cannot_be_written_is_an_error)
{
    static const uint32_t asks[] = {
        XEN_SYSCTL_CPUPOOL_OP_INFO, XEN_SYSCTL_CPUPOOL_OP_FREEINFO,
    };

    start();
    for (size_t i = 0; i < ARRAY_SIZE(asks); i++) {
        p->op = asks[i];
        p->cpupool_id = 0;
        p->cpumap = (struct xenctl_bitmap){
            .bitmap.p = (uint8_t *)WILD, .nr_bits = 8,
        };
        ck_assert_int_eq(sysctl_cpupool_op(&op), -EFAULT);
        p->cpumap = (struct xenctl_bitmap){
            .bitmap.p = (uint8_t *)MASK, .nr_bits = ~0u,
        };
        ck_assert_int_eq(sysctl_cpupool_op(&op), -E2BIG);
    }
}
END_TEST

START_TEST(pools_are_neither_made_nor_ended)
{
    start();
    ck_assert_int_eq(pool_op(XEN_SYSCTL_CPUPOOL_OP_CREATE, 0), -EOPNOTSUPP);
    ck_assert_int_eq(pool_op(XEN_SYSCTL_CPUPOOL_OP_CREATE, ~0u), -EOPNOTSUPP);
    ck_assert_int_eq(pool_op(XEN_SYSCTL_CPUPOOL_OP_DESTROY, 0), -EBUSY);
    ck_assert_int_eq(pool_op(XEN_SYSCTL_CPUPOOL_OP_DESTROY, 1), -ENOENT);
}
END_TEST

START_TEST(no_cpu_is_there_to_be_added)
{
    static const uint32_t numbers[] = { 0, 1, 2, 9 };

    start();
    for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
        ck_assert_int_eq(cpu_op(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, 0, numbers[i]),
                         -ENODEV);
    ck_assert_int_eq(cpu_op(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, 0, 10), -EINVAL);
    ck_assert_int_eq(cpu_op(XEN_SYSCTL_CPUPOOL_OP_ADDCPU, 0,
                            XEN_SYSCTL_CPUPOOL_PAR_ANY), -EINVAL);
}
END_TEST

START_TEST(no_cpu_can_be_taken_away)
{
    start();
    ck_assert_int_eq(cpu_op(XEN_SYSCTL_CPUPOOL_OP_RMCPU, 0, 9), -EOPNOTSUPP);
    ck_assert_int_eq(cpu_op(XEN_SYSCTL_CPUPOOL_OP_RMCPU, 0,
                            XEN_SYSCTL_CPUPOOL_PAR_ANY), -EOPNOTSUPP);
    ck_assert_int_eq(cpu_op(XEN_SYSCTL_CPUPOOL_OP_RMCPU, 0, 2), -ENODEV);
    ck_assert_int_eq(cpu_op(XEN_SYSCTL_CPUPOOL_OP_RMCPU, 0, 10), -EINVAL);
    ck_assert_int_eq(cpu_op(XEN_SYSCTL_CPUPOOL_OP_RMCPU, 1, 9), -ENOENT);
    ck_assert_int_eq(cpu_op(XEN_SYSCTL_CPUPOOL_OP_RMCPU, 1, 10), -ENOENT);
    ck_assert(cpu_set_has(&cpu_online, 9));
}
END_TEST

START_TEST(the_last_cpu_stays_in_any_case)
{
    fake_current = &caller;
    cpu_mark_online(0);
    cpu_mark_online(0);                 /* once is enough */
    ck_assert_int_eq(cpu_op(XEN_SYSCTL_CPUPOOL_OP_RMCPU, 0, 0), -EINVAL);
    ck_assert_int_eq(cpu_op(XEN_SYSCTL_CPUPOOL_OP_RMCPU, 0,
                            XEN_SYSCTL_CPUPOOL_PAR_ANY), -EINVAL);
}
END_TEST

START_TEST(a_domain_moves_only_to_where_it_is)
{
    start();
    ck_assert_int_eq(move(7, 0), 0);
    ck_assert_int_eq(move(7, 1), -ENOENT);
    ck_assert_int_eq(move(8, 0), -ESRCH);
    ck_assert_int_eq(move(0, 0), -EPERM);       /* the caller itself */
    ck_assert_int_eq(move(0, 1), -EPERM);
    ck_assert_int_eq(move(DOMID_FIRST_RESERVED, 0), -ESRCH);
    ck_assert_int_eq(move(DOMID_FIRST_RESERVED + 1, 0), -EINVAL);
    ck_assert_int_eq(move(0x10007, 0), -EINVAL);    /* not: 7 */
}
END_TEST

START_TEST(other_commands_are_not_known)
{
    start();
    ck_assert_int_eq(pool_op(0, 0), -ENOSYS);
    ck_assert_int_eq(pool_op(8, 0), -ENOSYS);
    ck_assert_int_eq(pool_op(~0u, 0), -ENOSYS);
    ck_assert_uint_eq(mask[0], 0xcc);
}
END_TEST

int main(void)
{
    return UNIT_RUN("cpupool", the_one_pool_has_all_cpus_and_domains,
                    a_list_of_pools_ends_behind_it, no_cpu_is_in_no_pool,
                    a_mask_is_cut_to_the_callers_room,
                    a_mask_that_cannot_be_written_is_an_error,
                    pools_are_neither_made_nor_ended,
                    no_cpu_is_there_to_be_added, no_cpu_can_be_taken_away,
                    the_last_cpu_stays_in_any_case,
                    a_domain_moves_only_to_where_it_is,
                    other_commands_are_not_known);
}
