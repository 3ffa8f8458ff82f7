/* SPDX-License-Identifier: MIT */
/*
 * domain_memory.h - all frames of a domain: have so many of them, and list them.
 * The caller holds a reference on the domain.
 */
#ifndef HV_DOMAIN_MEMORY_H
#define HV_DOMAIN_MEMORY_H

#include <hv/compiler.h>
#include <hv/frame_num.h>

struct domain;

/* Give @d, or take from it, frames until it has @count. -ENOMEM: there are not
 * so many, which is said on the console, or it may not have them; -EBUSY: others
 * use them; it then has some. -ERESTART: call again. */
int domain_fill_memory(struct domain *d, unsigned long count) MUST_CHECK;

/* Numbers of up to @room frames that follow @after (INVALID_MFN: from the
 * first), in any order. How many, 0 at the end, or when @after is not @d's. */
unsigned int domain_list_frames(struct domain *d, mfn_t after, uint64_t *out,
                                unsigned int room);

#endif
