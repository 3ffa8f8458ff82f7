/* SPDX-License-Identifier: MIT */
/* land.c - where vcpu 1 begins, and what it sees. */
#include "land.h"
#include "vcpu.h"

uint64_t land_gpr[16], land_rflags, land_gs_seen, land_cr0;
uint64_t land_gs_word = LAND_GS_WORD;
uint16_t land_selector[4];

asm(".text\n"
    ".globl land_entry\n"
    "land_entry:\n\t"
    "mov %rax, land_gpr\n\t"       "mov %rbx, land_gpr+8\n\t"
    "mov %rcx, land_gpr+16\n\t"    "mov %rdx, land_gpr+24\n\t"
    "mov %rsi, land_gpr+32\n\t"    "mov %rdi, land_gpr+40\n\t"
    "mov %rbp, land_gpr+48\n\t"    "mov %rsp, land_gpr+56\n\t"
    "mov %r8, land_gpr+64\n\t"     "mov %r9, land_gpr+72\n\t"
    "mov %r10, land_gpr+80\n\t"    "mov %r11, land_gpr+88\n\t"
    "mov %r12, land_gpr+96\n\t"    "mov %r13, land_gpr+104\n\t"
    "mov %r14, land_gpr+112\n\t"   "mov %r15, land_gpr+120\n\t"
    "pushfq\n\t pop land_rflags\n\t"
    "cld\n\t"
    "mov %cs, land_selector\n\t"   "mov %ss, land_selector+2\n\t"
    "mov %ds, land_selector+4\n\t" "mov %es, land_selector+6\n\t"
    "mov %gs:0, %rax\n\t"
    "mov %rax, land_gs_seen\n\t"
    "mov $1, %edi\n\t"
    "call vcpu_main\n\t"
    "ud2");

void land_look(void *arg)
{
    uint64_t cr0;

    (void)arg;
    asm volatile("mov %%cr0, %0" : "=r" (cr0));
    land_cr0 = cr0;
}
