/* SPDX-License-Identifier: MIT */
/*
 * regs.h - the register frame every entry into the hypervisor leaves on the
 * stack. The upper five words are pushed by the CPU, the one below by the CPU
 * or the stub, the rest by the stub; a guest's frame lies at the very top of
 * the CPU's stack, right under struct cpu_info's other fields.
 *
 *     0 r15   8 r14  16 r13  24 r12  32 rbp  40 rbx  48 r11  56 r10
 *    64 r9   72 r8   80 rax  88 rcx  96 rdx 104 rsi 112 rdi
 *   120 error_code (32 bits), 124 vector (32 bits)
 *   128 rip 136 cs  144 rflags 152 rsp 160 ss
 *
 * The order is the ABI's struct cpu_user_regs up to ss.
 */
#ifndef ASM_REGS_H
#define ASM_REGS_H

#include <hv/types.h>

struct regs {
    uint64_t r15, r14, r13, r12, rbp, rbx;
    uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    uint32_t error_code;
    uint32_t vector;
#define REGS_SYSCALL    (1u << 8)   /* rcx = rip and r11 = rflags: SYSRET may
                                       restore this frame */
    uint64_t rip;
    uint16_t cs, cs_pad[3];
    uint64_t rflags;
    uint64_t rsp;
    uint16_t ss, ss_pad[3];
};
_Static_assert(sizeof(struct regs) == 168, "picture above");

#define RFLAGS_CF       (1ul << 0)
#define RFLAGS_FIXED    (1ul << 1)  /* always one */
#define RFLAGS_ZF       (1ul << 6)
#define RFLAGS_TF       (1ul << 8)
#define RFLAGS_IF       (1ul << 9)
#define RFLAGS_DF       (1ul << 10)
#define RFLAGS_IOPL     (3ul << 12)
#define RFLAGS_NT       (1ul << 14)
#define RFLAGS_RF       (1ul << 16)
#define RFLAGS_VM       (1ul << 17)
#define RFLAGS_AC       (1ul << 18)
#define RFLAGS_VIF      (1ul << 19)
#define RFLAGS_VIP      (1ul << 20)

/* Exception vectors, SDM 3A table 6-1. */
#define VECTOR_DE       0
#define VECTOR_DB       1
#define VECTOR_NMI      2
#define VECTOR_BP       3
#define VECTOR_OF       4
#define VECTOR_BR       5
#define VECTOR_UD       6
#define VECTOR_NM       7
#define VECTOR_DF       8
#define VECTOR_TS      10
#define VECTOR_NP      11
#define VECTOR_SS      12
#define VECTOR_GP      13
#define VECTOR_PF      14
#define VECTOR_MF      16
#define VECTOR_AC      17
#define VECTOR_MC      18
#define VECTOR_XM      19
#define VECTOR_CP      21

/* Page-fault error code, SDM 3A 4.7. */
#define PF_PRESENT      (1u << 0)
#define PF_WRITE        (1u << 1)
#define PF_USER         (1u << 2)
#define PF_RESERVED     (1u << 3)
#define PF_FETCH        (1u << 4)

#endif
