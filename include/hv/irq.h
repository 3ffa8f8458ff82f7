/* SPDX-License-Identifier: MIT */
/* irq.h - interrupt lines that the hypervisor itself handles (arch). */
#ifndef HV_IRQ_H
#define HV_IRQ_H

#include <hv/compiler.h>

/* Call @fn(@data) with interrupts off whenever line @gsi is raised; one CPU at
 * a time. -EINVAL no such line; -EBUSY it belongs to somebody else. */
int irq_request(unsigned int gsi, void (*fn)(void *data), void *data) MUST_CHECK;

#endif
