/* SPDX-License-Identifier: MIT */
/*
 * check_tables_test.c - the invariant checker finds an entry of a page table
 * or a descriptor that is wrong.
 */
#include <asm/descriptor.h>
#include <asm/paging.h>
#include "check_world.h"
#include "unit.h"

START_TEST(a_writable_mapping_of_a_table_is_found)
{
    start();
    set(l1, 8, l2, DATA);
    must_find_of("a frame's type and its use", l2);
}
END_TEST

START_TEST(a_writable_mapping_of_a_descriptor_page_is_found)
{
    start();
    set(l1, 8, gdt, DATA);
    must_find_of("a frame's type and its use", gdt);
}
END_TEST

START_TEST(a_mapping_that_holds_nothing_is_found)
{
    start();
    set(l1, 8, data, DATA);
    must_find_of("references", data);
}
END_TEST

START_TEST(a_mapping_that_went_without_being_dropped_is_found)
{
    start();
    set(l1, 0, data, 0);
    must_find_of("references", data);
}
END_TEST

START_TEST(a_mapping_that_became_writable_is_found)
{
    start();
    set(l1, 1, read_only, DATA);
    must_find_of("a frame's type and its use", read_only);
}
END_TEST

START_TEST(a_mapping_of_anothers_frame_is_found)
{
    struct frame *f;

    start();
    f = own(OTHER);
    ck_assert(frame_get(f, OTHER));
    set(l1, 8, f, DATA_RO);
    must_find_of("the owner of a frame and of the table that maps it", f);
    D->is_privileged = true;
    ck_assert_ptr_null(find());
}
END_TEST

START_TEST(a_wrong_count_of_others_writable_mappings_is_found)
{
    start();
    data->outside = 1;
    must_find_of("writable entries of other domains", data);
}
END_TEST

START_TEST(a_mapping_of_a_free_frame_is_found)
{
    start();
    set(l1, 8, fake_frame(40), DATA_RO);
    D->is_privileged = true;
    must_find("use of a frame that is nobody's", 40);
}
END_TEST

START_TEST(a_mapping_of_a_device_without_a_right_is_found)
{
    start();
    fake_table(l1)[8] = pte_make(mfn(DEVICE_REFUSED), DATA | PTE_PCD);
    must_find("a right to a device's frame", DEVICE_REFUSED);
}
END_TEST

START_TEST(a_device_that_is_cached_is_found)
{
    start();
    fake_table(l1)[8] = pte_make(mfn(DEVICE_ALLOWED), DATA);
    must_find("device memory that is cached", DEVICE_ALLOWED);
}
END_TEST

START_TEST(memory_that_is_not_cached_is_found)
{
    start();
    fake_table(l1)[0].v |= PTE_PCD;
    must_find_of("the memory type of RAM", data);
}
END_TEST

START_TEST(a_global_mapping_is_found)
{
    start();
    fake_table(l1)[0].v |= PTE_G;
    must_find_of("user access and no global bit in an entry", data);
}
END_TEST

START_TEST(a_large_page_is_found)
{
    start();
    fake_table(l2)[5].v |= PTE_PSE;
    must_find_of("the flags of an entry that names a table", l1);
}
END_TEST

START_TEST(an_entry_of_a_wrong_level_is_found)
{
    start();
    set(l3, 8, l1, TABLE);
    must_find_of("a frame's type and its use", l1);
}
END_TEST

START_TEST(a_table_of_anothers_is_found)
{
    start();
    l1->owner = OTHER;
    D->is_privileged = OTHER->is_privileged = true;
    must_find_of("a list of frames, and whose this is", l1);
}
END_TEST

START_TEST(a_partial_table_in_use_is_found)
{
    start();
    l1->state = (l1->state & ~FRAME_VALIDATED) | FRAME_PARTIAL;
    l1->cursor = PT_ENTRIES;
    must_find_of("a table that is named is validated", l1);
}
END_TEST

START_TEST(a_changed_slot_of_the_hypervisors_is_found)
{
    start();
    fake_table(l4)[HV_SLOT_LAST].v |= PTE_US;
    must_find("a slot of the hypervisor's in an L4", HV_SLOT_LAST);
    fake_table(l4)[HV_SLOT_LAST] = hv_l4[HV_SLOT_LAST];
    fake_table(l4)[PERDOMAIN_SLOT] = hv_l4[PERDOMAIN_SLOT];
    must_find("a slot of the hypervisor's in an L4", PERDOMAIN_SLOT);
}
END_TEST

static void must_find_descriptor(uint64_t descriptor)
{
    ((uint64_t *)fake_table(gdt))[9] = descriptor;
    must_find("a descriptor that no guest may have", 9);
}

START_TEST(a_descriptor_of_ring_0_is_found)
{
    start();
    must_find_descriptor(DESC_DATA_DPL0);
    must_find_descriptor(DESC_CODE64_DPL0);
}
END_TEST

START_TEST(a_descriptor_of_the_system_is_found)
{
    start();
    must_find_descriptor(DESC_P | (uint64_t)DESC_TYPE_TSS << 40);
    must_find_descriptor(DESC_P | (uint64_t)DESC_TYPE_INTR_GATE << 40);
    must_find_descriptor(DESC_P | DESC_DPL3 | 0xe033ul << 16 |
                         (uint64_t)DESC_TYPE_CALL_GATE << 40);
    must_find_descriptor(DESC_P | 0xe008ul << 16 |
                         (uint64_t)DESC_TYPE_CALL_GATE << 40);
}
END_TEST

int main(void)
{
    return UNIT_RUN(
        "check_tables", a_writable_mapping_of_a_table_is_found,
        a_writable_mapping_of_a_descriptor_page_is_found,
        a_mapping_that_holds_nothing_is_found,
        a_mapping_that_went_without_being_dropped_is_found,
        a_mapping_that_became_writable_is_found,
        a_mapping_of_anothers_frame_is_found,
        a_wrong_count_of_others_writable_mappings_is_found,
        a_mapping_of_a_free_frame_is_found,
        a_mapping_of_a_device_without_a_right_is_found,
        a_device_that_is_cached_is_found, memory_that_is_not_cached_is_found,
        a_global_mapping_is_found, a_large_page_is_found,
        an_entry_of_a_wrong_level_is_found, a_table_of_anothers_is_found,
        a_partial_table_in_use_is_found,
        a_changed_slot_of_the_hypervisors_is_found,
        a_descriptor_of_ring_0_is_found, a_descriptor_of_the_system_is_found);
}
