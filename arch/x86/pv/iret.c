/* SPDX-License-Identifier: MIT */
/*
 * iret.c - hypercall 23: the guest kernel returns to where it was interrupted,
 * or to its user. The frame on its stack, upwards from %rsp:
 *
 *      rax r11 rcx flags rip cs rflags rsp ss
 *
 * A target RPL of 3 means user. Whatever it names, both selectors get RPL 3,
 * and of rflags neither IOPL nor VM is taken; IF becomes the upcall mask.
 */
#include <asm/descriptor.h>
#include <asm/hypercalls.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/guest_copy.h>

struct iret_frame {
    uint64_t rax, r11, rcx, flags, rip, cs, rflags, rsp, ss;
};
_Static_assert(sizeof(struct iret_frame) == 72, "picture above");

#define RFLAGS_REFUSED  (RFLAGS_IOPL | RFLAGS_VM | RFLAGS_VIF | RFLAGS_VIP)

long do_iret(void)
{
    struct vcpu *v = current;
    struct regs *regs = guest_regs();
    struct iret_frame f;

    if (unlikely(copy_from_guest(&f, guest_va(regs->rsp), sizeof(f)))) {
        domain_crash(v->domain, "iret frame at %lx cannot be read", regs->rsp);
        return 0;
    }
    if ((f.cs & 3) == 3) {
        if (unlikely(mfn_eq(v->arch.l4_user, INVALID_MFN))) {
            domain_crash(v->domain, "iret to user without user page tables");
            return 0;
        }
        guest_mode_toggle(v);
    }
    if (v->domain->assists & (1u << VMASST_TYPE_architectural_iopl))
        v->arch.iopl = (uint8_t)(f.rflags >> 12 & 3);
    regs->rip = f.rip;
    regs->cs = (uint16_t)(f.cs | 3);
    regs->rflags = (f.rflags & ~RFLAGS_REFUSED) | RFLAGS_IF | RFLAGS_FIXED;
    regs->rsp = f.rsp;
    regs->ss = (uint16_t)(f.ss | 3);
    if (!(f.flags & VGCF_in_syscall)) {
        regs->r11 = f.r11;
        regs->rcx = f.rcx;
    }
    /* SYSRET is the faster way where it restores the same registers. */
    if ((f.flags & VGCF_in_syscall) ||
        (regs->rcx == regs->rip && regs->r11 == regs->rflags &&
         regs->cs == SEL_USER_CS64 && regs->ss == SEL_USER_DS &&
         !(regs->rflags & (RFLAGS_TF | RFLAGS_RF))))
        regs->vector = REGS_SYSCALL;
    else
        regs->vector = 0;
    if (unlikely(v->arch.nmi_masked)) {
        v->arch.nmi_masked = false;
        slow_path_update(v);
    }
    v->info->evtchn_upcall_mask = !(f.rflags & RFLAGS_IF);
    return (long)f.rax;
}
