/* SPDX-License-Identifier: MIT */
/*
 * dom0_domains/main.c - dom0_op makes a domain (docs/abi/dom0_op.md).
 *
 * Promise: domain 0 makes a domain with memory, changes how much, learns its
 * frames, fills them, gives a vcpu registers and lets it run; the domain then
 * does what was put there, and is shown the CPU that it was given. It ends, and
 * all is as it was. What makes no sense is refused and changes nothing.
 *
 * Runs as dom0.
 */
#include "domains.h"

const char test_folder[] = "dom0_domains";

dom0_op_t op;
uint64_t frames[2 * FRAMES];

void op_clear(void)
{
    memset(&op, 0, sizeof(op));
}

long control(uint32_t command)
{
    op.cmd = command;
    op.interface_version = DOM0_INTERFACE_VERSION;
    return HC1(__HYPERVISOR_dom0_op, &op);
}

uint64_t free_pages(void)
{
    op_clear();
    return control(DOM0_PHYSINFO) ? 0 : op.u.physinfo.free_pages;
}

static void want(uint64_t kb, uint32_t vcpus, domid_t domid)
{
    op_clear();
    op.u.createdomain.memory_kb = kb;
    op.u.createdomain.max_vcpus = vcpus;
    op.u.createdomain.cpu = ~0u;
    op.u.createdomain.domid = domid;
}

domid_t create(const char *name)
{
    want(FRAMES * FRAME_KB, 2, 0);
    return expect_ok(name, control(DOM0_CREATEDOMAIN)) ? op.u.createdomain.domid
                                                       : 0;
}

long destroy(domid_t domid)
{
    op_clear();
    op.u.destroydomain.domid = domid;
    return control(DOM0_DESTROYDOMAIN);
}

long describe(domid_t domid)
{
    op_clear();
    op.u.getdomaininfo.domid = domid;
    return control(DOM0_GETDOMAININFO);
}

static void refused(const char *name, long rc, uint64_t kb, uint32_t vcpus,
                    domid_t domid)
{
    want(kb, vcpus, domid);
    expect_rc(name, rc, control(DOM0_CREATEDOMAIN));
}

static void wrong_wishes(void)
{
    uint64_t free = free_pages();

    refused("without_vcpus", -XEN_EINVAL, 1024, 0, 0);
    refused("with_vcpus_without_end", -XEN_EINVAL, 1024, ~0u, 0);
    refused("with_memory_without_end", -XEN_EINVAL, ~0ul, 1, 0);
    refused("with_too_much_memory", -XEN_ENOMEM, 1ul << 30, 1, 0);
    refused("with_our_own_number", -XEN_EINVAL, 1024, 1, DOMID_SELF);
    want(1024, 1, 0);
    op.u.createdomain.cpu = 77;
    expect_rc("on_no_cpu", -XEN_EINVAL, control(DOM0_CREATEDOMAIN));
    want(1024, 1, 0);
    op.u.createdomain.pad[2] = 1;
    expect_rc("with_padding", -XEN_EINVAL, control(DOM0_CREATEDOMAIN));
    expect_eq("nothing_is_gone", free, free_pages());
    expect_rc("there_is_no_domain", -XEN_ESRCH, describe(1));
}

void test_main(void)
{
    domid_t id;
    uint64_t free;

    if (!own_answer("dom0_op"))
        return;
    op_clear();
    expect_rc("trace_buffers", -XEN_ENODATA, control(DOM0_GETTBUFS));
    wrong_wishes();
    id = create("one");
    if (!id)
        return;
    expect_rc("its_number_again", -XEN_EEXIST, (want(1024, 1, id),
                                                control(DOM0_CREATEDOMAIN)));
    expect_ok("describe", describe(id));
    expect_eq("it_is_paused", DOMFLAGS_PAUSED, op.u.getdomaininfo.flags & 0xff);
    expect_eq("it_has_its_memory", FRAMES, op.u.getdomaininfo.tot_pages);
    expect_eq("and_may_have_no_more", FRAMES, op.u.getdomaininfo.max_pages);
    expect_eq("it_has_its_vcpus", 2, op.u.getdomaininfo.max_vcpus);
    expect_ok("end_it", destroy(id));
    expect_rc("it_is_gone", -XEN_ESRCH, describe(id));
    expect_rc("end_it_again", -XEN_ESRCH, destroy(id));
    expect_rc("end_ourselves", -XEN_EINVAL, destroy(0));
    free = free_pages();
    test_memory();
    test_vcpus();
    test_life();
    report_group(NULL);
    expect_eq("all_memory_is_back", free, free_pages());
}
