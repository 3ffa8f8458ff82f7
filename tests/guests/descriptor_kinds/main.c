/* SPDX-License-Identifier: MIT */
/*
 * descriptor_kinds/main.c - update_descriptor with every kind of descriptor.
 *
 * Promise: each of the 16 code and data types is taken with every level, size
 * flag, base and limit; its level becomes 3, the rest stays. What is absent is
 * taken as it is. A present system descriptor is refused unless it is of type
 * 0 or a call gate to a segment of the guest's, whose level becomes 0 so that
 * nobody goes through, and its selector's 3. A loaded table does with each
 * what the processor does.
 */
#include "guest.h"

const char test_folder[] = "descriptor_kinds";

#define FLAT        0x000f00000000fffful    /* limit 4 GiB with G */
#define DESC_S      (1ul << 44)
#define DESC_DPL(n) ((uint64_t)(n) << 45)
#define DESC_P      (1ul << 47)
#define DESC_AVL    (1ul << 52)
#define DESC_L      (1ul << 53)
#define DESC_D      (1ul << 54)
#define DESC_G      (1ul << 55)
#define DESC_TYPE(n) ((uint64_t)(n) << 40)
#define TYPE_ACCESSED 1

static uint64_t *page;
static uint64_t maddr;

static const char *const type_name[16] = {
    "data_read", "data_read_a", "data_write", "data_write_a",
    "data_down_read", "data_down_read_a", "data_down_write",
    "data_down_write_a", "code", "code_a", "code_read", "code_read_a",
    "code_conforming", "code_conforming_a", "code_conforming_read",
    "code_conforming_read_a",
};

/* Write @desc; count the ways in which it is not taken as @want. */
static unsigned wrong(uint64_t desc, uint64_t want)
{
    page[9] = 0x5a5a;
    if (hc_update_descriptor(maddr + 72, desc))
        return 1;
    return page[9] != want;
}

static void code_and_data(void)
{
    static const uint64_t shape[] = {
        0, FLAT | DESC_G, FLAT | DESC_G | DESC_D, FLAT | DESC_G | DESC_L,
        FLAT | DESC_L | DESC_D, FLAT | DESC_AVL, 0xff0000fffffffffful,
    };

    for (unsigned type = 0; type < 16; type++) {
        unsigned present = 0, absent = 0;

        for (unsigned n = 0; n < 4 * ARRAY_SIZE(shape); n++) {
            uint64_t desc = (shape[n / 4] & ~(0xfful << 40)) | DESC_S |
                            DESC_TYPE(type) | DESC_DPL(n % 4);

            absent += wrong(desc, desc);
            present += wrong(desc | DESC_P, desc | DESC_P | DESC_DPL(3));
        }
        report_group(type_name[type]);
        expect_eq("present_is_taken_at_level_3", 0, present);
        expect_eq("absent_is_taken_as_it_is", 0, absent);
    }
    report_group(NULL);
}

static void absent_system(void)
{
    unsigned bad = 0;

    for (unsigned n = 0; n < 64; n++) {
        uint64_t desc = 0x1234000056789abcul | DESC_TYPE(n % 16) |
                        DESC_DPL(n / 16);

        bad += wrong(desc, desc);
    }
    expect_eq("absent_system_descriptors_are_taken", 0, bad);
}

static void present_system(void)
{
    unsigned taken = 0, written = 0;

    for (unsigned n = 0; n < 64; n++) {
        uint64_t desc = DESC_P | DESC_TYPE(n % 16) | DESC_DPL(n / 16);

        if (n % 16 == 0 || n % 16 == 12)
            continue;
        page[9] = 0x5a5a;
        taken += hc_update_descriptor(maddr + 72, desc) != -XEN_EINVAL;
        written += page[9] != 0x5a5a;
    }
    expect_eq("present_system_descriptors_are_refused", 0, taken);
    expect_eq("and_not_written", 0, written);
    expect_eq("present_type_0_is_taken_as_it_is", 0,
              wrong(DESC_P | 0x123456ul, DESC_P | 0x123456ul));
}

static void call_gates(void)
{
    static const struct {
        const char *name;
        uint16_t selector;
        bool taken;
    } gate[] = {
        { "own_segment", 0x10 | 3, true },
        { "own_segment_rpl_1", 0x10 | 1, true },
        { "own_segment_rpl_0", 0x10, true },
        { "last_own_segment", 0xdff8 | 3, true },
        { "ldt_segment", 0x0c | 3, true },
        { "last_ldt_segment", 0xffff, true },
        { "ldt_segment_rpl_0", 0x0c, true },
        { "null", 0, true },
        { "null_rpl_3", 3, true },
        { "flat_code_64", FLAT_KERNEL_CS64, true },
        { "flat_code_32", FLAT_KERNEL_CS32, false },
        { "flat_code_64_rpl_0", FLAT_KERNEL_CS64 & ~3, false },
        { "flat_code_64_rpl_1", (FLAT_KERNEL_CS64 & ~3) | 1, false },
        { "flat_data", FLAT_KERNEL_SS, false },
        { "hypervisor_code", 0xe008, false },
        { "hypervisor_code_rpl_3", 0xe008 | 3, false },
        { "hypervisor_tss", 0xe040 | 3, false },
        { "last_reserved", 0xfff8 | 3, false },
    };

    for (size_t i = 0; i < ARRAY_SIZE(gate); i++) {
        uint64_t desc = 0x8000000000001234ul | DESC_P | DESC_TYPE(12) |
                        (uint64_t)gate[i].selector << 16 | DESC_DPL(3);

        page[9] = 0x5a5a;
        report_group(gate[i].name);
        expect_rc("gate", gate[i].taken ? 0 : -XEN_EINVAL,
                  hc_update_descriptor(maddr + 72, desc));
        expect_eq("stored", gate[i].taken ? (desc & ~DESC_DPL(3)) | 3ul << 16
                                            : 0x5a5a,
                  page[9]);
    }
    report_group(NULL);
    expect_rc("a_gate_with_reserved_bits", -XEN_EINVAL,
              hc_update_descriptor(maddr + 72, DESC_P | DESC_TYPE(12) |
                                   1ul << 32 | 0x13ul << 16));
    expect_rc("a_gate_with_the_last_reserved_bit", -XEN_EINVAL,
              hc_update_descriptor(maddr + 72, DESC_P | DESC_TYPE(12) |
                                   1ul << 39 | 0x13ul << 16));
}

/* Entries 16 to 31 of the loaded table have the types 0 to 15. */
static void load_table(void)
{
    unsigned long frames[1] = { maddr >> PAGE_SHIFT };

    memset(page, 0, PAGE_SIZE);
    for (unsigned type = 0; type < 16; type++) {
        page[16 + type] = FLAT | DESC_G | DESC_S | DESC_P | DESC_TYPE(type) |
                          (type & 8 ? DESC_L : DESC_D);
        page[32 + type] = (page[16 + type] & ~DESC_P) | DESC_DPL(3);
    }
    page[48] = DESC_P | DESC_TYPE(12) | 0x13ul << 16 | DESC_DPL(3);
    page_set_readonly(page);
    expect_ok("a_table_of_all_kinds", hc_set_gdt(frames, 512));
    expect_eq("its_levels_are_raised", page[16] | DESC_DPL(3), page[16]);
    expect_eq("but_the_gates", 0, page[48] & DESC_DPL(3));
}

static void loads(void)
{
    for (unsigned type = 0; type < 16; type++) {
        unsigned selector = (16 + type) * 8 | 3;
        bool readable = !(type & 8) || (type & 2);
        bool stack = !(type & 8) && (type & 2);

        report_group(type_name[type]);
        PROBE("mov %0, %%es", "r" (selector));
        expect_eq("in_es", readable ? NO_TRAP : TRAP_GP, probe.vector);
        expect_eq("in_es_error", readable ? 0 : selector & ~3u, probe.error);
        if (readable)
            expect_eq("is_marked_as_used", TYPE_ACCESSED,
                      page[16 + type] >> 40 & TYPE_ACCESSED);
        PROBE("mov %0, %%ss\n\t mov %1, %%ss", "r" (selector),
              "r" (FLAT_KERNEL_SS));
        expect_eq("in_ss", stack ? NO_TRAP : TRAP_GP, probe.vector);
        PROBE("push %q0\n\t push $2f\n\t lretq\n\t 2: ud2", "r" (selector));
        expect_eq("in_cs", type & 8 ? TRAP_UD : TRAP_GP, probe.vector);
        if (type & 8)
            expect_eq("in_cs_of_the_frame", selector & ~3u,
                      regs_selector(&probe));
        selector = (32 + type) * 8 | 3;
        PROBE("mov %0, %%es", "r" (selector));
        expect_eq("absent_in_es", readable ? TRAP_NP : TRAP_GP, probe.vector);
        expect_eq("absent_in_es_error", selector & ~3u, probe.error);
        PROBE("mov %0, %%ss", "r" (selector));
        expect_eq("absent_in_ss", stack ? TRAP_SS : TRAP_GP, probe.vector);
    }
    report_group(NULL);
    PROBE("mov %0, %%es", "r" (0));
}

static void gate_is_closed(void)
{
    static struct {
        uint32_t offset;
        uint16_t selector;
    } __attribute__((packed)) pointer = { 0, 48 * 8 | 3 };

    PROBE("push %q0\n\t push $2f\n\t lretq\n\t 2: ud2", "r" (48 * 8 | 3));
    expect_eq("a_return_to_a_gate_is_GP", TRAP_GP, probe.vector);
    PROBE("lcall *%0", "m" (pointer));
    expect_eq("a_call_through_a_gate_is_GP", TRAP_GP, probe.vector);
    expect_eq("a_call_through_a_gate_error", 48 * 8, probe.error);
}

void test_main(void)
{
    page = page_alloc();
    maddr = va_to_mfn(page) << PAGE_SHIFT;
    code_and_data();
    absent_system();
    present_system();
    call_gates();
    load_table();
    loads();
    gate_is_closed();
}
