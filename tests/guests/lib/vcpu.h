/* SPDX-License-Identifier: MIT */
/*
 * vcpu.h - more vcpus than the one a guest begins with.
 *
 * A folder whose opening comment has a line "Has 2 vcpus." is started with as
 * many, of which all but vcpu 0 are down.
 *
 *      static void other(void *arg) { ... }
 *
 *      expect_ok("it_starts", vcpu_start(1, other, NULL));
 *      expect_true("it_has_done_its_work", vcpu_join(1));
 *
 * All vcpus share the page tables, trap handlers and memory; each has its stack
 * and its part of shared_info, and begins with upcalls masked. Only vcpu 0
 * reports, prints, allocates pages, PROBEs and runs user mode. There may be one
 * CPU for all: who waits calls vcpu_wait(), never only spins.
 */
#ifndef GUEST_VCPU_H
#define GUEST_VCPU_H

#include "regs.h"
#include "types.h"

#define VCPUS_MAX       4u
#define VCPU_STACK      32768u      /* its upper half for traps of the user */

struct vcpu_guest_context;

extern char vcpu_stacks[];          /* of vcpus 1 to VCPUS_MAX - 1 */

/* Who runs this, as its stack tells. */
static inline unsigned vcpu_id(void)
{
    uint64_t at = (uint64_t)__builtin_frame_address(0) - (uint64_t)vcpu_stacks;

    return at < (VCPUS_MAX - 1) * VCPU_STACK
               ? (unsigned)(at / VCPU_STACK) + 1 : 0;
}

/* A context that a test may change and give to VCPUOP_initialise: the vcpu
 * does what it was told by vcpu_start(), or at once by vcpu_prepare(). */
void vcpu_context_init(struct vcpu_guest_context *context, unsigned id);
void vcpu_prepare(unsigned id, void (*work)(void *), void *arg);

/* Run @work on @id, which is initialised first if it was not yet. When @work
 * returns the vcpu goes down by itself, and can be started again. */
long vcpu_start(unsigned id, void (*work)(void *), void *arg);
/* Wait until its work is done and it is down; false: it takes too long. */
bool vcpu_join(unsigned id);
/* Let others run until *@word is at least @value; false: it takes too long. */
bool vcpu_wait(const volatile unsigned *word, unsigned value);

/* Access that may fault, on any vcpu: the vector it raised, or NO_TRAP. */
unsigned touch_read(const volatile void *va, uint64_t *value);
unsigned touch_write(volatile void *va, uint64_t value);

bool vcpu_trap(struct regs *regs);  /* for trap.c: it was a touch */
void vcpu_main(unsigned id);        /* for vcpu_entry.S */

#endif
