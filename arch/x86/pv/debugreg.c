/* SPDX-License-Identifier: MIT */
/*
 * debugreg.c - the guest's debug registers (hypercalls 8 and 9). They are in
 * the CPU while the vcpu runs, if it uses any; no breakpoint may lie in the
 * hypervisor, and none traps access to the registers themselves.
 */
#include <asm/cr.h>
#include <asm/debugreg.h>
#include <asm/hypercalls.h>
#include <asm/layout.h>
#include <asm/pv.h>
#include <hv/errno.h>

#define DR6_FIXED       0xffff0ff0ul    /* read as one, SDM 3B 17.2.3 */
#define DR6_ZERO        0x1000ul
#define DR6_BS          (1ul << 14)
#define DR7_FIXED       0x400ul         /* 17.2.4 */
#define DR7_ZERO        0xd800ul
#define DR7_GD          (1ul << 13)
#define DR7_ENABLES     0xfful
#define DR7_TYPE(i, v)  ((v) >> (16 + 4 * (i)) & 3)
#define DR7_TYPE_IO     2

static void load_address(unsigned int i, uint64_t value)
{
    switch (i) {
    case 0: write_dr0(value); break;
    case 1: write_dr1(value); break;
    case 2: write_dr2(value); break;
    default: write_dr3(value); break;
    }
}

void debugreg_load(const struct vcpu *v)
{
    if (!(v->arch.dr7 & DR7_ENABLES))
        return;
    for (unsigned int i = 0; i < 4; i++)
        load_address(i, v->arch.dr[i]);
    write_dr6(v->arch.dr6 | DR6_FIXED);
    write_dr7(v->arch.dr7 | DR7_FIXED);
}

void debugreg_unload(struct vcpu *v)
{
    if (v->arch.dr7 & DR7_ENABLES)
        write_dr7(DR7_FIXED);
}

void debugreg_step(const struct regs *regs)
{
    if (likely(!(regs->rflags & RFLAGS_TF)))
        return;
    current->arch.dr6 |= DR6_BS;
    trap_bounce(VECTOR_DB);
}

static long set_dr7(struct vcpu *v, uint64_t value)
{
    if (value >> 32)
        return -EINVAL;
    value = (value & ~DR7_ZERO) | DR7_FIXED;
    if (value & DR7_GD)
        return -EPERM;
    for (unsigned int i = 0; i < 4; i++)
        if ((value & (3ul << 2 * i)) && DR7_TYPE(i, value) == DR7_TYPE_IO &&
            !(v->arch.cr4 & CR4_DE))
            return -EPERM;
    if (v == current)
        debugreg_unload(v);
    v->arch.dr7 = value;
    if (v == current)
        debugreg_load(v);
    return 0;
}

long debugreg_set(struct vcpu *v, int reg, uint64_t value)
{
    switch (reg) {
    case 0 ... 3:
        if (!va_is_canonical(value) ||
            (value >= HV_VIRT_START && value < HV_VIRT_END))
            return -EPERM;
        v->arch.dr[reg] = value;
        if (v == current && (v->arch.dr7 & DR7_ENABLES))
            load_address((unsigned int)reg, value);
        return 0;
    case 4:
        if (v->arch.cr4 & CR4_DE)
            return -ENODEV;
        FALLTHROUGH;
    case 6:
        if (value >> 32)
            return -EINVAL;
        v->arch.dr6 = (value & ~DR6_ZERO) | DR6_FIXED;
        return 0;
    case 5:
        if (v->arch.cr4 & CR4_DE)
            return -ENODEV;
        FALLTHROUGH;
    case 7:
        return set_dr7(v, value);
    default:
        return -ENODEV;
    }
}

long do_set_debugreg(int reg, unsigned long value)
{
    return debugreg_set(current, reg, value);
}

long do_get_debugreg(int reg)
{
    const struct vcpu *v = current;

    switch (reg) {
    case 0 ... 3:
        return (long)v->arch.dr[reg];
    case 4:
    case 6:
        if (reg == 4 && (v->arch.cr4 & CR4_DE))
            return -ENODEV;
        return (long)(v->arch.dr6 | DR6_FIXED);
    case 5:
    case 7:
        if (reg == 5 && (v->arch.cr4 & CR4_DE))
            return -ENODEV;
        return (long)(v->arch.dr7 | DR7_FIXED);
    default:
        return -ENODEV;
    }
}
