/* SPDX-License-Identifier: MIT */
/* layout_test.c - where the parts of a fresh domain lie. */
#include <asm/layout.h>
#include <asm/pte.h>
#include <hv/builder.h>
#include <hv/errno.h>
#include <string.h>
#include "unit.h"

#define LINUX_BASE  0xffffffff80000000ul
#define P2M_BASE    0x0000008000000000ul
#define MANY_PAGES  (1ul << 18)

static struct kernel_image kernel;
static struct layout_input in;
static struct layout l;
static const char *why;

static void start(uint64_t size)
{
    memset(&kernel, 0, sizeof(kernel));
    kernel.virt_base = LINUX_BASE;
    kernel.virt_start = LINUX_BASE + MIB(16);
    kernel.virt_end = LINUX_BASE + size;
    in = (struct layout_input){ .kernel = &kernel, .nr_pages = MANY_PAGES };
}

static uint64_t pages(uint64_t bytes)
{
    return bytes / PAGE_SIZE + (bytes % PAGE_SIZE != 0);
}

/* Tables of @level for a run, counted by walking it. */
static uint64_t count_tables(uint64_t start, uint64_t bytes,
                             unsigned int level)
{
    uint64_t step = 1ul << PT_SHIFT(level + 1), count = 0;
    uint64_t last = start + bytes - 1;

    for (uint64_t va = start & ~(step - 1); ; va += step) {
        count++;
        if (va + (step - 1) >= last)
            return count;
    }
}

/* Parts that follow each other without gap or overlap from pfn @at. */
static uint64_t part(uint64_t at, uint64_t pfn, uint64_t count)
{
    UNIT_REQUIRE(pfn == at);
    return at + count;
}

static void check_mapped(void)
{
    uint64_t bytes = l.virt_end - l.virt_base;
    uint64_t at = pages(kernel.virt_end - kernel.virt_base);

    UNIT_REQUIRE(l.virt_base == kernel.virt_base);
    UNIT_REQUIRE(l.initrd_is_mapped == (in.initrd_size &&
                                        !kernel.mod_start_pfn));
    if (l.initrd_is_mapped)
        at = part(at, l.initrd_pfn, pages(in.initrd_size));
    if (!kernel.has_init_p2m) {
        UNIT_REQUIRE(l.p2m_va == l.virt_base + at * PAGE_SIZE);
        at = part(at, l.p2m_pfn, l.p2m_pages);
    }
    at = part(at, l.start_info_pfn, 1);
    at = part(at, l.tables_pfn, l.tables_count);
    at = part(at, l.stack_pfn, 1);
    UNIT_REQUIRE(l.virt_end % MIB(4) == 0);
    UNIT_REQUIRE(bytes >= at * PAGE_SIZE + KIB(512));
    UNIT_REQUIRE(bytes < at * PAGE_SIZE + KIB(512) + MIB(4));
    UNIT_REQUIRE(l.l1_count == count_tables(l.virt_base, bytes, 1));
    UNIT_REQUIRE(l.l2_count == count_tables(l.virt_base, bytes, 2));
    UNIT_REQUIRE(l.l3_count == count_tables(l.virt_base, bytes, 3));
    UNIT_REQUIRE(l.tables_count == 1 + l.l1_count + l.l2_count + l.l3_count);
}

static void check_unmapped(void)
{
    uint64_t at = pages(l.virt_end - l.virt_base);
    uint64_t bytes = l.p2m_pages * PAGE_SIZE;

    UNIT_REQUIRE(l.p2m_pages == pages(in.nr_pages * 8));
    if (in.initrd_size && !l.initrd_is_mapped)
        at = part(at, l.initrd_pfn, pages(in.initrd_size));
    UNIT_REQUIRE(l.p2m_is_mapped_apart == kernel.has_init_p2m);
    if (kernel.has_init_p2m) {
        UNIT_REQUIRE(l.p2m_va == kernel.init_p2m);
        UNIT_REQUIRE(l.p2m_l1_count == count_tables(l.p2m_va, bytes, 1));
        UNIT_REQUIRE(l.p2m_l2_count == count_tables(l.p2m_va, bytes, 2));
        UNIT_REQUIRE(l.p2m_l3_count == count_tables(l.p2m_va, bytes, 3));
        at = part(at, l.p2m_pfn, l.p2m_pages);
        at += l.p2m_l1_count + l.p2m_l2_count + l.p2m_l3_count;
    }
    UNIT_REQUIRE(l.pages_used == at);
    UNIT_REQUIRE(l.pages_used <= in.nr_pages);
}

static void require_good(void)
{
    ck_assert_int_eq(layout_compute(&in, &l, &why), 0);
    check_mapped();
    check_unmapped();
}

static void require_bad(int error)
{
    why = NULL;
    ck_assert_int_eq(layout_compute(&in, &l, &why), error);
    ck_assert_ptr_nonnull(why);
}

START_TEST(parts_follow_each_other)
{
    start(MIB(40));
    require_good();
    in.initrd_size = MIB(30) + 5;
    require_good();
    ck_assert(l.initrd_is_mapped);
}
END_TEST

START_TEST(a_kernel_may_do_without_a_mapped_initrd_and_p2m)
{
    start(MIB(40));
    in.initrd_size = MIB(30) + 5;
    kernel.mod_start_pfn = true;
    require_good();
    ck_assert(!l.initrd_is_mapped);
    kernel.has_init_p2m = true;
    kernel.init_p2m = P2M_BASE;
    require_good();
    in.initrd_size = 0;
    require_good();
}
END_TEST

START_TEST(the_count_of_tables_settles_at_every_size)
{
    for (uint64_t size = 1; size < MIB(500); size += MIB(1) + 4095) {
        start(size);
        require_good();
    }
    for (uint64_t k = 0; k < 2 * 1024; k++) {   /* around one border */
        start(MIB(64) - KIB(512) - k * PAGE_SIZE);
        require_good();
    }
}
END_TEST

START_TEST(any_combination_is_laid_out_or_refused)
{
    uint64_t seed = 7;

    for (int i = 0; i < 20000; i++) {
        start(unit_random_below(&seed, MIB(600)) + 1);
        in.initrd_size = unit_random_wide(&seed) >> 34;
        in.nr_pages = unit_random_below(&seed, 1 << 19);
        kernel.mod_start_pfn = unit_random_below(&seed, 2);
        kernel.has_init_p2m = unit_random_below(&seed, 2);
        kernel.init_p2m = (unit_random(&seed) & 0x7ffffffff000) %
                          (0x7f0000000000);
        if (layout_compute(&in, &l, &why) == 0) {
            check_mapped();
            check_unmapped();
        } else {
            UNIT_REQUIRE(why);
        }
    }
}
END_TEST

START_TEST(memory_that_is_one_page_short_is_too_small)
{
    start(MIB(40));
    for (int k = 0; k < 4; k++) {
        kernel.mod_start_pfn = k & 1;
        kernel.has_init_p2m = k & 2;
        kernel.init_p2m = P2M_BASE;
        in.initrd_size = MIB(5) + 1;
        in.nr_pages = 16384;            /* the p2m's size stays the same */
        require_good();
        for (uint64_t n = l.pages_used; pages(n * 8) == l.p2m_pages; n--) {
            in.nr_pages = n;
            if (n == l.pages_used)
                require_good();
            else
                require_bad(-ENOMEM);
        }
    }
    start(MIB(40));
    in.nr_pages = 0;
    require_bad(-ENOMEM);
}
END_TEST

START_TEST(addresses_that_no_guest_has_are_refused)
{
    static const uint64_t bases[] = {
        HV_VIRT_START, HV_VIRT_START - MIB(4), HV_VIRT_END - MIB(4),
        0x0000800000000000, 0x00007ffffffff000, 0x4000000000000000,
        0xfffffffffff00000, 0xfffffffffffff000,
    };

    for (unsigned int i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
        start(0);
        kernel.virt_base = bases[i];
        kernel.virt_end = bases[i] + 0xfff;
        require_bad(-EINVAL);
    }
    start(0);
    kernel.virt_base = HV_VIRT_END;
    kernel.virt_end = HV_VIRT_END + MIB(7);
    require_good();
    kernel.virt_base = 0;
    kernel.virt_end = MIB(7);
    require_good();
}
END_TEST

START_TEST(a_kernel_that_crosses_a_top_level_entry_is_refused)
{
    start(0);
    kernel.virt_base = (1ul << 39) - MIB(8);
    kernel.virt_end = kernel.virt_base + MIB(7);
    require_bad(-EINVAL);
    kernel.virt_end = kernel.virt_base + MIB(3);
    in.nr_pages = 4096;
    require_good();
}
END_TEST

START_TEST(a_p2m_must_lie_apart)
{
    static const uint64_t refused[] = {
        LINUX_BASE + MIB(512), 0xffffff8000000000,  /* the kernel's L4 slot */
        HV_VIRT_START, HV_VIRT_END - PAGE_SIZE, HV_VIRT_START - PAGE_SIZE,
        0x0000800000000000, 0x00007ffffffff000,
        (1ul << 39) - PAGE_SIZE,                    /* crosses a slot */
    };

    start(MIB(40));
    kernel.has_init_p2m = true;
    for (unsigned int i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        kernel.init_p2m = refused[i];
        require_bad(-EINVAL);
    }
    kernel.init_p2m = HV_VIRT_END;
    require_good();
}
END_TEST

/* The last address of all: an end of 2^64 is no number. */
START_TEST(nothing_ends_at_the_top_of_the_address_space)
{
    start(MIB(40));
    kernel.virt_base = 0;
    kernel.virt_end = MIB(40);
    kernel.has_init_p2m = true;
    kernel.init_p2m = -pages(in.nr_pages * 8) * PAGE_SIZE;
    require_bad(-EINVAL);
    kernel.init_p2m -= PAGE_SIZE;
    require_good();
}
END_TEST

/* Sizes that wrap somewhere on the way and would look small again. */
START_TEST(huge_sizes_are_refused)
{
    start(MIB(40));
    kernel.virt_base = 0;
    for (unsigned int k = 0; k < 4096; k++) {
        kernel.virt_end = UINT64_MAX - k * (PAGE_SIZE / 2);
        UNIT_REQUIRE(layout_compute(&in, &l, &why) < 0);
    }
    for (unsigned int bit = 33; bit < 64; bit++) {
        start(MIB(40));
        in.initrd_size = 1ul << bit;
        UNIT_REQUIRE(layout_compute(&in, &l, &why) < 0);
        in.initrd_size = -(1ul << (bit - 30));
        UNIT_REQUIRE(layout_compute(&in, &l, &why) < 0);
        kernel.mod_start_pfn = true;
        UNIT_REQUIRE(layout_compute(&in, &l, &why) < 0);
    }
}
END_TEST

int main(void)
{
    return UNIT_RUN("layout",
        parts_follow_each_other,
        a_kernel_may_do_without_a_mapped_initrd_and_p2m,
        the_count_of_tables_settles_at_every_size,
        any_combination_is_laid_out_or_refused,
        memory_that_is_one_page_short_is_too_small,
        addresses_that_no_guest_has_are_refused,
        a_kernel_that_crosses_a_top_level_entry_is_refused,
        a_p2m_must_lie_apart,
        nothing_ends_at_the_top_of_the_address_space,
        huge_sizes_are_refused);
}
