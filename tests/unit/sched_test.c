/* SPDX-License-Identifier: MIT */
/*
 * sched_test.c - the scheduler with each of its policies, its timers and
 * softirqs, on CPUs that one thread plays, under a clock that the test moves.
 *
 * A switch does not return, here as there: it jumps back to the test. Before
 * prev's registers count as saved, another CPU may do something to it, so that
 * wake-ups fall into every gap.
 */
#include <setjmp.h>
#include <string.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/sched.h>
#include <hv/softirq.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include "../../common/sched/runqueue.h"
#include "fake_heap.h"
#include "fake_spinlock.h"
#include "unit.h"

#define CPUS    3u
#define VCPUS   7u
#define PORTS   10u
#define ROUNDS  60000

unsigned int fake_cpu;
struct vcpu *fake_current;

static struct vcpu *current_of[CPUS];
static uint32_t words[CPUS];
static s_time_t now = 1, programmed[CPUS];
static struct domain domain;
static struct vcpu vcpu[VCPUS], *pointers[VCPUS];
static bool is_due[VCPUS], has_nmi[VCPUS], port_pending[PORTS];
static unsigned int ticks[VCPUS], published;
static void (*in_switch)(struct vcpu *prev);
static uint64_t seed;

/* -- what the scheduler asks of others ------------------------------------- */

s_time_t system_time(void) { return now; }
uint32_t *arch_softirq_word(unsigned int cpu) { return &words[cpu]; }
void arch_cpu_kick(unsigned int cpu) { UNIT_REQUIRE(cpu < CPUS); }
int arch_vcpu_create(struct vcpu *v) { (void)v; return 0; }
void arch_runstate_publish(struct vcpu *v) { (void)v; published++; }
bool arch_vcpu_has_nmi(const struct vcpu *v) { return has_nmi[v->id]; }
bool event_is_due(const struct vcpu *v) { return is_due[v->id]; }
const struct cpu_topology *cpu_topology(unsigned int cpu)
{
    static struct cpu_topology where[CPUS];

    where[cpu].core = cpu;
    return &where[cpu];
}
void printk_always(const char *fmt, ...) { (void)fmt; }

bool arch_timer_program(s_time_t deadline)
{
    if (deadline && deadline <= now)
        return false;
    programmed[fake_cpu] = deadline;
    return true;
}

void event_virq_raise(struct vcpu *v, unsigned int virq)
{
    UNIT_REQUIRE(virq == VIRQ_TIMER);
    ticks[v->id]++;
    is_due[v->id] = true;
    vcpu_unblock(v);
}

static bool is_pending(const struct domain *d, evtchn_port_t port)
{
    (void)d;
    return port_pending[port];
}

static const struct event_abi abi = { .is_pending = is_pending };

/* -- the machine ----------------------------------------------------------- */

static void be_cpu(unsigned int cpu)
{
    current_of[fake_cpu] = fake_current;
    fake_cpu = cpu;
    fake_current = current_of[cpu];
}

static jmp_buf exit_path;

void arch_vcpu_switch(struct vcpu *prev, struct vcpu *next)
{
    unsigned int cpu = fake_cpu;

    UNIT_REQUIRE(prev == fake_current && prev != next && fake_irqs_off);
    UNIT_REQUIRE(!fake_locks_held && prev->is_running && next->is_running);
    if (in_switch) {
        fake_irqs_off = false;
        be_cpu((cpu + 1) % CPUS);
        in_switch(prev);
        be_cpu(cpu);
        fake_irqs_off = true;
    }
    fake_current = next;
    sched_switch_finished(prev);
    fake_irqs_off = false;
    longjmp(exit_path, 1);
}

/* Let @cpu leave the hypervisor: whatever is pending is served. */
static void leave(unsigned int cpu)
{
    be_cpu(cpu);
    (void)setjmp(exit_path);
    softirq_run();
    UNIT_REQUIRE(!fake_locks_held && !fake_irqs_off);
}

static void leave_all(void)
{
    while (words[0] || words[1] || words[2])
        for (unsigned int cpu = 0; cpu < CPUS; cpu++)
            leave(cpu);
    be_cpu(0);
}

/* Time passes; interrupts of the clock come when they are due. */
static void advance(s_time_t by)
{
    now += by;
    for (unsigned int cpu = 0; cpu < CPUS; cpu++)
        if (programmed[cpu] && programmed[cpu] <= now)
            words[cpu] |= 1u << SOFTIRQ_TIMER;
    leave_all();
}

static void set_up_policy(unsigned int cpus, const struct sched_policy *policy)
{
    sched_policy = policy;
    domain.max_vcpus = VCPUS;
    domain.vcpu = pointers;
    domain.event_abi = &abi;
    domain.port_max = PORTS;
    sched_init();
    for (unsigned int cpu = 0; cpu < cpus; cpu++) {
        be_cpu(cpu);
        sched_init_cpu(cpu);
    }
    be_cpu(0);
    for (unsigned int i = 0; i < VCPUS; i++) {
        struct vcpu *v = pointers[i] = &vcpu[i];

        v->domain = &domain;
        v->id = (uint16_t)i;
        v->pause_flags = 1ul << VCPU_PAUSE_DOWN;
        ck_assert_int_eq(sched_add_vcpu(v), 0);
        vcpu_timers_create(v);
    }
}

static void set_up(unsigned int cpus)
{
    set_up_policy(cpus, &sched_round_robin);
}

static void bring_up(unsigned int i)
{
    clear_bit(VCPU_PAUSE_DOWN, &vcpu[i].pause_flags);
    vcpu_wake(&vcpu[i]);
    leave_all();
}

static struct vcpu *running_on(unsigned int cpu)
{
    return per_cpu(runqueue, cpu).chosen;
}

static void block_on(unsigned int cpu)
{
    be_cpu(cpu);
    vcpu_block();
}

static void send_event(struct vcpu *v)
{
    is_due[v->id] = true;
    vcpu_unblock(v);
}

/* -- random use ------------------------------------------------------------ */

static unsigned int below(unsigned int limit)
{
    return (unsigned int)unit_random_below(&seed, limit);
}

static void raise_port(evtchn_port_t port)
{
    unsigned int id;

    if (port_pending[port])
        return;
    port_pending[port] = true;
    for_each_set_bit(id, domain.poll_mask, VCPUS)
        if (!vcpu[id].poll_port || vcpu[id].poll_port == port)
            vcpu_end_poll(&vcpu[id]);
}

static void set_any_affinity(struct vcpu *v)
{
    cpu_set_t set = { .bits = { 1 + below(7) } };

    ck_assert_int_eq(sched_set_affinity(v, &set), 0);
}

static unsigned int pauses[VCPUS], domain_pauses;

/* What any CPU may do to any vcpu. */
static void do_to(struct vcpu *v)
{
    switch (below(7)) {
    case 0: case 1:
        send_event(v);
        break;
    case 2:
        raise_port(1 + below(PORTS - 1));
        break;
    case 3:
        vcpu_pause_nosync(v);
        pauses[v->id]++;
        break;
    case 4:
        if (pauses[v->id]) {
            pauses[v->id]--;
            vcpu_unpause(v);
        }
        break;
    case 5:
        set_any_affinity(v);
        break;
    default:
        if (domain_pauses) {
            domain_pauses = 0;
            domain_unpause(&domain);
        } else if (below(4) == 0) {
            domain_pauses = 1;
            domain_pause_nosync(&domain);
        }
        break;
    }
}

static void do_to_prev(struct vcpu *prev)
{
    if (!prev->is_idle && below(2))
        do_to(prev);
}

/* What a running vcpu does itself, when it still may. */
static void act_on(unsigned int cpu)
{
    evtchn_port_t ports[2] = { 1 + below(PORTS - 1), 1 + below(PORTS - 1) };
    struct vcpu *v;

    be_cpu(cpu);
    v = fake_current;
    if (v->is_idle || v->pause_flags)
        return;
    switch (below(5)) {
    case 0:
        is_due[v->id] = false;
        vcpu_block();
        break;
    case 1:
        is_due[v->id] = false;
        ck_assert_int_eq(vcpu_poll(ports, 1 + below(2),
                                   below(2) ? now + below(3000000) : 0), 0);
        break;
    case 2:
        vcpu_yield();
        break;
    case 3:
        timer_set(&v->singleshot_timer, now + below(20000000));
        break;
    default:
        port_pending[1 + below(PORTS - 1)] = false;
        break;
    }
}

/* No wake-up is lost: who waits has nothing to wait for. */
static void check_waits(const struct vcpu *v)
{
    bool blocked = test_bit(VCPU_PAUSE_BLOCKED, &v->pause_flags);
    bool polling = test_bit(VCPU_PAUSE_POLLING, &v->pause_flags);

    UNIT_REQUIRE(!(blocked || polling) || !is_due[v->id]);
    UNIT_REQUIRE(polling == test_bit(v->id, domain.poll_mask));
    UNIT_REQUIRE(!polling || !v->poll_port || !port_pending[v->poll_port]);
}

/* When all CPUs have left the hypervisor. */
static void check_vcpu(struct vcpu *v)
{
    struct vcpu_runstate_info info;
    uint64_t sum = 0;

    check_waits(v);
    UNIT_REQUIRE((v->is_queued || v->is_running) == vcpu_may_run(v));
    UNIT_REQUIRE(!(v->is_queued && v->is_running));
    if (sched_policy == &sched_round_robin)
        UNIT_REQUIRE(v->is_queued == !list_is_empty(&v->run_list));
    UNIT_REQUIRE(v->is_running == (running_on(v->cpu) == v));
    if (vcpu_may_run(v))
        UNIT_REQUIRE(cpu_set_has(&v->affinity, v->cpu));
    for (unsigned int cpu = 0; cpu < CPUS; cpu++)
        UNIT_REQUIRE(!v->is_queued || !cpu_set_has(&v->affinity, cpu) ||
                     !running_on(cpu)->is_idle);
    vcpu_runstate_get(v, &info);
    for (unsigned int i = 0; i < 4; i++)
        sum += info.time[i];
    UNIT_REQUIRE(sum == (uint64_t)now - 1);
    UNIT_REQUIRE((info.state == RUNSTATE_running) == v->is_running);
    UNIT_REQUIRE((info.state == RUNSTATE_runnable) == v->is_queued);
}

static void check_all(void)
{
    unsigned int population = 0;

    for (unsigned int cpu = 0; cpu < CPUS; cpu++) {
        UNIT_REQUIRE(running_on(cpu)->is_running);
        population += per_cpu(runqueue, cpu).population;
    }
    UNIT_REQUIRE(population == VCPUS);
    for (unsigned int i = 0; i < VCPUS; i++)
        check_vcpu(&vcpu[i]);
}

static void use_randomly(const struct sched_policy *policy)
{
    set_up_policy(CPUS, policy);
    for (unsigned int i = 0; i < VCPUS; i++)
        bring_up(i);
    in_switch = do_to_prev;
    seed = 9;
    for (int i = 0; i < ROUNDS; i++) {
        unsigned int kind = below(10);

        if (kind < 4)
            act_on(below(CPUS));
        else if (kind < 7)
            do_to(&vcpu[below(VCPUS)]);
        else if (kind == 7)
            leave(below(CPUS));
        for (unsigned int k = 0; k < VCPUS; k++)
            check_waits(&vcpu[k]);
        if (kind == 8)
            advance(below(4000000));
        if (kind == 9) {
            leave_all();
            check_all();
        }
    }
}

START_TEST(no_wake_up_is_lost_and_no_cpu_idles_under_credit)
{
    use_randomly(&sched_credit);
}
END_TEST

START_TEST(no_wake_up_is_lost_and_no_cpu_idles_under_bvt)
{
    use_randomly(&sched_bvt);
}
END_TEST

START_TEST(no_wake_up_is_lost_and_no_cpu_idles_under_rr)
{
    use_randomly(&sched_round_robin);
}
END_TEST

/* -- promises, one by one -------------------------------------------------- */

START_TEST(a_vcpu_runs_once_it_is_brought_up_and_sleeps_when_it_blocks)
{
    set_up(1);
    ck_assert(running_on(0)->is_idle);
    bring_up(0);
    ck_assert(running_on(0) == &vcpu[0]);
    block_on(0);
    ck_assert(running_on(0) == &vcpu[0]);   /* until it leaves */
    leave(0);
    ck_assert(running_on(0)->is_idle);
    ck_assert_int_eq(vcpu[0].runstate.state, RUNSTATE_blocked);
    ck_assert_uint_eq(published, 1);
    send_event(&vcpu[0]);
    leave(0);
    ck_assert(running_on(0) == &vcpu[0]);
}
END_TEST

START_TEST(a_wake_up_before_the_switch_cancels_it)
{
    set_up(1);
    bring_up(0);
    block_on(0);
    send_event(&vcpu[0]);
    leave(0);
    ck_assert(running_on(0) == &vcpu[0]);
    ck_assert_uint_eq(published, 0);
}
END_TEST

static void wake_prev(struct vcpu *prev)
{
    if (!prev->is_idle)
        send_event(prev);
}

START_TEST(a_wake_up_during_the_switch_brings_it_back)
{
    set_up(CPUS);
    bring_up(0);
    in_switch = wake_prev;
    block_on(vcpu[0].cpu);
    leave_all();
    ck_assert(running_on(vcpu[0].cpu) == &vcpu[0]);
    ck_assert_uint_eq(published, 1);
}
END_TEST

START_TEST(an_event_that_is_due_stops_a_block)
{
    set_up(1);
    bring_up(0);
    is_due[0] = true;
    block_on(0);
    ck_assert_uint_eq(vcpu[0].pause_flags, 0);
    leave(0);
    ck_assert(running_on(0) == &vcpu[0]);
}
END_TEST

START_TEST(an_nmi_that_was_sent_stops_a_block)
{
    set_up(1);
    bring_up(0);
    has_nmi[0] = true;
    block_on(0);
    has_nmi[0] = false;
    ck_assert_uint_eq(vcpu[0].pause_flags, 0);
}
END_TEST

START_TEST(a_poll_ends_at_its_time_and_not_before)
{
    evtchn_port_t port = 3;

    set_up(1);
    bring_up(0);
    ck_assert_int_eq(vcpu_poll(&port, 1, now + 5000), 0);
    leave(0);
    ck_assert(running_on(0)->is_idle);
    ck_assert_int_eq(vcpu[0].runstate.state, RUNSTATE_blocked);
    advance(4999);
    ck_assert(running_on(0)->is_idle);
    advance(1);
    ck_assert(running_on(0) == &vcpu[0]);
    ck_assert_uint_eq(domain.poll_mask[0], 0);
}
END_TEST

START_TEST(the_time_of_an_earlier_poll_does_not_end_the_next)
{
    evtchn_port_t port = 3;

    set_up(1);
    bring_up(0);
    ck_assert_int_eq(vcpu_poll(&port, 1, now + 5000), 0);
    leave(0);
    raise_port(3);
    leave(0);
    ck_assert(running_on(0) == &vcpu[0]);
    port = 4;
    ck_assert_int_eq(vcpu_poll(&port, 1, 0), 0);
    leave(0);
    advance(1000000);
    ck_assert(running_on(0)->is_idle);
    raise_port(5);
    leave(0);
    ck_assert(running_on(0)->is_idle);
    raise_port(4);
    leave(0);
    ck_assert(running_on(0) == &vcpu[0]);
}
END_TEST

START_TEST(a_poll_of_a_pending_or_impossible_port_does_not_wait)
{
    evtchn_port_t ports[2] = { 2, PORTS };

    set_up(1);
    bring_up(0);
    ck_assert_int_eq(vcpu_poll(ports, 2, 0), -EINVAL);
    ck_assert_uint_eq(vcpu[0].pause_flags, 0);
    ck_assert_uint_eq(domain.poll_mask[0], 0);
    port_pending[2] = true;
    ck_assert_int_eq(vcpu_poll(ports, 1, 0), 0);
    leave(0);
    ck_assert(running_on(0) == &vcpu[0]);
}
END_TEST

START_TEST(those_who_never_sleep_share_the_cpu_in_slices_of_10_ms)
{
    set_up(1);
    for (unsigned int i = 0; i < 3; i++)
        bring_up(i);
    for (int i = 0; i < 300; i++)
        advance(MILLISECS(10));
    for (unsigned int i = 0; i < 3; i++) {
        struct vcpu_runstate_info info;

        vcpu_runstate_get(&vcpu[i], &info);
        ck_assert_int_ge((s_time_t)info.time[RUNSTATE_running],
                         MILLISECS(980));
        ck_assert_int_le((s_time_t)info.time[RUNSTATE_running],
                         MILLISECS(1020));
    }
}
END_TEST

START_TEST(who_wakes_preempts_after_a_millisecond)
{
    set_up(1);
    bring_up(0);
    block_on(0);
    leave(0);
    bring_up(1);
    advance(MICROSECS(300));
    send_event(&vcpu[0]);
    leave(0);
    ck_assert(running_on(0) == &vcpu[1]);
    advance(MICROSECS(699));
    ck_assert(running_on(0) == &vcpu[1]);
    advance(MICROSECS(1));
    ck_assert(running_on(0) == &vcpu[0]);
    block_on(0);
    is_due[0] = false;
    leave(0);
    ck_assert(running_on(0) == &vcpu[0]);   /* an event was due */
    block_on(0);
    leave(0);
    ck_assert(running_on(0) == &vcpu[1]);
    advance(MILLISECS(2));
    send_event(&vcpu[0]);
    leave(0);
    ck_assert(running_on(0) == &vcpu[0]);   /* at once */
}
END_TEST

START_TEST(who_yields_lets_all_others_run_first)
{
    unsigned int turns[3] = { 0 };

    set_up(1);
    for (unsigned int i = 0; i < 3; i++)
        bring_up(i);
    for (int i = 0; i < 12; i++) {
        struct vcpu *before = running_on(0);

        vcpu_yield();
        leave(0);
        ck_assert(running_on(0) != before);
        turns[running_on(0)->id]++;
    }
    for (unsigned int i = 0; i < 3; i++)
        ck_assert_uint_ge(turns[i], 3);
}
END_TEST

START_TEST(pauses_are_counted)
{
    set_up(CPUS);
    bring_up(0);
    vcpu_pause_nosync(&vcpu[0]);
    domain_pause_nosync(&domain);
    vcpu_pause_nosync(&vcpu[0]);
    leave_all();
    ck_assert(!vcpu[0].is_running);
    ck_assert_int_eq(vcpu[0].runstate.state, RUNSTATE_offline);
    vcpu_unpause(&vcpu[0]);
    domain_unpause(&domain);
    leave_all();
    ck_assert(!vcpu[0].is_running);
    vcpu_unpause(&vcpu[0]);
    leave_all();
    ck_assert(vcpu[0].is_running);
}
END_TEST

START_TEST(an_override_pins_and_is_taken_back)
{
    struct vcpu *v = &vcpu[0];

    set_up(CPUS);
    bring_up(0);
    ck_assert_int_eq(sched_pin_override(v, NR_CPUS), -EINVAL);
    ck_assert_int_eq(sched_pin_override(v, 7), -EINVAL);
    ck_assert_int_eq(sched_pin_override(v, !v->cpu), 0);
    ck_assert_int_eq(sched_pin_override(v, 0), -EBUSY);
    leave_all();
    check_vcpu(v);
    ck_assert(v->is_running);
    ck_assert_uint_eq(v->singleshot_timer.cpu, v->cpu);
    ck_assert_int_eq(sched_pin_override(v, NR_CPUS), 0);
    ck_assert(cpu_set_has(&v->affinity, 0) && cpu_set_has(&v->affinity, 1));
}
END_TEST

START_TEST(new_vcpus_spread_over_the_cpus)
{
    set_up(CPUS);
    for (unsigned int cpu = 0; cpu < CPUS; cpu++)
        ck_assert_uint_ge(per_cpu(runqueue, cpu).population, VCPUS / CPUS);
}
END_TEST

START_TEST(the_periodic_timer_ticks_only_while_its_vcpu_runs)
{
    set_up(1);
    bring_up(0);
    vcpu[0].periodic_period = MILLISECS(10);
    vcpu[0].periodic_last = now;
    timer_set(&vcpu[0].periodic_timer, now + MILLISECS(10));
    for (int i = 0; i < 50; i++)
        advance(MILLISECS(1));
    ck_assert_uint_eq(ticks[0], 5);
    is_due[0] = false;
    block_on(0);
    leave(0);
    for (int i = 0; i < 50; i++)
        advance(MILLISECS(1));
    ck_assert_uint_eq(ticks[0], 5);
    send_event(&vcpu[0]);
    leave(0);
    ck_assert_uint_eq(ticks[0], 6);     /* made up for, once */
}
END_TEST

int main(void)
{
    return UNIT_RUN("sched", no_wake_up_is_lost_and_no_cpu_idles_under_credit,
                    no_wake_up_is_lost_and_no_cpu_idles_under_bvt,
                    no_wake_up_is_lost_and_no_cpu_idles_under_rr,
                    a_vcpu_runs_once_it_is_brought_up_and_sleeps_when_it_blocks,
                    a_wake_up_before_the_switch_cancels_it,
                    a_wake_up_during_the_switch_brings_it_back,
                    an_event_that_is_due_stops_a_block,
        an_nmi_that_was_sent_stops_a_block,
                    a_poll_ends_at_its_time_and_not_before,
                    the_time_of_an_earlier_poll_does_not_end_the_next,
                    a_poll_of_a_pending_or_impossible_port_does_not_wait,
                    those_who_never_sleep_share_the_cpu_in_slices_of_10_ms,
                    who_wakes_preempts_after_a_millisecond,
                    who_yields_lets_all_others_run_first, pauses_are_counted,
                    an_override_pins_and_is_taken_back,
                    new_vcpus_spread_over_the_cpus,
                    the_periodic_timer_ticks_only_while_its_vcpu_runs);
}
