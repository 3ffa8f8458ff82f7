/* SPDX-License-Identifier: MIT */
/*
 * lapic.c - the local APIC: accept interrupts, end them, send them.
 *
 * Everything here concerns the CPU it runs on; no locks. A send takes two
 * writes on xAPIC, hence interrupts off between them.
 */
#include <hv/compiler.h>
#include <hv/errno.h>
#include <hv/irqflags.h>
#include <hv/percpu.h>
#include <hv/phys_map.h>
#include <hv/printk.h>
#include <asm/cpuid.h>
#include <asm/io.h>
#include <asm/lapic.h>
#include <asm/lapic_regs.h>
#include <asm/msr.h>
#include <asm/vector.h>

#define XAPIC_ID_SHIFT      24u
#define XAPIC_ID_ALL        0xffu       /* as a destination */
#define ERRORS_TOLD         4u
#define SEND_SPINS          100000u     /* a delivery takes microseconds */

const struct lapic_ops *lapic __read_mostly;
static uint8_t *window __read_mostly;       /* the xAPIC's registers */
static uint32_t apic_id_of[NR_CPUS];
static DEFINE_PER_CPU(unsigned long, error_count);
static DEFINE_PER_CPU(uint32_t, destination);   /* what ICR_HIGH holds */

static uint32_t xapic_read(unsigned int reg)
{
    return mmio_read32(window + reg);
}

static void xapic_write(unsigned int reg, uint32_t value)
{
    mmio_write32(window + reg, value);
}

static uint32_t xapic_id(void)
{
    return xapic_read(LAPIC_ID) >> XAPIC_ID_SHIFT;
}

/* Each access may cost microseconds where this machine is itself a guest, and
 * most CPUs tell the same one again. */
static void xapic_send(uint32_t apic_id, uint32_t low)
{
    unsigned int spins = SEND_SPINS;

    while ((xapic_read(LAPIC_ICR_LOW) & LAPIC_ICR_PENDING) && --spins)
        cpu_relax();
    if (this_cpu(destination) != apic_id) {
        xapic_write(LAPIC_ICR_HIGH, apic_id << XAPIC_ID_SHIFT);
        this_cpu(destination) = apic_id;
    }
    xapic_write(LAPIC_ICR_LOW, low);
}

const struct lapic_ops lapic_xapic = {
    .name = "xAPIC", .read = xapic_read, .write = xapic_write,
    .send = xapic_send, .id = xapic_id,
};

/* Firmware may have switched x2APIC on already, and it cannot be left
 * without a reset (SDM 3A 11.12.5); where it is merely offered we take it. */
static bool use_x2apic(void)
{
    return (rdmsr(MSR_APIC_BASE) & APIC_BASE_X2APIC) ||
           (cpuid(CPUID_FEATURES, 0).ecx & CPUID_ECX_X2APIC);
}

/* The first few of each CPU are told, so that a flood drowns nothing. */
static void on_error(void *data)
{
    uint32_t what;

    (void)data;
    lapic->write(LAPIC_ESR, 0);     /* latches what it holds: SDM 3A 11.5.3 */
    what = lapic->read(LAPIC_ESR);
    if (this_cpu(error_count)++ < ERRORS_TOLD)
        printk(LOG_WARNING, "CPU %u: local APIC error 0x%x\n", cpu_id(), what);
}

unsigned long lapic_error_count(unsigned int cpu)
{
    return READ_ONCE(per_cpu(error_count, cpu));
}

int lapic_init(paddr_t paddr)
{
    if (!(cpuid(CPUID_FEATURES, 0).edx & CPUID_EDX_APIC))
        return -ENODEV;
    vector_set_handler(VECTOR_ERROR, on_error, NULL);
    if (use_x2apic()) {
        lapic = &lapic_x2apic;
        return 0;
    }
    window = ioremap(paddr, LAPIC_WINDOW_SIZE);
    if (!window)
        return -ENOMEM;
    lapic = &lapic_xapic;
    return 0;
}

static void enable_in_msr(void)
{
    uint64_t base = rdmsr(MSR_APIC_BASE) | APIC_BASE_ENABLE;

    wrmsr(MSR_APIC_BASE, base);
    if (lapic == &lapic_x2apic)     /* only from enabled: SDM 3A 11.12.5 */
        wrmsr(MSR_APIC_BASE, base | APIC_BASE_X2APIC);
}

static void mask_local_sources(void)
{
    unsigned int max = LAPIC_VERSION_MAX_LVT(lapic->read(LAPIC_VERSION));

    lapic->write(LAPIC_LVT_TIMER, LAPIC_LVT_MASKED | VECTOR_TIMER);
    lapic->write(LAPIC_LVT_LINT0, LAPIC_LVT_MASKED);
    lapic->write(LAPIC_LVT_LINT1,
                 cpu_id() == 0 ? LAPIC_LVT_NMI : LAPIC_LVT_MASKED);
    if (max >= 4)
        lapic->write(LAPIC_LVT_PERF, LAPIC_LVT_MASKED);
    if (max >= 5)
        lapic->write(LAPIC_LVT_THERMAL, LAPIC_LVT_MASKED);
    if (max >= 6)
        lapic->write(LAPIC_LVT_CMCI, LAPIC_LVT_MASKED);
}

/* What firmware or an earlier kernel left in service would block all lower
 * vectors for ever. */
static void end_stale_interrupts(void)
{
    for (unsigned int word = 0; word < 8; word++) {
        uint32_t left = lapic->read(LAPIC_ISR + word * 0x10);

        for (; left; left &= left - 1)
            lapic_eoi();
    }
}

static void open_error_source(void)
{
    if (LAPIC_VERSION_MAX_LVT(lapic->read(LAPIC_VERSION)) < 3)
        return;
    lapic->write(LAPIC_ESR, 0);
    lapic->write(LAPIC_LVT_ERROR, VECTOR_ERROR);
    lapic->write(LAPIC_ESR, 0);
}

void lapic_init_cpu(void)
{
    enable_in_msr();
    if (lapic == &lapic_xapic) {
        lapic->write(LAPIC_DFR, LAPIC_DFR_FLAT);
        this_cpu(destination) = xapic_read(LAPIC_ICR_HIGH) >> XAPIC_ID_SHIFT;
    }
    lapic->write(LAPIC_TPR, 0);
    mask_local_sources();
    lapic->write(LAPIC_SPURIOUS, LAPIC_SPURIOUS_ENABLE | VECTOR_SPURIOUS);
    end_stale_interrupts();
    open_error_source();
    apic_id_of[cpu_id()] = lapic_id();
}

void lapic_open_lint0_nmi(bool is_open)
{
    lapic->write(LAPIC_LVT_LINT0,
                 is_open ? LAPIC_LVT_NMI : LAPIC_LVT_MASKED);
}

uint32_t lapic_id(void)
{
    return lapic->id();
}

uint32_t lapic_id_of_cpu(unsigned int cpu)
{
    return apic_id_of[cpu];
}

void lapic_eoi(void)
{
    lapic->write(LAPIC_EOI, 0);
}

static void send(uint32_t apic_id, uint32_t low)
{
    unsigned long flags = local_irq_save();

    lapic->send(apic_id, low);
    local_irq_restore(flags);
}

void lapic_send(unsigned int cpu, unsigned int vector)
{
    send(apic_id_of[cpu], LAPIC_ICR_FIXED | LAPIC_ICR_ASSERT | vector);
}

/* One by one: the shorthand for all others would also reach CPUs that have
 * been left out. */
void lapic_send_set(const cpu_set_t *cpus, unsigned int vector)
{
    unsigned int cpu;

    for_each_set_bit(cpu, cpus->bits, NR_CPUS)
        if (cpu != cpu_id())
            lapic_send(cpu, vector);
}

void lapic_send_nmi(unsigned int cpu)
{
    send(apic_id_of[cpu], LAPIC_ICR_NMI | LAPIC_ICR_ASSERT);
}

bool lapic_reaches(uint32_t apic_id)
{
    return lapic == &lapic_x2apic || apic_id < XAPIC_ID_ALL;
}

void lapic_send_init(uint32_t apic_id)
{
    send(apic_id, LAPIC_ICR_INIT | LAPIC_ICR_LEVEL | LAPIC_ICR_ASSERT);
}

void lapic_send_startup(uint32_t apic_id, unsigned int page)
{
    send(apic_id, LAPIC_ICR_STARTUP | LAPIC_ICR_ASSERT | (page & 0xff));
}
