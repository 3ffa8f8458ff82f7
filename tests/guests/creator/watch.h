/* SPDX-License-Identifier: MIT */
/* watch.h - let a guest run, print what it says, and see how it ends. */
#ifndef CREATOR_WATCH_H
#define CREATOR_WATCH_H

#include "guest_domain.h"

/* Print each line as "(NAME) text" until the domain has ended or its time is
 * over; returns why, in words. */
const char *guest_watch(struct guest_domain *g);

#endif
