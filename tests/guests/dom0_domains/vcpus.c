/* SPDX-License-Identifier: MIT */
/* vcpus.c - what is said of a domain's vcpus before it runs. */
#include "domains.h"

static domid_t id;

static long pin(domid_t domid, uint16_t vcpu, int32_t cpu)
{
    op_clear();
    op.u.pincpudomain.domid = domid;
    op.u.pincpudomain.vcpu = vcpu;
    op.u.pincpudomain.cpu = cpu;
    return control(DOM0_PINCPUDOMAIN);
}

static long iopl(domid_t domid, uint32_t level)
{
    op_clear();
    op.u.iopl.domid = domid;
    op.u.iopl.iopl = level;
    return control(DOM0_IOPL);
}

static long assist(domid_t domid, uint32_t command, uint32_t type)
{
    op_clear();
    op.u.setdomainvmassist.domid = domid;
    op.u.setdomainvmassist.cmd = command;
    op.u.setdomainvmassist.type = type;
    return control(DOM0_SETDOMAINVMASSIST);
}

static long pause(uint32_t command, domid_t domid)
{
    op_clear();
    op.u.pausedomain.domid = domid;
    return control(command);
}

static void pins(void)
{
    expect_ok("pin", pin(id, 1, 0));
    expect_ok("let_go", pin(id, 1, -1));
    expect_rc("pin_to_no_cpu", -XEN_EINVAL, pin(id, 1, 7));
    expect_rc("pin_to_cpu_without_end", -XEN_EINVAL, pin(id, 1, 0x7fffffff));
    expect_rc("pin_to_cpu_minus_2", -XEN_EINVAL, pin(id, 1, -2));
    expect_rc("pin_no_vcpu", -XEN_EINVAL, pin(id, 2, 0));
    expect_rc("pin_ourselves", -XEN_EINVAL, pin(0, 0, 0));
    expect_rc("pin_no_domain", -XEN_ESRCH, pin(NO_DOMAIN, 0, 0));
}

static void privileges(void)
{
    expect_ok("iopl_3", iopl(id, 3));
    expect_rc("iopl_4", -XEN_EINVAL, iopl(id, 4));
    expect_rc("iopl_of_no_domain", -XEN_ESRCH, iopl(NO_DOMAIN, 0));
    expect_ok("our_iopl", iopl(0, 3));
    PROBE("sti");
    expect_eq("lets_us_use_sti", NO_TRAP, probe.vector);
    expect_ok("our_iopl_back", iopl(0, 0));
    PROBE("sti");
    expect_eq("lets_us_no_more", TRAP_GP, probe.vector);
    expect_ok("assist", assist(id, VMASST_CMD_enable,
                               VMASST_TYPE_writable_pagetables));
    expect_rc("no_such_assist", -XEN_EINVAL,
              assist(id, VMASST_CMD_enable, 63));
    expect_rc("assist_without_end", -XEN_EINVAL,
              assist(id, VMASST_CMD_enable, ~0u));
    expect_rc("no_such_command", -XEN_ENOSYS,
              assist(id, 2, VMASST_TYPE_writable_pagetables));
    expect_rc("assist_of_ourselves", -XEN_EINVAL,
              assist(0, VMASST_CMD_enable, VMASST_TYPE_writable_pagetables));
    expect_rc("assist_of_no_domain", -XEN_ESRCH,
              assist(NO_DOMAIN, VMASST_CMD_enable, 0));
}

static void pauses(void)
{
    expect_rc("let_an_empty_one_go", -XEN_EINVAL,
              pause(DOM0_UNPAUSEDOMAIN, id));
    expect_ok("hold", pause(DOM0_PAUSEDOMAIN, id));
    expect_rc("hold_ourselves", -XEN_EINVAL, pause(DOM0_PAUSEDOMAIN, 0));
    expect_rc("hold_no_domain", -XEN_ESRCH,
              pause(DOM0_PAUSEDOMAIN, NO_DOMAIN));
    expect_rc("let_no_domain_go", -XEN_ESRCH,
              pause(DOM0_UNPAUSEDOMAIN, NO_DOMAIN));
    expect_rc("let_ourselves_go", -XEN_EINVAL, pause(DOM0_UNPAUSEDOMAIN, 0));
}

void test_vcpus(void)
{
    report_group("vcpus");
    id = create("one");
    if (!id)
        return;
    pins();
    privileges();
    pauses();
    expect_ok("end", destroy(id));
}
