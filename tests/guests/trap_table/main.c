/* SPDX-License-Identifier: MIT */
/*
 * trap_table/main.c - the list that set_trap_table takes.
 *
 * Promise: rows are stored in order until one with address 0; a later row of
 * the same vector wins; rows that are not listed stay. Of the flags only level
 * and masking count, of the selector nothing. A row that cannot be read is
 * -EFAULT and a non-canonical address -EINVAL; the rows before are stored. Any
 * canonical address is taken. A list of all 256 vectors needs its end row.
 */
#include "guest.h"

const char test_folder[] = "trap_table";

#define VECTOR 0x80u            /* INT 0x80 needs no level */

static struct trap_info row(unsigned vector, uint64_t address)
{
    return (struct trap_info){
        .vector = (uint8_t)vector, .flags = 3, .cs = FLAT_KERNEL_CS,
        .address = address,
    };
}

/* Which stub does INT 0x80 enter? */
static uint64_t entered(void)
{
    PROBE("int $0x80");
    return probe.vector;
}

static void order(void)
{
    struct trap_info table[5] = {
        row(VECTOR, trap_stub(0x60)), row(VECTOR, trap_stub(0x61)),
        row(VECTOR, 0), row(VECTOR, trap_stub(0x62)),
    };

    expect_ok("a_vector_twice", hc_set_trap_table(table));
    expect_eq("the_later_row_wins", 0x61, entered());
    table[0] = row(0x41, trap_stub(0x63));
    table[1] = row(VECTOR, 0);
    expect_ok("a_row_with_address_0_first_in_line", hc_set_trap_table(table));
    expect_eq("ends_the_list_and_clears_nothing", 0x61, entered());
}

static void addresses(void)
{
    static const struct {
        const char *name;
        uint64_t address;
        long rc;
    } edge[] = {
        { "address_1", 1, 0 },
        { "the_last_lower_address", 0x7ffffffffffful, 0 },
        { "the_first_between", 0x800000000000ul, -XEN_EINVAL },
        { "the_last_between", 0xffff7ffffffffffful, -XEN_EINVAL },
        { "the_hypervisors_first", HV_START, 0 },
        { "the_hypervisors_own", HV_PRIVATE, 0 },
        { "the_last_address", ~0ul, 0 },
    };
    struct trap_info table[2] = { { 0 }, { 0 } };

    for (size_t i = 0; i < ARRAY_SIZE(edge); i++) {
        table[0] = row(0x42, edge[i].address);
        expect_rc(edge[i].name, edge[i].rc, hc_set_trap_table(table));
    }
}

/* A handler inside the hypervisor: entering it is the guest's page fault. */
static void handler_out_of_reach(void)
{
    struct trap_info table[2] = { row(VECTOR, HV_PRIVATE), { 0 } };

    hc_set_trap_table(table);
    PROBE("int $0x80");
    expect_eq("a_handler_in_the_hypervisor_is_PF", TRAP_PF, probe.vector);
    expect_eq("at_its_address", HV_PRIVATE, probe_cr2);
    expect_eq("which_is_where_it_was", HV_PRIVATE, probe.rip);
    expect_eq("as_an_instruction_fetch", PF_FETCH, probe.error & PF_FETCH);
    table[0] = row(VECTOR, (uint64_t)window_page(3) + 5);
    hc_set_trap_table(table);
    PROBE("int $0x80");
    expect_eq("an_unmapped_handler_is_PF", TRAP_PF, probe.vector);
    expect_eq("at_the_unmapped_address", (uint64_t)window_page(3) + 5,
              probe_cr2);
    expect_eq("unmapped_error", PF_FETCH, probe.error);
}

static void selectors(void)
{
    static const struct {
        const char *name;
        uint16_t cs;
    } selector[] = {
        { "selector_null", 0 }, { "selector_of_ring_0", 0xe008 },
        { "selector_of_data", FLAT_KERNEL_SS },
        { "selector_of_32_bit_code", FLAT_USER_CS32 },
        { "selector_beyond_the_table", 0xffff },
    };
    struct trap_info table[2] = { { 0 }, { 0 } };

    for (size_t i = 0; i < ARRAY_SIZE(selector); i++) {
        table[0] = row(VECTOR, trap_stub(0x64));
        table[0].cs = selector[i].cs;
        report_group(selector[i].name);
        expect_ok("is_taken", hc_set_trap_table(table));
        expect_eq("the_handler_runs", 0x64, entered());
        expect_eq("returns_to_the_flat_one", 0xe030, regs_selector(&probe));
    }
    report_group(NULL);
}

static void flags(void)
{
    struct trap_info table[2] = { row(VECTOR, trap_stub(0x65)), { 0 } };

    table[0].flags = 0xfb;
    upcalls_unmask();
    expect_ok("unknown_flags", hc_set_trap_table(table));
    expect_eq("change_nothing", 0x65, entered());
    expect_eq("and_do_not_mask", 0, probe_mask);
    table[0].flags = 0xff;
    expect_ok("all_flags", hc_set_trap_table(table));
    expect_eq("still_enter", 0x65, entered());
    expect_eq("and_mask", 1, probe_mask);
    upcalls_mask();
}

static void faults(void)
{
    uint8_t *page = page_alloc();
    struct trap_info *last =
        (struct trap_info *)(page + PAGE_SIZE - sizeof(*last));
    uint8_t *next = page_alloc();
    bool adjacent = next == page + PAGE_SIZE;

    if (!adjacent) {
        report_skip("a_list_that_runs_off_its_page", "no_neighbouring_page");
        return;
    }
    *last = row(VECTOR, trap_stub(0x66));
    page_map(next, 0);
    expect_rc("a_list_that_runs_off_its_page", -XEN_EFAULT,
              hc_set_trap_table(last));
    expect_eq("the_rows_before_are_stored", 0x66, entered());
    last = (struct trap_info *)((uint8_t *)last + 8);
    expect_rc("a_row_that_runs_off_its_page", -XEN_EFAULT,
              hc_set_trap_table(last));
    expect_rc("a_non_canonical_list", -XEN_EFAULT,
              hc_set_trap_table((void *)NON_CANONICAL));
    expect_rc("the_last_address_as_list", -XEN_EFAULT,
              hc_set_trap_table((void *)~0ul));
    expect_eq("errors_keep_the_handler", 0x66, entered());
}

static void stored_before_an_error(void)
{
    struct trap_info table[3] = {
        row(VECTOR, trap_stub(0x67)), row(0x43, NON_CANONICAL), { 0 },
    };

    expect_rc("a_bad_row_behind_a_good_one", -XEN_EINVAL,
              hc_set_trap_table(table));
    expect_eq("the_good_one_is_stored", 0x67, entered());
}

static void full(void)
{
    static struct trap_info table[300];

    for (unsigned i = 0; i < 256; i++)
        table[i] = row(i, trap_stub(i));
    expect_ok("all_vectors_and_the_end", hc_set_trap_table(table));
    expect_eq("the_last_row_counts", 0x80, entered());
    trap_init();
    trap_register(VECTOR, 3, false);
}

void test_main(void)
{
    order();
    addresses();
    handler_out_of_reach();
    selectors();
    flags();
    faults();
    stored_before_an_error();
    full();
}
