/* SPDX-License-Identifier: MIT */
/*
 * first.c - note the time of the first instruction of init, then go on.
 *
 * The kernel starts this in place of init (rdinit=/bin/first). It prints the
 * time stamp counter as it stood at entry, which under QEMU's -icount shift=0
 * counts the nanoseconds since power-on, and becomes /init.
 */
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#define PHASE_MARK_NO_CODE
#include "phase_mark.h"

uint64_t first_tsc;

/* The very first instructions: nothing of the C library has run. */
__asm__(".globl first_entry\n"
        "first_entry:\n"
        PHASE_MARK_TEXT(0)          /* the boot ends */
        "    rdtsc\n"
        "    shl  $32, %rdx\n"
        "    or   %rdx, %rax\n"
        "    mov  %rax, first_tsc(%rip)\n"
        "    xor  %edx, %edx\n"     /* no function to run at exit */
        "    jmp  _start\n");

int main(int argc, char **argv)
{
    (void)argc;
    printf("@@ first instruction of init at %llu\n",
           (unsigned long long)first_tsc);
    fflush(stdout);
    execv("/init", argv);
    perror("/init");
    return 1;
}
