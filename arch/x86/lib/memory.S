/* SPDX-License-Identifier: MIT */
/*
 * memory.S - memcpy, memmove, memset, memcmp as ISO C has them.
 *
 * Long runs go eight bytes at a time by the string instructions, which every
 * CPU does in cache-line pieces. The last bytes, too few for a quadword, are
 * covered by one more quadword that ends where the run ends and overlaps what
 * was copied before: it is loaded before anything is stored, so that memmove
 * shares the code. The direction flag is clear, as the C ABI promises, and
 * stays so.
 */
        .text

        .macro FUNCTION name
        .globl  \name
        .hidden \name
        .type   \name, @function
        .balign 16
\name:
        .endm

/* In   %rdi = to, %rsi = from, %rdx = bytes, %rdi - %rsi (unsigned) >= %rdx
 * Out  %rax = to */
FUNCTION memcpy
        mov     %rdi, %rax
        cmp     $8, %rdx
        jb      copy_below_8
        mov     -8(%rsi,%rdx), %r8      /* the last eight bytes */
        lea     -8(%rdi,%rdx), %r9      /* and their place */
        mov     %rdx, %rcx
        shr     $3, %rcx
        rep movsq
        mov     %r8, (%r9)
        ret
        .size   memcpy, . - memcpy

/* In   as memcpy, %rdx < 8, any overlap; %rax = to
 * Why  two pieces that meet or overlap in the middle, both loaded first */
        .type   copy_below_8, @function
copy_below_8:
        cmp     $4, %edx
        jae     .Lcopy_4_to_7
        cmp     $2, %edx
        jae     .Lcopy_2_or_3
        test    %edx, %edx
        jz      .Lcopied
        movzbl  (%rsi), %ecx
        mov     %cl, (%rdi)
.Lcopied:
        ret
.Lcopy_2_or_3:
        movzwl  (%rsi), %ecx
        movzbl  -1(%rsi,%rdx), %r8d
        mov     %cx, (%rdi)
        mov     %r8b, -1(%rdi,%rdx)
        ret
.Lcopy_4_to_7:
        mov     (%rsi), %ecx
        mov     -4(%rsi,%rdx), %r8d
        mov     %ecx, (%rdi)
        mov     %r8d, -4(%rdi,%rdx)
        ret
        .size   copy_below_8, . - copy_below_8

/* In   %rdi = to, %rsi = from, %rdx = bytes
 * Out  %rax = to
 * Why  a destination inside the source is filled from its end; by a loop,
 *      because no CPU makes string instructions fast in that direction */
FUNCTION memmove
        mov     %rdi, %rax
        sub     %rsi, %rax
        cmp     %rdx, %rax
        jae     memcpy                  /* ahead of the source, or apart */
        mov     %rdi, %rax
        cmp     $8, %rdx
        jb      copy_below_8
        mov     (%rsi), %r8             /* the first eight bytes */
.Lmove_8:
        mov     -8(%rsi,%rdx), %rcx
        mov     %rcx, -8(%rdi,%rdx)
        sub     $8, %rdx
        cmp     $8, %rdx
        jae     .Lmove_8
        mov     %r8, (%rdi)
        ret
        .size   memmove, . - memmove

/* In   %rdi = to, %esi = byte, %rdx = bytes
 * Out  %rax = to */
FUNCTION memset
        mov     %rdi, %r8
        movzbl  %sil, %eax
        mov     $0x0101010101010101, %rcx
        imul    %rcx, %rax              /* the byte, eight times */
        cmp     $8, %rdx
        jb      .Lset_below_8
        mov     %rax, -8(%rdi,%rdx)
        mov     %rdx, %rcx
        shr     $3, %rcx
        rep stosq
        mov     %r8, %rax
        ret
.Lset_below_8:
        mov     %edx, %ecx
        rep stosb
        mov     %r8, %rax
        ret
        .size   memset, . - memset

/* In   %rdi, %rsi = what to compare, %rdx = bytes
 * Out  %eax = below, equal to or above 0, by the first byte that differs */
FUNCTION memcmp
        sub     $8, %rdx
        jb      .Lcompare_tail
.Lcompare_8:
        mov     (%rdi), %rax
        mov     (%rsi), %rcx
        cmp     %rcx, %rax
        jne     .Lquadwords_differ
        add     $8, %rdi
        add     $8, %rsi
        sub     $8, %rdx
        jae     .Lcompare_8
.Lcompare_tail:
        add     $8, %rdx                /* 0 to 7 are left */
        jz      .Lequal
.Lcompare_1:
        movzbl  (%rdi), %eax
        movzbl  (%rsi), %ecx
        sub     %ecx, %eax
        jne     .Lcompared
        inc     %rdi
        inc     %rsi
        dec     %edx
        jnz     .Lcompare_1
.Lequal:
        xor     %eax, %eax
.Lcompared:
        ret
.Lquadwords_differ:
        bswap   %rax                    /* the first byte weighs most */
        bswap   %rcx
        cmp     %rcx, %rax
        sbb     %eax, %eax              /* -1 when below, else 0 */
        or      $1, %eax
        ret
        .size   memcmp, . - memcmp

        .section .note.GNU-stack, "", @progbits
