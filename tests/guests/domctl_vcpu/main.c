/* SPDX-License-Identifier: MIT */
/*
 * domctl_vcpu/main.c - the registers of another domain's vcpus, by domctl.
 *
 * Promise: a context is taken if every address in it is canonical, its
 * descriptor tables are sane and its page tables are the domain's and valid;
 * otherwise nothing has changed. What was taken can be read back. A vcpu that
 * has tables keeps them, until all is taken from it, and with that whatever it
 * waited for. The same holds for vector registers and MSRs. A hypercall page is written only to memory of the domain.
 * Runs as dom0.
 */
#include "guest.h"
#include "child.h"
#include "clock.h"
#include "domctl.h"
#include "hypervisor.h"

const char test_folder[] = "domctl_vcpu";

static struct child child;
static struct vcpu_guest_context context, back;

static long set(unsigned vcpu, const void *at)
{
    struct xen_domctl op = { .u.vcpucontext.vcpu = vcpu };

    set_xen_guest_handle(op.u.vcpucontext.ctxt, (void *)at);
    return domctl(XEN_DOMCTL_setvcpucontext, child.id, &op);
}

static long get(unsigned vcpu, void *at)
{
    struct xen_domctl op = { .u.vcpucontext.vcpu = vcpu };

    set_xen_guest_handle(op.u.vcpucontext.ctxt, at);
    return domctl(XEN_DOMCTL_getvcpucontext, child.id, &op);
}

/* One thing wrong in a context that is good otherwise. */
#define BAD(name, rc, field, value)             \
    do {                                        \
        child_context(&child, &context);        \
        context.field = value;                  \
        expect_rc(name, rc, set(0, &context));  \
    } while (0)

static void hostile(void)
{
    report_group("hostile");
    BAD("rip", -XEN_EINVAL, user_regs.rip, NON_CANONICAL);
    BAD("rsp", -XEN_EINVAL, user_regs.rsp, NON_CANONICAL);
    BAD("kernel_stack", -XEN_EINVAL, kernel_sp, NON_CANONICAL);
    BAD("fs_base", -XEN_EINVAL, fs_base, NON_CANONICAL);
    BAD("gs_base", -XEN_EINVAL, gs_base_kernel, NON_CANONICAL);
    BAD("users_gs_base", -XEN_EINVAL, gs_base_user, NON_CANONICAL);
    BAD("event_callback", -XEN_EINVAL, event_callback_eip, NON_CANONICAL);
    BAD("failsafe_callback", -XEN_EINVAL, failsafe_callback_eip,
        NON_CANONICAL);
    BAD("syscall_callback", -XEN_EINVAL, syscall_callback_eip, NON_CANONICAL);
    BAD("the_last_trap", -XEN_EINVAL, trap_ctxt[255].address, NON_CANONICAL);
    BAD("an_ldt_that_is_not_aligned", -XEN_EINVAL, ldt_base, 0x1008);
    BAD("an_ldt_that_is_too_long", -XEN_EINVAL, ldt_ents, 8193);
    BAD("a_gdt_that_is_too_long", -XEN_EINVAL, gdt_ents, 7169);
    BAD("tables_of_nobody", -XEN_EINVAL, ctrlreg[3], PTE_ADDR);
    BAD("our_tables", -XEN_EINVAL, ctrlreg[3], xen_pfn_to_cr3(pt_root_mfn()));
    BAD("a_page_that_it_may_write", -XEN_EINVAL, ctrlreg[3],
        xen_pfn_to_cr3(child.mfn[CHILD_DATA]));
    BAD("a_lower_table", -XEN_EINVAL, ctrlreg[3],
        xen_pfn_to_cr3(child.mfn[CHILD_L3]));
    BAD("no_tables_for_its_user", -XEN_EINVAL, flags, VGCF_online);
    child_context(&child, &context);
    context.gdt_ents = 512;
    context.gdt_frames[0] = child.mfn[CHILD_L1];
    expect_rc("a_gdt_in_a_table", -XEN_EINVAL, set(0, &context));
    context.gdt_frames[0] = va_to_mfn(&context);
    expect_rc("a_gdt_of_ours", -XEN_EINVAL, set(0, &context));
    child_context(&child, &context);
    context.ctrlreg[1] = xen_pfn_to_cr3(child.mfn[CHILD_CODE]);
    expect_rc("users_tables_that_are_none", -XEN_EINVAL, set(0, &context));
    expect_rc("from_nowhere", -XEN_EFAULT, set(0, window_page(0)));
    expect_rc("from_the_hypervisor", -XEN_EFAULT, set(0, (void *)HV_PRIVATE));
    expect_rc("of_no_vcpu", -XEN_EINVAL, set(2, &context));
    expect_rc("of_the_last_number", -XEN_EINVAL, set(~0u, &context));
    expect_rc("it_has_none_then", -XEN_ENODATA, get(0, &back));
    expect_rc("nor_has_a_vcpu_that_is_not", -XEN_EINVAL, get(2, &back));
}

static void fill(void)
{
    child_context(&child, &context);
    context.user_regs.r15 = 0x1515;
    context.user_regs.rax = 0xaaaa;
    context.user_regs.rflags |= 3ul << 12;      /* IOPL 3 */
    context.trap_ctxt[14] = (struct trap_info){
        .vector = 14, .flags = 4 | 3, .cs = FLAT_KERNEL_CS,
        .address = CHILD_BASE + 0x123 };
    context.event_callback_eip = CHILD_BASE + 0x200;
    context.failsafe_callback_eip = CHILD_BASE + 0x300;
    context.syscall_callback_eip = CHILD_BASE + 0x400;
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = CHILD_BASE + 0x5000;
    context.fs_base = 0x111000;
    context.gs_base_kernel = 0x222000;
    context.gs_base_user = 0x333000;
    context.flags |= VGCF_syscall_disables_events;
    context.debugreg[0] = 0x4321;
    context.vm_assist = 1ul << VMASST_TYPE_writable_pagetables;
}

static void kept(void)
{
    report_group("kept");
    fill();
    expect_ok("a_context", set(0, &context));
    expect_ok("comes_back", get(0, &back));
    expect_eq("rip", context.user_regs.rip, back.user_regs.rip);
    expect_eq("rsp", context.user_regs.rsp, back.user_regs.rsp);
    expect_eq("rax", 0xaaaa, back.user_regs.rax);
    expect_eq("r15", 0x1515, back.user_regs.r15);
    expect_eq("iopl", 3, back.user_regs.rflags >> 12 & 3);
    expect_eq("interrupts_are_on", FLAG_IF, back.user_regs.rflags & FLAG_IF);
    expect_eq("cs", FLAT_KERNEL_CS | 3, back.user_regs.cs | 3);
    expect_eq("flags", VGCF_in_kernel | VGCF_online |
              VGCF_syscall_disables_events, back.flags &
              (VGCF_in_kernel | VGCF_online | VGCF_syscall_disables_events |
               VGCF_failsafe_disables_events));
    expect_eq("a_trap", CHILD_BASE + 0x123, back.trap_ctxt[14].address);
    expect_eq("its_flags", 7, back.trap_ctxt[14].flags);
    expect_eq("event_callback", CHILD_BASE + 0x200, back.event_callback_eip);
    expect_eq("failsafe_callback", CHILD_BASE + 0x300,
              back.failsafe_callback_eip);
    expect_eq("syscall_callback", CHILD_BASE + 0x400,
              back.syscall_callback_eip);
    expect_eq("kernel_stack", CHILD_BASE + 0x5000, back.kernel_sp);
    expect_eq("fs_base", 0x111000, back.fs_base);
    expect_eq("gs_base", 0x222000, back.gs_base_kernel);
    expect_eq("users_gs_base", 0x333000, back.gs_base_user);
    expect_eq("tables", xen_pfn_to_cr3(child.mfn[CHILD_L4]), back.ctrlreg[3]);
    expect_eq("no_tables_for_its_user", 0, back.ctrlreg[1]);
    expect_eq("no_gdt", 0, back.gdt_ents);
    expect_eq("debug_register", 0x4321, back.debugreg[0]);
    expect_eq("assists", 1ul << VMASST_TYPE_writable_pagetables,
              back.vm_assist);
    expect_rc("to_nowhere", -XEN_EFAULT, get(0, window_page(0)));
    expect_rc("to_the_hypervisor", -XEN_EFAULT, get(0, (void *)HV_PRIVATE));
}

static void again(void)
{
    report_group("again");
    back.user_regs.rax = 0xbbbb;
    expect_ok("with_the_same_tables", set(0, &back));
    get(0, &context);
    expect_eq("is_taken", 0xbbbb, context.user_regs.rax);
    back.ctrlreg[3] = xen_pfn_to_cr3(child.mfn[CHILD_L3]);
    back.user_regs.rax = 0xcccc;
    expect_rc("with_others", -XEN_EOPNOTSUPP, set(0, &back));
    back.ctrlreg[3] = context.ctrlreg[3];
    back.ldt_ents = 8;
    back.ldt_base = CHILD_BASE;
    expect_rc("with_an_ldt", -XEN_EOPNOTSUPP, set(0, &back));
    back.ldt_ents = back.ldt_base = 0;
    back.user_regs.rip = NON_CANONICAL;
    expect_rc("with_a_bad_address", -XEN_EINVAL, set(0, &back));
    if (own_answer("nothing_has_changed")) {
        get(0, &context);
        expect_eq("nothing_has_changed", 0xbbbb, context.user_regs.rax);
    }
    expect_ok("taken_away", set(0, NULL));
    expect_rc("there_is_none", -XEN_ENODATA, get(0, &back));
    fill();
    context.flags &= ~(unsigned long)VGCF_online;
    expect_ok("and_given_anew", set(0, &context));
    struct xen_domctl op = { 0 };
    expect_ok("a_vcpu", domctl(XEN_DOMCTL_getvcpuinfo, child.id, &op));
    expect_eq("that_is_down", 0, op.u.getvcpuinfo.online);
}

static long ext(unsigned cmd, struct xen_domctl *op)
{
    return domctl(cmd, child.id, op);
}

static void callbacks(void)
{
    struct xen_domctl op = { 0 };

    report_group("callbacks");
    expect_ok("are_told", ext(XEN_DOMCTL_get_ext_vcpucontext, &op));
    expect_eq("of_a_size", 64, op.u.ext_vcpucontext.size);
    op.u.ext_vcpucontext.sysenter_callback_eip = CHILD_BASE;
    op.u.ext_vcpucontext.sysenter_disables_events = 1;
    expect_ok("are_set", ext(XEN_DOMCTL_set_ext_vcpucontext, &op));
    op.u.ext_vcpucontext.sysenter_callback_eip = 0;
    expect_ok("and_told", ext(XEN_DOMCTL_get_ext_vcpucontext, &op));
    expect_eq("as_set", CHILD_BASE,
              op.u.ext_vcpucontext.sysenter_callback_eip);
    op.u.ext_vcpucontext.sysenter_callback_eip = NON_CANONICAL;
    expect_rc("not_canonical", -XEN_EINVAL,
              ext(XEN_DOMCTL_set_ext_vcpucontext, &op));
    op.u.ext_vcpucontext.sysenter_callback_eip = 0;
    op.u.ext_vcpucontext.size = 8;
    expect_rc("too_short", -XEN_EINVAL,
              ext(XEN_DOMCTL_set_ext_vcpucontext, &op));
    op.u.ext_vcpucontext.vcpu = 2;
    expect_rc("of_no_vcpu", -XEN_ESRCH,
              ext(XEN_DOMCTL_get_ext_vcpucontext, &op));
}

static void registers(void)
{
    static uint64_t image[1024];
    struct xen_domctl op = { 0 };
    uint64_t size;

    report_group("vectors");
    expect_ok("how_large", ext(XEN_DOMCTL_getvcpuextstate, &op));
    size = op.u.vcpuextstate.size;
    if (!size) {
        report_skip("the_rest", "the CPU has no XSAVE");
        return;
    }
    expect_true("it_fits", size >= 16 + 576 && size <= sizeof(image));
    set_xen_guest_handle(op.u.vcpuextstate.buffer, image);
    expect_ok("they_are_told", ext(XEN_DOMCTL_getvcpuextstate, &op));
    expect_ok("and_taken", ext(XEN_DOMCTL_setvcpuextstate, &op));
    op.u.vcpuextstate.size = size + 8;
    expect_rc("too_many", -XEN_EINVAL, ext(XEN_DOMCTL_setvcpuextstate, &op));
    op.u.vcpuextstate.size = 8;
    expect_rc("too_few", -XEN_EINVAL, ext(XEN_DOMCTL_setvcpuextstate, &op));
    op.u.vcpuextstate.size = size;
    image[0] = 2;
    image[1] = 3;
    expect_rc("without_x87", -XEN_EINVAL, ext(XEN_DOMCTL_setvcpuextstate, &op));
    image[0] = 1;
    image[2 + 64] = 1ul << 62;
    expect_rc("a_component_that_is_not", -XEN_EINVAL,
              ext(XEN_DOMCTL_setvcpuextstate, &op));
    image[2 + 64] = 3;
    image[2 + 66] = 1;
    expect_rc("a_reserved_word", -XEN_EIO,
              ext(XEN_DOMCTL_setvcpuextstate, &op));
    image[2 + 66] = 0;
    set_xen_guest_handle(op.u.vcpuextstate.buffer, (void *)HV_PRIVATE);
    expect_rc("from_the_hypervisor", -XEN_EFAULT,
              ext(XEN_DOMCTL_setvcpuextstate, &op));
    op.u.vcpuextstate.vcpu = 2;
    expect_rc("of_no_vcpu", -XEN_ESRCH, ext(XEN_DOMCTL_getvcpuextstate, &op));
}

#define MSR_TSC_AUX 0xc0000103

static void msrs(void)
{
    static xen_domctl_vcpu_msr_t msr[16];
    struct xen_domctl op = { 0 };

    report_group("msrs");
    expect_ok("how_many", ext(XEN_DOMCTL_get_vcpu_msrs, &op));
    expect_true("a_few", op.u.vcpu_msrs.msr_count <= ARRAY_SIZE(msr));
    set_xen_guest_handle(op.u.vcpu_msrs.msrs, msr);
    expect_ok("those_that_are_not_0", ext(XEN_DOMCTL_get_vcpu_msrs, &op));
    expect_eq("there_is_none", 0, op.u.vcpu_msrs.msr_count);
    msr[0] = (xen_domctl_vcpu_msr_t){ .index = 0x1234 };
    op.u.vcpu_msrs.msr_count = 1;
    expect_rc("one_that_is_not_known", -XEN_EINVAL,
              ext(XEN_DOMCTL_set_vcpu_msrs, &op));
    msr[0] = (xen_domctl_vcpu_msr_t){ .index = MSR_TSC_AUX, .reserved = 1 };
    op.u.vcpu_msrs.msr_count = 1;
    expect_rc("a_reserved_word", -XEN_EINVAL,
              ext(XEN_DOMCTL_set_vcpu_msrs, &op));
    msr[0] = (xen_domctl_vcpu_msr_t){ .index = MSR_TSC_AUX, .value = 7 };
    op.u.vcpu_msrs.msr_count = 1;
    expect_ok("tsc_aux", ext(XEN_DOMCTL_set_vcpu_msrs, &op));
    msr[0].value = 0;
    op.u.vcpu_msrs.msr_count = ARRAY_SIZE(msr);
    expect_ok("is_told", ext(XEN_DOMCTL_get_vcpu_msrs, &op));
    expect_eq("as_the_one", 1, op.u.vcpu_msrs.msr_count);
    expect_eq("it_was_set_to", 7, msr[0].value);
    op.u.vcpu_msrs.msr_count = 0;
    expect_rc("no_room", -XEN_ENOBUFS, ext(XEN_DOMCTL_get_vcpu_msrs, &op));
    op.u.vcpu_msrs.vcpu = 2;
    expect_rc("of_no_vcpu", -XEN_ESRCH, ext(XEN_DOMCTL_get_vcpu_msrs, &op));
}

static void page(void)
{
    struct xen_domctl op = { .u.hypercall_init.gmfn = child.mfn[CHILD_SPARE] };
    uint8_t *code;

    report_group("page");
    expect_ok("of_its_own", ext(XEN_DOMCTL_hypercall_init, &op));
    code = foreign_map(0, child.id, child.mfn[CHILD_SPARE]);
    expect_eq("is_written", 0xb8, code[29 * 32 + 3]);
    foreign_unmap(0);
    op.u.hypercall_init.gmfn = child.mfn[CHILD_L2];
    expect_rc("a_table", -XEN_EPERM, ext(XEN_DOMCTL_hypercall_init, &op));
    op.u.hypercall_init.gmfn = va_to_mfn(&context);
    expect_rc("of_ours", -XEN_EINVAL, ext(XEN_DOMCTL_hypercall_init, &op));
    op.u.hypercall_init.gmfn = ~0ul >> 12;
    expect_rc("of_nobody", -XEN_EINVAL, ext(XEN_DOMCTL_hypercall_init, &op));
}

static void permissions(void)
{
    struct xen_domctl op = {
        .u.ioport_permission = { 0x2f8, 8, 1 },
    };

    report_group("permissions");
    expect_rc("no_ports", -XEN_EINVAL,
              ext(XEN_DOMCTL_ioport_permission,
                  &(struct xen_domctl){ .u.ioport_permission = { 0x2f8, 0 } }));
    expect_rc("too_high", -XEN_EINVAL,
              ext(XEN_DOMCTL_ioport_permission,
                  &(struct xen_domctl){ .u.ioport_permission = { 0xfff8,
                                                                 9, 1 } }));
    expect_ok("ports", ext(XEN_DOMCTL_ioport_permission, &op));
    op.u.ioport_permission.allow_access = 0;
    expect_ok("no_longer", ext(XEN_DOMCTL_ioport_permission, &op));
    op.u.ioport_permission = (struct xen_domctl_ioport_permission){ 0x20, 2,
                                                                    1 };
    expect_rc("what_is_not_ours", -XEN_EPERM,
              ext(XEN_DOMCTL_ioport_permission, &op));
    op.u.iomem_permission = (struct xen_domctl_iomem_permission){ 0xb8, 8, 1 };
    expect_ok("memory", ext(XEN_DOMCTL_iomem_permission, &op));
    op.u.iomem_permission.first_mfn = 0xfee00;
    op.u.iomem_permission.nr_mfns = 1;
    expect_rc("memory_that_is_not_ours", -XEN_EPERM,
              ext(XEN_DOMCTL_iomem_permission, &op));
    op.u.iomem_permission.first_mfn = ~0ul;
    op.u.iomem_permission.nr_mfns = 2;
    expect_rc("beyond_all_memory", -XEN_EINVAL,
              ext(XEN_DOMCTL_iomem_permission, &op));
}

/* --- asleep -------------------------------------------------------------- */

#define PATIENCE    (2000 * MILLISECOND)
#define ARGUMENT    (CHILD_BASE + CHILD_DATA * PAGE_SIZE + 64)   /* zeros */

/* The address of a SYSCALL in the child's code. */
static uint64_t syscall_of_child(void)
{
    const uint8_t *code = foreign_map(0, child.id, child.mfn[CHILD_CODE]);
    uint64_t at = 0;

    while (code && at < PAGE_SIZE - 1 && (code[at] != 0x0f ||
                                          code[at + 1] != 0x05))
        at++;
    foreign_unmap(0);
    return CHILD_BASE + CHILD_CODE * PAGE_SIZE + at;
}

static bool waits(void)
{
    uint64_t end = clock_now() + PATIENCE;
    struct xen_domctl op = { 0 };

    do {
        let_others_run();
        ext(XEN_DOMCTL_getvcpuinfo, &op);
    } while (!op.u.getvcpuinfo.blocked && clock_now() < end);
    return op.u.getvcpuinfo.blocked;
}

/* It calls sched_op to wait for what does not come; all is taken from it, and
 * it is given something else to do. */
static void set_asleep(const char *name, unsigned wait)
{
    volatile struct child_data *data = child_data(&child);
    uint64_t before = data->yields;

    report_group(name);
    child_context(&child, &context);
    context.user_regs.rip = syscall_of_child();
    context.user_regs.rax = __HYPERVISOR_sched_op;
    context.user_regs.rdi = wait;
    context.user_regs.rsi = ARGUMENT;
    set(0, NULL);
    expect_ok("it_is_to_wait", set(0, &context));
    expect_true("and_waits", waits());
    expect_ok("all_is_taken_from_it", set(0, NULL));
    child_context(&child, &context);
    expect_ok("it_is_given_anew", set(0, &context));
    expect_true("and_runs", child_wait_for_change(&data->yields, before));
    report_group(NULL);
}

static void asleep(void)
{
    struct xen_domctl op = { 0 };

    child_data(&child)->what = CHILD_YIELD;
    ext(XEN_DOMCTL_unpausedomain, &op);
    set_asleep("blocked", SCHEDOP_block);
    set_asleep("polling", SCHEDOP_poll);
}

void test_main(void)
{
    struct xen_domctl op = { .u.max_vcpus.max = 2 };
    const char *why = NULL;

    if (child_create(&child, 2) ||
        domctl(XEN_DOMCTL_max_vcpus, child.id, &op))
        why = "not_made";
    if (!why)
        why = child_fill(&child);
    if (expect_text("a_domain", "filled", why ? why : "filled")) {
        hostile();
        kept();
        again();
        callbacks();
        registers();
        msrs();
        page();
        permissions();
        asleep();
    }
    child_destroy(&child);
}
