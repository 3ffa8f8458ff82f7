/* SPDX-License-Identifier: MIT */
/*
 * shadow_op_test.c - the two doors to the notes of which frames a domain writes
 * to, domctl's and dom0_op's: what each asks for, what it tells, that a ticket
 * comes back with who goes on, and what is refused before anything is asked.
 */
#include <string.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/log_dirty.h>
#include <hv/vcpu.h>
#include <public/domctl.h>
#include "../../common/control/dom0_op.h"
#include "unit.h"

#define BITMAP  0x12000ul
#define TICKET  77ul

struct vcpu *fake_current;
unsigned int fake_cpu;

static struct domain caller, guest = { .id = 7 };
static struct vcpu caller_vcpu = { .domain = &caller };

/* What was asked of the notes, and what they answer. */
static unsigned int enabled, disabled, reads;
static struct log_dirty_request asked;
static int answer;

int log_dirty_enable(struct domain *d, unsigned long *ticket)
{
    ck_assert_ptr_eq(d, &guest);
    asked.ticket = *ticket;
    *ticket = answer == -ERESTART ? TICKET : 0;
    enabled++;
    return answer;
}

int log_dirty_disable(struct domain *d)
{
    ck_assert_ptr_eq(d, &guest);
    disabled++;
    return answer;
}

int log_dirty_read(struct domain *d, struct log_dirty_request *r)
{
    ck_assert_ptr_eq(d, &guest);
    asked = *r;
    r->ticket = answer == -ERESTART ? TICKET : 0;
    r->dirty_count = 31;
    reads++;
    return answer;
}

/* The door of dom0_op by itself: control_test.c has the real one. */
long dom0_about(domid_t id, bool not_self,
                long (*fn)(struct domain *d, struct dom0_op *op),
                struct dom0_op *op)
{
    ck_assert_uint_eq(id, 7);
    ck_assert(not_self);
    return fn(&guest, op);
}

static void start(int rc)
{
    fake_current = &caller_vcpu;
    caller_vcpu.control_done = 0;
    answer = rc;
}

static void require_calls(unsigned int on, unsigned int off, unsigned int read)
{
    ck_assert_uint_eq(enabled, on);
    ck_assert_uint_eq(disabled, off);
    ck_assert_uint_eq(reads, read);
}

/* -- domctl ---------------------------------------------------------------- */

static struct xen_domctl domctl;
static struct xen_domctl_shadow_op *const s = &domctl.u.shadow_op;

static int shadow_op(uint32_t cmd, uint32_t mode)
{
    *s = (struct xen_domctl_shadow_op){
        .op = cmd, .mode = mode, .pages = 4096,
        .stats = { .fault_count = 9, .dirty_count = 9 },
    };
    s->dirty_bitmap.p = (uint8_t *)BITMAP;
    return domctl_shadow_op(&guest, &domctl);
}

START_TEST(both_ways_to_begin_begin)
{
    start(0);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY, 0), 0);
    require_calls(1, 0, 0);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_ENABLE,
                               XEN_DOMCTL_SHADOW_ENABLE_LOG_DIRTY), 0);
    require_calls(2, 0, 0);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_ENABLE, 0), -EINVAL);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_ENABLE,
                               ~(uint32_t)XEN_DOMCTL_SHADOW_ENABLE_LOG_DIRTY),
                     -EINVAL);
    require_calls(2, 0, 0);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_OFF, 0), 0);
    require_calls(2, 1, 0);
}
END_TEST

START_TEST(clean_and_peek_tell_how_many_are_dirty)
{
    start(0);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_CLEAN, 0), 0);
    ck_assert(asked.clean && asked.bitmap.va == BITMAP && asked.pages == 4096);
    ck_assert_uint_eq(s->stats.dirty_count, 31);
    ck_assert_uint_eq(s->stats.fault_count, 0);
    ck_assert_uint_eq(s->pages, 4096);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_PEEK, 0), 0);
    ck_assert(!asked.clean);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_CLEAN,
                               XEN_DOMCTL_SHADOW_LOGDIRTY_FINAL), 0);
    require_calls(0, 0, 3);
}
END_TEST

START_TEST(modes_that_are_not_known_read_nothing)
{
    start(0);
    for (unsigned int bit = 1; bit < 32; bit++) {
        ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_CLEAN, 1u << bit),
                         -EINVAL);
        ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_PEEK, 1u << bit),
                         -EINVAL);
    }
    require_calls(0, 0, 0);
}
END_TEST

START_TEST(other_shadow_operations_are_refused)
{
    static const uint32_t other[] = { 1, 3, 10, 13, 30, 31, 33, ~0u };

    start(0);
    for (size_t i = 0; i < ARRAY_SIZE(other); i++)
        ck_assert_int_eq(shadow_op(other[i],
                                   XEN_DOMCTL_SHADOW_ENABLE_LOG_DIRTY),
                         -EINVAL);
    require_calls(0, 0, 0);
}
END_TEST

START_TEST(of_a_dying_domain_nothing_is_noted_and_that_is_well)
{
    start(0);
    guest.dying = DOMAIN_DYING;
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_OFF, 0), 0);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_CLEAN, 0), 0);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY, 0), 0);
    require_calls(0, 0, 0);
}
END_TEST

START_TEST(who_goes_on_comes_with_the_ticket)
{
    static const uint32_t cmds[] = {
        XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY, XEN_DOMCTL_SHADOW_OP_CLEAN,
        XEN_DOMCTL_SHADOW_OP_PEEK,
    };

    for (size_t i = 0; i < ARRAY_SIZE(cmds); i++) {
        start(-ERESTART);
        ck_assert_int_eq(shadow_op(cmds[i], 0), -ERESTART);
        ck_assert_uint_eq(asked.ticket, 0);
        ck_assert_uint_eq(caller_vcpu.control_done, TICKET);
        answer = 0;
        ck_assert_int_eq(shadow_op(cmds[i], 0), 0);
        ck_assert_uint_eq(asked.ticket, TICKET);
        ck_assert_uint_eq(caller_vcpu.control_done, 0);
    }
}
END_TEST

START_TEST(what_the_notes_say_is_the_answer)
{
    start(-EBUSY);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY, 0),
                     -EBUSY);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_CLEAN, 0), -EBUSY);
    ck_assert_int_eq(shadow_op(XEN_DOMCTL_SHADOW_OP_OFF, 0), -EBUSY);
}
END_TEST

/* -- dom0_op --------------------------------------------------------------- */

static struct dom0_op op;
static struct dom0_shadow_control *const c = &op.u.shadow_control;

static long control(uint32_t cmd, uint64_t pages)
{
    *c = (struct dom0_shadow_control){
        .domid = 7, .op = cmd, .pages = pages, .dirty_bitmap = BITMAP,
        .fault_count = 9, .dirty_count = 9, .dirty_net_count = 9,
        .dirty_block_count = 9,
    };
    return dom0_shadow_control(&op);
}

START_TEST(the_older_door_begins_and_ends_too)
{
    start(0);
    ck_assert_int_eq(control(DOM0_SHADOW_CONTROL_OP_ENABLE_LOGDIRTY, 0), 0);
    require_calls(1, 0, 0);
    ck_assert_int_eq(control(DOM0_SHADOW_CONTROL_OP_OFF, 0), 0);
    require_calls(1, 1, 0);
}
END_TEST

START_TEST(the_older_door_reads_with_counts_that_are_zero)
{
    start(0);
    guest.page_count = 100;
    ck_assert_int_eq(control(DOM0_SHADOW_CONTROL_OP_CLEAN, 100), 0);
    ck_assert(asked.clean && asked.bitmap.va == BITMAP && asked.pages == 100);
    ck_assert_uint_eq(c->dirty_count, 31);
    ck_assert_uint_eq(c->fault_count, 0);
    ck_assert_uint_eq(c->dirty_net_count, 0);
    ck_assert_uint_eq(c->dirty_block_count, 0);
    ck_assert_int_eq(control(DOM0_SHADOW_CONTROL_OP_PEEK, 101), 0);
    ck_assert(!asked.clean && asked.pages == 101);
    require_calls(0, 0, 2);
}
END_TEST

START_TEST(a_map_smaller_than_the_domain_is_refused)
{
    start(0);
    guest.page_count = 100;
    ck_assert_int_eq(control(DOM0_SHADOW_CONTROL_OP_CLEAN, 99), -EINVAL);
    ck_assert_int_eq(control(DOM0_SHADOW_CONTROL_OP_PEEK, 0), -EINVAL);
    ck_assert_uint_eq(c->dirty_count, 9);
    require_calls(0, 0, 0);
}
END_TEST

START_TEST(notes_are_forgotten_without_a_map)
{
    start(0);
    guest.page_count = 100;
    ck_assert_int_eq(control(DOM0_SHADOW_CONTROL_OP_FLUSH, 0), 0);
    ck_assert(asked.clean && asked.bitmap.va == 0);
    require_calls(0, 0, 1);
}
END_TEST

START_TEST(the_older_door_refuses_what_it_has_not)
{
    static const uint32_t other[] = { DOM0_SHADOW_CONTROL_OP_ENABLE_TEST,
        DOM0_SHADOW_CONTROL_OP_ENABLE_TRANSLATE, 4, 9, 13, ~0u };

    start(0);
    for (size_t i = 0; i < ARRAY_SIZE(other); i++)
        ck_assert_int_eq(control(other[i], 1000), -EINVAL);
    c->op = DOM0_SHADOW_CONTROL_OP_OFF;
    c->pad = 1;
    ck_assert_int_eq(dom0_shadow_control(&op), -EINVAL);
    guest.dying = DOMAIN_DYING;
    ck_assert_int_eq(control(DOM0_SHADOW_CONTROL_OP_OFF, 0), -EINVAL);
    ck_assert_int_eq(control(DOM0_SHADOW_CONTROL_OP_PEEK, 1000), -EINVAL);
    require_calls(0, 0, 0);
}
END_TEST

START_TEST(the_older_door_goes_on_with_the_ticket_too)
{
    static const uint32_t cmds[] = {
        DOM0_SHADOW_CONTROL_OP_ENABLE_LOGDIRTY, DOM0_SHADOW_CONTROL_OP_FLUSH,
        DOM0_SHADOW_CONTROL_OP_CLEAN,
    };

    for (size_t i = 0; i < ARRAY_SIZE(cmds); i++) {
        start(-ERESTART);
        ck_assert_int_eq(control(cmds[i], 1), -ERESTART);
        ck_assert_uint_eq(caller_vcpu.control_done, TICKET);
        answer = 0;
        ck_assert_int_eq(control(cmds[i], 1), 0);
        ck_assert_uint_eq(asked.ticket, TICKET);
        ck_assert_uint_eq(caller_vcpu.control_done, 0);
    }
}
END_TEST

int main(void)
{
    return UNIT_RUN("shadow_op", both_ways_to_begin_begin,
                    clean_and_peek_tell_how_many_are_dirty,
                    modes_that_are_not_known_read_nothing,
                    other_shadow_operations_are_refused,
                    of_a_dying_domain_nothing_is_noted_and_that_is_well,
                    who_goes_on_comes_with_the_ticket,
                    what_the_notes_say_is_the_answer,
                    the_older_door_begins_and_ends_too,
                    the_older_door_reads_with_counts_that_are_zero,
                    a_map_smaller_than_the_domain_is_refused,
                    notes_are_forgotten_without_a_map,
                    the_older_door_refuses_what_it_has_not,
                    the_older_door_goes_on_with_the_ticket_too);
}
