/* SPDX-License-Identifier: MIT */
/*
 * operation_cost.c - what operations of a user program cost, in cycles.
 *
 *   operation_cost              all but the compiler
 *   operation_cost compile DIR  the compiler of the root in DIR
 *
 * Prints "@@ cost CYCLES TIMES PHASE NAME" for each: so many cycles, less those
 * of the loop, for so many times, done in that phase (phase_mark.h). Under
 * QEMU's -icount shift=0 a cycle of the time stamp counter is one instruction
 * of the whole machine: user, kernel and hypervisor. Each operation runs a few
 * times unmeasured first. The last line, "@@ clock CYCLES NANOSECONDS", says
 * how fast the counter ran meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "phase_mark.h"

#define PAGE_BYTES  4096ul
#define MAP_BYTES   (1ul << 20)
#define TOUCH_PAGES 256ul

static int zero_fd;
static char *page;              /* one page, readable and writable */
static char *touched;           /* TOUCH_PAGES pages */
static const char *self;        /* this program, to exec */
static const char *compiler_root;
static int to_child[2], to_parent[2];
static sigjmp_buf after_fault;

/* A failure here would be measured as something fast. */
static void must(int ok, const char *what)
{
    if (ok)
        return;
    printf("%s: %s\n", what, strerror(errno));
    exit(1);
}

static void on_signal(int number)
{
    (void)number;
}

static void on_fault(int number)
{
    (void)number;
    siglongjmp(after_fault, 1);
}

static void null_system_call(void)
{
    syscall(SYS_getppid);
}

static void read_zero(void)
{
    char byte;
    must(read(zero_fd, &byte, 1) == 1, "read");
}

static void deliver_signal(void)
{
    must(raise(SIGUSR1) == 0, "raise");
}

static void mprotect_pair(void)
{
    must(mprotect(page, PAGE_BYTES, PROT_READ) == 0, "mprotect");
    must(mprotect(page, PAGE_BYTES, PROT_READ | PROT_WRITE) == 0, "mprotect");
    page[0]++;
}

static void protected_store(void)
{
    must(mprotect(page, PAGE_BYTES, PROT_READ) == 0, "mprotect");
    if (sigsetjmp(after_fault, 1) == 0)
        *(volatile char *)page = 1;
    must(mprotect(page, PAGE_BYTES, PROT_READ | PROT_WRITE) == 0, "mprotect");
}

static void map_unmap(void)
{
    void *at = mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(at != MAP_FAILED, "mmap");
    must(munmap(at, MAP_BYTES) == 0, "munmap");
}

static void map_touch_area(void)
{
    touched = mmap(NULL, TOUCH_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(touched != MAP_FAILED, "mmap");
    must(madvise(touched, TOUCH_PAGES * PAGE_BYTES, MADV_NOHUGEPAGE) == 0,
         "madvise");
}

static void touch_pages(void)
{
    for (size_t i = 0; i < TOUCH_PAGES; i++)
        *(volatile char *)(touched + i * PAGE_BYTES) = 1;
}

static void unmap_touched(void)
{
    must(munmap(touched, TOUCH_PAGES * PAGE_BYTES) == 0, "munmap");
}

static void wait_for(pid_t child)
{
    int status;
    must(waitpid(child, &status, 0) == child && status == 0, "child");
}

static void fork_exit(void)
{
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0)
        _exit(0);
    wait_for(child);
}

static void fork_exec(void)
{
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        execl(self, self, "exit", (char *)NULL);
        _exit(1);
    }
    wait_for(child);
}

static void compile(void)
{
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) {
        must(chroot(compiler_root) == 0 && chdir("/") == 0, "chroot");
        execl("/usr/bin/gcc", "gcc", "-O2", "-Wall", "-o", "/tmp/pattern",
              "/src/pattern.c", (char *)NULL);
        _exit(1);
    }
    wait_for(child);
}

static void pipe_round_trip(void)
{
    char byte = 1;
    must(write(to_child[1], &byte, 1) == 1, "write");
    must(read(to_parent[0], &byte, 1) == 1, "read");
}

static void yield(void)
{
    sched_yield();
}

static void read_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
}

static void nothing(void)
{
}

static void echo_bytes(void)
{
    char byte;
    close(to_child[1]);
    while (read(to_child[0], &byte, 1) == 1)
        must(write(to_parent[1], &byte, 1) == 1, "write");
    _exit(0);
}

static pid_t start_echo(void)
{
    must(pipe(to_child) == 0 && pipe(to_parent) == 0, "pipe");
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0)
        echo_bytes();
    return child;
}

static unsigned int phase = PHASE_FIRST;
static uint64_t loop_cycles;    /* of LOOP_TIMES empty operations */
#define LOOP_TIMES 1000
#define SETTLE_SECONDS 3

static void report(const char *name, uint64_t cycles, unsigned int times)
{
    printf("@@ cost %llu %u %u %s\n", (unsigned long long)cycles, times,
           phase++, name);
    fflush(stdout);
}

static uint64_t __attribute__((noipa)) measure(void (*operation)(void),
                                               unsigned int times)
{
    phase_mark(phase);
    uint64_t start = __rdtsc();
    for (unsigned int i = 0; i < times; i++)
        operation();
    uint64_t cycles = __rdtsc() - start;
    phase_mark(PHASE_OUTSIDE);
    return cycles;
}

static void warm_up(void (*operation)(void), unsigned int times)
{
    for (unsigned int i = 0; i < times; i++)
        operation();
}

static void measure_and_report(const char *name, void (*operation)(void),
                               unsigned int times)
{
    warm_up(operation, times / 10 + 1);
    uint64_t cycles = measure(operation, times);
    uint64_t loop = loop_cycles * times / LOOP_TIMES;
    report(name, cycles > loop ? cycles - loop : 0, times);
}

/* The first touches of fresh pages, and giving them back: in one round each,
 * so that neither is measured with the other. */
static void measure_touch(void)
{
    const unsigned int rounds = 10;
    const unsigned int fault_phase = phase, unmap_phase = phase + 1;
    uint64_t fault = 0, unmap = 0;

    for (unsigned int i = 0; i < rounds; i++) {
        map_touch_area();
        phase = fault_phase;
        fault += measure(touch_pages, 1);
        phase = unmap_phase;
        unmap += measure(unmap_touched, 1);
    }
    phase = fault_phase;
    report("page fault, per page", fault, rounds * TOUCH_PAGES);
    report("munmap of touched memory, per page", unmap, rounds * TOUCH_PAGES);
}

static void measure_pipe(void)
{
    pid_t child = start_echo();
    measure_and_report("pipe round trip", pipe_round_trip, 1000);
    close(to_child[1]);
    wait_for(child);
}

struct operation {
    const char *name;
    void (*operation)(void);
    unsigned int times;
};

static const struct operation operations[] = {
    { "null system call",               null_system_call, 2000 },
    { "read 1 byte of /dev/zero",       read_zero,        2000 },
    { "signal delivery",                deliver_signal,   1000 },
    { "mprotect pair",                  mprotect_pair,    1000 },
    { "mprotect + SIGSEGV",             protected_store,  1000 },
    { "mmap + munmap 1 MB",             map_unmap,        500 },
    { "sched_yield",                    yield,            2000 },
    { "clock_gettime (vDSO)",           read_clock,       2000 },
};

static const struct operation fork_operations[] = {
    { "fork + exit + wait",             fork_exit,        200 },
    { "fork + exec + wait",             fork_exec,        100 },
};

static void measure_table(const struct operation *table, size_t count)
{
    for (size_t i = 0; i < count; i++)
        measure_and_report(table[i].name, table[i].operation, table[i].times);
}
#define MEASURE(table)  measure_table(table, sizeof(table) / sizeof(table[0]))

/* Where things lie decides how many page tables a process has, and with them
 * what a fork costs: another process, with all at its usual place, forks. */
static void measure_forks_apart(void)
{
    char first_phase[24], loop[24];
    pid_t child = fork();

    must(child >= 0, "fork");
    if (child == 0) {
        snprintf(first_phase, sizeof(first_phase), "%u", phase);
        snprintf(loop, sizeof(loop), "%llu", (unsigned long long)loop_cycles);
        must(personality(ADDR_NO_RANDOMIZE) >= 0, "personality");
        execl(self, self, "forks", first_phase, loop, (char *)NULL);
        must(0, self);
    }
    wait_for(child);
    phase += sizeof(fork_operations) / sizeof(fork_operations[0]);
}

/* A kernel goes on starting for a while after it has run /init: it calibrates
 * its clock anew and changes to it. */
static void wait_for_kernel(void)
{
    nanosleep(&(struct timespec){ .tv_sec = SETTLE_SECONDS }, NULL);
}

static void measure_all(void)
{
    wait_for_kernel();
    zero_fd = open("/dev/zero", O_RDONLY);
    must(zero_fd >= 0, "/dev/zero");
    page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(page != MAP_FAILED, "mmap");
    signal(SIGUSR1, on_signal);
    signal(SIGSEGV, on_fault);

    warm_up(nothing, LOOP_TIMES);
    loop_cycles = measure(nothing, LOOP_TIMES);
    phase++;
    MEASURE(operations);
    measure_forks_apart();
    measure_touch();
    measure_pipe();
}

/* The first run brings compiler and headers into memory. */
static void measure_compiler(void)
{
    warm_up(compile, 1);
    report("compile a program", measure(compile, 1), 1);
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ull + now.tv_nsec;
}

int main(int argc, char **argv)
{
    uint64_t cycles = __rdtsc(), ns = now_ns();

    if (argc == 2)
        return 0;               /* the program that fork_exec() runs */
    self = argv[0];
    if (argc == 4) {            /* what measure_forks_apart() runs */
        phase = (unsigned int)strtoul(argv[2], NULL, 10);
        loop_cycles = strtoull(argv[3], NULL, 10);
        MEASURE(fork_operations);
        return 0;
    }
    if (argc == 3) {
        compiler_root = argv[2];
        measure_compiler();
    } else {
        measure_all();
    }
    ns = now_ns() - ns;
    cycles = __rdtsc() - cycles;
    printf("@@ clock %llu %llu\n", (unsigned long long)cycles,
           (unsigned long long)ns);
    return 0;
}
