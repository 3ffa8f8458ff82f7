/* SPDX-License-Identifier: MIT */
/*
 * domain.c - the x86 side of making and unmaking a domain and its vcpus: the
 * shared page, the window of descriptor tables, the tables they run on.
 */
#include <asm/cpu.h>
#include <asm/guest_time.h>
#include <asm/paging.h>
#include <asm/pt.h>
#include <asm/pv.h>
#include <asm/window.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/guest_copy.h>
#include <hv/heap.h>
#include <hv/page_alloc.h>
#include <hv/printk.h>
#include <hv/softirq.h>
#include <hv/string.h>
#include <hv/time.h>

#define VCPUS_PER_TABLE (PT_ENTRIES / WINDOW_ENTRIES)
#define DR6_INITIAL     0xffff0ff0ul    /* SDM 3A, table 9-1 */
#define DR7_INITIAL     0x400ul

static mfn_t zeroed_frame(void)
{
    mfn_t m = page_alloc_frames(0, 0);

    if (!mfn_eq(m, INVALID_MFN))
        memset(mfn_to_virt(m), 0, PAGE_SIZE);
    return m;
}

int arch_domain_create(struct domain *d)
{
    mfn_t l3 = zeroed_frame(), l2 = zeroed_frame(), shared = zeroed_frame();

    if (mfn_eq(l3, INVALID_MFN) || mfn_eq(l2, INVALID_MFN) ||
        mfn_eq(shared, INVALID_MFN)) {
        if (!mfn_eq(l3, INVALID_MFN))
            page_free_frames(l3, 0);
        if (!mfn_eq(l2, INVALID_MFN))
            page_free_frames(l2, 0);
        if (!mfn_eq(shared, INVALID_MFN))
            page_free_frames(shared, 0);
        return -ENOMEM;
    }
    spin_lock_init(&d->arch.pt_lock, LOCK_LEVEL_PAGE_TABLE);
    d->arch.perdomain_l3 = l3;
    d->arch.perdomain_l2 = mfn_to_virt(l2);
    pte_write(mfn_to_virt(l3), pte_make(l2, PTE_HV_TABLE));
    d->shared_info = mfn_to_virt(shared);
    d->shared_info_mfn = shared;
    frame_share(d, shared, true);
    for (unsigned int i = 0; i < XEN_LEGACY_MAX_VCPUS; i++)
        ((struct shared_info *)d->shared_info)
            ->vcpu_info[i].evtchn_upcall_mask = 1;
    arch_wallclock_update(d);
    return 0;
}

void arch_domain_destroy(struct domain *d)
{
    for (unsigned int i = 0; i < PT_ENTRIES; i++)
        if (pte_is_present(d->arch.perdomain_l2[i]))
            page_free_frames(pte_mfn(d->arch.perdomain_l2[i]), 0);
    page_free_frames(virt_to_mfn(d->arch.perdomain_l2), 0);
    page_free_frames(d->arch.perdomain_l3, 0);
    heap_free(d->arch.memory_map);
    frame_unshare(d->shared_info_mfn);
    heap_free(d->arch.cpu_policy);
}

struct vcpu_info *arch_vcpu_info_in_shared(struct domain *d, unsigned int id)
{
    struct shared_info *s = d->shared_info;

    return id < XEN_LEGACY_MAX_VCPUS ? &s->vcpu_info[id] : NULL;
}

/* The vcpu's part of the window: an L1 table serves several vcpus. */
static pte_t *window_of(struct domain *d, unsigned int id)
{
    pte_t *e = &d->arch.perdomain_l2[id / VCPUS_PER_TABLE];

    if (!pte_is_present(*e)) {
        mfn_t m = zeroed_frame();

        if (mfn_eq(m, INVALID_MFN))
            return NULL;
        pte_write(e, pte_make(m, PTE_HV_TABLE));
    }
    return (pte_t *)mfn_to_virt(pte_mfn(*e)) +
           id % VCPUS_PER_TABLE * WINDOW_ENTRIES;
}

void vcpu_state_clear(struct vcpu *v)
{
    struct arch_vcpu *a = &v->arch;

    memset(&a->regs, 0, sizeof(a->regs));
    memset(a->traps, 0, sizeof(a->traps));
    memset(a->dr, 0, sizeof(a->dr));
    a->ds = a->es = a->fs = a->gs = 0;
    a->fs_base = a->gs_base_active = a->gs_base_other = 0;
    a->event_callback = a->failsafe_callback = a->syscall_callback =
        a->syscall32_callback = a->sysenter_callback = (struct callback){ 0 };
    kernel_stack_set(a, 0, 0);
    a->in_kernel = true;
    a->ts = false;
    a->iopl = 0;
    a->cr2 = a->cr4 = a->tsc_aux = 0;
    a->dr6 = DR6_INITIAL;
    a->dr7 = DR7_INITIAL;
}

int arch_vcpu_create(struct vcpu *v)
{
    struct arch_vcpu *a = &v->arch;

    if (v->is_idle)
        return 0;
    a->window = window_of(v->domain, v->id);
    if (!a->window || fpu_vcpu_create(v))
        return -ENOMEM;
    a->l4_kernel = a->l4_user = INVALID_MFN;
    gdt_vcpu_create(v);
    a->takes_slow_path = true;      /* it has no handlers yet */
    vcpu_state_clear(v);
    return 0;
}

void arch_vcpu_destroy(struct vcpu *v)
{
    if (!v->is_idle)
        fpu_vcpu_destroy(v);
}

/* Undo what one frame holds as a table of its own right: its pin. None is set in
 * a dying domain, so that most need no lock. */
static int release_pin(struct domain *d, struct frame *f)
{
    int rc = 0;

    if (!(READ_ONCE(f->state) & FRAME_PINNED))
        return 0;
    arch_lock_tables(d);
    if (f->state & FRAME_PINNED)
        rc = frame_unpin(f);
    arch_unlock_tables(d);
    return rc;
}

/* Where to go on: frames that others use stay on the list when their turn is
 * over, and looking at all of them again after each restart would never end. */
static uint32_t first_frame(const struct domain *d)
{
    uint32_t number = d->arch.relinquish_next;
    struct frame *f = frame_of(mfn(number));

    if (!number || !frame_get(f, d))
        return d->page_list;
    frame_put(f);
    return number;
}

/* Every frame of the domain once. One that cannot be had is claimed, or on its way
 * to the allocator: F2, F9. */
static int release_frames(struct domain *d)
{
    uint32_t number = first_frame(d);

    while (number) {
        struct frame *f = frame_of(mfn(number));
        uint32_t next;
        int rc;

        d->arch.relinquish_next = number;
        if (!frame_get(f, d))
            return -ERESTART;
        rc = release_pin(d, f);
        next = f->next;
        if (!rc && (f->state & FRAME_ALLOCATED))
            (void)frame_give_up(f);
        frame_put(f);
        if (rc)
            return rc;
        number = d->arch.relinquish_next = next;
        if (number && softirq_is_pending())
            return -ERESTART;
    }
    return 0;
}

int arch_domain_relinquish(struct domain *d)
{
    struct vcpu *v;
    int rc;

    for_each_vcpu(d, v) {
        arch_vcpu_release_info(v);
        gdt_vcpu_release(v);
        ldt_vcpu_release(v);
        v->arch.ldt_entries = 0;
        rc = pending_settle(v, d);
        if (rc)
            return rc;
        arch_lock_tables(d);
        rc = base_drop(v);
        arch_unlock_tables(d);
        if (rc)
            return rc;
    }
    frame_batch_begin();
    rc = release_frames(d);
    frame_batch_end();
    return rc;
}

void arch_vcpu_dump(struct vcpu *v)
{
    const struct regs *r = v == current ? guest_regs() : &v->arch.regs;

    printk(LOG_ERROR, "d%uv%u (%s) rip %lx rsp %lx rflags %lx cs %x ss %x\n",
           v->domain->id, v->id, v->arch.in_kernel ? "kernel" : "user",
           r->rip, r->rsp, r->rflags, r->cs, r->ss);
    printk(LOG_ERROR, "rax %lx rbx %lx rcx %lx rdx %lx rsi %lx rdi %lx\n",
           r->rax, r->rbx, r->rcx, r->rdx, r->rsi, r->rdi);
    printk(LOG_ERROR, "rbp %lx r8 %lx r9 %lx r10 %lx r11 %lx r12 %lx\n",
           r->rbp, r->r8, r->r9, r->r10, r->r11, r->r12);
    printk(LOG_ERROR, "r13 %lx r14 %lx r15 %lx cr2 %lx l4 %lx user l4 %lx\n",
           r->r13, r->r14, r->r15, v->arch.cr2, v->arch.l4_kernel.n,
           v->arch.l4_user.n);
}
