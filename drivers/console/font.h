/* SPDX-License-Identifier: MIT */
/* font.h - shapes of the printable ASCII characters. */
#ifndef CONSOLE_FONT_H
#define CONSOLE_FONT_H

#include <hv/types.h>

#define FONT_WIDTH  8u
#define FONT_HEIGHT 16u

/* One line of dots of @c, the leftmost in bit 7; @line is below FONT_HEIGHT. */
uint8_t font_dots(char c, unsigned int line);

#endif
