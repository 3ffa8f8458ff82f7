/* SPDX-License-Identifier: MIT */
/*
 * check_vcpus_test.c - the invariant checker finds what is wrong with a vcpu:
 * its base, its windows, its place in the scheduler.
 */
#include "check_world.h"
#include "unit.h"

START_TEST(a_base_without_a_reference_is_found)
{
    start();
    V->arch.l4_user = frame_mfn(l4);
    must_find_of("references", l4);
}
END_TEST

START_TEST(a_base_that_is_no_l4_is_found)
{
    start();
    V->arch.l4_user = frame_mfn(l3);
    must_find_of("a frame's type and its use", l3);
}
END_TEST

START_TEST(a_pending_table_that_is_whole_is_found)
{
    start();
    V->arch.pending_table = l1;
    must_find("a pending table is partial", V->id);
}
END_TEST

START_TEST(a_gdt_page_without_a_reference_is_found)
{
    start();
    V->arch.gdt_frames[1] = frame_mfn(gdt);
    window[0][1] = window[0][0];
    must_find_of("references", gdt);
}
END_TEST

START_TEST(a_gdt_window_that_shows_something_else_is_found)
{
    start();
    window[0][0] = pte_make(frame_mfn(data), PTE_HV_DATA);
    must_find("a GDT page in the window", V->id);
    window[0][0] = pte_make(frame_mfn(gdt), PTE_HV_DATA);
    window[0][3] = pte_make(frame_mfn(data), PTE_HV_DATA);
    must_find("a GDT page that nobody gave", V->id);
}
END_TEST

START_TEST(an_ldt_page_without_a_reference_is_found)
{
    start();
    window[0][WINDOW_LDT + 2] = pte_make(frame_mfn(gdt), PTE_HV_DATA);
    must_find_of("references", gdt);
}
END_TEST

START_TEST(a_record_in_a_page_that_is_not_held_is_found)
{
    start();
    V->info_mfn = frame_mfn(data);
    must_find_of("references", data);
}
END_TEST

START_TEST(a_console_in_a_page_that_is_not_held_is_found)
{
    start();
    console = frame_mfn(data);
    must_find_of("references", data);
}
END_TEST

START_TEST(a_console_that_is_no_memory_is_found)
{
    start();
    console = mfn(DEVICE_ALLOWED);
    must_find("a reference on what is no RAM", 0);
    console = mfn(FAKE_FRAMES);
    must_find("a reference on what is no RAM", 0);
}
END_TEST

START_TEST(a_vcpu_that_may_run_and_is_forgotten_is_found)
{
    start();
    fake_vcpus[1].is_queued = false;
    must_find("a vcpu that may run is queued", 0);
}
END_TEST

START_TEST(a_vcpu_that_is_queued_and_may_not_run_is_found)
{
    start();
    fake_vcpus[1].pause_count = 1;
    must_find("a vcpu that may run is queued", 0);
}
END_TEST

START_TEST(a_vcpu_that_runs_twice_is_found)
{
    start();
    fake_vcpus[1].is_running = true;
    must_find("a vcpu that runs", 0);
}
END_TEST

START_TEST(a_wrong_run_state_is_found)
{
    start();
    fake_vcpus[1].runstate.state = RUNSTATE_blocked;
    must_find("the run state of a vcpu that is queued", 0);
}
END_TEST

START_TEST(a_poll_that_nobody_knows_of_is_found)
{
    start();
    set_bit(0, D->poll_mask);
    must_find("a vcpu that polls is in its domain's mask", 0);
}
END_TEST

START_TEST(timers_out_of_order_are_found)
{
    struct timer *a = &V->singleshot_timer, *b = &V->periodic_timer;

    start();
    *a = (struct timer){ .state = TIMER_ARMED,
                         .node = { .key = 5, .rank = 1, .left = &b->node } };
    *b = (struct timer){ .state = TIMER_ARMED,
                         .node = { .key = 6, .rank = 1, .parent = &a->node } };
    ck_assert_ptr_null(find());
    b->node.key = 4;
    must_find("the order of timers", 0);
    b->node.key = 6;
    a->node.left = NULL;
    must_find("the order of timers", 0);
    a->node.right = &b->node;
    must_find("the rank of a timer", 0);
    a->node.rank = 2;
    must_find("the balance of timers", 0);
}
END_TEST

START_TEST(a_timer_of_no_state_is_found)
{
    start();
    V->poll_timer.state = TIMER_MOVING + 1;
    must_find("the state of a timer", 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN(
        "check_vcpus", a_base_without_a_reference_is_found,
        a_base_that_is_no_l4_is_found, a_pending_table_that_is_whole_is_found,
        a_gdt_page_without_a_reference_is_found,
        a_gdt_window_that_shows_something_else_is_found,
        an_ldt_page_without_a_reference_is_found,
        a_record_in_a_page_that_is_not_held_is_found,
        a_console_in_a_page_that_is_not_held_is_found,
        a_console_that_is_no_memory_is_found,
        a_vcpu_that_may_run_and_is_forgotten_is_found,
        a_vcpu_that_is_queued_and_may_not_run_is_found,
        a_vcpu_that_runs_twice_is_found, a_wrong_run_state_is_found,
        a_poll_that_nobody_knows_of_is_found, timers_out_of_order_are_found,
        a_timer_of_no_state_is_found);
}
