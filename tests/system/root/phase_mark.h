/* SPDX-License-Identifier: MIT */
/*
 * phase_mark.h - tell a watcher of instructions which phase begins.
 *
 * A mark is an instruction that does nothing on any CPU and at any privilege:
 * a long NOP whose displacement says the number of the phase. The plugin that
 * counts (tests/bench/plugin) knows its bytes; without the plugin it costs a
 * call and nothing else. Include this in one file of a program.
 */
#ifndef PHASE_MARK_H
#define PHASE_MARK_H

#define PHASE_MARK_OPCODE   { 0x0f, 0x1f, 0x80 }    /* nopl disp32(%rax) */
#define PHASE_MARK_MAGIC    0x50415200              /* the number is added */
#define PHASE_COUNT         64

#define PHASE_OUTSIDE       0       /* whatever is between two phases */
#define PHASE_BOOT          1       /* from power-on to the first mark */
#define PHASE_FIRST         2       /* from here on a program's own */

/* The mark itself, for assembler. */
#define PHASE_MARK_TEXT(number) \
    ".byte 0x0f, 0x1f, 0x80\n\t.long 0x50415200 + " #number "\n\t"

#ifndef PHASE_MARK_NO_CODE
void phase_mark(unsigned long number);

/* In   %rdi = a number below PHASE_COUNT
 * Why  a table of marks, since the number is a part of the instruction */
__asm__(".text\n"
        "phase_mark:\n\t"
        "and  $63, %edi\n\t"
        "lea  phase_marks(%rip), %rax\n\t"
        "lea  (%rax,%rdi,8), %rax\n\t"
        "jmp  *%rax\n"
        "phase_marks:\n\t"
        ".set phase_number, 0\n\t"
        ".rept 64\n\t"
        PHASE_MARK_TEXT(phase_number)
        "ret\n\t"
        ".set phase_number, phase_number + 1\n\t"
        ".endr\n");
#endif

#endif
