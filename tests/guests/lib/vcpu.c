/* SPDX-License-Identifier: MIT */
/* vcpu.c - start vcpus, wait for them, and let them touch what may fault. */
#include "vcpu.h"
#include "clock.h"
#include "event.h"
#include "hypercall.h"
#include "pagetable.h"
#include "string.h"
#include "trap.h"

#define PATIENCE    (5000 * MILLISECOND)

struct job {
    void (*work)(void *);
    void *arg;
    volatile unsigned begun, done;  /* how often */
};
static struct job jobs[VCPUS_MAX];

extern char vcpu_entry[], touch_read_insn[], touch_write_insn[],
            touch_failed[];

void vcpu_context_init(struct vcpu_guest_context *c, unsigned id)
{
    uint64_t top = (uint64_t)vcpu_stacks + id * VCPU_STACK;

    memset(c, 0, sizeof(*c));
    c->flags = VGCF_in_kernel;
    c->user_regs.rip = (uint64_t)vcpu_entry;
    c->user_regs.rdi = id;
    c->user_regs.rsp = top - VCPU_STACK / 2;
    c->user_regs.rflags = FLAG_IF | FLAG_ONE;
    c->user_regs.cs = FLAT_KERNEL_CS;
    c->user_regs.ss = FLAT_KERNEL_SS;
    for (unsigned vector = 0; vector < 32; vector++) {
        c->trap_ctxt[vector].vector = (uint8_t)vector;
        c->trap_ctxt[vector].cs = FLAT_KERNEL_CS;
        c->trap_ctxt[vector].address = trap_stub(vector);
    }
    c->kernel_ss = FLAT_KERNEL_SS;
    c->kernel_sp = top;
    c->ctrlreg[3] = xen_pfn_to_cr3(pt_root_mfn());
    c->event_callback_eip = (uint64_t)upcall_entry;
    c->failsafe_callback_eip = (uint64_t)failsafe_entry;
    c->syscall_callback_eip = (uint64_t)syscall_entry;
}

void vcpu_prepare(unsigned id, void (*work)(void *), void *arg)
{
    jobs[id].work = work;
    jobs[id].arg = arg;
    __atomic_add_fetch(&jobs[id].begun, 1, __ATOMIC_SEQ_CST);
}

long vcpu_start(unsigned id, void (*work)(void *), void *arg)
{
    static struct vcpu_guest_context context;
    long rc;

    vcpu_context_init(&context, id);
    rc = hc_vcpu_op(VCPUOP_initialise, id, &context);
    if (rc && rc != -XEN_EEXIST)
        return rc;
    vcpu_prepare(id, work, arg);
    return hc_vcpu_op(VCPUOP_up, id, NULL);
}

bool vcpu_wait(const volatile unsigned *word, unsigned value)
{
    uint64_t end = clock_now() + PATIENCE;

    while (*word < value) {
        if (clock_now() > end)
            return false;
        let_others_run();
    }
    return true;
}

bool vcpu_join(unsigned id)
{
    uint64_t end = clock_now() + PATIENCE;

    if (!vcpu_wait(&jobs[id].done, jobs[id].begun))
        return false;
    while (hc_vcpu_op(VCPUOP_is_up, id, NULL)) {
        if (clock_now() > end)
            return false;
        let_others_run();
    }
    return true;
}

/* Down between two jobs; the call returns when it is up again. */
void vcpu_main(unsigned id)
{
    struct job *job = &jobs[id];

    for (;;) {
        if (job->done != job->begun) {
            job->work(job->arg);
            __atomic_add_fetch(&job->done, 1, __ATOMIC_SEQ_CST);
        }
        hc_vcpu_op(VCPUOP_down, id, NULL);
    }
}

/* rax holds the vector when touch_read() and touch_write() go on behind. */
bool vcpu_trap(struct regs *regs)
{
    if (regs->rip != (uint64_t)touch_read_insn &&
        regs->rip != (uint64_t)touch_write_insn)
        return false;
    regs->rax = regs->vector;
    regs->rip = (uint64_t)touch_failed;
    return true;
}
