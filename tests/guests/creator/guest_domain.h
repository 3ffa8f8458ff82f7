/* SPDX-License-Identifier: MIT */
/*
 * guest_domain.h - one unprivileged domain, from nothing until it runs.
 *
 * Its memory begins as Parapet's own builder (arch/x86/builder/) lays it out:
 *
 *      (unused) kernel p2m start_info console page-tables stack padding
 *
 * up to a multiple of 4 MiB with at least 512 KiB of padding, mapped from
 * virt_base on; page tables read-only, everything else writable.
 */
#ifndef CREATOR_GUEST_DOMAIN_H
#define CREATOR_GUEST_DOMAIN_H

#include "container.h"
#include "domctl.h"
#include "image.h"

#define GUEST_PAGES_MAX 16384u

/* Windows for frames of others: foreign_map(). */
enum { WINDOW_BUILD, WINDOW_SHARED, WINDOW_CONSOLE, WINDOW_PEER };

struct guest_domain {
    const struct container_entry *entry;
    struct image image;
    domid_t id;
    uint64_t mfn[GUEST_PAGES_MAX];      /* by pfn */
    uint64_t p2m_pfn, start_info_pfn, console_pfn;
    uint64_t tables_pfn, tables_count;  /* L4, L3, L2, then all L1 */
    uint64_t stack_pfn;
    uint64_t mapped_pages;              /* multiple of 4 MiB */
    uint64_t shared_info_mfn;
    unsigned console_port;              /* the guest's end */
};

/* NULL, or what could not be done. The domain exists then if g->id is not 0;
 * it is paused. */
const char *guest_domain_build(struct guest_domain *g,
                               const struct container_entry *entry);
/* Tell each the other's number, by its command line. */
void guest_domain_introduce(struct guest_domain *first,
                            struct guest_domain *second);
/* Its first vcpu runs on this CPU, of the first 8. */
const char *guest_domain_bind(const struct guest_domain *g, unsigned cpu);
const char *guest_domain_start(struct guest_domain *g);
void guest_domain_destroy(struct guest_domain *g);

/* contents.c: everything that is in its memory, then pin the tables */
const char *guest_domain_fill(struct guest_domain *g);

#endif
