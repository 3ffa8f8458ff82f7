/* SPDX-License-Identifier: MIT */
/*
 * restart.c - a hypercall that stops half-way so that others may run: the guest
 * is put back on its SYSCALL instruction with arguments that describe the
 * rest. Inside a multicall the entry takes the new arguments instead.
 */
#include <asm/current.h>
#include <asm/hypercall.h>
#include <hv/assert.h>
#include <hv/errno.h>
#include <hv/nospec.h>
#include <hv/percpu.h>
#include <stdarg.h>

#define SYSCALL_LENGTH  2
#define ARGS_MAX        6u

/* The multicall entry being run on this CPU, if any. */
struct entry {
    unsigned long *args;
    bool restarted;
};
static DEFINE_PER_CPU(struct entry *, running);

static void set_register(struct regs *r, unsigned int i, unsigned long value)
{
    uint64_t *const reg[ARGS_MAX] = { &r->rdi, &r->rsi, &r->rdx,
                                      &r->r10, &r->r8, &r->r9 };

    *reg[i] = value;
}

long hypercall_restart(unsigned int nr, unsigned int count, ...)
{
    struct entry *e = this_cpu(running);
    struct regs *r = guest_regs();
    va_list args;

    ASSERT(count <= ARGS_MAX);
    va_start(args, count);
    for (unsigned int i = 0; i < count; i++) {
        unsigned long value = va_arg(args, unsigned long);

        if (e)
            e->args[i] = value;
        else
            set_register(r, i, value);
    }
    va_end(args);
    if (e) {
        e->restarted = true;
        return 0;
    }
    r->rip -= SYSCALL_LENGTH;
    return (long)nr;    /* what RAX held */
}

long arch_multicall_one(unsigned long op, unsigned long args[6], bool *restart)
{
    struct entry e = { .args = args };
    long result;

    if (op >= HYPERCALL_COUNT) {
        *restart = false;
        return -ENOSYS;
    }
    this_cpu(running) = &e;
    op = index_nospec(op, HYPERCALL_COUNT);
    result = hypercall_table[op](args[0], args[1], args[2], args[3], args[4],
                                 args[5]);
    this_cpu(running) = NULL;
    *restart = e.restarted;
    return result;
}
