/* SPDX-License-Identifier: MIT */
/*
 * iopl/main.c - the I/O privilege level that a guest kernel gives.
 *
 * Promise: set_iopl takes levels 0 to 3; it is never seen in the flags. At
 * level 0 nobody, from 1 on the kernel and at 3 its user may use CLI, STI and
 * IN; POPF changes nothing. With the assist architectural_iopl a frame shows
 * the level, iret sets it, and the kernel may at level 0 too; without, none of
 * this. A bitmap of ports works for the user until it is taken away; one that
 * cannot be read permits nothing.
 */
#include "guest.h"
#include "iret.h"

const char test_folder[] = "iopl";

static const char *const level_name[] = { "level_0", "level_1", "level_2",
                                          "level_3" };

static const char *const architectural_name[] = {
    "architectural_0", "architectural_1", "architectural_2", "architectural_3",
};

static bool kernel_may(void)
{
    PROBE("cli");
    return probe.vector == NO_TRAP;
}

static bool user_may(void)
{
    USER_RUN("sti; ud2");
    return probe.vector == TRAP_UD;
}

static void levels(void)
{
    for (unsigned level = 0; level < 4; level++) {
        report_group(level_name[level]);
        expect_ok("set", hc_set_iopl(level));
        expect_eq("kernel_cli", level >= 1, kernel_may());
        PROBE("sti");
        expect_eq("kernel_sti", level >= 1 ? NO_TRAP : TRAP_GP, probe.vector);
        PROBE("inb $0x80, %%al");
        expect_eq("kernel_in", level >= 1 ? NO_TRAP : TRAP_GP, probe.vector);
        expect_eq("user_sti", level == 3, user_may());
        USER_RUN("inb $0x80, %%al; ud2");
        expect_eq("user_in", level == 3 ? TRAP_UD : TRAP_GP, probe.vector);
        USER_RUN("pushfq; pop %%rax; ud2");
        expect_eq("user_flags_show_none", 0, probe.rax & FLAG_IOPL);
        expect_eq("frames_show_none", 0, probe.rflags & FLAG_IOPL);
    }
    report_group(NULL);
    hc_set_iopl(0);
    PROBE("pushfq\n\t orl $0x3000, (%%rsp)\n\t popfq");
    expect_eq("popf_gives_nothing", 0, kernel_may());
    iret_reset();
    iret_frame.rflags |= FLAG_IOPL;
    IRET_KERNEL();
    upcalls_mask();
    expect_eq("iret_gives_nothing", 0, kernel_may());
}

static void refused(void)
{
    struct physdev_set_iopl *hole = window_page(0);

    hc_set_iopl(1);
    expect_rc("level_4", -XEN_EINVAL, hc_set_iopl(4));
    expect_rc("level_7", -XEN_EINVAL, hc_set_iopl(7));
    expect_rc("level_minus_1", -XEN_EINVAL, hc_set_iopl(~0u));
    expect_rc("from_nowhere", -XEN_EFAULT,
              hc_physdev_op(PHYSDEVOP_set_iopl, hole));
    expect_eq("the_level_stays", 1, kernel_may());
    hc_set_iopl(0);
}

static void architectural(void)
{
    struct regs regs = user_regs();

    expect_ok("switch_it_on", hc_vm_assist(VMASST_CMD_enable,
                                           VMASST_TYPE_architectural_iopl));
    for (unsigned level = 0; level < 4; level++) {
        report_group(architectural_name[level]);
        hc_set_iopl(level);
        expect_eq("kernel_cli", 1, kernel_may());
        PROBE("ud2");
        expect_eq("a_frame_shows_it", (uint64_t)level << 12,
                  probe.rflags & FLAG_IOPL);
        hc_set_iopl(3 - level);
        iret_reset();
        iret_frame.rflags |= (uint64_t)level << 12;
        IRET_KERNEL();
        upcalls_mask();
        PROBE("ud2");
        expect_eq("iret_sets_it", (uint64_t)level << 12,
                  probe.rflags & FLAG_IOPL);
        expect_eq("the_flags_do_not_show_it", 0,
                  iret_landed[LANDED_RFLAGS] & FLAG_IOPL);
    }
    report_group(NULL);
    regs.rflags |= FLAG_IOPL;
    USER_RUN_WITH(regs, "sti; ud2");
    expect_eq("iret_with_level_3_lets_the_user", TRAP_UD, probe.vector);
    expect_eq("whose_frame_shows_it", FLAG_IOPL, probe.rflags & FLAG_IOPL);
    expect_eq("iret_without_does_not", 0, user_may());
    hc_vm_assist(VMASST_CMD_disable, VMASST_TYPE_architectural_iopl);
    hc_set_iopl(2);
    PROBE("ud2");
    expect_eq("switched_off_no_frame_shows_it", 0, probe.rflags & FLAG_IOPL);
    hc_set_iopl(0);
}

static long set_bitmap(uint8_t *bits, unsigned ports)
{
    struct physdev_set_iobitmap map = { .nr_ports = ports };

    set_xen_guest_handle(map.bitmap, bits);
    return hc_physdev_op(PHYSDEVOP_set_iobitmap, &map);
}

static unsigned user_in(void)
{
    USER_RUN("inb $0x80, %%al; ud2");
    return probe.vector;
}

static void bitmap(void)
{
    uint8_t *bits = page_alloc();

    expect_ok("a_bitmap_of_zeros", set_bitmap(bits, 1024));
    expect_eq("permits", TRAP_UD, user_in());
    bits[0x80 / 8] = 1;
    expect_eq("a_set_bit_forbids_at_once", TRAP_GP, user_in());
    bits[0x80 / 8] = 0;
    expect_ok("a_bitmap_that_ends_before", set_bitmap(bits, 0x80));
    expect_eq("forbids", TRAP_GP, user_in());
    expect_ok("a_bitmap_that_ends_behind", set_bitmap(bits, 0x81));
    expect_eq("permits_again", TRAP_UD, user_in());
    expect_rc("a_bitmap_of_65537_ports", -XEN_EINVAL, set_bitmap(bits, 65537));
    expect_rc("a_bitmap_in_the_hypervisor", -XEN_EINVAL,
              set_bitmap((uint8_t *)HV_PRIVATE, 1024));
    expect_eq("errors_keep_the_old_one", TRAP_UD, user_in());
    expect_ok("a_bitmap_in_a_hole", set_bitmap(window_page(0), 1024));
    expect_eq("permits_nothing", TRAP_GP, user_in());
    expect_ok("a_bitmap_of_65536_ports", set_bitmap(bits, 65536));
    expect_ok("no_ports", set_bitmap(bits, 0));
    expect_eq("no_ports_permit_nothing", TRAP_GP, user_in());
    expect_ok("no_bitmap", set_bitmap(NULL, 0));
}

void test_main(void)
{
    if (!user_init())
        return;
    levels();
    refused();
    architectural();
    bitmap();
}
