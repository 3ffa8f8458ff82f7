/* SPDX-License-Identifier: MIT */
/*
 * port_io/main.c - IN and OUT of domain 0.
 *
 * Promise: a virtual privilege level, set by physdev_op, says whether the
 * kernel (1) or the user too (3) may use ports; a bitmap permits single ports
 * to the user. Without permission the instruction is #GP(0). Ports that the
 * hypervisor keeps read as all ones and ignore writes. The PCI configuration
 * ports are the guest's own latch. CLI and STI do nothing once permitted.
 */
#include "guest.h"

const char test_folder[] = "port_io";

#define IN(size, port)                                                     \
    ({                                                                     \
        uint64_t value_;                                                   \
        PROBE_IO("mov %1, %%edx\n\t xor %%eax, %%eax\n\t in" size          \
                 "\n\t mov %%rax, %0", "=&r" (value_),                     \
                 "r" ((uint32_t)(port)));                                  \
        value_;                                                            \
    })
#define OUT(size, port, value)                                             \
    PROBE("mov %0, %%edx\n\t mov %1, %%eax\n\t out" size,                  \
          "r" ((uint32_t)(port)), "r" ((uint32_t)(value)))
#define INB(port)  IN("b %%dx, %%al", port)
#define INW(port)  IN("w %%dx, %%ax", port)
#define INL(port)  IN("l %%dx, %%eax", port)
#define OUTB(port, value) OUT("b %%al, %%dx", port, value)
#define OUTL(port, value) OUT("l %%eax, %%dx", port, value)

static void privilege(void)
{
    (void)INB(0x80);
    expect_eq("without_privilege_in_is_GP", TRAP_GP, probe.vector);
    OUTB(0x80, 0);
    expect_eq("without_privilege_out_is_GP", TRAP_GP, probe.vector);
    PROBE("cli");
    expect_eq("without_privilege_cli_is_GP", TRAP_GP, probe.vector);
    expect_rc("level_4_does_not_exist", -XEN_EINVAL, hc_set_iopl(4));
    expect_rc("level_minus_1_does_not_exist", -XEN_EINVAL, hc_set_iopl(~0u));
    OUTB(0x80, 0);
    expect_eq("a_refused_level_gives_nothing", TRAP_GP, probe.vector);
    expect_ok("level_1", hc_set_iopl(1));
    OUTB(0x80, 0);
    expect_eq("at_level_1_out_works", NO_TRAP, probe.vector);
    (void)INB(0x80);
    expect_eq("at_level_1_in_works", NO_TRAP, probe.vector);
    PROBE("cli");
    expect_eq("at_level_1_cli_is_allowed", NO_TRAP, probe.vector);
    PROBE("pushfq\n\t pop %%rax\n\t test $0x200, %%eax\n\t jnz 1f\n\t ud2\n"
          "1:");
    expect_eq("cli_leaves_if_alone", NO_TRAP, probe.vector);
    PROBE("sti");
    expect_eq("at_level_1_sti_is_allowed", NO_TRAP, probe.vector);
}

static void kept_ports(void)
{
    expect_eq("the_interrupt_controller_reads_as_ones", 0xff, INB(0x21));
    expect_eq("without_a_fault", NO_TRAP, probe.vector);
    OUTB(0x21, 0);
    expect_eq("and_ignores_writes", NO_TRAP, probe.vector);
    expect_eq("the_timer_reads_as_ones", 0xff, INB(0x40));
    expect_eq("the_serial_line_reads_as_ones", 0xff, INB(0x3fd));
}

static void configuration(void)
{
    bool has_devices = is_domain_0();

    OUTL(0xcf8, 0x80000000);
    expect_eq("the_latch_is_written", NO_TRAP, probe.vector);
    expect_eq("the_latch_is_read", 0x80000000, INL(0xcf8));
    expect_eq("vendor_of_the_host_bridge", has_devices ? 0x8086 : 0xffff,
              INL(0xcfc) & 0xffff);
    expect_eq("vendor_by_word", has_devices ? 0x8086 : 0xffff, INW(0xcfc));
    expect_eq("vendor_by_byte", has_devices ? 0x80 : 0xff, INB(0xcfd));
    OUTL(0xcf8, 0x80000000 | 31 << 11 | 7 << 8 | 255 << 16);
    expect_eq("a_missing_device_reads_as_ones", 0xffffffff, INL(0xcfc));
    OUTL(0xcf8, 0);
    expect_eq("a_disabled_latch_reads_as_ones", 0xffffffff, INL(0xcfc));
}

static void clock(void)
{
    OUTB(0x70, 0x32);
    expect_eq("the_clocks_century", is_domain_0() ? 0x20 : 0xff, INB(0x71));
}

static void strings(void)
{
    static uint8_t bytes[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    uint64_t end = 0;

    PROBE_IO("push %%rsi\n\t mov %1, %%rsi\n\t mov $8, %%ecx\n\t"
             "mov $0x80, %%edx\n\t rep outsb\n\t mov %%rsi, %0\n\t"
             "pop %%rsi", "=&r" (end), "r" (bytes));
    expect_eq("a_string_goes_out", NO_TRAP, probe.vector);
    expect_eq("all_of_it", (uint64_t)bytes + 8, end);
}

static void user(void)
{
    struct physdev_set_iobitmap map = { .nr_ports = 0x81 };
    static uint8_t bits[8192];

    hc_set_iopl(1);
    USER_RUN("outb %%al, $0x80; ud2");
    expect_eq("at_level_1_the_user_may_not", TRAP_GP, probe.vector);
    hc_set_iopl(3);
    USER_RUN("outb %%al, $0x80; ud2");
    expect_eq("at_level_3_the_user_may", TRAP_UD, probe.vector);
    hc_set_iopl(1);
    memset(bits, 0xff, sizeof(bits));
    bits[0x80 / 8] = 0xfe;
    set_xen_guest_handle(map.bitmap, bits);
    expect_ok("a_bitmap", hc_physdev_op(PHYSDEVOP_set_iobitmap, &map));
    USER_RUN("outb %%al, $0x80; ud2");
    expect_eq("which_permits_this_port", TRAP_UD, probe.vector);
    USER_RUN("inb $0x71, %%al; ud2");
    expect_eq("but_not_that_one", TRAP_GP, probe.vector);
    USER_RUN("outw %%ax, $0x80; ud2");
    expect_eq("nor_a_word_that_reaches_beyond", TRAP_GP, probe.vector);
    map.nr_ports = 65537;
    expect_rc("a_bitmap_of_too_many_ports", -XEN_EINVAL,
              hc_physdev_op(PHYSDEVOP_set_iobitmap, &map));
    map.nr_ports = 0;
    expect_ok("no_bitmap", hc_physdev_op(PHYSDEVOP_set_iobitmap, &map));
    USER_RUN("outb %%al, $0x80; ud2");
    expect_eq("then_the_port_is_gone", TRAP_GP, probe.vector);
}

void test_main(void)
{
    privilege();
    kept_ports();
    configuration();
    clock();
    strings();
    if (user_init())
        user();
}
