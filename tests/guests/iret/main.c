/* SPDX-License-Identifier: MIT */
/*
 * iret/main.c - the way back into guest code, with any frame a guest can make.
 *
 * Promise: the iret hypercall takes rax, r11, rcx, flags, rip, cs, rflags, rsp
 * and ss from the stack. RPL 3 in cs returns to guest user mode, any other to
 * guest kernel mode; both run in ring 3. The upcall mask becomes the opposite
 * of the frame's IF. IOPL and VM are dropped, IF stays on. A selector that the
 * processor refuses is #GP with that selector, in the frame that was refused.
 */
#include "guest.h"
#include "iret.h"

const char test_folder[] = "iret";

static void kernel(void)
{
    iret_reset();
    IRET_KERNEL();
    expect_eq("it_lands_in_the_kernel", NO_TRAP, probe.vector);
    expect_eq("rax_is_restored", 0xaaaa, iret_landed[LANDED_RAX]);
    expect_eq("rcx_is_restored", 0xcccc, iret_landed[LANDED_RCX]);
    expect_eq("r11_is_restored", 0xbbbb, iret_landed[LANDED_R11]);
    expect_eq("cs_is_in_ring_3", FLAT_KERNEL_CS, iret_landed[LANDED_CS]);
    expect_eq("ss_is_in_ring_3", FLAT_KERNEL_SS, iret_landed[LANDED_SS]);
    expect_eq("if_unmasks_upcalls", 0, vcpu_self()->evtchn_upcall_mask);
    iret_reset();
    iret_frame.rflags = FLAG_ONE;
    IRET_KERNEL();
    expect_eq("no_if_masks_upcalls", 1, vcpu_self()->evtchn_upcall_mask);
    expect_eq("if_itself_stays_on", FLAG_IF,
              iret_landed[LANDED_RFLAGS] & FLAG_IF);
    iret_reset();
    iret_frame.rflags = FLAG_ONE | FLAG_CF | FLAG_DF | FLAG_ID | FLAG_IOPL |
                   1ul << 17;
    IRET_KERNEL();
    expect_eq("iopl_and_vm_are_dropped", FLAG_ONE | FLAG_CF | FLAG_DF |
              FLAG_ID | FLAG_IF, iret_landed[LANDED_RFLAGS]);
    iret_reset();
    iret_frame.cs = (FLAT_KERNEL_CS & ~3ul) | 1;
    IRET_KERNEL();
    expect_eq("rpl_1_is_the_kernel", NO_TRAP, probe.vector);
    iret_reset();
    iret_frame.cs = (FLAT_KERNEL_CS & ~3ul) | 2;
    IRET_KERNEL();
    expect_eq("rpl_2_is_the_kernel", NO_TRAP, probe.vector);
    iret_reset();
    iret_frame.rflags |= FLAG_TF;
    IRET_KERNEL();
    expect_eq("the_trap_flag_is_let_through", TRAP_DB, probe.vector);
    upcalls_mask();
}

static void waiting_event(void)
{
    unsigned before = upcalls;
    unsigned port = (unsigned)port_bind_ipi(0);

    upcalls_mask();
    port_send(port);
    iret_reset();
    iret_frame.rflags = FLAG_ONE;
    IRET_KERNEL();
    expect_eq("no_upcall_while_masked", before, upcalls);
    iret_reset();
    IRET_KERNEL();
    expect_eq("unmasking_takes_the_waiting_upcall", before + 1, upcalls);
    port_clear(port);
    port_close(port);
    upcalls_mask();
}

static void hostile(void)
{
    static const struct {
        const char *name;
        uint16_t cs, ss;
    } bad[] = {
        { "cs_beyond_the_table", 0xff00, FLAT_KERNEL_SS },
        { "cs_in_an_empty_ldt", 0x0c, FLAT_KERNEL_SS },
        { "cs_null", 0, FLAT_KERNEL_SS },
        { "cs_is_a_data_segment", FLAT_KERNEL_SS & ~3, FLAT_KERNEL_SS },
        { "cs_of_ring_0", 0xe008, FLAT_KERNEL_SS },
        { "ss_beyond_the_table", FLAT_KERNEL_CS & ~3, 0xff03 },
        { "ss_in_an_empty_ldt", FLAT_KERNEL_CS & ~3, 0x0f },
        { "ss_is_a_code_segment", FLAT_KERNEL_CS & ~3, FLAT_KERNEL_CS },
        { "ss_of_ring_0", FLAT_KERNEL_CS & ~3, 0xe010 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        iret_reset();
        iret_frame.cs = bad[i].cs;
        iret_frame.ss = bad[i].ss;
        iret_frame.rflags = FLAG_ONE;
        IRET_KERNEL();
        report_group(bad[i].name);
        expect_eq("is_GP", TRAP_GP, probe.vector);
        expect_eq("error_is_the_selector", i < 5 ? bad[i].cs : bad[i].ss & ~3u,
                  probe.error);
        expect_eq("with_the_refused_cs", bad[i].cs,
                  regs_selector(&probe) & ~3);
        expect_eq("with_the_refused_ss", bad[i].ss | 3, probe.ss & 0xffff);
        expect_eq("with_the_refused_rip", iret_frame.rip, probe.rip);
    }
    report_group(NULL);
    upcalls_mask();
}

static void native(void)
{
    vcpu_self()->evtchn_upcall_mask = 1;
    PROBE("mov %%rsp, %%rax\n\t push $0xe02b\n\t push %%rax\n\t push $0x202\n\t"
          "push $0xe033\n\t push $2f\n\t iretq\n\t hlt\n\t 2:");
    expect_eq("the_instruction_itself_works_in_the_kernel", NO_TRAP,
              probe.vector);
    expect_eq("and_does_not_touch_the_mask", 1,
              vcpu_self()->evtchn_upcall_mask);
}

static void user(void)
{
    struct regs regs = user_regs();

    if (!user_init())
        return;
    regs.rax = 0x1111;
    regs.rcx = 0x2222;
    regs.r11 = 0x3333;
    regs.r15 = 0x4444;
    USER_RUN_WITH(regs, "ud2");
    expect_eq("user_mode_is_entered", 1, (uint64_t)regs_from_user(&probe));
    expect_eq("user_rax", 0x1111, probe.rax);
    expect_eq("user_rcx", 0x2222, probe.rcx);
    expect_eq("user_r11", 0x3333, probe.r11);
    expect_eq("user_r15", 0x4444, probe.r15);
    expect_eq("user_mode_runs_unmasked", 0, regs_saved_mask(&probe));
    regs.rflags = FLAG_ONE;
    USER_RUN_WITH(regs, "ud2");
    expect_eq("user_mode_runs_masked", 1, regs_saved_mask(&probe));
    regs.rflags = FLAG_ONE | FLAG_IF | FLAG_IOPL;
    USER_RUN_WITH(regs, "pushfq; pop %%rax; ud2");
    expect_eq("user_mode_gets_no_iopl", 0, probe.rax & FLAG_IOPL);
    regs = user_regs();
    regs.cs = FLAT_USER_CS32;
    regs.ss = FLAT_USER_SS32;
    USER_RUN_WITH(regs, ".code32; mov $0x12345678, %%eax; dec %%eax; ud2;"
                  ".code64");
    expect_eq("a_32_bit_user_runs", TRAP_UD, probe.vector);
    expect_eq("as_32_bit_code", 0x12345677, probe.rax);
    expect_eq("with_its_selector", FLAT_USER_CS32, regs_selector(&probe));
    regs.cs = 0xff03;
    USER_RUN_WITH(regs, "ud2");
    expect_eq("a_bad_user_cs_is_GP", TRAP_GP, probe.vector);
    expect_eq("which_sees_the_user_cs", 0xff03, regs_selector(&probe));
}

void test_main(void)
{
    kernel();
    waiting_event();
    hostile();
    native();
    user();
}
