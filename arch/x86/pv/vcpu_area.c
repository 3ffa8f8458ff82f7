/* SPDX-License-Identifier: MIT */
/*
 * vcpu_area.c - records about a vcpu in memory that its guest chose: vcpu_info
 * (by frame, for good), runstate and time (by virtual address).
 */
#include <asm/guest_time.h>
#include <asm/guest_word.h>
#include <asm/layout.h>
#include <asm/pv.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/frame.h>
#include <hv/guest_copy.h>
#include <hv/sched.h>
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
    unsigned long at = READ_ONCE(v->runstate_area.va);
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

/* A record of @size bytes at @va; what is next to it is not our business. */
static bool is_guests_place(unsigned long va, size_t size)
{
    return va_is_canonical(va) && !is_hypervisor_address(va) &&
           !is_hypervisor_address(va + size - 1);
}

int arch_vcpu_register_time_area(struct vcpu *v, unsigned long va)
{
    if (!is_guests_place(va, sizeof(struct vcpu_time_info)))
        return -EFAULT;
    WRITE_ONCE(v->time_area.va, va);
    guest_time_show(v);
    return 0;
}

int arch_vcpu_register_runstate_area(struct vcpu *v, unsigned long va)
{
    struct vcpu_runstate_info now;

    if (!is_guests_place(va, sizeof(now)))
        return -EFAULT;
    WRITE_ONCE(v->runstate_area.va, va);
    if (v == current) {
        arch_runstate_publish(v);
    } else if (va) {
        vcpu_runstate_get(v, &now);
        (void)!write_guest(va, now);
    }
    return 0;
}

void arch_vcpu_send_nmi(struct vcpu *v)
{
    v->arch.nmi_pending = true;
    slow_path_update(v);
    arch_vcpu_kick(v);
}

bool arch_vcpu_has_nmi(const struct vcpu *v)
{
    return READ_ONCE(v->arch.nmi_pending);
}
