/* SPDX-License-Identifier: MIT */
/*
 * life.c - a domain of five frames that are of use: a table of each level, and
 * one with code, which looks at CPUID and shuts down, the reason being what it
 * saw of SSE3.
 */
#include "domains.h"

#define CODE_VA     0x400000ul
#define SSE3        1u
#define WAITS       2000

enum frame { L4, L3, L2, L1, CODE };
static const uint64_t child_of[] = { L3, L2, L1, CODE };

extern const char tiny_start[], tiny_end[];
asm(".pushsection .rodata\n"
    "tiny_start: mov $1, %eax\n"
    "   xor %ecx, %ecx\n"
    "   ud2; .ascii \"xen\"; cpuid\n"
    "   and $1, %ecx\n"
    "   lea 2f(%rip), %rsi\n"
    "   mov %ecx, (%rsi)\n"
    "   mov $2, %edi\n"             /* SCHEDOP_shutdown */
    "   mov $29, %eax\n"            /* sched_op */
    "   syscall\n"
    "1: jmp 1b\n"
    "   .balign 8\n"
    "2: .long 0\n"
    "tiny_end: .popsection");

static domid_t id;
static struct vcpu_guest_context context;

static void *map(enum frame which)
{
    void *va = window_page(3);
    long rc = HC4(__HYPERVISOR_update_va_mapping_otherdomain, va,
                  pte_make(frames[which], PTE_PAGE), UVMF_INVLPG | UVMF_ALL,
                  id);

    return rc ? NULL : va;
}

static bool fill(void)
{
    for (unsigned level = 4; level > 0; level--) {
        uint64_t *table = map((enum frame)(4 - level));

        if (!table)
            return false;
        table[pt_index(CODE_VA, level)] =
            pte_make(frames[child_of[4 - level]],
                     level > 1 ? PTE_TABLE : PTE_PAGE);
    }
    void *code = map(CODE);
    if (code)
        memcpy(code, tiny_start, (size_t)(tiny_end - tiny_start));
    page_map(window_page(3), 0);
    return code;
}

static void want_registers(enum frame root)
{
    memset(&context, 0, sizeof(context));
    context.flags = VGCF_in_kernel | VGCF_online;
    context.user_regs.rip = CODE_VA;
    context.user_regs.rsp = CODE_VA + PAGE_SIZE;
    context.user_regs.rflags = 0x202;
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.ctrlreg[3] = xen_pfn_to_cr3(frames[root]);
}

static long build(domid_t domid, uint16_t vcpu, void *from)
{
    op_clear();
    op.u.builddomain.domid = domid;
    op.u.builddomain.vcpu = vcpu;
    op.u.builddomain.ctxt = (uint64_t)from;
    return control(DOM0_BUILDDOMAIN);
}

static long let_go(void)
{
    op_clear();
    op.u.unpausedomain.domid = id;
    return control(DOM0_UNPAUSEDOMAIN);
}

static void wrong_builds(void)
{
    want_registers(CODE);
    expect_rc("root_that_is_none", -XEN_EINVAL, build(id, 0, &context));
    want_registers(L4);
    expect_rc("no_registers", -XEN_EINVAL, build(id, 0, NULL));
    expect_rc("no_vcpu", -XEN_EINVAL, build(id, 2, &context));
    expect_rc("from_nowhere", -XEN_EFAULT, build(id, 0, window_page(0)));
    expect_rc("from_the_hypervisor", -XEN_EFAULT,
              build(id, 0, (void *)HV_PRIVATE));
    expect_rc("no_domain", -XEN_ESRCH, build(NO_DOMAIN, 0, &context));
    expect_rc("ourselves", -XEN_EINVAL, build(0, 0, &context));
    expect_rc("still_not_built", -XEN_EINVAL, let_go());
}

static void built(void)
{
    static struct vcpu_guest_context back;

    expect_rc("a_second_time", -XEN_EEXIST, build(id, 0, &context));
    op_clear();
    op.u.getpageframeinfo.domid = id;
    op.u.getpageframeinfo.mfn = frames[L2];
    expect_ok("ask_of_a_table", control(DOM0_GETPAGEFRAMEINFO));
    expect_eq("it_is_one", DOM0_PFINFO_L2TAB, op.u.getpageframeinfo.type);
    op_clear();
    op.u.getdomaininfo.domid = id;
    op.u.getdomaininfo.ctxt = (uint64_t)&back;
    expect_ok("ask_with_registers", control(DOM0_GETDOMAININFO));
    expect_eq("they_are_those", CODE_VA, back.user_regs.rip);
    op_clear();
    op.u.setdomaininitialmem.domid = id;
    op.u.setdomaininitialmem.initial_memkb = 4;
    expect_rc("memory_is_not_initial_any_more", -XEN_EINVAL,
              control(DOM0_SETDOMAININITIALMEM));
    op_clear();
    op.u.setdomainvmassist.domid = id;
    expect_rc("assists_are_its_own", -XEN_EINVAL,
              control(DOM0_SETDOMAINVMASSIST));
}

/* Clear SSE3 in what it is shown. */
static long hide_sse3(void)
{
    static xen_domctl_t ctl;
    static xen_cpuid_leaf_t rows[256];
    long rc;

    ctl.cmd = XEN_DOMCTL_get_cpu_policy;
    ctl.interface_version = XEN_DOMCTL_INTERFACE_VERSION;
    ctl.domain = id;
    ctl.u.cpu_policy.nr_leaves = ARRAY_SIZE(rows);
    set_xen_guest_handle(ctl.u.cpu_policy.leaves, rows);
    rc = HC1(__HYPERVISOR_domctl, &ctl);
    for (unsigned i = 0; i < ctl.u.cpu_policy.nr_leaves; i++)
        if (rows[i].leaf == 1)
            rows[i].c &= ~SSE3;
    ctl.cmd = XEN_DOMCTL_set_cpu_policy;
    ctl.u.cpu_policy.nr_msrs = 0;
    return rc ? rc : HC1(__HYPERVISOR_domctl, &ctl);
}

static unsigned timer_port;

/* DOMFLAGS_* once it has shut down. The timer of the last wait may have fired
 * since. */
static uint32_t await_end(void)
{
    for (unsigned i = 0; i < WAITS; i++) {
        if (describe(id) ||
            (op.u.getdomaininfo.flags & DOMFLAGS_SHUTDOWN))
            break;
        port_clear(timer_port);
        hc_set_timer_op(clock_now() + MILLISECOND);
        hc_sched_op(SCHEDOP_block, NULL);
        upcalls_mask();
    }
    return op.u.getdomaininfo.flags;
}

static void live(const char *name, bool has_sse3)
{
    uint32_t flags;

    report_group(name);
    id = create("one");
    if (!id || list_frames(id, FRAMES, frames) || !expect_true("fill", fill()))
        return;
    if (!has_sse3)
        expect_ok("hide_sse3", hide_sse3());
    wrong_builds();
    expect_ok("build", build(id, 0, &context));
    built();
    expect_ok("let_it_go", let_go());
    flags = await_end();
    expect_eq("it_has_shut_down", DOMFLAGS_SHUTDOWN,
              flags & (DOMFLAGS_SHUTDOWN | DOMFLAGS_CRASHED));
    expect_eq("for_what_it_saw", has_sse3,
              flags >> DOMFLAGS_SHUTDOWNSHIFT & DOMFLAGS_SHUTDOWNMASK);
    expect_rc("build_while_it_may_run", -XEN_EBUSY, build(id, 1, &context));
    expect_rc("let_it_go_again", -XEN_EINVAL, let_go());
    if (!has_sse3)
        expect_rc("it_is_too_late_to_hide", -XEN_EEXIST, hide_sse3());
    expect_ok("end", destroy(id));
}

void test_life(void)
{
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    timer_port = (unsigned)port_bind_virq(VIRQ_TIMER, 0);
    live("life", true);
    live("life_with_less", false);
}
