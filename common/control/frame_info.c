/* SPDX-License-Identifier: MIT */
/* frame_info.c - what a domain uses a frame for, as whoever saves it asks. */
#include <hv/control.h>
#include <hv/frame.h>

/* A table that is half checked, or whose guest has yet to finish, is a table:
 * what stands in it are frame numbers of this machine. */
void control_frame_info(struct domain *d, mfn_t m,
                        struct control_frame_info *info)
{
    struct frame *f = frame_of(m);
    uint64_t state;

    *info = (struct control_frame_info){ 0 };
    if (!frame_is_ram(f) || !frame_get(f, d))
        return;
    state = __atomic_load_n(&f->state, __ATOMIC_ACQUIRE);
    frame_put(f);
    if (!(state & FRAME_ALLOCATED))
        return;
    info->is_its = true;
    info->is_pinned = state & FRAME_PINNED;
    if (frame_type_refs(state) && frame_state_type(state) <= FRAME_L4)
        info->level = (unsigned int)frame_state_type(state);
}
