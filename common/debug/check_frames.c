/* SPDX-License-Identifier: MIT */
/*
 * check_frames.c - the frame table against all that holds frames: invariants
 * F1 to F7 of common/mm/, and P1, P5 and P6 of the page allocator.
 *
 * First every domain says what it has: its list, shared pages, what its vcpus
 * hold. Then each table says what its entries hold. Then each record is
 * compared with what was said of it.
 */
#include "check.h"
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/grant_table.h>
#include <hv/page_alloc.h>
#include <hv/ring_console.h>
#include <hv/vcpu.h>

#define OWNERS_MAX  64u
#define SAMPLE_STEP 61u     /* words; prime to a frame's */

/* Domains that have been asked; more than fit are asked again, which shows. */
static const struct domain *asked[OWNERS_MAX];
static unsigned int asked_count;
static unsigned int sample;     /* the word that is looked at */

void check_note_shared(const struct domain *d, mfn_t m)
{
    const struct frame *f = frame_of(m);

    if (!frame_is_ram(f) || f->owner != d)
        check_fail("the owner of a shared page", m.n, CHECK_NOBODY, d->id,
                   f && f->owner ? f->owner->id : ~0ul);
    else
        tally_of(f)->is_shared = true;
}

/* One member of @d's list, which follows frame @before. */
static bool note_listed(const struct domain *d, uint32_t number,
                        uint32_t before)
{
    const struct frame *f = frame_of(mfn(number));

    if (!frame_is_ram(f) || f->owner != d || tally_of(f)->is_listed) {
        check_fail("a list of frames, and whose this is", number,
                   CHECK_NOBODY, d->id, f && f->owner ? f->owner->id : ~0ul);
        return false;
    }
    if (f->prev != before)
        check_fail("the link back in a list of frames", number, CHECK_NOBODY,
                   before, f->prev);
    tally_of(f)->is_listed = true;
    return true;
}

static void ask_domain(const struct domain *d)
{
    unsigned long length = 0;
    uint32_t before = 0;
    const struct vcpu *v;

    if (asked_count < OWNERS_MAX)
        asked[asked_count++] = d;
    for (uint32_t n = d->page_list; n; n = frame_of(mfn(n))->next) {
        if (!note_listed(d, n, before))
            return;
        before = n;
        length++;
    }
    if (length != d->page_count)
        check_fail("a domain's count of frames", d->id, CHECK_NOBODY, length,
                   d->page_count);
    if (d == dom_hv)
        arch_check_shared();
    if (d->shared_info)
        check_note_shared(d, d->shared_info_mfn);
    for (unsigned int i = 0; d->grants && i < d->grants->frame_count; i++)
        check_note_shared(d, d->grants->frame[i]->mfn);
    check_grants_of(d);
    if (!mfn_eq(ring_console_frame(d), INVALID_MFN))
        tally_type(frame_of(ring_console_frame(d)), FRAME_WRITABLE,
                   CHECK_NOBODY);
    for_each_vcpu(d, v)
        arch_check_vcpu(v);
}

static bool was_asked(const struct domain *d)
{
    for (unsigned int i = 0; i < asked_count; i++)
        if (asked[i] == d)
            return true;
    return false;
}

static void ask_all(void)
{
    const struct domain *d;

    asked_count = 0;
    list_for_each(d, &domain_list, list)
        ask_domain(d);
    /* A domain that is off the list lives on in frames that others use. */
    for (unsigned long n = 0; n < frame_table_end; n++) {
        const struct frame *f = frame_of(mfn(n));

        if (f && f->owner && !was_asked(f->owner))
            ask_domain(f->owner);
    }
}

/* --- what tables hold --- */

static void ask_frame(const struct frame *f)
{
    enum frame_type type = frame_state_type(f->state);

    if (f->state & FRAME_PINNED) {
        if (type < FRAME_L1 || type > FRAME_L4)
            check_fail("the type of a pinned frame", frame_mfn(f).n,
                       CHECK_NOBODY, FRAME_L1, type);
        tally_type(f, type, CHECK_NOBODY);
    }
    if (f->state & (FRAME_VALIDATED | FRAME_PARTIAL))
        arch_check_table(f);
}

/* --- comparing --- */

static void expect(const char *what, const struct frame *f, uint64_t expected,
                   uint64_t found)
{
    if (expected != found)
        check_fail(what, frame_mfn(f).n, CHECK_NOBODY, expected, found);
}

/* F3, F6: when a frame is called checked, or half so. */
static void check_flags(const struct frame *f)
{
    uint64_t type_refs = frame_type_refs(f->state);
    bool is_checked = frame_type_is_checked(frame_state_type(f->state));
    bool is_partial = f->state & FRAME_PARTIAL;
    bool is_validated = f->state & FRAME_VALIDATED;

    expect("a frame called checked or partial", f, type_refs && is_checked,
           is_partial + is_validated);
    if (is_partial)
        expect("type references of a partial table", f, 1, type_refs);
}

static void check_owned(const struct frame *f)
{
    const struct tally *t = tally_of(f);
    bool is_shared = t->is_shared || !f->owner;
    uint64_t refs = t->refs + t->is_shared + !!(f->state & FRAME_ALLOCATED);

    expect("references", f, refs, f->state & FRAME_REF_MASK);
    /* The type of a shared page is held for ever, also when its domain is
     * gone. */
    expect("type references", f, t->type_refs + is_shared,
           frame_type_refs(f->state));
    expect("a frame on its owner's list", f, !is_shared, t->is_listed);
    if (f->outside != FRAME_OUTSIDE_MANY)
        expect("writable entries of other domains", f, t->outside, f->outside);
    check_flags(f);
}

/* Nobody's: free, or the hypervisor's own. */
static void check_unowned(const struct frame *f)
{
    expect("the state of a frame without references", f, 0, f->state);
    expect("the owner of a frame without references", f, 0,
           (uint64_t)f->owner);
    expect("uses of a frame without references", f, 0, tally_of(f)->refs);
}

static void check_frame(const struct frame *f)
{
    if (f->state & FRAME_NO_RAM)
        expect("the state of a hole", f, FRAME_NO_RAM, f->state);
    else if (f->state & FRAME_REF_MASK)
        check_owned(f);
    else
        check_unowned(f);
}

/* Said to be zeroed: one word in a frame, each time another. */
static void check_zeroed(const struct frame *f)
{
    const uint64_t *words = mfn_to_virt(frame_mfn(f));

    expect("the first word of a frame that is zeroed", f, 0, words[0]);
    sample = (sample + SAMPLE_STEP) % (PAGE_SIZE / sizeof(*words));
    expect("a word of a frame that is zeroed", f, 0, words[sample]);
}

/* A free block: all of it is nobody's, and nothing in it begins another. */
static unsigned long check_free_block(unsigned long first)
{
    const struct page_link *link = &frame_of(mfn(first))->link;
    unsigned long count = 1ul << link->order;

    for (unsigned long n = first; n < first + count; n++) {
        const struct frame *f = frame_of(mfn(n));

        if (!frame_is_ram(f)) {
            check_fail("a free frame that is no RAM", n, first, 1, 0);
            break;
        }
        expect("the state of a free frame", f, 0, f->state);
        if (link->pool == POOL_DIRTY)
            expect("the content of a dirty frame", f, PAGE_USED,
                   f->link.content);
        if (link->pool == POOL_ZEROED)
            expect("the content of a zeroed frame", f, PAGE_ZEROED,
                   f->link.content);
        if (f->link.content == PAGE_ZEROED)
            check_zeroed(f);
        if (n > first)
            expect("a free block in a free block", f, 0,
                   f->link.prev & PAGE_LINK_FREE);
    }
    return count;
}

static void check_free(void)
{
    unsigned long n = 0, free = 0;

    while (n < frame_table_end && !check_has_failed()) {
        const struct frame *f = frame_of(mfn(n));
        unsigned long count = 1;

        if (f && !(f->state & FRAME_REF_MASK) &&
            (f->link.prev & PAGE_LINK_FREE)) {
            count = check_free_block(n);
            free += count;
        }
        n += count;
    }
    if (!check_has_failed() && free != page_free_count())
        check_fail("the allocator's count of free frames", 0, CHECK_NOBODY,
                   free, page_free_count());
}

void check_frames(void)
{
    ask_all();
    for (unsigned long n = 0; n < frame_table_end; n++) {
        const struct frame *f = frame_of(mfn(n));

        if (f && f->state)
            ask_frame(f);
    }
    if (check_has_failed())
        return;
    for (unsigned long n = 0; n < frame_table_end; n++) {
        const struct frame *f = frame_of(mfn(n));

        if (f)
            check_frame(f);
    }
    check_free();
}
