/* SPDX-License-Identifier: MIT */
/*
 * slow_path.c - may entry/syscall.S do a vcpu's system calls and irets by
 * itself, or is there something that only C knows how to do?
 *
 * The vcpu itself and another CPU that sends it an NMI may both be here. Each
 * looks again after it has stored, so the last to store has seen what the other
 * changed before.
 */
#include <asm/guest_word.h>
#include <asm/pv.h>
#include <hv/domain.h>

static bool has_reason(const struct vcpu *v)
{
    return READ_ONCE(v->arch.nmi_pending) || READ_ONCE(v->arch.nmi_masked) ||
           READ_ONCE(v->arch.runstate_is_stale) ||
           !READ_ONCE(v->arch.syscall_callback.address) ||
           (READ_ONCE(v->domain->assists) &
            (1ul << VMASST_TYPE_architectural_iopl));
}

void slow_path_update(struct vcpu *v)
{
    bool stored;

    do {
        stored = has_reason(v);
        __atomic_store_n(&v->arch.takes_slow_path, stored, __ATOMIC_SEQ_CST);
    } while (has_reason(v) != stored);
}

/* entry/ puts frames below kernel_frames without another look at the address. */
#define FRAME_MAX   64ul

void kernel_stack_set(struct arch_vcpu *a, uint16_t ss, uint64_t sp)
{
    uint64_t end = sp & ~15ul;

    a->kernel_ss = ss | 3;
    a->kernel_sp = sp;
    a->kernel_frames = end < FRAME_MAX || is_hypervisor_address(end - 1) ||
                       is_hypervisor_address(end - FRAME_MAX) ? 0 : end;
}
