/* SPDX-License-Identifier: MIT */
/* i8259.h - the two old interrupt controllers, kept silent. */
#ifndef ASM_I8259_H
#define ASM_I8259_H

/* Move their vectors out of the exceptions' way and mask every input. */
void i8259_init(void);

#endif
