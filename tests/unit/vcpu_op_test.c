/* SPDX-License-Identifier: MIT */
/*
 * vcpu_op_test.c - hypercalls 24, 15, 29 and 6: a domain rules its vcpus, and a
 * vcpu gives its CPU away.
 */
#include <stdarg.h>
#include <string.h>
#include <asm/hypercall.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/sched.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/sched.h>
#include "fake_guest.h"
#include "fake_spinlock.h"
#include "unit.h"

#define AT      FAKE_GUEST_VA
#define PORTS   (FAKE_GUEST_VA + 0x1000)
#define HOLE    0xffff800000000000ul
#define NOW     1000000000l
#define NEVER   INT64_MAX

struct vcpu *fake_current;
unsigned int fake_cpu;

static struct domain first, guest;
static struct vcpu vcpu[2], *list[3];   /* the third place is empty */
static struct vcpu_info info[2];
static unsigned int blocks, yields, sleeps, wakes, unblocks[2], only_cpu;
static unsigned int shutdowns, last_reason, override_cpu;
static const struct domain *last_down;
static unsigned int poll_count, first_polled;
static s_time_t poll_deadline;
static unsigned long restart_args[3];
static unsigned int nmis[2];
static int initialise_rc;
static bool initialise_online;

s_time_t system_time(void) { return NOW; }
void vcpu_block(void) { blocks++; }
void vcpu_yield(void) { yields++; }

void vcpu_sleep_nosync(struct vcpu *v)
{
    ck_assert(test_bit(VCPU_PAUSE_DOWN, &v->pause_flags));
    sleeps++;
}

int arch_vcpu_register_runstate_area(struct vcpu *v, unsigned long va)
{
    if (va == HOLE)
        return -EFAULT;
    v->runstate_area.va = va;
    return 0;
}

unsigned int sched_only_cpu(struct vcpu *v)
{
    (void)v;
    return only_cpu;
}

bool arch_cpu_identity(unsigned int cpu, uint32_t *apic_id, uint32_t *acpi_uid)
{
    *apic_id = 2 * cpu;
    *acpi_uid = 5;
    return cpu < NR_CPUS;
}

void vcpu_unblock(struct vcpu *v) { unblocks[v->id]++; }

void vcpu_bring_up(struct vcpu *v)
{
    ck_assert_uint_eq(fake_locks_held, 1);
    clear_bit(VCPU_PAUSE_DOWN, &v->pause_flags);
    wakes++;
}

void domain_shutdown(struct domain *d, uint8_t reason)
{
    ck_assert_uint_eq(fake_locks_held, 0);
    last_down = d;
    last_reason = reason;
    shutdowns++;
}

int vcpu_poll(const evtchn_port_t *ports, unsigned int count,
              s_time_t deadline)
{
    poll_count = count;
    first_polled = count ? ports[0] : 0;
    poll_deadline = deadline;
    return count && ports[0] == 99 ? -EINVAL : 0;
}

void vcpu_runstate_get(struct vcpu *v, struct vcpu_runstate_info *out)
{
    out->state = RUNSTATE_blocked;
    out->state_entry_time = v->id + 7;
}

int sched_pin_override(struct vcpu *v, unsigned int cpu)
{
    ck_assert_ptr_eq(v, fake_current);
    override_cpu = cpu;
    return 0;
}

void timer_set(struct timer *t, s_time_t expires) { t->node.key = expires; }
void timer_stop(struct timer *t) { t->node.key = NEVER; }

int arch_vcpu_initialise(struct vcpu *v, guest_va_t context, bool *is_online)
{
    *is_online = initialise_online;
    ck_assert(v->is_being_initialised && context.va == AT);
    return initialise_rc;
}

int arch_vcpu_register_info(struct vcpu *v, mfn_t m, uint32_t offset)
{
    ck_assert(fake_locks_held == 1 && v->domain == &first);
    return m.n == 5 && offset == 64 ? 0 : -ENXIO;
}

void arch_vcpu_send_nmi(struct vcpu *v) { nmis[v->id]++; }

int arch_vcpu_register_time_area(struct vcpu *v, unsigned long va)
{
    v->time_area.va = va;
    return 0;
}

long hypercall_restart(unsigned int nr, unsigned int count, ...)
{
    va_list args;

    ck_assert_uint_eq(nr, __HYPERVISOR_vcpu_op);
    ck_assert_uint_eq(count, 3);
    va_start(args, count);
    for (unsigned int i = 0; i < 3; i++)
        restart_args[i] = va_arg(args, unsigned long);
    va_end(args);
    return 4711;
}

struct domain *find_domain(domid_t id)
{
    struct domain *d = id == 0 ? &first : id == 1 ? &guest : NULL;

    if (d)
        d->refs++;
    return d;
}

void domain_put(struct domain *d) { d->refs--; }

/* Vcpu 0 runs; vcpu 1 is there and down. */
static void start(void)
{
    fake_guest_reset();
    first = (struct domain){
        .max_vcpus = 3, .vcpu = list, .is_privileged = true,
        .is_hardware = true, .shutdown_code = SHUTDOWN_CODE_NONE,
        .lock = SPINLOCK_INIT(LOCK_LEVEL_DOMAIN),
    };
    guest = (struct domain){ .id = 1 };
    for (unsigned int i = 0; i < 2; i++) {
        list[i] = &vcpu[i];
        vcpu[i].domain = &first;
        vcpu[i].id = (uint16_t)i;
        vcpu[i].info = &info[i];
        vcpu[i].is_initialised = !i;
        vcpu[i].pause_flags = i ? 1ul << VCPU_PAUSE_DOWN : 0;
    }
    fake_current = &vcpu[0];
    shutdowns = 0;
}

#define OP(cmd, id, ...)    put_and(&(__VA_ARGS__), sizeof(__VA_ARGS__), \
                                    cmd, id)

static long put_and(const void *arg, size_t size, int cmd, unsigned int id)
{
    memcpy(fake_guest_at(AT), arg, size);
    return do_vcpu_op(cmd, id, AT);
}

START_TEST(only_vcpus_that_exist_can_be_named)
{
    start();
    ck_assert_int_eq(do_vcpu_op(VCPUOP_is_up, 0, 0), 1);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_is_up, 1, 0), 0);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_is_up, 2, 0), -ENOENT);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_is_up, 3, 0), -ENOENT);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_is_up, ~0u, 0), -ENOENT);
    ck_assert_int_eq(do_vcpu_op(99, 0, 0), -ENOSYS);
    ck_assert_int_eq(do_vcpu_op(-1, 0, 0), -ENOSYS);
}
END_TEST

START_TEST(the_cpu_of_a_vcpu_without_a_choice_is_told_to_domain_0)
{
    struct vcpu_get_physid *id = fake_guest_at(AT);

    start();
    only_cpu = NR_CPUS;
    ck_assert_int_eq(do_vcpu_op(VCPUOP_get_physid, 0, AT), -EINVAL);
    only_cpu = 3;
    ck_assert_int_eq(do_vcpu_op(VCPUOP_get_physid, 0, AT), 0);
    ck_assert_uint_eq(id->phys_id, 6 | 5ul << 32);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_get_physid, 0, HOLE), -EFAULT);
    first.is_hardware = false;
    ck_assert_int_eq(do_vcpu_op(VCPUOP_get_physid, 0, AT), -EINVAL);
}
END_TEST

START_TEST(a_vcpu_comes_up_once_it_has_registers)
{
    start();
    ck_assert_int_eq(do_vcpu_op(VCPUOP_up, 1, 0), -EINVAL);
    initialise_rc = -EINVAL;
    ck_assert_int_eq(do_vcpu_op(VCPUOP_initialise, 1, AT), -EINVAL);
    ck_assert(!vcpu[1].is_initialised && !vcpu[1].is_being_initialised);
    initialise_rc = -ERESTART;
    ck_assert_int_eq(do_vcpu_op(VCPUOP_initialise, 1, AT), 4711);
    ck_assert_uint_eq(restart_args[0], VCPUOP_initialise);
    ck_assert_uint_eq(restart_args[1], 1);
    ck_assert_uint_eq(restart_args[2], AT);
    initialise_rc = 0;
    ck_assert_int_eq(do_vcpu_op(VCPUOP_initialise, 1, AT), 0);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_initialise, 1, AT), -EEXIST);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_initialise, 1, HOLE), -EFAULT);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_up, 1, 0), 0);
    ck_assert_uint_eq(wakes, 1);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_is_up, 1, 0), 1);
    vcpu[1].info = NULL;
    ck_assert_int_eq(do_vcpu_op(VCPUOP_initialise, 1, AT), -EINVAL);
}
END_TEST

START_TEST(a_context_may_bring_its_vcpu_up)
{
    start();
    initialise_online = true;
    initialise_rc = -EINVAL;
    ck_assert_int_eq(do_vcpu_op(VCPUOP_initialise, 1, AT), -EINVAL);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_is_up, 1, 0), 0);
    initialise_rc = 0;
    ck_assert_int_eq(do_vcpu_op(VCPUOP_initialise, 1, AT), 0);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_is_up, 1, 0), 1);
    initialise_online = false;
}
END_TEST

START_TEST(two_cannot_initialise_a_vcpu_at_the_same_time)
{
    start();
    vcpu[1].is_being_initialised = true;
    ck_assert_int_eq(do_vcpu_op(VCPUOP_initialise, 1, AT), -EEXIST);
    ck_assert(!vcpu[1].is_initialised);
    vcpu[1].is_being_initialised = false;
}
END_TEST

START_TEST(the_last_vcpu_that_goes_down_switches_the_domain_off)
{
    start();
    vcpu[1].pause_flags = 0;
    ck_assert_int_eq(do_vcpu_op(VCPUOP_down, 1, 0), 0);
    ck_assert_uint_eq(sleeps, 1);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_down, 1, 0), 0);
    ck_assert_uint_eq(sleeps, 1);           /* it was down */
    ck_assert_uint_eq(shutdowns, 0);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_down, 0, 0), 0);
    ck_assert_uint_eq(shutdowns, 1);
    ck_assert_uint_eq(last_reason, SHUTDOWN_poweroff);
}
END_TEST

START_TEST(runstates_are_told_and_published)
{
    struct vcpu_register_runstate_memory_area area = { .addr.p = 0x5550 };
    struct vcpu_runstate_info *told = fake_guest_at(AT);

    start();
    ck_assert_int_eq(do_vcpu_op(VCPUOP_get_runstate_info, 1, AT), 0);
    ck_assert_int_eq(told->state, RUNSTATE_blocked);
    ck_assert_uint_eq(told->state_entry_time, 8);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_get_runstate_info, 1, HOLE), -EFAULT);
    ck_assert_int_eq(OP(VCPUOP_register_runstate_memory_area, 1, area), 0);
    ck_assert_uint_eq(vcpu[1].runstate_area.va, 0x5550);
    area.addr.p = HOLE;
    ck_assert_int_eq(OP(VCPUOP_register_runstate_memory_area, 1, area),
                     -EFAULT);
    ck_assert_uint_eq(vcpu[1].runstate_area.va, 0x5550);
    area.addr.p = 0x5550;
    ck_assert_int_eq(do_vcpu_op(VCPUOP_register_runstate_memory_area, 0,
                                HOLE), -EFAULT);
    ck_assert_int_eq(OP(VCPUOP_register_vcpu_time_memory_area, 0, area), 0);
    ck_assert_uint_eq(vcpu[0].time_area.va, 0x5550);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 0,
                                HOLE), -EFAULT);
}
END_TEST

static long periodic(uint64_t period)
{
    return OP(VCPUOP_set_periodic_timer, 1,
              (struct vcpu_set_periodic_timer){ period });
}

START_TEST(a_period_is_a_millisecond_or_more_and_ends_before_time_does)
{
    start();
    ck_assert_int_eq(periodic(1000000), 0);
    ck_assert_int_eq(vcpu[1].periodic_timer.node.key, NOW + 1000000);
    ck_assert_int_eq(vcpu[1].periodic_period, 1000000);
    ck_assert_int_eq(periodic(999999), -EINVAL);
    ck_assert_int_eq(periodic(~0ull), -EINVAL);
    ck_assert_int_eq(periodic(INT64_MAX), -EINVAL);
    ck_assert_int_eq(vcpu[1].periodic_period, 1000000);
    ck_assert_int_eq(periodic(INT64_MAX - NOW), 0);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_stop_periodic_timer, 1, 0), 0);
    ck_assert_int_eq(vcpu[1].periodic_period, 0);
    ck_assert_int_eq(vcpu[1].periodic_timer.node.key, NEVER);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_set_periodic_timer, 1, HOLE), -EFAULT);
}
END_TEST

static long once(unsigned int id, uint64_t at, uint32_t flags)
{
    return OP(VCPUOP_set_singleshot_timer, id,
              (struct vcpu_set_singleshot_timer){ at, flags });
}

START_TEST(a_vcpu_sets_its_own_alarm_alone)
{
    start();
    ck_assert_int_eq(once(0, NOW + 5, VCPU_SSHOTTMR_future), 0);
    ck_assert_int_eq(vcpu[0].singleshot_timer.node.key, NOW + 5);
    ck_assert_int_eq(once(0, NOW - 1, VCPU_SSHOTTMR_future), -ETIME);
    ck_assert_int_eq(once(0, NOW - 1, 0), 0);
    ck_assert_int_eq(once(0, ~0ull, 0), 0);
    ck_assert_int_eq(vcpu[0].singleshot_timer.node.key, INT64_MAX);
    ck_assert_int_eq(once(1, NOW + 5, 0), -EINVAL);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_set_singleshot_timer, 0, HOLE),
                     -EFAULT);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_stop_singleshot_timer, 1, 0), -EINVAL);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_stop_singleshot_timer, 0, 0), 0);
    ck_assert_int_eq(vcpu[0].singleshot_timer.node.key, NEVER);
    ck_assert_int_eq(do_set_timer_op(77), 0);
    ck_assert_int_eq(vcpu[0].singleshot_timer.node.key, 77);
    ck_assert_int_eq(do_set_timer_op(0), 0);
    ck_assert_int_eq(vcpu[0].singleshot_timer.node.key, NEVER);
}
END_TEST

START_TEST(records_move_for_oneself_or_for_who_is_down)
{
    struct vcpu_register_vcpu_info place = { .mfn = 5, .offset = 64 };

    start();
    ck_assert_int_eq(OP(VCPUOP_register_vcpu_info, 0, place), 0);
    ck_assert_int_eq(OP(VCPUOP_register_vcpu_info, 1, place), 0);
    vcpu[1].pause_flags = 0;
    ck_assert_int_eq(OP(VCPUOP_register_vcpu_info, 1, place), -EINVAL);
    place.mfn = 6;
    ck_assert_int_eq(OP(VCPUOP_register_vcpu_info, 0, place), -ENXIO);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_register_vcpu_info, 0, HOLE), -EFAULT);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_send_nmi, 0, 0), 0);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_send_nmi, 1, 0), 0);
    ck_assert_int_eq(do_vcpu_op(VCPUOP_send_nmi, 0, 1), -EINVAL);
    ck_assert(nmis[0] == 1 && nmis[1] == 1 && unblocks[1] == 1);
}
END_TEST

START_TEST(yielding_and_blocking_have_an_old_form_and_a_new_one)
{
    start();
    info[0].evtchn_upcall_mask = 1;
    ck_assert_int_eq(do_sched_op(SCHEDOP_yield, HOLE), 0);
    ck_assert_int_eq(do_sched_op_compat(SCHEDOP_yield, 0), 0);
    ck_assert_uint_eq(yields, 2);
    ck_assert_uint_eq(info[0].evtchn_upcall_mask, 1);
    ck_assert_int_eq(do_sched_op(SCHEDOP_block, 0), 0);
    ck_assert_uint_eq(info[0].evtchn_upcall_mask, 0);
    ck_assert_int_eq(do_sched_op_compat(SCHEDOP_block, 0), 0);
    ck_assert_uint_eq(blocks, 2);
    ck_assert_int_eq(do_sched_op(77, 0), -ENOSYS);
    ck_assert_int_eq(do_sched_op(-1, 0), -ENOSYS);
    ck_assert_int_eq(do_sched_op_compat(SCHEDOP_poll, AT), -ENOSYS);
}
END_TEST

#define SCHED(cmd, ...) sched(cmd, &(__VA_ARGS__), sizeof(__VA_ARGS__))

static long sched(int cmd, const void *arg, size_t size)
{
    memcpy(fake_guest_at(AT), arg, size);
    return do_sched_op(cmd, AT);
}

START_TEST(a_poll_names_up_to_128_ports)
{
    struct sched_poll poll = { .nr_ports = 128, .timeout = ~0ull };
    evtchn_port_t *ports = fake_guest_at(PORTS);

    start();
    poll.ports.p = (void *)PORTS;
    ports[0] = 3;
    ck_assert_int_eq(SCHED(SCHEDOP_poll, poll), 0);
    ck_assert_uint_eq(poll_count, 128);
    ck_assert_uint_eq(first_polled, 3);
    ck_assert_int_eq(poll_deadline, INT64_MAX);
    ports[0] = 99;
    ck_assert_int_eq(SCHED(SCHEDOP_poll, poll), -EINVAL);
    poll.nr_ports = 129;
    ck_assert_int_eq(SCHED(SCHEDOP_poll, poll), -EINVAL);
    poll.nr_ports = 1;
    poll.ports.p = (void *)HOLE;
    ck_assert_int_eq(SCHED(SCHEDOP_poll, poll), -EFAULT);
    ck_assert_int_eq(do_sched_op(SCHEDOP_poll, HOLE), -EFAULT);
}
END_TEST

START_TEST(domains_end_themselves_and_the_privileged_end_others)
{
    start();
    ck_assert_int_eq(SCHED(SCHEDOP_shutdown, (struct sched_shutdown){ 1 }),
                     0);
    ck_assert_uint_eq(last_reason, 1);
    ck_assert_int_eq(do_sched_op_compat(SCHEDOP_shutdown, 2), 0);
    ck_assert_uint_eq(last_reason, 2);
    ck_assert_int_eq(SCHED(SCHEDOP_remote_shutdown,
                           (struct sched_remote_shutdown){ 1, 3 }), 0);
    ck_assert_ptr_eq(last_down, &guest);
    ck_assert_int_eq(SCHED(SCHEDOP_remote_shutdown,
                           (struct sched_remote_shutdown){ 7, 3 }), -ESRCH);
    first.is_privileged = false;
    ck_assert_int_eq(SCHED(SCHEDOP_remote_shutdown,
                           (struct sched_remote_shutdown){ 1, 3 }), -EPERM);
    ck_assert_uint_eq(shutdowns, 3);
    ck_assert_int_eq(guest.refs, 0);
    ck_assert_int_eq(do_sched_op(SCHEDOP_shutdown, HOLE), -EFAULT);
    ck_assert_int_eq(do_sched_op(SCHEDOP_remote_shutdown, HOLE), -EFAULT);
}
END_TEST

START_TEST(the_first_reason_that_is_noted_stays)
{
    start();
    ck_assert_int_eq(SCHED(SCHEDOP_shutdown_code,
                           (struct sched_shutdown){ SHUTDOWN_crash }), 0);
    ck_assert_int_eq(SCHED(SCHEDOP_shutdown_code,
                           (struct sched_shutdown){ SHUTDOWN_reboot }), 0);
    ck_assert_uint_eq(first.shutdown_code, SHUTDOWN_crash);
    ck_assert_uint_eq(shutdowns, 0);
    ck_assert_int_eq(do_sched_op(SCHEDOP_shutdown_code, HOLE), -EFAULT);
}
END_TEST

START_TEST(only_the_hardware_domain_pins_itself)
{
    start();
    ck_assert_int_eq(SCHED(SCHEDOP_pin_override,
                           (struct sched_pin_override){ 1 }), 0);
    ck_assert_uint_eq(override_cpu, 1);
    ck_assert_int_eq(SCHED(SCHEDOP_pin_override,
                           (struct sched_pin_override){ -1 }), 0);
    ck_assert_uint_eq(override_cpu, NR_CPUS);
    ck_assert_int_eq(do_sched_op(SCHEDOP_pin_override, HOLE), -EFAULT);
    first.is_hardware = false;
    ck_assert_int_eq(do_sched_op(SCHEDOP_pin_override, HOLE), -EPERM);
}
END_TEST

int main(void)
{
    return UNIT_RUN("vcpu_op",
        only_vcpus_that_exist_can_be_named,
        the_cpu_of_a_vcpu_without_a_choice_is_told_to_domain_0,
        a_vcpu_comes_up_once_it_has_registers,
        a_context_may_bring_its_vcpu_up,
        two_cannot_initialise_a_vcpu_at_the_same_time,
        the_last_vcpu_that_goes_down_switches_the_domain_off,
        runstates_are_told_and_published,
        a_period_is_a_millisecond_or_more_and_ends_before_time_does,
        a_vcpu_sets_its_own_alarm_alone,
        records_move_for_oneself_or_for_who_is_down,
        yielding_and_blocking_have_an_old_form_and_a_new_one,
        a_poll_names_up_to_128_ports,
        domains_end_themselves_and_the_privileged_end_others,
        the_first_reason_that_is_noted_stays,
        only_the_hardware_domain_pins_itself);
}
