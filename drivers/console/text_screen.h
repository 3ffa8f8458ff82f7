/* SPDX-License-Identifier: MIT */
/*
 * text_screen.h - a grid of characters: what should be on a screen, what is,
 * and a way to draw the cells in which they differ.
 */
#ifndef TEXT_SCREEN_H
#define TEXT_SCREEN_H

#include <hv/types.h>

#define TEXT_SCREEN_CELLS   18000u      /* 240 x 75 */

struct text_screen {
    uint16_t columns, rows;     /* not 0; together at most TEXT_SCREEN_CELLS */
    uint16_t x, y;              /* x may be columns: wrap before the next */
    uint8_t escape;             /* how far into an escape sequence we are */
    void (*draw)(struct text_screen *screen, unsigned int x, unsigned int y,
                 char c);
    char wanted[TEXT_SCREEN_CELLS];
    char shown[TEXT_SCREEN_CELLS];
};

/* An empty grid, on a screen on which anything may be: all is drawn. */
void text_screen_init(struct text_screen *screen, unsigned int columns,
                      unsigned int rows);

/* Put text at the cursor (\n \r \t \b work, escape sequences are left out),
 * scroll as needed, then draw what has changed. */
void text_screen_write(struct text_screen *screen, const char *text, size_t n);

#endif
