/* SPDX-License-Identifier: MIT */
/*
 * vcpu_save.c - a vcpu's whole state, written down for tools that save its
 * domain or look into it: what vcpu_context.c takes, the other way round. The
 * vcpu stands still, so all of it is in memory.
 */
#include <asm/cpu.h>
#include <asm/cr.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/heap.h>

#define IOPL_SHIFT  12

static void put_registers(const struct arch_vcpu *a,
                          struct vcpu_guest_context *c)
{
    const struct regs *r = &a->regs;

    c->user_regs = (struct cpu_user_regs){
        .r15 = r->r15, .r14 = r->r14, .r13 = r->r13, .r12 = r->r12,
        .rbp = r->rbp, .rbx = r->rbx, .r11 = r->r11, .r10 = r->r10,
        .r9 = r->r9, .r8 = r->r8, .rax = r->rax, .rcx = r->rcx,
        .rdx = r->rdx, .rsi = r->rsi, .rdi = r->rdi,
        .rip = r->rip, .cs = r->cs, .rsp = r->rsp, .ss = r->ss,
        .rflags = (r->rflags & ~RFLAGS_IOPL) | (uint64_t)a->iopl << IOPL_SHIFT,
        .ds = a->ds, .es = a->es, .fs = a->fs, .gs = a->gs,
    };
    c->fs_base = a->fs_base;
    c->gs_base_kernel = a->in_kernel ? a->gs_base_active : a->gs_base_other;
    c->gs_base_user = a->in_kernel ? a->gs_base_other : a->gs_base_active;
}

static unsigned long flags_of(const struct vcpu *v)
{
    unsigned long flags = VGCF_i387_valid;

    if (v->arch.in_kernel)
        flags |= VGCF_in_kernel;
    if (v->arch.failsafe_callback.masks_events)
        flags |= VGCF_failsafe_disables_events;
    if (v->arch.syscall_callback.masks_events)
        flags |= VGCF_syscall_disables_events;
    if (!test_bit(VCPU_PAUSE_DOWN, &v->pause_flags))
        flags |= VGCF_online;
    return flags;
}

static void put_handlers(const struct arch_vcpu *a,
                         struct vcpu_guest_context *c)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(c->trap_ctxt); i++) {
        const struct trap_entry *t = &a->traps[i];

        c->trap_ctxt[i] = (struct trap_info){
            .vector = (uint8_t)i, .cs = t->cs, .address = t->address,
        };
        TI_SET_DPL(&c->trap_ctxt[i], t->dpl);
        TI_SET_IF(&c->trap_ctxt[i], t->masks_events);
    }
    c->kernel_ss = a->kernel_ss;
    c->kernel_sp = a->kernel_sp;
    c->event_callback_eip = a->event_callback.address;
    c->failsafe_callback_eip = a->failsafe_callback.address;
    c->syscall_callback_eip = a->syscall_callback.address;
}

static void put_tables(const struct arch_vcpu *a, struct vcpu_guest_context *c)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(a->gdt_frames); i++)
        if (!mfn_eq(a->gdt_frames[i], INVALID_MFN))
            c->gdt_frames[i] = a->gdt_frames[i].n;
    c->gdt_ents = a->gdt_entries;
    c->ldt_base = a->ldt_base;
    c->ldt_ents = a->ldt_entries;
    c->ctrlreg[0] = a->ts ? CR0_TS : 0;
    if (!mfn_eq(a->l4_user, INVALID_MFN))
        c->ctrlreg[1] = mfn_to_paddr(a->l4_user);
    if (!mfn_eq(a->l4_kernel, INVALID_MFN))
        c->ctrlreg[3] = mfn_to_paddr(a->l4_kernel);
    c->ctrlreg[4] = a->cr4;
    for (unsigned int i = 0; i < ARRAY_SIZE(a->dr); i++)
        c->debugreg[i] = a->dr[i];
    c->debugreg[6] = a->dr6;
    c->debugreg[7] = a->dr7;
}

int arch_vcpu_context(struct vcpu *v, guest_va_t context)
{
    struct vcpu_guest_context *c = heap_alloc(sizeof(*c), 0);
    int rc;

    if (!c)
        return -ENOMEM;
    fpu_vcpu_get(v, &c->fpu_ctxt);
    c->flags = flags_of(v);
    put_registers(&v->arch, c);
    put_handlers(&v->arch, c);
    put_tables(&v->arch, c);
    c->vm_assist = READ_ONCE(v->domain->assists);
    rc = copy_to_guest(context, c, sizeof(*c));
    heap_free(c);
    return rc;
}
