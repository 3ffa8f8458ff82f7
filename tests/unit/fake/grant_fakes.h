/* SPDX-License-Identifier: MIT */
/*
 * grant_fakes.h - two domains with grant tables and page tables, on the machine
 * of fake_machine.h. first is privileged, guest is not.
 */
#ifndef GRANT_FAKES_H
#define GRANT_FAKES_H

#include <hv/vcpu.h>
#include "fake_paging.h"
#include "../frame_model.h"

#define first   (&fake_domains[0])
#define guest   (&fake_domains[1])
#define RESTART 0x1234567l          /* what a call that goes on later returns */

extern long grant_heap_at_start;
extern unsigned long grant_again[3];    /* its arguments then */
extern unsigned long fake_m2p[FAKE_FRAMES];

/* Tables of up to so many frames, and of handles. */
void grant_fakes_start(unsigned int frames, unsigned int maptrack_frames);
/* A frame of @d's. */
struct frame *grant_own(struct domain *d);
/* The model holds what the tables of grants say, and agrees. */
void grant_fakes_check(void);

#endif
