/* SPDX-License-Identifier: MIT */
/* calibrate.c - the arithmetic of clocks: rates and scales. Pure. */
#include <asm/clock.h>
#include <asm/muldiv.h>

static uint64_t width(const struct clock_pair *p)
{
    return p->after - p->before;
}

/* A pair that took long was interrupted (SMI, host) between its readings and
 * says nothing; averaging the rest brings the error below one tick. */
struct clock_moment clock_average(const struct clock_pair *pairs,
                                  unsigned int count, uint64_t mask)
{
    uint64_t best = ~0ull, counter = 0, ref = 0, used = 0;

    for (unsigned int i = 0; i < count; i++)
        if (width(&pairs[i]) < best)
            best = width(&pairs[i]);
    for (unsigned int i = 0; i < count; i++) {
        const struct clock_pair *p = &pairs[i];
        if (width(p) / 2 > best)
            continue;
        counter += p->before - pairs[0].before + width(p) / 2;
        ref += (p->ref - pairs[0].ref) & mask;
        used++;
    }
    return (struct clock_moment){
        .counter = (pairs[0].before << CLOCK_FRACTION_BITS) +
                   (counter << CLOCK_FRACTION_BITS) / used,
        .ref = (pairs[0].ref << CLOCK_FRACTION_BITS) +
               (ref << CLOCK_FRACTION_BITS) / used,
    };
}

uint64_t clock_rate(struct clock_moment a, struct clock_moment b,
                    const struct clock_ref *ref)
{
    uint64_t mask = ref->mask << CLOCK_FRACTION_BITS |
                    ((1u << CLOCK_FRACTION_BITS) - 1);
    uint64_t ticks = (b.ref - a.ref) & mask;

    if (ticks == 0)
        return 0;
    return mul_div_u64(b.counter - a.counter, ref->freq_num,
                       ticks * ref->freq_den);
}

/* ns per tick = 10^9 / hz = 2^shift * mul / 2^32, mul in the upper half. */
void time_scale_of_hz(uint64_t hz, struct time_scale *out)
{
    const uint64_t ns = NSEC_PER_SEC;
    int shift = 0;

    while (hz << shift <= ns)
        shift++;
    while (hz > (2 * ns) << -MIN(shift, 0))
        shift--;
    out->shift = (int8_t)shift;
    out->mul = (uint32_t)((mul_div_u64(ns, 1ull << (33 - shift), hz) + 1) / 2);
}

uint64_t time_scale_apply(const struct time_scale *scale, uint64_t ticks)
{
    if (scale->shift >= 0)
        ticks <<= scale->shift;
    else
        ticks >>= -scale->shift;
    return mul_shift32_u64(ticks, scale->mul);
}
