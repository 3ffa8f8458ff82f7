/* SPDX-License-Identifier: MIT */
/*
 * vcpu_op/main.c - virtual processors, and what they keep in guest memory.
 *
 * Promise: a vcpu that does not exist is -ENOENT. vcpu_info can be moved once,
 * into a page of the domain; what was in it moves along and events are
 * signalled there afterwards. The runstate area follows what the vcpu does. An NMI that
 * the guest sends itself enters vector 2. (Timers are tested in timers.)
 */
#include "guest.h"

const char test_folder[] = "vcpu_op";

static volatile unsigned nmis;
static unsigned timer;          /* the port of VIRQ_TIMER */

static void existence(void)
{
    expect_rc("vcpu_0_is_up", 1, hc_vcpu_op(VCPUOP_is_up, 0, NULL));
    expect_rc("vcpu_4000_is_not_there", -XEN_ENOENT,
              hc_vcpu_op(VCPUOP_is_up, 4000, NULL));
    expect_rc("the_last_vcpu_is_not_there", -XEN_ENOENT,
              hc_vcpu_op(VCPUOP_is_up, ~0u, NULL));
    expect_rc("up_of_a_vcpu_that_is_not_there", -XEN_ENOENT,
              hc_vcpu_op(VCPUOP_up, 4000, NULL));
    expect_rc("down_of_a_vcpu_that_is_not_there", -XEN_ENOENT,
              hc_vcpu_op(VCPUOP_down, 4000, NULL));
    expect_ok("up_of_a_vcpu_that_is_up", hc_vcpu_op(VCPUOP_up, 0, NULL));
    expect_rc("an_unknown_operation", -XEN_ENOSYS, hc_vcpu_op(99, 0, NULL));
}

static void initialise(void)
{
    static struct vcpu_guest_context context;

    context.flags = VGCF_in_kernel;
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.ctrlreg[3] = pt_root_mfn() << PAGE_SHIFT;
    expect_rc("vcpu_0_is_initialised", -XEN_EEXIST,
              hc_vcpu_op(VCPUOP_initialise, 0, &context));
    expect_rc("from_an_unmapped_context", -XEN_EFAULT,
              hc_vcpu_op(VCPUOP_initialise, 0, window_page(0)));
}

static void runstate(void)
{
    static struct vcpu_runstate_info area;
    struct vcpu_register_runstate_memory_area reg = { .addr.v = &area };
    struct vcpu_runstate_info info;
    uint64_t slept;

    area.state = 77;
    expect_ok("register_an_area",
              hc_vcpu_op(VCPUOP_register_runstate_memory_area, 0, &reg));
    expect_eq("it_is_filled_in_at_once", RUNSTATE_running,
              (uint64_t)area.state);
    expect_ok("get_runstate_info",
              hc_vcpu_op(VCPUOP_get_runstate_info, 0, &info));
    expect_eq("it_says_running", RUNSTATE_running, (uint64_t)info.state);
    expect_true("entered_in_the_past", info.state_entry_time <= clock_now());
    slept = area.time[RUNSTATE_blocked];
    hc_set_timer_op(clock_now() + 20 * MILLISECOND);
    hc_sched_op(SCHEDOP_block, NULL);
    upcalls_mask();
    expect_true("sleeping_counts_as_blocked",
                area.time[RUNSTATE_blocked] - slept >= 10 * MILLISECOND);
    expect_eq("and_then_it_runs_again", RUNSTATE_running,
              (uint64_t)area.state);
    expect_rc("an_area_of_a_vcpu_that_is_not_there", -XEN_ENOENT,
              hc_vcpu_op(VCPUOP_register_runstate_memory_area, 4000, &reg));
    expect_rc("from_an_unmapped_argument", -XEN_EFAULT,
              hc_vcpu_op(VCPUOP_register_runstate_memory_area, 0,
                         window_page(0)));
}

static long register_time(uint64_t va)
{
    struct vcpu_register_time_memory_area reg = { .addr.p = va };

    return hc_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 0, &reg);
}

/* Have the hypervisor publish the time anew: it does when a vcpu runs again. */
static void sleep_a_little(void)
{
    port_clear(timer);
    hc_set_timer_op(clock_now() + 2 * MILLISECOND);
    hc_sched_op(SCHEDOP_block, NULL);
    upcalls_mask();
}

static void time_area(void)
{
    static struct vcpu_time_info area;
    struct vcpu_time_info *before = page_alloc();

    report_group("time_area");
    area.tsc_to_system_mul = 0;
    expect_ok("register", register_time((uint64_t)&area));
    expect_eq("it_is_filled_in_at_once", vcpu_self()->time.tsc_to_system_mul,
              area.tsc_to_system_mul);
    expect_eq("its_version_is_even", 0, area.version & 1);
    expect_true("its_time_is_not_ahead", area.system_time <= clock_now());
    expect_ok("move_it", register_time((uint64_t)before));
    expect_eq("it_is_filled_in_there", area.tsc_to_system_mul,
              before->tsc_to_system_mul);
    expect_ok("end_it", register_time(0));
    *before = (struct vcpu_time_info){ .version = 0x5555 };
    sleep_a_little();
    expect_eq("nothing_is_written_any_more", 0x5555, before->version);
    expect_ok("at_an_address_that_is_not_mapped",
              register_time((uint64_t)window_page(3)));
    expect_rc("in_the_hypervisor", -XEN_EFAULT, register_time(HV_PRIVATE));
    expect_rc("at_no_address", -XEN_EFAULT, register_time(NON_CANONICAL));
    sleep_a_little();
    expect_rc("from_an_unmapped_argument", -XEN_EFAULT,
              hc_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 0,
                         window_page(0)));
    expect_rc("of_a_vcpu_that_is_not_there", -XEN_ENOENT,
              hc_vcpu_op(VCPUOP_register_vcpu_time_memory_area, 4000, &area));
    expect_ok("end_it_again", register_time(0));
    page_free(before);
    report_group(NULL);
}

static void physical_id(void)
{
    struct vcpu_get_physid id = { .phys_id = 0x5555 };
    bool is_bound = is_domain_0();      /* to the machine's only CPU */

    expect_rc("get_physid", is_bound ? 0 : -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_get_physid, 0, &id));
    expect_eq("is_written_if_there_is_one", is_bound ? 0 : 0x5555, id.phys_id);
    expect_rc("get_physid_of_a_vcpu_that_is_not_there", -XEN_ENOENT,
              hc_vcpu_op(VCPUOP_get_physid, 4000, &id));
}

static void vcpu_info(unsigned port)
{
    struct vcpu_info *place = page_alloc();
    struct vcpu_register_vcpu_info reg = { .mfn = va_to_mfn(place) };

    reg.offset = PAGE_SIZE - sizeof(*place) + 8;
    expect_rc("an_offset_that_crosses_the_page", -XEN_ENXIO,
              hc_vcpu_op(VCPUOP_register_vcpu_info, 0, &reg));
    reg.offset = 0;
    reg.mfn = 0xfffffffffful;
    expect_rc("a_frame_that_does_not_exist", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_register_vcpu_info, 0, &reg));
    reg.mfn = pt_root_mfn();
    expect_rc("a_page_table", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_register_vcpu_info, 0, &reg));
    reg.mfn = va_to_mfn(place);
    reg.offset = 128;
    place = (struct vcpu_info *)((uint8_t *)place + 128);
    expect_ok("a_good_place",
              hc_vcpu_op(VCPUOP_register_vcpu_info, 0, &reg));
    vcpu_places[0] = place;
    expect_eq("the_mask_moved_along", 1, place->evtchn_upcall_mask);
    expect_true("the_time_moved_along", place->time.tsc_to_system_mul != 0);
    expect_eq("a_wakeup_is_signalled_there", 1,
              place->evtchn_upcall_pending);
    expect_eq("with_all_selectors", ~0ul, place->evtchn_pending_sel);
    port_clear(port);
    port_send(port);
    expect_eq("events_are_signalled_there", 1, place->evtchn_upcall_pending);
    expect_eq("with_their_selector", 1ul << port / 64,
              place->evtchn_pending_sel);
    port_clear(port);
    PROBE("movq $1, (%0)", "r" (window_page(0)));
    expect_eq("page_faults_store_their_address_there",
              (uint64_t)window_page(0), place->arch.cr2);
    expect_rc("it_moves_only_once", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_register_vcpu_info, 0, &reg));
}

static bool count_nmi(struct regs *regs)
{
    (void)regs;
    nmis++;
    return true;
}

static void nmi(void)
{
    trap_handle(2, count_nmi);
    expect_ok("send_an_nmi", hc_vcpu_op(VCPUOP_send_nmi, 0, NULL));
    expect_eq("it_has_come", 1, nmis);
    expect_ok("send_another", hc_vcpu_op(VCPUOP_send_nmi, 0, NULL));
    expect_eq("it_comes_after_iret", 2, nmis);
}

void test_main(void)
{
    unsigned port = (unsigned)port_bind_ipi(0);

    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    timer = (unsigned)port_bind_virq(VIRQ_TIMER, 0);
    existence();
    initialise();
    runstate();
    time_area();
    physical_id();
    vcpu_info(port);
    nmi();
}
