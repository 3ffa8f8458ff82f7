/* SPDX-License-Identifier: MIT */
/*
 * cpu_threads.h - CPUs that run at once: each is a thread, whose number my_cpu
 * of asm/current.h is. The tests that race are built of these.
 */
#ifndef CPU_THREADS_H
#define CPU_THREADS_H

#define CPU_THREADS_MAX 8u

/* Have @count CPUs call @run, and wait until all have returned from it. */
void cpu_threads_run(unsigned int count, void (*run)(void));

/* Any of 0 to @n - 1; each CPU has a sequence of its own, the same each time. */
unsigned int below(unsigned int n);

int sched_yield(void);      /* not <sched.h>: it has a cpu_set_t too */

#define LOAD(x)     __atomic_load_n(&(x), __ATOMIC_SEQ_CST)
#define STORE(x, v) __atomic_store_n(&(x), v, __ATOMIC_SEQ_CST)
#define ADD(x, n)   __atomic_fetch_add(&(x), n, __ATOMIC_SEQ_CST)

#endif
