/* SPDX-License-Identifier: MIT */
/*
 * fake_cpus.h - CPUs that interrupt each other and whose TLBs the test models:
 * it is told what mm/tlb.c drops. Each is a thread that sets my_cpu; or there is
 * one thread, which is each of them when that one's interrupt comes.
 */
#ifndef FAKE_CPUS_H
#define FAKE_CPUS_H

#include <asm/current.h>
#include <asm/irqflags.h>

#define FAKE_CPUS   4u

/* This CPU drops all translations, or that of one page. The test has these. */
void fake_tlb_drop_all(void);
void fake_tlb_drop_page(unsigned long va);

void fake_cpus_start(unsigned int count, bool is_one_thread);
/* Called once when interrupts have been sent, before any is taken. */
extern void (*fake_send_hook)(void);
extern unsigned int fake_interrupts_sent;       /* for flushes, to one CPU */

#endif
