/* SPDX-License-Identifier: MIT */
/*
 * progress.h - how far a control call came that stops half-way: a number below
 * 2^40 that travels with the call, in the register behind its argument. So it
 * does not matter on which vcpu the call goes on, or what that did meanwhile.
 *
 * Who makes such a call has anything in that register. A seal tells our number
 * from that; it is no secret, and proves nothing about who wrote it.
 */
#ifndef CONTROL_PROGRESS_H
#define CONTROL_PROGRESS_H

#define PROGRESS_BITS   40
#define PROGRESS_SEAL   0x5ea1edul      /* no address begins so */

static inline unsigned long progress_seal(unsigned long progress)
{
    return PROGRESS_SEAL << PROGRESS_BITS | progress;
}

/* 0: it is a call that begins. */
static inline unsigned long progress_of(unsigned long word)
{
    return word >> PROGRESS_BITS == PROGRESS_SEAL
               ? word & ((1ul << PROGRESS_BITS) - 1) : 0;
}

#endif
