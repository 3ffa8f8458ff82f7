/* SPDX-License-Identifier: MIT */
/* cpu_list.c - a set of CPUs as text. */
#include <hv/cpu.h>
#include <hv/format.h>

/* "first-last", or "first" alone; how long that is. */
static size_t format_range(char *out, size_t size, const char *before,
                           unsigned int first, unsigned int last)
{
    if (first == last)
        return (size_t)format_text(out, size, "%s%u", before, first);
    return (size_t)format_text(out, size, "%s%u-%u", before, first, last);
}

void cpu_set_format(char *out, size_t size, const cpu_set_t *s)
{
    unsigned int first = find_next_bit(s->bits, NR_CPUS, 0), end;
    size_t at = 0;

    out[0] = '\0';
    while (first < NR_CPUS && at < size) {
        end = find_next_zero_bit(s->bits, NR_CPUS, first);
        at += format_range(out + at, size - at, at ? "," : "", first, end - 1);
        first = find_next_bit(s->bits, NR_CPUS, end);
    }
}
