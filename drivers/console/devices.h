/* SPDX-License-Identifier: MIT */
/* devices.h - how each kind of console comes up; init.c has the order. */
#ifndef CONSOLE_DEVICES_H
#define CONSOLE_DEVICES_H

#include <hv/types.h>

void ns16550_init(void);
void ns16550_init_interrupts(void);

void video_release(void);

void input_init(void);
void input_to_domains(bool has_dom0);

#endif
