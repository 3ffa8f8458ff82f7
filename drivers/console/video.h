/* SPDX-License-Identifier: MIT */
/* video.h - the two kinds of screen, each a way to draw a grid of text. */
#ifndef CONSOLE_VIDEO_H
#define CONSOLE_VIDEO_H

#include <hv/types.h>

struct boot_video;
struct text_screen;

/* Map the screen and set the grid up for it. False when it cannot be used. */
bool vga_text_init(const struct boot_video *video, struct text_screen *screen);
bool lfb_init(const struct boot_video *video, struct text_screen *screen);

void vga_text_move_cursor(const struct text_screen *screen);

#endif
