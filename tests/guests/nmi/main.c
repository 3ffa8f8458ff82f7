/* SPDX-License-Identifier: MIT */
/*
 * nmi/main.c - non-maskable interrupts of a guest.
 *
 * Promise: send_nmi enters vector 2, upcalls masked or not, in the kernel and
 * in user mode. While its handler runs another is kept, one of however many,
 * and comes when the handler leaves by the iret hypercall. nmi_op and
 * callback_op register and remove that handler, which then starts with upcalls
 * masked. Without a handler an NMI is lost. Errors change nothing.
 */
#include "guest.h"

#include <xen/nmi.h>

const char test_folder[] = "nmi";

#define VECTOR_NMI 2

static volatile unsigned nmis, sent_inside, seen_inside;
static struct regs nmi_regs;
static uint8_t nmi_mask;

static long send(void)
{
    return hc_vcpu_op(VCPUOP_send_nmi, 0, NULL);
}

static bool handler(struct regs *regs)
{
    nmis++;
    nmi_regs = *regs;
    nmi_mask = vcpu_self()->evtchn_upcall_mask;
    if (sent_inside) {
        for (; sent_inside; sent_inside--)
            send();
        seen_inside = nmis;
    }
    return true;
}

static void kernel(void)
{
    upcalls_mask();
    expect_ok("send_while_upcalls_are_masked", send());
    expect_eq("it_has_come", 1, nmis);
    expect_eq("by_vector_2", VECTOR_NMI, nmi_regs.vector);
    expect_eq("in_the_kernel", 0xe030, regs_selector(&nmi_regs));
    expect_eq("the_frame_says_masked", 1, regs_saved_mask(&nmi_regs));
    upcalls_unmask();
    expect_ok("send_while_upcalls_are_not", send());
    expect_eq("it_has_come_too", 2, nmis);
    expect_eq("the_frame_says_unmasked", 0, regs_saved_mask(&nmi_regs));
    upcalls_mask();
}

static void kept(void)
{
    nmis = 0;
    sent_inside = 3;
    expect_ok("send_three_from_the_handler", send());
    expect_eq("none_comes_inside_the_first", 1, seen_inside);
    expect_eq("one_comes_after", 2, nmis);
}

/* A handler that goes to user mode with another NMI waiting. */
static bool leave_for_user(struct regs *regs)
{
    (void)regs;
    nmis++;
    send();
    USER_RUN("1: jmp 1b");
    return true;
}

static void in_user_mode(void)
{
    nmis = 0;
    trap_handle(VECTOR_NMI, leave_for_user);
    send();
    trap_handle(VECTOR_NMI, handler);
    expect_eq("a_user_is_interrupted", VECTOR_NMI, probe.vector);
    expect_eq("before_its_first_instruction", USER_CODE, probe.rip);
    expect_eq("with_its_selector", FLAT_USER_CS, regs_selector(&probe));
    expect_eq("while_the_first_had_run", 1, nmis);
}

static void send_errors(void)
{
    unsigned before = nmis;

    expect_rc("with_an_argument", -XEN_EINVAL,
              hc_vcpu_op(VCPUOP_send_nmi, 0, &nmi_regs));
    expect_rc("to_a_vcpu_that_is_not_there", -XEN_ENOENT,
              hc_vcpu_op(VCPUOP_send_nmi, 4000, NULL));
    expect_eq("errors_send_none", before, nmis);
}

static long nmi_op(unsigned cmd, void *arg)
{
    return HC2(__HYPERVISOR_nmi_op, cmd, arg);
}

static long nmi_register(uint64_t address)
{
    struct xennmi_callback cb = { .handler_address = address };

    return nmi_op(XENNMI_register_callback, &cb);
}

static long callback_nmi(uint64_t address)
{
    return callback_register(CALLBACKTYPE_nmi, (void *)address, 0);
}

static void op_errors(void)
{
    nmis = 0;
    expect_rc("command_2", -XEN_ENOSYS, nmi_op(2, NULL));
    expect_rc("command_minus_1", -XEN_ENOSYS, nmi_op(~0u, NULL));
    expect_rc("register_from_nowhere", -XEN_EFAULT,
              nmi_op(XENNMI_register_callback, window_page(0)));
    expect_rc("register_from_null", -XEN_EFAULT,
              nmi_op(XENNMI_register_callback, NULL));
    expect_rc("a_non_canonical_handler", -XEN_EINVAL,
              nmi_register(NON_CANONICAL));
    expect_rc("a_non_canonical_handler_by_callback_op", -XEN_EINVAL,
              callback_nmi(NON_CANONICAL));
    send();
    expect_eq("errors_keep_the_handler", 1, nmis);
}

static void op(void)
{
    struct callback_unregister unreg = { .type = CALLBACKTYPE_nmi };

    trap_register(VECTOR_NMI, 0, false);
    upcalls_unmask();
    expect_ok("register", nmi_register(trap_stub(VECTOR_NMI)));
    nmis = 0;
    send();
    expect_eq("it_is_entered", 1, nmis);
    expect_eq("with_upcalls_masked", 1, nmi_mask);
    expect_ok("register_by_callback_op", callback_nmi(trap_stub(VECTOR_NMI)));
    send();
    expect_eq("it_is_entered_again", 2, nmis);
    expect_eq("with_upcalls_masked_again", 1, nmi_mask);
    upcalls_mask();
    expect_ok("unregister", nmi_op(XENNMI_unregister_callback, NULL));
    expect_ok("unregister_again", nmi_op(XENNMI_unregister_callback, NULL));
    expect_ok("unregister_by_callback_op",
              hc_callback_op(CALLBACKOP_unregister, &unreg));
    expect_ok("send_without_a_handler", send());
    trap_register(VECTOR_NMI, 0, false);
    hc_xen_version(XENVER_version, NULL);
    expect_eq("that_one_is_lost", 2, nmis);
    send();
    expect_eq("the_trap_table_gives_one_too", 3, nmis);
}

void test_main(void)
{
    trap_handle(VECTOR_NMI, handler);
    kernel();
    kept();
    if (user_init())
        in_user_mode();
    send_errors();
    op_errors();
    op();
}
