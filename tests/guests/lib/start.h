/* SPDX-License-Identifier: MIT */
/* start.h - what the domain was started with. */
#ifndef GUEST_START_H
#define GUEST_START_H

#include "types.h"

extern struct start_info *start_info;

/* Privileged, and driver of the devices; otherwise an ordinary domain. */
static inline bool is_domain_0(void)
{
    return start_info->flags & SIF_PRIVILEGED;
}

/* Registers at the first instruction, stored by start.S. */
extern uint64_t entry_gpr[14];  /* rax rbx rcx rdx rdi rbp r8-r15 */
extern uint64_t entry_start_info, entry_rsp, entry_rflags;
extern uint16_t entry_selector[6];      /* cs ss ds es fs gs */

extern char guest_start[], hypercall_page[], image_end[];

void page_init(void);

#endif
