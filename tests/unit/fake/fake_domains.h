/* SPDX-License-Identifier: MIT */
/* fake_domains.h - what becomes of a domain that a control operation makes. */
#ifndef FAKE_DOMAINS_H
#define FAKE_DOMAINS_H

#include <hv/types.h>

/* It is the one that find_domain() finds; false, as at first: no memory. */
extern bool fake_makes_domains;
/* How many calls it takes to end one; 0, as at first: nothing comes of it. */
extern unsigned int fake_destroy_steps;
/* More frames than that a domain cannot have; at first there is no limit. */
extern unsigned long fake_frames_most;

#endif
