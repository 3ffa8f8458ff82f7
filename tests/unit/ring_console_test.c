/* SPDX-License-Identifier: MIT */
/*
 * ring_console_test.c - the console page of a guest: its text comes out in
 * lines, its keys go in, and nothing that the guest writes there harms.
 */
#include <string.h>
#include <hv/console.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/frame.h>
#include <hv/ring_console.h>
#include <hv/softirq.h>
#include <hv/time.h>
#include <hv/timer.h>
#include <public/io/console.h>
#include "fake_heap.h"
#include "fake_spinlock.h"
#include "unit.h"

#define PORT    5u
#define FRAME   7ul

unsigned int fake_cpu;
struct vcpu *fake_current;

static union {
    struct xencons_interface ring;
    char bytes[PAGE_SIZE];
} page __attribute__((aligned(4096)));
struct frame fake_frame_table[FAKE_FRAMES];
static struct domain guest;
static char printed[16384], typed[64];
static unsigned int raised, held, cut_after, timer_fired_for, readers;
static bool has_focus, is_behind;
static s_time_t now = 1000;
static s_time_t timer_at;
static struct timer *the_timer;
static int bind_rc;

/* -- what it asks of others ------------------------------------------------ */

void *mfn_to_virt(mfn_t m) { ck_assert_uint_eq(m.n, FRAME); return &page; }
mfn_t virt_to_mfn(const void *va) { (void)va; return mfn(FRAME); }
s_time_t system_time(void) { return now; }
bool console_is_behind(void) { return is_behind; }

int frame_get_with_type(struct frame *f, const struct domain *d,
                        enum frame_type type)
{
    ck_assert_ptr_eq(f, frame_of(mfn(FRAME)));
    ck_assert_ptr_eq(d, &guest);
    ck_assert_int_eq(type, FRAME_WRITABLE);
    held++;
    return 0;
}

void frame_put_writable(struct frame *f)
{
    (void)f;
    ck_assert_uint_gt(held, 0);
    held--;
}

int event_bind_console(struct domain *d, evtchn_port_t *port)
{
    (void)d;
    *port = PORT;
    return bind_rc;
}

void event_raise_from_outside(struct domain *d, evtchn_port_t port)
{
    ck_assert_ptr_eq(d, &guest);
    ck_assert_uint_eq(port, PORT);
    ck_assert_uint_eq(fake_locks_held, 0);
    raised++;
}

void console_write_as(const void *who, const char *prefix, const char *text,
                      size_t n)
{
    ck_assert_ptr_nonnull(who);
    ck_assert_uint_eq(fake_locks_held, 0);
    strcat(printed, prefix);
    strncat(printed, text, n);
    strcat(printed, "|");
}

bool softirq_is_pending(void)
{
    return cut_after && --cut_after == 0;
}

void timer_init(struct timer *t, void (*fn)(void *), void *data,
                unsigned int cpu)
{
    (void)cpu;
    t->fn = fn;
    t->data = data;
    the_timer = t;
}

void timer_set(struct timer *t, s_time_t expires)
{
    (void)t;
    timer_at = expires;
}

void timer_kill(struct timer *t) { (void)t; timer_fired_for++; }
void console_add_reader(struct key_reader *r) { (void)r; readers++; }
void console_remove_reader(struct key_reader *r) { (void)r; readers--; }
bool console_has_focus(const struct key_reader *r)
{
    (void)r;
    return has_focus;
}


size_t console_take_keys(struct key_reader *r, char *buf, size_t n)
{
    size_t taken = strnlen(typed, n);

    (void)r;
    memcpy(buf, typed, taken);
    memmove(typed, typed + taken, sizeof(typed) - taken);
    return taken;
}

struct domain *find_domain(domid_t id) { (void)id; return NULL; }
void domain_put(struct domain *d) { (void)d; }

/* -- the guest's side ------------------------------------------------------ */

static void start(void)
{
    evtchn_port_t port = 0;

    strcpy(guest.name, "g");
    ck_assert_int_eq(ring_console_create(&guest, mfn(FRAME), &port), 0);
    ck_assert_uint_eq(port, PORT);
    ck_assert_uint_eq(held, 1);
    ck_assert_uint_eq(readers, 1);
}

static void end(void)
{
    ring_console_close(&guest);
    ring_console_close(&guest);
    ck_assert_uint_eq(held, 0);
    ck_assert_uint_eq(readers, 0);
    ring_console_destroy(&guest);
    ring_console_destroy(&guest);
    ck_assert_uint_eq((unsigned long)fake_heap_live, 0);
}

static void write(const char *text)
{
    for (; *text; text++)
        page.ring.out[MASK_XENCONS_IDX(page.ring.out_prod++, page.ring.out)] =
            *text;
}

static void say(const char *text)
{
    write(text);
    ring_console_notify(&guest);
}

START_TEST(lines_come_out_when_they_are_complete)
{
    start();
    say("one\r\ntwo");
    ck_assert_str_eq(printed, "(g) one\n|");
    ck_assert_uint_eq(page.ring.out_cons, 8);
    ck_assert_uint_eq(raised, 1);
    say(" more\n");
    ck_assert_str_eq(printed, "(g) one\n|(g) two more\n|");
    end();
}
END_TEST

START_TEST(a_line_that_does_not_end_is_shown_after_a_while)
{
    start();
    say("login: ");
    ck_assert_str_eq(printed, "");
    ck_assert_int_gt(timer_at, 1000);
    the_timer->fn(the_timer->data);
    ck_assert_str_eq(printed, "(g) login: |");
    end();
}
END_TEST

START_TEST(who_has_the_focus_is_shown_at_once)
{
    start();
    has_focus = true;
    say("$ ");
    ck_assert_str_eq(printed, "(g) $ |");
    end();
}
END_TEST

START_TEST(what_steers_a_terminal_is_a_dot)
{
    start();
    say("a\x1b[2J\tb\x7f\xff\b\n");
    ck_assert_str_eq(printed, "(g) a.[2J b...\n|");
    end();
}
END_TEST

START_TEST(a_line_without_end_is_cut)
{
    start();
    for (unsigned int i = 0; i < 1000; i++)
        write("x");
    ring_console_notify(&guest);
    ck_assert_uint_eq(page.ring.out_cons, 1000);
    ck_assert_uint_eq(strlen(printed), 3 * (256 + 5));
    end();
    ck_assert_uint_eq(strlen(printed), 1000 + 4 * 5);
}
END_TEST

START_TEST(others_get_their_turn_between_lines)
{
    start();
    cut_after = 2;
    say("1\n2\n3\n");
    ck_assert_str_eq(printed, "(g) 1\n|(g) 2\n|");
    ck_assert_int_gt(timer_at, 1000);
    the_timer->fn(the_timer->data);
    ck_assert_str_eq(printed, "(g) 1\n|(g) 2\n|(g) 3\n|");
    end();
}
END_TEST

START_TEST(text_waits_in_the_ring_for_a_device_that_is_behind)
{
    start();
    is_behind = true;
    say("1\n2\n");
    ck_assert_str_eq(printed, "");
    ck_assert_uint_eq(page.ring.out_cons, 0);
    ck_assert_int_gt(timer_at, now);
    now = timer_at;
    is_behind = false;
    the_timer->fn(the_timer->data);
    ck_assert_str_eq(printed, "(g) 1\n|(g) 2\n|");
    end();
}
END_TEST

START_TEST(a_dead_device_holds_text_up_for_a_second)
{
    start();
    is_behind = true;
    for (unsigned int i = 0; i < 1000; i++)
        say("x\n");             /* asking often does not help */
    ck_assert_str_eq(printed, "");
    now += SECONDS(1);
    the_timer->fn(the_timer->data);
    ck_assert_str_eq(printed, "(g) x\n|");
    the_timer->fn(the_timer->data);
    ck_assert_str_eq(printed, "(g) x\n|");
    is_behind = false;
    page.ring.out_prod = page.ring.out_cons;
    end();
}
END_TEST

START_TEST(indices_that_make_no_sense_lose_text_and_nothing_else)
{
    start();
    page.ring.out_prod = 0x80000000u;
    ring_console_notify(&guest);
    ck_assert_str_eq(printed, "");
    ck_assert_uint_eq(page.ring.out_cons, 0x80000000u);
    page.ring.out_cons = 12345;         /* is ours: not believed */
    say("ok\n");
    ck_assert_str_eq(printed, "(g) ok\n|");
    ck_assert_uint_eq(page.ring.out_cons, 0x80000003u);
    end();
}
END_TEST

START_TEST(keys_go_into_the_ring_as_far_as_there_is_room)
{
    start();
    strcpy(typed, "ab");
    ring_console_notify(&guest);
    ck_assert_uint_eq(page.ring.in_prod, 2);
    ck_assert_mem_eq(page.ring.in, "ab", 2);
    page.ring.in_cons = 2 - 1024;       /* full */
    strcpy(typed, "c");
    ring_console_notify(&guest);
    ck_assert_uint_eq(page.ring.in_prod, 2);
    page.ring.in_cons = 77;             /* before what was put in */
    ring_console_notify(&guest);
    ck_assert_uint_eq(page.ring.in_prod, 2);
    page.ring.in_cons = page.ring.in_prod = 2;
    page.ring.in_prod = 999;            /* is ours: not believed */
    ring_console_notify(&guest);
    ck_assert_uint_eq(page.ring.in_prod, 3);
    ck_assert_int_eq(page.ring.in[2], 'c');
    end();
}
END_TEST

START_TEST(the_end_prints_what_is_left_and_closes)
{
    start();
    write("last\nwords");
    ring_console_close(&guest);
    ck_assert_str_eq(printed, "(g) last\n|(g) words|");
    say("ghost\n");
    the_timer->fn(the_timer->data);
    ck_assert_str_eq(printed, "(g) last\n|(g) words|");
    end();
}
END_TEST

START_TEST(what_cannot_be_made_leaves_nothing)
{
    evtchn_port_t port;

    fake_heap_budget = 0;
    ck_assert_int_eq(ring_console_create(&guest, mfn(FRAME), &port), -ENOMEM);
    fake_heap_budget = 10;
    bind_rc = -ENOSPC;
    ck_assert_int_eq(ring_console_create(&guest, mfn(FRAME), &port), -ENOSPC);
    ck_assert_uint_eq(held, 0);
    ck_assert_uint_eq(readers, 0);
    ck_assert_uint_eq((unsigned long)fake_heap_live, 0);
    ck_assert_ptr_null(guest.console);
    ring_console_notify(&guest);
    end();
}
END_TEST

int main(void)
{
    return UNIT_RUN("ring_console",
                    lines_come_out_when_they_are_complete,
                    a_line_that_does_not_end_is_shown_after_a_while,
                    who_has_the_focus_is_shown_at_once,
                    what_steers_a_terminal_is_a_dot,
                    a_line_without_end_is_cut,
                    others_get_their_turn_between_lines,
                    text_waits_in_the_ring_for_a_device_that_is_behind,
                    a_dead_device_holds_text_up_for_a_second,
                    indices_that_make_no_sense_lose_text_and_nothing_else,
                    keys_go_into_the_ring_as_far_as_there_is_room,
                    the_end_prints_what_is_left_and_closes,
                    what_cannot_be_made_leaves_nothing);
}
