/* SPDX-License-Identifier: MIT */
/*
 * vcpu_area.c - records about a vcpu in memory that its guest chose: vcpu_info
 * (by frame, for good), runstate and time (by virtual address).
 */
#include <asm/guest_time.h>
#include <asm/pv.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/frame.h>
#include <hv/guest_copy.h>
#include <hv/string.h>

#define STATE_ENTRY_OFFSET offsetof(struct vcpu_runstate_info, state_entry_time)

int arch_vcpu_register_info(struct vcpu *v, mfn_t m, uint32_t offset)
{
    struct vcpu_info *new;
    struct frame *f = frame_of(m);

    if (offset > PAGE_SIZE - sizeof(*new) || (offset & 7))
        return -ENXIO;
    if (!mfn_eq(v->info_mfn, INVALID_MFN))
        return -EINVAL;
    if (!frame_is_ram(f) || frame_get_with_type(f, v->domain, FRAME_WRITABLE))
        return -EINVAL;
    new = (void *)((char *)mfn_to_virt(m) + offset);
    if (v->info) {
        memcpy(new, v->info, sizeof(*new));
    } else {
        memset(new, 0, sizeof(*new));
        new->evtchn_upcall_mask = 1;
    }
    v->info_mfn = m;
    WRITE_ONCE(v->info, new);
    guest_time_update(v);
    /* An event sent meanwhile may have gone to the old place: look at all. */
    new->evtchn_pending_sel = ~0ul;
    new->evtchn_upcall_pending = 1;
    return 0;
}

void arch_vcpu_release_info(struct vcpu *v)
{
    if (mfn_eq(v->info_mfn, INVALID_MFN))
        return;
    v->info = arch_vcpu_info_in_shared(v->domain, v->id);
    frame_put_writable(frame_of(v->info_mfn));
    v->info_mfn = INVALID_MFN;
}

/* Guest memory can be reached only through the kernel's tables. */
static bool is_reachable(const struct vcpu *v)
{
    return v == current && v->arch.in_kernel;
}

void arch_runstate_publish(struct vcpu *v)
{
    unsigned long at = v->runstate_area.va;
    struct vcpu_runstate_info r;

    if (!at)
        return;
    v->arch.runstate_is_stale = !is_reachable(v);
    slow_path_update(v);
    if (v->arch.runstate_is_stale)
        return;     /* guest_mode_toggle() comes back to it */
    r = v->runstate;
    if (v->domain->assists & (1ul << VMASST_TYPE_runstate_update_flag)) {
        uint64_t marked = r.state_entry_time | XEN_RUNSTATE_UPDATE;

        if (write_guest(at + STATE_ENTRY_OFFSET, marked))
            return;
        barrier();
        r.state_entry_time = marked;
        if (write_guest(at, r))
            return;
        barrier();
        r.state_entry_time &= ~XEN_RUNSTATE_UPDATE;
        (void)!write_guest(at + STATE_ENTRY_OFFSET, r.state_entry_time);
        return;
    }
    (void)!write_guest(at, r);
}

int arch_vcpu_register_time_area(struct vcpu *v, unsigned long va)
{
    if (va && write_guest(va, v->info->time))
        return -EFAULT;
    v->time_area = guest_va(va);
    return 0;
}

void arch_vcpu_send_nmi(struct vcpu *v)
{
    v->arch.nmi_pending = true;
    slow_path_update(v);
    arch_vcpu_kick(v);
}
