/* SPDX-License-Identifier: MIT */
/* vga_text.c - the text mode of a PC: a character and a colour per cell. */
#include <asm/io.h>
#include <hv/boot_video.h>
#include <hv/phys_map.h>

#include "text_screen.h"
#include "video.h"

#define TEXT_BASE       0xb8000     /* paddr of the colour text buffer */
#define GREY_ON_BLACK   0x0700u

#define CRTC_INDEX      0x3d4       /* IBM VGA: index, then data */
#define CRTC_DATA       0x3d5
#define   CRTC_CURSOR_HIGH  0x0e
#define   CRTC_CURSOR_LOW   0x0f

static volatile uint16_t *cells;

static void draw_cell(struct text_screen *screen, unsigned int x,
                      unsigned int y, char c)
{
    cells[y * screen->columns + x] = (uint16_t)(GREY_ON_BLACK | (uint8_t)c);
}

void vga_text_move_cursor(const struct text_screen *screen)
{
    unsigned int at = screen->y * screen->columns + screen->x;

    outb(CRTC_INDEX, CRTC_CURSOR_HIGH);
    outb(CRTC_DATA, (uint8_t)(at >> 8));
    outb(CRTC_INDEX, CRTC_CURSOR_LOW);
    outb(CRTC_DATA, (uint8_t)at);
}

bool vga_text_init(const struct boot_video *video, struct text_screen *screen)
{
    size_t count = (size_t)video->width * video->height;

    if (count == 0 || count > TEXT_SCREEN_CELLS)
        return false;
    cells = ioremap(TEXT_BASE, count * sizeof(*cells));
    if (!cells)
        return false;
    text_screen_init(screen, video->width, video->height);
    screen->draw = draw_cell;
    return true;
}
