/* SPDX-License-Identifier: MIT */
/* watch.h - let a guest run, print what it says, and see how it ends. */
#ifndef CREATOR_WATCH_H
#define CREATOR_WATCH_H

#include "guest_domain.h"

/* Print each line as "(NAME) text" until the domain has ended or its time is
 * over; returns why, in words. So for @peer, if there is one, which is destroyed
 * when it ends, and built anew if it wants to restart. */
const char *guest_watch(struct guest_domain *g, struct guest_domain *peer);

#endif
