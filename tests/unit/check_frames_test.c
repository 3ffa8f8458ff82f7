/* SPDX-License-Identifier: MIT */
/*
 * check_frames_test.c - the invariant checker finds a frame's record, an
 * owner's list or free memory that is wrong.
 */
#include <hv/direct_map.h>
#include "check_world.h"
#include "unit.h"

START_TEST(a_machine_in_which_all_is_well_passes)
{
    start();
    ck_assert_ptr_null(find());
}
END_TEST

START_TEST(a_reference_that_nobody_holds_is_found)
{
    start();
    data->state += FRAME_REF_ONE;
    must_find_of("references", data);
}
END_TEST

START_TEST(a_reference_that_was_dropped_too_often_is_found)
{
    start();
    read_only->state -= FRAME_REF_ONE;
    must_find_of("references", read_only);
}
END_TEST

START_TEST(a_type_reference_that_was_not_dropped_is_found)
{
    start();
    data->state += FRAME_TYPE_REF_ONE;
    must_find_of("type references", data);
}
END_TEST

START_TEST(a_pin_that_nothing_counts_is_found)
{
    start();
    l1->state |= FRAME_PINNED;
    must_find_of("references", l1);
}
END_TEST

START_TEST(a_pinned_page_that_is_no_table_is_found)
{
    start();
    data->state |= FRAME_PINNED;
    must_find_of("the type of a pinned frame", data);
}
END_TEST

START_TEST(a_table_that_is_not_called_checked_is_found)
{
    start();
    gdt->state &= ~FRAME_VALIDATED;
    must_find_of("a frame called checked or partial", gdt);
}
END_TEST

START_TEST(a_partial_table_with_two_uses_is_found)
{
    start();
    V->arch.l4_kernel = INVALID_MFN;
    V->arch.pending_table = l4;
    l4->state = (l4->state & ~FRAME_VALIDATED) | FRAME_PARTIAL;
    l4->cursor = PT_ENTRIES;
    must_find_of("type references of a partial table", l4);
}
END_TEST

START_TEST(a_writable_frame_called_checked_is_found)
{
    start();
    data->state |= FRAME_VALIDATED;
    must_find_of("a table with an owner and a type", data);
}
END_TEST

START_TEST(a_frame_off_its_owners_list_is_found)
{
    start();
    D->page_list = fake_frame(D->page_list)->next;
    fake_frame(D->page_list)->prev = 0;
    D->page_count--;
    must_find_of("a frame on its owner's list", info);
}
END_TEST

START_TEST(a_wrong_count_of_frames_is_found)
{
    start();
    OTHER->page_count++;
    must_find("a domain's count of frames", OTHER->id);
}
END_TEST

START_TEST(a_frame_on_anothers_list_is_found)
{
    start();
    info->owner = OTHER;
    must_find_of("a list of frames, and whose this is", info);
}
END_TEST

START_TEST(a_broken_link_back_is_found)
{
    start();
    fake_frame(gdt->prev)->prev = 0;
    gdt->prev = 0;
    must_find_of("the link back in a list of frames", gdt);
}
END_TEST

START_TEST(a_frame_that_is_owned_and_not_used_is_found)
{
    struct frame *f;

    start();
    f = own(OTHER);
    f->state = 0;
    must_find_of("the owner of a frame without references", f);
}
END_TEST

START_TEST(a_free_frame_with_a_state_is_found)
{
    start();
    fake_frame(40)->state = FRAME_VALIDATED;
    must_find("a table with an owner and a type", 40);
    fake_frame(40)->state = 1ul << FRAME_TYPE_SHIFT;
    must_find("the state of a frame without references", 40);
}
END_TEST

START_TEST(a_free_frame_that_the_allocator_does_not_count_is_found)
{
    start();
    ck_assert_ptr_null(find());
    fake_frame(40)->link.prev = 0;
    ck_assert_str_eq(check_find()->what,
                     "the allocator's count of free frames");
}
END_TEST

START_TEST(a_free_block_over_a_frame_in_use_is_found)
{
    start();
    ck_assert_ptr_null(find());
    fake_frame(PAGING_RAM - 1)->link.order = 1;
    must_find("a free frame that is no RAM", PAGING_RAM);
}
END_TEST

START_TEST(a_free_block_inside_another_is_found)
{
    start();
    ck_assert_ptr_null(find());
    fake_frame(40)->link.order = 1;
    must_find("a free block in a free block", 41);
}
END_TEST

START_TEST(a_shared_page_that_is_anothers_is_found)
{
    struct frame *f;

    start();
    f = own(OTHER);
    D->shared_info = fake_table(f);
    D->shared_info_mfn = frame_mfn(f);
    must_find_of("the owner of a shared page", f);
    D->shared_info_mfn = mfn(FAKE_FRAMES);
    must_find("the owner of a shared page", FAKE_FRAMES);
}
END_TEST

/* It lives on in its frames, and is asked for them. */
START_TEST(a_wrong_count_of_a_domain_off_the_list_is_found)
{
    start();
    ports[0][1] = ports[1][2] = (struct port){ 0 };
    D->refs--;
    OTHER->refs -= 2;
    list_del(&OTHER->list);
    ck_assert_ptr_null(find());
    OTHER->page_count++;
    must_find("a domain's count of frames", OTHER->id);
}
END_TEST

START_TEST(a_zeroed_frame_that_is_none_is_found)
{
    start();
    fake_frame(40)->link.content = PAGE_ZEROED;
    ck_assert_ptr_null(find());
    *(uint64_t *)mfn_to_virt(mfn(40)) = 1;
    must_find("the first word of a frame that is zeroed", 40);
}
END_TEST

/* By and by each word is looked at. */
START_TEST(a_word_of_a_zeroed_frame_is_found_in_the_end)
{
    unsigned int i = 0;

    start();
    fake_frame(40)->link.content = PAGE_ZEROED;
    ((uint64_t *)mfn_to_virt(mfn(40)))[FAKE_WORDS - 1] = 1;
    while (!find() && i < FAKE_WORDS)
        i++;
    ck_assert_uint_gt(i, 0);
    ck_assert_uint_lt(i, FAKE_WORDS);
}
END_TEST

START_TEST(a_dirty_block_with_a_zeroed_frame_is_found)
{
    start();
    fake_frame(40)->link.pool = POOL_DIRTY;
    must_find("the content of a dirty frame", 40);
}
END_TEST

START_TEST(a_zeroed_block_with_a_used_frame_is_found)
{
    start();
    fake_frame(40)->link.pool = POOL_ZEROED;
    fake_frame(40)->link.content = PAGE_USED;
    must_find("the content of a zeroed frame", 40);
}
END_TEST

START_TEST(a_hole_with_references_is_found)
{
    start();
    fake_frame(DEVICE_ALLOWED)->state |= FRAME_REF_ONE;
    must_find("the state of a hole", DEVICE_ALLOWED);
}
END_TEST

int main(void)
{
    return UNIT_RUN(
        "check_frames", a_machine_in_which_all_is_well_passes,
        a_reference_that_nobody_holds_is_found,
        a_reference_that_was_dropped_too_often_is_found,
        a_type_reference_that_was_not_dropped_is_found,
        a_pin_that_nothing_counts_is_found,
        a_pinned_page_that_is_no_table_is_found,
        a_table_that_is_not_called_checked_is_found,
        a_partial_table_with_two_uses_is_found,
        a_writable_frame_called_checked_is_found,
        a_frame_off_its_owners_list_is_found, a_wrong_count_of_frames_is_found,
        a_frame_on_anothers_list_is_found, a_broken_link_back_is_found,
        a_frame_that_is_owned_and_not_used_is_found,
        a_free_frame_with_a_state_is_found,
        a_free_frame_that_the_allocator_does_not_count_is_found,
        a_free_block_over_a_frame_in_use_is_found,
        a_free_block_inside_another_is_found,
        a_shared_page_that_is_anothers_is_found,
        a_wrong_count_of_a_domain_off_the_list_is_found,
        a_zeroed_frame_that_is_none_is_found,
        a_word_of_a_zeroed_frame_is_found_in_the_end,
        a_dirty_block_with_a_zeroed_frame_is_found,
        a_zeroed_block_with_a_used_frame_is_found,
        a_hole_with_references_is_found);
}
