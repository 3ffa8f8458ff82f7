/* SPDX-License-Identifier: MIT */
/*
 * domctl_frames.c - getpageframeinfo3: for a list of machine frames, what the
 * domain uses each for. The list is overwritten with the answers, a piece at a
 * time; an error leaves it half done.
 *
 * Who copies a domain that runs, in log-dirty mode, asks first and copies later,
 * and meanwhile a table may be gone and its frame hold anything. libxc bears that
 * of L1 tables; of tables above it gives up the migration if what it finds looks
 * like an entry for a large page. So these are not to be copied before the domain
 * stands still: they are told as XTAB, which is how libxc itself puts a page off,
 * and as written to, so that they are asked for again.
 */
#include <hv/compiler.h>
#include <hv/control.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/log_dirty.h>
#include <public/domctl.h>

#define FRAMES_MOST 1024u       /* in one call */
#define PIECE       64u

_Static_assert(XEN_DOMCTL_PFINFO_L4TAB == 4u << XEN_DOMCTL_PFINFO_LTAB_SHIFT,
               "levels are counted from 1");

static bool is_copied_as_it_runs(const struct domain *d)
{
    return log_dirty_is_on(d) && !READ_ONCE(d->is_shut_down) &&
           !READ_ONCE(d->control_pause_count);
}

static uint64_t info_of(struct domain *d, uint64_t number)
{
    struct control_frame_info info;

    control_frame_info(d, mfn(number), &info);
    if (!info.is_its)
        return XEN_DOMCTL_PFINFO_XTAB;
    if (info.level > 1 && is_copied_as_it_runs(d)) {
        log_dirty_mark(d, mfn(number));
        return XEN_DOMCTL_PFINFO_XTAB;
    }
    return (uint64_t)info.level << XEN_DOMCTL_PFINFO_LTAB_SHIFT |
           (info.is_pinned ? XEN_DOMCTL_PFINFO_LPINTAB : 0);
}

int domctl_getpageframeinfo3(struct domain *d, struct xen_domctl *op)
{
    uint64_t num = op->u.getpageframeinfo3.num, piece[PIECE];
    unsigned long at = (unsigned long)op->u.getpageframeinfo3.array.p;

    if (num > FRAMES_MOST)
        return -E2BIG;
    for (uint64_t i = 0; i < num; i += PIECE) {
        size_t count = MIN(num - i, PIECE), bytes = count * sizeof(piece[0]);
        guest_va_t where = guest_va(at + i * sizeof(piece[0]));

        if (copy_from_guest(piece, where, bytes))
            return -EFAULT;
        for (size_t k = 0; k < count; k++)
            piece[k] = info_of(d, piece[k]);
        if (copy_to_guest(where, piece, bytes))
            return -EFAULT;
    }
    return 0;
}
