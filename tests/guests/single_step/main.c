/* SPDX-License-Identifier: MIT */
/*
 * single_step/main.c - the trap flag and breakpoints where the hypervisor acts.
 *
 * Promise: with the trap flag set, #DB comes after each instruction, also
 * after one that was emulated and with bit 14 of register 6 set. A breakpoint
 * works in user mode, by execution, on stores and on loads; the resume flag in
 * a frame passes it once. Registers 6 and 7 read with their fixed bits; 4 and
 * 5 are 6 and 7 unless CR4.DE is set. What would show the hypervisor is
 * refused.
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "single_step";

#define DR6_BS      (1ul << 14)
#define DR6_FIXED   0xffff0ff0ul
#define DR7_FIXED   0x400ul
#define DR7_GD      (1ul << 13)
#define DR7_RW(n, v)  ((uint64_t)(v) << (16 + 4 * (n)))
#define DR7_LEN(n, v) ((uint64_t)(v) << (18 + 4 * (n)))
#define CR4_DE      (1ul << 3)

/* Step over @text, one instruction, after @setup; it must stop at label 3. */
#define EXPECT_STEP(name, setup, text)                                  \
    do {                                                                \
        uint64_t behind_, rbx_, rsi_;                                   \
        hc_set_debugreg(6, 0);                                          \
        PROBE_IO("lea 3f(%%rip), %0\n\t" setup "\n\t"                   \
                 "pushfq\n\t orl $0x100, (%%rsp)\n\t popfq\n\t"        \
                 text "\n\t 3: nop", "=&r" (behind_) COMMA              \
                 "=&b" (rbx_) COMMA "=&S" (rsi_));                      \
        report_group(name);                                             \
        expect_eq("is_DB", TRAP_DB, probe.vector);                      \
        expect_eq("behind_it", 0, probe.rip - behind_);                 \
        expect_eq("with_bs", DR6_BS,                              \
                  (uint64_t)hc_get_debugreg(6) & DR6_BS);               \
        expect_eq("with_tf", FLAG_TF, probe.rflags & FLAG_TF);          \
        (void)rbx_, (void)rsi_;                                         \
        report_group(NULL);                                             \
    } while (0)

/* A store that the hypervisor carries out, to the entry of an empty page. */
static void table_store(void)
{
    uint64_t slot = (uint64_t)pt_entry((uint64_t)window_page(6), 1);

    hc_vm_assist(VMASST_CMD_enable, VMASST_TYPE_writable_pagetables);
    hc_set_debugreg(6, 0);
    PROBE("pushfq\n\t orl $0x100, (%%rsp)\n\t popfq\n\t"
          "movq $0x1000, (%0)\n\t movq $0x2000, (%0)\n\t nop", "r" (slot));
    expect_eq("a_stepped_store_to_a_table_is_DB", TRAP_DB, probe.vector);
    expect_eq("behind_the_first", 0x1000, *(volatile uint64_t *)slot);
    pt_write(pt_entry_maddr((uint64_t)window_page(6), 1), 0);
}

static void steps(void)
{
    EXPECT_STEP("nop", "", "nop");
    EXPECT_STEP("load", "", "mov probe_rsp, %%rax");
    EXPECT_STEP("emulated_read_of_cr0", "", "mov %%cr0, %%rax");
    EXPECT_STEP("emulated_read_of_dr7", "", "mov %%dr7, %%rax");
    EXPECT_STEP("emulated_clts", "", "clts");
    EXPECT_STEP("emulated_rdmsr", "mov $0xc0000100, %%ecx", "rdmsr");
    EXPECT_STEP("cpuid", "xor %%eax, %%eax", "cpuid");
    EXPECT_STEP("forced_cpuid", "mov $0x40000000, %%eax", XEN_CPUID);
    hc_set_iopl(1);
    if (own_answer("emulated_in"))
        EXPECT_STEP("emulated_in", "", "inb $0x80, %%al");
    EXPECT_STEP("emulated_outs", "mov $0x80, %%edx\n\t mov %%rsp, %%rsi",
                "outsb");
    hc_set_iopl(0);
}

/* The hypercall's SYSCALL is one step of the guest's. */
static void hypercall(void)
{
    uint64_t behind;

    hc_set_debugreg(6, 0);
    PROBE_IO("lea 3f(%%rip), %0\n\t push %%rdi\n\t push %%rsi\n\t"
             "mov $17, %%eax\n\t xor %%edi, %%edi\n\t xor %%esi, %%esi\n\t"
             "pushfq\n\t orl $0x100, (%%rsp)\n\t popfq\n\t"
             "syscall\n\t 3: nop\n\t nop\n\t nop\n\t"
             "pop %%rsi\n\t pop %%rdi", "=&b" (behind));
    expect_eq("a_stepped_hypercall_is_DB", TRAP_DB, probe.vector);
    expect_true("behind_it_or_one_further", probe.rip - behind <= 1);
    expect_eq("and_it_was_made", (uint64_t)hc_xen_version(0, NULL), probe.rax);
}

static void fixed_bits(void)
{
    static const struct {
        const char *name;
        int reg;
        uint64_t value, want;
        long rc;
    } set[] = {
        { "dr6_of_0", 6, 0, DR6_FIXED, 0 },
        { "dr6_of_all", 6, 0xffffffff, 0xffffefff, 0 },
        { "dr6_of_33_bits", 6, 0x1ffffffff, 0xffffefff, -XEN_EINVAL },
        { "dr4_is_dr6", 4, 0, DR6_FIXED, 0 },
        { "dr4_of_33_bits", 4, 0x1ffffffff, DR6_FIXED, -XEN_EINVAL },
        { "dr7_of_0", 7, 0, DR7_FIXED, 0 },
        { "dr7_of_enables", 7, 0x300, 0x700, 0 },
        { "dr7_with_gd", 7, DR7_GD, 0x700, -XEN_EPERM },
        { "dr7_of_33_bits", 7, 1ul << 32, 0x700, -XEN_EINVAL },
        { "dr5_is_dr7", 5, 0, DR7_FIXED, 0 },
        { "dr7_with_io", 7, 1 | DR7_RW(0, 2), DR7_FIXED, -XEN_EPERM },
        { "dr7_with_io_not_enabled", 7, DR7_RW(0, 2),
          DR7_FIXED | DR7_RW(0, 2), 0 },
        { "dr7_with_reserved", 7, 0xd800, DR7_FIXED, 0 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(set); i++) {
        report_group(set[i].name);
        expect_rc("set", set[i].rc, hc_set_debugreg(set[i].reg, set[i].value));
        expect_eq("get", set[i].want, (uint64_t)hc_get_debugreg(set[i].reg));
    }
    report_group(NULL);
    hc_set_debugreg(7, 0);
}

static void write_cr4(uint64_t set, uint64_t clear)
{
    PROBE("mov %%cr4, %%rax\n\t or %0, %%rax\n\t and %1, %%rax\n\t"
          "mov %%rax, %%cr4", "r" (set), "r" (~clear));
}

static void debugging_extensions(void)
{
    write_cr4(CR4_DE, 0);
    expect_eq("cr4_takes_de", NO_TRAP, probe.vector);
    expect_rc("with_de_there_is_no_dr4_to_set", -XEN_ENODEV,
              hc_set_debugreg(4, 0));
    expect_rc("with_de_there_is_no_dr5_to_set", -XEN_ENODEV,
              hc_set_debugreg(5, 0));
    expect_rc("with_de_there_is_no_dr4_to_get", -XEN_ENODEV,
              hc_get_debugreg(4));
    expect_rc("with_de_there_is_no_dr5_to_get", -XEN_ENODEV,
              hc_get_debugreg(5));
    expect_ok("with_de_io_may_be_watched",
              hc_set_debugreg(7, 1 | DR7_RW(0, 2)));
    hc_set_debugreg(7, 0);
    write_cr4(0, CR4_DE);
}

static void addresses(void)
{
    static const struct {
        const char *name;
        uint64_t address;
        long rc;
    } edge[] = {
        { "dr_at_0", 0, 0 }, { "dr_at_last_lower", 0x7ffffffffffful, 0 },
        { "dr_between", NON_CANONICAL, -XEN_EPERM },
        { "dr_last_between", 0xffff7ffffffffffful, -XEN_EPERM },
        { "dr_in_the_m2p", HV_START, -XEN_EPERM },
        { "dr_in_the_hypervisor", HV_END - 1, -XEN_EPERM },
        { "dr_behind_it", HV_END, 0 }, { "dr_at_last", ~0ul, 0 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(edge); i++) {
        unsigned wrong = 0;

        for (int n = 0; n < 4; n++) {
            hc_set_debugreg(n, 0x1234);
            wrong += hc_set_debugreg(n, edge[i].address) != edge[i].rc;
            wrong += (uint64_t)hc_get_debugreg(n) !=
                     (edge[i].rc ? 0x1234 : edge[i].address);
            hc_set_debugreg(n, 0);
        }
        expect_eq(edge[i].name, 0, wrong);
    }
}

static void user_breakpoints(void)
{
    struct regs regs = user_regs();

    hc_set_debugreg(2, USER_CODE + 1);
    hc_set_debugreg(7, 1 << 4);
    USER_RUN("nop; nop; ud2");
    expect_eq("a_users_instruction_is_DB", TRAP_DB, probe.vector);
    expect_eq("before_it", USER_CODE + 1, probe.rip);
    expect_eq("its_bit_is_in_dr6", 4, (uint64_t)hc_get_debugreg(6) & 0xf);
    regs.rip = USER_CODE + 1;
    regs.rflags |= 1ul << 16;
    USER_RUN_WITH(regs, "nop; nop; ud2");
    expect_eq("the_resume_flag_passes_it", TRAP_UD, probe.vector);
    hc_set_debugreg(6, 0);
    hc_set_debugreg(2, 0);
    hc_set_debugreg(3, USER_STACK_END - 8);
    hc_set_debugreg(7, 1 << 6 | DR7_RW(3, 1) | DR7_LEN(3, 2));
    USER_RUN("push %%rax; nop; ud2");
    expect_eq("a_users_store_is_DB", TRAP_DB, probe.vector);
    expect_eq("behind_the_store", USER_CODE + 1, probe.rip);
    expect_eq("the_stores_bit_is_in_dr6", 8,
              (uint64_t)hc_get_debugreg(6) & 0xf);
    hc_set_debugreg(6, 0);
    hc_set_debugreg(7, 1 << 6 | DR7_RW(3, 3) | DR7_LEN(3, 0));
    USER_RUN("mov -1(%%rsp), %%al; mov -8(%%rsp), %%al; nop; ud2");
    expect_eq("a_users_load_is_DB", TRAP_DB, probe.vector);
    expect_eq("of_its_byte_alone", USER_CODE + 8, probe.rip);
    hc_set_debugreg(7, 0);
    hc_set_debugreg(3, 0);
    USER_RUN("push %%rax; nop; ud2");
    expect_eq("without_enables_nothing_comes", TRAP_UD, probe.vector);
    regs = user_regs();
    regs.rflags |= FLAG_TF;
    hc_set_debugreg(6, 0);
    USER_RUN_WITH(regs, "nop; nop; ud2");
    expect_eq("a_users_step_is_DB", TRAP_DB, probe.vector);
    expect_eq("a_users_step_rip", USER_CODE + 1, probe.rip);
    USER_RUN("mov %%dr0, %%rax");
    expect_eq("a_user_reads_no_dr0", TRAP_GP, probe.vector);
    USER_RUN("mov %%rax, %%dr0");
    expect_eq("a_user_writes_no_dr0", TRAP_GP, probe.vector);
}

/* The hypervisor reads the argument for the guest: no #DB may come of it. */
static void watched_argument(void)
{
    static struct evtchn_status st;

    st.dom = DOMID_SELF;
    hc_set_debugreg(6, 0);
    hc_set_debugreg(0, (uint64_t)&st);
    hc_set_debugreg(7, 1 | DR7_RW(0, 3) | DR7_LEN(0, 1));
    PROBE("push %%rdi\n\t push %%rsi\n\t mov $32, %%eax\n\t"
          "mov $5, %%edi\n\t mov %0, %%rsi\n\t syscall\n\t"
          "pop %%rsi\n\t pop %%rdi", "r" (&st));
    hc_set_debugreg(7, 0);
    expect_eq("a_watched_argument_of_a_hypercall", NO_TRAP, probe.vector);
    hc_set_debugreg(0, 0);
}

void test_main(void)
{
    steps();
    table_store();
    hypercall();
    fixed_bits();
    debugging_extensions();
    addresses();
    if (user_init())
        user_breakpoints();
    watched_argument();
}
