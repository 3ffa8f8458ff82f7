/* SPDX-License-Identifier: MIT */
/* screen_test.c - text on a grid, and its pixels on a framebuffer in memory. */
#include <stdlib.h>
#include <string.h>
#include <asm/io.h>
#include <hv/boot_video.h>
#include <hv/compiler.h>
#include <hv/phys_map.h>
#include "../../drivers/console/font.h"
#include "../../drivers/console/text_screen.h"
#include "../../drivers/console/video.h"
#include "unit.h"

static struct text_screen screen;
static unsigned int draws;
static uint8_t *memory;
static uint8_t crtc_index, crtc[256];

void *ioremap(paddr_t paddr, size_t size)
{
    (void)paddr;
    return memory = calloc(1, size);
}

void outb(uint16_t port, uint8_t value)
{
    if (port == 0x3d4)
        crtc_index = value;
    else
        crtc[crtc_index] = value;
}

static void count_draw(struct text_screen *s, unsigned int x, unsigned int y,
                       char c)
{
    ck_assert_uint_lt(x, s->columns);
    ck_assert_uint_lt(y, s->rows);
    ck_assert_int_eq(c, s->wanted[y * s->columns + x]);
    draws++;
}

static void begin(unsigned int columns, unsigned int rows)
{
    text_screen_init(&screen, columns, rows);
    screen.draw = count_draw;
}

static void put(const char *text)
{
    text_screen_write(&screen, text, strlen(text));
}

static void expect(const char *cells)
{
    size_t n = (size_t)screen.columns * screen.rows;

    ck_assert_uint_eq(strlen(cells), n);
    ck_assert_mem_eq(screen.wanted, cells, n);
    ck_assert_mem_eq(screen.shown, cells, n);
}

START_TEST(text_wraps_and_scrolls)
{
    begin(4, 3);
    put("ab\ncdefg");
    expect("ab  " "cdef" "g   ");
    put("\nh\n");
    expect("g   " "h   " "    ");
}
END_TEST

START_TEST(a_full_line_and_its_newline_are_one_line)
{
    begin(4, 3);
    put("abcd\nef");
    expect("abcd" "ef  " "    ");
}
END_TEST

START_TEST(control_characters_move_and_the_rest_is_left_out)
{
    begin(16, 2);
    put("abc\rX\b\bY\x01\xff\x7f");
    expect("Ybc             " "                ");
    put("\na\tb");
    expect("Ybc             " "a       b       ");
}
END_TEST

START_TEST(a_tab_never_leaves_the_line_behind)
{
    begin(5, 2);
    put("abcd\tx\t");
    expect("abcd " "x    ");
}
END_TEST

START_TEST(escape_sequences_are_left_out)
{
    begin(8, 1);
    put("a\x1b[1;31mb\x1b[");
    put("0mc\x1b" "cd");
    expect("abcd    ");
}
END_TEST

START_TEST(only_what_differs_is_drawn)
{
    begin(80, 25);
    put("x");
    ck_assert_uint_eq(draws, 80 * 25);
    draws = 0;
    put("y");
    ck_assert_uint_eq(draws, 1);
    draws = 0;
    for (unsigned int i = 0; i < 1000; i++)
        put("same line\n");
    ck_assert_uint_lt(draws, 1000 * 12);
}
END_TEST

START_TEST(a_one_line_screen_survives_anything)
{
    uint64_t seed = 1;

    begin(1, 1);
    for (unsigned int i = 0; i < 100000; i++) {
        char c = (char)unit_random(&seed);
        text_screen_write(&screen, &c, 1);
    }
    begin(240, 75);
    for (unsigned int i = 0; i < 200; i++) {
        char text[64];
        for (size_t k = 0; k < sizeof(text); k++)
            text[k] = (char)unit_random(&seed);
        text_screen_write(&screen, text, sizeof(text));
    }
    ck_assert_uint_gt(draws, 240 * 75);
}
END_TEST

START_TEST(vga_cells_hold_character_and_colour)
{
    struct boot_video video = { .type = BOOT_VIDEO_TEXT, .width = 80,
                                .height = 25 };
    ck_assert(vga_text_init(&video, &screen));
    put("one\nHi");
    ck_assert_uint_eq(((uint16_t *)memory)[80], 0x0700 | 'H');
    ck_assert_uint_eq(((uint16_t *)memory)[82], 0x0700 | ' ');
    vga_text_move_cursor(&screen);
    ck_assert_uint_eq(crtc[0x0e] * 256 + crtc[0x0f], 82);
    video.width = 0;
    ck_assert(!vga_text_init(&video, &screen));
    video.width = 60000;
    ck_assert(!vga_text_init(&video, &screen));
}
END_TEST

static struct boot_video lfb_video(uint8_t bpp, uint16_t width, uint16_t height)
{
    struct boot_video v = {
        .type = BOOT_VIDEO_LFB, .bpp = bpp, .width = width, .height = height,
        .pitch = (uint16_t)(width * (bpp / 8) + 32),
        .red = { 16, 8 }, .green = { 8, 8 }, .blue = { 0, 8 },
    };

    if (bpp == 16) {
        v.red = (struct boot_video_field){ 11, 5 };
        v.green = (struct boot_video_field){ 5, 6 };
        v.blue = (struct boot_video_field){ 0, 5 };
    }
    v.size = (uint32_t)v.pitch * height;
    return v;
}

static uint32_t pixel(const struct boot_video *v, unsigned int x,
                      unsigned int y)
{
    uint32_t value = 0;

    memcpy(&value, memory + (size_t)y * v->pitch + x * (v->bpp / 8u),
           v->bpp / 8u);
    return value;
}

START_TEST(each_depth_shows_the_glyphs_in_grey)
{
    static const struct { uint8_t bpp; uint32_t grey; } depth[] = {
        { 32, 0xaaaaaa }, { 24, 0xaaaaaa }, { 16, 0xad55 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(depth); i++) {
        struct boot_video v = lfb_video(depth[i].bpp, 64, 48);

        ck_assert(lfb_init(&v, &screen));
        put("\n A");
        for (unsigned int y = 0; y < 16; y++)
            for (unsigned int x = 0; x < 8; x++)
                ck_assert_uint_eq(pixel(&v, 8 + x, 16 + y),
                                  font_dots('A', y) >> (7 - x) & 1 ?
                                  depth[i].grey : 0);
        free(memory);
    }
}
END_TEST

START_TEST(a_huge_screen_gets_larger_dots)
{
    struct boot_video v = lfb_video(32, 3840, 2160);

    ck_assert(lfb_init(&v, &screen));
    ck_assert_uint_eq(screen.columns, 240);
    ck_assert_uint_eq(screen.rows, 67);
    for (unsigned int i = 0; i < 200; i++)
        put("the last column and the last row must lie in the buffer\n");
    put("H");
    for (unsigned int y = 0; y < 32; y++)
        for (unsigned int x = 0; x < 16; x++)
            ck_assert_uint_eq(pixel(&v, x, 66 * 32 + y) != 0,
                              font_dots('H', y / 2) >> (7 - x / 2) & 1);
    free(memory);
}
END_TEST

START_TEST(a_framebuffer_that_cannot_be_is_refused)
{
    struct boot_video good = lfb_video(32, 640, 480), v;

    v = good; v.bpp = 8; ck_assert(!lfb_init(&v, &screen));
    v = good; v.bpp = 0; ck_assert(!lfb_init(&v, &screen));
    v = good; v.pitch = 2559; ck_assert(!lfb_init(&v, &screen));
    v = good; v.size--; ck_assert(!lfb_init(&v, &screen));
    v = good; v.width = 7; ck_assert(!lfb_init(&v, &screen));
    v = good; v.height = 0; ck_assert(!lfb_init(&v, &screen));
    v = good; v.height = 0xffff; ck_assert(!lfb_init(&v, &screen));
    ck_assert_ptr_null(memory);
}
END_TEST

START_TEST(every_printable_character_has_its_own_shape)
{
    uint8_t dots[95][16];

    for (unsigned int c = 0; c < 95; c++)
        for (unsigned int y = 0; y < 16; y++)
            dots[c][y] = font_dots((char)(' ' + c), y);
    for (unsigned int a = 0; a < 95; a++)
        for (unsigned int b = a + 1; b < 95; b++)
            ck_assert_msg(memcmp(dots[a], dots[b], 16) != 0,
                          "'%c' and '%c'", ' ' + a, ' ' + b);
    ck_assert_uint_eq(font_dots('\n', 0) | font_dots('\xff', 3), 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("screen", text_wraps_and_scrolls,
                    a_full_line_and_its_newline_are_one_line,
                    control_characters_move_and_the_rest_is_left_out,
                    a_tab_never_leaves_the_line_behind,
                    escape_sequences_are_left_out, only_what_differs_is_drawn,
                    a_one_line_screen_survives_anything,
                    vga_cells_hold_character_and_colour,
                    each_depth_shows_the_glyphs_in_grey,
                    a_huge_screen_gets_larger_dots,
                    a_framebuffer_that_cannot_be_is_refused,
                    every_printable_character_has_its_own_shape);
}
