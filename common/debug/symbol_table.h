/* SPDX-License-Identifier: MIT */
/* symbol_table.h - what tools/build/symbols.awk writes and symbols.c reads. */
#ifndef SYMBOL_TABLE_H
#define SYMBOL_TABLE_H

#include <hv/types.h>

#define SYMBOLS_PER_MARKER 16u

extern const uint32_t symbol_count;
extern const uint32_t symbol_span;      /* bytes from the first that count as code */
extern const uint64_t symbol_base;      /* address of the first */
extern const uint32_t symbol_offsets[];
extern const uint32_t symbol_markers[];
extern const uint8_t symbol_tokens[];
extern const uint8_t symbol_names[];

#endif
