/* SPDX-License-Identifier: MIT */
/* sections.h - the boundaries that hypervisor.lds.S defines. */
#ifndef ASM_SECTIONS_H
#define ASM_SECTIONS_H

#include <hv/types.h>

extern char __image_start[], __image_end[], __text_start[], __text_end[],
            __rodata_start[], __rodata_end[], __data_start[], __data_end[],
            __percpu_start[], __percpu_end[], __init_start[], __load_end[],
            __init_end[], __bss_start[], __bss_end[];

static inline uint64_t image_size(void)
{
    return (uint64_t)(__image_end - __image_start);
}

#endif
