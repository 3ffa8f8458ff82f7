/* SPDX-License-Identifier: MIT */
/*
 * vcpu_context.c - a vcpu's whole state as somebody wrote it down (struct
 * vcpu_guest_context): its guest kernel, to bring it up, or tools that build or
 * restore its domain. Everything that the hardware or other calls rely on is
 * checked here as those calls check it. The tables come first, since they may be
 * refused or take several turns; nothing is kept of a context whose tables are
 * refused. A vcpu that has tables keeps them.
 */
#include <asm/cpu.h>
#include <asm/cr.h>
#include <asm/debugreg.h>
#include <asm/descriptor.h>
#include <asm/guest_word.h>
#include <asm/hypercalls.h>
#include <asm/layout.h>
#include <asm/pt.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/heap.h>
#include <hv/time.h>

#define RFLAGS_KEPT     0x003f7fd7ul    /* those there are, SDM 1 3.4.3 */
#define RFLAGS_REFUSED  (RFLAGS_IOPL | RFLAGS_VM | RFLAGS_VIF | RFLAGS_VIP)
#define IOPL_SHIFT      12
#define TI_DPL          3
#define TI_MASK         4

/* ctrlreg[] of the context */
enum { CONTEXT_CR0 = 0, CONTEXT_USER_CR3 = 1, CONTEXT_CR3 = 3, CONTEXT_CR4 };

static bool addresses_are_sane(const struct vcpu_guest_context *c)
{
    const unsigned long fixed[] = {
        c->event_callback_eip, c->failsafe_callback_eip,
        c->syscall_callback_eip, c->fs_base, c->gs_base_kernel,
        c->gs_base_user, c->user_regs.rip, c->user_regs.rsp, c->kernel_sp,
        c->ldt_base,
    };

    for (unsigned int i = 0; i < ARRAY_SIZE(fixed); i++)
        if (!va_is_canonical(fixed[i]))
            return false;
    for (unsigned int i = 0; i < ARRAY_SIZE(c->trap_ctxt); i++)
        if (!va_is_canonical(c->trap_ctxt[i].address))
            return false;
    return true;
}

static int check(const struct vcpu_guest_context *c)
{
    bool has_tables = (c->flags & VGCF_in_kernel) ||
                      c->ctrlreg[CONTEXT_USER_CR3];

    if (!addresses_are_sane(c) || (c->ldt_base & ~PAGE_MASK) ||
        is_hypervisor_address(c->ldt_base) ||
        !ldt_place_ok(c->ldt_base, c->ldt_ents) ||
        c->gdt_ents > GDT_GUEST_ENTRIES || !has_tables)
        return -EINVAL;
    return 0;
}

/* -- tables ---------------------------------------------------------------- */

static int set_gdt(struct vcpu *v, const struct vcpu_guest_context *c)
{
    uint64_t frames[GDT_GUEST_PAGES];

    for (unsigned int i = 0; i < GDT_GUEST_PAGES; i++)
        frames[i] = c->gdt_frames[i];
    return gdt_vcpu_set(v, frames, (unsigned int)c->gdt_ents);
}

static int set_bases(struct vcpu *v, const struct vcpu_guest_context *c)
{
    int rc;

    arch_lock_tables(v->domain);
    rc = base_set_kernel(v, paddr_to_mfn(c->ctrlreg[CONTEXT_CR3]));
    if (!rc)
        rc = base_set_user(v, paddr_to_mfn(c->ctrlreg[CONTEXT_USER_CR3]));
    arch_unlock_tables(v->domain);
    return rc;
}

/* Give back what was taken until @v->arch.refusal came up, then say that. */
static int undo(struct vcpu *v)
{
    int rc;

    gdt_vcpu_release(v);
    arch_lock_tables(v->domain);
    rc = base_drop(v);
    arch_unlock_tables(v->domain);
    if (rc)
        return rc;
    rc = v->arch.refusal;
    v->arch.refusal = 0;
    return rc;
}

/* Of none, a context says 0. */
static uint64_t cr3_of(mfn_t l4)
{
    return mfn_eq(l4, INVALID_MFN) ? 0 : mfn_to_paddr(l4);
}

static bool has_these_tables(const struct arch_vcpu *a,
                             const struct vcpu_guest_context *c)
{
    for (unsigned int i = 0; i < GDT_GUEST_PAGES; i++)
        if (!mfn_eq(a->gdt_frames[i], INVALID_MFN) &&
            a->gdt_frames[i].n != c->gdt_frames[i])
            return false;
    return c->ctrlreg[CONTEXT_CR3] == cr3_of(a->l4_kernel) &&
           c->ctrlreg[CONTEXT_USER_CR3] == cr3_of(a->l4_user) &&
           c->gdt_ents == a->gdt_entries && c->ldt_base == a->ldt_base &&
           c->ldt_ents == a->ldt_entries;
}

static int take_tables(struct vcpu *v, const struct vcpu_guest_context *c)
{
    int rc = set_gdt(v, c);

    if (!rc)
        rc = set_bases(v, c);
    if (!rc || rc == -ERESTART)
        return rc;
    v->arch.refusal = rc;
    return undo(v);
}

/* -- what cannot fail ------------------------------------------------------ */

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
        .rflags = (u->rflags & RFLAGS_KEPT & ~RFLAGS_REFUSED) | RFLAGS_IF |
                  RFLAGS_FIXED,
    };
    a->iopl = (uint8_t)(u->rflags >> IOPL_SHIFT & 3);
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
    kernel_stack_set(a, (uint16_t)c->kernel_ss, c->kernel_sp);
    a->event_callback.address = c->event_callback_eip;
    a->failsafe_callback = (struct callback){
        c->failsafe_callback_eip, c->flags & VGCF_failsafe_disables_events };
    a->syscall_callback = (struct callback){
        c->syscall_callback_eip, c->flags & VGCF_syscall_disables_events };
    a->ldt_base = c->ldt_base;
    a->ldt_entries = (uint32_t)c->ldt_ents;
}

static void take_control(struct vcpu *v, const struct vcpu_guest_context *c)
{
    v->arch.ts = c->ctrlreg[CONTEXT_CR0] & CR0_TS;
    v->arch.cr4 = c->ctrlreg[CONTEXT_CR4] & CR4_GUEST;
    /* A value that is refused leaves the register as it was. */
    for (unsigned int i = 0; i < ARRAY_SIZE(c->debugreg); i++)
        (void)debugreg_set(v, (int)i, c->debugreg[i]);
    if (v->id == 0) {
        vm_assist_set(v->domain, c->vm_assist);
        arch_wallclock_update(v->domain);
    }
}

static void take_rest(struct vcpu *v, const struct vcpu_guest_context *c)
{
    take_registers(&v->arch, c);
    take_handlers(&v->arch, c);
    take_control(v, c);
    if (c->flags & VGCF_i387_valid)
        fpu_vcpu_set(v, &c->fpu_ctxt);
    slow_path_update(v);
}

static int take_first(struct vcpu *v, const struct vcpu_guest_context *c)
{
    int rc = check(c);

    if (!rc)
        rc = take_tables(v, c);
    if (!rc)
        take_rest(v, c);
    return rc;
}

static int take_again(struct vcpu *v, const struct vcpu_guest_context *c)
{
    int rc = check(c);

    if (!rc && !has_these_tables(&v->arch, c))
        rc = -EOPNOTSUPP;
    if (!rc)
        take_rest(v, c);
    return rc;
}

static int with_context(struct vcpu *v, guest_va_t context, bool *is_online,
                        int (*take)(struct vcpu *v,
                                    const struct vcpu_guest_context *c))
{
    struct vcpu_guest_context *c = heap_alloc(sizeof(*c), 0);
    int rc = -EFAULT;

    if (!c)
        return -ENOMEM;
    if (!copy_from_guest(c, context, sizeof(*c)))
        rc = take(v, c);
    *is_online = c->flags & VGCF_online;
    heap_free(c);
    return rc;
}

int arch_vcpu_initialise(struct vcpu *v, guest_va_t context, bool *is_online)
{
    if (v->arch.refusal)
        return undo(v);
    return with_context(v, context, is_online, take_first);
}

int arch_vcpu_change(struct vcpu *v, guest_va_t context, bool *is_online)
{
    return with_context(v, context, is_online, take_again);
}

int arch_vcpu_reset(struct vcpu *v)
{
    int rc;

    gdt_vcpu_release(v);
    ldt_vcpu_release(v);
    v->arch.ldt_base = v->arch.ldt_entries = 0;
    arch_lock_tables(v->domain);
    rc = base_drop(v);
    arch_unlock_tables(v->domain);
    if (rc)
        return rc;
    v->arch.refusal = 0;
    vcpu_state_clear(v);
    fpu_vcpu_reset(v);
    slow_path_update(v);
    return 0;
}
