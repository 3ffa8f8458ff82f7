/* SPDX-License-Identifier: MIT */
/*
 * upcalls/main.c - when the event callback is entered, and when it waits.
 *
 * Promise: whenever the vcpu returns to the guest with its pending byte set
 * and its mask byte clear, the event callback is entered first, with upcalls
 * masked; any non-zero value of a byte counts as set. While masked - by the
 * guest, by the callback itself, or by an exception handler that asked for it
 * - the upcall waits, and comes at the iret that unmasks. An unmasked handler
 * can be interrupted. The hypervisor looks at the bytes alone, not at ports.
 */
#include "guest.h"

const char test_folder[] = "upcalls";

static void raise(uint8_t pending)
{
    vcpu_self()->evtchn_upcall_pending = pending;
}

static void look(void)
{
    hc_xen_version(XENVER_version, NULL);
}

/* Count the upcalls that come of these bytes, by a hypercall's way out. */
static unsigned of_bytes(uint8_t pending, uint8_t mask)
{
    unsigned before = upcalls;

    vcpu_self()->evtchn_upcall_mask = mask;
    raise(pending);
    look();
    upcalls_mask();
    raise(0);
    return upcalls - before;
}

static void bytes(void)
{
    expect_eq("nothing_pending", 0, of_bytes(0, 0));
    expect_eq("pending_and_unmasked", 1, of_bytes(1, 0));
    expect_eq("pending_and_masked", 0, of_bytes(1, 1));
    expect_eq("pending_0xff", 1, of_bytes(0xff, 0));
    expect_eq("pending_0x80", 1, of_bytes(0x80, 0));
    expect_eq("masked_by_0xff", 0, of_bytes(1, 0xff));
    expect_eq("masked_by_0x80", 0, of_bytes(1, 0x80));
    expect_eq("masked_by_2", 0, of_bytes(1, 2));
}

static void frame(void)
{
    upcalls_mask();
    raise(1);
    vcpu_self()->evtchn_pending_sel = 0;
    asm volatile("mov $0x1111, %%ebx\n\t mov $0x2222, %%r8d\n\t"
                 "mov $0x3333, %%r15d" : : : "rbx", "r8", "r15");
    upcalls_unmask();
    expect_eq("vector", VECTOR_UPCALL, upcall_regs.vector);
    expect_eq("cs", FLAT_KERNEL_CS & ~3, regs_selector(&upcall_regs));
    expect_eq("ss", FLAT_KERNEL_SS, upcall_regs.ss & 0xffff);
    expect_eq("the_mask_in_the_callback", 1, upcall_entry_mask);
    expect_eq("the_mask_in_the_frame", 0, regs_saved_mask(&upcall_regs));
    expect_eq("if_in_the_frame", FLAG_IF, upcall_regs.rflags & FLAG_IF);
    expect_eq("no_iopl_in_the_frame", 0, upcall_regs.rflags & FLAG_IOPL);
    expect_eq("the_mask_after", 0, vcpu_self()->evtchn_upcall_mask);
    upcalls_mask();
}

static unsigned seen_in_handler[3];

/* An exception handler with an upcall waiting. */
static bool waiting_handler(struct regs *regs)
{
    seen_in_handler[0] = upcalls;
    raise(1);
    look();
    seen_in_handler[1] = upcalls;
    regs->rip += 2;
    return true;
}

static unsigned across_exception(bool masks)
{
    unsigned before = upcalls;

    trap_register(TRAP_UD, 0, masks);
    trap_handle(TRAP_UD, waiting_handler);
    upcalls_unmask();
    asm volatile("ud2" : : : "memory");
    trap_handle(TRAP_UD, NULL);
    trap_register(TRAP_UD, 0, false);
    upcalls_mask();
    return upcalls - before;
}

static void exceptions(void)
{
    expect_eq("one_upcall_by_an_open_handler", 1, across_exception(false));
    expect_eq("inside_it", 1, seen_in_handler[1] - seen_in_handler[0]);
    expect_eq("one_upcall_by_a_masking_handler", 1, across_exception(true));
    expect_eq("not_inside_it", 0, seen_in_handler[1] - seen_in_handler[0]);
}

/* A handler of upcalls that lets itself be interrupted, three deep. */
static volatile unsigned nesting, deepest;

static void nested_upcall(void)
{
    nesting++;
    if (nesting > deepest)
        deepest = nesting;
    if (nesting < 3) {
        raise(1);
        vcpu_self()->evtchn_upcall_mask = 0;
        look();
        vcpu_self()->evtchn_upcall_mask = 1;
    }
    nesting--;
}

static bool nesting_handler(struct regs *regs)
{
    (void)regs;
    raise(0);
    nested_upcall();
    return true;
}

static void nested(void)
{
    callback_register(CALLBACKTYPE_event, (void *)trap_stub(0x72), 0);
    trap_handle(0x72, nesting_handler);
    upcalls_mask();
    raise(1);
    upcalls_unmask();
    expect_eq("an_unmasked_callback_is_interrupted", 3, deepest);
    expect_eq("and_all_return", 0, nesting);
    expect_eq("another_callback_masks_without_the_flag", 0,
              vcpu_self()->evtchn_upcall_mask);
    upcalls_mask();
    trap_handle(0x72, NULL);
    callback_register(CALLBACKTYPE_event, upcall_entry, 0);
}

static void ways_out(void)
{
    unsigned before = upcalls;

    upcalls_unmask();
    raise(1);
    PROBE("mov %%cr0, %%rax");
    expect_eq("by_an_emulated_instruction", before + 1, upcalls);
    before = upcalls;
    raise(1);
    asm volatile("syscall" : : "a" (999ul) : "rcx", "r11", "memory");
    expect_eq("by_an_unknown_hypercall", before + 1, upcalls);
    upcalls_mask();
    raise(1);
    USER_RUN("ud2");
    expect_eq("before_the_first_instruction_of_a_user", VECTOR_UPCALL,
              probe.vector);
    expect_eq("the_users_rip", USER_CODE, probe.rip);
    expect_eq("the_users_cs", FLAT_USER_CS, regs_selector(&probe));
    expect_eq("on_the_kernels_stack", (uint64_t)trap_stack_end, probe_frame);
    upcalls_mask();
}

/* The user's system call finds an upcall waiting: its handler comes first, the
 * upcall interrupts it at its first instruction. */
static void at_a_system_call(void)
{
    struct regs regs = user_regs();

    regs.rflags = FLAG_ONE;
    upcalls_mask();
    raise(1);
    USER_RUN_WITH(regs, "syscall");
    expect_eq("a_masked_user_makes_its_call", VECTOR_SYSCALL, probe.vector);
    expect_eq("with_the_mask_in_its_frame", 1, regs_saved_mask(&probe));
    expect_eq("which_stays_pending", 1, vcpu_self()->evtchn_upcall_pending);
    raise(0);
}

void test_main(void)
{
    bytes();
    frame();
    exceptions();
    nested();
    if (!user_init())
        return;
    ways_out();
    at_a_system_call();
}
