/* SPDX-License-Identifier: MIT */
/* emulate.h - the parts of the privileged-instruction emulator. */
#ifndef ASM_EMULATE_H
#define ASM_EMULATE_H

#include <asm/decode.h>
#include <asm/regs.h>

enum emulate_result {
    EMULATE_REFLECT,    /* not for it to do: the guest gets its #GP */
    EMULATE_DONE,       /* go on after the instruction */
    EMULATE_AGAIN,      /* stay at it, or a fault was delivered already */
};

enum emulate_result emulate_in_out(struct regs *regs, const struct insn *insn);
enum emulate_result emulate_string_io(struct regs *regs,
                                      const struct insn *insn);

#endif
