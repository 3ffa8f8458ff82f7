/* SPDX-License-Identifier: MIT */
/* devices.h - how each kind of console comes up; init.c has the order. */
#ifndef CONSOLE_DEVICES_H
#define CONSOLE_DEVICES_H

#include <hv/types.h>

struct boot_video;

void ns16550_init(void);
void ns16550_init_interrupts(void);

void input_init(void);
void input_to_dom0(void);

#endif
