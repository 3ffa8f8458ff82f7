/* SPDX-License-Identifier: MIT */
/* create.c - what createdomain takes, refuses, and makes. */
#include "life.h"

static struct xen_domctl good(void)
{
    return (struct xen_domctl){
        .u.createdomain = {
            .max_vcpus = 2, .max_evtchn_port = 1023, .max_grant_frames = -1,
            .max_maptrack_frames = -1,
            .grant_opts = XEN_DOMCTL_GRANT_version(1),
        },
    };
}

static long make(domid_t id, struct xen_domctl *op)
{
    return domctl(XEN_DOMCTL_createdomain, id, op);
}

static void end(domid_t id)
{
    struct xen_domctl op = { 0 };

    expect_ok("it_is_ended", domctl(XEN_DOMCTL_destroydomain, id, &op));
    report_group("create");
}

#define REFUSED(name, rc, field, value)                     \
    do {                                                    \
        struct xen_domctl op = good();                      \
        op.u.createdomain.field = value;                    \
        expect_rc(name, rc, make(0, &op));                  \
    } while (0)

static void refused(void)
{
    REFUSED("no_vcpus", -XEN_EINVAL, max_vcpus, 0);
    REFUSED("too_many_vcpus", -XEN_EINVAL, max_vcpus, 100000);
    REFUSED("a_flag_that_is_not_known", -XEN_EINVAL, flags, 1u << 31);
    REFUSED("hardware_paging_alone", -XEN_EINVAL, flags, XEN_DOMCTL_CDF_hap);
    REFUSED("an_iommu", -XEN_EINVAL, flags, XEN_DOMCTL_CDF_iommu);
    REFUSED("iommu_options", -XEN_EINVAL, iommu_opts, 1);
    REFUSED("no_version_of_grants", -XEN_EINVAL, grant_opts, 0);
    REFUSED("version_3_of_grants", -XEN_EINVAL, grant_opts, 3);
    REFUSED("grant_options_that_are_not_known", -XEN_EINVAL, grant_opts, 0x11);
    REFUSED("no_grant_frames", -XEN_EINVAL, max_grant_frames, 0);
    REFUSED("too_many_grant_frames", -XEN_EINVAL, max_grant_frames, 100000);
    REFUSED("too_many_maptrack_frames", -XEN_EINVAL, max_maptrack_frames,
            10000000);
    REFUSED("a_trace_buffer", -XEN_EINVAL, vmtrace_size, 4096);
    REFUSED("an_emulated_lapic", -XEN_EOPNOTSUPP, arch.emulation_flags,
            XEN_X86_EMU_LAPIC);
    REFUSED("flags_of_x86_that_are_not_known", -XEN_EINVAL, arch.misc_flags,
            2);
    if (own_answer("another_pool"))
        REFUSED("another_pool", -XEN_ENOENT, cpupool_id, 7);
}

static void info_of(domid_t id)
{
    struct xen_domctl op = { 0 };
    struct xen_domctl_getdomaininfo *info = &op.u.getdomaininfo;

    expect_ok("info", domctl(XEN_DOMCTL_getdomaininfo, id, &op));
    expect_eq("its_number", id, info->domain);
    expect_eq("paused_and_nothing_else", XEN_DOMINF_paused,
              info->flags & 0xffff);
    expect_eq("no_memory", 0, info->tot_pages);
    expect_eq("no_vcpu_is_up", 0, info->nr_online_vcpus);
    expect_eq("it_has_not_run", 0, info->cpu_time);
    expect_true("a_shared_page", info->shared_info_frame != 0);
    expect_eq("its_handle", 0x42, info->handle[3]);
}

static void vcpus_of(domid_t id)
{
    struct xen_domctl op = { .u.max_vcpus.max = 3 };

    expect_rc("more_vcpus_than_it_was_made_for", -XEN_EINVAL,
              domctl(XEN_DOMCTL_max_vcpus, id, &op));
    op.u.max_vcpus.max = 2;
    expect_ok("as_many", domctl(XEN_DOMCTL_max_vcpus, id, &op));
    op = (struct xen_domctl){ .u.getvcpuinfo.vcpu = 1 };
    expect_ok("the_last_vcpu", domctl(XEN_DOMCTL_getvcpuinfo, id, &op));
    expect_eq("is_down", 0, op.u.getvcpuinfo.online);
    op.u.getvcpuinfo.vcpu = 2;
    expect_rc("one_more", -XEN_EINVAL,
              domctl(XEN_DOMCTL_getvcpuinfo, id, &op));
    op.u.getvcpuinfo.vcpu = ~0u;
    expect_rc("the_last_number", -XEN_EINVAL,
              domctl(XEN_DOMCTL_getvcpuinfo, id, &op));
    op = (struct xen_domctl){ 0 };
    expect_ok("info_then", domctl(XEN_DOMCTL_getdomaininfo, id, &op));
    expect_eq("names_the_last", 1, op.u.getdomaininfo.max_vcpu_id);
}

static void settings_of(domid_t id)
{
    struct xen_domctl op = { 0 };

    op.u.setdomainhandle.handle[5] = 0x77;
    expect_ok("another_handle", domctl(XEN_DOMCTL_setdomainhandle, id, &op));
    op = (struct xen_domctl){ 0 };
    domctl(XEN_DOMCTL_getdomaininfo, id, &op);
    expect_eq("is_kept", 0x77, op.u.getdomaininfo.handle[5]);
    op = (struct xen_domctl){ 0 };
    expect_ok("how_wide", domctl(XEN_DOMCTL_get_address_size, id, &op));
    expect_eq("64_bits", 64, op.u.address_size.size);
    expect_ok("may_be_said", domctl(XEN_DOMCTL_set_address_size, id, &op));
    op.u.address_size.size = 48;
    expect_rc("nothing_else", -XEN_EINVAL,
              domctl(XEN_DOMCTL_set_address_size, id, &op));
    op.u.address_size.size = 32;
    expect_rc("nor_32", -XEN_EOPNOTSUPP,
              domctl(XEN_DOMCTL_set_address_size, id, &op));
    op = (struct xen_domctl){
        .u.tsc_info = { .tsc_mode = 2, .incarnation = 5 } };
    expect_ok("its_clock", domctl(XEN_DOMCTL_settscinfo, id, &op));
    op = (struct xen_domctl){ 0 };
    expect_ok("is_told", domctl(XEN_DOMCTL_gettscinfo, id, &op));
    expect_eq("mode", 2, op.u.tsc_info.tsc_mode);
    expect_eq("incarnation", 6, op.u.tsc_info.incarnation);
    op.u.tsc_info.tsc_mode = 9;
    expect_rc("no_such_mode", -XEN_EINVAL,
              domctl(XEN_DOMCTL_settscinfo, id, &op));
    op = (struct xen_domctl){ .u.settimeoffset.time_offset_seconds = -3600 };
    expect_ok("wall_clock", domctl(XEN_DOMCTL_settimeoffset, id, &op));
}

static void chosen(void)
{
    struct xen_domctl op = good();
    domid_t first;

    report_group("chosen");
    op.u.createdomain.handle[3] = 0x42;
    expect_ok("a_number", make(0, &op));
    first = op.domain;
    expect_true("that_is_not_ours", first != 0);
    info_of(first);
    vcpus_of(first);
    settings_of(first);
    op = good();
    expect_rc("taken", -XEN_EEXIST, make(first, &op));
    op = good();
    expect_ok("the_next_one", make(DOMID_INVALID, &op));
    expect_true("is_another", op.domain != first);
    domctl(XEN_DOMCTL_destroydomain, op.domain, &op);
    end(first);
}

static void exact(void)
{
    struct xen_domctl op = good();

    report_group("exact");
    expect_ok("number_1234", make(1234, &op));
    expect_eq("is_what_we_get", 1234, op.domain);
    op = (struct xen_domctl){ 0 };
    expect_ok("found_from_below",
              domctl(XEN_DOMCTL_getdomaininfo, 1000, &op));
    expect_eq("by_its_number", 1234, op.domain);
    op = good();
    op.u.createdomain.max_vcpus = 0;
    expect_rc("taken_comes_before_wrong", -XEN_EEXIST, make(1234, &op));
    end(1234);
}

void test_create(void)
{
    refused();
    chosen();
    exact();
}
