/* SPDX-License-Identifier: MIT */
/*
 * guest_console.c - lines that domains have begun, a few at a time. A domain
 * that finds no free one takes the oldest, which is printed as it is.
 *
 * What could steer a terminal (escape sequences, backspace) is shown as a dot.
 * Locks: line_lock guards the lines; printing is done without it.
 */
#include <hv/compiler.h>
#include <hv/guest_console.h>
#include <hv/log_level.h>
#include <hv/format.h>
#include <hv/spinlock.h>
#include <hv/string.h>

#define LINE_COUNT  8u
#define LINE_SIZE   160u

struct guest_line {
    bool is_used;
    domid_t domid;
    uint32_t age;               /* larger is younger */
    uint16_t length;
    char text[LINE_SIZE + 1];
};

static spinlock_t line_lock = SPINLOCK_INIT(LOCK_LEVEL_CONSOLE);
static struct guest_line lines[LINE_COUNT];     /* under line_lock */
static uint32_t last_age;                       /* under line_lock */

static void print_line(domid_t domid, const char *text)
{
    if (printk_guest_passes(LOG_INFO))
        printk_always("(d%u) %s\n", domid, text);
}

bool guest_console_is_heard(void)
{
    return printk_guest_may_pass(LOG_INFO);
}

static struct guest_line *find_line(domid_t domid)
{
    for (unsigned int i = 0; i < LINE_COUNT; i++)
        if (lines[i].is_used && lines[i].domid == domid)
            return &lines[i];
    return NULL;
}

static struct guest_line *oldest_line(void)
{
    struct guest_line *oldest = &lines[0];

    for (unsigned int i = 0; i < LINE_COUNT; i++) {
        if (!lines[i].is_used)
            return &lines[i];
        if ((int32_t)(lines[i].age - oldest->age) < 0)
            oldest = &lines[i];
    }
    return oldest;
}

/* Empty @line into @out, which begins with nothing to print. */
static void take_line(struct guest_line *line, struct guest_line *out)
{
    line->text[line->length] = '\0';
    *out = *line;
    line->is_used = false;
    line->length = 0;
}

/* Add @c to the line of @domid; what is complete by that comes out in @done. */
static void add_char(domid_t domid, char c, struct guest_line *done)
{
    struct guest_line *line = find_line(domid);

    if (!line) {
        line = oldest_line();
        if (line->is_used)
            take_line(line, done);
        line->is_used = true;
        line->domid = domid;
        line->age = ++last_age;
    }
    if (c != '\n')
        line->text[line->length++] = (c >= ' ' && c <= '~') ? c : '.';
    if (c == '\n' || line->length == LINE_SIZE)
        take_line(line, done);
}

void guest_console_write(domid_t domid, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct guest_line done = { .is_used = false };
        unsigned long flags;

        if (text[i] == '\r')
            continue;
        flags = spin_lock_irqsave(&line_lock);
        add_char(domid, text[i], &done);
        spin_unlock_irqrestore(&line_lock, flags);
        if (done.is_used)
            print_line(done.domid, done.text);
    }
}

void guest_console_forget(domid_t domid)
{
    struct guest_line done = { .is_used = false };
    unsigned long flags = spin_lock_irqsave(&line_lock);
    struct guest_line *line = find_line(domid);

    if (line)
        take_line(line, &done);
    spin_unlock_irqrestore(&line_lock, flags);
    if (done.is_used && done.length)
        print_line(done.domid, done.text);
}
