/* SPDX-License-Identifier: MIT */
/* fake_cpus.c - see fake_cpus.h. */
#include <asm/cr.h>
#include <asm/ipi.h>
#include <asm/lapic.h>
#include <hv/cpu.h>
#include <hv/percpu.h>
#include "fake_cpus.h"

int sched_yield(void);      /* not <sched.h>: it has a cpu_set_t too */

_Thread_local unsigned int my_cpu;
_Thread_local bool my_irqs_off;
struct cpu_info fake_infos[FAKE_CPUS];
struct cpu_info *cpu_infos[NR_CPUS];
cpu_set_t cpu_online;
unsigned int cpu_count;
unsigned int fake_interrupts_sent;

void (*fake_send_hook)(void);

static bool is_one_thread;
static unsigned int is_sent[FAKE_CPUS];
static unsigned long cr3[FAKE_CPUS], cr4[FAKE_CPUS];

void fake_cpus_start(unsigned int count, bool one_thread)
{
    is_one_thread = one_thread;
    cpu_online = (cpu_set_t){ 0 };
    for (unsigned int i = 0; i < count; i++) {
        cpu_infos[i] = &fake_infos[i];
        cpu_set_add(&cpu_online, i);
        cr4[i] = CR4_PGE;
    }
    cpu_count = count;
    fake_interrupts_sent = 0;
}

void lapic_send_set(const cpu_set_t *cpus, unsigned int vector)
{
    void (*hook)(void);

    (void)vector;
    for (unsigned int i = 0; i < FAKE_CPUS; i++)
        if (cpu_set_has(cpus, i)) {
            __atomic_fetch_add(&fake_interrupts_sent, 1, __ATOMIC_RELAXED);
            __atomic_store_n(&is_sent[i], 1, __ATOMIC_RELEASE);
        }
    hook = __atomic_exchange_n(&fake_send_hook, NULL, __ATOMIC_ACQ_REL);
    if (hook)
        hook();
}

void fake_take_interrupts(void)
{
    if (my_irqs_off ||
        !__atomic_exchange_n(&is_sent[my_cpu], 0, __ATOMIC_ACQ_REL))
        return;
    my_irqs_off = true;
    tlb_flush_interrupt();
    my_irqs_off = false;
}

static void take_all_interrupts(void)
{
    unsigned int self = my_cpu;

    for (my_cpu = 0; my_cpu < cpu_count; my_cpu++)
        fake_take_interrupts();
    my_cpu = self;
}

/* There may be fewer CPUs than threads. */
void cpu_relax(void)
{
    if (is_one_thread)
        take_all_interrupts();
    else
        fake_take_interrupts();
    sched_yield();
}

bool stop_is_over(void)
{
    return false;
}

/* --- control registers --- */

/* As the real load: what was stored before is visible before what is loaded
 * after. */
static void serialise(void)
{
    static _Thread_local unsigned int word;

    __atomic_fetch_add(&word, 1, __ATOMIC_SEQ_CST);
}

unsigned long read_cr3(void)
{
    return cr3[my_cpu];
}

void write_cr3(unsigned long value)
{
    serialise();
    cr3[my_cpu] = value;
    fake_tlb_drop_all();
    serialise();
}

unsigned long read_cr4(void)
{
    return cr4[my_cpu];
}

void write_cr4(unsigned long value)
{
    serialise();
    if ((cr4[my_cpu] ^ value) & CR4_PGE)
        fake_tlb_drop_all();
    cr4[my_cpu] = value;
    serialise();
}

void invlpg(unsigned long va)
{
    serialise();
    fake_tlb_drop_page(va);
}
