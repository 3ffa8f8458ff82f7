/* SPDX-License-Identifier: MIT */
/*
 * fake_phys.h - the memory that firmware wrote. Every mapping is a copy of
 * exactly the size asked for, so that a read past it is caught.
 */
#ifndef FAKE_PHYS_H
#define FAKE_PHYS_H

#include <hv/phys_map.h>

#define FAKE_PHYS_SIZE  0x140000u

extern uint8_t fake_phys[FAKE_PHYS_SIZE];

/* The low @bytes of @value, the lowest first. */
void fake_phys_put(paddr_t at, uint64_t value, unsigned int bytes);
/* Make @length bytes add up to 0 by the one at @sum_offset. */
void fake_phys_set_sum(paddr_t at, size_t length, size_t sum_offset);

#endif
