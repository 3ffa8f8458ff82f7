/* SPDX-License-Identifier: MIT */
/*
 * cpuid/main.c - what the guest is told about its processor.
 *
 * Promise: CPUID behind the five-byte prefix answers in kernel and user mode
 * what the hypervisor lets the guest have: the hypervisor's own leaves from
 * 0x40000000, and no feature that this ABI cannot give. The prefix before any
 * other instruction is #UD.
 */
#include "guest.h"

const char test_folder[] = "cpuid";

struct leaf {
    uint32_t a, b, c, d;
};

static struct leaf forced(uint32_t number, uint32_t sub)
{
    struct leaf leaf;

    asm volatile(XEN_CPUID
                 : "=a" (leaf.a), "=b" (leaf.b), "=c" (leaf.c), "=d" (leaf.d)
                 : "a" (number), "c" (sub));
    return leaf;
}

static void hypervisor_leaves(void)
{
    struct leaf leaf = forced(0x40000000, 0);

    expect_that("there_are_at_least_two_more", leaf.a >= 0x40000002 &&
                leaf.a < 0x40000100, leaf.a);
    expect_eq("signature_1", 0x566e6558, leaf.b);
    expect_eq("signature_2", 0x65584d4d, leaf.c);
    expect_eq("signature_3", 0x4d4d566e, leaf.d);
    leaf = forced(0x40000001, 0);
    expect_eq("the_version_is_that_of_xen_version",
              (uint32_t)hc_xen_version(XENVER_version, NULL), leaf.a);
    leaf = forced(0x40000002, 0);
    expect_eq("one_hypercall_page", 1, leaf.a);
    expect_eq("the_msr_that_makes_it", 0x40000000, leaf.b);
    expect_eq("accessed_bits_can_be_preserved", 1, leaf.c & 1);
    leaf = forced(0x40000100, 0);
    expect_true("nothing_shows_from_outside", leaf.b != 0x566e6558);
}

static void absent(const char *name, uint32_t word, unsigned bit)
{
    expect_eq(name, 0, word >> bit & 1);
}

static void present(const char *name, uint32_t word, unsigned bit)
{
    expect_eq(name, 1, word >> bit & 1);
}

static void features(void)
{
    struct leaf one = forced(1, 0), seven = forced(7, 0);
    struct leaf ext = forced(0x80000001, 0);

    present("hypervisor", one.c, 31);
    present("apic", one.d, 9);
    present("fxsr", one.d, 24);
    present("pae", one.d, 6);
    present("msr", one.d, 5);
    present("long_mode", ext.d, 29);
    present("no_execute", ext.d, 20);
    present("syscall", ext.d, 11);
    absent("no_vme", one.d, 1);
    absent("no_pse", one.d, 3);
    absent("no_pge", one.d, 13);
    absent("no_pse36", one.d, 17);
    absent("no_vmx", one.c, 5);
    absent("no_smx", one.c, 6);
    absent("no_monitor", one.c, 3);
    absent("no_pcid", one.c, 17);
    absent("no_tsc_deadline", one.c, 24);
    absent("no_smep", seven.b, 7);
    absent("no_smap", seven.b, 20);
    absent("no_invpcid", seven.b, 10);
    absent("no_tsc_adjust", seven.b, 1);
    absent("no_umip", seven.c, 2);
    absent("no_protection_keys", seven.c, 3);
    absent("no_5_level_paging", seven.c, 16);
    absent("no_svm", ext.c, 2);
    absent("no_1g_pages", ext.d, 26);
    absent("no_osvw", ext.c, 9);
    absent("no_skinit", ext.c, 12);
    expect_eq("addresses_have_48_bits", 48,
              forced(0x80000008, 0).a >> 8 & 0xff);
}

static void prefix(void)
{
    uint64_t at;

    PROBE_IO("lea 1f(%%rip), %0\n\t"
             "1: " XEN_EMULATE_PREFIX "nop", "=&r" (at));
    expect_eq("the_prefix_before_nop_is_UD", TRAP_UD, probe.vector);
    expect_eq("at_the_prefix", at, probe.rip);
    USER_RUN("mov $0x40000000, %%eax; xor %%ecx, %%ecx;"
             ".byte 0x0f, 0x0b, 0x78, 0x65, 0x6e; cpuid; ud2; ");
    expect_eq("user_mode_may_ask", 0x566e6558, probe.rbx);
    expect_eq("and_goes_on_behind", USER_CODE + 14, probe.rip);
}

void test_main(void)
{
    hypervisor_leaves();
    features();
    if (user_init())
        prefix();
}
