/* SPDX-License-Identifier: MIT */
/*
 * traps/main.c - exceptions reach the handlers of set_trap_table.
 *
 * Promise: set_trap_table registers handlers by vector until an entry with
 * address zero; a bad entry is refused. An exception enters its handler on the
 * kernel's stack, aligned to 16, with rcx, r11, the error code where the
 * architecture has one, and the interrupted rip, cs, rflags, rsp and ss. cs
 * carries RPL 0 for a kernel and RPL 3 for a user, and the upcall mask of the
 * time in bits 32-39; IF in the frame is the mask's opposite. Flag 4 of an
 * entry masks upcalls on entry. INT n is allowed if the entry's privilege level
 * is at least 1 for a kernel and 3 for a user, and is #GP(n * 8 + 2) otherwise.
 */
#include "guest.h"

const char test_folder[] = "traps";

static void table_errors(void)
{
    static struct trap_info table[3];
    void *hole = window_page(0);

    expect_ok("an_empty_table_is_accepted", hc_set_trap_table(&table[2]));
    expect_rc("an_unmapped_table", -XEN_EFAULT, hc_set_trap_table(hole));
    expect_rc("a_hypervisor_address", -XEN_EFAULT,
              hc_set_trap_table((void *)HV_PRIVATE));
    table[0] = (struct trap_info){ TRAP_UD, 0, FLAT_KERNEL_CS, NON_CANONICAL };
    expect_rc("a_non_canonical_handler", -XEN_EINVAL, hc_set_trap_table(table));
    PROBE("ud2");
    expect_eq("the_old_handler_is_still_there", TRAP_UD, probe.vector);
    table[0] = (struct trap_info){ TRAP_UD, 0, 0xe030, trap_stub(TRAP_UD) };
    expect_ok("a_selector_with_rpl_0_is_fixed_up", hc_set_trap_table(table));
    PROBE("ud2");
    expect_eq("and_the_handler_is_entered", TRAP_UD, probe.vector);
    expect_ok("a_null_table_clears_all", hc_set_trap_table(NULL));
    trap_init();
    PROBE("ud2");
    expect_eq("handlers_can_come_back", TRAP_UD, probe.vector);
}

static void frame(void)
{
    uint64_t rip, rsp;

    PROBE_IO("lea 1f(%%rip), %0\n\t mov %%rsp, %1\n\t 1: ud2",
             "=&r" (rip) COMMA "=&r" (rsp));
    expect_eq("rip_is_the_instruction", rip, probe.rip);
    expect_eq("cs_has_rpl_0", 0xe030, regs_selector(&probe));
    expect_eq("ss_is_the_flat_one", 0xe02b, probe.ss & 0xffff);
    expect_eq("rsp_is_the_one_of_the_time", rsp, probe.rsp);
    expect_eq("the_saved_mask_is_the_upcall_mask", 1, regs_saved_mask(&probe));
    expect_eq("masked_upcalls_show_as_a_clear_if", 0, probe.rflags & FLAG_IF);
    expect_eq("no_io_privilege_shows", 0, probe.rflags & FLAG_IOPL);
    expect_eq("the_mask_is_still_set", 1, probe_mask);

    PROBE("sub $8, %%rsp\n\t sub $1, %%rsp\n\t ud2");
    expect_eq("an_odd_stack_pointer_is_kept", (rsp - 9), probe.rsp);

    PROBE("mov $0x77, %%ecx\n\t mov $0x88, %%r11d\n\t std\n\t ud2\n\t cld");
    expect_eq("rcx_is_in_the_frame", 0x77, probe.rcx);
    expect_eq("r11_is_in_the_frame", 0x88, probe.r11);
    expect_eq("the_direction_flag_is_in_the_frame", FLAG_DF,
              probe.rflags & FLAG_DF);
}

static void without_error_code(void)
{
    uint64_t after;

    PROBE("xor %%ecx, %%ecx\n\t xor %%edx, %%edx\n\t mov $1, %%eax\n\t"
          "div %%ecx");
    expect_eq("division_by_zero_is_DE", TRAP_DE, probe.vector);
    PROBE_IO("lea 1f(%%rip), %0\n\t int3\n\t 1:", "=&r" (after));
    expect_eq("int3_is_BP", TRAP_BP, probe.vector);
    expect_eq("BP_comes_behind_the_instruction", after, probe.rip);
    PROBE_IO("lea 1f(%%rip), %0\n\t int $4\n\t 1:", "=&r" (after));
    expect_eq("int_4_is_OF", TRAP_OF, probe.vector);
    expect_eq("OF_comes_behind_the_instruction", after, probe.rip);
    PROBE("ud2");
    expect_eq("ud2_is_UD", TRAP_UD, probe.vector);
    PROBE("pushfq\n\t orq $0x100, (%%rsp)\n\t popfq\n\t nop\n\t nop");
    expect_eq("a_single_step_is_DB", TRAP_DB, probe.vector);
    expect_eq("the_trap_flag_is_in_the_frame", FLAG_TF, probe.rflags & FLAG_TF);
}

static void with_error_code(void)
{
    PROBE("hlt");
    expect_eq("hlt_is_GP", TRAP_GP, probe.vector);
    expect_eq("with_error_0", 0, probe.error);
    PROBE("mov (%0), %%rax", "r" (NON_CANONICAL));
    expect_eq("a_non_canonical_load_is_GP", TRAP_GP, probe.vector);
    expect_eq("non_canonical_with_error_0", 0, probe.error);
    PROBE("mov %0, %%ds", "r" (0x7ff8 | 3));
    expect_eq("a_selector_beyond_the_table_is_GP", TRAP_GP, probe.vector);
    expect_eq("with_the_selector_as_error", 0x7ff8, probe.error);
    PROBE("mov %0, %%ds", "r" (0x0c));
    expect_eq("a_selector_in_an_empty_ldt_is_GP", TRAP_GP, probe.vector);
    expect_eq("with_the_ldt_bit_in_its_error", 0x0c, probe.error);
    PROBE("movq $0, (%0)", "r" (window_page(0)));
    expect_eq("an_unmapped_store_is_PF", TRAP_PF, probe.vector);
    expect_eq("with_the_write_bit", PF_WRITE, probe.error);
}

static struct regs outer, inner;
static uint64_t frame_end;

static bool nest(struct regs *regs)
{
    outer = *regs;
    frame_end = (uint64_t)(regs + 1);
    PROBE("hlt");
    inner = probe;
    regs->rip += 2;
    return true;
}

static void nested(void)
{
    uint64_t kept;

    trap_handle(TRAP_UD, nest);
    asm volatile("mov $0x4321, %%r12d\n\t ud2\n\t mov %%r12, %0"
                 : "=r" (kept) : : "r12", "memory");
    expect_eq("a_handler_returns_behind_the_instruction", 0x4321, kept);
    expect_eq("the_outer_trap", TRAP_UD, outer.vector);
    expect_eq("the_inner_trap", TRAP_GP, inner.vector);
    expect_true("the_inner_one_is_on_the_outer_ones_stack",
                inner.rsp < outer.rsp);
    expect_eq("a_frame_starts_aligned", 0, frame_end & 15);
    trap_handle(TRAP_UD, NULL);
}

static void masking(void)
{
    trap_register(TRAP_UD, 0, true);
    vcpu_self()->evtchn_upcall_mask = 0;
    PROBE("ud2");
    expect_eq("a_masking_entry_masks", 1, probe_mask);
    expect_eq("its_frame_says_unmasked", 0, regs_saved_mask(&probe));
    expect_eq("its_frame_has_if", FLAG_IF, probe.rflags & FLAG_IF);
    expect_eq("iret_unmasks_again", 0, vcpu_self()->evtchn_upcall_mask);
    trap_register(TRAP_UD, 0, false);
    PROBE("ud2");
    expect_eq("another_entry_does_not_mask", 0, probe_mask);
    upcalls_mask();
}

/*
 * QEMU 7.2 doubles the vector in the error code of INT n; a hypervisor that
 * believes it takes vector 2n, which is registered here just the same.
 */
static void expect_int(const char *name, unsigned want, unsigned vector)
{
    if (want == vector && probe.vector == 2 * vector)
        report_skip(name, "the_machine_reports_a_wrong_vector");
    else
        expect_eq(name, want, probe.vector);
}

static void expect_int_error(const char *name, unsigned vector)
{
    if (probe.error == vector * 16 + 2)
        report_skip(name, "the_machine_reports_a_wrong_vector");
    else
        expect_eq(name, vector * 8 + 2, probe.error);
}

static void int_register(unsigned vector, unsigned dpl)
{
    trap_register(vector, dpl, false);
    trap_register(vector * 2, dpl, false);
}

static void int_from_kernel(void)
{
    uint64_t at;

    int_register(0x21, 0);
    PROBE_IO("lea 1f(%%rip), %0\n\t 1: int $0x21", "=&r" (at));
    expect_int("int_n_at_level_0_is_GP", TRAP_GP, 0x21);
    expect_int_error("int_n_error_names_the_vector", 0x21);
    expect_eq("GP_points_at_the_int", at, probe.rip);
    int_register(0x21, 1);
    PROBE_IO("lea 1f(%%rip), %0\n\t int $0x21\n\t 1:", "=&r" (at));
    expect_int("int_n_at_level_1_arrives", 0x21, 0x21);
    expect_eq("it_points_behind_the_int", at, probe.rip);
    int_register(0x21, 3);
    PROBE("int $0x21");
    expect_int("int_n_at_level_3_arrives", 0x21, 0x21);

    PROBE_IO("lea 1f(%%rip), %0\n\t 1: int $0x80", "=&r" (at));
    expect_eq("int_0x80_without_handler_is_GP", TRAP_GP, probe.vector);
    expect_eq("with_its_vector_as_error", 0x80 * 8 + 2, probe.error);
    expect_eq("and_points_at_the_int", at, probe.rip);
    trap_register(0x80, 3, false);
    PROBE_IO("lea 1f(%%rip), %0\n\t int $0x80\n\t 1:", "=&r" (at));
    expect_eq("int_0x80_arrives", 0x80, probe.vector);
    expect_eq("int_0x80_points_behind", at, probe.rip);
}

static void from_user(void)
{
    if (!user_init())
        return;
    USER_RUN("ud2");
    expect_eq("user_UD_arrives", TRAP_UD, probe.vector);
    expect_eq("user_rip", USER_CODE, probe.rip);
    expect_eq("user_cs_has_rpl_3", 0xe033, regs_selector(&probe));
    expect_eq("user_ss", 0xe02b, probe.ss & 0xffff);
    expect_eq("user_rsp", USER_STACK_END, probe.rsp);
    USER_RUN("hlt");
    expect_eq("user_hlt_is_GP", TRAP_GP, probe.vector);
    USER_RUN("int3");
    expect_eq("user_int3_is_BP", TRAP_BP, probe.vector);
    int_register(0x22, 1);
    USER_RUN("int $0x22");
    expect_int("user_int_n_at_level_1_is_GP", TRAP_GP, 0x22);
    int_register(0x22, 3);
    USER_RUN("int $0x22");
    expect_int("user_int_n_at_level_3_arrives", 0x22, 0x22);
    USER_RUN("int $0x80");
    expect_eq("user_int_0x80_arrives", 0x80, probe.vector);
}

void test_main(void)
{
    table_errors();
    frame();
    without_error_code();
    with_error_code();
    nested();
    masking();
    int_from_kernel();
    from_user();
}
