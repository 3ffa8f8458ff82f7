/* SPDX-License-Identifier: MIT */
/*
 * fake_irq.h - interrupt lines that remember whether they are open and masked:
 * 24 GSIs, the upper eight level-triggered, one of them the hypervisor's, and
 * some messages above.
 */
#ifndef FAKE_IRQ_H
#define FAKE_IRQ_H

#include <hv/irq.h>

#define FAKE_GSIS       24u
#define FAKE_HV_LINE    4u          /* -EBUSY to everybody */
#define FAKE_MESSAGES   40u         /* arch_msi_open gives that many away */

extern bool fake_irq_is_open[IRQ_COUNT], fake_irq_is_masked[IRQ_COUNT];
extern struct msi_request fake_msi_request;     /* the last one that came */
/* What arch_set_iopl and arch_set_iobitmap were told last. */
extern unsigned int fake_iopl, fake_iobitmap_ports;
extern unsigned long fake_iobitmap;

void fake_irq_start(void);

#endif
