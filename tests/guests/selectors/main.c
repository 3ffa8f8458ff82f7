/* SPDX-License-Identifier: MIT */
/*
 * selectors/main.c - segment registers, and what keeps them.
 *
 * Promise: of the reserved part of the table a guest can load the flat
 * segments of ring 3 and see nothing else of use; a load of any other selector
 * is #GP with that selector. Data selectors survive hypercalls, exceptions and
 * upcalls in both modes; a load of fs or gs brings the segment's base.
 * set_segment_base takes any canonical base, in the hypervisor's range too.
 */
#include "guest.h"

const char test_folder[] = "selectors";

#define READ_SELECTOR(reg)                                              \
    ({                                                                  \
        uint16_t selector_;                                             \
        asm volatile("mov %%" #reg ", %0" : "=r" (selector_));          \
        selector_;                                                      \
    })

/* What loads into ES, one bit per reserved entry, with RPL 3. */
static void reserved(void)
{
    static const struct {
        const char *name;
        uint16_t selector;
        bool loads;
    } entry[] = {
        { "entry_0xe000", 0xe003, false },
        { "hypervisor_code", 0xe00b, false },
        { "hypervisor_data", 0xe013, false },
        { "ring_1_code", 0xe01b, false },
        { "flat_code_32", 0xe023, true },
        { "flat_data", 0xe02b, true },
        { "flat_data_rpl_0", 0xe028, true },
        { "flat_code_64", 0xe033, true },
        { "entry_0xe038", 0xe03b, false },
        { "tss", 0xe043, false },
        { "tss_upper", 0xe04b, false },
        { "ldt", 0xe053, false },
        { "ldt_upper", 0xe05b, false },
        { "entry_0xf000", 0xf003, false },
        { "last_entry", 0xfffb, false },
        { "last_ldt_entry", 0xffff, false },
    };

    for (size_t i = 0; i < ARRAY_SIZE(entry); i++) {
        bool loads = entry[i].loads;

        PROBE("mov %0, %%es", "r" ((uint32_t)entry[i].selector));
        report_group(entry[i].name);
        expect_eq("in_es", loads ? NO_TRAP : TRAP_GP, probe.vector);
        if (!loads)
            expect_eq("error", entry[i].selector & ~3u, probe.error);
        asm volatile("mov %0, %%es" : : "r" (0));
    }
    report_group(NULL);
}

static void null_selectors(void)
{
    for (unsigned rpl = 0; rpl < 4; rpl++) {
        static const char *const name[] = { "null_rpl_0", "null_rpl_1",
                                            "null_rpl_2", "null_rpl_3" };

        PROBE("mov %0, %%es", "r" (rpl));
        report_group(name[rpl]);
        expect_eq("in_es", NO_TRAP, probe.vector);
        PROBE("mov %0, %%ss", "r" (rpl));
        expect_eq("in_ss_is_GP", TRAP_GP, probe.vector);
        expect_eq("in_ss_error", 0, probe.error);
    }
    report_group(NULL);
    asm volatile("mov %0, %%es" : : "r" (0));
}

static bool step_over_ud2(struct regs *regs)
{
    asm volatile("mov %%ds, %%eax" : : : "rax");
    regs->rip += 2;
    return true;
}

/* ds = flat data, es = flat code, fs and gs = flat data. */
static void load_all(void)
{
    asm volatile("mov %0, %%ds\n\t mov %1, %%es\n\t mov %0, %%fs\n\t"
                 "mov %0, %%gs" : : "r" (FLAT_KERNEL_SS), "r" (FLAT_KERNEL_CS));
}

static void expect_kept(const char *name)
{
    report_group(name);
    expect_eq("ds", FLAT_KERNEL_SS, READ_SELECTOR(ds));
    expect_eq("es", FLAT_KERNEL_CS, READ_SELECTOR(es));
    expect_eq("fs", FLAT_KERNEL_SS, READ_SELECTOR(fs));
    expect_eq("gs", FLAT_KERNEL_SS, READ_SELECTOR(gs));
    report_group(NULL);
}

static void kept(void)
{
    load_all();
    hc_xen_version(XENVER_version, NULL);
    expect_kept("by_a_hypercall");
    trap_handle(TRAP_UD, step_over_ud2);
    asm volatile("ud2" : : : "memory");
    trap_handle(TRAP_UD, NULL);
    expect_kept("by_an_exception");
    vcpu_self()->evtchn_upcall_pending = 1;
    upcalls_unmask();
    upcalls_mask();
    expect_kept("by_an_upcall");
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    port_bind_virq(VIRQ_TIMER, 0);
    hc_set_timer_op(clock_now() + 2 * MILLISECOND);
    hc_sched_op(SCHEDOP_block, NULL);
    upcalls_mask();
    expect_kept("by_blocking");
    if (user_init()) {
        USER_RUN("mov %%ds, %%eax; mov %%es, %%ebx; mov %%fs, %%ecx;"
                 "mov %%gs, %%edx; ud2");
        expect_eq("the_user_has_ds", FLAT_KERNEL_SS, probe.rax);
        expect_eq("the_user_has_es", FLAT_KERNEL_CS, probe.rbx);
        expect_eq("the_user_has_fs", FLAT_KERNEL_SS, probe.rcx);
        USER_RUN("xor %%eax, %%eax; mov %%eax, %%ds; mov $0xe02b, %%eax;"
                 "mov %%eax, %%es; syscall");
        expect_eq("a_system_call_keeps_ds", 0, READ_SELECTOR(ds));
        expect_eq("a_system_call_keeps_es", FLAT_KERNEL_SS,
                  READ_SELECTOR(es));
    }
    asm volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%fs; mov %0, %%gs"
                 : : "r" (0));
}

static uint64_t fs_base(void)
{
    uint32_t low, high;

    asm volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (0xc0000100));
    return (uint64_t)high << 32 | low;
}

/* Entry 1 of the guest's own table has base 0x12345678, entry 2 base 0. */
static void bases_of_segments(void)
{
    uint64_t *page = page_alloc();
    unsigned long frames[1] = { va_to_mfn(page) };

    page[1] = 0x12cff3345678fffful;
    page[2] = 0x00cff3000000fffful;
    page_set_readonly(page);
    hc_set_gdt(frames, 512);
    hc_set_segment_base(SEGBASE_FS, 0xabc000);
    asm volatile("mov %0, %%fs" : : "r" (8 | 3));
    expect_eq("a_load_of_fs_brings_its_base", 0x12345678, fs_base());
    hc_set_segment_base(SEGBASE_FS, 0xabc000);
    expect_eq("which_set_segment_base_replaces", 0xabc000, fs_base());
    expect_eq("and_leaves_the_selector", 8 | 3, READ_SELECTOR(fs));
    asm volatile("mov %0, %%fs" : : "r" (16 | 3));
    expect_eq("a_segment_at_0_brings_0", 0, fs_base());
    expect_ok("a_user_selector", hc_set_segment_base(SEGBASE_GS_USER_SEL,
                                                     8 | 3));
    USER_RUN("mov %%gs, %%eax; mov %%gs:0x401000-0x12345678, %%ebx; ud2");
    expect_eq("is_in_the_users_gs", 8 | 3, probe.rax);
    expect_eq("and_brings_its_base", TRAP_UD, probe.vector);
    expect_ok("a_null_user_selector",
              hc_set_segment_base(SEGBASE_GS_USER_SEL, 0));
    expect_ok("the_upper_bits_do_not_count",
              hc_set_segment_base(SEGBASE_GS_USER_SEL, 0xffff0000ul));
    USER_RUN("mov %%gs, %%eax; ud2");
    expect_eq("null_is_in_the_users_gs", 0, probe.rax);
    asm volatile("mov %0, %%fs" : : "r" (0));
    hc_set_gdt(NULL, 0);
}

static void edges_of_bases(void)
{
    static const struct {
        const char *name;
        uint64_t base;
        long rc;
    } edge[] = {
        { "base_0", 0, 0 }, { "base_last_lower", 0x7ffffffffffful, 0 },
        { "base_first_between", NON_CANONICAL, -XEN_EINVAL },
        { "base_last_between", 0xffff7ffffffffffful, -XEN_EINVAL },
        { "base_hypervisor", HV_PRIVATE, 0 }, { "base_last", ~0ul, 0 },
    };

    for (size_t i = 0; i < ARRAY_SIZE(edge); i++) {
        report_group(edge[i].name);
        hc_set_segment_base(SEGBASE_FS, 0x1000);
        expect_rc("fs", edge[i].rc,
                  hc_set_segment_base(SEGBASE_FS, edge[i].base));
        expect_eq("fs_base", edge[i].rc ? 0x1000 : edge[i].base, fs_base());
        expect_rc("user_gs", edge[i].rc,
                  hc_set_segment_base(SEGBASE_GS_USER, edge[i].base));
        expect_rc("kernel_gs", edge[i].rc,
                  hc_set_segment_base(SEGBASE_GS_KERNEL, edge[i].base));
    }
    report_group(NULL);
    hc_set_segment_base(SEGBASE_FS, HV_PRIVATE);
    PROBE("mov %%fs:0, %%rax");
    expect_eq("a_base_in_the_hypervisor_gives_nothing", TRAP_PF, probe.vector);
    hc_set_segment_base(SEGBASE_FS, 0);
    hc_set_segment_base(SEGBASE_GS_KERNEL, 0);
    hc_set_segment_base(SEGBASE_GS_USER, 0);
}

void test_main(void)
{
    reserved();
    null_selectors();
    kept();
    bases_of_segments();
    edges_of_bases();
}
