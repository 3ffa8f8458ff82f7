/* SPDX-License-Identifier: MIT */
/* checksum.h - the byte sum that firmware tables carry (ACPI 6.5 5.2.6). */
#ifndef HV_CHECKSUM_H
#define HV_CHECKSUM_H

#include <hv/types.h>

/* The sum of @n bytes, modulo 256: 0 over a table that is whole. */
uint8_t checksum_bytes(const void *data, size_t n);

#endif
