/* SPDX-License-Identifier: MIT */
/*
 * syscall/main.c - SYSCALL in guest user mode is the guest kernel's.
 *
 * Promise: it enters the syscall callback on the stack of stack_switch, with
 * the return address in rip and in the rcx slot, the flags in rflags and in
 * the r11 slot, the flat user selectors, and all other registers as the user
 * had them. Upcalls are masked on entry if the callback was registered with
 * mask_events. Without a callback the instruction is #UD.
 */
#include "guest.h"

const char test_folder[] = "syscall";

static uint8_t other_stack[PAGE_SIZE] __attribute__((aligned(4096)));

static void frame(void)
{
    struct regs regs = user_regs();

    regs.rax = 17;
    regs.rdi = 0xd1;
    regs.rsi = 0x51;
    regs.rdx = 0xd2;
    regs.r10 = 0x10;
    regs.r8 = 0x8;
    regs.r9 = 0x9;
    regs.rbx = 0xb;
    regs.rbp = 0xbb;
    regs.r12 = 0x12;
    regs.r15 = 0x15;
    USER_RUN_WITH(regs, "stc; syscall; ud2");
    expect_eq("the_callback_is_entered", VECTOR_SYSCALL, probe.vector);
    expect_eq("rip_is_behind_the_instruction", USER_CODE + 3, probe.rip);
    expect_eq("the_rcx_slot_is_the_same", USER_CODE + 3, probe.rcx);
    expect_eq("rflags_are_the_users", FLAG_ONE | FLAG_CF | FLAG_IF,
              probe.rflags);
    expect_eq("the_r11_slot_has_the_flags", FLAG_ONE | FLAG_CF | FLAG_IF,
              probe.r11);
    expect_eq("cs_is_the_user_one", FLAT_USER_CS, regs_selector(&probe));
    expect_eq("ss_is_the_user_one", FLAT_USER_SS, probe.ss & 0xffff);
    expect_eq("rsp_is_the_user_one", USER_STACK_END, probe.rsp);
    expect_eq("rax_is_the_users", 17, probe.rax);
    expect_eq("rdi_is_the_users", 0xd1, probe.rdi);
    expect_eq("rsi_is_the_users", 0x51, probe.rsi);
    expect_eq("rdx_is_the_users", 0xd2, probe.rdx);
    expect_eq("r10_is_the_users", 0x10, probe.r10);
    expect_eq("r8_is_the_users", 0x8, probe.r8);
    expect_eq("r9_is_the_users", 0x9, probe.r9);
    expect_eq("rbx_is_the_users", 0xb, probe.rbx);
    expect_eq("rbp_is_the_users", 0xbb, probe.rbp);
    expect_eq("r12_is_the_users", 0x12, probe.r12);
    expect_eq("r15_is_the_users", 0x15, probe.r15);
}

static void masking(void)
{
    USER_RUN("syscall");
    expect_eq("upcalls_stay_unmasked", 0, probe_mask);
    expect_ok("register_with_mask_events",
              callback_register(CALLBACKTYPE_syscall, syscall_entry,
                                CALLBACKF_mask_events));
    USER_RUN("syscall");
    expect_eq("upcalls_are_masked_on_entry", 1, probe_mask);
    expect_eq("the_frame_says_unmasked", 0, regs_saved_mask(&probe));
    expect_eq("the_frame_has_if", FLAG_IF, probe.rflags & FLAG_IF);
    upcalls_mask();
}

static void stack(void)
{
    USER_RUN("syscall");
    expect_eq("the_kernel_stack_is_used", (uint64_t)trap_stack_end,
              probe_frame);
    expect_ok("switch_to_another_stack",
              hc_stack_switch(FLAT_KERNEL_SS,
                              (uint64_t)other_stack + sizeof(other_stack)));
    USER_RUN("syscall");
    expect_eq("the_other_stack_is_used",
              (uint64_t)other_stack + sizeof(other_stack), probe_frame);
    USER_RUN("ud2");
    expect_eq("by_exceptions_too",
              (uint64_t)other_stack + sizeof(other_stack), probe_frame);
    expect_ok("switch_to_an_odd_stack",
              hc_stack_switch(FLAT_KERNEL_SS,
                              (uint64_t)other_stack + sizeof(other_stack) - 3));
    USER_RUN("syscall");
    expect_eq("which_is_aligned_to_16",
              (uint64_t)other_stack + sizeof(other_stack) - 16, probe_frame);
    hc_stack_switch(FLAT_KERNEL_SS, (uint64_t)trap_stack_end);
}

static void none(void)
{
    expect_ok("register_address_0",
              callback_register(CALLBACKTYPE_syscall, NULL, 0));
    USER_RUN("nop; syscall");
    expect_eq("without_callback_it_is_UD", TRAP_UD, probe.vector);
    expect_eq("at_the_instruction", USER_CODE + 1, probe.rip);
    expect_rc("a_non_canonical_callback", -XEN_EINVAL,
              callback_register(CALLBACKTYPE_syscall, (void *)NON_CANONICAL,
                                0));
    expect_ok("register_again",
              callback_register(CALLBACKTYPE_syscall, syscall_entry, 0));
    USER_RUN("syscall");
    expect_eq("it_is_entered_again", VECTOR_SYSCALL, probe.vector);
}

void test_main(void)
{
    if (!user_init())
        return;
    frame();
    masking();
    stack();
    none();
}
