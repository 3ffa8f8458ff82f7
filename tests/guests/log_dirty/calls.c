/* SPDX-License-Identifier: MIT */
/* calls.c - shadow_op's arguments, and switching on and off. */
#include "hypervisor.h"
#include "moved.h"

static long on_domain(domid_t id, unsigned op, unsigned mode)
{
    struct xen_domctl call = { .u.shadow_op = { .op = op, .mode = mode } };

    return domctl(XEN_DOMCTL_shadow_op, id, &call);
}

static unsigned told(void)
{
    unsigned n = 0;

    for (unsigned pfn = 0; pfn < moved.pages; pfn++)
        n += is_told(pfn);
    return n;
}

static void whom(void)
{
    report_group("whom");
    expect_rc("nobody", -XEN_ESRCH,
              on_domain(77, XEN_DOMCTL_SHADOW_OP_OFF, 0));
    expect_rc("self", -XEN_EINVAL,
              on_domain(0, XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY, 0));
}

/* What both answer: Debian's Xen is built without shadow page tables, which are
 * how it notes a PV domain's writes. */
static void off(void)
{
    report_group("off");
    expect_ok("clean", shadow_read(XEN_DOMCTL_SHADOW_OP_CLEAN));
    expect_eq("tells_nothing", 0, told());
    expect_eq("of_all_pages", moved.pages, shadow.pages);
    expect_ok("peek", shadow_read(XEN_DOMCTL_SHADOW_OP_PEEK));
    expect_rc("no_such_operation", -XEN_EINVAL, on_domain(moved.id, 77, 0));
    expect_rc("a_mode_of_clean_that_is_none", -XEN_EINVAL,
              on_domain(moved.id, XEN_DOMCTL_SHADOW_OP_CLEAN, 2));
    expect_rc("a_mode_of_peek_that_is_none", -XEN_EINVAL,
              on_domain(moved.id, XEN_DOMCTL_SHADOW_OP_PEEK, 2));
    expect_ok("the_last_time", on_domain(moved.id, XEN_DOMCTL_SHADOW_OP_CLEAN,
                                         XEN_DOMCTL_SHADOW_LOGDIRTY_FINAL));
}

static void switching(void)
{
    report_group("switching");
    expect_ok("off_when_it_is", shadow_op(XEN_DOMCTL_SHADOW_OP_OFF));
    expect_ok("on", on_domain(moved.id, XEN_DOMCTL_SHADOW_OP_ENABLE,
                              XEN_DOMCTL_SHADOW_ENABLE_LOG_DIRTY));
    expect_rc("on_again", -XEN_EINVAL,
              on_domain(moved.id, XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY, 0));
    expect_ok("off", shadow_op(XEN_DOMCTL_SHADOW_OP_OFF));
    expect_ok("on_after_that",
              on_domain(moved.id, XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY, 0));
    expect_ok("off_at_last", shadow_op(XEN_DOMCTL_SHADOW_OP_OFF));
}

static void arguments(void)
{
    report_group("arguments");
    expect_ok("on", on_domain(moved.id, XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY,
                              0));
    expect_ok("the_last_time", on_domain(moved.id, XEN_DOMCTL_SHADOW_OP_CLEAN,
                                         XEN_DOMCTL_SHADOW_LOGDIRTY_FINAL));
    expect_ok("without_a_bitmap",
              on_domain(moved.id, XEN_DOMCTL_SHADOW_OP_CLEAN, 0));
    memset(&shadow, 0, sizeof(shadow));
    shadow.dirty_bitmap.p = window_page(3);
    shadow.pages = moved.pages;
    expect_rc("a_bitmap_that_is_nowhere", -XEN_EFAULT,
              shadow_op(XEN_DOMCTL_SHADOW_OP_CLEAN));
    set_xen_guest_handle(shadow.dirty_bitmap, bitmap);
    memset(bitmap, 0xcc, sizeof(bitmap));
    shadow.pages = 20;
    expect_ok("a_short_bitmap", shadow_op(XEN_DOMCTL_SHADOW_OP_PEEK));
    expect_eq("what_is_behind_it_stays", 0xcc, bitmap[3]);
    expect_true("but_it_is_written", bitmap[2] != 0xcc);
    expect_ok("off", shadow_op(XEN_DOMCTL_SHADOW_OP_OFF));
}

void test_calls(void)
{
    whom();
    off();
    report_group(NULL);
    if (!own_answer("log_dirty_mode"))
        return;
    switching();
    arguments();
    report_group(NULL);
}
