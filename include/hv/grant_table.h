/* SPDX-License-Identifier: MIT */
/* grant_table.h - the frames of one domain's grant table. */
#ifndef HV_GRANT_TABLE_H
#define HV_GRANT_TABLE_H

#include <hv/compiler.h>
#include <hv/frame_num.h>
#include <hv/spinlock.h>

struct domain;
struct domain_config;

#define GRANT_FRAMES_MAX    64u     /* 32,768 entries of version 1 */

struct grant_table {
    spinlock_t lock;
    unsigned int frame_count;           /* under lock; never shrinks */
    mfn_t frame[GRANT_FRAMES_MAX];      /* [I] below frame_count */
};

/* 0, -ENOMEM, or -EINVAL: a limit in @config is out of range. */
int grant_domain_create(struct domain *d,
                        const struct domain_config *config) MUST_CHECK;
void grant_domain_destroy(struct domain *d);            /* last reference */
/* Have at least @frames. -EINVAL more than the limit; -ENOMEM. */
int grant_table_grow(struct domain *d, unsigned int frames) MUST_CHECK;

#endif
