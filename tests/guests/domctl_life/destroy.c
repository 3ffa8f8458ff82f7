/* SPDX-License-Identifier: MIT */
/*
 * destroy.c - a domain is ended at every stage of its making, and while we map
 * its memory.
 */
#include "life.h"

#define CYCLES  20u

static struct child child;

static void nothing(void)
{
    expect_ok("made", child_create(&child, 1));
}

static void many_vcpus(void)
{
    expect_ok("made", child_create(&child, 8));
}

static void filled(void)
{
    const char *why = child_create(&child, 1) ? "made" : child_fill(&child);

    expect_text("is", "filled", why ? why : "filled");
}

static void built(void)
{
    const char *why = child_build(&child);

    expect_text("is", "built", why ? why : "built");
}

static void running(void)
{
    struct xen_domctl op = { 0 };

    built();
    child_data(&child)->what = CHILD_YIELD;
    expect_ok("started", domctl(XEN_DOMCTL_unpausedomain, child.id, &op));
    expect_true("works", child_wait_for_change(&child_data(&child)->yields, 0));
}

static void shut_down(void)
{
    struct xen_domctl op = { 0 };

    built();
    expect_ok("started", domctl(XEN_DOMCTL_unpausedomain, child.id, &op));
    expect_true("ends", child_wait_for_end(&child));
}

static void (*const stage[])(void) = {
    nothing, many_vcpus, filled, built, running, shut_down,
};
static const char *const stage_name[] = {
    "nothing", "many_vcpus", "filled", "built", "running", "shut_down",
};

static void each_stage(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(stage); i++) {
        struct xen_domctl_getdomaininfo info;
        struct child before;

        report_group(stage_name[i]);
        stage[i]();
        before = child;
        child_destroy(&child);
        expect_true("is_gone", child_info(&before, &info));
    }
}

/* What we map stays ours to read until we no longer do. */
static void mapped(void)
{
    struct xen_domctl op = { 0 };
    volatile struct child_data *data;
    uint64_t value;

    report_group("mapped");
    built();
    data = child_data(&child);
    data->shutdowns = 0x99;
    expect_ok("destroyed", domctl(XEN_DOMCTL_destroydomain, child.id, &op));
    expect_eq("can_be_read", NO_TRAP, touch_read(&data->shutdowns, &value));
    expect_eq("as_it_was", 0x99, value);
    expect_true("no_more_is_mapped",
                foreign_map(0, child.id, child.mfn[CHILD_CODE]) == NULL);
    child_destroy(&child);
}

static void again_and_again(void)
{
    unsigned done = 0;

    report_group("many");
    for (unsigned i = 0; i < CYCLES; i++) {
        const char *why = child_build(&child);

        done += why == NULL;
        child_destroy(&child);
    }
    expect_eq("as_often_as_we_like", CYCLES, done);
}

void test_destroy(void)
{
    each_stage();
    mapped();
    again_and_again();
}
