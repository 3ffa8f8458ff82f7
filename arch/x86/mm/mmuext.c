/* SPDX-License-Identifier: MIT */
/*
 * mmuext.c - hypercall 26: a list of operations on whole tables and TLBs, one
 * function each. *done tells how many were carried out before the first that
 * failed, also when none was tried.
 */
#include <asm/descriptor.h>
#include <asm/guest_word.h>
#include <asm/hypercall.h>
#include <asm/hypercalls.h>
#include <asm/paging.h>
#include <asm/pt.h>
#include <asm/pv.h>
#include <hv/cpu.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/log_dirty.h>
#include <hv/nospec.h>
#include <hv/softirq.h>
#include <hv/string.h>
#include <hv/vcpu.h>

#define RESTARTED   (1u << 31)

struct context {
    struct vcpu *v;
    struct domain *d;       /* whose frames @arg1.mfn names */
};

typedef int (*operation_t)(const struct context *c, const struct mmuext_op *op);

/* Do what the pin's change of type needs of other CPUs before the lock is taken:
 * under it, all who want it would wait for their answers too. */
static void flush_early(const struct frame *f, enum frame_type type)
{
    uint64_t state = READ_ONCE(f->state);

    if (!frame_type_refs(state) && frame_state_type(state) != type)
        arch_flush_for_type(f);
}

static int op_pin(const struct context *c, const struct mmuext_op *op)
{
    struct frame *f = frame_of(mfn(op->arg1.mfn));
    enum frame_type type =
        (enum frame_type)(FRAME_L1 + op->cmd - MMUEXT_PIN_L1_TABLE);
    int rc;

    if (!frame_is_ram(f))
        return -EINVAL;
    flush_early(f, type);
    arch_lock_tables(c->d);
    rc = c->d->dying != DOMAIN_ALIVE ? -EINVAL : frame_pin(f, c->d, type);
    arch_unlock_tables(c->d);
    return rc;
}

static int op_unpin(const struct context *c, const struct mmuext_op *op)
{
    struct frame *f = frame_of(mfn(op->arg1.mfn));
    int rc;

    if (!frame_is_ram(f))
        return -EINVAL;
    arch_lock_tables(c->d);
    if (frame_get(f, c->d)) {
        rc = frame_unpin(f);
        frame_put(f);
    } else {
        rc = -EINVAL;
    }
    arch_unlock_tables(c->d);
    return rc;
}

static int op_new_base(const struct context *c, const struct mmuext_op *op)
{
    if (c->d != c->v->domain)
        return -EPERM;
    if (op->cmd == MMUEXT_NEW_BASEPTR)
        return base_load_kernel(c->v, mfn(op->arg1.mfn));
    return base_load_user(c->v, mfn(op->arg1.mfn));
}

static int op_flush_local(const struct context *c, const struct mmuext_op *op)
{
    (void)c;
    if (op->cmd == MMUEXT_TLB_FLUSH_LOCAL)
        tlb_flush_local();
    else
        tlb_flush_page_local(op->arg1.linear_addr);
    return 0;
}

static int op_flush_multi(const struct context *c, const struct mmuext_op *op)
{
    unsigned long vcpus[BITS_TO_LONGS(MAX_VCPUS)] = { 0 };

    if (copy_from_guest(vcpus, guest_va((unsigned long)op->arg2.vcpumask.p),
                        (c->v->domain->max_vcpus + 7) / 8))
        return -EINVAL;
    if (op->cmd == MMUEXT_TLB_FLUSH_MULTI)
        tlb_flush_vcpus(c->v->domain, vcpus);
    else
        tlb_flush_page_vcpus(c->v->domain, vcpus, op->arg1.linear_addr);
    return 0;
}

static int op_flush_all(const struct context *c, const struct mmuext_op *op)
{
    if (op->cmd == MMUEXT_TLB_FLUSH_ALL)
        tlb_flush_domain(c->v->domain);
    else
        tlb_flush_page_domain(c->v->domain, op->arg1.linear_addr);
    return 0;
}

static void write_back_caches(void *unused)
{
    (void)unused;
    __asm__ __volatile__("wbinvd" : : : "memory");
}

/* Caches matter only to who owns devices that do not snoop. */
static int op_flush_cache(const struct context *c, const struct mmuext_op *op)
{
    if (!c->v->domain->is_hardware)     /* the numbers are the ABI's */
        return op->cmd == MMUEXT_FLUSH_CACHE ? -EACCES : -EINVAL;
    if (op->cmd == MMUEXT_FLUSH_CACHE_GLOBAL)
        cpu_call(&cpu_online, write_back_caches, NULL, true);
    else
        write_back_caches(NULL);
    return 0;
}

static int op_set_ldt(const struct context *c, const struct mmuext_op *op)
{
    unsigned long base = op->arg1.linear_addr;
    unsigned int entries = op->arg2.nr_ents;
    struct vcpu *v = c->v;

    if (c->d != v->domain)
        return -EPERM;
    if (!ldt_place_ok(base, entries))
        return -EINVAL;
    if (v->arch.ldt_entries == entries && v->arch.ldt_base == base)
        return 0;
    ldt_vcpu_release(v);
    v->arch.ldt_base = base;
    v->arch.ldt_entries = entries;
    gdt_vcpu_load(v);
    return 0;
}

/* A frame's memory, through a writable reference while we are at it. */
static int op_clear_or_copy(const struct context *c,
                            const struct mmuext_op *op)
{
    struct frame *to = frame_of(mfn(op->arg1.mfn)), *from = NULL;
    char *dst, *src;
    int rc = -EINVAL;

    if (!frame_is_ram(to))
        return -EINVAL;
    if (op->cmd == MMUEXT_COPY_PAGE) {
        from = frame_of(mfn(op->arg2.src_mfn));
        if (!frame_is_ram(from) || !frame_get(from, c->d))
            return -EINVAL;
    }
    if (frame_get_with_type(to, c->d, FRAME_WRITABLE) == 0) {
        dst = map_frame(frame_mfn(to));
        if (from) {
            src = map_frame(frame_mfn(from));
            memcpy(dst, src, PAGE_SIZE);
            unmap_frame(src);
        } else {
            memset(dst, 0, PAGE_SIZE);
        }
        unmap_frame(dst);
        log_dirty_mark(c->d, frame_mfn(to));
        frame_put_writable(to);
        rc = 0;
    }
    if (from)
        frame_put(from);
    return rc;
}

static const operation_t operations[] = {
    [MMUEXT_PIN_L1_TABLE] = op_pin,
    [MMUEXT_PIN_L2_TABLE] = op_pin,
    [MMUEXT_PIN_L3_TABLE] = op_pin,
    [MMUEXT_PIN_L4_TABLE] = op_pin,
    [MMUEXT_UNPIN_TABLE] = op_unpin,
    [MMUEXT_NEW_BASEPTR] = op_new_base,
    [MMUEXT_NEW_USER_BASEPTR] = op_new_base,
    [MMUEXT_TLB_FLUSH_LOCAL] = op_flush_local,
    [MMUEXT_INVLPG_LOCAL] = op_flush_local,
    [MMUEXT_TLB_FLUSH_MULTI] = op_flush_multi,
    [MMUEXT_INVLPG_MULTI] = op_flush_multi,
    [MMUEXT_TLB_FLUSH_ALL] = op_flush_all,
    [MMUEXT_INVLPG_ALL] = op_flush_all,
    [MMUEXT_FLUSH_CACHE] = op_flush_cache,
    [MMUEXT_FLUSH_CACHE_GLOBAL] = op_flush_cache,
    [MMUEXT_SET_LDT] = op_set_ldt,
    [MMUEXT_CLEAR_PAGE] = op_clear_or_copy,
    [MMUEXT_COPY_PAGE] = op_clear_or_copy,
};

union words {
    struct mmuext_op op;
    uint64_t word[3];
};
_Static_assert(sizeof(union words) == sizeof(struct mmuext_op), "three words");

static ALWAYS_INLINE bool read_op(union words *w, unsigned long va)
{
    bool ok;

    if (is_hypervisor_address(va) ||
        is_hypervisor_address(va + sizeof(*w) - 1))
        return false;
    guest_words_open();
    ok = guest_word_get(va, &w->word[0]) &&
         guest_word_get(va + 8, &w->word[1]) &&
         guest_word_get(va + 16, &w->word[2]);
    guest_words_close();
    return ok;
}

static int run_all(const struct context *c, unsigned long ops,
                   unsigned int count, unsigned int *i)
{
    for (; *i < count; ++*i) {
        union words w;
        int rc;

        if (*i && softirq_is_pending())
            return -ERESTART;
        if (!read_op(&w, ops + *i * sizeof(w)))
            return -EFAULT;
        if (w.op.cmd >= ARRAY_SIZE(operations) || !operations[w.op.cmd])
            return -ENOSYS;
        rc = operations[index_nospec(w.op.cmd, ARRAY_SIZE(operations))](
                 c, &w.op);
        if (rc)
            return rc;
    }
    return 0;
}

/* The call that kernels make most: one flush on this CPU. False: not it. */
static bool flush_lone(unsigned long op)
{
    uint64_t cmd, va;
    bool ok;

    if (is_hypervisor_address(op) ||
        is_hypervisor_address(op + sizeof(struct mmuext_op) - 1))
        return false;
    guest_words_open();
    ok = guest_word_get(op, &cmd) &&
         guest_word_get(op + offsetof(struct mmuext_op, arg1), &va);
    guest_words_close();
    if (!ok)
        return false;
    if ((uint32_t)cmd == MMUEXT_TLB_FLUSH_LOCAL)
        tlb_flush_local();
    else if ((uint32_t)cmd == MMUEXT_INVLPG_LOCAL)
        tlb_flush_page_local(va);
    else
        return false;
    return true;
}

static NOINLINE long run_list(unsigned long ops, unsigned int count,
                              unsigned long done_va, unsigned int foreign)
{
    struct context c = { .v = current };
    unsigned int done = 0, i = 0;
    int rc;

    if (count & RESTARTED) {
        count &= ~RESTARTED;
        if (done_va && read_guest(done, done_va))
            return -EFAULT;
    }
    c.d = c.v->domain;      /* the caller's runs: it needs no reference */
    if ((domid_t)foreign != DOMAIN_SELF && (domid_t)foreign != c.d->id)
        c.d = find_domain((domid_t)foreign);
    if (!c.d)
        rc = -ESRCH;
    else if (c.d != c.v->domain && !c.v->domain->is_privileged)
        rc = -EPERM;
    else
        rc = run_all(&c, ops, count, &i);
    if (c.d && c.d != c.v->domain)
        domain_put(c.d);

    done += i;
    if (done_va && write_guest(done_va, done) && !rc)
        return -EFAULT;
    if (rc == -ERESTART)
        return hypercall_restart(__HYPERVISOR_mmuext_op, 4,
                                 ops + i * sizeof(struct mmuext_op),
                                 (unsigned long)((count - i) | RESTARTED),
                                 done_va, (unsigned long)foreign);
    return rc;
}

long do_mmuext_op(unsigned long ops, unsigned int count, unsigned long done_va,
                  unsigned int foreign)
{
    if (count == 1 && foreign == DOMAIN_SELF && !done_va && flush_lone(ops))
        return 0;
    return run_list(ops, count, done_va, foreign);
}
