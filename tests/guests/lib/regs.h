/* SPDX-License-Identifier: MIT */
/*
 * regs.h - the registers a trap, upcall or system call interrupted.
 *
 * Stack after trap_entry.S has saved everything, low addresses first:
 *
 *      r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi
 *      vector          pushed by our stub
 *      error           from the hypervisor, or 0 pushed by our stub
 *      rip cs rflags rsp ss                    from the hypervisor
 */
#ifndef GUEST_REGS_H
#define GUEST_REGS_H

#include <stdint.h>

struct regs {
    uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8;
    uint64_t rax, rcx, rdx, rsi, rdi;
    uint64_t vector;    /* 0-255, or one of VECTOR_* below */
    uint64_t error;
    uint64_t rip;
    uint64_t cs;        /* selector in bits 0-15, upcall mask in bits 32-39 */
    uint64_t rflags;
    uint64_t rsp;
    uint64_t ss;
};

#define VECTOR_UPCALL   0x100
#define VECTOR_FAILSAFE 0x101
#define VECTOR_SYSCALL  0x102
#define VECTOR_SYSENTER 0x103

#define FLAG_CF   (1ul << 0)
#define FLAG_ONE  (1ul << 1)    /* reads as one */
#define FLAG_TF   (1ul << 8)
#define FLAG_IF   (1ul << 9)
#define FLAG_DF   (1ul << 10)
#define FLAG_IOPL (3ul << 12)
#define FLAG_NT   (1ul << 14)
#define FLAG_AC   (1ul << 18)
#define FLAG_ID   (1ul << 21)

static inline uint16_t regs_selector(const struct regs *regs)
{
    return (uint16_t)regs->cs;
}

/* The upcall mask at the time of the trap, as the frame carries it. */
static inline uint8_t regs_saved_mask(const struct regs *regs)
{
    return (uint8_t)(regs->cs >> 32);
}

/* In a frame, RPL 0 means that the guest's kernel was interrupted. */
static inline int regs_from_user(const struct regs *regs)
{
    return (regs->cs & 3) == 3;
}

#endif
