/* SPDX-License-Identifier: MIT */
/* video.c - the screen as a console, until domain 0 takes it. */
#include <hv/boot_video.h>
#include <hv/cmdline.h>
#include <hv/console.h>
#include <hv/errno.h>
#include <hv/string.h>

#include "devices.h"
#include "text_screen.h"
#include "video.h"

static struct text_screen screen;
static bool has_cursor;
static bool is_kept;
static bool is_there;

/* vga=current, vga=keep, or both with a comma: the loader sets the mode. */
static int parse_vga(const char *value)
{
    if (strcmp(value, "keep") == 0 || strcmp(value, "current,keep") == 0)
        is_kept = true;
    else if (strcmp(value, "current") != 0)
        return -EINVAL;
    return 0;
}
CMDLINE_CUSTOM_OPTION(vga, "vga", parse_vga);

static void video_write(struct console_device *dev, const char *text, size_t n)
{
    (void)dev;
    text_screen_write(&screen, text, n);
    if (has_cursor)
        vga_text_move_cursor(&screen);
}

static struct console_device video_device = {
    .name = "vga", .write = video_write,
};

void console_init_video(const struct boot_video *video)
{
    if (is_there || !console_is_chosen(video_device.name))
        return;
    if (video->type == BOOT_VIDEO_TEXT)
        has_cursor = vga_text_init(video, &screen);
    is_there = has_cursor || (video->type == BOOT_VIDEO_LFB &&
                              lfb_init(video, &screen));
    if (is_there)
        console_add(&video_device);
}

void video_release(void)
{
    if (!is_kept)
        WRITE_ONCE(video_device.is_off, true);
}
