/* SPDX-License-Identifier: MIT */
/*
 * iret_frames/main.c - the iret hypercall, each field of its frame hostile.
 *
 * Promise: of rflags the bits of user code are restored one by one and all
 * others dropped, in both modes. A place that cannot be executed is an
 * exception at that place; a stack pointer is not looked at. The frame itself
 * may lie anywhere readable and is not changed. VGCF_in_syscall returns with
 * rcx = rip and r11 = rflags, and to the flat segments whatever the frame
 * says. The call is the kernel's alone.
 */
#include "guest.h"
#include "iret.h"

const char test_folder[] = "iret_frames";

#define FLAG_BITS 22u
#define KEPT_FLAGS (FLAG_CF | 1ul << 2 | 1ul << 4 | 1ul << 6 | 1ul << 7 | \
                    FLAG_DF | 1ul << 11 | FLAG_NT | FLAG_AC | FLAG_ID)

static const char *const flag_name[FLAG_BITS] = {
    "cf", "bit_1", "pf", "bit_3", "af", "bit_5", "zf", "sf", "tf", "if", "df",
    "of", "iopl_1", "iopl_2", "nt", "bit_15", "rf", "vm", "ac", "vif", "vip",
    "id",
};

static void kernel_flags(void)
{
    for (unsigned bit = 0; bit < FLAG_BITS; bit++) {
        uint64_t flag = 1ul << bit;

        if (flag == FLAG_TF)
            continue;
        iret_reset();
        iret_frame.rflags |= flag;
        IRET_KERNEL();
        expect_eq(flag_name[bit], FLAG_ONE | FLAG_IF | (flag & KEPT_FLAGS),
                  iret_landed[LANDED_RFLAGS]);
    }
    iret_reset();
    iret_frame.rflags = ~0xfffffful | FLAG_IF;
    IRET_KERNEL();
    expect_eq("the_upper_bits", FLAG_ONE | FLAG_IF,
              iret_landed[LANDED_RFLAGS]);
    iret_reset();
    iret_frame.rflags = ~FLAG_TF;
    IRET_KERNEL();
    expect_eq("all_bits", FLAG_ONE | FLAG_IF | KEPT_FLAGS,
              iret_landed[LANDED_RFLAGS]);
}

static uint64_t user_flags_of(uint64_t rflags)
{
    struct regs regs = user_regs();

    regs.rflags = rflags;
    USER_RUN_WITH(regs, "pushfq; pop %%rax; ud2");
    return probe.rax;
}

static void user_flags(void)
{
    for (unsigned bit = 0; bit < FLAG_BITS; bit++) {
        uint64_t flag = 1ul << bit;

        if (flag == FLAG_TF)
            continue;
        expect_eq(flag_name[bit], FLAG_ONE | FLAG_IF | (flag & KEPT_FLAGS),
                  user_flags_of(FLAG_ONE | FLAG_IF | flag));
    }
    expect_eq("none", FLAG_ONE | FLAG_IF, user_flags_of(0));
    expect_eq("none_masks_upcalls", 1, regs_saved_mask(&probe));
    expect_eq("all_bits", FLAG_ONE | FLAG_IF | KEPT_FLAGS,
              user_flags_of(~FLAG_TF));
    user_flags_of(FLAG_ONE | FLAG_IF | FLAG_TF);
    expect_eq("tf_is_DB", TRAP_DB, probe.vector);
    expect_eq("behind_the_first_instruction", USER_CODE + 1, probe.rip);
    expect_eq("with_tf_in_the_frame", FLAG_TF, probe.rflags & FLAG_TF);
}

static void places(void)
{
    static const struct {
        const char *name;
        uint64_t rip;
        unsigned vector, error;
    } place[] = {
        { "rip_between", NON_CANONICAL, TRAP_GP, 0 },
        { "rip_last_between", 0xffff7ffffffffffful, TRAP_GP, 0 },
        { "rip_null", 0, TRAP_PF, PF_FETCH },
        { "rip_hypervisor", HV_PRIVATE, TRAP_PF, PF_FETCH },
        { "rip_last_lower", 0x7ffffffffffful, TRAP_PF, PF_FETCH },
        { "rip_last", ~0ul, TRAP_PF, PF_FETCH },
    };

    for (size_t i = 0; i < ARRAY_SIZE(place); i++) {
        struct regs regs = user_regs();

        iret_reset();
        iret_frame.rip = place[i].rip;
        IRET_HERE("", IRET_RSP_HERE);
        report_group(place[i].name);
        expect_eq("kernel_vector", place[i].vector, probe.vector);
        expect_eq("kernel_error", place[i].error, probe.error & ~PF_PRESENT);
        expect_eq("kernel_rip", place[i].rip, probe.rip);
        expect_eq("kernel_cs", FLAT_KERNEL_CS & ~3, regs_selector(&probe));
        if (place[i].vector == TRAP_PF)
            expect_eq("kernel_cr2", place[i].rip, probe_cr2);
        regs.rip = place[i].rip;
        USER_RUN_WITH(regs, "ud2");
        expect_eq("user_vector", place[i].vector, probe.vector);
        expect_eq("user_error", place[i].error |
                  (place[i].error ? PF_USER : 0), probe.error & ~PF_PRESENT);
        expect_eq("user_rip", place[i].rip, probe.rip);
        expect_eq("user_cs", FLAT_USER_CS, regs_selector(&probe));
        expect_eq("user_rsp", USER_STACK_END, probe.rsp);
    }
    report_group(NULL);
}

static void stacks(void)
{
    static const struct {
        const char *name;
        uint64_t rsp;
    } stack[] = {
        { "rsp_between", NON_CANONICAL }, { "rsp_null", 0 },
        { "rsp_hypervisor", HV_PRIVATE }, { "rsp_last", ~0ul },
        { "rsp_odd", 0x12345 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(stack); i++) {
        struct regs regs = user_regs();

        iret_reset();
        iret_frame.rflags = FLAG_ONE;
        iret_frame.rsp = stack[i].rsp;
        IRET_HERE(IRET_RIP_HERE, "");
        report_group(stack[i].name);
        expect_eq("kernel_runs", NO_TRAP, probe.vector);
        expect_eq("kernel_has_it", stack[i].rsp, iret_landed[LANDED_RSP]);
        regs.rsp = stack[i].rsp;
        USER_RUN_WITH(regs, "ud2");
        expect_eq("user_runs", TRAP_UD, probe.vector);
        expect_eq("user_has_it", stack[i].rsp, probe.rsp);
    }
    report_group(NULL);
    upcalls_mask();
}

/* Return through a frame that has been copied to @at. */
static void return_through(void *at)
{
    memcpy(at, &iret_frame, sizeof(iret_frame));
    PROBE("mov %%rsp, 56(%0)\n\t movq $2f, 32(%0)\n\t mov %0, %%rsp\n\t"
          IRET_FROM_RSP, "r" (at));
}

static void frame_places(void)
{
    uint8_t *page = page_alloc(), *next = page_alloc();
    struct iret_context *low = (struct iret_context *)page;

    iret_reset();
    return_through(page + 3);
    expect_eq("an_odd_frame", NO_TRAP, probe.vector);
    expect_eq("an_odd_frame_is_read", 0xcccc, iret_landed[LANDED_RCX]);
    return_through(page + PAGE_SIZE - sizeof(iret_frame));
    expect_eq("a_frame_that_ends_with_its_page", NO_TRAP, probe.vector);
    if (next == page + PAGE_SIZE) {
        iret_reset();
        return_through(next - 20);
        expect_eq("a_frame_in_two_pages", NO_TRAP, probe.vector);
        expect_eq("a_frame_in_two_pages_is_read", 0xcccc,
                  iret_landed[LANDED_RCX]);
    }
    iret_reset();
    return_through(page);
    expect_eq("a_frame_is_left_rax", 0xaaaa, low->rax);
    expect_eq("a_frame_is_left_flags", FLAG_ONE | FLAG_IF, low->rflags);
    expect_eq("a_frame_is_left_cs", FLAT_KERNEL_CS & ~3, low->cs & 0xffffffff);
    upcalls_mask();
}

/* The frame in a page that the kernel may only read. */
static void read_only_frame(void)
{
    struct iret_context *page = page_alloc();

    iret_reset();
    *page = iret_frame;
    PROBE("mov %%rsp, 56(%0)\n\t movq $2f, 32(%0)\n\t"
          "mov %0, %%rdi\n\t call page_set_readonly\n\t"
          "mov %0, %%rsp\n\t" IRET_FROM_RSP, "b" (page));
    expect_eq("a_read_only_frame", NO_TRAP, probe.vector);
    expect_eq("a_read_only_frame_is_read", 0xcccc, iret_landed[LANDED_RCX]);
    page_set_writable(page);
    upcalls_mask();
}

static void in_syscall(void)
{
    iret_reset();
    iret_frame.flags = VGCF_in_syscall;
    iret_frame.rflags |= FLAG_CF;
    IRET_KERNEL();
    expect_eq("it_lands", NO_TRAP, probe.vector);
    expect_eq("rax_is_restored", 0xaaaa, iret_landed[LANDED_RAX]);
    expect_eq("rcx_is_rip", iret_frame.rip, iret_landed[LANDED_RCX]);
    expect_eq("r11_is_rflags", FLAG_ONE | FLAG_IF | FLAG_CF,
              iret_landed[LANDED_R11]);
    iret_reset();
    iret_frame.flags = ~0ul & ~(uint64_t)VGCF_in_syscall;
    IRET_KERNEL();
    expect_eq("other_flags_change_nothing", 0xcccc, iret_landed[LANDED_RCX]);
    iret_reset();
    iret_frame.flags = VGCF_in_syscall;
    iret_frame.cs = 0xff00;
    iret_frame.ss = 0xff00;
    IRET_KERNEL();
    expect_eq("bad_selectors_are_not_used", NO_TRAP, probe.vector);
    expect_eq("cs_is_the_flat_one", FLAT_KERNEL_CS, iret_landed[LANDED_CS]);
    expect_eq("ss_is_the_flat_one", FLAT_KERNEL_SS, iret_landed[LANDED_SS]);
    iret_reset();
    iret_frame.flags = VGCF_in_syscall;
    iret_frame.rip = NON_CANONICAL;
    IRET_HERE("", IRET_RSP_HERE);
    expect_eq("a_non_canonical_rip_is_GP", TRAP_GP, probe.vector);
    expect_eq("at_that_rip", NON_CANONICAL, probe.rip);
    expect_eq("of_the_kernel", 0, (uint64_t)regs_from_user(&probe));
    upcalls_mask();
}

/* Number 23 in user mode is the guest's own system call 23. */
static void not_for_users(void)
{
    struct regs regs = user_regs();

    regs.rax = 23;
    regs.rsp = USER_STACK;
    memset(user_stack, 0xff, 128);
    USER_RUN_WITH(regs, "syscall; ud2");
    expect_eq("in_user_mode_it_is_a_system_call", VECTOR_SYSCALL,
              probe.vector);
    expect_eq("behind_the_instruction", USER_CODE + 2, probe.rip);
    expect_eq("with_its_number", 23, probe.rax);
    expect_eq("and_its_stack", USER_STACK, probe.rsp);
}

void test_main(void)
{
    report_group("kernel_flag");
    kernel_flags();
    upcalls_mask();
    if (!user_init())
        return;
    report_group("user_flag");
    user_flags();
    report_group(NULL);
    places();
    stacks();
    frame_places();
    read_only_frame();
    report_group("in_syscall");
    in_syscall();
    report_group(NULL);
    not_for_users();
}
