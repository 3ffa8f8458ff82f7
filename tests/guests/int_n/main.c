/* SPDX-License-Identifier: MIT */
/*
 * int_n/main.c - INT n with every n, from both modes, at every level.
 *
 * Promise: INT n enters the handler of vector n without an error code,
 * whatever n, if the handler's level is at least that of the mode (kernel 1,
 * user 3), and is #GP(n * 8 + 2) at the instruction otherwise. INT 3 and INT 4
 * always enter theirs, INT 0x80 whenever there is one.
 */
#include "guest.h"

const char test_folder[] = "int_n";

#define VECTORS 256u
#define NO_ERROR_STUB 0x60u     /* any vector whose stub expects no code */

static uint8_t *code;           /* cd nn, then ud2 */

/* One gate for all vectors: what arrives shows as vector NO_ERROR_STUB. #GP and
 * #UD keep their own. */
static void register_all(unsigned dpl)
{
    static struct trap_info table[VECTORS + 1];
    unsigned n = 0;

    for (unsigned vector = 0; vector < VECTORS; vector++) {
        if (vector == TRAP_GP || vector == TRAP_UD)
            continue;
        table[n++] = (struct trap_info){
            .vector = (uint8_t)vector, .flags = (uint8_t)dpl,
            .cs = FLAT_KERNEL_CS, .address = trap_stub(NO_ERROR_STUB),
        };
    }
    table[n].address = 0;
    if (hc_set_trap_table(table))
        report_error("all_vectors_are_registered", "refused");
    trap_register(TRAP_GP, 0, false);
    trap_register(TRAP_UD, 0, false);
}

/* 3 and 4 have open gates, and so has 0x80; 6, 13 and 26 = 2 * 13 keep their
 * handlers, so a machine that doubles n would confuse them. */
static bool is_special(unsigned n)
{
    return n == 3 || n == 4 || n == 0x80 || n % 128 == 6 || n % 128 == 13 ||
           n % 128 == 3 || n == 26;
}

static void raise_in_kernel(unsigned n)
{
    code[1] = (uint8_t)n;
    PROBE("call *%0", "r" (code));
    probe.rip -= (uint64_t)code;
}

static void raise_in_user(unsigned n)
{
    struct regs regs = user_regs();
    uint8_t text[4] = { 0xcd, (uint8_t)n, 0x0f, 0x0b };

    user_run(&regs, text, text + sizeof(text));
    probe.rip -= USER_CODE;
}

/* Raise every n that is not special: all must arrive, or all must be #GP. */
static void every(void (*raise)(unsigned n), bool arrives)
{
    unsigned right = 0, all = 0, at = 0, errors = 0;

    for (unsigned n = 0; n < VECTORS; n++) {
        if (is_special(n))
            continue;
        raise(n);
        all++;
        right += probe.vector == (arrives ? NO_ERROR_STUB : TRAP_GP);
        at += probe.rip == (arrives ? 2 : 0);
        /* QEMU 7.2 doubles n in the code: 16 * n + 2 of 16 bits. */
        errors += arrives || (probe.error & 7) == 2;
    }
    expect_eq(arrives ? "all_arrive" : "all_are_GP", all, right);
    expect_eq(arrives ? "all_behind_the_int" : "all_at_the_int", all, at);
    expect_eq("error_codes_have_the_idt_bit_alone", all, errors);
}

static void levels(void)
{
    static const char *const kernel[] = { "kernel_at_0", "kernel_at_1",
                                          "kernel_at_2", "kernel_at_3" };
    static const char *const user[] = { "user_at_0", "user_at_1", "user_at_2",
                                        "user_at_3" };

    for (unsigned dpl = 0; dpl < 4; dpl++) {
        report_group(kernel[dpl]);
        register_all(dpl);
        every(raise_in_kernel, dpl >= 1);
        report_group(user[dpl]);
        every(raise_in_user, dpl == 3);
    }
    report_group(NULL);
}

/* The gates that are open in hardware do not look at the level. */
static void open_gates(void)
{
    static const struct {
        const char *name;
        unsigned n;
    } gate[] = { { "int_3", 3 }, { "int_4", 4 }, { "int_0x80", 0x80 } };

    register_all(0);
    for (size_t i = 0; i < ARRAY_SIZE(gate); i++) {
        report_group(gate[i].name);
        raise_in_kernel(gate[i].n);
        expect_eq("from_the_kernel_at_level_0", NO_ERROR_STUB, probe.vector);
        expect_eq("from_the_kernel_rip", 2, probe.rip);
        raise_in_user(gate[i].n);
        expect_eq("from_the_user_at_level_0", NO_ERROR_STUB, probe.vector);
        expect_eq("from_the_user_rip", 2, probe.rip);
    }
    report_group(NULL);
}

/* A machine that doubles n in the error code makes some hypervisors see 2n. */
static void own_number(unsigned n, const char *name)
{
    trap_register(n, 3, false);
    trap_register(n * 2 % VECTORS, 3, false);
    raise_in_user(n);
    if (probe.vector == n * 2 % VECTORS)
        report_skip(name, "the_machine_reports_a_wrong_vector");
    else
        expect_eq(name, n, probe.vector);
    raise_in_kernel(n);
    report_group("kernel");
    if (probe.vector == n * 2 % VECTORS)
        report_skip(name, "the_machine_reports_a_wrong_vector");
    else
        expect_eq(name, n, probe.vector);
    report_group(NULL);
}

static void numbers(void)
{
    own_number(0x20, "vector_0x20");
    own_number(0x51, "vector_0x51");
    own_number(0x7f, "vector_0x7f");
    own_number(0x82, "vector_0x82");
    own_number(0x90, "vector_0x90");
    own_number(0xff, "vector_0xff");
}

/* INT 13 pushes no code where #GP would. */
static void no_error_code(void)
{
    struct trap_info table[2] = {
        { TRAP_GP, 3, FLAT_KERNEL_CS, trap_stub(NO_ERROR_STUB) },
    };

    register_all(3);
    hc_set_trap_table(table);
    table[0].vector = 2 * TRAP_GP;
    hc_set_trap_table(table);
    raise_in_user(TRAP_GP);
    expect_eq("int_13_has_no_error_code", NO_ERROR_STUB, probe.vector);
    expect_eq("int_13_rip", 2, probe.rip);
    expect_eq("int_13_cs", FLAT_USER_CS, regs_selector(&probe));
    expect_eq("int_13_rsp", USER_STACK_END, probe.rsp);
}

static void masking(void)
{
    trap_register(0x40, 3, true);
    trap_register(0x80, 3, true);
    vcpu_self()->evtchn_upcall_mask = 0;
    raise_in_kernel(0x40);
    expect_eq("a_masking_entry_masks_for_int_n", 1, probe_mask);
    raise_in_kernel(0x80);
    expect_eq("and_for_int_0x80", 1, probe_mask);
    raise_in_user(0x80);
    expect_eq("and_for_int_0x80_of_the_user", 1, probe_mask);
    expect_eq("whose_frame_has_if", FLAG_IF, probe.rflags & FLAG_IF);
    upcalls_mask();
}

void test_main(void)
{
    code = page_alloc();
    code[0] = 0xcd;
    code[2] = 0x0f;
    code[3] = 0x0b;
    if (!user_init())
        return;
    levels();
    open_gates();
    numbers();
    no_error_code();
    trap_init();
    masking();
}
