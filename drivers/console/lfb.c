/* SPDX-License-Identifier: MIT */
/*
 * lfb.c - text on a linear framebuffer. A glyph is 8 x 16 dots; on a screen
 * with more cells than the grid holds a dot is several pixels wide and high.
 */
#include <hv/boot_video.h>
#include <hv/phys_map.h>

#include "font.h"
#include "text_screen.h"
#include "video.h"

#define GREY    0xaau           /* of 0xff, each colour */

static struct {
    volatile uint8_t *base;
    uint32_t pitch;
    uint32_t foreground;        /* a pixel */
    uint8_t pixel_size;         /* bytes */
    uint8_t scale;              /* pixels per dot */
} lfb;

static void put_pixel(volatile uint8_t *at, uint32_t pixel)
{
    switch (lfb.pixel_size) {
    case 4:
        *(volatile uint32_t *)at = pixel;
        break;
    case 3:
        at[0] = (uint8_t)pixel;
        at[1] = (uint8_t)(pixel >> 8);
        at[2] = (uint8_t)(pixel >> 16);
        break;
    default:
        *(volatile uint16_t *)at = (uint16_t)pixel;
        break;
    }
}

/* One line of pixels of one line of dots. */
static void draw_line(volatile uint8_t *at, uint8_t dots)
{
    for (unsigned int x = 0; x < FONT_WIDTH * lfb.scale; x++) {
        bool is_set = (dots >> (FONT_WIDTH - 1 - x / lfb.scale)) & 1;

        put_pixel(at + x * lfb.pixel_size, is_set ? lfb.foreground : 0);
    }
}

static void draw_cell(struct text_screen *screen, unsigned int x,
                      unsigned int y, char c)
{
    size_t top = (size_t)y * FONT_HEIGHT * lfb.scale;
    size_t left = (size_t)x * FONT_WIDTH * lfb.scale * lfb.pixel_size;

    (void)screen;
    for (unsigned int line = 0; line < FONT_HEIGHT * lfb.scale; line++)
        draw_line(lfb.base + (top + line) * lfb.pitch + left,
                  font_dots(c, line / lfb.scale));
}

static uint32_t colour(const struct boot_video_field *field)
{
    uint32_t value = GREY;

    if (field->size > 8 || field->pos > 24)
        return 0;
    return (value >> (8 - field->size)) << field->pos;
}

/* Do the lines lie inside what the loader says there is? */
static bool geometry_is_sound(const struct boot_video *v)
{
    uint64_t line = (uint64_t)v->width * (v->bpp / 8u);

    if (v->bpp != 16 && v->bpp != 24 && v->bpp != 32)
        return false;
    return v->width >= FONT_WIDTH && v->height >= FONT_HEIGHT &&
           v->pitch >= line && (uint64_t)v->pitch * v->height <= v->size;
}

static uint8_t choose_scale(const struct boot_video *v)
{
    unsigned int scale = 1;

    while ((v->width / (FONT_WIDTH * scale)) *
           (v->height / (FONT_HEIGHT * scale)) > TEXT_SCREEN_CELLS)
        scale++;
    return (uint8_t)scale;
}

bool lfb_init(const struct boot_video *video, struct text_screen *screen)
{
    if (!geometry_is_sound(video))
        return false;
    lfb.base = ioremap(video->base, (size_t)video->pitch * video->height);
    if (!lfb.base)
        return false;
    lfb.pitch = video->pitch;
    lfb.pixel_size = video->bpp / 8;
    lfb.foreground = colour(&video->red) | colour(&video->green) |
                     colour(&video->blue);
    lfb.scale = choose_scale(video);
    text_screen_init(screen, video->width / (FONT_WIDTH * lfb.scale),
                     video->height / (FONT_HEIGHT * lfb.scale));
    screen->draw = draw_cell;
    return true;
}
