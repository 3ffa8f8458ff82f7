/* SPDX-License-Identifier: MIT */
/*
 * clocks.c - do the clocks of all processors agree?
 *
 *      clocks READS
 *
 * A process on each processor reads the clock, in turns that nobody plans: it
 * takes the last time that any of them saw, reads its own clock, and must not
 * see an earlier one. Prints the largest step back; 0 is expected.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct shared {
    _Atomic uint64_t seen;          /* the latest time that anybody saw */
    _Atomic uint64_t step_back;     /* the largest */
};

static uint64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void raise_to(_Atomic uint64_t *word, uint64_t value)
{
    uint64_t old = atomic_load(word);

    while (old < value && !atomic_compare_exchange_weak(word, &old, value))
        ;
}

static void read_on(int cpu, unsigned long reads, struct shared *s)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof(set), &set))
        exit(1);
    for (unsigned long i = 0; i < reads; i++) {
        uint64_t before = atomic_load(&s->seen), mine = now();

        if (mine < before)
            raise_to(&s->step_back, before - mine);
        raise_to(&s->seen, mine);
    }
    exit(0);
}

int main(int argc, char **argv)
{
    unsigned long reads = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
    int cpus = (int)sysconf(_SC_NPROCESSORS_ONLN), failed = 0, status;
    struct shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (!reads || s == MAP_FAILED)
        return 1;
    for (int cpu = 0; cpu < cpus; cpu++)
        if (fork() == 0)
            read_on(cpu, reads / (unsigned long)cpus, s);
    while (wait(&status) > 0)
        failed |= status;
    printf("%lu readings of %d clocks; the largest step back: %lu ns\n", reads,
           cpus, (unsigned long)s->step_back);
    return failed || s->step_back;
}
