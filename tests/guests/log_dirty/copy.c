/* SPDX-License-Identifier: MIT */
/*
 * copy.c - a domain whose vcpus write all the time is copied by what is told,
 * as when it moves: all of it first, then round after round what was written;
 * then it is stopped, and one round later the copy is the domain. Tables are
 * compared without the bits that only say that the CPU was there.
 */
#include "moved.h"

#define WINDOW_COPY     411u
#define ROUNDS          12u

static void *copy[MOVED_PAGES];

static const void *look(unsigned pfn)
{
    return foreign_map_flags(WINDOW_COPY, moved.id, moved.mfn[pfn],
                             PTE_RO_PAGE) ? NULL : window_page(WINDOW_COPY);
}

static unsigned copy_told(bool all)
{
    unsigned n = 0;

    for (unsigned pfn = 0; pfn < moved.pages; pfn++)
        if (all || is_told(pfn)) {
            if (!copy[pfn])
                copy[pfn] = page_alloc();
            memcpy(copy[pfn], look(pfn), PAGE_SIZE);
            n++;
        }
    return n;
}

static bool same_table(const pte_t *a, const pte_t *b)
{
    for (unsigned i = 0; i < 512; i++)
        if (((a[i] ^ b[i]) & ~(PTE_A | PTE_D)) && (i < 256 || i > 271))
            return false;
    return true;
}

/* How many frames differ; the mailboxes, which we write to, are left out. */
static unsigned differences(void)
{
    unsigned n = 0;

    for (unsigned pfn = 0; pfn < moved.pages; pfn++) {
        const void *now = look(pfn);

        if (pfn >= PFN_MAIL && pfn < PFN_DATA)
            continue;
        if (pfn < PFN_MAIL ? !same_table(now, copy[pfn])
                           : memcmp(now, copy[pfn], PAGE_SIZE) != 0)
            n++;
    }
    return n;
}

static void rest(unsigned ms)
{
    struct sched_poll poll = { .timeout = clock_now() + ms * MILLISECOND };

    hc_sched_op(SCHEDOP_poll, &poll);
}

void test_copy(unsigned vcpus)
{
    struct xen_domctl op = { 0 };
    uint64_t writes = 0;

    for (unsigned v = 0; v < vcpus; v++)
        moved_begin(v, WORK_STORM, 77 + v, 0);
    rest(3);
    expect_ok("on", shadow_op(XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY));
    copy_told(true);
    for (unsigned round = 0; round < ROUNDS; round++) {
        rest(1 + round % 4);
        if (shadow_read(XEN_DOMCTL_SHADOW_OP_CLEAN))
            report_error("clean", "failed");
        copy_told(false);
    }
    rest(3);
    expect_ok("paused", domctl(XEN_DOMCTL_pausedomain, moved.id, &op));
    expect_ok("the_last_round", shadow_read(XEN_DOMCTL_SHADOW_OP_CLEAN));
    expect_true("has_something_to_tell", copy_told(false) > 0);
    expect_eq("then_nothing_differs", 0, differences());
    expect_ok("off", shadow_op(XEN_DOMCTL_SHADOW_OP_OFF));
    for (unsigned v = 0; v < vcpus; v++)
        writes += moved_mail(v)->writes;
    expect_true("it_wrote_a_lot", writes > 100);
    expect_ok("goes_on", domctl(XEN_DOMCTL_unpausedomain, moved.id, &op));
    for (unsigned v = 0; v < vcpus; v++)
        expect_true(v ? "and_so_does_the_other" : "it_does_what_it_is_told",
                    moved_end(v));
    foreign_unmap(WINDOW_COPY);
}
