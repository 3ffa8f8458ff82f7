/* SPDX-License-Identifier: MIT */
/* frames.c - getpageframeinfo3: what each frame of a domain is used for. */
#include "moved.h"

#define MOST    1024u

static const char *const tables[] = { "l4", "l3", "l2", "l1", "another_l1" };
static uint64_t list[MOST + 1];

static long ask(uint64_t num, const void *array)
{
    struct xen_domctl op = { .u.getpageframeinfo3.num = num };

    op.u.getpageframeinfo3.array.p = (void *)array;
    return domctl(XEN_DOMCTL_getpageframeinfo3, moved.id, &op);
}

static uint64_t info(uint64_t mfn)
{
    list[0] = mfn;
    list[1] = 0x77;
    return ask(1, list) ? ~0ul : list[0];
}

static void types(void)
{
    static const uint64_t want[] = {
        [PFN_L4] = XEN_DOMCTL_PFINFO_L4TAB | XEN_DOMCTL_PFINFO_LPINTAB,
        [PFN_L3] = XEN_DOMCTL_PFINFO_L3TAB,
        [PFN_L2] = XEN_DOMCTL_PFINFO_L2TAB,
        [PFN_L1_IMAGE] = XEN_DOMCTL_PFINFO_L1TAB,
        [PFN_L1_DATA] = XEN_DOMCTL_PFINFO_L1TAB,
    };
    unsigned plain = 0;

    for (unsigned pfn = 0; pfn < ARRAY_SIZE(want); pfn++)
        expect_eq(tables[pfn], want[pfn], info(moved.mfn[pfn]));
    memcpy(list, moved.mfn, moved.pages * sizeof(list[0]));
    expect_ok("all_at_once", ask(moved.pages, list));
    for (unsigned pfn = PFN_DATA; pfn < moved.pages; pfn++)
        plain += list[pfn] == XEN_DOMCTL_PFINFO_NOTAB;
    expect_eq("memory", moved.pages - PFN_DATA, plain);
    expect_eq("in_the_order_asked", want[PFN_L4], list[PFN_L4]);
    expect_ok("pinned", moved_do(WORK_TABLE, MMUEXT_PIN_L1_TABLE,
                                 moved.mfn[PFN_L1_DATA]));
    expect_eq("a_pinned_l1",
              XEN_DOMCTL_PFINFO_L1TAB | XEN_DOMCTL_PFINFO_LPINTAB,
              info(moved.mfn[PFN_L1_DATA]));
    expect_ok("unpinned", moved_do(WORK_TABLE, MMUEXT_UNPIN_TABLE,
                                   moved.mfn[PFN_L1_DATA]));
}

static void others(void)
{
    struct xen_domctl op = { 0 };

    expect_eq("a_frame_of_ours", XEN_DOMCTL_PFINFO_XTAB,
              info(va_to_mfn(bitmap)));
    expect_eq("no_memory", XEN_DOMCTL_PFINFO_XTAB, info(~0ul >> 12));
    domctl(XEN_DOMCTL_getdomaininfo, moved.id, &op);
    expect_eq("its_shared_page", XEN_DOMCTL_PFINFO_XTAB,
              info(op.u.getdomaininfo.shared_info_frame));
}

/* While the domain runs and is copied, upper tables are put off. */
void test_frames_while_copied(void)
{
    struct xen_domctl op = { 0 };

    report_group("frames_while_copied");
    expect_ok("on", shadow_op(XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY));
    expect_ok("told", shadow_read(XEN_DOMCTL_SHADOW_OP_CLEAN));
    for (unsigned pfn = PFN_L4; pfn <= PFN_L2; pfn++)
        expect_eq(tables[pfn], XEN_DOMCTL_PFINFO_XTAB, info(moved.mfn[pfn]));
    expect_eq("an_l1", XEN_DOMCTL_PFINFO_L1TAB, info(moved.mfn[PFN_L1_DATA]));
    expect_eq("memory", XEN_DOMCTL_PFINFO_NOTAB, info(moved.mfn[PFN_DATA]));
    expect_ok("told_again", shadow_read(XEN_DOMCTL_SHADOW_OP_CLEAN));
    expect_true("upper_tables_are_to_be_asked_for",
                is_told(PFN_L4) && is_told(PFN_L3) && is_told(PFN_L2));
    expect_true("others_are_not", !is_told(PFN_L1_DATA) && !is_told(PFN_DATA));
    expect_ok("stands_still", domctl(XEN_DOMCTL_pausedomain, moved.id, &op));
    expect_eq("a_table_is_told", XEN_DOMCTL_PFINFO_L2TAB,
              info(moved.mfn[PFN_L2]));
    expect_ok("told_at_last", shadow_read(XEN_DOMCTL_SHADOW_OP_CLEAN));
    expect_true("and_is_done_with", !is_told(PFN_L2));
    expect_ok("goes_on", domctl(XEN_DOMCTL_unpausedomain, moved.id, &op));
    expect_ok("off", shadow_op(XEN_DOMCTL_SHADOW_OP_OFF));
    expect_eq("a_table_again", XEN_DOMCTL_PFINFO_L3TAB,
              info(moved.mfn[PFN_L3]));
    report_group(NULL);
}

void test_frames(void)
{
    report_group("frames");
    types();
    others();
    expect_ok("none", ask(0, NULL));
    expect_rc("too_many", -XEN_E2BIG, ask(MOST + 1, list));
    for (unsigned i = 0; i < MOST; i++)
        list[i] = moved.mfn[PFN_L3];
    expect_ok("as_many_as_there_may_be", ask(MOST, list));
    expect_eq("to_the_last", XEN_DOMCTL_PFINFO_L3TAB, list[MOST - 1]);
    expect_rc("a_list_that_is_nowhere", -XEN_EFAULT, ask(1, window_page(3)));
    report_group(NULL);
}
