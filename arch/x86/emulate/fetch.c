/* SPDX-License-Identifier: MIT */
/*
 * fetch.c - the instruction a guest stands at, and its registers, as the
 * decoder wants them.
 */
#include <asm/decode.h>
#include <asm/pv.h>
#include <hv/frame_num.h>
#include <hv/guest_copy.h>

/* Offsets into struct regs in the hardware's order of register numbers. */
static const uint8_t gpr_offset[INSN_NR_GPRS] = {
    offsetof(struct regs, rax), offsetof(struct regs, rcx),
    offsetof(struct regs, rdx), offsetof(struct regs, rbx),
    offsetof(struct regs, rsp), offsetof(struct regs, rbp),
    offsetof(struct regs, rsi), offsetof(struct regs, rdi),
    offsetof(struct regs, r8),  offsetof(struct regs, r9),
    offsetof(struct regs, r10), offsetof(struct regs, r11),
    offsetof(struct regs, r12), offsetof(struct regs, r13),
    offsetof(struct regs, r14), offsetof(struct regs, r15),
};

size_t fetch_insn(const struct regs *regs, uint8_t *bytes)
{
    size_t n = PAGE_SIZE - (regs->rip & ~PAGE_MASK);

    if (n >= INSN_BYTES) {
        if (!copy_from_guest(bytes, guest_va(regs->rip), INSN_BYTES))
            return INSN_BYTES;
        return 0;
    }
    /* It may end in this page, or go on in the next. */
    if (copy_from_guest(bytes, guest_va(regs->rip), n))
        return 0;
    if (copy_from_guest(bytes + n, guest_va(regs->rip + n), INSN_BYTES - n))
        return n;
    return INSN_BYTES;
}

void gprs_from_regs(const struct regs *regs, uint64_t gprs[16])
{
    for (unsigned int i = 0; i < INSN_NR_GPRS; i++)
        gprs[i] = *(const uint64_t *)((const char *)regs + gpr_offset[i]);
}

uint64_t gpr_from_regs(const struct regs *regs, unsigned int nr)
{
    return *(const uint64_t *)((const char *)regs + gpr_offset[nr]);
}

void gpr_to_regs(struct regs *regs, unsigned int nr, uint64_t value)
{
    *(uint64_t *)((char *)regs + gpr_offset[nr]) = value;
}
