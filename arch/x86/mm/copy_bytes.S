/* SPDX-License-Identifier: MIT */
/*
 * copy_bytes.S - moving bytes where one side is a guest's and may fault. What
 * was done so far stays done; the result is how many bytes were not.
 */
#include <asm/asm.h>

        .text

/* unsigned long guest_copy_bytes(void *to, const void *from, size_t n)
 * In   %rdi to, %rsi from, %rdx bytes
 * Out  %rax = bytes left; any fault on either side ends it */
        .globl  guest_copy_bytes
guest_copy_bytes:
        mov     %rdx, %rcx
        shr     $3, %rcx
        and     $7, %edx
.Lquads: rep movsq
        mov     %edx, %ecx
.Lbytes: rep movsb
        mov     %ecx, %eax
        ret
1:      lea     (%rdx, %rcx, 8), %rax   /* fault among the quads */
        ret
2:      mov     %ecx, %eax
        ret
        EXTABLE .Lquads, 1b
        EXTABLE .Lbytes, 2b
