/* SPDX-License-Identifier: MIT */
/*
 * page_fault/main.c - what a page fault tells the guest.
 *
 * Promise: the faulting address is in vcpu_info.arch.cr2. The error code has
 * the present, write and instruction-fetch bits of the hardware; its user bit
 * says whether guest user mode or guest kernel mode faulted, although both run
 * in ring 3. Other exceptions leave cr2 alone. Neither mode can read or write
 * the hypervisor's memory; the kernel can read the machine-to-physical table.
 */
#include "guest.h"

const char test_folder[] = "page_fault";

static void expect_fault(const char *name, unsigned error, uint64_t address)
{
    report_group(name);
    expect_eq("vector", TRAP_PF, probe.vector);
    expect_eq("error_code", error, probe.error);
    expect_eq("address", address, probe_cr2);
    report_group(NULL);
}

static void kernel(void)
{
    uint8_t *page = page_alloc(), *hole = window_page(3);
    uint64_t mfn = va_to_mfn(page);

    PROBE("mov 5(%0), %%al", "r" (hole));
    expect_fault("reading_nothing", 0, (uint64_t)hole + 5);
    PROBE("movb $1, 4095(%0)", "r" (hole));
    expect_fault("writing_nothing", PF_WRITE, (uint64_t)hole + 4095);
    PROBE("call *%0", "r" (hole));
    expect_fault("executing_nothing", PF_FETCH, (uint64_t)hole);
    PROBE("hlt");
    expect_eq("another_trap_keeps_cr2", (uint64_t)hole, probe_cr2);

    page_set_readonly(page);
    PROBE("movb $1, 7(%0)", "r" (page));
    expect_fault("writing_a_read_only_page", PF_PRESENT | PF_WRITE,
                 (uint64_t)page + 7);
    page_map(page, pte_make(mfn, PTE_PAGE | PTE_NX));
    page[0] = 0xc3;
    PROBE("call *%0", "r" (page));
    expect_fault("executing_a_no_execute_page", PF_PRESENT | PF_FETCH,
                 (uint64_t)page);
    page_map(page, pte_make(mfn, PTE_PAGE));
    PROBE("call *%0", "r" (page));
    expect_eq("executing_it_without_the_bit", NO_TRAP, probe.vector);
    PROBE("movq $0, -4(%0)", "r" (hole));
    expect_fault("a_store_across_two_missing_pages", PF_WRITE,
                 (uint64_t)hole - 4);
}

static void hypervisor(void)
{
    uint64_t inside = HV_PRIVATE;

    PROBE("mov (%0), %%rax", "r" (HV_START));
    expect_eq("the_m2p_is_readable", NO_TRAP, probe.vector);
    PROBE("movq $0, (%0)", "r" (HV_START));
    expect_fault("the_m2p_is_read_only", PF_PRESENT | PF_WRITE, HV_START);
    PROBE("mov (%0), %%rax", "r" (inside));
    expect_eq("reading_the_hypervisor", TRAP_PF, probe.vector);
    expect_eq("reading_the_hypervisor_at", inside, probe_cr2);
    PROBE("movq $0, (%0)", "r" (HV_END - 8));
    expect_eq("writing_the_hypervisor", TRAP_PF, probe.vector);
    expect_eq("writing_the_hypervisor_at", HV_END - 8, probe_cr2);
    PROBE("call *%0", "r" (inside));
    expect_eq("executing_the_hypervisor", TRAP_PF, probe.vector);
    expect_eq("executing_the_hypervisor_at", inside, probe_cr2);
}

static void user(void)
{
    if (!user_init())
        return;
    USER_RUN("mov 0x403008, %%rax");
    expect_fault("user_reading_nothing", PF_USER, USER_SPARE + 8);
    USER_RUN("movq $0, 0x403010");
    expect_fault("user_writing_nothing", PF_USER | PF_WRITE, USER_SPARE + 16);
    USER_RUN("mov $0x403000, %%eax; call *%%rax");
    expect_fault("user_executing_nothing", PF_USER | PF_FETCH, USER_SPARE);
    USER_RUN("mov 0xffffffff80100000, %%rax");
    expect_fault("user_reading_the_kernel", PF_USER, 0xffffffff80100000ul);
    USER_RUN("mov $0xffff850000000000, %%rax; mov (%%rax), %%rax");
    expect_eq("user_reading_the_hypervisor", TRAP_PF, probe.vector);
    expect_eq("user_reading_the_hypervisor_at", 0xffff850000000000ul,
              probe_cr2);
}

void test_main(void)
{
    kernel();
    hypervisor();
    user();
}
