/* SPDX-License-Identifier: MIT */
/*
 * hypercall_abi/main.c - how a call is made and what it leaves alone.
 *
 * Promise: number in rax, arguments in rdi rsi rdx r10 r8, result in rax. Every
 * other register but rcx and r11 is preserved, the flags too, and the stack is
 * not touched. The hypercall page does the same and preserves rcx and r11 as
 * well. A number that is not a hypercall answers -ENOSYS, with all 64 bits of
 * rax looked at. A pointer that cannot be followed answers -EFAULT.
 */
#include "guest.h"

const char test_folder[] = "hypercall_abi";

struct gpr_set {
    uint64_t rbx, rbp, rdi, rsi, rdx, r8, r9, r10, r12, r13, r14, r15;
};

/* Named in assembler text, hence not static. */
uint64_t flags_after, rsp_before, rsp_after, below[2];

/* Load every register from @set, call, store them back. */
#define CALL_AND_COMPARE(instruction, set, result)                      \
    asm volatile("push %%rbp\n\t push %%rbx\n\t push %1\n\t"            \
                 "mov %%rsp, rsp_before\n\t"                            \
                 "movq $0x11, -8(%%rsp)\n\t"                            \
                 "movq $0x22, -16(%%rsp)\n\t"                           \
                 "mov %1, %%r11\n\t"                                    \
                 "mov 0(%%r11), %%rbx\n\t mov 8(%%r11), %%rbp\n\t"      \
                 "mov 16(%%r11), %%rdi\n\t mov 24(%%r11), %%rsi\n\t"    \
                 "mov 32(%%r11), %%rdx\n\t mov 40(%%r11), %%r8\n\t"     \
                 "mov 48(%%r11), %%r9\n\t mov 56(%%r11), %%r10\n\t"     \
                 "mov 64(%%r11), %%r12\n\t mov 72(%%r11), %%r13\n\t"    \
                 "mov 80(%%r11), %%r14\n\t mov 88(%%r11), %%r15\n\t"    \
                 "stc\n\t"                                              \
                 instruction "\n\t"                                     \
                 "mov %%rsp, rsp_after\n\t"                             \
                 "mov -8(%%rsp), %%r11\n\t mov %%r11, below\n\t"        \
                 "mov -16(%%rsp), %%r11\n\t mov %%r11, below+8\n\t"     \
                 "pushfq\n\t pop flags_after\n\t"                       \
                 "mov (%%rsp), %%r11\n\t"                               \
                 "mov %%rbx, 0(%%r11)\n\t mov %%rbp, 8(%%r11)\n\t"      \
                 "mov %%rdi, 16(%%r11)\n\t mov %%rsi, 24(%%r11)\n\t"    \
                 "mov %%rdx, 32(%%r11)\n\t mov %%r8, 40(%%r11)\n\t"     \
                 "mov %%r9, 48(%%r11)\n\t mov %%r10, 56(%%r11)\n\t"     \
                 "mov %%r12, 64(%%r11)\n\t mov %%r13, 72(%%r11)\n\t"    \
                 "mov %%r14, 80(%%r11)\n\t mov %%r15, 88(%%r11)\n\t"    \
                 "pop %%r11\n\t pop %%rbx\n\t pop %%rbp"                \
                 : "=a" (result)                                        \
                 : "c" (set), "a" ((uint64_t)__HYPERVISOR_xen_version)  \
                 : "rdi", "rsi", "rdx", "r8", "r9", "r10", "r11", "r12", \
                   "r13", "r14", "r15", "memory", "cc")

static struct gpr_set pattern(void)
{
    return (struct gpr_set){
        .rbx = 0xb0, .rbp = 0xb1, .rdi = XENVER_version, .rsi = 0,
        .rdx = 0xd1d1d1d1d1d1d1d1, .r8 = 0x0808080808080808, .r9 = 0x99,
        .r10 = 0x1010101010101010, .r12 = 0x12, .r13 = 0x13, .r14 = 0x14,
        .r15 = 0x15,
    };
}

static void registers(void)
{
    struct gpr_set before = pattern(), after = pattern();
    long rc, version = hc_xen_version(XENVER_version, NULL);

    CALL_AND_COMPARE("syscall", &after, rc);
    expect_rc("the_result_is_in_rax", version, rc);
    expect_eq("callee_saved_registers_are_kept", 0,
              (before.rbx ^ after.rbx) | (before.rbp ^ after.rbp) |
              (before.r12 ^ after.r12) | (before.r13 ^ after.r13) |
              (before.r14 ^ after.r14) | (before.r15 ^ after.r15));
    expect_eq("rdi_is_kept", before.rdi, after.rdi);
    expect_eq("rsi_is_kept", before.rsi, after.rsi);
    expect_eq("rdx_is_kept", before.rdx, after.rdx);
    expect_eq("r8_is_kept", before.r8, after.r8);
    expect_eq("r9_is_kept", before.r9, after.r9);
    expect_eq("r10_is_kept", before.r10, after.r10);
    expect_eq("rsp_is_kept", rsp_before, rsp_after);
    expect_eq("the_flags_are_kept", FLAG_CF | FLAG_ONE | FLAG_IF, flags_after &
              (FLAG_CF | FLAG_ONE | FLAG_IF | FLAG_DF | FLAG_TF | FLAG_IOPL));
    expect_eq("nothing_is_written_below_the_stack", 0x11, below[0]);
    expect_eq("nor_further_below", 0x22, below[1]);
}

static void page(void)
{
    struct gpr_set before = pattern(), after = pattern();
    long rc, version = hc_xen_version(XENVER_version, NULL);

    CALL_AND_COMPARE("call hypercall_page + 17 * 32", &after, rc);
    expect_rc("the_page_calls_the_same_function", version, rc);
    expect_eq("the_page_keeps_all_registers", 0,
              (uint64_t)memcmp(&before, &after, sizeof(before)));
    asm volatile("mov $0x1234, %%ecx\n\t mov $0x5678, %%r11d\n\t"
                 "call hypercall_page + 17 * 32\n\t"
                 "mov %%rcx, below\n\t mov %%r11, below+8"
                 : "=a" (rc) : "D" (XENVER_version), "S" (0)
                 : "rcx", "r11", "memory");
    expect_eq("the_page_keeps_rcx", 0x1234, below[0]);
    expect_eq("the_page_keeps_r11", 0x5678, below[1]);
    asm volatile("call hypercall_page + 60 * 32"
                 : "=a" (rc) : "D" (0), "S" (0) : "rcx", "r11", "memory");
    expect_rc("the_page_answers_unknown_numbers", -XEN_ENOSYS, rc);
}

static long call_rax(uint64_t rax)
{
    long rc;

    asm volatile("syscall" : "=a" (rc) : "a" (rax), "D" (0), "S" (0)
                 : "rcx", "r11", "memory");
    return rc;
}

static void numbers(void)
{
    expect_rc("number_11_was_never_used", -XEN_ENOSYS, call_rax(11));
    expect_rc("number_47_is_unknown", -XEN_ENOSYS, call_rax(47));
    expect_rc("number_63_is_unknown", -XEN_ENOSYS, call_rax(63));
    expect_rc("number_64_is_unknown", -XEN_ENOSYS, call_rax(64));
    expect_rc("number_4096_is_unknown", -XEN_ENOSYS, call_rax(4096));
    expect_rc("number_minus_1_is_unknown", -XEN_ENOSYS, call_rax(~0ul));
    expect_rc("the_upper_half_of_rax_counts", -XEN_ENOSYS,
              call_rax(1ul << 32 | __HYPERVISOR_xen_version));
}

static void pointers(void)
{
    uint8_t *last = page_alloc();
    void *hole = window_page(0);

    expect_rc("null_is_not_a_buffer", -XEN_EFAULT,
              hc_xen_version(XENVER_extraversion, NULL));
    expect_rc("an_unmapped_buffer", -XEN_EFAULT,
              hc_xen_version(XENVER_extraversion, hole));
    expect_rc("a_non_canonical_buffer", -XEN_EFAULT,
              hc_xen_version(XENVER_extraversion, (void *)NON_CANONICAL));
    expect_rc("the_machine_to_physical_table_as_buffer", -XEN_EFAULT,
              hc_xen_version(XENVER_extraversion, (void *)HV_START));
    expect_rc("a_hypervisor_address_as_buffer", -XEN_EFAULT,
              hc_xen_version(XENVER_extraversion,
                             (void *)HV_PRIVATE));
    expect_rc("the_last_hypervisor_byte_as_buffer", -XEN_EFAULT,
              hc_xen_version(XENVER_extraversion, (void *)(HV_END - 8)));
    expect_rc("a_read_only_buffer", -XEN_EFAULT,
              hc_xen_version(XENVER_extraversion,
                             (void *)start_info->pt_base));
    page_set_readonly(last);
    expect_rc("a_buffer_in_a_read_only_page", -XEN_EFAULT,
              hc_xen_version(XENVER_extraversion, last));
    page_set_writable(last);
    expect_rc("the_same_page_writable", 0,
              hc_xen_version(XENVER_extraversion, last + PAGE_SIZE - 16));
}

void test_main(void)
{
    registers();
    page();
    numbers();
    pointers();
}
