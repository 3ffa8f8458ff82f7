/* SPDX-License-Identifier: MIT */
/*
 * check_world.h - a machine in which the invariant checker finds nothing wrong,
 * built by the shipped code: two domains, the first with page tables, a GDT and
 * ports, one of which leads to the second. Tests break it.
 */
#ifndef CHECK_WORLD_H
#define CHECK_WORLD_H

#include <asm/layout.h>
#include <asm/pt.h>
#include <asm/window.h>
#include <hv/check.h>
#include "../../common/event/port.h"
#include "fake_paging.h"
#include "frame_model.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])
#define V       (&fake_vcpus[0])
#define DATA    (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)
#define DATA_RO (DATA & ~PTE_RW)
#define TABLE   DATA

/* D's: tables, each naming the one before it, and what entries of l1 name. */
extern struct frame *l1, *l2, *l3, *l4, *data, *read_only;
extern struct frame *gdt, *info;
extern mfn_t console;           /* D's ring's; INVALID_MFN at first */
extern struct port ports[FAKE_DOMAINS][PORTS_PER_GROUP];
extern pte_t window[FAKE_DOMAINS][WINDOW_ENTRIES];

/* Build it. */
void start(void);
/* A new frame of @d's. */
struct frame *own(struct domain *d);
/* Write an entry of a table, whatever the rules are. */
void set(struct frame *table, unsigned int i, const struct frame *f,
         uint64_t flags);
/* What the checker says; NULL: all is well. */
const struct violation *find(void);
/* It says @what of @where, or of @f. */
void must_find(const char *what, unsigned long where);
void must_find_of(const char *what, const struct frame *f);

#endif
