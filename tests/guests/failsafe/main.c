/* SPDX-License-Identifier: MIT */
/*
 * failsafe/main.c - a vcpu that is entered with data selectors of no segment.
 * Has 4 vcpus.
 *
 * Promise: it begins at the failsafe callback, with all four data selectors in
 * the frame, the bad ones null in the registers, and by an iret it goes on where
 * it was to begin. The callback masks events if the context says so.
 */
#include "guest.h"

const char test_folder[] = "failsafe";

#define NO_SELECTOR     0x1237u     /* beyond the guest's GDT */
#define NO_LDT          0x000fu     /* in an LDT that is not there */

static struct vcpu_guest_context context;
static volatile unsigned count, mask, works;
static uint64_t selector[4];
static uint16_t loaded[4];
static struct regs frame;

static bool note(struct regs *regs)
{
    for (unsigned i = 0; i < 4; i++)
        selector[i] = failsafe_selector[i];
    asm volatile("mov %%ds, %0" : "=m" (loaded[0]));
    asm volatile("mov %%es, %0" : "=m" (loaded[1]));
    asm volatile("mov %%fs, %0" : "=m" (loaded[2]));
    asm volatile("mov %%gs, %0" : "=m" (loaded[3]));
    mask = vcpu_self()->evtchn_upcall_mask;
    frame = *regs;
    count++;
    return true;
}

static void work(void *arg)
{
    (void)arg;
    works++;
}

static void enter(unsigned id)
{
    uint64_t place = (uint64_t)context.user_regs.rip;

    count = works = 0;
    frame = (struct regs){ 0 };
    vcpu_places[id]->evtchn_upcall_mask = 0;
    vcpu_places[id]->evtchn_upcall_pending = 0;
    vcpu_prepare(id, work, NULL);
    expect_ok("the_context_is_taken",
              hc_vcpu_op(VCPUOP_initialise, id, &context));
    expect_ok("it_comes_up", hc_vcpu_op(VCPUOP_up, id, NULL));
    expect_true("it_does_its_work", vcpu_join(id));
    expect_eq("the_callback_came_once", 1, count);
    expect_eq("before_the_first_instruction", place, frame.rip);
    expect_eq("with_its_stack", context.user_regs.rsp, frame.rsp);
    expect_eq("from_the_kernel", 0, frame.cs & 3);
    expect_eq("ds_in_the_frame", context.user_regs.ds, selector[0]);
    expect_eq("es_in_the_frame", context.user_regs.es, selector[1]);
    expect_eq("fs_in_the_frame", context.user_regs.fs, selector[2]);
    expect_eq("gs_in_the_frame", context.user_regs.gs, selector[3]);
    expect_eq("events_were_let_in_by_the_frame", 0, regs_saved_mask(&frame));
}

static void expect_loaded(uint16_t ds, uint16_t es, uint16_t fs, uint16_t gs)
{
    expect_eq("ds_is_loaded_with", ds, loaded[0]);
    expect_eq("es_is_loaded_with", es, loaded[1]);
    expect_eq("fs_is_loaded_with", fs, loaded[2]);
    expect_eq("gs_is_loaded_with", gs, loaded[3]);
}

void test_main(void)
{
    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    trap_handle(VECTOR_FAILSAFE, note);

    report_group("ds");
    vcpu_context_init(&context, 1);
    context.user_regs.ds = NO_SELECTOR;
    context.user_regs.es = FLAT_KERNEL_DS32;
    enter(1);
    expect_eq("events_stay_let_in", 0, mask);
    expect_loaded(0, FLAT_KERNEL_DS32, 0, 0);

    report_group("fs");
    vcpu_context_init(&context, 2);
    context.user_regs.fs = NO_LDT;
    context.flags |= VGCF_failsafe_disables_events;
    enter(2);
    expect_eq("events_are_masked", 1, mask);
    expect_loaded(0, 0, 0, 0);

    report_group("all");
    vcpu_context_init(&context, 3);
    context.user_regs.ds = context.user_regs.es = NO_SELECTOR;
    context.user_regs.fs = context.user_regs.gs = NO_SELECTOR;
    enter(3);
    expect_loaded(0, 0, 0, 0);
}
