/* SPDX-License-Identifier: MIT */
/*
 * guest_word.h - one 8-byte word of guest memory, where a call of
 * copy_to_guest() would cost more than the work. The caller has checked that
 * the address is no hypervisor's and stands between guest_words_open() and
 * guest_words_close().
 */
#ifndef ASM_GUEST_WORD_H
#define ASM_GUEST_WORD_H

#include <asm/cpu.h>
#include <asm/layout.h>
#include <hv/types.h>

static inline bool is_hypervisor_address(unsigned long va)
{
    return va - HV_VIRT_START < HV_VIRT_END - HV_VIRT_START;
}

static inline void guest_words_open(void)
{
    if (cpu_has_smap)
        __asm__ __volatile__("stac" : : : "memory");
}

static inline void guest_words_close(void)
{
    if (cpu_has_smap)
        __asm__ __volatile__("clac" : : : "memory");
}

/* False: the access faulted. */
static inline bool guest_word_put(unsigned long va, uint64_t word)
{
    __asm__ goto("1: mov %0, (%1)\n"
                 ".pushsection .extable, \"a\"; .balign 4\n"
                 ".long 1b - ., %l[fault] - .; .popsection"
                 : : "r"(word), "r"(va) : "memory" : fault);
    return true;
fault:
    return false;
}

static inline bool guest_word_get(unsigned long va, uint64_t *word)
{
    uint64_t w;

    __asm__ goto("1: mov (%1), %0\n"
                 ".pushsection .extable, \"a\"; .balign 4\n"
                 ".long 1b - ., %l[fault] - .; .popsection"
                 : "=r"(w) : "r"(va) : "memory" : fault);
    *word = w;
    return true;
fault:
    return false;
}

#endif
