/* SPDX-License-Identifier: MIT */
/*
 * trap.c - one dispatcher for exceptions, upcalls and user-mode calls.
 *
 * Order: a trap from guest user mode ends user_run(); a trap inside PROBE
 * ends the PROBE; then the vector's handler is asked. A trap that nobody
 * wants is reported as an error and ends the test.
 */
#include "trap.h"
#include "console.h"
#include "event.h"
#include "hypercall.h"
#include "report.h"
#include "user.h"

struct regs probe;
uint64_t probe_cr2, probe_frame, probe_resume, probe_rsp;
uint8_t probe_mask;

static trap_handler_t *handlers[VECTOR_SYSENTER + 1];

void probe_clear(void)
{
    probe = (struct regs){ .vector = NO_TRAP };
    probe_cr2 = 0;
    probe_mask = 0;
}

void trap_handle(unsigned vector, trap_handler_t *handler)
{
    handlers[vector] = handler;
}

static void record(const struct regs *regs, uint8_t mask)
{
    probe = *regs;
    probe_cr2 = vcpu_self()->arch.cr2;
    probe_frame = (uint64_t)(regs + 1);
    probe_mask = mask;
}

static void unexpected(const struct regs *regs)
{
    print("vcpu %u: unexpected trap: vector %lx error %lx cr2 %lx\n", vcpu_id(),
          regs->vector, regs->error, vcpu_self()->arch.cr2);
    print("rip %lx cs %lx rflags %lx rsp %lx ss %lx\n", regs->rip, regs->cs,
          regs->rflags, regs->rsp, regs->ss);
    report_error("all_of_it_ran", "unexpected_trap");
    report_done();
}

void trap_dispatch(struct regs *regs);

void trap_dispatch(struct regs *regs)
{
    uint8_t mask = vcpu_self()->evtchn_upcall_mask;

    if (regs->vector == VECTOR_UPCALL && event_upcall(regs))
        return;
    if (vcpu_trap(regs))
        return;
    if (regs_from_user(regs)) {
        record(regs, mask);
        user_leave();
    }
    if (probe_resume && vcpu_id() == 0) {
        record(regs, mask);
        regs->rip = probe_resume;
        regs->rsp = probe_rsp;
        regs->rflags &= ~(FLAG_TF | FLAG_NT | FLAG_AC | FLAG_DF);
        regs->cs = FLAT_KERNEL_CS & ~3ul;
        regs->ss = FLAT_KERNEL_SS;
        probe_resume = 0;
        return;
    }
    if (regs->vector < ARRAY_SIZE(handlers) && handlers[regs->vector] &&
        handlers[regs->vector](regs))
        return;
    unexpected(regs);
}

long trap_register(unsigned vector, unsigned dpl, bool masks)
{
    struct trap_info table[2] = {
        {
            .vector = (uint8_t)vector,
            .flags = (uint8_t)(dpl | (masks ? 4 : 0)),
            .cs = FLAT_KERNEL_CS,
            .address = trap_stub(vector),
        },
    };

    return hc_set_trap_table(table);
}

long callback_register(unsigned type, const void *entry, unsigned flags)
{
    struct callback_register reg = {
        .type = (uint16_t)type,
        .flags = (uint16_t)flags,
        .address = (unsigned long)entry,
    };

    return hc_callback_op(CALLBACKOP_register, &reg);
}

void trap_init(void)
{
    long rc = 0;

    for (unsigned vector = 0; vector < 32; vector++) {
        bool from_user = vector == TRAP_BP || vector == TRAP_OF;

        rc |= trap_register(vector, from_user ? 3 : 0, false);
    }
    rc |= callback_register(CALLBACKTYPE_event, upcall_entry, 0);
    rc |= callback_register(CALLBACKTYPE_failsafe, failsafe_entry, 0);
    rc |= callback_register(CALLBACKTYPE_syscall, syscall_entry, 0);
    rc |= hc_stack_switch(FLAT_KERNEL_SS, (uint64_t)trap_stack_end);
    if (rc)
        report_error("the_library_registers_its_traps", "refused");
}
