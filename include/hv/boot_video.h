/* SPDX-License-Identifier: MIT */
/* boot_video.h - the screen as the loader left it. */
#ifndef HV_BOOT_VIDEO_H
#define HV_BOOT_VIDEO_H

#include <hv/frame_num.h>

enum boot_video_type {
    BOOT_VIDEO_NONE,
    BOOT_VIDEO_TEXT,    /* PC text mode: width and height in characters */
    BOOT_VIDEO_LFB,     /* linear framebuffer with direct colour */
};

/* Where a colour lies in a pixel: @size bits from bit @pos on. */
struct boot_video_field {
    uint8_t pos, size;
};

struct boot_video {
    uint8_t type;               /* enum boot_video_type */
    uint8_t bpp;                /* bits per pixel */
    uint16_t width, height;     /* pixels, or characters */
    uint16_t pitch;             /* bytes from one line to the next */
    uint8_t cursor_x, cursor_y; /* text: where the loader stopped */
    uint8_t font_height;        /* text: scan lines of a character, 0 unknown */
    uint8_t mode;               /* BIOS mode number, 0 unknown */
    paddr_t base;
    uint32_t size;              /* bytes from base on */
    struct boot_video_field red, green, blue, reserved;
};

/* A framebuffer as both Multiboot protocols tell of it: @colour is position and
 * size of red, green, blue. */
static inline void boot_video_set_lfb(struct boot_video *v, paddr_t base,
                                      uint32_t pitch, uint8_t bpp,
                                      uint32_t height, const uint8_t colour[6])
{
    v->type = BOOT_VIDEO_LFB;
    v->pitch = (uint16_t)pitch;
    v->bpp = bpp;
    v->base = base;
    v->size = pitch * height;
    v->red = (struct boot_video_field){ colour[0], colour[1] };
    v->green = (struct boot_video_field){ colour[2], colour[3] };
    v->blue = (struct boot_video_field){ colour[4], colour[5] };
}

#endif
