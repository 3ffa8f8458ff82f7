/* SPDX-License-Identifier: MIT */
/*
 * fake_paging.h - what arch/x86/mm/ needs around it: two vcpus, a TLB, device
 * frames, and something else to do now and then. Names to frame_model.h all
 * that real tables, bases and pending slots hold.
 */
#ifndef FAKE_PAGING_H
#define FAKE_PAGING_H

#include <asm/pte.h>
#include <hv/vcpu.h>
#include "fake_machine.h"

/* Frames 57 to 63 are devices'; the domains may map the first three, and
 * three that have no record at all. */
#define PAGING_HOLES    7u
#define PAGING_RAM      (FAKE_FRAMES - PAGING_HOLES)
#define DEVICE_ALLOWED  PAGING_RAM
#define DEVICE_REFUSED  (PAGING_RAM + 3)
#define NOTHING_ALLOWED 1000u
#define NOTHING_REFUSED 1003u

extern struct vcpu fake_vcpus[FAKE_DOMAINS];    /* one for each domain */
extern mfn_t fake_cr3;                          /* what tlb_load_l4 loaded */
extern unsigned int fake_local_flushes;         /* by tlb_flush_local */
/* softirq_is_pending() says yes once in so many times; 0: never. */
extern unsigned int fake_softirq_one_in;
extern uint64_t fake_paging_seed;

/* How many grants to devices may write to each frame; of the test. */
extern unsigned int fake_device_writers[FAKE_FRAMES];

void fake_paging_start(void);
pte_t *fake_table(const struct frame *f);

/* Stop the test unless each entry that hardware may believe has flags that it
 * may have, and model_check() agrees. */
void fake_paging_check(void);

#endif
