/* SPDX-License-Identifier: MIT */
/*
 * start.c - starting the other CPUs, one at a time.
 *
 *   boot CPU                              new CPU
 *   memory, INIT, start-up message  --->  trampoline.S
 *   waits                           <---  ARRIVED
 *                                         tables, local APIC
 *   compares the clocks  <-------------->  TIMING
 *                                         timer, scheduler
 *   next one                        <---  ONLINE, and idles
 *
 * One that does not arrive, or finds that it cannot take part (REFUSED), is
 * sent back by an INIT, which it cannot leave by itself, and left out; its
 * number here goes to the next. So CPU numbers have no gaps.
 * Locks: none; stage has one writer at a time.
 */
#include <asm/clock.h>
#include <asm/cpu.h>
#include <asm/ipi.h>
#include <asm/irqflags.h>
#include <asm/lapic.h>
#include <asm/paging.h>
#include <asm/smp.h>
#include <asm/topology.h>
#include <hv/acpi.h>
#include <hv/assert.h>
#include <hv/cmdline.h>
#include <hv/cpu.h>
#include <hv/direct_map.h>
#include <hv/sched.h>
#include <hv/string.h>

#define TRAMPOLINE_MAX  256u
#define INIT_WAIT_US    10000u          /* SDM 3A 9.4.4.1 */
#define ARRIVE_US       1000000u        /* a host may be busy with others */
#define REPEAT_US       200u            /* the second message, if need be */
#define READY_US        5000000u

enum stage { ABSENT, ARRIVED, TIMING, ONLINE, REFUSED };

static bool nosmp;
CMDLINE_BOOL_OPTION(nosmp, "nosmp");
static unsigned int opt_maxcpus = NR_CPUS;
CMDLINE_UINT_OPTION(opt_maxcpus, "maxcpus");

unsigned long secondary_stack;
static unsigned int stage;
static const char *refusal;     /* before stage becomes REFUSED */

/* -- the new CPU ----------------------------------------------------------- */

static void set_stage(enum stage to)
{
    __atomic_store_n(&stage, to, __ATOMIC_RELEASE);
}

static enum stage get_stage(void)
{
    return __atomic_load_n(&stage, __ATOMIC_ACQUIRE);
}

/* Wait for the INIT that takes this CPU back. */
static void refuse(const char *why) NORETURN;
static void refuse(const char *why)
{
    refusal = why;
    set_stage(REFUSED);
    for (;;)
        cpu_relax();
}

/* Not in the init part: that may be gone before the last call is made. */
void secondary_main(void)
{
    set_stage(ARRIVED);
    if (!cpu_is_like_first())
        refuse("it lacks features of the first");
    cpu_init();
    tlb_load_l4(hv_l4_mfn);
    syscall_stub_init();
    lapic_init_cpu();
    ipi_init_cpu();
    set_stage(TIMING);
    if (!tsc_sync_follow())
        refuse("its TSC differs from the first one's and cannot be set");
    lapic_timer_init_cpu();
    topology_init_cpu();
    sched_init_cpu(cpu_id());
    set_stage(ONLINE);
    local_irq_enable();
    idle_loop();
}

/* -- the boot CPU ---------------------------------------------------------- */

/* Until the new CPU has left stage @from; false when @us have passed. */
static bool __init wait_while(enum stage from, unsigned int us)
{
    s_time_t end = system_time() + MICROSECS(us);

    while (get_stage() == from) {
        if (system_time() > end)
            return false;
        cpu_relax();
    }
    return true;
}

static const char *__init wait_until_ready(unsigned int cpu)
{
    static const char late[] = "it does not get ready";

    if (!wait_while(ARRIVED, READY_US))
        return late;
    if (get_stage() == TIMING)
        (void)tsc_sync_lead(cpu);
    if (!wait_while(TIMING, READY_US))
        return late;
    return get_stage() == ONLINE ? NULL : refusal;
}

static const char *__init start_cpu(unsigned int cpu, uint32_t apic_id,
                                    paddr_t page)
{
    if (!lapic_reaches(apic_id))
        return "its number is too high without x2APIC";
    if (cpu_memory_create(cpu))
        return "there is no memory for it";
    secondary_stack = cpu_stack_top(cpu);
    set_stage(ABSENT);
    lapic_send_startup(apic_id, (unsigned int)(page >> PAGE_SHIFT));
    if (!wait_while(ABSENT, REPEAT_US)) {
        lapic_send_startup(apic_id, (unsigned int)(page >> PAGE_SHIFT));
        if (!wait_while(ABSENT, ARRIVE_US))
            return "it does not start";
    }
    return wait_until_ready(cpu);
}

static bool __init is_candidate(unsigned int i)
{
    return acpi_madt.cpu[i].apic_id != lapic_id();
}

static unsigned int __init cpu_limit(void)
{
    return nosmp || !opt_maxcpus ? 1 : MIN(opt_maxcpus, NR_CPUS);
}

/* From here on all others wait for a start-up message, wherever firmware has
 * left them. */
static void __init send_inits(void)
{
    for (unsigned int i = 0; i < acpi_madt.cpu_count; i++)
        if (is_candidate(i) && lapic_reaches(acpi_madt.cpu[i].apic_id))
            lapic_send_init(acpi_madt.cpu[i].apic_id);
    udelay(INIT_WAIT_US);
}

static void __init start_all(unsigned int limit, paddr_t page)
{
    for (unsigned int i = 0; i < acpi_madt.cpu_count; i++) {
        uint32_t apic_id = acpi_madt.cpu[i].apic_id;
        const char *obstacle;

        if (!is_candidate(i) || cpu_count >= limit)
            continue;
        obstacle = start_cpu(cpu_count, apic_id, page);
        if (!obstacle)
            continue;
        if (lapic_reaches(apic_id))
            lapic_send_init(apic_id);
        printk(LOG_WARNING, "The CPU with APIC number %u is left out: %s\n",
               apic_id, obstacle);
    }
}

static void __init start_others(unsigned int limit)
{
    static char saved[TRAMPOLINE_MAX] __initdata;
    size_t size = (size_t)(trampoline_end - trampoline_start);
    paddr_t page = trampoline_page_choose(&boot_info);

    ASSERT(size <= sizeof(saved));
    if (!page) {
        printk(LOG_WARNING, "No page below 1 MiB is free: other CPUs cannot "
               "be started\n");
        return;
    }
    memcpy(saved, mfn_to_virt(paddr_to_mfn(page)), size);
    memcpy(mfn_to_virt(paddr_to_mfn(page)), trampoline_start, size);
    send_inits();
    start_all(limit, page);
    memcpy(mfn_to_virt(paddr_to_mfn(page)), saved, size);
}

static const char *__init plural(unsigned int n)
{
    return n == 1 ? "" : "s";
}

static void __init tell(unsigned int limit)
{
    struct cpu_counts c = cpu_count_topology();

    printk(LOG_INFO, "CPUs: %u online: %u socket%s, %u core%s, %u thread%s%s\n",
           cpu_count, c.sockets, plural(c.sockets), c.cores, plural(c.cores),
           c.threads, plural(c.threads),
           acpi_madt.cpu_count > limit ? "; others left out as asked" : "");
    if (acpi_madt.cpu_excess)
        printk(LOG_WARNING, "%u CPUs more than Parapet can use are left out\n",
               acpi_madt.cpu_excess);
}

void __init smp_start_cpus(void)
{
    unsigned int limit = cpu_limit();

    if (limit > 1 && acpi_madt.cpu_count > 1)
        start_others(limit);
    tell(limit);
}
