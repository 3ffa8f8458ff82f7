/* SPDX-License-Identifier: MIT */
/* saved.h - for assembler: keep what a C caller wants back, around code that
 * leaves no register as it was. */
#ifndef GUEST_SAVED_H
#define GUEST_SAVED_H

        .macro  SAVE_CALLERS            /* %rsp -> r15 r14 r13 r12 rbp rbx */
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        .endm

        .macro  RETURN_TO_CALLER
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret
        .endm

#endif
