/* SPDX-License-Identifier: MIT */
/* fake_frames.c - page_link() over a few windows of frame numbers. */
#include <stdlib.h>
#include <hv/softirq.h>
#include "fake_frames.h"

#define WINDOWS_MAX 8

static struct window {
    unsigned long first, count;
    struct page_link *links;
} windows[WINDOWS_MAX];
static unsigned int window_count;

unsigned long fake_page_link_calls;

void fake_frames_add(unsigned long first, unsigned long count)
{
    struct page_link *links = calloc(count, sizeof(*links));

    if (!links || window_count == WINDOWS_MAX)
        abort();
    windows[window_count++] = (struct window){ first, count, links };
}

struct page_link *page_link(mfn_t m)
{
    fake_page_link_calls++;
    for (unsigned int i = 0; i < window_count; i++)
        if (m.n - windows[i].first < windows[i].count)
            return &windows[i].links[m.n - windows[i].first];
    return NULL;
}

__attribute__((weak)) bool softirq_is_pending(void)
{
    return false;
}
