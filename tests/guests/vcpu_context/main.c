/* SPDX-License-Identifier: MIT */
/*
 * vcpu_context/main.c - the state that a guest gives a new vcpu.
 * Has 3 vcpus.
 *
 * Promise: a context with an address that no pointer can have, with descriptor
 * tables or page tables that are none, or of which nothing can be read, is
 * refused, and the vcpu stays as it was: down, without registers, and holding
 * no page. A sound context is what the vcpu begins with, all of it; selectors
 * get RPL 3. It is taken once.
 */
#include "guest.h"
#include "hypervisor.h"
#include "land.h"

const char test_folder[] = "vcpu_context";

static struct vcpu_guest_context context;

static void expect_refused(const char *name, long rc)
{
    expect_rc(name, rc, hc_vcpu_op(VCPUOP_initialise, 1, &context));
    vcpu_context_init(&context, 1);
}

#define REFUSE(name, field, value)                                      \
    do {                                                                \
        context.field = (value);                                        \
        expect_refused(name, -XEN_EINVAL);                              \
    } while (0)

static void addresses(void)
{
    report_group("address");
    REFUSE("rip", user_regs.rip, NON_CANONICAL);
    REFUSE("rsp", user_regs.rsp, NON_CANONICAL);
    REFUSE("kernel_sp", kernel_sp, NON_CANONICAL);
    REFUSE("fs_base", fs_base, NON_CANONICAL);
    REFUSE("gs_base_kernel", gs_base_kernel, NON_CANONICAL);
    REFUSE("gs_base_user", gs_base_user, NON_CANONICAL);
    REFUSE("event_callback", event_callback_eip, NON_CANONICAL);
    REFUSE("failsafe_callback", failsafe_callback_eip, NON_CANONICAL);
    REFUSE("syscall_callback", syscall_callback_eip, NON_CANONICAL);
    REFUSE("the_first_handler", trap_ctxt[0].address, NON_CANONICAL);
    REFUSE("the_last_handler", trap_ctxt[255].address, NON_CANONICAL);
}

static void descriptor_tables(void)
{
    uint64_t mfn;

    report_group("descriptors");
    page_alloc_unmapped(&mfn);
    REFUSE("an_ldt_that_is_not_page_aligned", ldt_base, 0x1008);
    REFUSE("an_ldt_at_no_address", ldt_base, NON_CANONICAL);
    REFUSE("an_ldt_at_the_hypervisors_addresses", ldt_base, HV_START);
    context.ldt_base = 0x1000;
    REFUSE("an_ldt_of_too_many_entries", ldt_ents, 8193);
    REFUSE("a_gdt_of_too_many_entries", gdt_ents, 7169);
    context.gdt_ents = 8;
    REFUSE("a_gdt_in_no_frame", gdt_frames[0], 0xfffffffffful);
    context.gdt_ents = 8;
    REFUSE("a_gdt_in_a_page_table", gdt_frames[0], pt_root_mfn());
    context.gdt_ents = 8;
    REFUSE("a_gdt_in_a_writable_page", gdt_frames[0], va_to_mfn(&context));
    context.gdt_ents = 513;
    context.gdt_frames[0] = mfn;
    REFUSE("a_gdt_whose_second_frame_is_bad", gdt_frames[1], pt_root_mfn());
}

static void page_tables(void)
{
    struct tree tree;

    report_group("tables");
    REFUSE("cr3_names_no_frame", ctrlreg[3], 0xfffffffffful << PAGE_SHIFT);
    REFUSE("cr3_names_a_writable_page", ctrlreg[3],
           va_to_mfn(&context) << PAGE_SHIFT);
    REFUSE("cr3_names_an_l1_table", ctrlreg[3],
           pt_entry_maddr((uint64_t)&context, 1) & PAGE_MASK);
    REFUSE("user_cr3_names_no_frame", ctrlreg[1],
           0xfffffffffful << PAGE_SHIFT);
    REFUSE("user_cr3_names_a_writable_page", ctrlreg[1],
           va_to_mfn(&context) << PAGE_SHIFT);
    REFUSE("user_mode_without_user_tables", flags, 0);
    tree_build(&tree, 4);
    if (own_answer("tables_are_let_go_when_others_are_refused")) {
        context.ctrlreg[3] = tree.mfn[4] << PAGE_SHIFT;
        context.ctrlreg[1] = va_to_mfn(&context) << PAGE_SHIFT;
        expect_refused("a_good_cr3_beside_a_bad_one", -XEN_EINVAL);
        expect_true("tables_are_let_go_when_others_are_refused",
                    tree_free(&tree));
    }
}

static void unreadable(void)
{
    report_group("memory");
    expect_rc("nothing_is_mapped_there", -XEN_EFAULT,
              hc_vcpu_op(VCPUOP_initialise, 1, window_page(0)));
    expect_rc("it_is_the_hypervisors_memory", -XEN_EFAULT,
              hc_vcpu_op(VCPUOP_initialise, 1, (void *)HV_PRIVATE));
    expect_rc("there_is_no_such_address", -XEN_EFAULT,
              hc_vcpu_op(VCPUOP_initialise, 1, (void *)NON_CANONICAL));
    expect_rc("it_is_still_down", 0, hc_vcpu_op(VCPUOP_is_up, 1, NULL));
    expect_rc("and_has_no_registers", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_up, 1, NULL));
}

static void fill_registers(struct cpu_user_regs *u)
{
    u->rax = 0xa0; u->rbx = 0xa1; u->rcx = 0xa2; u->rdx = 0xa3;
    u->rsi = 0xa4; u->rdi = 0xa5; u->rbp = 0xa6; u->r8 = 0xa8;
    u->r9 = 0xa9; u->r10 = 0xaa; u->r11 = 0xab; u->r12 = 0xac;
    u->r13 = 0xad; u->r14 = 0xae; u->r15 = 0xaf;
    u->rip = (uint64_t)land_entry;
    u->rflags = FLAG_IF | FLAG_CF | FLAG_DF | FLAG_IOPL | 1ul << 19 |
                1ul << 17;
    u->cs = FLAT_KERNEL_CS & ~3u;
    u->ss = FLAT_KERNEL_SS & ~3u;
    u->es = FLAT_KERNEL_DS32;
}

static void sound(void)
{
    static const char *const names[16] = {
        "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9",
        "r10", "r11", "r12", "r13", "r14", "r15",
    };
    uint64_t want[16] = {
        0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, context.user_regs.rsp,
        0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf,
    };

    report_group("sound");
    fill_registers(&context.user_regs);
    context.fs_base = 0x123456789000;
    context.gs_base_kernel = (uint64_t)&land_gs_word;
    context.ctrlreg[0] = 1ul << 3;      /* TS */
    expect_ok("it_is_taken", hc_vcpu_op(VCPUOP_initialise, 1, &context));
    expect_rc("and_not_twice", -XEN_EEXIST,
              hc_vcpu_op(VCPUOP_initialise, 1, &context));
    expect_rc("it_is_down_yet", 0, hc_vcpu_op(VCPUOP_is_up, 1, NULL));
    vcpu_prepare(1, land_look, NULL);
    expect_ok("it_comes_up", hc_vcpu_op(VCPUOP_up, 1, NULL));
    expect_true("and_has_looked_round", vcpu_join(1));
    for (unsigned i = 0; i < 16; i++)
        expect_eq(names[i], want[i], land_gpr[i]);
    expect_eq("flags", FLAG_ONE | FLAG_IF | FLAG_CF | FLAG_DF,
              land_rflags & ~(1ul << 17));
    expect_eq("cs_has_rpl_3", FLAT_KERNEL_CS, land_selector[0]);
    expect_eq("ss_has_rpl_3", FLAT_KERNEL_SS, land_selector[1]);
    expect_eq("ds_is_null", 0, land_selector[2]);
    expect_eq("es", FLAT_KERNEL_DS32, land_selector[3]);
    expect_eq("the_gs_base", LAND_GS_WORD, land_gs_seen);
    expect_eq("task_switched", 1, land_cr0 >> 3 & 1);
    expect_rc("not_when_it_has_gone_down_again", -XEN_EEXIST,
              hc_vcpu_op(VCPUOP_initialise, 1, &context));
}

static void idle(void *arg)
{
    (void)arg;
}

static void online(void)
{
    report_group("online");
    vcpu_context_init(&context, 2);
    vcpu_prepare(2, idle, NULL);
    context.flags |= VGCF_online;
    expect_ok("it_is_taken", hc_vcpu_op(VCPUOP_initialise, 2, &context));
    if (own_answer("the_vcpu_runs_at_once"))
        expect_true("the_vcpu_runs_at_once", vcpu_join(2));
}

void test_main(void)
{
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    vcpu_context_init(&context, 1);
    addresses();
    descriptor_tables();
    page_tables();
    unreadable();
    sound();
    online();
}
