/* SPDX-License-Identifier: MIT */
/* iret.c - the frame that IRET_KERNEL returns through, and what came of it. */
#include "iret.h"
#include "string.h"

struct iret_context iret_frame;
uint64_t iret_landed[LANDED_COUNT];

void iret_reset(void)
{
    memset(iret_landed, 0, sizeof(iret_landed));
    iret_frame = (struct iret_context){
        .rax = 0xaaaa, .r11 = 0xbbbb, .rcx = 0xcccc,
        .cs = FLAT_KERNEL_CS & ~3ul, .rflags = FLAG_ONE | FLAG_IF,
        .ss = FLAT_KERNEL_SS,
    };
}
