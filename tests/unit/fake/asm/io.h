/* SPDX-License-Identifier: MIT */
/* io.h - I/O ports of a test, which defines what lies behind them. */
#ifndef ASM_IO_H
#define ASM_IO_H

#include <stdint.h>

uint8_t inb(uint16_t port);
void outb(uint16_t port, uint8_t value);

#endif
