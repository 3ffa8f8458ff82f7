/* SPDX-License-Identifier: MIT */
/*
 * page.h - the page that two vcpus fight for: what stands in it, where it is,
 * and the calls that use it or give it away. Vcpu 0 alone calls what maps it;
 * either the rest.
 */
#ifndef PAGE_RACE_PAGE_H
#define PAGE_RACE_PAGE_H

#include "guest.h"
#include "grant.h"

#define OURS    20u         /* the page, granted to ourselves */
#define ACCEPT  21u         /* and 22: accept a page from ourselves */
#define OLD     0x01d01d01d01d01d0ul    /* in each word of the page */
#define NEW     0x0e30e30e30e30e30ul    /* and of what is copied */

extern unsigned self;
extern uint64_t frame, pfn; /* the page */
extern uint64_t *page;      /* where vcpu 0 sees it, if it is shown */
extern uint64_t *other;     /* copied to or from */

void page_begin(void);
/* False: somebody still holds one. */
bool page_end(void);

void page_show(void);
void page_hide(void);
void words_fill(uint64_t *words, uint64_t value);
bool words_are(const uint64_t *words, uint64_t value);
/* OLD to the page, NEW to the other; the page hidden, and granted. */
void page_prepare(void);

/* All of the page, into it or out of it, @by_ref or by its number. */
long page_copy(bool into, bool by_ref);
/* To ourselves; ACCEPT + @n tells then which frame it is. */
void page_accept(unsigned n);
long page_transfer(unsigned n);
/* 1: it was given back, and *fresh is another. */
long page_replace(uint64_t *fresh);
/* 0: it became *fresh. */
long page_exchange(uint64_t *fresh);

#endif
