/* SPDX-License-Identifier: MIT */
/*
 * io.h - I/O ports of a test, which defines what lies behind them; registers
 * in memory are memory.
 */
#ifndef ASM_IO_H
#define ASM_IO_H

#include <stdint.h>

uint8_t inb(uint16_t port);
uint16_t inw(uint16_t port);
uint32_t inl(uint16_t port);
void outb(uint16_t port, uint8_t value);
void outw(uint16_t port, uint16_t value);
void outl(uint16_t port, uint32_t value);

#define mmio_read8(at)      (*(const volatile uint8_t *)(at))
#define mmio_read16(at)     (*(const volatile uint16_t *)(at))
#define mmio_read32(at)     (*(const volatile uint32_t *)(at))
#define mmio_write8(at, v)  (*(volatile uint8_t *)(at) = (uint8_t)(v))
#define mmio_write16(at, v) (*(volatile uint16_t *)(at) = (uint16_t)(v))
#define mmio_write32(at, v) (*(volatile uint32_t *)(at) = (uint32_t)(v))

#endif
