/* SPDX-License-Identifier: MIT */
/* refuse.c - what cannot be built is told of in one sentence. */
#include "internal.h"
#include <hv/errno.h>
#include <hv/format.h>
#include <hv/log_level.h>

int __init build_refuse(const struct build *b, const char *fmt, ...)
{
    char why[256];
    va_list args;

    va_start(args, fmt);
    format_text_v(why, sizeof(why), fmt, args);
    va_end(args);
    if (b->plan->is_dom0)
        boot_error("Domain 0%s", why);
    printk_always("Domain %s%s; it is left out\n", b->plan->name, why);
    return -EINVAL;
}
