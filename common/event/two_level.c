/* SPDX-License-Identifier: MIT */
/*
 * two_level.c - pending and mask bits of a 64-bit guest: 64 words of each in the
 * shared page, and in each vcpu_info a word that says which to look at.
 *
 * Port bit, then selector bit, then upcall flag: each is an atomic operation,
 * and only who sets one that was clear goes on to the next. The guest clears
 * them in the opposite order. It may write anything here at any time; nothing
 * is believed, single bits are all that is read.
 */
#include <hv/sched.h>
#include <hv/vcpu.h>
#include "port.h"

#define BITS_PER_WORD   64u

static unsigned long *pending_bits(const struct domain *d)
{
    return ((struct shared_info *)d->shared_info)->evtchn_pending;
}

static unsigned long *mask_bits(const struct domain *d)
{
    return ((struct shared_info *)d->shared_info)->evtchn_mask;
}

/* The upcall flag is set before anybody looks whether @v waits: pairs with
 * vcpu_block(). */
static void signal_upcall(struct vcpu *v, evtchn_port_t nr)
{
    struct vcpu_info *info = READ_ONCE(v->info);

    if (!info || test_and_set_bit(nr / BITS_PER_WORD,
                                  &info->evtchn_pending_sel))
        return;
    if (__atomic_exchange_n(&info->evtchn_upcall_pending, 1,
                            __ATOMIC_SEQ_CST))
        return;
    vcpu_unblock(v);
    if (READ_ONCE(v->is_running))
        arch_vcpu_kick(v);
}

static bool set_pending(struct vcpu *v, evtchn_port_t nr)
{
    const struct domain *d = v->domain;

    if (test_and_set_bit(nr, pending_bits(d)))
        return false;
    if (!test_bit(nr, mask_bits(d)))
        signal_upcall(v, nr);
    return true;
}

static void clear_pending(struct domain *d, evtchn_port_t nr)
{
    clear_bit(nr, pending_bits(d));
}

static void unmask(struct vcpu *v, evtchn_port_t nr)
{
    const struct domain *d = v->domain;

    if (test_and_clear_bit(nr, mask_bits(d)) && test_bit(nr, pending_bits(d)))
        signal_upcall(v, nr);
}

static bool is_pending(const struct domain *d, evtchn_port_t nr)
{
    return test_bit(nr, pending_bits(d));
}

static bool is_masked(const struct domain *d, evtchn_port_t nr)
{
    return test_bit(nr, mask_bits(d));
}

const struct event_abi event_abi_2level_64 = {
    .max_ports = BITS_PER_WORD * BITS_PER_WORD,
    .set_pending = set_pending,
    .clear_pending = clear_pending,
    .unmask = unmask,
    .is_pending = is_pending,
    .is_masked = is_masked,
};
