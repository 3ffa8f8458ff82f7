/* SPDX-License-Identifier: MIT */
/*
 * vcpu_storm/main.c - several vcpus do everything to each other at once.
 * Has 4 vcpus.
 *
 * Promise: whatever vcpus ask about each other at the same time, each call
 * answers as it does when nobody else is there, no signal is lost for good, and
 * the domain can be ended in the midst of it. What is looked for here is mostly
 * what must not happen: a hypervisor that stops.
 */
#include "guest.h"

const char test_folder[] = "vcpu_storm";

#define ROUNDS      600u
#define OTHERS      3u              /* vcpus 1 to 3 storm, 0 looks after them */

struct storm {
    uint32_t seed;
    unsigned vcpu;
    volatile unsigned rounds;
};
static struct storm storms[OTHERS + 1];
static unsigned ipi[OTHERS + 1];
static volatile unsigned wrong, first_wrong, is_endless, nmis;
static struct vcpu_runstate_info areas[OTHERS + 1];
static struct vcpu_time_info times[OTHERS + 1];
static struct vcpu_info *place;

static unsigned draw(struct storm *s, unsigned limit)
{
    s->seed = s->seed * 1664525u + 1013904223u;
    return (s->seed >> 8) % limit;
}

/* @rc is 0 or one of the two. */
static void answer(unsigned what, long rc, long or, long or_else)
{
    if (rc == 0 || rc == or || rc == or_else)
        return;
    if (!__atomic_fetch_add(&wrong, 1, __ATOMIC_SEQ_CST))
        first_wrong = what << 16 | ((unsigned)-rc & 0xffff);
}

static void records(struct storm *s, unsigned to)
{
    struct vcpu_register_runstate_memory_area runstate = { 0 };
    struct vcpu_register_time_memory_area time = { 0 };
    struct vcpu_runstate_info info;

    if (draw(s, 4)) {
        runstate.addr.v = &areas[to];
        time.addr.v = &times[to];
    }
    answer(1, hc_vcpu_op(VCPUOP_register_runstate_memory_area, to, &runstate),
           0, 0);
    answer(2, hc_vcpu_op(VCPUOP_register_vcpu_time_memory_area, to, &time),
           0, 0);
    answer(3, hc_vcpu_op(VCPUOP_get_runstate_info, to, &info), 0, 0);
}

static void timers(struct storm *s, unsigned to)
{
    struct vcpu_set_periodic_timer period = { .period_ns = MILLISECOND };
    struct vcpu_set_singleshot_timer once = {
        .timeout_abs_ns = clock_now() + draw(s, 100000),
    };

    if (draw(s, 2))
        answer(4, hc_vcpu_op(VCPUOP_set_periodic_timer, to, &period), 0, 0);
    else
        answer(5, hc_vcpu_op(VCPUOP_stop_periodic_timer, to, NULL), 0, 0);
    answer(6, hc_vcpu_op(VCPUOP_set_singleshot_timer, s->vcpu, &once), 0, 0);
}

static void ports(struct storm *s, unsigned to)
{
    long port = port_bind_ipi(to);

    if (port > 0) {
        answer(7, port_send((unsigned)port), 0, 0);
        answer(8, port_unmask((unsigned)port), 0, 0);
        answer(9, port_close((unsigned)port), 0, 0);
    }
    answer(10, port_send(ipi[to]), 0, 0);
    answer(11, port_send(ipi[draw(s, OTHERS + 1)]), 0, 0);
}

static void presence(struct storm *s, unsigned to)
{
    static struct vcpu_guest_context context;
    struct vcpu_register_vcpu_info reg = {
        .mfn = va_to_mfn(place), .offset = to * 64,
    };

    switch (draw(s, 4)) {
    case 0:
        answer(12, hc_vcpu_op(VCPUOP_down, to, NULL), 0, 0);
        break;
    case 1:
        answer(13, hc_vcpu_op(VCPUOP_initialise, to, &context), -XEN_EEXIST,
               -XEN_EEXIST);
        break;
    case 2:
        if (!hc_vcpu_op(VCPUOP_register_vcpu_info, to, &reg))
            vcpu_places[to] = place + to;
        break;
    default:
        answer(14, hc_vcpu_op(VCPUOP_up, to, NULL), 0, 0);
    }
}

static void one(struct storm *s)
{
    unsigned to = 1 + draw(s, OTHERS);

    switch (draw(s, 6)) {
    case 0: records(s, to); break;
    case 1: timers(s, to); break;
    case 2: ports(s, to); break;
    case 3: presence(s, to); break;
    case 4: answer(15, hc_vcpu_op(VCPUOP_send_nmi, to, NULL), 0, 0); break;
    default: let_others_run();
    }
    /* Let in what has come, and keep it out again. */
    vcpu_self()->evtchn_upcall_mask = 0;
    hc_xen_version(XENVER_version, NULL);
    vcpu_self()->evtchn_upcall_mask = 1;
}

static void storm(void *arg)
{
    struct storm *s = arg;

    while (s->rounds < ROUNDS || is_endless) {
        one(s);
        s->rounds++;
    }
}

static bool count_nmi(struct regs *regs)
{
    (void)regs;
    __atomic_add_fetch(&nmis, 1, __ATOMIC_SEQ_CST);
    return true;
}

static void begin(void)
{
    for (unsigned id = 1; id <= OTHERS; id++) {
        storms[id] = (struct storm){ .seed = 77 * id, .vcpu = id };
        if (vcpu_start(id, storm, &storms[id]))
            report_error("a_vcpu_storms", "it_does_not_start");
    }
}

/* Bring up again whom others took down. */
static bool look_after(uint64_t patience)
{
    uint64_t end = clock_now() + patience;
    unsigned left;

    do {
        left = 0;
        for (unsigned id = 1; id <= OTHERS; id++) {
            left += storms[id].rounds < ROUNDS;
            hc_vcpu_op(VCPUOP_up, id, NULL);
        }
        let_others_run();
    } while (left && clock_now() < end);
    return !left;
}

static void tell(void)
{
    struct vcpu_runstate_info info;

    for (unsigned id = 1; id <= OTHERS; id++) {
        hc_vcpu_op(VCPUOP_get_runstate_info, id, &info);
        print("vcpu %u: %u rounds, up %ld, state %d\n", id,
              storms[id].rounds, hc_vcpu_op(VCPUOP_is_up, id, NULL),
              info.state);
    }
}

void test_main(void)
{
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    trap_handle(2, count_nmi);
    place = page_alloc();
    for (unsigned id = 0; id <= OTHERS; id++) {
        ipi[id] = (unsigned)port_bind_ipi(id);
        port_bind_virq(VIRQ_TIMER, id);
    }
    begin();
    if (!expect_true("all_come_through", look_after(18000 * MILLISECOND)))
        tell();
    expect_eq("every_answer_was_right", 0, wrong);
    expect_eq("the_first_that_was_not", 0, first_wrong);
    expect_true("nmis_came", nmis != 0);
    for (unsigned id = 1; id <= OTHERS; id++)
        vcpu_join(id);
    is_endless = 1;
    begin();
    look_after(100 * MILLISECOND);
    expect_true("the_domain_ends_in_the_midst_of_it", true);
}
