/* SPDX-License-Identifier: MIT */
/* vector_test.c - who owns which vector, and what a message looks like. */
#include <hv/acpi.h>
#include <hv/errno.h>
#include <hv/irq.h>
#include <hv/phys_map.h>
#include <asm/ioapic.h>
#include <asm/ioapic_regs.h>
#include <asm/vector.h>
#include "fake_spinlock.h"
#include "unit.h"

struct acpi_madt_info acpi_madt;

void *ioremap(paddr_t paddr, size_t size)
{
    (void)paddr;
    (void)size;
    return NULL;
}

void iounmap(void *va, size_t size)
{
    (void)va;
    (void)size;
}

static bool may_be_given(unsigned int vector)
{
    return vector >= VECTOR_DEVICE_FIRST && vector <= VECTOR_DEVICE_LAST &&
           vector != VECTOR_GUEST_SYSCALL && vector != VECTOR_HYPERCALL;
}

START_TEST(every_device_vector_is_given_once_and_no_other)
{
    unsigned int seen[VECTOR_COUNT] = { 0 }, count = 0;
    int vector;

    while ((vector = vector_alloc(count)) >= 0) {
        ck_assert(may_be_given((unsigned int)vector));
        ck_assert_uint_eq(seen[vector]++, 0);
        ck_assert_uint_eq(vector_owner_of((unsigned int)vector).irq, count);
        count++;
    }
    ck_assert_int_eq(vector, -ENOSPC);
    ck_assert_uint_eq(count, VECTOR_DEVICE_LAST - VECTOR_DEVICE_FIRST + 1 - 2);
    ck_assert_uint_eq(fake_locks_held, 0);
}
END_TEST

START_TEST(a_vector_given_back_can_be_given_again)
{
    int vector = vector_alloc(7);

    vector_free((unsigned int)vector);
    ck_assert_uint_eq(vector_owner_of((unsigned int)vector).irq, VECTOR_NO_IRQ);
    ck_assert_int_eq(vector_alloc(9), vector);
}
END_TEST

START_TEST(a_block_is_aligned_and_in_one_piece)
{
    for (unsigned int n = 1; n <= 32; n *= 2) {
        int first = vector_alloc_block(100, n);

        ck_assert_int_gt(first, 0);
        ck_assert_uint_eq((unsigned int)first % n, 0);
        for (unsigned int i = 0; i < n; i++) {
            ck_assert(may_be_given((unsigned int)first + i));
            ck_assert_uint_eq(vector_owner_of((unsigned int)first + i).irq,
                              100 + i);
        }
    }
}
END_TEST

static void handler(void *data)
{
    (void)data;
}

START_TEST(a_vector_of_ours_leads_to_its_handler)
{
    int data;

    vector_set_handler(VECTOR_TIMER, handler, &data);
    ck_assert(vector_owner_of(VECTOR_TIMER).fn == handler);
    ck_assert_ptr_eq(vector_owner_of(VECTOR_TIMER).data, &data);
    ck_assert(vector_owner_of(VECTOR_SPURIOUS).fn == NULL);
    ck_assert_uint_eq(vector_owner_of(14).irq, VECTOR_NO_IRQ);
}
END_TEST

START_TEST(a_routing_entry_says_vector_target_and_mode)
{
    ck_assert_uint_eq(ioapic_rte(0x31, 0, false, false), 0x31);
    ck_assert_uint_eq(ioapic_rte(0x42, 3, true, true), 0x030000000000a042ul);
    ck_assert_uint_eq(ioapic_rte(0xef, 0xfe, true, false),
                      0xfe000000000080eful);
    ck_assert_uint_eq(ioapic_rte(0x31, 0, true, true) & RTE_MASKED, 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("vector", every_device_vector_is_given_once_and_no_other,
                    a_vector_given_back_can_be_given_again,
                    a_block_is_aligned_and_in_one_piece,
                    a_vector_of_ours_leads_to_its_handler,
                    a_routing_entry_says_vector_target_and_mode);
}
