/* SPDX-License-Identifier: MIT */
/* console.c - the hypervisor's console: what it said, and keys for it. */
#include "system.h"

#define RING_MOST   65536u

static struct xen_sysctl_readconsole *const r = &op.u.readconsole;
static char text[RING_MOST], again[64];

static long read_ring(void *to, uint32_t count, bool incremental,
                      uint32_t index)
{
    op_clear();
    r->incremental = incremental;
    r->index = index;
    r->count = count;
    set_xen_guest_handle(r->buffer, to);
    return sysctl(XEN_SYSCTL_readconsole);
}

static void places(void)
{
    uint32_t all, end;

    expect_ok("all_of_it", read_ring(text, sizeof(text), false, 0));
    all = r->count;
    end = r->index;
    expect_true("something_was_said", all > 100);
    expect_eq("no_more_is_written_than_was_said", 0,
              all < sizeof(text) ? text[all] : 0);
    expect_ok("a_part", read_ring(again, 16, false, 0));
    expect_eq("has_its_length", 16, r->count);
    expect_true("is_the_oldest", !memcmp(again, text, 16));
    expect_ok("go_on", read_ring(again, 16, true, r->index));
    expect_true("is_what_follows", !memcmp(again, text + 16, 16));
    expect_ok("from_the_end", read_ring(again, 16, true, end));
    expect_eq("is_nothing", 0, r->count);
    expect_eq("and_stays_there", end, r->index);
    expect_ok("from_behind_the_end", read_ring(again, 16, true, end + 1));
    expect_true("is_from_the_beginning", !memcmp(again, text, 16));
    expect_ok("to_nowhere_nothing", read_ring(window_page(0), 0, false, 0));
    expect_eq("is_nothing_too", 0, r->count);
}

static void errors(void)
{
    expect_rc("to_nowhere", -XEN_EFAULT,
              read_ring(window_page(0), 16, false, 0));
    expect_eq("leaves_the_argument", 16, r->count);
    expect_rc("to_the_hypervisor", -XEN_EFAULT,
              read_ring((void *)HV_PRIVATE, 16, false, 0));
    expect_rc("to_no_address", -XEN_EFAULT,
              read_ring((void *)NON_CANONICAL, 16, false, 0));
}

static void forget(void)
{
    expect_ok("part_again", read_ring(again, 16, false, 0));
    op_clear();
    r->clear = 1;
    r->count = 16;
    set_xen_guest_handle(r->buffer, again);
    expect_ok("read_and_forget", sysctl(XEN_SYSCTL_readconsole));
    expect_ok("read_after_that", read_ring(again, 16, false, 0));
    expect_true("begins_behind_what_was_forgotten",
                !memcmp(again, text + 16, 16));
}

void test_console(void)
{
    report_group("console");
    places();
    errors();
    forget();
}

/* -- keys ------------------------------------------------------------------ */

static long press(const char *keys, uint32_t count)
{
    op_clear();
    set_xen_guest_handle(op.u.debug_keys.keys, keys);
    op.u.debug_keys.nr_keys = count;
    return sysctl(XEN_SYSCTL_debug_keys);
}

void test_keys(void)
{
    uint32_t end;

    report_group("keys");
    expect_ok("none", press(window_page(0), 0));
    expect_rc("from_nowhere", -XEN_EFAULT, press(window_page(0), 1));
    expect_rc("from_the_hypervisor", -XEN_EFAULT,
              press((const char *)HV_PRIVATE, 1));
    read_ring(text, sizeof(text), false, 0);
    end = r->index;
    expect_ok("some", press("hr", 2));
    read_ring(text, sizeof(text), true, end);
    expect_true("are_answered_on_the_console", r->count > 100);
    if (own_answer("too_many"))
        expect_rc("too_many", -XEN_E2BIG, press("hr", ~0u));
}
