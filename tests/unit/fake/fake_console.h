/* SPDX-License-Identifier: MIT */
/* fake_console.h - a console device that remembers, and a clock. */
#ifndef FAKE_CONSOLE_H
#define FAKE_CONSOLE_H

#include <hv/console.h>
#include <hv/types.h>

struct fake_console {
    struct console_device dev;
    char text[65536];
    size_t length;
};

void fake_console_open(struct fake_console *console);
extern s_time_t fake_now;

#endif
