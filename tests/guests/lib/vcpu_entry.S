/* SPDX-License-Identifier: MIT */
/* vcpu_entry.S - the first instruction of a vcpu, its stack, and touches. */

#define NO_TRAP 0xffff

/* In   %rdi = its number, %rsp = the end of its stack
 * Out  does not return */
        .text
        .globl  vcpu_entry
vcpu_entry:
        xor     %ebp, %ebp
        call    vcpu_main
        ud2

/* unsigned touch_read(const volatile void *va, uint64_t *value) */
        .globl  touch_read, touch_read_insn
touch_read:
touch_read_insn:
        mov     (%rdi), %rax
        mov     %rax, (%rsi)
        mov     $NO_TRAP, %eax
        ret

/* unsigned touch_write(volatile void *va, uint64_t value) */
        .globl  touch_write, touch_write_insn, touch_failed
touch_write:
touch_write_insn:
        mov     %rsi, (%rdi)
        mov     $NO_TRAP, %eax
touch_failed:                           /* %eax = the vector: vcpu_trap() */
        ret

        .section .bss.page, "aw", @nobits
        .balign 4096
        .globl  vcpu_stacks
vcpu_stacks:
        .skip   3 * 32768               /* VCPUS_MAX - 1 of VCPU_STACK */

        .section .note.GNU-stack, "", @progbits
