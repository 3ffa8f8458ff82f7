/* SPDX-License-Identifier: MIT */
/*
 * frame_info_test.c - what a domain uses a frame for, told to whoever saves it:
 * tables of each level, whole and half checked, and frames that are not its own;
 * then the list of them that domctl overwrites.
 */
#include <string.h>
#include <hv/control.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/log_dirty.h>
#include <hv/memory_op.h>
#include <public/domctl.h>
#include "fake_guest.h"
#include "fake_tables.h"
#include "frame_model.h"
#include "unit.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])
#define LIST    (FAKE_GUEST_VA + 0x1000)
#define END     (FAKE_GUEST_VA + FAKE_GUEST_SIZE)
#define WILD    0xffff800000000000ul

static uint64_t *const list = (uint64_t *)(fake_guest + (LIST - FAKE_GUEST_VA));
static struct xen_domctl op;

static void start(void)
{
    fake_machine_start(1);
    model_start();
    fake_guest_reset();
}

static struct frame *own(struct domain *d)
{
    mfn_t m = frame_alloc_for(d, 0, 0);

    ck_assert(!mfn_eq(m, INVALID_MFN));
    return fake_frame(m.n);
}

static void require(mfn_t m, bool is_its, bool is_pinned, unsigned int level)
{
    struct control_frame_info info;

    memset(&info, 0xee, sizeof(info));
    control_frame_info(D, m, &info);
    ck_assert_int_eq(info.is_its, is_its);
    ck_assert_int_eq(info.is_pinned, is_pinned);
    ck_assert_uint_eq(info.level, level);
    model_check();                      /* no reference is left */
}

START_TEST(a_frame_is_a_table_of_its_level_while_it_is_one)
{
    start();
    for (enum frame_type type = FRAME_L1; type <= FRAME_L4; type++) {
        struct frame *f = own(D);

        require(frame_mfn(f), true, false, 0);
        ck_assert_int_eq(frame_get_with_type(f, D, type), 0);
        model_add(f, HOLDS_TYPE, type);
        require(frame_mfn(f), true, false, type);
        model_remove((unsigned int)model_find(f, HOLDS_TYPE));
        ck_assert_int_eq(frame_put_with_type(f), 0);
        require(frame_mfn(f), true, false, 0);  /* it was one */
    }
}
END_TEST

START_TEST(a_pinned_table_is_told_apart)
{
    struct frame *f;

    start();
    f = own(D);
    ck_assert_int_eq(frame_pin(f, D, FRAME_L3), 0);
    model_add(f, HOLDS_PIN, FRAME_L3);
    require(frame_mfn(f), true, true, 3);
}
END_TEST

START_TEST(other_uses_are_no_tables)
{
    static const enum frame_type types[] = { FRAME_WRITABLE, FRAME_SEGDESC };

    start();
    for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
        struct frame *f = own(D);

        ck_assert_int_eq(frame_get_with_type(f, D, types[i]), 0);
        model_add(f, HOLDS_TYPE, types[i]);
        require(frame_mfn(f), true, false, 0);
    }
}
END_TEST

START_TEST(a_table_that_is_half_checked_is_a_table)
{
    struct frame *f;

    start();
    f = own(D);
    for (unsigned int i = 0; i < TABLE_ENTRIES; i++)
        fake_memory[frame_mfn(f).n][i] = frame_mfn(own(D)).n;
    fake_restart_one_in = 1;
    ck_assert_int_eq(frame_get_with_type(f, D, FRAME_L1), -ERESTART);
    model_add(f, HOLDS_BUILDING, FRAME_L1);
    require(frame_mfn(f), true, false, 1);
    fake_restart_one_in = 0;
}
END_TEST

START_TEST(frames_of_others_or_of_nobody_are_not_told)
{
    struct frame *used;
    mfn_t shared;

    start();
    require(frame_mfn(own(OTHER)), false, false, 0);
    require(mfn(50), false, false, 0);                  /* free */
    require(mfn(0), false, false, 0);
    require(mfn(FAKE_FRAMES - 1), false, false, 0);     /* a hole */
    require(mfn(FAKE_FRAMES), false, false, 0);
    require(mfn(~0ul), false, false, 0);
    used = own(D);
    ck_assert(frame_get(used, D));
    model_add(used, HOLDS_REFERENCE, FRAME_NONE);
    require(frame_mfn(used), true, false, 0);
    ck_assert_int_eq(frame_give_up(used), 0);
    require(frame_mfn(used), false, false, 0);          /* given up */
    shared = page_alloc_frames(0, 0);
    frame_share(D, shared, false);
    model_add(frame_of(shared), HOLDS_SHARE, FRAME_NONE);
    require(shared, false, false, 0);                   /* the hypervisor's */
}
END_TEST

/* -- the list -------------------------------------------------------------- */

static int describe(uint64_t num, unsigned long at)
{
    int rc;

    op.u.getpageframeinfo3.num = num;
    op.u.getpageframeinfo3.array.p = (xen_pfn_t *)at;
    rc = domctl_getpageframeinfo3(D, &op);
    ck_assert_uint_eq(fake_guest_read_twice, 0);
    model_check();
    return rc;
}

START_TEST(numbers_are_overwritten_with_what_the_frames_are)
{
    struct frame *pinned, *plain;

    start();
    pinned = own(D);
    plain = own(D);
    ck_assert_int_eq(frame_pin(pinned, D, FRAME_L4), 0);
    model_add(pinned, HOLDS_PIN, FRAME_L4);
    for (unsigned int i = 0; i < 200; i++)
        list[i] = i % 3 == 0 ? frame_mfn(pinned).n :
                  i % 3 == 1 ? frame_mfn(plain).n : ~0ul - i;
    ck_assert_int_eq(describe(200, LIST), 0);
    for (unsigned int i = 0; i < 200; i++)
        ck_assert_uint_eq(list[i],
                          i % 3 == 0 ? XEN_DOMCTL_PFINFO_L4TAB |
                                       XEN_DOMCTL_PFINFO_LPINTAB :
                          i % 3 == 1 ? XEN_DOMCTL_PFINFO_NOTAB :
                                       XEN_DOMCTL_PFINFO_XTAB);
    ck_assert_uint_eq(list[200], 0xcccccccccccccccc);
}
END_TEST

static uint64_t described(const struct frame *f)
{
    fake_guest_reset();
    list[0] = frame_mfn(f).n;
    ck_assert_int_eq(describe(1, LIST), 0);
    return list[0];
}

static bool is_told(const struct frame *f)
{
    unsigned long words[FAKE_FRAMES / BITS_PER_LONG];
    unsigned long pfn = arch_get_m2p(frame_mfn(f));

    dirty_map_take(D->dirty_map, 0, words, FAKE_FRAMES / BITS_PER_LONG, true);
    return words[pfn / BITS_PER_LONG] >> pfn % BITS_PER_LONG & 1;
}

START_TEST(upper_tables_of_a_domain_that_runs_while_it_is_copied_wait)
{
    start();
    D->dirty_map = dirty_map_create(FAKE_FRAMES);
    for (enum frame_type type = FRAME_L1; type <= FRAME_L4; type++) {
        uint64_t known = (uint64_t)type << XEN_DOMCTL_PFINFO_LTAB_SHIFT;
        bool is_upper = type > FRAME_L1;
        struct frame *f = own(D);

        ck_assert_int_eq(frame_get_with_type(f, D, type), 0);
        model_add(f, HOLDS_TYPE, type);
        (void)is_told(f);
        ck_assert_uint_eq(described(f),
                          is_upper ? XEN_DOMCTL_PFINFO_XTAB : known);
        ck_assert_int_eq(is_told(f), is_upper);
        D->control_pause_count = 1;
        ck_assert_uint_eq(described(f), known);
        D->control_pause_count = 0;
        D->is_shut_down = true;
        ck_assert_uint_eq(described(f), known);
        D->is_shut_down = false;
        ck_assert(!is_told(f));
    }
    dirty_map_destroy(D->dirty_map);
    D->dirty_map = NULL;
    ck_assert_uint_eq(described(own(D)), XEN_DOMCTL_PFINFO_NOTAB);
}
END_TEST

START_TEST(a_list_has_at_most_1024_frames)
{
    start();
    ck_assert_int_eq(describe(0, WILD), 0);
    ck_assert_int_eq(describe(1024, LIST), 0);
    ck_assert_uint_eq(list[1023], XEN_DOMCTL_PFINFO_XTAB);
    ck_assert_uint_eq(list[1024], 0xcccccccccccccccc);
    fake_guest_reset();
    ck_assert_int_eq(describe(1025, LIST), -E2BIG);
    ck_assert_int_eq(describe(~0ul, LIST), -E2BIG);
    ck_assert_uint_eq(list[0], 0xcccccccccccccccc);
}
END_TEST

START_TEST(a_list_out_of_reach_is_an_error)
{
    start();
    ck_assert_int_eq(describe(1, WILD), -EFAULT);
    ck_assert_int_eq(describe(2, END - 8), -EFAULT);
    ck_assert_int_eq(describe(1, END - 8), 0);
    fake_guest_reset();
    ck_assert_int_eq(describe(65, END - 64 * 8), -EFAULT);
    fake_guest_reset();
    fake_guest_is_read_only = true;
    ck_assert_int_eq(describe(1, LIST), -EFAULT);
}
END_TEST

int main(void)
{
    return UNIT_RUN("frame_info",
                    a_frame_is_a_table_of_its_level_while_it_is_one,
                    a_pinned_table_is_told_apart, other_uses_are_no_tables,
                    a_table_that_is_half_checked_is_a_table,
                    frames_of_others_or_of_nobody_are_not_told,
                    numbers_are_overwritten_with_what_the_frames_are,
                    upper_tables_of_a_domain_that_runs_while_it_is_copied_wait,
                    a_list_has_at_most_1024_frames,
                    a_list_out_of_reach_is_an_error);
}
