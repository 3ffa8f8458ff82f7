/* SPDX-License-Identifier: MIT */
/* ns16550_test.c - serial lines against a chip made of variables. */
#include <string.h>
#include <asm/io.h>
#include <hv/console.h>
#include <hv/errno.h>
#include <hv/irq.h>
#include "../../drivers/console/devices.h"
#include "../../drivers/console/ns16550.h"
#include "fake_options.h"
#include "fake_printk.h"
#include "fake_spinlock.h"
#include "unit.h"

#define PORT    0x3f8

static struct {
    bool is_absent;
    bool is_busy;               /* the other end holds it up */
    unsigned int room;          /* characters it takes before it is busy */
    uint8_t ier, lcr, mcr, fcr, scratch, divisor_low, divisor_high;
    char sent[32768];
    size_t sent_count;
    const char *typed;
    unsigned int reads;
} chip = { .room = ~0u };

static bool is_forced, is_sync;
static struct console_device *added;
static void (*handler)(void *);
static void *handler_data;
static unsigned int handler_gsi;
static char received[64];

bool console_is_chosen(const char *name) { return !strcmp(name, "com1"); }
bool console_is_forced(void) { return is_forced; }
bool console_is_sync(void) { return is_sync || is_forced; }
void console_add(struct console_device *dev) { added = dev; }

void console_receive(const char *keys, size_t n)
{
    ck_assert_uint_eq(fake_locks_held, 0);
    strncat(received, keys, n);
}

int irq_request(unsigned int gsi, void (*fn)(void *), void *data)
{
    handler_gsi = gsi;
    handler = fn;
    handler_data = data;
    return 0;
}

static bool thr_is_empty(void)
{
    return !chip.is_busy && chip.room > 0;
}

uint8_t inb(uint16_t port)
{
    chip.reads++;
    if (chip.is_absent)
        return 0xff;
    switch (port - PORT) {
    case 0:
        return (uint8_t)*chip.typed++;
    case 2:
        if (chip.typed && *chip.typed && (chip.ier & 1))
            return 4;
        return 1;
    case 5:
        return (uint8_t)((chip.typed && *chip.typed ? 0x01 : 0) |
                         (thr_is_empty() ? 0x60 : 0));
    case 7:
        return chip.scratch;
    default:
        ck_abort_msg("read of port %#x", port);
    }
}

static void send(uint8_t value)
{
    if (chip.is_busy || chip.sent_count + 1 >= sizeof(chip.sent))
        return;
    if (chip.room > 0) {
        chip.room--;
        chip.sent[chip.sent_count++] = (char)value;
    }
}

void outb(uint16_t port, uint8_t value)
{
    bool dlab = (chip.lcr & 0x80) != 0;

    switch (port - PORT) {
    case 0:
        if (dlab)
            chip.divisor_low = value;
        else
            send(value);
        break;
    case 1:
        *(dlab ? &chip.divisor_high : &chip.ier) = value;
        break;
    case 2: chip.fcr = value; break;
    case 3: chip.lcr = value; break;
    case 4: chip.mcr = value; break;
    case 7: chip.scratch = value; break;
    default: ck_abort_msg("write of port %#x", port);
    }
}

static void say(const char *text)
{
    added->write(added, text, strlen(text));
    ck_assert_uint_eq(fake_locks_held, 0);
    ck_assert(!fake_irqs_off);
}

START_TEST(the_grammar_is_that_of_com1)
{
    static const struct {
        const char *text;
        struct ns16550_config is;
    } good[] = {
        { "9600", { 9600, 1843200, PORT, 3, 4 } },
        { "38400,8n1", { 38400, 1843200, PORT, 3, 4 } },
        { "115200,7e2,0x2f8,3", { 115200, 1843200, 0x2f8, 0x1e, 3 } },
        { "auto,5o1", { 0, 1843200, PORT, 0x08, 4 } },
        { "115200/14745600,8n1,0xe000", { 115200, 14745600, 0xe000, 3, 4 } },
        { "57600,,0x3e8", { 57600, 1843200, 0x3e8, 3, 4 } },
        { "19200,8n1,0x3f8,0", { 19200, 1843200, PORT, 3, 0 } },
        { ",8m1", { 115200, 1843200, PORT, 0x2b, 4 } },
        { "", { 115200, 1843200, PORT, 3, 4 } },
    };

    for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
        struct ns16550_config c = { 115200, 1843200, PORT, 3, 4 };

        ck_assert_msg(!ns16550_parse(good[i].text, &c), "%s", good[i].text);
        ck_assert_uint_eq(c.baud, good[i].is.baud);
        ck_assert_uint_eq(c.clock, good[i].is.clock);
        ck_assert_uint_eq(c.port, good[i].is.port);
        ck_assert_uint_eq(c.line_control, good[i].is.line_control);
        ck_assert_uint_eq(c.irq, good[i].is.irq);
    }
}
END_TEST

START_TEST(a_wrong_line_changes_nothing)
{
    static const char *const bad[] = {
        "fast", "115200,9n1", "115200,8x1", "115200,8n3", "115200,8n",
        "115200,8n1,zz", "115200,8n1,0x10000",
        "115200,8n1,0x3f8,16", "115200,8n1,0x3f8,4,5", "115200x",
        "-1", "115200/0", "99999999999", "230400", "115200,8n1,pci",
        "115200,8n1,0", "115200 ", "/1843200",
    };
    const struct ns16550_config before = { 115200, 1843200, PORT, 3, 4 };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        struct ns16550_config c = before;

        ck_assert_msg(ns16550_parse(bad[i], &c) == -EINVAL, "%s", bad[i]);
        ck_assert_mem_eq(&c, &before, sizeof(c));
    }
}
END_TEST

START_TEST(a_line_is_programmed_as_asked)
{
    fake_options_parse("com1=9600,8n1");
    ns16550_init();
    ck_assert_ptr_nonnull(added);
    ck_assert_uint_eq(chip.divisor_low + 256 * chip.divisor_high, 12);
    ck_assert_uint_eq(chip.lcr, 3);
    ck_assert_uint_eq(chip.ier, 0);
    ck_assert(console_owns_port(PORT + 7));
    ck_assert(!console_owns_port(PORT + 8));
    ck_assert(!console_owns_port(PORT - 1));
}
END_TEST

START_TEST(a_line_that_is_not_there_is_not_used)
{
    chip.is_absent = true;
    ns16550_init();
    ck_assert_ptr_null(added);
    ck_assert(!console_owns_port(PORT));
    ns16550_init_interrupts();
    ck_assert_ptr_null(handler);
}
END_TEST

START_TEST(a_newline_gets_one_carriage_return)
{
    ns16550_init();
    say("a\nb\r\nc\r");
    say("\nd");
    ck_assert_str_eq(chip.sent, "a\r\nb\r\nc\r\nd");
}
END_TEST

START_TEST(a_stuck_line_costs_one_wait_and_recovers)
{
    unsigned int reads;

    ns16550_init();
    chip.is_busy = true;
    say("lost");
    reads = chip.reads;
    for (unsigned int i = 0; i < 1000; i++)
        say("x");
    ck_assert_uint_le(chip.reads - reads, 3000);
    chip.is_busy = false;
    say("back");
    ck_assert_str_eq(chip.sent, "back");
}
END_TEST

START_TEST(with_interrupts_text_waits_in_a_buffer)
{
    ns16550_init();
    ns16550_init_interrupts();
    ck_assert_uint_eq(handler_gsi, 4);
    ck_assert_uint_eq(chip.ier, 1);
    chip.is_busy = true;
    say("hello\n");
    ck_assert_uint_eq(chip.ier, 3);
    ck_assert_str_eq(chip.sent, "");
    chip.is_busy = false;
    say("");
    ck_assert_str_eq(chip.sent, "hello\r\n");
    ck_assert_uint_eq(chip.ier, 1);
}
END_TEST

START_TEST(half_a_buffer_is_behind_unless_the_line_is_dead)
{
    char text[1024];

    memset(text, 'x', sizeof(text));
    ns16550_init();
    ns16550_init_interrupts();
    chip.is_busy = true;
    for (unsigned int i = 0; i < 4; i++)
        added->write(added, text, sizeof(text));
    ck_assert(!added->is_behind(added));
    added->write(added, text, 1);
    ck_assert(added->is_behind(added));
    for (unsigned int i = 0; i < 8; i++)
        added->write(added, text, sizeof(text));
    ck_assert(!added->is_behind(added));
}
END_TEST

START_TEST(all_comes_out_in_order_however_slow_the_chip)
{
    char expected[20001];

    memset(expected, 0, sizeof(expected));
    for (unsigned int i = 0; i < 20000; i++)
        expected[i] = (char)('a' + i % 26);
    ns16550_init();
    ns16550_init_interrupts();
    for (unsigned int i = 0; i < 20000; i += 100) {
        added->write(added, expected + i, 100);
        if (i % 1000 == 0)
            is_sync = !is_sync;
    }
    added->flush(added);
    ck_assert_str_eq(chip.sent, expected);
}
END_TEST

START_TEST(keys_are_handed_on_without_a_lock)
{
    ns16550_init();
    ns16550_init_interrupts();
    chip.typed = "a command that is longer than the FIFO\r";
    handler(handler_data);
    ck_assert_str_eq(received, "a command that is longer than the FIFO\r");
    handler(handler_data);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(a_forced_console_needs_no_lock)
{
    ns16550_init();
    ns16550_init_interrupts();
    chip.is_busy = true;
    say("one ");
    chip.is_busy = false;
    is_forced = true;
    say("two");
    ck_assert_str_eq(chip.sent, "one two");
}
END_TEST

int main(void)
{
    return UNIT_RUN("ns16550", the_grammar_is_that_of_com1,
                    a_wrong_line_changes_nothing,
                    a_line_is_programmed_as_asked,
                    a_line_that_is_not_there_is_not_used,
                    a_newline_gets_one_carriage_return,
                    a_stuck_line_costs_one_wait_and_recovers,
                    with_interrupts_text_waits_in_a_buffer,
                    half_a_buffer_is_behind_unless_the_line_is_dead,
                    all_comes_out_in_order_however_slow_the_chip,
                    keys_are_handed_on_without_a_lock,
                    a_forced_console_needs_no_lock);
}
