/* SPDX-License-Identifier: MIT */
/* land.h - the first instructions of a vcpu that notes what it begins with. */
#ifndef VCPU_CONTEXT_LAND_H
#define VCPU_CONTEXT_LAND_H

#include "types.h"

#define LAND_GS_WORD    0x67735f6261736521ul

extern char land_entry[];       /* notes, then goes on as vcpu 1 */
extern uint64_t land_gpr[16];   /* rax rbx rcx rdx rsi rdi rbp rsp r8-r15 */
extern uint64_t land_rflags;
extern uint16_t land_selector[4];       /* cs ss ds es */
extern uint64_t land_gs_word, land_gs_seen, land_cr0;

void land_look(void *arg);      /* the rest, on vcpu 1 */

#endif
