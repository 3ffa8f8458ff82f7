/* SPDX-License-Identifier: MIT */
/*
 * vcpu_context.c - a vcpu's whole state as its guest kernel writes it down
 * (struct vcpu_guest_context) to bring the vcpu up. Everything that the
 * hardware or other calls rely on is checked here as those calls check it.
 */
#include <asm/cpu.h>
#include <asm/descriptor.h>
#include <asm/hypercalls.h>
#include <asm/layout.h>
#include <asm/pt.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/heap.h>
#include <hv/string.h>

#define RFLAGS_GUEST    0x003f7fd7ul    /* what POPF may set, less IOPL, VM */
#define FXSAVE_SIZE     512u
#define MXCSR_OFFSET    24
#define MXCSR_BITS      0xffffu
#define XSTATE_BV_OFFSET 512
#define TI_DPL          3
#define TI_MASK         4

static bool addresses_are_sane(const struct vcpu_guest_context *c)
{
    const unsigned long fixed[] = {
        c->event_callback_eip, c->failsafe_callback_eip,
        c->syscall_callback_eip, c->fs_base, c->gs_base_kernel,
        c->gs_base_user, c->user_regs.rip,
    };

    for (unsigned int i = 0; i < ARRAY_SIZE(fixed); i++)
        if (!va_is_canonical(fixed[i]))
            return false;
    for (unsigned int i = 0; i < ARRAY_SIZE(c->trap_ctxt); i++)
        if (!va_is_canonical(c->trap_ctxt[i].address))
            return false;
    return c->gdt_ents <= GDT_GUEST_ENTRIES &&
           ldt_place_ok(c->ldt_base, c->ldt_ents);
}

static void take_registers(struct arch_vcpu *a,
                           const struct vcpu_guest_context *c)
{
    const struct cpu_user_regs *u = &c->user_regs;

    a->regs = (struct regs){
        .r15 = u->r15, .r14 = u->r14, .r13 = u->r13, .r12 = u->r12,
        .rbp = u->rbp, .rbx = u->rbx, .r11 = u->r11, .r10 = u->r10,
        .r9 = u->r9, .r8 = u->r8, .rax = u->rax, .rcx = u->rcx,
        .rdx = u->rdx, .rsi = u->rsi, .rdi = u->rdi,
        .rip = u->rip, .cs = u->cs | 3, .rsp = u->rsp, .ss = u->ss | 3,
        .rflags = (u->rflags & RFLAGS_GUEST & ~RFLAGS_IOPL) | RFLAGS_IF |
                  RFLAGS_FIXED,
    };
    a->ds = u->ds;
    a->es = u->es;
    a->fs = u->fs;
    a->gs = u->gs;
    a->fs_base = c->fs_base;
    a->in_kernel = c->flags & VGCF_in_kernel;
    a->gs_base_active = a->in_kernel ? c->gs_base_kernel : c->gs_base_user;
    a->gs_base_other = a->in_kernel ? c->gs_base_user : c->gs_base_kernel;
}

static void take_handlers(struct arch_vcpu *a,
                          const struct vcpu_guest_context *c)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(c->trap_ctxt); i++) {
        const struct trap_info *t = &c->trap_ctxt[i];

        a->traps[i] = (struct trap_entry){
            .address = t->address, .cs = t->cs | 3, .dpl = t->flags & TI_DPL,
            .masks_events = t->flags & TI_MASK,
        };
    }
    a->kernel_ss = (uint16_t)(c->kernel_ss | 3);
    a->kernel_sp = c->kernel_sp;
    a->event_callback.address = c->event_callback_eip;
    a->failsafe_callback = (struct callback){
        c->failsafe_callback_eip, c->flags & VGCF_failsafe_disables_events };
    a->syscall_callback = (struct callback){
        c->syscall_callback_eip, c->flags & VGCF_syscall_disables_events };
    a->ldt_base = c->ldt_base;
    a->ldt_entries = (uint32_t)c->ldt_ents;
}

static void take_fpu(struct arch_vcpu *a, const struct vcpu_guest_context *c)
{
    uint8_t *area = a->fpu;

    if (!(c->flags & VGCF_i387_valid))
        return;
    memcpy(area, &c->fpu_ctxt, FXSAVE_SIZE);
    *(uint32_t *)(area + MXCSR_OFFSET) &= MXCSR_BITS;
    if (cpu_features.xsave)
        *(uint64_t *)(area + XSTATE_BV_OFFSET) = 3;
}

static int take_tables(struct vcpu *v, const struct vcpu_guest_context *c)
{
    uint64_t frames[GDT_GUEST_PAGES];
    int rc;

    for (unsigned int i = 0; i < GDT_GUEST_PAGES; i++)
        frames[i] = c->gdt_frames[i];
    rc = gdt_vcpu_set(v, frames, (unsigned int)c->gdt_ents);
    if (rc)
        return rc;
    arch_lock_tables(v->domain);
    rc = base_set_kernel(v, paddr_to_mfn(c->ctrlreg[3]));
    if (!rc)
        rc = base_set_user(v, paddr_to_mfn(c->ctrlreg[1]));
    arch_unlock_tables(v->domain);
    return rc;
}

int arch_vcpu_initialise(struct vcpu *v, guest_va_t context)
{
    struct vcpu_guest_context *c = heap_alloc(sizeof(*c), 0);
    int rc = -EINVAL;

    if (!c)
        return -ENOMEM;
    if (copy_from_guest(c, context, sizeof(*c)))
        rc = -EFAULT;
    else if (addresses_are_sane(c))
        rc = take_tables(v, c);
    if (!rc) {
        take_registers(&v->arch, c);
        take_handlers(&v->arch, c);
        take_fpu(&v->arch, c);
        if (mfn_eq(guest_mode_l4(v), INVALID_MFN))
            v->arch.in_kernel = true;
    }
    heap_free(c);
    return rc;
}
