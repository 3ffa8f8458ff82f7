/* SPDX-License-Identifier: MIT */
/*
 * vectors.S - what the 256 gates of the IDT point at, as a table.
 *
 * Each stub leaves an error-code word with the vector in its upper half: the
 * CPU pushes one for vectors 8, 10-14, 17, 21, 29 and 30 (SDM 3A table 6-1),
 * the stub does for all others.
 */
#include <asm/asm.h>

        .section .text.entry, "ax"

.macro STUB vector
        .balign 16
        .if (\vector == 8) || (\vector >= 10 && \vector <= 14) || \
            (\vector == 17) || (\vector == 21) || (\vector == 29) || \
            (\vector == 30)
        movl    $\vector, 4(%rsp)
        .else
        push    $0
        movl    $\vector, 4(%rsp)
        .endif
        .if (\vector == 1) || (\vector == 2) || (\vector == 8) || \
            (\vector == 18)
        jmp     ist_entry
        .elseif \vector == 14
        jmp     page_fault_entry
        .elseif (\vector < 32) || (\vector == 0x80)
        jmp     exception_entry
        .else
        jmp     interrupt_entry
        .endif
.endm

        .altmacro
        .balign 16
        .globl  vector_stubs
vector_stubs:
        .set    i, 0
        .rept   256
        STUB    %i
        .set    i, i + 1
        .endr
