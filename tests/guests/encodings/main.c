/* SPDX-License-Identifier: MIT */
/*
 * encodings/main.c - emulated instructions in all their spellings.
 *
 * Promise: what is emulated for the guest kernel is recognised with any
 * register, redundant prefix and place in memory that the processor would
 * take: segment overrides, REX.W, operand and address size, repeat prefixes
 * without meaning, an instruction that crosses into another page. Results have
 * the width that the processor gives them. What the processor refuses is #UD
 * or #GP; an instruction of which a part is not mapped is a page fault or #GP,
 * and changes nothing.
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "encodings";

#define CR0_PE 1ul
#define ALL_ONES "mov $-1, %%rax\n\t"

/* rax after @text with all ones before; probe.vector says if it ran. */
#define RAX_AFTER(text)                                                 \
    ({                                                                  \
        uint64_t rax_ = 0;                                              \
        PROBE_IO(ALL_ONES text "\n\t mov %%rax, %0", "+&b" (rax_));     \
        rax_;                                                           \
    })

static uint64_t cr0;

#define EXPECT_CR0(name, text)                                          \
    do {                                                                \
        uint64_t seen_ = RAX_AFTER(text);                               \
        report_group(name);                                             \
        expect_eq("runs", NO_TRAP, probe.vector);                       \
        expect_eq("reads_all_64_bits", cr0, seen_);                     \
        report_group(NULL);                                             \
    } while (0)

static void reads_of_cr0(void)
{
    cr0 = RAX_AFTER("mov %%cr0, %%rax");
    expect_eq("the_plain_form", CR0_PE, cr0 & CR0_PE);
    EXPECT_CR0("rex_w", ".byte 0x48, 0x0f, 0x20, 0xc0");
    EXPECT_CR0("operand_size", ".byte 0x66, 0x0f, 0x20, 0xc0");
    EXPECT_CR0("segment_override", ".byte 0x2e, 0x0f, 0x20, 0xc0");
    EXPECT_CR0("gs_override", ".byte 0x65, 0x0f, 0x20, 0xc0");
    EXPECT_CR0("address_size", ".byte 0x67, 0x0f, 0x20, 0xc0");
    EXPECT_CR0("mod_0", ".byte 0x0f, 0x20, 0x00");
    EXPECT_CR0("mod_2", ".byte 0x0f, 0x20, 0x80");
    EXPECT_CR0("rex_before_a_prefix", ".byte 0x49, 0x66, 0x0f, 0x20, 0xc0");
    EXPECT_CR0("into_r8", "mov $-1, %%r8\n\t mov %%cr0, %%r8\n\t"
               "mov %%r8, %%rax");
    EXPECT_CR0("into_r15", "push %%r15\n\t mov %%cr0, %%r15\n\t"
               "mov %%r15, %%rax\n\t pop %%r15");
    EXPECT_CR0("into_rbp", "push %%rbp\n\t mov %%cr0, %%rbp\n\t"
               "mov %%rbp, %%rax\n\t pop %%rbp");
    EXPECT_CR0("into_rdi", "push %%rdi\n\t mov %%cr0, %%rdi\n\t"
               "mov %%rdi, %%rax\n\t pop %%rdi");
    EXPECT_CR0("into_rsp", "mov %%rsp, %%rcx\n\t mov %%cr0, %%rsp\n\t"
               "mov %%rsp, %%rax\n\t mov %%rcx, %%rsp");
}

/* Which of the two comes first is up to the processor. */
static void expect_refused(const char *name)
{
    expect_true(name, probe.vector == TRAP_UD || probe.vector == TRAP_GP);
}

static void refused(void)
{
    PROBE(".byte 0x0f, 0x20, 0xc8");
    expect_refused("cr1_does_not_exist");
    PROBE(".byte 0x0f, 0x20, 0xe8");
    expect_refused("cr5_does_not_exist");
    PROBE(".byte 0x0f, 0x22, 0xf8");
    expect_refused("cr7_does_not_exist");
    PROBE(".byte 0xf0, 0x0f, 0x06");
    expect_refused("a_locked_clts");
    PROBE("mov $0xc0000100, %%ecx\n\t .byte 0xf0, 0x0f, 0x32");
    expect_refused("a_locked_rdmsr");
    PROBE("mov %%cr8, %%rax");
    expect_eq("cr8_is_not_the_guests", TRAP_GP, probe.vector);
    PROBE("invd");
    expect_eq("invd_is_GP", TRAP_GP, probe.vector);
    PROBE("lmsw %%ax");
    expect_eq("lmsw_is_GP", TRAP_GP, probe.vector);
    PROBE("mov $0x10, %%ecx\n\t rdpmc");
    expect_eq("rdpmc_is_GP", TRAP_GP, probe.vector);
}

/* Plain CPUID shows the machine: does it keep these from ring 3? */
static bool machine_has_umip(void)
{
    uint32_t eax = 7, ebx, ecx = 0, edx;

    asm volatile("cpuid" : "+a" (eax), "=b" (ebx), "+c" (ecx), "=d" (edx));
    return ecx >> 2 & 1;
}

static void table_registers(void)
{
    static uint8_t room[16];
    unsigned want = machine_has_umip() ? TRAP_GP : NO_TRAP;

    if (!own_answer("reading_table_registers"))
        return;
    PROBE("sgdt %0", "m" (room));
    expect_eq("sgdt", want, probe.vector);
    PROBE("sidt %0", "m" (room));
    expect_eq("sidt", want, probe.vector);
    PROBE("sldt %%ax");
    expect_eq("sldt", want, probe.vector);
    PROBE("str %%ax");
    expect_eq("str", want, probe.vector);
    PROBE("smsw %%ax");
    expect_eq("smsw", want, probe.vector);
}

static void msr_forms(void)
{
    uint64_t seen;

    hc_set_segment_base(SEGBASE_FS, 0x123456789abcul);
    seen = RAX_AFTER("mov $0xffffffffc0000100, %%rcx\n\t rdmsr");
    expect_eq("rdmsr_takes_32_bits_of_rcx", NO_TRAP, probe.vector);
    expect_eq("rdmsr_clears_the_upper_half_of_rax", 0x56789abc, seen);
    seen = RAX_AFTER("mov $-1, %%rdx\n\t mov $0xc0000100, %%ecx\n\t"
                     ".byte 0x66, 0x48, 0x0f, 0x32\n\t mov %%rdx, %%rax");
    expect_eq("rdmsr_clears_the_upper_half_of_rdx", 0x1234, seen);
    PROBE("mov $0xc0000100, %%ecx\n\t mov $0xffffffff00005678, %%rax\n\t"
          "mov $0xffffffff00001234, %%rdx\n\t .byte 0x2e, 0x0f, 0x30");
    expect_eq("wrmsr_takes_32_bits_of_rax_and_rdx", NO_TRAP, probe.vector);
    seen = RAX_AFTER("mov $0xc0000100, %%ecx\n\t rdmsr");
    expect_eq("and_wrote_them", 0x5678, seen);
    hc_set_segment_base(SEGBASE_FS, 0);
}

static void port_forms(void)
{
    uint64_t seen;

    hc_set_iopl(1);
    seen = RAX_AFTER("inb $0xee, %%al");
    expect_eq("inb_writes_8_bits", ~0xfful, seen & ~0xfful);
    seen = RAX_AFTER("xor %%eax, %%eax\n\t inw $0xee, %%ax");
    expect_eq("inw_writes_16_bits", 0, seen & ~0xfffful);
    seen = RAX_AFTER("inl $0xec, %%eax");
    expect_eq("inl_clears_the_upper_half", 0, seen >> 32);
    seen = RAX_AFTER(".byte 0x48, 0xe5, 0xec");
    expect_eq("inl_with_rex_w_too", 0, seen >> 32);
    expect_eq("and_runs", NO_TRAP, probe.vector);
    seen = RAX_AFTER("mov $0xfffffffffffffeee, %%rdx\n\t inb %%dx, %%al");
    expect_eq("in_takes_16_bits_of_rdx", NO_TRAP, probe.vector);
    PROBE("xor %%eax, %%eax\n\t .byte 0xf3, 0xe6, 0x80");
    expect_eq("a_repeat_without_meaning", NO_TRAP, probe.vector);
    PROBE(".byte 0xf0, 0xe6, 0x80");
    expect_refused("a_locked_out");
    PROBE("push %%rsi\n\t mov $0x80, %%edx\n\t xor %%ecx, %%ecx\n\t"
          "mov $1, %%esi\n\t rep outsb\n\t pop %%rsi");
    expect_eq("a_string_of_none_touches_nothing", NO_TRAP, probe.vector);
    hc_set_iopl(0);
}

static void string_faults(void)
{
    uint8_t *page = page_alloc(), *hole = page_alloc();
    uint64_t at, end = (uint64_t)hole;

    if (hole != page + PAGE_SIZE) {
        report_skip("a_string_that_runs_into_a_hole", "no_neighbouring_page");
        return;
    }
    page_map(hole, 0);
    hc_set_iopl(1);
    at = end - 3;
    PROBE_IO("mov $0x80, %%edx\n\t mov $8, %%ecx\n\t rep outsb", "+&S" (at));
    report_group("outs_into_a_hole");
    expect_eq("is_PF", TRAP_PF, probe.vector);
    expect_eq("address", end, probe_cr2);
    expect_eq("error", 0, probe.error);
    expect_eq("three_are_done", 5, probe.rcx);
    report_group("ins_into_a_hole");
    at = end - 2;
    PROBE_IO("mov $0x80, %%edx\n\t mov $8, %%ecx\n\t rep insb", "+&D" (at));
    expect_eq("is_PF", TRAP_PF, probe.vector);
    expect_eq("address", end, probe_cr2);
    expect_eq("error", PF_WRITE, probe.error);
    expect_eq("two_are_done", 6, probe.rcx);
    report_group(NULL);
    hc_set_iopl(0);
}

static void string_to_the_hypervisor(void)
{
    uint64_t rdi;

    if (!own_answer("ins_to_the_hypervisor"))
        return;
    hc_set_iopl(1);
    report_group("ins_to_the_hypervisor");
    PROBE_IO("mov $0x80, %%edx\n\t movabs $0xffff850000000000, %%rdi\n\t"
             "insb", "=&D" (rdi));
    expect_eq("is_PF", TRAP_PF, probe.vector);
    expect_eq("address", HV_PRIVATE, probe_cr2);
    report_group(NULL);
    hc_set_iopl(0);
    (void)rdi;
}

/* @bytes at the very end of a page that a hole follows. */
static void at_the_end(const char *name, const uint8_t *bytes, size_t n,
                       unsigned want)
{
    static uint8_t *page, *next;
    uint8_t *at;

    if (!page) {
        page = page_alloc();
        next = page_alloc();
        if (next != page + PAGE_SIZE) {
            report_error(name, "no_neighbouring_page");
            return;
        }
        page_map(next, 0);
    }
    at = next - n;
    memcpy(at, bytes, n);
    PROBE("jmp *%0", "r" (at));
    report_group(name);
    expect_eq("vector", want, probe.vector);
    if (want == TRAP_PF)
        expect_eq("address", (uint64_t)next, probe_cr2);
    report_group(NULL);
}

static void page_ends(void)
{
    static const uint8_t clts[] = { 0x0f, 0x06 };
    static const uint8_t half[] = { 0x0f };
    static const uint8_t read_cr0[] = { 0x0f, 0x20, 0xc0 };
    static const uint8_t forced[] = { 0x0f, 0x0b, 'x', 'e', 'n', 0x0f, 0xa2 };
    static const uint8_t ud2[] = { 0x0f, 0x0b };

    at_the_end("clts_ends_with_its_page", clts, 2, TRAP_PF);
    at_the_end("half_an_instruction", half, 1, TRAP_PF);
    at_the_end("read_of_cr0_ends_with_its_page", read_cr0, 3, TRAP_PF);
    if (!own_answer("ud2_at_the_end_of_a_page"))
        return;
    at_the_end("ud2_ends_with_its_page", ud2, 2, TRAP_UD);
    at_the_end("the_prefix_ends_with_its_page", forced, 5, TRAP_UD);
    at_the_end("part_of_the_prefix", forced, 3, TRAP_UD);
}

static void lengths(void)
{
    PROBE(".fill 13, 1, 0x2e\n\t .byte 0x0f, 0x06");
    expect_eq("fifteen_bytes_run", NO_TRAP, probe.vector);
    PROBE(".fill 14, 1, 0x2e\n\t .byte 0x0f, 0x06");
    expect_eq("sixteen_bytes_are_GP", TRAP_GP, probe.vector);
}

static void forced_forms(void)
{
    uint64_t at, rbx;

    PROBE_IO("lea 1f(%%rip), %0\n\t 1: .byte 0x0f, 0x0b, 0x78, 0x65, 0x6e,"
             "0x48, 0x0f, 0xa2", "=&r" (at) COMMA "=&b" (rbx));
    expect_eq("the_prefix_before_a_prefixed_cpuid_is_UD", TRAP_UD,
              probe.vector);
    expect_eq("at_the_prefix", at, probe.rip);
    PROBE_IO("mov $0xffffffff40000000, %%rax\n\t mov $-1, %%rcx\n\t"
             "mov $-1, %%rdx\n\t" XEN_CPUID, "=&b" (rbx));
    expect_eq("the_forced_form_takes_32_bits", 0x566e6558, rbx);
}

void test_main(void)
{
    reads_of_cr0();
    refused();
    table_registers();
    msr_forms();
    port_forms();
    string_faults();
    string_to_the_hypervisor();
    page_ends();
    lengths();
    forced_forms();
}
