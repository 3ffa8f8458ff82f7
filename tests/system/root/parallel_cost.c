/* SPDX-License-Identifier: MIT */
/*
 * parallel_cost.c - what work on all CPUs at once takes, by the clock.
 *
 *   parallel_cost               processes made and ended on every CPU, and a
 *                               byte that goes to another CPU and back
 *   parallel_cost compile DIR   the compiler of the root in DIR on every CPU
 *
 * Prints "@@ cost NANOSECONDS TIMES 0 NAME" for each, TIMES being those of all
 * CPUs together, and at the end "@@ clock 1 1": a cycle is a nanosecond here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STORM_TIMES 200u
#define PIPE_TIMES  2000u

static unsigned int cpu_count;
static const char *compiler_root;

/* A failure here would be measured as something fast. */
static void must(int ok, const char *what)
{
    if (ok)
        return;
    printf("%s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static void report(const char *name, uint64_t ns, unsigned int times)
{
    printf("@@ cost %llu %u 0 %s\n", (unsigned long long)ns, times, name);
    fflush(stdout);
}

static void run_on(unsigned int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    must(sched_setaffinity(0, sizeof(set), &set) == 0, "sched_setaffinity");
}

static void wait_for(pid_t child)
{
    int status;
    must(waitpid(child, &status, 0) == child && status == 0, "child");
}

/* -- the same on every CPU ------------------------------------------------- */

/* Until the other end of @gate is closed. */
static void wait_at(int gate)
{
    char byte;
    must(read(gate, &byte, 1) == 0, "gate");
}

static pid_t start_worker(unsigned int cpu, void (*work)(unsigned int cpu),
                          const int gate[2])
{
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        close(gate[1]);
        run_on(cpu);
        wait_at(gate[0]);
        work(cpu);
        _exit(0);
    }
    return child;
}

/* How long it takes until all CPUs, which begin together, have done it. */
static uint64_t on_every_cpu(void (*work)(unsigned int cpu))
{
    pid_t workers[cpu_count];
    uint64_t start;
    int gate[2];

    must(pipe(gate) == 0, "pipe");
    for (unsigned int i = 0; i < cpu_count; i++)
        workers[i] = start_worker(i, work, gate);
    close(gate[0]);
    usleep(100000);             /* all of them have come to the gate */
    start = now_ns();
    close(gate[1]);
    for (unsigned int i = 0; i < cpu_count; i++)
        wait_for(workers[i]);
    return now_ns() - start;
}

static void fork_storm(unsigned int cpu)
{
    (void)cpu;
    for (unsigned int i = 0; i < STORM_TIMES; i++) {
        pid_t child = fork();
        must(child >= 0, "fork");
        if (child == 0)
            _exit(0);
        wait_for(child);
    }
}

static void compile(unsigned int cpu)
{
    char out[32];

    snprintf(out, sizeof(out), "/tmp/pattern%u", cpu);
    must(chroot(compiler_root) == 0 && chdir("/") == 0, "chroot");
    execl("/usr/bin/gcc", "gcc", "-O2", "-Wall", "-o", out, "/src/pattern.c",
          (char *)NULL);
    must(0, "gcc");
}

/* -- between two CPUs ------------------------------------------------------ */

static void echo(int from, int to)
{
    char byte;
    while (read(from, &byte, 1) == 1)
        must(write(to, &byte, 1) == 1, "write");
}

static void measure_pipe(void)
{
    int to_child[2], to_parent[2];
    char byte = 1;
    uint64_t start;
    pid_t child;

    must(pipe(to_child) == 0 && pipe(to_parent) == 0, "pipe");
    child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        close(to_child[1]);
        run_on(1);
        echo(to_child[0], to_parent[1]);
        _exit(0);
    }
    run_on(0);
    start = now_ns();
    for (unsigned int i = 0; i < PIPE_TIMES; i++)
        must(write(to_child[1], &byte, 1) == 1 &&
             read(to_parent[0], &byte, 1) == 1, "round trip");
    report("pipe round trip between CPUs", now_ns() - start, PIPE_TIMES);
    close(to_child[1]);
    wait_for(child);
}

int main(int argc, char **argv)
{
    cpu_count = (unsigned int)sysconf(_SC_NPROCESSORS_ONLN);
    if (argc == 3) {
        compiler_root = argv[2];
        on_every_cpu(compile);      /* brings compiler and headers to memory */
        report("compile a program on every CPU", on_every_cpu(compile),
               cpu_count);
    } else {
        on_every_cpu(fork_storm);
        report("fork + exit + wait on every CPU", on_every_cpu(fork_storm),
               cpu_count * STORM_TIMES);
        if (cpu_count > 1)
            measure_pipe();
    }
    printf("@@ clock 1 1\n");
    return 0;
}
