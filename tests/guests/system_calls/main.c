/* SPDX-License-Identifier: MIT */
/*
 * system_calls/main.c - every way from guest user mode into its kernel.
 *
 * Promise: SYSCALL of 64-bit code enters the syscall callback whatever is in
 * rax: no hypercall can be made in user mode. SYSCALL of 32-bit code enters
 * the syscall32 callback, where the processor has it, with the 32-bit selector
 * and stack; without a callback it is #UD. SYSENTER enters the sysenter
 * callback on an Intel processor, with a frame that knows neither rip nor rsp;
 * without a callback it is #GP, and on AMD's #UD. INT 0x80 enters vector 0x80
 * from both kinds of code. A callback may ask for upcalls to be masked.
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "system_calls";

static struct regs regs32(void)
{
    struct regs regs = user_regs();

    regs.cs = FLAT_USER_CS32;
    regs.ss = FLAT_USER_SS32;
    return regs;
}

static void expect_call(unsigned vector, uint64_t rip, uint16_t cs)
{
    expect_eq("vector", vector, probe.vector);
    expect_eq("rip", rip, probe.rip);
    expect_eq("cs", cs, regs_selector(&probe));
}

/* The user's registers must come as they were, and no hypercall be made. */
static void numbers(void)
{
    static const struct {
        const char *name;
        uint64_t rax;
    } number[] = {
        { "number_0", 0 }, { "number_3", 3 }, { "number_17", 17 },
        { "number_23", 23 }, { "number_29", 29 }, { "number_63", 63 },
        { "number_64", 64 }, { "number_minus_1", ~0ul },
    };

    for (size_t i = 0; i < ARRAY_SIZE(number); i++) {
        struct regs regs = user_regs();

        regs.rax = number[i].rax;
        regs.rdi = SHUTDOWN_poweroff;
        USER_RUN_WITH(regs, "syscall; ud2");
        report_group(number[i].name);
        expect_call(VECTOR_SYSCALL, USER_CODE + 2, FLAT_USER_CS);
        expect_eq("rax", number[i].rax, probe.rax);
    }
    report_group(NULL);
}

static void flags(void)
{
    struct regs regs = user_regs();

    regs.rflags |= FLAG_DF | FLAG_NT | FLAG_AC | FLAG_ID | FLAG_CF;
    USER_RUN_WITH(regs, "syscall");
    expect_eq("the_frame_has_all_flags_of_the_user", regs.rflags,
              probe.rflags);
    expect_eq("and_the_r11_slot_too", regs.rflags, probe.r11);
    regs = user_regs();
    regs.rflags |= FLAG_TF;
    USER_RUN_WITH(regs, "syscall");
    expect_true("a_stepped_syscall_is_a_call_or_a_step",
                probe.vector == VECTOR_SYSCALL || probe.vector == TRAP_DB);
    hc_set_debugreg(6, 0);
}

static void syscall_32(void)
{
    struct regs regs = regs32();

    report_group("syscall32_without_callback");
    USER_RUN_WITH(regs, ".code32; nop; syscall; ud2; .code64");
    expect_call(TRAP_UD, USER_CODE + 1, FLAT_USER_CS32);
    report_group("syscall32");
    expect_ok("register", callback_register(CALLBACKTYPE_syscall32,
                                            (void *)trap_stub(0x70), 0));
    regs.rax = 23;
    regs.rdx = 0x1234;
    regs.rbp = 0x5678;
    USER_RUN_WITH(regs, ".code32; nop; syscall; ud2; .code64");
    if (cpu_is_intel() && probe.vector == TRAP_UD) {
        report_skip("it_enters", "the_processor_has_none");
        report_group(NULL);
        return;
    }
    expect_call(0x70, USER_CODE + 3, FLAT_USER_CS32);
    expect_eq("ss", FLAT_USER_SS, probe.ss & 0xffff);
    expect_eq("rsp", USER_STACK_END, probe.rsp);
    expect_eq("rax", 23, probe.rax);
    expect_eq("rdx", 0x1234, probe.rdx);
    expect_eq("rbp", 0x5678, probe.rbp);
    expect_eq("rflags", FLAG_ONE | FLAG_IF, probe.rflags);
    expect_eq("upcalls_stay_unmasked", 0, probe_mask);
    if (own_answer("upcalls_are_masked")) {     /* not the 64-bit one's flag */
        callback_register(CALLBACKTYPE_syscall32, (void *)trap_stub(0x71),
                          CALLBACKF_mask_events);
        USER_RUN_WITH(regs, ".code32; syscall; .code64");
        expect_eq("another_callback", 0x71, probe.vector);
        expect_eq("upcalls_are_masked", 1, probe_mask);
        expect_eq("but_not_in_the_frame", 0, regs_saved_mask(&probe));
    }
    callback_register(CALLBACKTYPE_syscall32, NULL, 0);
    USER_RUN_WITH(regs, ".code32; syscall; .code64");
    expect_eq("gone_with_address_0", TRAP_UD, probe.vector);
    report_group(NULL);
    upcalls_mask();
}

static void int_80(void)
{
    struct regs regs = regs32();

    trap_register(0x80, 3, false);
    regs.rax = 4;
    USER_RUN_WITH(regs, ".code32; nop; int $0x80; ud2; .code64");
    report_group("int_80_of_32_bit_code");
    expect_call(0x80, USER_CODE + 3, FLAT_USER_CS32);
    expect_eq("rax", 4, probe.rax);
    expect_eq("rsp", USER_STACK_END, probe.rsp);
    report_group("int_80_of_64_bit_code");
    USER_RUN("int $0x80; ud2");
    expect_call(0x80, USER_CODE + 2, FLAT_USER_CS);
    report_group("int_82_of_32_bit_code");
    regs.rax = 17;
    trap_register(0x82, 0, false);
    trap_register(0x04, 0, false);
    USER_RUN_WITH(regs, ".code32; int $0x82; ud2; .code64");
    expect_call(TRAP_GP, USER_CODE, FLAT_USER_CS32);
    expect_eq("no_hypercall_is_made", 17, probe.rax);
    report_group(NULL);
    trap_init();
}

static void sysenter_frame(void)
{
    expect_eq("cs_has_rpl_3_alone", 3, regs_selector(&probe));
    expect_eq("rip_is_not_known", 0, probe.rip);
    expect_eq("rsp_is_not_known", 0, probe.rsp);
    expect_eq("ss_is_the_users", FLAT_USER_SS, probe.ss & 0xffff);
    expect_eq("if_is_set", FLAG_IF, probe.rflags & FLAG_IF);
}

/* Debian's Xen ends in a double fault here, so the check is Parapet's own. */
static void sysenter_intel(void)
{
    struct regs regs = user_regs();

    if (!own_answer("sysenter"))
        return;
    report_group("sysenter_without_callback");
    regs.rflags |= FLAG_DF | FLAG_NT | FLAG_AC; /* SYSENTER leaves them */
    USER_RUN_WITH(regs, "sysenter; ud2");
    expect_eq("is_GP", TRAP_GP, probe.vector);
    expect_eq("error", 0, probe.error);
    report_group("sysenter");
    callback_register(CALLBACKTYPE_sysenter, sysenter_entry, 0);
    regs.rbp = 0x1357;
    USER_RUN_WITH(regs, "sysenter; ud2");
    expect_eq("vector", VECTOR_SYSENTER, probe.vector);
    sysenter_frame();
    expect_eq("rbp", 0x1357, probe.rbp);
    expect_eq("upcalls_stay_unmasked", 0, probe_mask);
    report_group("sysenter_of_32_bit_code");
    callback_register(CALLBACKTYPE_sysenter, sysenter_entry,
                      CALLBACKF_mask_events);
    USER_RUN_WITH(regs32(), ".code32; sysenter; ud2; .code64");
    expect_eq("vector", VECTOR_SYSENTER, probe.vector);
    sysenter_frame();
    expect_eq("upcalls_are_masked", 1, probe_mask);
    upcalls_mask();
    report_group(NULL);
}

static void sysenter_amd(void)
{
    callback_register(CALLBACKTYPE_sysenter, sysenter_entry, 0);
    report_group("sysenter");
    USER_RUN("nop; sysenter; ud2");
    expect_call(TRAP_UD, USER_CODE + 1, FLAT_USER_CS);
    report_group("sysenter_in_the_kernel");
    PROBE("sysenter");
    expect_eq("vector", TRAP_UD, probe.vector);
    report_group(NULL);
}

void test_main(void)
{
    if (!user_init())
        return;
    numbers();
    flags();
    syscall_32();
    int_80();
    if (cpu_is_intel())
        sysenter_intel();
    else
        sysenter_amd();
}
