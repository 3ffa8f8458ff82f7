/* SPDX-License-Identifier: MIT */
/*
 * dom0_memory.c - dom0_op: frames of a domain, how many there are and may be,
 * their numbers, and what they are used for. A list is made or changed a piece
 * at a time; control_done counts what was done before a restart.
 */
#include <asm/current.h>
#include <hv/compiler.h>
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/domain_memory.h>
#include <hv/errno.h>
#include <hv/page_alloc.h>
#include <hv/guest_copy.h>
#include <hv/softirq.h>
#include <hv/vcpu.h>
#include "dom0_op.h"

#define KB_SHIFT    (PAGE_SHIFT - 10)
#define PIECE       64u
#define FRAMES_MOST 1024u       /* of one GETPAGEFRAMEINFO2 */
#define LEVEL_SHIFT 28          /* DOM0_PFINFO_*TAB */

_Static_assert(DOM0_PFINFO_L4TAB == 4u << LEVEL_SHIFT,
               "levels are counted from 1");

/* -- how many -------------------------------------------------------------- */

static long set_initial(struct domain *d, struct dom0_op *op)
{
    uint64_t frames = op->u.setdomaininitialmem.initial_memkb >> KB_SHIFT;

    if (frames >= PAGE_MFN_LIMIT || dom0_is_built(d))
        return -EINVAL;
    domain_set_page_max(d, frames);
    return domain_fill_memory(d, frames);
}

long dom0_setdomaininitialmem(struct dom0_op *op)
{
    const struct dom0_setdomaininitialmem *a = &op->u.setdomaininitialmem;

    if (a->pad[0] || a->pad[1] || a->pad[2])
        return -EINVAL;
    return dom0_about(a->domid, true, set_initial, op);
}

static long set_most(struct domain *d, struct dom0_op *op)
{
    domain_set_page_max(d, op->u.setdomainmaxmem.max_memkb >> KB_SHIFT);
    return 0;
}

long dom0_setdomainmaxmem(struct dom0_op *op)
{
    const struct dom0_setdomainmaxmem *a = &op->u.setdomainmaxmem;

    if (a->pad[0] || a->pad[1] || a->pad[2])
        return -EINVAL;
    return dom0_about(a->domid, false, set_most, op);
}

/* -- which ----------------------------------------------------------------- */

/* The last number that was given, to go on behind it; the caller may have
 * written what he likes there. */
static int last_given(unsigned long va, unsigned long done, mfn_t *last)
{
    uint64_t number;

    *last = INVALID_MFN;
    if (!done)
        return 0;
    if (read_guest(number, va + (done - 1) * sizeof(number)))
        return -EFAULT;
    *last = mfn(number);
    return 0;
}

static long list(struct domain *d, struct dom0_op *op)
{
    struct dom0_getmemlist *l = &op->u.getmemlist;
    unsigned long done = current->control_done;
    unsigned int count = 1;
    mfn_t last;

    if (last_given(l->buffer, done, &last))
        return -EFAULT;
    while (done < l->max_pfns && count) {
        uint64_t piece[PIECE];

        count = domain_list_frames(d, last, piece,
                                   (unsigned int)MIN(l->max_pfns - done,
                                                     PIECE));
        if (copy_to_guest(guest_va(l->buffer + done * sizeof(piece[0])), piece,
                          count * sizeof(piece[0])))
            return -EFAULT;
        done += count;
        last = count ? mfn(piece[count - 1]) : last;
        if (count && softirq_is_pending()) {
            current->control_done = done;
            return -ERESTART;
        }
    }
    l->num_pfns = done;
    return 0;
}

long dom0_getmemlist(struct dom0_op *op)
{
    const struct dom0_getmemlist *a = &op->u.getmemlist;

    if (a->pad[0] || a->pad[1] || a->pad[2])
        return -EINVAL;
    return dom0_about(a->domid, false, list, op);
}

/* -- what for -------------------------------------------------------------- */

static long describe(struct domain *d, struct dom0_op *op)
{
    struct dom0_getpageframeinfo *a = &op->u.getpageframeinfo;
    struct control_frame_info info;

    control_frame_info(d, mfn(a->mfn), &info);
    if (!info.is_its)
        return -EINVAL;
    a->type = info.level << LEVEL_SHIFT;
    return 0;
}

long dom0_getpageframeinfo(struct dom0_op *op)
{
    const struct dom0_getpageframeinfo *a = &op->u.getpageframeinfo;

    return a->pad ? -EINVAL : dom0_about(a->domid, false, describe, op);
}

/* The number in the low bits stays. */
static uint64_t description(struct domain *d, uint64_t number)
{
    struct control_frame_info info;

    number &= ~DOM0_PFINFO2_INVALID;
    control_frame_info(d, mfn(number), &info);
    if (!info.is_its)
        return number | DOM0_PFINFO2_INVALID;
    return number | (uint64_t)info.level << DOM0_PFINFO2_TYPE_SHIFT |
           (info.is_pinned ? DOM0_PFINFO2_PINNED : 0);
}

static long describe_all(struct domain *d, struct dom0_op *op)
{
    const struct dom0_getpageframeinfo2 *a = &op->u.getpageframeinfo2;

    for (uint64_t i = 0; i < a->num; i += PIECE) {
        uint64_t piece[PIECE];
        size_t count = MIN(a->num - i, PIECE), bytes = count * sizeof(piece[0]);
        guest_va_t where = guest_va(a->array + i * sizeof(piece[0]));

        if (copy_from_guest(piece, where, bytes))
            return -EFAULT;
        for (size_t k = 0; k < count; k++)
            piece[k] = description(d, piece[k]);
        if (copy_to_guest(where, piece, bytes))
            return -EFAULT;
    }
    return 0;
}

long dom0_getpageframeinfo2(struct dom0_op *op)
{
    const struct dom0_getpageframeinfo2 *a = &op->u.getpageframeinfo2;

    if (a->pad[0] || a->pad[1] || a->pad[2])
        return -EINVAL;
    if (a->num > FRAMES_MOST)
        return -E2BIG;
    return dom0_about(a->domid, false, describe_all, op);
}
