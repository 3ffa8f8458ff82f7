/* SPDX-License-Identifier: MIT */
/*
 * main.c - the simulator: the shipped scheduler under a virtual clock.
 * Usage: sim check | all
 *
 * Each scenario has a process of its own, since it has one machine. Lines that
 * begin with pass or FAIL say whether a goal was met, the last one how many
 * were; the others are figures (scenario.h). `check` takes seconds, `all` goes
 * up to 256 CPUs and 10,000 vcpus and also times choices.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../../common/sched/policy.h"
#include "scenario.h"

static unsigned int met, missed;

void report(bool is_met, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    printf("%s ", is_met ? "pass" : "FAIL");
    vprintf(fmt, args);
    putchar('\n');
    va_end(args);
    if (is_met)
        met++;
    else
        missed++;
}

/* In the child: what it met goes to the parent through @to. */
static void tell_parent(int to)
{
    unsigned int counts[2] = { met, missed };

    fflush(stdout);
    if (write(to, counts, sizeof(counts)) != sizeof(counts))
        _exit(2);
    _exit(0);
}

/* True in a child that is to simulate; the parent has the result. */
static bool in_child(int *to)
{
    unsigned int counts[2] = { 0, 1 };
    int ends[2], status;
    pid_t child;

    fflush(stdout);
    if (pipe(ends) || (child = fork()) < 0) {
        perror("sim");
        exit(2);
    }
    *to = ends[1];
    if (child == 0) {
        met = missed = 0;
        return true;
    }
    close(ends[1]);
    if (read(ends[0], counts, sizeof(counts)) != sizeof(counts))
        puts("FAIL a scenario ended without a result");
    close(ends[0]);
    waitpid(child, &status, 0);
    met += counts[0];
    missed += counts[1];
    return false;
}

#define SIMULATE(call)                                                  \
    do {                                                                \
        int to;                                                         \
                                                                        \
        if (in_child(&to)) {                                            \
            call;                                                       \
            tell_parent(to);                                            \
        }                                                               \
    } while (0)

/* Sizes of machines: CPUs, and vcpus that always run. */
static const struct { unsigned int cpus, vcpus; } sizes[] = {
    { 1, 8 }, { 1, 40 }, { 2, 12 }, { 4, 20 }, { 4, 100 }, { 16, 100 },
    { 64, 400 }, { 64, 2000 }, { 256, 1000 }, { 256, 10000 },
};

static void simulate_shares(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        SIMULATE(fairness(&sched_credit, sizes[i].cpus, sizes[i].vcpus));
        SIMULATE(fairness(&sched_bvt, sizes[i].cpus, sizes[i].vcpus));
    }
}

static void simulate_caps(void)
{
    static const unsigned int caps[] = { 1, 5, 10, 25, 33, 50, 75, 90 };

    for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++)
        SIMULATE(cap(1, 1, caps[i], false));
    SIMULATE(cap(1, 1, 25, true));
    SIMULATE(cap(4, 4, 150, false));
    SIMULATE(cap(4, 4, 150, true));
    SIMULATE(cap(16, 64, 400, true));
}

static void simulate_latency(unsigned int most_hogs)
{
    for (unsigned int hogs = 1; hogs <= most_hogs; hogs *= 2) {
        SIMULATE(latency(&sched_credit, false, 1, 1, hogs));
        SIMULATE(latency(&sched_bvt, false, 1, 1, hogs));
        SIMULATE(latency(&sched_bvt, true, 1, 1, hogs));
        SIMULATE(latency(&sched_round_robin, false, 1, 1, hogs));
    }
    SIMULATE(latency(&sched_credit, false, 1, 4, 16));
    SIMULATE(latency(&sched_credit, false, 4, 4, 16));
}

static void simulate_large(void)
{
    SIMULATE(latency(&sched_credit, false, 16, 16, 160));
    SIMULATE(latency(&sched_credit, false, 64, 64, 640));
    SIMULATE(latency(&sched_credit, false, 256, 256, 9744));
}

static void simulate_cost(void)
{
    for (unsigned int vcpus = 10; vcpus <= 10000; vcpus *= 10) {
        SIMULATE(pick_cost(&sched_credit, vcpus));
        SIMULATE(pick_cost(&sched_bvt, vcpus));
        SIMULATE(pick_cost(&sched_round_robin, vcpus));
    }
}

int main(int argc, char **argv)
{
    bool all = argc == 2 && !strcmp(argv[1], "all");

    if (!all && (argc != 2 || strcmp(argv[1], "check"))) {
        fprintf(stderr, "usage: %s check | all\n", argv[0]);
        return 2;
    }
    SIMULATE(quiet(&sched_credit));
    SIMULATE(quiet(&sched_bvt));
    SIMULATE(quiet(&sched_round_robin));
    simulate_shares(all ? sizeof(sizes) / sizeof(sizes[0]) : 6);
    simulate_caps();
    simulate_latency(all ? 64 : 8);
    if (all) {
        simulate_large();
        simulate_cost();
    }
    printf("%u passed, %u failed\n", met, missed);
    return missed != 0;
}
