/* SPDX-License-Identifier: MIT */
/*
 * symbols.c - looks names up in the table that tools/build/symbols.awk makes of
 * one link for the next. All functions in ascending order of address:
 *
 *   symbol_offsets[i]   u32, ascending: address of function i less symbol_base
 *   symbol_names        for each: length byte, then characters below 0x80 and
 *                       tokens from 0x80 on
 *   symbol_markers[k]   u32, where the name of function 16 * k begins
 *   symbol_tokens       the 128 tokens, each with a length byte before it
 */
#include <hv/format.h>
#include <hv/symbols.h>

#include "symbol_table.h"

#define FIRST_TOKEN 0x80

/* The last function that begins at or below @offset, which is not below the
 * first one. */
static uint32_t find_index(uint32_t offset)
{
    uint32_t low = 0, high = symbol_count;

    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (symbol_offsets[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static size_t put_token(uint8_t number, char *name, size_t n)
{
    const uint8_t *token = symbol_tokens;

    for (; number; number--)
        token += 1 + *token;
    for (uint8_t i = 0; i < token[0] && n < SYMBOL_NAME_SIZE - 1; i++)
        name[n++] = (char)token[1 + i];
    return n;
}

static void put_name(uint32_t index, char *name)
{
    const uint8_t *code = symbol_names +
                          symbol_markers[index / SYMBOLS_PER_MARKER];
    size_t n = 0;

    for (uint32_t i = 0; i < index % SYMBOLS_PER_MARKER; i++)
        code += 1 + *code;
    for (unsigned int i = 1; i <= code[0]; i++) {
        if (code[i] >= FIRST_TOKEN)
            n = put_token(code[i] - FIRST_TOKEN, name, n);
        else if (n < SYMBOL_NAME_SIZE - 1)
            name[n++] = (char)code[i];
    }
    name[n] = '\0';
}

bool symbol_find(unsigned long addr, char *name, unsigned long *offset)
{
    uint32_t index;

    if (symbol_count == 0 || addr < symbol_base ||
        addr - symbol_base >= symbol_span)
        return false;
    index = find_index((uint32_t)(addr - symbol_base));
    put_name(index, name);
    *offset = addr - symbol_base - symbol_offsets[index];
    return true;
}

void symbol_format(char *buf, size_t size, unsigned long addr)
{
    char name[SYMBOL_NAME_SIZE];
    unsigned long offset;

    if (symbol_find(addr, name, &offset))
        format_text(buf, size, "%s+%#lx", name, offset);
    else
        format_text(buf, size, "%#lx", addr);
}
