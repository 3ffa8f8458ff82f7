/* SPDX-License-Identifier: MIT */
/*
 * frame_model.c - adds up owners, holdings and table entries, and compares. F4
 * is checked by time: while a frame is seen in use the TLB may hold anything
 * of it, so a use as another type must come after a flush.
 */
#include <string.h>
#include "frame_model.h"
#include "unit.h"

struct holding holdings[HOLDINGS_MAX];
unsigned int holding_count;
unsigned int model_domain_refs[FAKE_DOMAINS];

static struct counts {
    unsigned int refs, type_refs, partial_holders, pins;
    enum frame_type type;
} counts[FAKE_FRAMES];

static struct use {
    enum frame_type type;
    uint32_t at;
} last_use[FAKE_FRAMES];

void model_start_holdings(void)
{
    holding_count = 0;
}

void model_start(void)
{
    model_start_holdings();
    memset(model_domain_refs, 0, sizeof(model_domain_refs));
    memset(last_use, 0, sizeof(last_use));
}

void model_add(struct frame *f, enum holding_kind kind, enum frame_type type)
{
    UNIT_REQUIRE(holding_count < HOLDINGS_MAX);
    holdings[holding_count++] = (struct holding){ f, kind, type };
}

void model_remove(unsigned int i)
{
    holdings[i] = holdings[--holding_count];
}

int model_find(const struct frame *f, enum holding_kind kind)
{
    for (unsigned int i = 0; i < holding_count; i++)
        if (holdings[i].f == f && holdings[i].kind == kind)
            return (int)i;
    return -1;
}

static struct counts *counts_of(const struct frame *f)
{
    return &counts[frame_mfn(f).n];
}

static void count_type(struct frame *f, enum frame_type type)
{
    struct counts *c = counts_of(f);

    c->refs++;                                                  /* F5 */
    UNIT_REQUIRE(c->type_refs == 0 || c->type == type);
    c->type_refs++;
    c->type = type;
}

static void count_entry(struct frame *f, enum frame_type type)
{
    if (type == FRAME_NONE)
        counts_of(f)->refs++;
    else
        count_type(f, type);
}

static void count_holdings(void)
{
    for (unsigned int i = 0; i < holding_count; i++) {
        struct holding *h = &holdings[i];

        if (h->kind == HOLDS_REFERENCE) {
            counts_of(h->f)->refs++;
            continue;
        }
        count_type(h->f, h->type);
        counts_of(h->f)->pins += h->kind == HOLDS_PIN;
        counts_of(h->f)->partial_holders +=
            h->kind == HOLDS_BUILDING || h->kind == HOLDS_DROPPING ||
            (h->kind == HOLDS_PIN && (h->f->state & FRAME_PARTIAL));
    }
}

static void check_flags(const struct frame *f, const struct counts *c)
{
    uint64_t partial = f->state & FRAME_PARTIAL;

    if (c->type_refs && frame_type_is_checked(c->type))         /* F3 */
        UNIT_REQUIRE(!(f->state & FRAME_VALIDATED) == !!partial);
    else
        UNIT_REQUIRE(!partial && !(f->state & FRAME_VALIDATED));
    if (partial)                                                /* F6 */
        UNIT_REQUIRE(c->type_refs == 1);
    UNIT_REQUIRE(!(f->state & FRAME_PINNED) == !c->pins);       /* F7 */
    UNIT_REQUIRE(c->pins <= 1);
}

/* F6: of the three kinds of holders a partial table has one. */
static void check_partial_holders(void)
{
    for (unsigned int i = 1; i < FAKE_FRAMES; i++) {
        const struct frame *f = fake_frame(i);

        UNIT_REQUIRE(counts[i].partial_holders ==
                     !!(f->state & FRAME_PARTIAL));
    }
}

static void check_time(unsigned long n, const struct counts *c)
{
    struct use *use = &last_use[n];

    if (c->type_refs) {                                         /* F4 */
        if (use->type && use->type != c->type)
            UNIT_REQUIRE((int32_t)(fake_tlb_flushed_at - use->at) > 0);
        use->type = c->type;
        use->at = fake_tlb_clock;
    } else if (fake_frame_is_free(n)) {
        use->type = FRAME_NONE;
    }
}

static void check_frame(unsigned long n)
{
    const struct frame *f = fake_frame(n);
    struct counts *c = &counts[n];

    if (f->state & FRAME_ALLOCATED)
        c->refs++;
    UNIT_REQUIRE((f->state & FRAME_REF_MASK) == c->refs);
    UNIT_REQUIRE(frame_type_refs(f->state) == c->type_refs);
    if (c->type_refs)
        UNIT_REQUIRE(frame_state_type(f->state) == c->type);
    check_flags(f, c);
    if (f->state & FRAME_NO_RAM)
        UNIT_REQUIRE(f->state == FRAME_NO_RAM);
    else if (c->refs)                                           /* F1 */
        UNIT_REQUIRE(f->owner && !fake_frame_is_free(n));
    else if (n)                                                 /* F2 */
        UNIT_REQUIRE(fake_frame_is_free(n) && !f->owner && !f->state);
    check_time(n, c);
}

/* The owner's list holds what it owns, each once, and the links agree. */
static void check_list(const struct domain *d)
{
    unsigned long length = 0;
    uint32_t before = 0;

    for (uint32_t n = d->page_list; n; n = fake_frame(n)->next) {
        UNIT_REQUIRE(fake_frame(n)->owner == d);
        UNIT_REQUIRE(fake_frame(n)->prev == before);
        before = n;
        UNIT_REQUIRE(++length < FAKE_FRAMES);
    }
    UNIT_REQUIRE(length == d->page_count);
    for (unsigned int i = 1; i < FAKE_FRAMES; i++)
        length -= fake_frame(i)->owner == d &&
                  model_find(fake_frame(i), HOLDS_SHARE) < 0;
    UNIT_REQUIRE(length == 0);
    UNIT_REQUIRE(d->refs == (int)model_domain_refs[d->id] + !!d->page_count);
}

/* The entry below the cursor of a table whose child is half done. */
static void count_partial_child(struct frame *f, enum frame_type type)
{
    if (type >= FRAME_L1 && type <= FRAME_L4 && (f->state & FRAME_PARTIAL))
        counts_of(f)->partial_holders++;
}

void model_check(void)
{
    memset(counts, 0, sizeof(counts));
    count_holdings();
    model_for_each_entry(count_entry);
    model_for_each_entry(count_partial_child);
    for (unsigned int i = 0; i < FAKE_FRAMES; i++)
        check_frame(i);
    check_partial_holders();
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++)
        check_list(&fake_domains[i]);
    fake_tlb_use();
}

void model_check_empty(unsigned int frames)
{
    UNIT_REQUIRE(holding_count == 0);
    model_check();
    UNIT_REQUIRE(fake_free_count() == frames);
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++)
        UNIT_REQUIRE(fake_domains[i].page_count == 0);
}
