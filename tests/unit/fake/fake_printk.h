/* SPDX-License-Identifier: MIT */
/* fake_printk.h - what the code under test has said. */
#ifndef FAKE_PRINTK_H
#define FAKE_PRINTK_H

/* Lines printed since the last reset, and the text of the latest. */
extern unsigned int fake_printk_count;
extern char fake_printk_last[512];

void fake_printk_reset(void);

#endif
