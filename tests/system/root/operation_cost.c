/* SPDX-License-Identifier: MIT */
/*
 * operation_cost.c - what operations of a user program cost, in cycles.
 *
 * Prints "@@ cost CYCLES NAME" for each. Under QEMU's -icount shift=0 a cycle
 * of the time stamp counter is one instruction of the whole machine: user,
 * kernel and hypervisor. Each operation runs a few times unmeasured first.
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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#define PAGE_BYTES  4096ul
#define MAP_BYTES   (1ul << 20)
#define TOUCH_PAGES 256ul

static int zero_fd;
static char *page;              /* one page, readable and writable */
static char *touched;           /* TOUCH_PAGES pages */
static const char *self;        /* this program, to exec */
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

static uint64_t measure(void (*operation)(void), unsigned int times)
{
    for (unsigned int i = 0; i < times / 10 + 2; i++)
        operation();
    uint64_t start = __rdtsc();
    for (unsigned int i = 0; i < times; i++)
        operation();
    return (__rdtsc() - start) / times;
}

/* The first touches of fresh pages, and giving them back: in one round each,
 * so that neither is measured with the other. */
static void measure_touch(uint64_t *fault, uint64_t *unmap)
{
    const unsigned int rounds = 10;
    *fault = *unmap = 0;
    for (unsigned int i = 0; i < rounds; i++) {
        map_touch_area();
        uint64_t start = __rdtsc();
        touch_pages();
        uint64_t middle = __rdtsc();
        unmap_touched();
        *fault += middle - start;
        *unmap += __rdtsc() - middle;
    }
    *fault /= rounds * TOUCH_PAGES;
    *unmap /= rounds * TOUCH_PAGES;
}

static void report(const char *name, uint64_t cycles)
{
    printf("@@ cost %llu %s\n", (unsigned long long)cycles, name);
    fflush(stdout);
}

static const struct {
    const char *name;
    void (*operation)(void);
    unsigned int times;
} operations[] = {
    { "null system call",               null_system_call, 2000 },
    { "read 1 byte of /dev/zero",       read_zero,        2000 },
    { "signal delivery",                deliver_signal,   1000 },
    { "mprotect pair",                  mprotect_pair,    1000 },
    { "mprotect + SIGSEGV",             protected_store,  1000 },
    { "mmap + munmap 1 MB",             map_unmap,        500 },
    { "fork + exit + wait",             fork_exit,        50 },
    { "fork + exec + wait",             fork_exec,        50 },
    { "sched_yield",                    yield,            2000 },
    { "clock_gettime (vDSO)",           read_clock,       2000 },
};

static void measure_pipe(void)
{
    pid_t child = start_echo();
    report("pipe round trip", measure(pipe_round_trip, 1000));
    close(to_child[1]);
    wait_for(child);
}

int main(int argc, char **argv)
{
    uint64_t fault, unmap;

    if (argc > 1)
        return 0;               /* the program that fork_exec() runs */
    self = argv[0];
    zero_fd = open("/dev/zero", O_RDONLY);
    must(zero_fd >= 0, "/dev/zero");
    page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(page != MAP_FAILED, "mmap");
    signal(SIGUSR1, on_signal);
    signal(SIGSEGV, on_fault);

    uint64_t loop = measure(nothing, 1000);
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        report(operations[i].name,
               measure(operations[i].operation, operations[i].times) - loop);
    measure_touch(&fault, &unmap);
    report("page fault, per page", fault);
    report("munmap of touched memory, per page", unmap);
    measure_pipe();
    return 0;
}
