/* SPDX-License-Identifier: MIT */
/*
 * iret.h - the iret hypercall to a place behind the call, in the kernel.
 *
 *      iret_reset();
 *      iret_frame.rflags |= FLAG_DF;
 *      IRET_KERNEL();
 *
 * What the frame restored is in iret_landed, unless the return or what came
 * after it trapped: then the trap is in probe.
 */
#ifndef GUEST_IRET_H
#define GUEST_IRET_H

#include "trap.h"

extern struct iret_context iret_frame;

enum {
    LANDED_RAX, LANDED_RCX, LANDED_R11, LANDED_RFLAGS, LANDED_CS, LANDED_SS,
    LANDED_RSP, LANDED_COUNT,
};
extern uint64_t iret_landed[LANDED_COUNT];

/* A frame to the kernel's flat segments, upcalls let in, and three numbers. */
void iret_reset(void);

/* rip and rsp are what @rip_text and @rsp_text put into the frame; the label of
 * the place is 2. */
#define IRET_HERE(rip_text, rsp_text)                                   \
    PROBE(rsp_text "\n\t" rip_text "\n\t"                               \
          "mov $iret_frame, %%rsp\n\t"                                  \
          IRET_FROM_RSP)
#define IRET_FROM_RSP                                                   \
          "mov $23, %%eax\n\t"                                          \
          "syscall\n\t"                                                 \
          "2: mov %%rsp, iret_landed+48\n\t"                            \
          "mov probe_rsp, %%rsp\n\t"                                    \
          "mov %%rax, iret_landed\n\t"                                  \
          "mov %%rcx, iret_landed+8\n\t"                                \
          "mov %%r11, iret_landed+16\n\t"                               \
          "pushfq\n\t pop iret_landed+24\n\t"                          \
          "mov %%cs, iret_landed+32\n\t mov %%ss, iret_landed+40\n\t"  \
          "push $0x202\n\t popfq"
#define IRET_RIP_HERE "movq $2f, iret_frame+32"
#define IRET_RSP_HERE "mov %%rsp, iret_frame+56"
#define IRET_KERNEL() IRET_HERE(IRET_RIP_HERE, IRET_RSP_HERE)

#endif
