/* SPDX-License-Identifier: MIT */
/* domains.c - the list of domains. */
#include "system.h"

static xen_domctl_getdomaininfo_t records[3];

static long list(domid_t first, uint32_t room, void *to)
{
    op_clear();
    memset(records, 0x55, sizeof(records));
    op.u.getdomaininfolist.first_domain = first;
    op.u.getdomaininfolist.max_domains = room;
    op.u.getdomaininfolist.num_domains = 5;
    set_xen_guest_handle(op.u.getdomaininfolist.buffer, to);
    return sysctl(XEN_SYSCTL_getdomaininfolist);
}

static uint32_t count(void)
{
    return op.u.getdomaininfolist.num_domains;
}

static void ourselves(void)
{
    const xen_domctl_getdomaininfo_t *d = &records[0];

    expect_eq("its_number", 0, d->domain);
    expect_eq("it_runs", XEN_DOMINF_running,
              d->flags & (XEN_DOMINF_running | XEN_DOMINF_dying |
                          XEN_DOMINF_shutdown | XEN_DOMINF_paused |
                          XEN_DOMINF_blocked | XEN_DOMINF_hvm_guest));
    expect_eq("its_vcpus", 1, d->nr_online_vcpus);
    expect_eq("its_last_vcpu", 0, d->max_vcpu_id);
    expect_eq("its_shared_info", start_info->shared_info >> PAGE_SHIFT,
              d->shared_info_frame);
    expect_eq("its_pool", 0, d->cpupool);
    expect_true("its_pages", d->tot_pages > 0 && d->tot_pages <= d->max_pages);
    expect_true("its_time", d->cpu_time > 0);
}

void test_domains(void)
{
    report_group("domains");
    expect_ok("all", list(0, 3, records));
    expect_eq("is_one", 1, count());
    ourselves();
    expect_eq("no_more_is_written", 0x5555, records[1].domain);
    expect_ok("none_of_them", list(0, 0, NULL));
    expect_eq("is_none", 0, count());
    expect_ok("beyond_the_last", list(1, 3, records));
    expect_eq("is_nothing", 0, count());
    expect_ok("beyond_all_numbers", list(0xffff, 3, records));
    expect_eq("is_nothing_too", 0, count());
    expect_rc("to_nowhere", -XEN_EFAULT, list(0, 1, window_page(0)));
    expect_rc("to_the_hypervisor", -XEN_EFAULT,
              list(0, ~0u, (void *)HV_PRIVATE));
    expect_eq("leaves_the_argument", 5, count());
}
