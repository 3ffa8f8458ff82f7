/* SPDX-License-Identifier: MIT */
/*
 * race.h - vcpus 0 and 1 of a domain do something at the same time, many times.
 *
 *      race(&(struct race){ .rounds = 300, .before = map_it,
 *                           .left = unmap_it, .right = unmap_it_too,
 *                           .after = count });
 *
 * In each round vcpu 0 calls before(); then vcpu 0 calls left() while vcpu 1
 * calls right(), each by a moment later than the other that changes from round
 * to round; then vcpu 0 calls after(). The folder has a line "Has 2 vcpus.",
 * and a line "Races on 2 CPUs." so that they do run at the same time.
 */
#ifndef GUEST_RACE_H
#define GUEST_RACE_H

#include "types.h"

struct race {
    unsigned rounds;
    void (*before)(unsigned round);     /* or NULL, as after */
    void (*left)(unsigned round), (*right)(unsigned round);
    void (*after)(unsigned round);
};

/* False, and it is reported: the other vcpu does not do its part. */
bool race(const struct race *race);

#endif
