/* SPDX-License-Identifier: MIT */
/*
 * x2apic.c - the local APIC through MSRs: register at offset r is MSR
 * 0x800 + r / 16, and the ICR is one 64-bit write (SDM 3A 11.12).
 */
#include <asm/lapic.h>
#include <asm/lapic_regs.h>
#include <asm/msr.h>

static uint32_t msr_of(unsigned int reg)
{
    return MSR_X2APIC_BASE + (reg >> 4);
}

static uint32_t x2apic_read(unsigned int reg)
{
    return (uint32_t)rdmsr(msr_of(reg));
}

static void x2apic_write(unsigned int reg, uint32_t value)
{
    wrmsr(msr_of(reg), value);
}

static uint32_t x2apic_id(void)
{
    return x2apic_read(LAPIC_ID);
}

/* WRMSR to these is not serializing: earlier stores must be seen by whoever
 * the interrupt wakes (SDM 3A 11.12.3). */
static void x2apic_send(uint32_t apic_id, uint32_t low)
{
    __asm__ __volatile__("mfence; lfence" : : : "memory");
    wrmsr(msr_of(LAPIC_ICR_LOW), (uint64_t)apic_id << 32 | low);
}

const struct lapic_ops lapic_x2apic = {
    .name = "x2APIC", .read = x2apic_read, .write = x2apic_write,
    .send = x2apic_send, .id = x2apic_id,
};
