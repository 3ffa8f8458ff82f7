/* SPDX-License-Identifier: MIT */
/*
 * descriptor_test.c - every kind of segment descriptor with every DPL: what a
 * guest may have gives its ring 3 no way to ring 0.
 */
#include <asm/descriptor.h>
#include <asm/pv.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/frame.h>
#include <hv/log_dirty.h>
#include <string.h>
#include "unit.h"

struct vcpu *fake_current;
unsigned int fake_cpu;

#define TYPE(t)     ((uint64_t)(t) << 40)
#define DPL(n)      ((uint64_t)(n) << 45)
#define REST        0x00cf0000abcdfffful    /* limit, base, L, D, G */

/* The rest of descriptor.c, which these tests do not reach. */
void arch_lock_tables(struct domain *d)
{
    (void)d;
    ck_abort();
}

void arch_unlock_tables(struct domain *d)
{
    (void)d;
    ck_abort();
}

void dirty_map_add(struct dirty_map *map, mfn_t m)
{
    (void)map;
    (void)m;
    ck_abort();
}

int frame_get_writable(struct frame *f, const struct domain *d)
{
    (void)f;
    (void)d;
    ck_abort();
}

void frame_put_writable(struct frame *f)
{
    (void)f;
    ck_abort();
}

void *map_frame(mfn_t m)
{
    (void)m;
    ck_abort();
}

void unmap_frame(const void *va)
{
    (void)va;
    ck_abort();
}

struct frame fake_frame_table[FAKE_FRAMES];

START_TEST(what_is_not_present_may_be_anything)
{
    uint64_t seed = 5;

    for (int i = 0; i < 10000; i++) {
        uint64_t d = unit_random(&seed) & ~DESC_P, before = d;

        UNIT_REQUIRE(descriptor_check(&d));
        UNIT_REQUIRE(d == before);
    }
}
END_TEST

START_TEST(code_and_data_end_in_ring_3)
{
    for (unsigned int type = 0; type < 16; type++) {
        for (unsigned int dpl = 0; dpl < 4; dpl++) {
            uint64_t d = REST | DESC_P | DESC_S | TYPE(type) | DPL(dpl);

            ck_assert(descriptor_check(&d));
            ck_assert_uint_eq(d, REST | DESC_P | DESC_S | TYPE(type) | DPL(3));
        }
    }
}
END_TEST

START_TEST(of_the_system_kinds_only_call_gates_are_let_in)
{
    for (unsigned int type = 0; type < 16; type++) {
        for (unsigned int dpl = 0; dpl < 4; dpl++) {
            uint64_t d = DESC_P | TYPE(type) | DPL(dpl) |
                         (uint64_t)SEL_USER_CS64 << 16, before = d;
            bool good = descriptor_check(&d);

            ck_assert(good == (type == 0 || type == DESC_TYPE_CALL_GATE));
            if (type == DESC_TYPE_CALL_GATE)
                ck_assert_uint_eq(DESC_DPL(d), 0);
            else
                ck_assert_uint_eq(d, before);
        }
    }
}
END_TEST

/* A gate leads to none of the hypervisor's segments but the flat code that
 * guests have anyway. */
START_TEST(a_gate_leads_to_no_code_of_the_hypervisor)
{
    for (uint64_t selector = 0; selector < 0x10000; selector++) {
        uint64_t d = DESC_P | TYPE(DESC_TYPE_CALL_GATE) | selector << 16;
        bool good = (selector & 4) || selector < 0xe000 ||
                    selector == SEL_USER_CS64;

        UNIT_REQUIRE(descriptor_check(&d) == good);
        UNIT_REQUIRE(!good || (d >> 16 & 0xffff) == (selector | 3));
    }
}
END_TEST

START_TEST(a_page_is_good_when_all_of_it_is)
{
    uint64_t page[512];

    for (unsigned int i = 0; i < 512; i++) {
        memset(page, 0, sizeof(page));
        ck_assert(descriptor_page_check(page));
        page[i] = DESC_P | TYPE(DESC_TYPE_TSS);
        ck_assert(!descriptor_page_check(page));
        page[i] = DESC_DATA_DPL0;
        ck_assert(descriptor_page_check(page));
        ck_assert_uint_eq(page[i], DESC_DATA_DPL3);
    }
}
END_TEST

START_TEST(checking_twice_changes_nothing_more)
{
    uint64_t seed = 9;

    for (int i = 0; i < 20000; i++) {
        uint64_t d = unit_random(&seed), once;

        if (!descriptor_check(&d))
            continue;
        once = d;
        UNIT_REQUIRE(descriptor_check(&d));
        UNIT_REQUIRE(d == once);
    }
}
END_TEST

int main(void)
{
    return UNIT_RUN("descriptor",
        what_is_not_present_may_be_anything,
        code_and_data_end_in_ring_3,
        of_the_system_kinds_only_call_gates_are_let_in,
        a_gate_leads_to_no_code_of_the_hypervisor,
        a_page_is_good_when_all_of_it_is,
        checking_twice_changes_nothing_more);
}
