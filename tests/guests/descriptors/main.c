/* SPDX-License-Identifier: MIT */
/*
 * descriptors/main.c - a guest's own GDT and LDT.
 *
 * Promise: update_descriptor writes one descriptor into a page of the domain.
 * Code, data, absent and all-zero-type descriptors are taken, with privilege
 * raised to 3; system descriptors are refused but for call gates to a code
 * segment of the guest. A frame becomes a GDT or LDT page only while nothing
 * maps it writable and every descriptor in it is one of those; while it is one
 * nothing can map it writable or write it otherwise. Errors leave the old
 * table in force. A descriptor page of the LDT is taken at first use; if it
 * cannot be, the load is a page fault on the guest's own address.
 */
#include "guest.h"

const char test_folder[] = "descriptors";

#define DATA32  0x00cff3000000fffful    /* base 0, 4 GiB, ring 3 */
#define DATA32_RING0 0x00cf93000000fffful
#define CODE64  0x00affb000000fffful
#define CODE64_RING0 0x00af9b000000fffful
#define ABSENT  0x00cf73000000fffful
#define PRESENT_RING3(type) (0xe0ul << 40 | (uint64_t)(type) << 40)

static uint64_t *page;
static uint64_t maddr;

static void update(void)
{
    expect_ok("write_a_data_segment", hc_update_descriptor(maddr + 8, DATA32));
    expect_eq("it_is_there", DATA32, page[1]);
    expect_ok("write_a_code_segment", hc_update_descriptor(maddr + 16, CODE64));
    expect_eq("the_code_is_there", CODE64, page[2]);
    expect_ok("write_a_data_segment_of_ring_0",
              hc_update_descriptor(maddr + 24, DATA32_RING0));
    expect_eq("its_ring_is_raised", DATA32, page[3]);
    expect_ok("write_a_code_segment_of_ring_0",
              hc_update_descriptor(maddr + 32, CODE64_RING0));
    expect_eq("the_codes_ring_is_raised", CODE64, page[4]);
    expect_ok("write_an_absent_one", hc_update_descriptor(maddr + 40, ABSENT));
    expect_eq("it_is_kept_as_it_is", ABSENT, page[5]);
    expect_ok("write_zero", hc_update_descriptor(maddr + 8, 0));
    expect_eq("zero_is_there", 0, page[1]);
}

static void system_types(void)
{
    static const char *const name[16] = {
        "type_0", "type_1_tss16", "type_2_ldt", "type_3_tss16_busy",
        "type_4_call16", "type_5_task", "type_6_int16", "type_7_trap16",
        "type_8", "type_9_tss", "type_10", "type_11_tss_busy",
        "type_12_call", "type_13", "type_14_int", "type_15_trap",
    };

    for (unsigned type = 0; type < 16; type++) {
        uint64_t entry = PRESENT_RING3(type) | (uint64_t)FLAT_KERNEL_CS << 16;

        page[6] = 0x7777;
        report_group(name[type]);
        if (type == 0 || type == 12) {
            expect_ok("is_taken", hc_update_descriptor(maddr + 48, entry));
            continue;
        }
        expect_rc("is_refused", -XEN_EINVAL,
                  hc_update_descriptor(maddr + 48, entry));
        expect_eq("is_not_written", 0x7777, page[6]);
    }
    report_group(NULL);
    page[6] = 0;
    expect_rc("a_call_gate_to_ring_0", -XEN_EINVAL,
              hc_update_descriptor(maddr + 48,
                                   PRESENT_RING3(12) | 0xe008ul << 16));
    expect_eq("the_gate_was_not_written", 0, page[6]);
}

static void update_errors(void)
{
    expect_rc("an_unaligned_address", -XEN_EINVAL,
              hc_update_descriptor(maddr + 4, DATA32));
    expect_rc("a_frame_that_does_not_exist", -XEN_EINVAL,
              hc_update_descriptor(1ul << 45, DATA32));
    expect_rc("a_page_table", -XEN_EINVAL,
              hc_update_descriptor(pt_root_mfn() << PAGE_SHIFT, DATA32));
    expect_rc("the_last_frame_number", -XEN_EINVAL,
              hc_update_descriptor(~0ul & PTE_ADDR, DATA32));
}

static void gdt_refused(unsigned long *frames)
{
    memset(page, 0, PAGE_SIZE);
    page[1] = DATA32;
    page[2] = CODE64;
    page[3] = ABSENT;
    page[5] = DATA32_RING0;
    expect_rc("a_page_mapped_writable", -XEN_EINVAL, hc_set_gdt(frames, 512));
    page_set_readonly(page);
    expect_rc("too_many_entries", -XEN_EINVAL,
              hc_set_gdt(frames, FIRST_RESERVED_GDT_ENTRY + 1));
    expect_rc("frames_from_an_unmapped_page", -XEN_EFAULT,
              hc_set_gdt(window_page(0), 512));
    frames[1] = ~0ul;
    expect_rc("a_second_frame_that_does_not_exist", -XEN_EINVAL,
              hc_set_gdt(frames, 513));
    expect_ok("the_page_can_still_be_writable", page_set_writable(page));
    page[6] = PRESENT_RING3(9);
    page_set_readonly(page);
    expect_rc("a_page_with_a_tss_in_it", -XEN_EINVAL, hc_set_gdt(frames, 512));
    page_set_writable(page);
    page[6] = 0;
}

static void gdt_in_force(const unsigned long *frames)
{
    page_set_readonly(page);
    expect_ok("a_good_page", hc_set_gdt(frames, 512));
    expect_eq("its_ring_0_segment_was_raised", DATA32, page[5]);
    expect_rc("now_it_cannot_be_writable", -XEN_EBUSY,
              page_set_writable(page));
    expect_rc("nor_written_as_a_page_table", -XEN_EINVAL,
              pt_write(maddr + 40, CODE64_RING0 & ~PTE_P));
    expect_eq("and_keeps_what_it_had", DATA32, page[5]);

    PROBE("mov %0, %%es", "r" (8 | 3));
    expect_eq("a_data_segment_loads", NO_TRAP, probe.vector);
    PROBE("mov %0, %%es", "r" (24 | 3));
    expect_eq("an_absent_one_is_NP", TRAP_NP, probe.vector);
    expect_eq("absent_error_is_the_selector", 24, probe.error);
    PROBE("mov %0, %%es", "r" (32 | 3));
    expect_eq("an_empty_one_is_GP", TRAP_GP, probe.vector);
    expect_eq("empty_error_is_the_selector", 32, probe.error);
    expect_ok("update_while_loaded", hc_update_descriptor(maddr + 32, DATA32));
    PROBE("mov %0, %%es", "r" (32 | 3));
    expect_eq("then_it_loads", NO_TRAP, probe.vector);
    PROBE("push $0x13\n\t push $2f\n\t lretq\n\t 2: ud2");
    expect_eq("own_code_runs", TRAP_UD, probe.vector);
    expect_eq("and_shows_in_the_frame", 0x10, regs_selector(&probe));

    PROBE("mov %0, %%es", "r" (0));
    expect_ok("no_entries", hc_set_gdt(NULL, 0));
    PROBE("mov %0, %%es", "r" (8 | 3));
    expect_eq("then_nothing_loads", TRAP_GP, probe.vector);
    expect_ok("and_the_page_is_free", page_set_writable(page));
}

static long set_ldt(const void *va, unsigned long entries)
{
    struct mmuext_op op = { .cmd = MMUEXT_SET_LDT };

    op.arg1.linear_addr = (unsigned long)va;
    op.arg2.nr_ents = (unsigned)entries;
    return hc_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

static void ldt(void)
{
    expect_rc("an_unaligned_table", -XEN_EINVAL, set_ldt(page + 1, 8));
    expect_rc("too_many_ldt_entries", -XEN_EINVAL, set_ldt(page, 8193));
    memset(page, 0, PAGE_SIZE);
    page[1] = DATA32;
    expect_ok("a_table_still_writable", set_ldt(page, 16));
    PROBE("mov %0, %%es", "r" (8 | 7));
    expect_eq("cannot_be_used", TRAP_PF, probe.vector);
    expect_eq("and_faults_at_the_guests_address", (uint64_t)&page[1],
              probe_cr2);
    page_set_readonly(page);
    PROBE("mov %0, %%es", "r" (8 | 7));
    expect_eq("read_only_it_loads", NO_TRAP, probe.vector);
    expect_rc("and_cannot_be_writable", -XEN_EBUSY, page_set_writable(page));
    PROBE("mov %0, %%es", "r" (16 | 7));
    expect_eq("an_empty_ldt_entry_is_GP", TRAP_GP, probe.vector);
    expect_eq("with_the_ldt_bit", 16 | 4, probe.error);
    PROBE("mov %0, %%es", "r" (16 * 8 | 7));
    expect_eq("an_entry_beyond_the_limit_is_GP", TRAP_GP, probe.vector);
    PROBE("mov %0, %%es", "r" (0));
    expect_ok("no_ldt", set_ldt(NULL, 0));
    PROBE("mov %0, %%es", "r" (8 | 7));
    expect_eq("then_no_ldt_entry_loads", TRAP_GP, probe.vector);
    expect_ok("and_the_ldt_page_is_free", page_set_writable(page));
}

void test_main(void)
{
    unsigned long frames[16];

    page = page_alloc();
    maddr = va_to_mfn(page) << PAGE_SHIFT;
    for (unsigned i = 0; i < ARRAY_SIZE(frames); i++)
        frames[i] = maddr >> PAGE_SHIFT;
    update();
    system_types();
    update_errors();
    gdt_refused(frames);
    gdt_in_force(frames);
    ldt();
}
