/* SPDX-License-Identifier: MIT */
/* text_screen.c - cursor, scrolling, and drawing no more than has changed. */
#include <hv/string.h>

#include "text_screen.h"

#define BLANK       ' '
#define NEVER_SHOWN '\0'
#define TAB_WIDTH   8u

enum escape { ESCAPE_NONE, ESCAPE_BEGUN, ESCAPE_CONTROL };

void text_screen_init(struct text_screen *screen, unsigned int columns,
                      unsigned int rows)
{
    screen->columns = (uint16_t)columns;
    screen->rows = (uint16_t)rows;
    screen->x = screen->y = 0;
    screen->escape = ESCAPE_NONE;
    memset(screen->wanted, BLANK, (size_t)columns * rows);
    memset(screen->shown, NEVER_SHOWN, (size_t)columns * rows);
}

static void new_line(struct text_screen *screen)
{
    size_t kept = (size_t)screen->columns * (screen->rows - 1u);

    screen->x = 0;
    if (screen->y + 1u < screen->rows) {
        screen->y++;
        return;
    }
    memmove(screen->wanted, screen->wanted + screen->columns, kept);
    memset(screen->wanted + kept, BLANK, screen->columns);
}

static void put_visible(struct text_screen *screen, char c)
{
    if (screen->x == screen->columns)
        new_line(screen);
    screen->wanted[(size_t)screen->y * screen->columns + screen->x] = c;
    screen->x++;
}

/* ESC, then one character, or "[", parameters and a final letter. */
static void step_escape(struct text_screen *screen, char c)
{
    if (screen->escape == ESCAPE_BEGUN && c == '[')
        screen->escape = ESCAPE_CONTROL;
    else if (screen->escape == ESCAPE_BEGUN || (c >= '@' && c <= '~'))
        screen->escape = ESCAPE_NONE;
}

static void put_char(struct text_screen *screen, char c)
{
    if (screen->escape != ESCAPE_NONE) {
        step_escape(screen, c);
        return;
    }
    switch (c) {
    case '\n':
        new_line(screen);
        break;
    case '\r':
        screen->x = 0;
        break;
    case '\b':
        if (screen->x)
            screen->x--;
        break;
    case '\t':
        do
            put_visible(screen, BLANK);
        while (screen->x % TAB_WIDTH && screen->x < screen->columns);
        break;
    case '\x1b':
        screen->escape = ESCAPE_BEGUN;
        break;
    default:
        if (c >= BLANK && c <= '~')
            put_visible(screen, c);
        break;
    }
}

static void draw_changes(struct text_screen *screen)
{
    size_t i = 0;

    for (unsigned int y = 0; y < screen->rows; y++) {
        for (unsigned int x = 0; x < screen->columns; x++, i++) {
            if (screen->shown[i] == screen->wanted[i])
                continue;
            screen->shown[i] = screen->wanted[i];
            screen->draw(screen, x, y, screen->wanted[i]);
        }
    }
}

void text_screen_write(struct text_screen *screen, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_char(screen, text[i]);
    draw_changes(screen);
}
