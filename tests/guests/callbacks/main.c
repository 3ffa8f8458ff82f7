/* SPDX-License-Identifier: MIT */
/*
 * callbacks/main.c - where the guest kernel is entered, and how it says so.
 *
 * Promise: callback_op registers an entry for events, failed returns, SYSCALL
 * of 64-bit and of 32-bit users, and SYSENTER; any canonical address is taken.
 * They can only be replaced. set_callbacks replaces three at once, or none.
 * stack_switch takes any stack; it is aligned down to 16 when it is used, and
 * its selector is not. An error changes nothing.
 */
#include "guest.h"
#include "hypervisor.h"

const char test_folder[] = "callbacks";

static const struct {
    const char *name;
    unsigned type;
    const char *entry;
} callback[] = {
    { "event", CALLBACKTYPE_event, upcall_entry },
    { "failsafe", CALLBACKTYPE_failsafe, failsafe_entry },
    { "syscall", CALLBACKTYPE_syscall, syscall_entry },
    { "sysenter", CALLBACKTYPE_sysenter, sysenter_entry },
    { "syscall32", CALLBACKTYPE_syscall32, syscall_entry },
};

static long callback_unregister(unsigned type)
{
    struct callback_unregister op = { .type = (uint16_t)type };

    return hc_callback_op(CALLBACKOP_unregister, &op);
}

static long register_at(unsigned type, uint64_t address)
{
    return callback_register(type, (void *)address, 0);
}

static void addresses(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(callback); i++) {
        unsigned type = callback[i].type;

        report_group(callback[i].name);
        expect_ok("at_1", register_at(type, 1));
        expect_ok("at_the_last_lower", register_at(type, 0x7ffffffffffful));
        expect_rc("at_the_first_between", -XEN_EINVAL,
                  register_at(type, NON_CANONICAL));
        expect_rc("at_the_last_between", -XEN_EINVAL,
                  register_at(type, 0xffff7ffffffffffful));
        expect_ok("in_the_hypervisor", register_at(type, HV_PRIVATE));
        expect_ok("at_the_last", register_at(type, ~0ul));
        expect_ok("with_all_flags",
                  callback_register(type, callback[i].entry, 0xffff));
        expect_rc("unregister", -XEN_EINVAL, callback_unregister(type));
        expect_ok("register", callback_register(type, callback[i].entry, 0));
    }
    report_group(NULL);
}

static void unknown(void)
{
    static const struct {
        const char *name;
        unsigned type;
    } type[] = { { "type_3", 3 }, { "type_6", 6 }, { "type_8", 8 },
                 { "type_65535", 65535 } };
    struct callback_register reg = { .type = CALLBACKTYPE_event };

    for (size_t i = 0; i < ARRAY_SIZE(type); i++) {
        report_group(type[i].name);
        expect_rc("register", -XEN_ENOSYS, register_at(type[i].type, 4096));
        expect_rc("register_a_bad_address", -XEN_EINVAL,
                  register_at(type[i].type, NON_CANONICAL));
        expect_rc("unregister", -XEN_ENOSYS,
                  callback_unregister(type[i].type));
    }
    report_group(NULL);
    expect_rc("command_2", -XEN_ENOSYS, hc_callback_op(2, &reg));
    expect_rc("command_minus_1", -XEN_ENOSYS, hc_callback_op(-1, &reg));
    expect_rc("register_from_nowhere", -XEN_EFAULT,
              hc_callback_op(CALLBACKOP_register, window_page(1)));
    expect_rc("register_from_the_hypervisor", -XEN_EFAULT,
              hc_callback_op(CALLBACKOP_register, (void *)HV_PRIVATE));
    expect_rc("unregister_from_nowhere", -XEN_EFAULT,
              hc_callback_op(CALLBACKOP_unregister, window_page(1)));
    expect_rc("unregister_from_null", -XEN_EFAULT,
              hc_callback_op(CALLBACKOP_unregister, NULL));
}

static long set_callbacks(uint64_t event, uint64_t failsafe, uint64_t syscall)
{
    return HC3(__HYPERVISOR_set_callbacks, event, failsafe, syscall);
}

/* Debian's Xen takes the good ones and says 0. */
static void all_or_none(void)
{
    uint64_t event = (uint64_t)upcall_entry;
    uint64_t failsafe = (uint64_t)failsafe_entry;
    unsigned before = upcalls;

    if (!own_answer("set_callbacks_takes_all_or_none"))
        return;
    expect_rc("a_bad_event", -XEN_EINVAL,
              set_callbacks(NON_CANONICAL, failsafe, trap_stub(0x70)));
    USER_RUN("syscall");
    expect_eq("a_bad_event_keeps_syscall", VECTOR_SYSCALL, probe.vector);
    expect_rc("a_bad_failsafe", -XEN_EINVAL,
              set_callbacks(event, NON_CANONICAL, trap_stub(0x70)));
    USER_RUN("syscall");
    expect_eq("a_bad_failsafe_keeps_syscall", VECTOR_SYSCALL, probe.vector);
    expect_rc("a_bad_syscall", -XEN_EINVAL,
              set_callbacks(HV_PRIVATE, HV_PRIVATE, NON_CANONICAL));
    upcalls_mask();
    vcpu_self()->evtchn_upcall_pending = 1;
    upcalls_unmask();
    expect_eq("a_bad_syscall_keeps_the_event", before + 1, upcalls);
    upcalls_mask();
}

static void all_at_once(void)
{
    uint64_t event = (uint64_t)upcall_entry;
    uint64_t failsafe = (uint64_t)failsafe_entry;

    expect_ok("three_good_ones",
              set_callbacks(event, failsafe, trap_stub(0x70)));
    USER_RUN("syscall");
    expect_eq("the_new_one_is_entered", 0x70, probe.vector);
    expect_eq("without_masking", 0, probe_mask);
    callback_register(CALLBACKTYPE_syscall, syscall_entry,
                      CALLBACKF_mask_events);
    set_callbacks(event, failsafe, trap_stub(0x71));
    USER_RUN("syscall");
    expect_eq("another_is_entered", 0x71, probe.vector);
    expect_eq("no_longer_masking", 0, probe_mask);
    callback_register(CALLBACKTYPE_syscall, syscall_entry, 0);
    upcalls_mask();
}

/* The callback itself faults, in the kernel: end the run of the user. */
static bool callback_faults(struct regs *regs)
{
    probe = *regs;
    user_leave();
}

static void out_of_reach(void)
{
    uint64_t hole = (uint64_t)window_page(3);

    trap_handle(TRAP_PF, callback_faults);
    register_at(CALLBACKTYPE_syscall, hole);
    USER_RUN("syscall");
    expect_eq("an_unmapped_callback_is_PF", TRAP_PF, probe.vector);
    expect_eq("at_its_address", hole, probe.rip);
    expect_eq("of_the_kernel", PF_FETCH, probe.error);
    expect_eq("on_the_kernels_stack", (uint64_t)trap_stack_end - 7 * 8,
              probe.rsp);
    register_at(CALLBACKTYPE_syscall, HV_PRIVATE);
    USER_RUN("syscall");
    expect_eq("a_callback_in_the_hypervisor_is_PF", TRAP_PF, probe.vector);
    expect_eq("at_the_hypervisors_address", HV_PRIVATE, probe.rip);
    trap_handle(TRAP_PF, NULL);
    callback_register(CALLBACKTYPE_syscall, syscall_entry, 0);
}

static void stacks(void)
{
    static uint8_t area[256] __attribute__((aligned(256)));
    static const uint16_t ss[] = { 0, 0xe010, 0xffff, FLAT_USER_CS32 };
    static const char *const name[] = { "ss_null", "ss_of_ring_0",
                                        "ss_beyond", "ss_is_code" };
    uint64_t end = (uint64_t)area + sizeof(area);

    expect_ok("a_stack_in_the_hypervisor", hc_stack_switch(0, HV_PRIVATE));
    expect_ok("a_non_canonical_stack", hc_stack_switch(0, NON_CANONICAL));
    expect_ok("no_stack", hc_stack_switch(0, 0));
    for (unsigned off = 1; off < 16; off += 7) {
        hc_stack_switch(FLAT_KERNEL_SS, end - off);
        USER_RUN("syscall");
        report_group(off == 1 ? "off_1" : off == 8 ? "off_8" : "off_15");
        expect_eq("syscall_aligns_down", end - 16, probe_frame);
        USER_RUN("ud2");
        expect_eq("an_exception_aligns_down", end - 16, probe_frame);
    }
    for (size_t i = 0; i < ARRAY_SIZE(ss); i++) {
        report_group(name[i]);
        expect_ok("is_taken", hc_stack_switch(ss[i],
                                              (uint64_t)trap_stack_end));
        USER_RUN("syscall");
        expect_eq("the_callback_runs", VECTOR_SYSCALL, probe.vector);
    }
    report_group(NULL);
    hc_stack_switch(FLAT_KERNEL_SS, (uint64_t)trap_stack_end);
}

void test_main(void)
{
    addresses();
    unknown();
    if (!user_init())
        return;
    all_or_none();
    all_at_once();
    out_of_reach();
    stacks();
}
