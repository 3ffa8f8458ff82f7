/* SPDX-License-Identifier: MIT */
/*
 * dom0_vcpu_test.c - dom0_op: a vcpu gets its first registers, stays on a CPU;
 * a guest kernel its privileges and assists. What is refused is not passed on.
 */
#include <string.h>
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/sched.h>
#include <hv/vcpu.h>
#include <public/domctl.h>
#include "../../common/control/dom0_op.h"
#include "fake_spinlock.h"
#include "unit.h"

#define CONTEXT 0x12340ul
#define ANY_CPU (-1)

struct vcpu *fake_current;
unsigned int fake_cpu;

static struct vcpu caller_vcpu, vcpus[2];
static struct vcpu *caller_list[1] = { &caller_vcpu };
static struct vcpu *list[3] = { &vcpus[0], NULL, &vcpus[1] };
static struct domain caller, guest;
static bool was_not_self;
static int references;
static unsigned int contexts, asked, pins, iopls, assists;
static cpu_set_t pinned_to;
static int answer;

/* -- the rest of the hypervisor -------------------------------------------- */

/* The door of dom0_op by itself: control_test.c has the real one. */
long dom0_about(domid_t id, bool not_self,
                long (*fn)(struct domain *d, struct dom0_op *op),
                struct dom0_op *op)
{
    was_not_self = not_self;
    return id == 7 ? fn(&guest, op) : -ESRCH;
}

struct domain *find_domain_from(domid_t from)
{
    struct domain *d = from == 0 ? &caller : from <= 7 ? &guest : NULL;

    references += d != NULL;
    return d;
}

void domain_put(struct domain *d)
{
    ck_assert_ptr_nonnull(d);
    references--;
}

struct vcpu *domain_vcpu(const struct domain *d, uint32_t id)
{
    return id < d->max_vcpus ? d->vcpu[id] : NULL;
}

void control_count_vcpus(struct domain *d, struct control_vcpus *c)
{
    (void)d;
    *c = (struct control_vcpus){ .online = 2, .blocked = 1, .cpu_time = 55 };
}

int domctl_setvcpucontext(struct domain *d, struct xen_domctl *op)
{
    ck_assert_ptr_eq(d, &guest);
    ck_assert_uint_eq((unsigned long)op->u.vcpucontext.ctxt.p, CONTEXT);
    ck_assert_uint_eq(op->u.vcpucontext.vcpu, asked);
    contexts++;
    return answer;
}

int domctl_getvcpucontext(struct domain *d, struct xen_domctl *op)
{
    return domctl_setvcpucontext(d, op);
}

int sched_set_affinity(struct vcpu *v, const cpu_set_t *set)
{
    ck_assert_ptr_eq(v, &vcpus[1]);
    pinned_to = *set;
    pins++;
    return answer;
}

long arch_domain_set_iopl(struct domain *d, unsigned int iopl)
{
    ck_assert_ptr_eq(d, &guest);
    iopls++;
    return (long)iopl;
}

long arch_domain_vm_assist(struct domain *d, unsigned int cmd,
                           unsigned int type)
{
    ck_assert_ptr_eq(d, &guest);
    assists++;
    return cmd * 10 + type;
}

static void start(void)
{
    caller = (struct domain){ .max_vcpus = 1, .vcpu = caller_list,
                              .lock = SPINLOCK_INIT(LOCK_LEVEL_DOMAIN) };
    guest = (struct domain){ .id = 7, .max_vcpus = 3, .vcpu = list,
                             .control_pause_count = 1,
                             .lock = SPINLOCK_INIT(LOCK_LEVEL_DOMAIN) };
    caller_vcpu.domain = &caller;
    fake_current = &caller_vcpu;
}

/* -- registers ------------------------------------------------------------- */

static long build(uint16_t vcpu, uint64_t context)
{
    struct dom0_op op = { .u.builddomain = {
        .domid = 7, .vcpu = vcpu, .ctxt = context,
    } };
    long rc;

    asked = vcpu;
    was_not_self = false;
    rc = dom0_builddomain(&op);
    ck_assert(was_not_self);
    return rc;
}

START_TEST(a_vcpu_gets_its_registers_once)
{
    start();
    ck_assert(!dom0_is_built(&guest));
    ck_assert_int_eq(build(0, CONTEXT), 0);
    ck_assert_int_eq(build(2, CONTEXT), 0);
    ck_assert_uint_eq(contexts, 2);
    vcpus[0].is_initialised = true;
    ck_assert(dom0_is_built(&guest));
    ck_assert_int_eq(build(0, CONTEXT), -EEXIST);
    ck_assert_int_eq(build(2, CONTEXT), 0);
    answer = -ERESTART;
    ck_assert_int_eq(build(2, CONTEXT), -ERESTART);
    ck_assert_uint_eq(contexts, 4);
}
END_TEST

START_TEST(registers_need_a_vcpu_an_address_and_a_domain_that_stands_still)
{
    struct dom0_op op = { .u.builddomain = {
        .domid = 7, .pad = 1, .ctxt = CONTEXT,
    } };

    start();
    ck_assert_int_eq(build(1, CONTEXT), -EINVAL);
    ck_assert_int_eq(build(3, CONTEXT), -EINVAL);
    ck_assert_int_eq(build(0xffff, CONTEXT), -EINVAL);
    ck_assert_int_eq(build(0, 0), -EINVAL);
    ck_assert_int_eq(dom0_builddomain(&op), -EINVAL);
    guest.control_pause_count = 0;
    ck_assert_int_eq(build(0, CONTEXT), -EBUSY);
    ck_assert_uint_eq(contexts, 0);
}
END_TEST

START_TEST(a_domain_without_vcpus_is_not_built)
{
    start();
    guest.max_vcpus = 0;
    ck_assert(!dom0_is_built(&guest));
    ck_assert_int_eq(build(0, CONTEXT), -EINVAL);
}
END_TEST

/* -- description ----------------------------------------------------------- */

static struct dom0_op description;
static struct dom0_getdomaininfo *const info = &description.u.getdomaininfo;

static long describe(domid_t id, uint16_t vcpu, uint64_t context)
{
    long rc;

    memset(&description, 0, sizeof(description));
    info->domid = id;
    info->vcpu = vcpu;
    info->ctxt = context;
    asked = vcpu;
    rc = dom0_getdomaininfo(&description);
    ck_assert_int_eq(references, 0);
    ck_assert_uint_eq(fake_locks_held, 0);
    return rc;
}

START_TEST(a_domain_that_is_ending_says_so)
{
    start();
    guest.dying = DOMAIN_DYING;
    ck_assert_int_eq(describe(3, 2, 0), 0);
    ck_assert_uint_eq(info->domid, 7);
    ck_assert_uint_eq(info->flags, DOMFLAGS_DYING | DOMFLAGS_PAUSED);
    ck_assert_uint_eq(info->cpu_time, 55);
    ck_assert_uint_eq(contexts, 0);
}
END_TEST

START_TEST(registers_come_with_the_description_where_there_are_some)
{
    start();
    ck_assert_int_eq(describe(7, 2, CONTEXT), 0);
    ck_assert_uint_eq(contexts, 1);
    ck_assert_uint_eq(info->max_vcpus, 3);
    answer = -ENODATA;
    ck_assert_int_eq(describe(7, 0, CONTEXT), -ENODATA);
    ck_assert_uint_eq(info->max_vcpus, 0);
    ck_assert_int_eq(describe(0, 0, CONTEXT), -EINVAL);     /* our own */
    ck_assert_int_eq(describe(7, 1, CONTEXT), -EINVAL);
    ck_assert_int_eq(describe(8, 0, 0), -ESRCH);
    ck_assert_uint_eq(contexts, 2);
}
END_TEST

/* -- CPUs ------------------------------------------------------------------ */

static long pin(uint16_t vcpu, int32_t cpu)
{
    struct dom0_op op = { .u.pincpudomain = {
        .domid = 7, .vcpu = vcpu, .cpu = cpu,
    } };

    return dom0_pincpudomain(&op);
}

START_TEST(a_vcpu_is_kept_on_one_cpu_or_on_none)
{
    start();
    for (int cpu = ANY_CPU; cpu < (int)NR_CPUS; cpu++) {
        ck_assert_int_eq(pin(2, cpu), 0);
        for (unsigned int i = 0; i < NR_CPUS; i++)
            UNIT_REQUIRE(cpu_set_has(&pinned_to, i) ==
                         (cpu == ANY_CPU || (int)i == cpu));
    }
    ck_assert(was_not_self);
    answer = -EINVAL;                   /* it is not there */
    ck_assert_int_eq(pin(2, 5), -EINVAL);
}
END_TEST

START_TEST(cpus_and_vcpus_that_cannot_be_pin_nothing)
{
    start();
    ck_assert_int_eq(pin(2, -2), -EINVAL);
    ck_assert_int_eq(pin(2, INT32_MIN), -EINVAL);
    ck_assert_int_eq(pin(2, NR_CPUS), -EINVAL);
    ck_assert_int_eq(pin(2, INT32_MAX), -EINVAL);
    ck_assert_int_eq(pin(1, 0), -EINVAL);
    ck_assert_int_eq(pin(3, 0), -EINVAL);
    ck_assert_uint_eq(pins, 0);
}
END_TEST

/* -- privileges and assists ------------------------------------------------ */

START_TEST(a_privilege_level_is_passed_on)
{
    struct dom0_op op = { .u.iopl = { .domid = 7, .iopl = 3 } };

    start();
    ck_assert_int_eq(dom0_iopl(&op), 3);
    ck_assert(!was_not_self);
    op.u.iopl.pad = 1;
    ck_assert_int_eq(dom0_iopl(&op), -EINVAL);
    ck_assert_uint_eq(iopls, 1);
}
END_TEST

START_TEST(assists_are_for_who_has_not_begun)
{
    struct dom0_op op = { .u.setdomainvmassist = {
        .domid = 7, .cmd = 1, .type = 4,
    } };

    start();
    ck_assert_int_eq(dom0_setdomainvmassist(&op), 14);
    ck_assert(was_not_self);
    op.u.setdomainvmassist.pad = 1;
    ck_assert_int_eq(dom0_setdomainvmassist(&op), -EINVAL);
    op.u.setdomainvmassist.pad = 0;
    op.u.setdomainvmassist.pad2 = 1;
    ck_assert_int_eq(dom0_setdomainvmassist(&op), -EINVAL);
    op.u.setdomainvmassist.pad2 = 0;
    vcpus[0].is_initialised = true;
    ck_assert_int_eq(dom0_setdomainvmassist(&op), -EINVAL);
    ck_assert_uint_eq(assists, 1);
}
END_TEST

int main(void)
{
    return UNIT_RUN("dom0_vcpu", a_vcpu_gets_its_registers_once,
        registers_need_a_vcpu_an_address_and_a_domain_that_stands_still,
        a_domain_without_vcpus_is_not_built,
        a_domain_that_is_ending_says_so,
        registers_come_with_the_description_where_there_are_some,
        a_vcpu_is_kept_on_one_cpu_or_on_none,
        cpus_and_vcpus_that_cannot_be_pin_nothing,
        a_privilege_level_is_passed_on,
        assists_are_for_who_has_not_begun);
}
