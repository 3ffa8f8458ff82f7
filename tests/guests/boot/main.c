/* SPDX-License-Identifier: MIT */
/*
 * boot/main.c - what a domain finds at its first instruction.
 *
 * Promise: domain 0 enters at the ENTRY note in 64-bit ring 3 with flat
 * selectors, rsi pointing to start_info, a usable stack, every other register
 * zero and upcalls masked. start_info names the ABI, the domain's pages and its
 * rights. The p2m list and the machine-to-physical table agree. The image, the
 * p2m list, start_info, the page tables and the stack lie in this order in one
 * mapping; page-table pages are mapped read-only, all others writable.
 */
#include "guest.h"

const char test_folder[] = "boot";

static void registers(void)
{
    uint64_t any = 0;

    for (unsigned i = 0; i < ARRAY_SIZE(entry_gpr); i++)
        any |= entry_gpr[i];
    expect_eq("general_registers_are_zero", 0, any);
    expect_eq("cs_is_the_flat_64_bit_one", FLAT_KERNEL_CS64, entry_selector[0]);
    expect_eq("ss_is_the_flat_one", FLAT_KERNEL_SS, entry_selector[1]);
    for (unsigned i = 2; i < ARRAY_SIZE(entry_selector); i++)
        any |= entry_selector[i];
    expect_eq("data_selectors_are_null", 0, any);
    expect_eq("interrupts_are_on", FLAG_IF | FLAG_ONE,
              entry_rflags & (FLAG_IF | FLAG_ONE | FLAG_DF | FLAG_TF |
                              FLAG_IOPL | FLAG_NT | FLAG_AC));
    expect_eq("the_stack_pointer_is_at_a_page_end", 0,
              entry_rsp & ~PAGE_MASK);
}

static void start_info_fields(void)
{
    const char magic[] = "xen-3.0-x86_64";

    expect_eq("start_info_is_page_aligned", 0, entry_start_info & ~PAGE_MASK);
    expect_true("magic_names_the_abi",
                !strncmp(start_info->magic, magic, sizeof(magic) - 1));
    expect_that("flags_say_which_domain",
                (start_info->flags & ~SIF_PM_MASK) ==
                (is_domain_0() ? SIF_PRIVILEGED | SIF_INITDOMAIN : 0),
                start_info->flags);
    expect_eq("shared_info_is_a_page_address", 0,
              start_info->shared_info & ~PAGE_MASK);
    expect_true("shared_info_is_not_frame_0", start_info->shared_info != 0);
    expect_true("there_are_pages", start_info->nr_pages >= 1024);
    expect_true("command_line_is_ours",
                !strncmp((char *)start_info->cmd_line, "guest-test", 10));
    expect_eq("no_module_start", 0, start_info->mod_start);
    expect_eq("no_module_length", 0, start_info->mod_len);
    expect_eq("store_frame_is_none", 0, start_info->store_mfn);
    expect_eq("store_port_is_none", 0, start_info->store_evtchn);
    expect_true("video_information_lies_in_the_page",
                !start_info->console.dom0.info_size ||
                (start_info->console.dom0.info_off >= sizeof(*start_info) &&
                 start_info->console.dom0.info_off +
                 start_info->console.dom0.info_size <= PAGE_SIZE));
    expect_eq("p2m_has_no_pages_of_its_own", 0, start_info->nr_p2m_frames);
}

static uint64_t page_tables_end(void)
{
    return start_info->pt_base + start_info->nr_pt_frames * PAGE_SIZE;
}

static void layout(void)
{
    uint64_t pt_end = page_tables_end();

    expect_true("p2m_follows_the_image",
                start_info->mfn_list >= (uint64_t)image_end);
    expect_true("start_info_follows_the_p2m", entry_start_info >=
                start_info->mfn_list + start_info->nr_pages * 8);
    expect_true("page_tables_follow_start_info",
                start_info->pt_base >= entry_start_info + PAGE_SIZE);
    expect_eq("the_stack_page_follows_the_page_tables", pt_end + PAGE_SIZE,
              entry_rsp);
}

/* The whole first mapping: 4 KiB pages, tables read-only, others writable. */
static void mapping(void)
{
    uint64_t pt_end = page_tables_end();
    unsigned wrong_rights = 0, wrong_frame = 0;
    uint64_t va = VIRT_BASE;

    for (;; va += PAGE_SIZE) {
        const pte_t *pte = pt_entry(va, 1);
        bool table = va >= start_info->pt_base && va < pt_end;

        if (!pte || !(*pte & PTE_P))
            break;
        if (va == (uint64_t)&shared_info)
            continue;
        wrong_rights += !(*pte & PTE_RW) != table;
        wrong_frame += pte_mfn(*pte) !=
                       pfn_to_mfn((va - VIRT_BASE) / PAGE_SIZE);
    }
    expect_eq("the_mapping_ends_at_4_mib", 0, va & 0x3fffff);
    expect_true("512_kib_follow_the_stack", va - entry_rsp >= 0x80000);
    expect_eq("only_page_tables_are_read_only", 0, wrong_rights);
    expect_eq("the_mapping_is_linear", 0, wrong_frame);
}

static void frames(void)
{
    unsigned differ = 0;

    for (uint64_t pfn = 0; pfn < start_info->nr_pages; pfn++)
        differ += mfn_to_pfn(pfn_to_mfn(pfn)) != pfn;
    expect_eq("p2m_and_m2p_agree", 0, differ);
    expect_true("all_frames_are_below_max_mfn",
                (long)pfn_to_mfn(start_info->nr_pages - 1) <=
                hc_memory_op(XENMEM_maximum_ram_page, NULL));
}

static void memory(void)
{
    PROBE("movq $0, (%0)", "r" (start_info->pt_base));
    expect_eq("a_store_to_a_page_table_faults", TRAP_PF, probe.vector);
    PROBE("movq (%0), %%rax", "r" (entry_rsp - 8));
    expect_eq("the_boot_stack_is_readable", NO_TRAP, probe.vector);
    PROBE("movq $0, (%0)", "r" (entry_rsp - PAGE_SIZE));
    expect_eq("the_whole_boot_stack_is_writable", NO_TRAP, probe.vector);
    expect_eq("upcalls_are_masked", 1, vcpu_self()->evtchn_upcall_mask);
    expect_eq("no_upcall_is_pending", 0, vcpu_self()->evtchn_upcall_pending);
}

void test_main(void)
{
    registers();
    start_info_fields();
    layout();
    mapping();
    frames();
    memory();
}
