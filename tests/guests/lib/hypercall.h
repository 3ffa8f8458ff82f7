/* SPDX-License-Identifier: MIT */
/*
 * hypercall.h - calls into the hypervisor, by the bare SYSCALL instruction.
 *
 * Result in rax: zero or more on success, a negated error number otherwise.
 * The hypercall page, which wraps the same instruction, is tested by
 * hypercall_abi and used nowhere else.
 */
#ifndef GUEST_HYPERCALL_H
#define GUEST_HYPERCALL_H

#include "types.h"

#include <xen/callback.h>
#include <xen/event_channel.h>
#include <xen/memory.h>
#include <xen/physdev.h>
#include <xen/sched.h>
#include <xen/vcpu.h>
#include <xen/version.h>

static inline long hypercall5(unsigned int number, uint64_t a1, uint64_t a2,
                              uint64_t a3, uint64_t a4, uint64_t a5)
{
    register uint64_t r10 asm("r10") = a4;
    register uint64_t r8 asm("r8") = a5;
    long result;

    asm volatile("syscall"
                 : "=a" (result)
                 : "a" ((uint64_t)number), "D" (a1), "S" (a2), "d" (a3),
                   "r" (r10), "r" (r8)
                 : "rcx", "r11", "memory");
    return result;
}

#define HC0(n)             hypercall5(n, 0, 0, 0, 0, 0)
#define HC1(n, a)          hypercall5(n, (uint64_t)(a), 0, 0, 0, 0)
#define HC2(n, a, b)       hypercall5(n, (uint64_t)(a), (uint64_t)(b), 0, 0, 0)
#define HC3(n, a, b, c) \
    hypercall5(n, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), 0, 0)
#define HC4(n, a, b, c, d) \
    hypercall5(n, (uint64_t)(a), (uint64_t)(b), (uint64_t)(c), (uint64_t)(d), 0)

static inline long hc_set_trap_table(const struct trap_info *table)
{
    return HC1(__HYPERVISOR_set_trap_table, table);
}

static inline long hc_mmu_update(const struct mmu_update *req, unsigned count,
                                 unsigned *done, uint32_t dom)
{
    return HC4(__HYPERVISOR_mmu_update, req, count, done, dom);
}

static inline long hc_mmuext_op(const struct mmuext_op *op, unsigned count,
                                unsigned *done, uint32_t dom)
{
    return HC4(__HYPERVISOR_mmuext_op, op, count, done, dom);
}

static inline long hc_update_va_mapping(uint64_t va, uint64_t pte,
                                        uint64_t flags)
{
    return HC3(__HYPERVISOR_update_va_mapping, va, pte, flags);
}

static inline long hc_set_gdt(const unsigned long *frames, unsigned entries)
{
    return HC2(__HYPERVISOR_set_gdt, frames, entries);
}

static inline long hc_stack_switch(uint64_t ss, uint64_t sp)
{
    return HC2(__HYPERVISOR_stack_switch, ss, sp);
}

static inline long hc_fpu_taskswitch(int set)
{
    return HC1(__HYPERVISOR_fpu_taskswitch, set);
}

static inline long hc_set_debugreg(int reg, uint64_t value)
{
    return HC2(__HYPERVISOR_set_debugreg, reg, value);
}

static inline long hc_get_debugreg(int reg)
{
    return HC1(__HYPERVISOR_get_debugreg, reg);
}

static inline long hc_update_descriptor(uint64_t maddr, uint64_t descriptor)
{
    return HC2(__HYPERVISOR_update_descriptor, maddr, descriptor);
}

static inline long hc_memory_op(unsigned op, void *arg)
{
    return HC2(__HYPERVISOR_memory_op, op, arg);
}

static inline long hc_multicall(struct multicall_entry *calls, unsigned count)
{
    return HC2(__HYPERVISOR_multicall, calls, count);
}

static inline long hc_set_timer_op(uint64_t deadline)
{
    return HC1(__HYPERVISOR_set_timer_op, deadline);
}

static inline long hc_xen_version(int op, void *arg)
{
    return HC2(__HYPERVISOR_xen_version, op, arg);
}

static inline long hc_console_io(int op, size_t count, void *buffer)
{
    return HC3(__HYPERVISOR_console_io, op, count, buffer);
}

static inline long hc_vm_assist(unsigned op, unsigned type)
{
    return HC2(__HYPERVISOR_vm_assist, op, type);
}

static inline long hc_vcpu_op(int op, unsigned vcpu, void *arg)
{
    return HC3(__HYPERVISOR_vcpu_op, op, vcpu, arg);
}

static inline long hc_set_segment_base(int which, uint64_t base)
{
    return HC2(__HYPERVISOR_set_segment_base, which, base);
}

static inline long hc_set_iopl(unsigned iopl)
{
    struct physdev_set_iopl op = { .iopl = iopl };

    return HC2(__HYPERVISOR_physdev_op, PHYSDEVOP_set_iopl, &op);
}

static inline long hc_sched_op(int op, void *arg)
{
    return HC2(__HYPERVISOR_sched_op, op, arg);
}

/* Others that want this CPU may have it; where one thread emulates all CPUs,
 * by pause, the next CPU is emulated. */
static inline void let_others_run(void)
{
    hc_sched_op(SCHEDOP_yield, NULL);
    asm volatile("pause");
}

static inline long hc_callback_op(int op, void *arg)
{
    return HC2(__HYPERVISOR_callback_op, op, arg);
}

static inline long hc_event_channel_op(int op, void *arg)
{
    return HC2(__HYPERVISOR_event_channel_op, op, arg);
}

static inline long hc_physdev_op(int op, void *arg)
{
    return HC2(__HYPERVISOR_physdev_op, op, arg);
}

#endif
