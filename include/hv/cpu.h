/* SPDX-License-Identifier: MIT */
/*
 * cpu.h - the physical CPUs, numbered 0..NR_CPUS-1, and sets of them.
 * asm/current.h supplies cpu_id(): the number of the CPU we run on.
 */
#ifndef HV_CPU_H
#define HV_CPU_H

#include <hv/bitops.h>
#include <hv/types.h>

#define NR_CPUS 256u

#include <asm/current.h>

typedef struct cpu_set {
    unsigned long bits[BITS_TO_LONGS(NR_CPUS)];
} cpu_set_t;

extern cpu_set_t cpu_online;    /* CPUs that run the scheduler */
extern unsigned int cpu_count;  /* how many are set in cpu_online */
void cpu_mark_online(unsigned int cpu);
unsigned int cpu_number_limit(void);    /* above the numbers of all of those */

static inline void cpu_set_add(cpu_set_t *s, unsigned int cpu)
{
    set_bit(cpu, s->bits);
}

static inline void cpu_set_remove(cpu_set_t *s, unsigned int cpu)
{
    clear_bit(cpu, s->bits);
}

static inline bool cpu_set_has(const cpu_set_t *s, unsigned int cpu)
{
    return test_bit(cpu, s->bits);
}

/* The CPUs of @s as text: "0-3,6". It ends early if it does not fit. */
void cpu_set_format(char *out, size_t size, const cpu_set_t *s);

#define for_each_online_cpu(cpu) for_each_set_bit(cpu, cpu_online.bits, NR_CPUS)

/* Where a CPU lies: numbers of the hardware's, with gaps, the core's counted
 * within its socket and the thread's within its core. */
struct cpu_topology {
    uint32_t socket, core, thread;
};
/* arch: of @cpu, which is online. */
const struct cpu_topology *cpu_topology(unsigned int cpu);
/* Of what is online: sockets, most cores of one, most threads of a core. */
struct cpu_counts {
    unsigned int sockets, cores, threads;
};
struct cpu_counts cpu_count_topology(void);

/* arch: every online CPU of @cpus, the caller's too if it is among them, calls
 * @fn(@arg) soon: an interrupt handler, interrupts off. With @wait all have
 * returned from it when this does; without, @arg must stay. Not for interrupt
 * handlers: interrupts are on, and no lock is held that is of level CALL or
 * higher, or that anybody takes with interrupts off. */
void cpu_call(const cpu_set_t *cpus, void (*fn)(void *arg), void *arg,
              bool wait);

#endif
