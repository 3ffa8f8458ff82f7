/* SPDX-License-Identifier: MIT */
/* fake_frames.h - a frame table with holes, for tests of the page allocator. */
#ifndef FAKE_FRAMES_H
#define FAKE_FRAMES_H

#include <hv/page_alloc.h>

/* How often a frame's link was asked for. */
extern unsigned long fake_page_link_calls;

/* Let the frames from @first be known to page_link(). */
void fake_frames_add(unsigned long first, unsigned long count);

#endif
