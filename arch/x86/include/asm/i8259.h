/* SPDX-License-Identifier: MIT */
/* i8259.h - the two old interrupt controllers, kept silent but for the timer's
 * input, when the watchdog wants that. */
#ifndef ASM_I8259_H
#define ASM_I8259_H

#include <hv/types.h>

/* Move their vectors out of the exceptions' way and mask every input. */
void i8259_init(void);
/* Let input 0 out, or mask all again. */
void i8259_open_timer(bool is_open);
/* Acknowledge and end it; false: it was not that. */
bool i8259_poll_timer(void);

#endif
