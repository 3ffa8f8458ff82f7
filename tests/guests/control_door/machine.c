/* SPDX-License-Identifier: MIT */
/*
 * machine.c - the commands about the machine: DOM0_MSR, DOM0_SETTIME,
 * DOM0_READCONSOLE, DOM0_PHYSINFO and DOM0_SCHED_ID.
 */
#include "control.h"

#define MSR_TSC     0x10u       /* SDM 4, table 2-2 */
#define MSR_EFER    0xc0000080u
#define EFER_NX     0xd01u      /* SCE, LME, LMA and NXE: every guest's */
#define MSR_LSTAR   0xc0000082u
#define CONSOLE_MOST 65536u

/* -- DOM0_MSR -------------------------------------------------------------- */

static long msr(uint32_t number, uint64_t cpus, uint32_t write)
{
    control_clear();
    op.u.msr.msr = number;
    op.u.msr.cpu_mask = cpus;
    op.u.msr.write = write;
    op.u.msr.out = 0x5555;
    return control(DOM0_MSR);
}

void test_msr(void)
{
    static const struct {
        const char *name;
        uint32_t number;
    } readable[] = {
        { "tsc", MSR_TSC }, { "apic_base", 0x1b }, { "mtrr_cap", 0xfe },
        { "pat", 0x277 }, { "mtrr_default", 0x2ff },
    };

    for (size_t i = 0; i < ARRAY_SIZE(readable); i++)
        expect_ok(readable[i].name, msr(readable[i].number, 1, 0));
    expect_ok("efer", msr(MSR_EFER, 1, 0));
    expect_eq("as_the_machine_has_it", EFER_NX, op.u.msr.out & EFER_NX);
    expect_rc("a_write", -XEN_EPERM, msr(MSR_TSC, 1, 1));
    expect_eq("leaves_the_argument", 0x5555, op.u.msr.out);
    expect_rc("neither_read_nor_write", -XEN_EINVAL, msr(MSR_TSC, 1, 2));
    expect_rc("write_without_end", -XEN_EINVAL, msr(MSR_TSC, 1, ~0u));
    expect_rc("one_that_is_the_hypervisors", -XEN_EPERM,
              msr(MSR_LSTAR, 1, 0));
    expect_rc("one_that_does_not_exist", -XEN_EPERM, msr(0x12345678, 1, 0));
    expect_rc("on_no_cpu", -XEN_EINVAL, msr(MSR_TSC, 0, 0));
    expect_rc("on_a_cpu_that_does_not_exist", -XEN_ENOSYS,
              msr(MSR_TSC, 1ul << 63, 0));
    expect_rc("on_that_too", -XEN_ENOSYS, msr(MSR_TSC, 1ul << 63 | 1, 0));
    expect_rc("on_the_first_of_all", -XEN_EPERM, msr(MSR_LSTAR, 0, 0));
}

/* -- DOM0_SETTIME ---------------------------------------------------------- */

static uint64_t wall_ns(void)
{
    volatile struct shared_info *s = &shared_info;

    return ((uint64_t)s->wc_sec_hi << 32 | s->wc_sec) * 1000000000ul +
           s->wc_nsec;
}

static long settime(uint64_t secs, uint32_t usecs, uint64_t at)
{
    control_clear();
    op.u.settime.secs = secs;
    op.u.settime.usecs = usecs;
    op.u.settime.system_time = at;
    return control(DOM0_SETTIME);
}

void test_settime(void)
{
    uint64_t set = 1700000000123456000ul, now = clock_now();

    expect_ok("set", settime(1700000000, 123456, now));
    expect_true("it_was_that_less_the_system_time", wall_ns() == set - now);
    expect_eq("its_version_is_even", 0, shared_info.wc_version & 1);
    expect_ok("the_last_microsecond", settime(1700000000, 999999, 0));
    expect_true("is_below_a_second", wall_ns() == 1700000000999999000ul);
    expect_ok("seconds_above_32_bits", settime(1ul << 33, 0, 0));
    expect_true("are_kept", wall_ns() == (1ul << 33) * 1000000000ul);
    settime(1700000000, 0, 0);
    set = wall_ns();
    expect_rc("a_million_microseconds", -XEN_EINVAL,
              settime(1800000000, 1000000, now));
    expect_rc("microseconds_without_end", -XEN_EINVAL,
              settime(1800000000, ~0u, now));
    expect_rc("system_time_beyond_its_end", -XEN_EINVAL,
              settime(1800000000, 0, 1ul << 63));
    settime(1700000000, 0, 0);
    op.u.settime.pad = 1;
    op.u.settime.secs = 1800000000;
    expect_rc("padding", -XEN_EINVAL, control(DOM0_SETTIME));
    expect_true("changes_nothing", wall_ns() == set);
    expect_ok("before_1970_is_1970", settime(1, 0, 5000000000ul));
    expect_eq("in_seconds", 0, shared_info.wc_sec);
}

/* -- DOM0_READCONSOLE ------------------------------------------------------ */

static char text[CONSOLE_MOST + 16];

static long readconsole(void *to, uint32_t count, uint32_t command)
{
    control_clear();
    op.u.readconsole.str = (uint64_t)to;
    op.u.readconsole.count = count;
    op.u.readconsole.cmd = command;
    return control(DOM0_READCONSOLE);
}

/* Does the text of @length hold @word? */
static bool has(const char *word, long length)
{
    for (long i = 0; i + (long)strlen(word) <= length; i++)
        if (!strncmp(text + i, word, strlen(word)))
            return true;
    return false;
}

void test_readconsole(void)
{
    long all = readconsole(text, sizeof(text), 0), part;
    uint8_t *page = window_page(2);
    char first[16];

    expect_true("something_was_said", all > 100 && all <= CONSOLE_MOST);
    expect_true("by_parapet", has("Parapet", all));
    expect_eq("no_more_is_written_than_was_said", 0, text[all]);
    memcpy(first, text, sizeof(first));
    memset(text, 0, sizeof(text));
    expect_rc("a_part", 16, readconsole(text, 16, 0));
    expect_true("is_the_oldest", !memcmp(first, text, 16));
    expect_eq("and_no_more", 0, text[16]);
    expect_rc("nothing", 0, readconsole(window_page(0), 0, 0));
    expect_rc("to_nowhere", -XEN_EFAULT, readconsole(window_page(0), 16, 0));
    expect_rc("to_the_hypervisor", -XEN_EFAULT,
              readconsole((void *)HV_PRIVATE, 16, 0));
    expect_rc("to_no_address", -XEN_EFAULT,
              readconsole((void *)NON_CANONICAL, 16, 0));
    page_map(page, pte_make(va_to_mfn(page_alloc()), PTE_PAGE));
    expect_rc("across_the_end_of_what_is_mapped", -XEN_EFAULT,
              readconsole(page + PAGE_SIZE - 8, 16, 0));
    expect_rc("command_2", -XEN_EINVAL, readconsole(text, 16, 2));
    expect_rc("a_failed_one_with_forgetting", -XEN_EFAULT,
              readconsole(window_page(0), 16, 1));
    part = readconsole(text, sizeof(text), 0);
    expect_true("forgets_nothing", part >= all && !memcmp(first, text, 16));
    part = readconsole(text, 16, 1);
    expect_rc("read_and_forget", 16, part);
    expect_rc("nothing_is_left", 0, readconsole(text, sizeof(text), 0));
    HC1(__HYPERVISOR_dom0_op, window_page(0));
    op.interface_version = 0;           /* has the hypervisor complain */
    HC1(__HYPERVISOR_dom0_op, &op);
    part = readconsole(text, sizeof(text), 0);
    expect_true("but_what_is_said_from_then_on", has("dom0_op", part));
}

/* -- DOM0_PHYSINFO, DOM0_SCHED_ID ------------------------------------------ */

void test_physinfo(void)
{
    dom0_physinfo_t *info = &op.u.physinfo;
    uint64_t free;
    xen_pfn_t frame = pfn_alloc_unmapped();
    struct xen_memory_reservation res = { .nr_extents = 1,
                                          .domid = DOMID_SELF };

    control_clear();
    expect_ok("physinfo", control(DOM0_PHYSINFO));
    expect_eq("threads_of_a_core", 1, info->ht_per_core);
    expect_eq("cores", 1, info->cores);
    expect_true("a_likely_rate",
                info->cpu_khz > 100000 && info->cpu_khz < 10000000);
    expect_true("memory", info->total_pages > start_info->nr_pages);
    expect_true("free_memory", info->free_pages > 0 && info->free_pages <
                info->total_pages - start_info->nr_pages);
    free = info->free_pages;
    frame = pfn_to_mfn(frame);
    set_xen_guest_handle(res.extent_start, &frame);
    expect_rc("give_one_back", 1,
              hc_memory_op(XENMEM_decrease_reservation, &res));
    control_clear();
    control(DOM0_PHYSINFO);
    expect_eq("one_more_is_free", free + 1, info->free_pages);
    info->pad = 1;
    expect_rc("padding", -XEN_EINVAL, control(DOM0_PHYSINFO));
}

void test_sched_id(void)
{
    control_clear();
    expect_ok("sched_id", control(DOM0_SCHED_ID));
    expect_that("is_one_that_there_is",
                op.u.sched_id.sched_id == SCHED_RROBIN ||
                op.u.sched_id.sched_id == SCHED_CREDIT ||
                op.u.sched_id.sched_id == SCHED_BVT, op.u.sched_id.sched_id);
    op.u.sched_id.pad = 1;
    expect_rc("its_padding", -XEN_EINVAL, control(DOM0_SCHED_ID));
}
