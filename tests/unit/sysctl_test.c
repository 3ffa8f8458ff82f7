/* SPDX-License-Identifier: MIT */
/*
 * sysctl_test.c - hypercall 35: who is heard, what is copied back and when; and
 * the commands that list domains, press keys, read the console and count CPUs
 * and memory.
 */
#include <string.h>
#include <hv/boot_info.h>
#include <hv/conring.h>
#include <hv/control.h>
#include <hv/cpu.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/keyhandler.h>
#include <hv/page_alloc.h>
#include <hv/sched.h>
#include <hv/sysctl.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/sysctl.h>
#include "fake_guest.h"
#include "fake_printk.h"
#include "fake_spinlock.h"
#include "unit.h"

#define AT      (FAKE_GUEST_VA + 0x100)
#define BUFFER  (FAKE_GUEST_VA + 0x1000)
#define END     (FAKE_GUEST_VA + FAKE_GUEST_SIZE)
#define WILD    0xffff800000000000ul

struct vcpu *fake_current;
unsigned int fake_cpu;
struct boot_info boot_info;
unsigned long tsc_khz = 2400000;

static struct domain caller;
static struct vcpu caller_vcpu = { .domain = &caller }, idle[NR_CPUS];
static struct domain domains[3] = { { .id = 0 }, { .id = 1 }, { .id = 0x7fef } };
static int references;
static char pressed[80];
static unsigned int pressed_count;

/* -- the rest of the hypervisor -------------------------------------------- */

struct domain *find_domain_from(domid_t from)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(domains); i++)
        if (domains[i].id >= from) {
            references++;
            return &domains[i];
        }
    return NULL;
}

void domain_put(struct domain *d)
{
    ck_assert_ptr_nonnull(d);
    references--;
}

void control_domain_info(struct domain *d, struct xen_domctl_getdomaininfo *info)
{
    ck_assert_int_eq(references, 1);
    *info = (struct xen_domctl_getdomaininfo){ .domain = d->id,
                                               .tot_pages = d->id + 100ul };
}

void keyhandler_run(char key)
{
    ck_assert_uint_lt(pressed_count, sizeof(pressed));
    pressed[pressed_count++] = key;
}

unsigned long page_free_count(void) { return 1000; }

unsigned long page_free_count_below(unsigned int address_bits)
{
    ck_assert_uint_le(address_bits, 64);
    return address_bits * 10;
}

const struct cpu_topology *cpu_topology(unsigned int cpu)
{
    static struct cpu_topology t;

    t = (struct cpu_topology){ .core = cpu / 2, .thread = cpu % 2 };
    return &t;
}

void arch_cpu_feature_words(uint32_t *words, unsigned int count)
{
    for (unsigned int i = 0; i < count; i++)
        words[i] = i + 1;
}

struct vcpu *sched_idle_vcpu(unsigned int cpu)
{
    ck_assert(cpu_set_has(&cpu_online, cpu));
    return &idle[cpu];
}

void vcpu_runstate_get(struct vcpu *v, struct vcpu_runstate_info *out)
{
    *out = (struct vcpu_runstate_info){ .state = RUNSTATE_running };
    out->time[RUNSTATE_running] = 7000 + (uint64_t)(v - idle);
}

/* Commands with tests of their own; each says what it was asked. */
#define NOT_HERE(name, rc)                                      \
    long name(struct xen_sysctl *op)                            \
    {                                                           \
        memset(&op->u, 0x77, sizeof(op->u));                    \
        return rc;                                              \
    }
NOT_HERE(sysctl_cputopoinfo, 0)
NOT_HERE(sysctl_numainfo, 0)
NOT_HERE(sysctl_pcitopoinfo, -EDOM)
NOT_HERE(sysctl_cpupool_op, 0)
NOT_HERE(sysctl_sched_id, 0)
NOT_HERE(sysctl_scheduler_op, 0)
NOT_HERE(arch_sysctl_levelling_caps, 0)
NOT_HERE(arch_sysctl_featureset, -ENOBUFS)
NOT_HERE(arch_sysctl_cpu_policy, -ENOBUFS)

/* -------------------------------------------------------------------------- */

static struct xen_sysctl *const arg =
    (struct xen_sysctl *)(fake_guest + (AT - FAKE_GUEST_VA));
static uint8_t *const buffer = fake_guest + (BUFFER - FAKE_GUEST_VA);

static struct xen_sysctl *command(uint32_t cmd)
{
    fake_guest_reset();
    caller.is_privileged = true;
    fake_current = &caller_vcpu;
    memset(arg, 0, sizeof(*arg));
    arg->cmd = cmd;
    arg->interface_version = XEN_SYSCTL_INTERFACE_VERSION;
    return arg;
}

static long run(void)
{
    long rc = do_sysctl(AT);

    ck_assert_int_eq(references, 0);
    ck_assert_uint_eq(fake_guest_read_twice, 0);
    return rc;
}

/* -- the door -------------------------------------------------------------- */

START_TEST(only_the_privileged_are_heard_and_by_one_version)
{
    command(XEN_SYSCTL_sched_id)->interface_version++;
    fake_printk_reset();
    ck_assert_int_eq(run(), -EACCES);
    ck_assert_uint_eq(fake_printk_count, 1);
    ck_assert_ptr_nonnull(strstr(fake_printk_last, "0x16"));
    ck_assert_ptr_nonnull(strstr(fake_printk_last, "0x15"));
    command(XEN_SYSCTL_sched_id);
    caller.is_privileged = false;
    ck_assert_int_eq(run(), -EPERM);
    command(~0u);                       /* not: there is none */
    caller.is_privileged = false;
    ck_assert_int_eq(run(), -EPERM);
    ck_assert_uint_eq(arg->u.pad[0], 0);
    ck_assert_int_eq(do_sysctl(WILD), -EFAULT);
    ck_assert_int_eq(do_sysctl(END - sizeof(*arg) + 1), -EFAULT);
}
END_TEST

START_TEST(commands_that_are_not_there_do_nothing)
{
    static const uint32_t none[] = { 0, 2, 5, 10, 15, 20, 27, 28, 30, ~0u };

    for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
        command(none[i]);
        ck_assert_int_eq(run(), -ENOSYS);
        ck_assert_uint_eq(arg->u.pad[0], 0);
    }
}
END_TEST

START_TEST(only_the_commands_own_part_goes_back)
{
    static const struct { uint32_t cmd; size_t size; } parts[] = {
        { XEN_SYSCTL_sched_id, sizeof(arg->u.sched_id) },
        { XEN_SYSCTL_cputopoinfo, sizeof(arg->u.cputopoinfo) },
        { XEN_SYSCTL_numainfo, sizeof(arg->u.numainfo) },
        { XEN_SYSCTL_cpupool_op, sizeof(arg->u.cpupool_op) },
        { XEN_SYSCTL_scheduler_op, sizeof(arg->u.scheduler_op) },
        { XEN_SYSCTL_get_cpu_levelling_caps,
          sizeof(arg->u.cpu_levelling_caps) },
    };

    for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
        command(parts[i].cmd);
        ck_assert_int_eq(run(), 0);
        ck_assert_uint_eq(arg->cmd, parts[i].cmd);
        ck_assert_uint_eq(arg->u.pad[0], 0x77);
        ck_assert_uint_eq(arg->u.pad[parts[i].size - 1], 0x77);
        ck_assert_uint_eq(arg->u.pad[parts[i].size], 0);
    }
}
END_TEST

START_TEST(too_little_room_says_how_much_and_no_other_error_says_anything)
{
    command(XEN_SYSCTL_get_cpu_featureset);
    ck_assert_int_eq(run(), -ENOBUFS);
    ck_assert_uint_eq(arg->u.pad[0], 0x77);
    command(XEN_SYSCTL_get_cpu_policy);
    ck_assert_int_eq(run(), -ENOBUFS);
    ck_assert_uint_eq(arg->u.pad[0], 0x77);
    command(XEN_SYSCTL_pcitopoinfo);
    ck_assert_int_eq(run(), -EDOM);
    ck_assert_uint_eq(arg->u.pad[0], 0);
}
END_TEST

START_TEST(an_answer_that_cannot_be_stored_is_an_error)
{
    command(XEN_SYSCTL_sched_id);
    fake_guest_is_read_only = true;
    ck_assert_int_eq(run(), -EFAULT);
    command(XEN_SYSCTL_get_cpu_policy);
    fake_guest_is_read_only = true;
    ck_assert_int_eq(run(), -EFAULT);
}
END_TEST

/* -- domains --------------------------------------------------------------- */

static const struct xen_domctl_getdomaininfo *const infos =
    (const void *)(fake_guest + (BUFFER - FAKE_GUEST_VA));

static long list(domid_t from, uint32_t room, unsigned long va)
{
    struct xen_sysctl_getdomaininfolist *l =
        &command(XEN_SYSCTL_getdomaininfolist)->u.getdomaininfolist;

    l->first_domain = from;
    l->max_domains = room;
    l->buffer.p = (xen_domctl_getdomaininfo_t *)va;
    l->num_domains = 99;
    return run();
}

START_TEST(domains_are_listed_in_order)
{
    ck_assert_int_eq(list(0, 10, BUFFER), 0);
    ck_assert_uint_eq(arg->u.getdomaininfolist.num_domains, 3);
    ck_assert_uint_eq(infos[0].domain, 0);
    ck_assert_uint_eq(infos[1].domain, 1);
    ck_assert_uint_eq(infos[2].domain, 0x7fef);
    ck_assert_uint_eq(infos[2].tot_pages, 0x7fef + 100);
    ck_assert_uint_eq(infos[3].domain, 0xcccc);
}
END_TEST

START_TEST(a_list_of_domains_begins_and_ends_as_asked)
{
    ck_assert_int_eq(list(1, 1, BUFFER), 0);
    ck_assert_uint_eq(arg->u.getdomaininfolist.num_domains, 1);
    ck_assert_uint_eq(infos[0].domain, 1);
    ck_assert_uint_eq(infos[1].domain, 0xcccc);
    ck_assert_int_eq(list(0x7ff0, 5, BUFFER), 0);
    ck_assert_uint_eq(arg->u.getdomaininfolist.num_domains, 0);
    ck_assert_int_eq(list(0, 0, WILD), 0);
    ck_assert_uint_eq(arg->u.getdomaininfolist.num_domains, 0);
}
END_TEST

START_TEST(a_list_that_cannot_be_stored_keeps_no_domain)
{
    ck_assert_int_eq(list(0, 3, WILD), -EFAULT);
    ck_assert_int_eq(list(0, 3, END - 2 * sizeof(*infos)), -EFAULT);
    ck_assert_uint_eq(arg->u.getdomaininfolist.num_domains, 99);
    ck_assert_int_eq(list(0, 2, END - 2 * sizeof(*infos)), 0);
}
END_TEST

/* -- keys ------------------------------------------------------------------ */

static long press(unsigned long va, uint32_t count)
{
    struct xen_sysctl_debug_keys *k =
        &command(XEN_SYSCTL_debug_keys)->u.debug_keys;

    k->keys.p = (const char *)va;
    k->nr_keys = count;
    pressed_count = 0;
    memcpy(buffer, "qrQ", 3);
    return run();
}

START_TEST(keys_are_pressed_one_after_the_other)
{
    ck_assert_int_eq(press(BUFFER, 3), 0);
    ck_assert_uint_eq(pressed_count, 3);
    ck_assert_mem_eq(pressed, "qrQ", 3);
    ck_assert_int_eq(press(WILD, 0), 0);
    ck_assert_uint_eq(pressed_count, 0);
}
END_TEST

START_TEST(more_keys_than_64_press_none)
{
    ck_assert_int_eq(press(BUFFER, 64), 0);
    ck_assert_uint_eq(pressed_count, 64);
    ck_assert_int_eq(press(BUFFER, 65), -E2BIG);
    ck_assert_int_eq(press(BUFFER, ~0u), -E2BIG);
    ck_assert_uint_eq(pressed_count, 0);
    ck_assert_int_eq(press(WILD, 1), -EFAULT);
    ck_assert_int_eq(press(END - 2, 3), -EFAULT);
    ck_assert_uint_eq(pressed_count, 2);
}
END_TEST

/* -- the console ----------------------------------------------------------- */

static struct xen_sysctl_readconsole *const reading = &arg->u.readconsole;

static long read_console(bool clear, bool incremental, uint32_t index,
                         uint32_t room)
{
    command(XEN_SYSCTL_readconsole);
    *reading = (struct xen_sysctl_readconsole){
        .clear = clear, .incremental = incremental, .index = index,
        .count = room,
    };
    reading->buffer.p = (char *)BUFFER;
    return run();
}

static void require_text(const char *text)
{
    size_t n = strlen(text);

    ck_assert_uint_eq(reading->count, n);
    ck_assert_mem_eq(buffer, text, n);
    ck_assert_uint_eq(buffer[n], 0xcc);
}

START_TEST(the_console_is_read_on_from_where_the_last_read_ended)
{
    conring_write("hello\n", 6);
    ck_assert_int_eq(read_console(false, false, 77, 4), 0);
    require_text("hell");
    ck_assert_uint_eq(reading->index, 4);
    ck_assert_int_eq(read_console(false, true, 4, 100), 0);
    require_text("o\n");
    ck_assert_uint_eq(reading->index, 6);
    ck_assert_int_eq(read_console(false, true, 6, 100), 0);
    require_text("");
    ck_assert_uint_eq(reading->index, 6);
    conring_write("you\n", 4);
    ck_assert_int_eq(read_console(false, true, 6, 100), 0);
    require_text("you\n");
    ck_assert_int_eq(read_console(false, false, 0, 100), 0);
    require_text("hello\nyou\n");
}
END_TEST

START_TEST(a_position_that_is_none_is_the_first)
{
    conring_write("hello\n", 6);
    ck_assert_int_eq(read_console(false, true, 7, 100), 0);
    require_text("hello\n");
    ck_assert_int_eq(read_console(false, true, ~0u, 100), 0);
    require_text("hello\n");
}
END_TEST

START_TEST(what_was_read_can_be_forgotten)
{
    conring_write("hello\n", 6);
    ck_assert_int_eq(read_console(true, false, 0, 2), 0);
    require_text("he");
    ck_assert_int_eq(read_console(false, false, 0, 100), 0);
    require_text("llo\n");
    ck_assert_int_eq(read_console(false, true, 0, 100), 0);     /* is gone */
    require_text("llo\n");
    ck_assert_int_eq(read_console(false, true, 3, 100), 0);
    require_text("lo\n");
    ck_assert_int_eq(read_console(true, false, 0, 100), 0);
    ck_assert_int_eq(read_console(false, false, 0, 100), 0);
    require_text("");
}
END_TEST

START_TEST(text_is_copied_in_pieces_and_not_beyond_the_room)
{
    char text[1000];

    for (unsigned int i = 0; i < sizeof(text); i++)
        text[i] = (char)('a' + i % 26);
    conring_write(text, sizeof(text));
    ck_assert_int_eq(read_console(false, false, 0, 600), 0);
    ck_assert_uint_eq(reading->count, 600);
    ck_assert_mem_eq(buffer, text, 600);
    ck_assert_uint_eq(buffer[600], 0xcc);
    ck_assert_int_eq(read_console(false, true, 600, ~0u), 0);
    ck_assert_uint_eq(reading->count, 400);
    ck_assert_mem_eq(buffer, text + 600, 400);
    ck_assert_int_eq(read_console(false, false, 0, 0), 0);
    ck_assert_uint_eq(reading->count, 0);
}
END_TEST

START_TEST(a_read_that_fails_forgets_nothing)
{
    conring_write("hello\n", 6);
    command(XEN_SYSCTL_readconsole);
    *reading = (struct xen_sysctl_readconsole){ .clear = 1, .count = 6 };
    reading->buffer.p = (char *)WILD;
    ck_assert_int_eq(run(), -EFAULT);
    ck_assert_uint_eq(reading->count, 6);
    ck_assert_int_eq(read_console(false, false, 0, 100), 0);
    require_text("hello\n");
}
END_TEST

/* -- CPUs and memory ------------------------------------------------------- */

START_TEST(the_machine_is_counted)
{
    const struct xen_sysctl_physinfo *info = &arg->u.physinfo;

    cpu_mark_online(0);
    cpu_mark_online(1);
    cpu_mark_online(5);
    boot_info.memory.range[0] =
        (struct memory_range){ 0x1000, 0x9f000, MEMORY_RAM };
    boot_info.memory.range[1] =
        (struct memory_range){ 0x100000000, 0x100400000, MEMORY_RAM };
    boot_info.memory.range[2] =
        (struct memory_range){ 0x200000000, 0x300000000, MEMORY_RESERVED };
    boot_info.memory.count = 3;
    command(XEN_SYSCTL_physinfo);
    ck_assert_int_eq(run(), 0);
    ck_assert_uint_eq(info->nr_cpus, 3);
    ck_assert_uint_eq(info->max_cpu_id, 5);
    ck_assert_uint_eq(info->threads_per_core, 2);
    ck_assert_uint_eq(info->cores_per_socket, 2);
    ck_assert_uint_eq(info->nr_nodes, 1);
    ck_assert_uint_eq(info->cpu_khz, 2400000);
    ck_assert_uint_eq(info->total_pages, 0x9e + 0x400);
    ck_assert_uint_eq(info->free_pages, 1000);
    ck_assert_uint_eq(info->max_mfn, 0x1003ff);
    ck_assert_uint_eq(info->hw_cap[7], 8);
    ck_assert_uint_eq(info->capabilities & XEN_SYSCTL_PHYSCAP_pv,
                      XEN_SYSCTL_PHYSCAP_pv);
    ck_assert_uint_eq(info->capabilities & XEN_SYSCTL_PHYSCAP_hvm, 0);
}
END_TEST

static long idle_times(uint32_t room, unsigned long va)
{
    struct xen_sysctl_getcpuinfo *c =
        &command(XEN_SYSCTL_getcpuinfo)->u.getcpuinfo;

    c->max_cpus = room;
    c->info.p = (xen_sysctl_cpuinfo_t *)va;
    return run();
}

START_TEST(each_cpu_has_been_idle_for_a_while)
{
    const uint64_t *times = (const uint64_t *)buffer;

    cpu_mark_online(0);
    cpu_mark_online(2);
    ck_assert_int_eq(idle_times(~0u, BUFFER), 0);
    ck_assert_uint_eq(arg->u.getcpuinfo.nr_cpus, 3);
    ck_assert_uint_eq(times[0], 7000);
    ck_assert_uint_eq(times[1], 0);             /* there is none */
    ck_assert_uint_eq(times[2], 7002);
    ck_assert_uint_eq(buffer[24], 0xcc);
    ck_assert_int_eq(idle_times(1, BUFFER), 0);
    ck_assert_uint_eq(arg->u.getcpuinfo.nr_cpus, 1);
    ck_assert_uint_eq(buffer[8], 0xcc);
    ck_assert_int_eq(idle_times(3, END - 16), -EFAULT);
    ck_assert_int_eq(idle_times(2, END - 16), 0);
    ck_assert_int_eq(idle_times(0, WILD), 0);
}
END_TEST

static uint64_t free_between(uint32_t min, uint32_t max, int32_t node)
{
    struct xen_sysctl_availheap *a =
        &command(XEN_SYSCTL_availheap)->u.availheap;

    *a = (struct xen_sysctl_availheap){
        .min_bitwidth = min, .max_bitwidth = max, .node = node,
        .avail_bytes = 5,
    };
    ck_assert_int_eq(run(), 0);
    return a->avail_bytes >> PAGE_SHIFT;
}

START_TEST(free_memory_lies_between_two_addresses)
{
    ck_assert_uint_eq(free_between(0, 0, -1), 1000);
    ck_assert_uint_eq(free_between(0, 0, 0), 1000);
    ck_assert_uint_eq(free_between(0, 32, -1), 320);
    ck_assert_uint_eq(free_between(32, 0, -1), 680);
    ck_assert_uint_eq(free_between(20, 32, 0), 120);
    ck_assert_uint_eq(free_between(32, 20, 0), 0);
    ck_assert_uint_eq(free_between(32, 32, 0), 0);
    ck_assert_uint_eq(free_between(0, ~0u, -1), 640);
    ck_assert_uint_eq(free_between(~0u, 0, -1), 360);
}
END_TEST

START_TEST(other_nodes_than_0_have_nothing)
{
    ck_assert_uint_eq(free_between(0, 0, 1), 0);
    ck_assert_uint_eq(free_between(0, 0, -2), 0);
    ck_assert_uint_eq(free_between(0, 0, INT32_MAX), 0);
    ck_assert_uint_eq(free_between(0, 0, INT32_MIN), 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("sysctl",
        only_the_privileged_are_heard_and_by_one_version,
        commands_that_are_not_there_do_nothing,
        only_the_commands_own_part_goes_back,
        too_little_room_says_how_much_and_no_other_error_says_anything,
        an_answer_that_cannot_be_stored_is_an_error,
        domains_are_listed_in_order,
        a_list_of_domains_begins_and_ends_as_asked,
        a_list_that_cannot_be_stored_keeps_no_domain,
        keys_are_pressed_one_after_the_other,
        more_keys_than_64_press_none,
        the_console_is_read_on_from_where_the_last_read_ended,
        a_position_that_is_none_is_the_first,
        what_was_read_can_be_forgotten,
        text_is_copied_in_pieces_and_not_beyond_the_room,
        a_read_that_fails_forgets_nothing,
        the_machine_is_counted,
        each_cpu_has_been_idle_for_a_while,
        free_memory_lies_between_two_addresses,
        other_nodes_than_0_have_nothing);
}
