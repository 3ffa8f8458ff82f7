/* SPDX-License-Identifier: MIT */
/*
 * bounce.c - hand an exception, an event or a system call to the guest kernel:
 * build the frame it expects on its stack and make it run its handler.
 *
 * The frame, downwards from the stack's 16-byte boundary; %rsp ends at rcx:
 *
 *      ss rsp rflags cs|mask<<32 rip [error code] r11 rcx
 *
 * cs has RPL 0 if the kernel was interrupted, 3 if its user was. The upcall
 * mask stands in bits 32-39 of the cs word and, inverted, as rflags.IF.
 */
#include <asm/descriptor.h>
#include <asm/guest_word.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/vcpu.h>

struct handler {
    uint64_t address;
    bool masks_events;
};

/* What a handler starts without. */
#define RFLAGS_CLEARED  (RFLAGS_TF | RFLAGS_VM | RFLAGS_RF | RFLAGS_NT | \
                         RFLAGS_AC)

#define PLACE_WORDS     5       /* rip cs rflags rsp ss */

/* The interrupted place, as its handler is shown it. */
static ALWAYS_INLINE bool put_place(const struct vcpu *v, const struct regs *regs,
                      unsigned long to, uint64_t cs)
{
    uint64_t rflags = regs->rflags & ~(RFLAGS_IF | RFLAGS_IOPL);
    uint64_t mask = v->info->evtchn_upcall_mask;

    if (!mask)
        rflags |= RFLAGS_IF;
    if (v->domain->assists & (1u << VMASST_TYPE_architectural_iopl))
        rflags |= (uint64_t)v->arch.iopl << 12;
    return guest_word_put(to, regs->rip) &&
           guest_word_put(to + 8, cs | mask << 32) &&
           guest_word_put(to + 16, rflags) &&
           guest_word_put(to + 24, regs->rsp) &&
           guest_word_put(to + 32, regs->ss);
}

static ALWAYS_INLINE bool put_frame(const struct vcpu *v, const struct regs *regs,
                      unsigned long sp, uint64_t cs, const uint64_t *extra,
                      unsigned int extra_count)
{
    bool ok = !is_hypervisor_address(sp);

    guest_words_open();
#pragma GCC unroll 6
    for (unsigned int i = 0; i < extra_count; i++)
        ok = ok && guest_word_put(sp + i * 8, extra[i]);
    ok = ok && put_place(v, regs, sp + extra_count * 8, cs);
    guest_words_close();
    return ok;
}

/* Push @extra (lowest first) and the interrupted place; go to @handler. Inline,
 * because the counts are constants and this is the way of every page fault. */
static ALWAYS_INLINE void bounce(struct vcpu *v, struct regs *regs,
                   const struct handler *handler, const uint64_t *extra,
                   unsigned int extra_count, const char *what)
{
    uint64_t sp, cs = regs->cs;

    if (unlikely(!handler->address)) {
        domain_crash(v->domain, "no handler for %s at rip %lx", what,
                     regs->rip);
        return;
    }
    if (v->arch.in_kernel) {
        cs &= ~3ul;
        sp = regs->rsp;
    } else {
        sp = v->arch.kernel_sp;
        guest_mode_toggle(v);
    }
    sp = (sp & ~15ul) - (extra_count + PLACE_WORDS) * 8;
    if (unlikely(!put_frame(v, regs, sp, cs, extra, extra_count))) {
        domain_crash(v->domain,
                     "kernel stack at %lx cannot take the frame of %s from "
                     "rip %lx", sp, what, regs->rip);
        return;
    }
    if (handler->masks_events)
        v->info->evtchn_upcall_mask = 1;
    regs->rip = handler->address;
    regs->cs = SEL_USER_CS64;
    regs->rflags &= ~RFLAGS_CLEARED;
    regs->rsp = sp;
    regs->ss = SEL_USER_DS;
    regs->vector = REGS_SYSCALL;    /* rcx and r11 are in the frame */
}

static void bounce_trap(unsigned int vector, bool has_error, uint32_t error)
{
    struct vcpu *v = current;
    struct regs *regs = guest_regs();
    const struct trap_entry *t = &v->arch.traps[vector];
    const struct handler h = { t->address, t->masks_events };
    const uint64_t extra[3] = { regs->rcx, regs->r11, error };
    static const char *const names[32] = {
        "#DE", "#DB", "NMI", "#BP", "#OF", "#BR", "#UD", "#NM", "#DF", "trap 9",
        "#TS", "#NP", "#SS", "#GP", "#PF", "trap 15", "#MF", "#AC", "#MC",
        "#XM", [20 ... 31] = "a trap",
    };
    const char *name = vector < 32 ? names[vector] : "INT n";

    if (has_error)
        bounce(v, regs, &h, extra, 3, name);
    else
        bounce(v, regs, &h, extra, 2, name);
}

void trap_bounce(unsigned int vector)
{
    bounce_trap(vector, false, 0);
}

void trap_bounce_error(unsigned int vector, uint32_t error)
{
    bounce_trap(vector, true, error);
}

void trap_bounce_page_fault(unsigned long address, uint32_t error)
{
    struct vcpu *v = current;

    v->arch.cr2 = address;
    v->info->arch.cr2 = address;
    /* Both of the guest's modes are ring 3: tell them apart for it. */
    error &= ~PF_USER;
    if (!v->arch.in_kernel)
        error |= PF_USER;
    bounce_trap(VECTOR_PF, true, error);
}

static void bounce_callback(const struct callback *cb, const char *what)
{
    struct regs *regs = guest_regs();
    const struct handler h = { cb->address, cb->masks_events };
    const uint64_t extra[2] = { regs->rcx, regs->r11 };

    bounce(current, regs, &h, extra, 2, what);
}

void syscall_bounce(struct regs *regs)
{
    struct vcpu *v = current;

    if (unlikely(!v->arch.syscall_callback.address)) {
        regs->rip -= 2;
        trap_bounce(VECTOR_UD);
        return;
    }
    bounce_callback(&v->arch.syscall_callback, "SYSCALL");
    regs->rflags &= ~RFLAGS_DF;     /* the frame keeps the user's */
}

void syscall32_bounce(struct regs *regs)
{
    struct vcpu *v = current;

    if (!v->arch.syscall32_callback.address) {
        regs->rip -= 2;
        trap_bounce(VECTOR_UD);
        return;
    }
    bounce_callback(&v->arch.syscall32_callback, "SYSCALL");
}

void sysenter_bounce(struct regs *regs)
{
    struct vcpu *v = current;

    regs->rflags |= RFLAGS_IF;
    if (!v->arch.sysenter_callback.address) {
        trap_bounce_error(VECTOR_GP, 0);
        return;
    }
    bounce_callback(&v->arch.sysenter_callback, "SYSENTER");
}

void upcall_deliver(void)
{
    struct vcpu *v = current;
    struct callback cb = v->arch.event_callback;

    cb.masks_events = true;
    bounce_callback(&cb, "an event");
}

void nmi_deliver(void)
{
    struct vcpu *v = current;

    if (v->arch.nmi_masked)
        return;
    v->arch.nmi_pending = false;
    v->arch.nmi_masked = v->arch.traps[VECTOR_NMI].address != 0;
    slow_path_update(v);
    if (v->arch.nmi_masked)
        trap_bounce(VECTOR_NMI);
}

/* IRET to the guest faulted, with what it was given in guest_regs: that is the
 * guest's own exception, at the place it wanted to go to. */
void return_fault_deliver(void)
{
    struct regs *regs = guest_regs();

    trap_bounce_error(regs->vector & 0x1f, regs->error_code);
}

/* The frame has the four data selectors that were wanted between r11 and rip;
 * those of them that could not be loaded are null in the CPU. */
void failsafe_deliver(void)
{
    struct vcpu *v = current;
    struct regs *regs = guest_regs();
    const struct handler h = { v->arch.failsafe_callback.address,
                               v->arch.failsafe_callback.masks_events };
    const uint64_t extra[6] = {
        regs->rcx, regs->r11, v->arch.ds, v->arch.es, v->arch.fs, v->arch.gs,
    };

    bounce(v, regs, &h, extra, 6, "a failed return");
}
