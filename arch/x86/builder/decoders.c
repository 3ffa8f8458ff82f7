/* SPDX-License-Identifier: MIT */
/*
 * decoders.c - the surroundings that the decompressors were compiled for: a
 * large stack, floating point, a stack guard at %fs:0x28, no interrupts.
 */
#include "internal.h"
#include <asm/cr.h>
#include <asm/irqflags.h>
#include <asm/msr.h>
#include <hv/decompress.h>
#include <hv/string.h>

#define DECODER_STACK   KIB(64)

static uint8_t stack[DECODER_STACK] ALIGNED(64) __initbss;
static uint8_t guard_page[PAGE_SIZE] ALIGNED(4096) __initbss;

/* An emulated CPU's table of translations (QEMU, TCG) grows only when it is
 * flushed, and a dictionary of 32 MiB wants a large one: this takes a sixth off
 * the time. A real CPU does not notice. */
void __init decompress_rest(void)
{
    write_cr3(read_cr3());
}

int call_on_stack(int (*fn)(void *), void *data, void *top);

int __init with_decoder_state(int (*fn)(void *), void *data)
{
    unsigned long flags = local_irq_save();
    uint64_t fs = rdmsr(MSR_FS_BASE);
    int rc;

    clear_ts();
    wrmsr(MSR_FS_BASE, (uint64_t)guard_page);
    rc = call_on_stack(fn, data, stack + sizeof(stack));
    wrmsr(MSR_FS_BASE, fs);
    local_irq_restore(flags);
    return rc;
}
