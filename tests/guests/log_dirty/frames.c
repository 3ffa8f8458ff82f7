/* SPDX-License-Identifier: MIT */
/* frames.c - getpageframeinfo3: what each frame of a domain is used for. */
#include "moved.h"

#define MOST    1024u

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
    static const char *const names[] = { "l4", "l3", "l2", "l1", "another_l1" };
    unsigned plain = 0;

    for (unsigned pfn = 0; pfn < ARRAY_SIZE(want); pfn++)
        expect_eq(names[pfn], want[pfn], info(moved.mfn[pfn]));
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
