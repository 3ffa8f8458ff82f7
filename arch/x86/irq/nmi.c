/* SPDX-License-Identifier: MIT */
/*
 * nmi.c - who sent a non-maskable interrupt: another CPU that stops this one or
 * asks after it, the watchdog's clock, or the machine itself.
 *
 * The clock is channel 0 of the PIT, through the first 8259 and the boot CPU's
 * LINT0, which takes it for an NMI. Nothing else uses either. Since no vector
 * is fetched the 8259 must be polled, or it would send no second one.
 */
#include <asm/clock.h>
#include <asm/i8259.h>
#include <asm/io.h>
#include <asm/ipi.h>
#include <asm/lapic.h>
#include <asm/nmi.h>
#include <asm/traps.h>
#include <hv/acpi.h>
#include <hv/domain.h>
#include <hv/percpu.h>
#include <hv/vcpu.h>
#include <hv/watchdog.h>

#define PIT_CHANNEL_0   0x40        /* 8254 data sheet; ports of the AT */
#define PIT_COMMAND     0x43
#define   PIT_CH0_RATE  0x34        /* channel 0, both bytes, mode 2 */
#define PIT_TICK_US     55000u      /* of 65536 ticks, rounded up */

static bool has_clock;              /* this CPU's, the boot CPU */
static unsigned long ticks;         /* by its NMIs alone */
static DEFINE_PER_CPU(bool, is_asked);

void arch_watchdog_ask(unsigned int cpu)
{
    __atomic_store_n(&per_cpu(is_asked, cpu), true, __ATOMIC_RELEASE);
    lapic_send_nmi(cpu);
}

/* The clock is slow enough that one NMI serves one tick. */
static bool is_tick(void)
{
    if (!has_clock || cpu_id() != 0 || !i8259_poll_timer())
        return false;
    WRITE_ONCE(ticks, ticks + 1);
    return true;
}

bool arch_watchdog_start_clock(void)
{
    unsigned long before = ticks;

    if (!acpi_madt.has_8259)
        return false;
    has_clock = true;
    outb(PIT_COMMAND, PIT_CH0_RATE);
    outb(PIT_CHANNEL_0, 0);
    outb(PIT_CHANNEL_0, 0);
    i8259_open_timer(true);
    lapic_open_lint0_nmi(true);
    udelay(4 * PIT_TICK_US);
    if (READ_ONCE(ticks) != before)
        return true;
    lapic_open_lint0_nmi(false);
    i8259_open_timer(false);
    has_clock = false;
    return false;
}

/* What no CPU and no clock sent has a cause in the machine: domain 0 looks into
 * it if it wants to. */
void nmi_serve(const struct regs *regs)
{
    bool is_ours = __atomic_exchange_n(&this_cpu(is_asked), false,
                                       __ATOMIC_ACQUIRE);

    if (stop_requested(regs))
        return;
    is_ours |= is_tick();
    if (is_ours && watchdog_is_late())
        panic_at(regs, "CPU %u hangs: its timer was not served for %u seconds",
                 cpu_id(), watchdog_seconds());
    if (!is_ours && dom0 && dom0->vcpu[0])
        arch_vcpu_send_nmi(dom0->vcpu[0]);
}
