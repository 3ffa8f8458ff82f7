/* SPDX-License-Identifier: MIT */
/* guest_word.h - words of the guest in fake_guest.c. */
#ifndef ASM_GUEST_WORD_H
#define ASM_GUEST_WORD_H

#include <asm/layout.h>
#include <hv/guest_copy.h>

static inline bool is_hypervisor_address(unsigned long va)
{
    return va - HV_VIRT_START < HV_VIRT_END - HV_VIRT_START;
}

static inline void guest_words_open(void) { }
static inline void guest_words_close(void) { }

static inline bool guest_word_put(unsigned long va, uint64_t word)
{
    return !copy_to_guest(guest_va(va), &word, sizeof(word));
}

static inline bool guest_word_get(unsigned long va, uint64_t *word)
{
    return !copy_from_guest(word, guest_va(va), sizeof(*word));
}

#endif
