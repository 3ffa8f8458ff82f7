/* SPDX-License-Identifier: MIT */
/* cpu_threads.c - see cpu_threads.h. */
#include <pthread.h>
#include "cpu_threads.h"
#include "unit.h"

extern _Thread_local unsigned int my_cpu;

static _Thread_local uint64_t seed = 5;
static void (*run_each)(void);

unsigned int below(unsigned int n)
{
    return (unsigned int)unit_random_below(&seed, n);
}

static void *run_cpu(void *cpu)
{
    my_cpu = (unsigned int)(uintptr_t)cpu;
    seed = my_cpu * 77 + 5;
    run_each();
    return NULL;
}

void cpu_threads_run(unsigned int count, void (*run)(void))
{
    pthread_t thread[CPU_THREADS_MAX];

    UNIT_REQUIRE(count <= CPU_THREADS_MAX);
    run_each = run;
    for (uintptr_t i = 0; i < count; i++)
        UNIT_REQUIRE(!pthread_create(&thread[i], NULL, run_cpu, (void *)i));
    for (unsigned int i = 0; i < count; i++)
        pthread_join(thread[i], NULL);
}
