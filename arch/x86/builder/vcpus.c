/* SPDX-License-Identifier: MIT */
/*
 * vcpus.c - how many vcpus domain 0 gets: as many as there are CPUs, within the
 * limits that dom0_max_vcpus= sets (N, MIN-, -MAX or MIN-MAX).
 */
#include "internal.h"
#include <hv/cmdline.h>
#include <hv/cpu.h>
#include <hv/errno.h>
#include <hv/printk.h>
#include <hv/string.h>

static unsigned int least __initdata = 1, most __initdata = MAX_VCPUS;

/* A number at *@text, which is moved behind it; @missing if there is none. */
static uint64_t __init read_limit(const char **text, uint64_t missing)
{
    const char *end;
    uint64_t n = string_to_u64(*text, &end, 0);

    if (end == *text)
        return missing;
    *text = end;
    return n;
}

static int __init parse_dom0_max_vcpus(const char *value)
{
    const char *at = value;
    uint64_t min = read_limit(&at, 1), max = min;
    bool is_range = *at == '-';

    if (is_range) {
        at++;
        max = read_limit(&at, MAX_VCPUS);
    }
    if (*at || (at == value + is_range) || !min || max < min ||
        max > MAX_VCPUS) {
        printk(LOG_WARNING, "dom0_max_vcpus=%s: write a number, or MIN-MAX, "
               "of 1 to %u\n", value, MAX_VCPUS);
        return -EINVAL;
    }
    least = (unsigned int)min;
    most = (unsigned int)max;
    return 0;
}
CMDLINE_CUSTOM_OPTION(dom0_max_vcpus, "dom0_max_vcpus", parse_dom0_max_vcpus);

unsigned int __init dom0_vcpu_count(void)
{
    return MIN(MAX(cpu_count, least), most);
}
