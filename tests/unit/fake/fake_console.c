/* SPDX-License-Identifier: MIT */
/* fake_console.c - a console device that remembers, and a clock. */
#include <string.h>
#include <hv/time.h>
#include "fake_console.h"

s_time_t fake_now;

s_time_t system_time(void)
{
    return fake_now;
}

static void remember(struct console_device *dev, const char *text, size_t n)
{
    struct fake_console *console = container_of(dev, struct fake_console, dev);

    if (n >= sizeof(console->text) - console->length)
        n = sizeof(console->text) - 1 - console->length;
    memcpy(console->text + console->length, text, n);
    console->length += n;
    console->text[console->length] = '\0';
}

void fake_console_open(struct fake_console *console)
{
    memset(console, 0, sizeof(*console));
    console->dev.name = "fake";
    console->dev.write = remember;
    console_add(&console->dev);
}
