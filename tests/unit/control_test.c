/* SPDX-License-Identifier: MIT */
/* control_test.c - hypercalls 7, 17 and 18: who may ask what, and answers. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <hv/boot_info.h>
#include <hv/conring.h>
#include <hv/console.h>
#include <hv/control.h>
#include <hv/cpu.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_console.h>
#include <hv/log_level.h>
#include <hv/page_alloc.h>
#include <hv/platform.h>
#include <hv/sched.h>
#include <hv/sysctl.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <hv/version.h>
#include <public/dom0_ops.h>
#include <public/features.h>
#include <public/platform.h>
#include <public/sched.h>
#include <public/version.h>
#include "fake_domains.h"
#include "fake_facts.h"
#include "fake_guest.h"
#include "fake_printk.h"
#include "fake_spinlock.h"
#include "unit.h"

#define AT      (FAKE_GUEST_VA + 0x100)
#define END     (FAKE_GUEST_VA + FAKE_GUEST_SIZE)
#define WILD    0xffff800000000000ul
#define AGAIN   12345

struct vcpu *fake_current;
unsigned int fake_cpu;

static struct vcpu vcpus[2];
static struct vcpu *vcpu_list[2] = { &vcpus[0], &vcpus[1] };
static struct domain first, guest;
static struct vcpu guest_vcpu;
static struct vcpu *guest_vcpu_list[1] = { &guest_vcpu };

static char console[200000];
static size_t console_length;
static const char *keys = "";
static bool guest_may_talk = true, has_others_to_run;
static bool is_behind;                  /* a serial line */
static s_time_t now = SECONDS(10);
static unsigned int references, platform_calls;
static uint64_t set_sec;
static uint32_t set_nsec;
static s_time_t set_at;

void console_write(const char *text, size_t n)
{
    ck_assert_uint_le(n, sizeof(console) - console_length);
    memcpy(console + console_length, text, n);
    console_length += n;
}

size_t console_read(char *buf, size_t n)
{
    size_t got = strnlen(keys, n);

    memcpy(buf, keys, got);
    keys += got;
    return got;
}

bool printk_guest_may_pass(enum log_level level)
{
    ck_assert_uint_eq(level, LOG_INFO);
    return guest_may_talk;
}

bool printk_guest_passes(enum log_level level)
{
    (void)level;
    return guest_may_talk;
}

void printk_always(const char *fmt, ...)
{
    va_list args;

    ck_assert_uint_eq(fake_locks_held, 0);
    va_start(args, fmt);
    console_length += (size_t)vsnprintf(console + console_length, 1000, fmt,
                                        args);
    va_end(args);
}

struct domain *find_domain_from(domid_t from)
{
    struct domain *d = from == 0 ? &first : from <= 7 ? &guest : NULL;

    references += d != NULL;
    return d;
}

void domain_put(struct domain *d)
{
    ck_assert_ptr_nonnull(d);
    references--;
}

void vcpu_runstate_get(struct vcpu *v, struct vcpu_runstate_info *out)
{
    *out = v->runstate;
}

struct vcpu *domain_vcpu(const struct domain *d, uint32_t id)
{
    return id < d->max_vcpus ? d->vcpu[id] : NULL;
}

long do_platform_op(unsigned long arg)
{
    ck_assert_uint_eq(arg, AT);
    platform_calls++;
    return 42;
}

int arch_control_msr(uint64_t cpu_mask, uint32_t msr, bool is_write,
                     uint64_t in, uint64_t *out)
{
    if (msr != 0x10)
        return -EPERM;
    *out = is_write ? in : cpu_mask + 1000;
    return 0;
}

void wallclock_set(uint64_t sec, uint32_t nsec, s_time_t at)
{
    set_sec = sec;
    set_nsec = nsec;
    set_at = at;
}

unsigned long page_free_count(void) { return 1234; }
unsigned long page_free_count_below(unsigned int bits) { return bits; }
struct vcpu *sched_idle_vcpu(unsigned int cpu) { return &vcpus[cpu % 2]; }
unsigned int sched_policy_id(void) { return SCHED_CREDIT; }
bool softirq_is_pending(void) { return has_others_to_run; }
bool console_is_behind(void) { return is_behind; }
s_time_t system_time(void) { return now; }

void arch_cpu_feature_words(uint32_t *words, unsigned int count)
{
    for (unsigned int i = 0; i < count; i++)
        words[i] = 0x1000 + i;
}

struct domain *find_domain(domid_t id)
{
    struct domain *d = id == 0 ? &first : id == 7 ? &guest : NULL;

    references += d != NULL;
    return d;
}

#define ANYTHING    0xffff888012345678ul

static unsigned long word = ANYTHING;   /* behind the argument */

static unsigned long again[3];          /* what console_io comes again with */

/* The guest issues the call again. */
long hypercall_restart(unsigned int nr, unsigned int count, ...)
{
    bool is_console = nr == __HYPERVISOR_console_io;
    va_list args;

    ck_assert(is_console || nr == __HYPERVISOR_dom0_op);
    ck_assert_uint_eq(count, is_console ? 3 : 2);
    va_start(args, count);
    for (unsigned int i = 0; i < count; i++)
        again[i] = va_arg(args, unsigned long);
    va_end(args);
    if (!is_console)
        word = again[1];
    return AGAIN;
}

/* sched_control_test.c has them. */
long control_schedctl(struct dom0_schedctl *c) { (void)c; return -ENOSYS; }
long control_adjustdom(struct dom0_adjustdom *a) { (void)a; return -ENOSYS; }

static void begin(bool is_dom0)
{
    fake_guest_reset();
    fake_printk_reset();
    first = (struct domain){
        .id = 0, .is_privileged = true, .is_hardware = true, .max_vcpus = 2,
        .vcpu = vcpu_list, .page_count = 500, .page_max = 600,
        .shared_info_mfn = mfn(77), .handle = { 1, 2, 3 },
        .lock = SPINLOCK_INIT(LOCK_LEVEL_DOMAIN),
    };
    guest = (struct domain){
        .id = 7, .max_vcpus = 1, .vcpu = guest_vcpu_list,
        .lock = SPINLOCK_INIT(LOCK_LEVEL_DOMAIN),
    };
    vcpus[0].domain = vcpus[1].domain = &first;
    guest_vcpu.domain = &guest;
    fake_current = is_dom0 ? &vcpus[0] : &guest_vcpu;
}

/* xen_version */

START_TEST(the_version_and_page_size_need_no_buffer)
{
    begin(false);
    ck_assert_int_eq(do_xen_version(XENVER_version, 0), 4 << 16 | 17);
    ck_assert_int_eq(do_xen_version(XENVER_pagesize, 0), 4096);
    ck_assert_int_eq(do_xen_version(11, AT), -ENOSYS);
    ck_assert_int_eq(do_xen_version(-1, AT), -ENOSYS);
}
END_TEST

START_TEST(each_text_fills_its_field_and_nothing_else)
{
    static const struct { int cmd; const char *text; size_t size; } is[] = {
        { XENVER_extraversion, ".0-parapet", 16 },
        { XENVER_capabilities, "xen-3.0-x86_64 ", 1024 },
        { XENVER_changeset, "parapet " PARAPET_VERSION, 64 },
    };
    static const char zero[1024];

    for (size_t i = 0; i < ARRAY_SIZE(is); i++) {
        const char *field = fake_guest_at(AT);
        size_t n = strlen(is[i].text);

        begin(false);
        ck_assert_int_eq(do_xen_version(is[i].cmd, AT), 0);
        ck_assert_mem_eq(field, is[i].text, n);
        ck_assert_mem_eq(field + n, zero, is[i].size - n);
        ck_assert_int_eq((uint8_t)field[is[i].size], 0xcc);
        ck_assert_int_eq(do_xen_version(is[i].cmd, WILD), -EFAULT);
        ck_assert_int_eq(do_xen_version(is[i].cmd, END - is[i].size + 1),
                         -EFAULT);
    }
}
END_TEST

START_TEST(the_command_line_is_for_domain_0_only)
{
    begin(true);
    strcpy(boot_info.cmdline, "/boot/parapet dom0_mem=512M");
    boot_info.arguments = boot_info.cmdline + strlen("/boot/parapet ");
    ck_assert_int_eq(do_xen_version(XENVER_commandline, AT), 0);
    ck_assert_str_eq(fake_guest_at(AT), "dom0_mem=512M");
    memset(boot_info.cmdline, 'x', sizeof(boot_info.cmdline) - 1);
    boot_info.arguments = boot_info.cmdline;
    ck_assert_int_eq(do_xen_version(XENVER_commandline, AT), 0);
    ck_assert_uint_eq(strlen(fake_guest_at(AT)), 1023);
    begin(false);
    ck_assert_int_eq(do_xen_version(XENVER_commandline, AT), 0);
    ck_assert_str_eq(fake_guest_at(AT), "<denied>");
}
END_TEST

static uint32_t features(void)
{
    struct xen_feature_info info = { .submap_idx = 0 };

    memcpy(fake_guest_at(AT), &info, sizeof(info));
    ck_assert_int_eq(do_xen_version(XENVER_get_features, AT), 0);
    memcpy(&info, fake_guest_at(AT), sizeof(info));
    return info.submap;
}

START_TEST(features_tell_domain_0_from_others)
{
    struct xen_feature_info info = { .submap_idx = 1 };

    begin(true);
    ck_assert_uint_eq(features(), 1u << 4 | 1u << 5 | 1u << 6 | 1u << 7 |
                                  1u << 11 | 1u << 17);
    begin(false);
    ck_assert_uint_eq(features() & (1u << 11 | 0xf), 0);
    memcpy(fake_guest_at(AT), &info, sizeof(info));
    ck_assert_int_eq(do_xen_version(XENVER_get_features, AT), -EINVAL);
    ck_assert_int_eq(do_xen_version(XENVER_get_features, 0), -EFAULT);
}
END_TEST

START_TEST(the_other_questions_have_their_answers)
{
    uint64_t virt_start;
    uint32_t room = 19;

    begin(true);
    ck_assert_int_eq(do_xen_version(XENVER_platform_parameters, AT), 0);
    memcpy(&virt_start, fake_guest_at(AT), sizeof(virt_start));
    ck_assert_uint_eq(virt_start, 0xffff800000000000ul);
    ck_assert_int_eq(do_xen_version(XENVER_guest_handle, AT), 0);
    ck_assert_mem_eq(fake_guest_at(AT), first.handle, 16);
    ck_assert_int_eq(do_xen_version(XENVER_compile_info, AT), 0);
    ck_assert_mem_eq(fake_guest_at(AT), "gcc ", 4);

    ck_assert_int_eq(do_xen_version(XENVER_build_id, 0), 20);
    memcpy(fake_guest_at(AT), &room, sizeof(room));
    ck_assert_int_eq(do_xen_version(XENVER_build_id, AT), -ENOBUFS);
    room = 20;
    memcpy(fake_guest_at(AT), &room, sizeof(room));
    ck_assert_int_eq(do_xen_version(XENVER_build_id, AT), 20);
    ck_assert_mem_eq(fake_guest_at(AT + 4), fake_build_id + 16, 20);
}
END_TEST

/* console_io */

static long say(const char *text)
{
    memcpy(fake_guest_at(AT), text, strlen(text));
    return do_console_io(CONSOLEIO_write, (unsigned int)strlen(text), AT);
}

START_TEST(domain_0_writes_as_it_likes)
{
    begin(true);
    ck_assert_int_eq(say("\033[1mlogin:\r\n"), 0);
    ck_assert_str_eq(console, "\033[1mlogin:\r\n");
    memset(fake_guest, 'a', sizeof(fake_guest));
    ck_assert_int_eq(do_console_io(CONSOLEIO_write, 65536, FAKE_GUEST_VA), 0);
    ck_assert_uint_eq(console_length, 12 + 65536);
    ck_assert_int_eq(do_console_io(CONSOLEIO_write, 65537, AT), -E2BIG);
    ck_assert_int_eq(do_console_io(CONSOLEIO_write, ~0u, AT), -E2BIG);
    ck_assert_int_eq(do_console_io(CONSOLEIO_write, 1, WILD), -EFAULT);
    ck_assert_int_eq(do_console_io(CONSOLEIO_write, 0, WILD), 0);
    ck_assert_int_eq(do_console_io(2, 1, AT), -ENOSYS);
}
END_TEST

START_TEST(other_domains_get_whole_harmless_lines)
{
    begin(false);
    ck_assert_int_eq(say("one\ntw"), 0);
    ck_assert_str_eq(console, "(d7) one\n");
    ck_assert_int_eq(say("o\r\n\033[2J\bx\n"), 0);
    ck_assert_str_eq(console, "(d7) one\n(d7) two\n(d7) .[2J.x\n");
    ck_assert_int_eq(do_console_io(CONSOLEIO_write, 4097, AT), -E2BIG);
    guest_may_talk = false;
    ck_assert_int_eq(say("silent\n"), 0);
    ck_assert_ptr_null(strstr(console, "silent"));
}
END_TEST

START_TEST(long_text_makes_way_for_others)
{
    begin(true);
    has_others_to_run = true;
    ck_assert_int_eq(do_console_io(CONSOLEIO_write, 300, AT), AGAIN);
    ck_assert_uint_eq(again[0], CONSOLEIO_write);
    ck_assert_uint_eq(again[1], 300 - console_length);
    ck_assert_uint_eq(again[2], AT + console_length);
    ck_assert_uint_gt(console_length, 0);
    ck_assert_int_eq(say("short"), 0);
    has_others_to_run = false;
    ck_assert_int_eq(do_console_io(CONSOLEIO_write, 300, AT), 0);
}
END_TEST

START_TEST(a_guest_waits_for_a_line_that_is_behind)
{
    begin(false);
    is_behind = true;
    ck_assert_int_eq(say("a\nb\n"), AGAIN);
    ck_assert_uint_eq(console_length, 0);
    ck_assert_uint_eq(again[1], 4);
    ck_assert_uint_eq(again[2], AT);
    is_behind = false;
    ck_assert_int_eq(do_console_io(CONSOLEIO_write, 4, AT), 0);
    ck_assert_str_eq(console, "(d7) a\n(d7) b\n");
    begin(true);
    is_behind = true;
    ck_assert_int_eq(say("domain 0 does not"), 0);
    is_behind = false;
}
END_TEST

START_TEST(a_guest_does_not_wait_for_ever_nor_for_nothing)
{
    begin(false);
    is_behind = true;
    ck_assert_int_eq(say("a\n"), AGAIN);
    now += MILLISECS(999);
    ck_assert_int_eq(say("a\n"), AGAIN);
    now += MILLISECS(1);
    ck_assert_int_eq(say("a\n"), 0);       /* it may move the line */
    ck_assert_str_eq(console, "(d7) a\n");
    ck_assert_int_eq(say("b\n"), AGAIN);
    guest_may_talk = false;
    ck_assert_int_eq(say("silent\n"), 0);
    is_behind = false;
}
END_TEST

START_TEST(lines_of_domains_do_not_mix)
{
    begin(false);
    guest_console_write(1, "a", 1);
    guest_console_write(2, "b", 1);
    guest_console_write(1, "a\n", 2);
    guest_console_write(2, "b\n", 2);
    ck_assert_str_eq(console, "(d1) aa\n(d2) bb\n");
    guest_console_write(3, "rest", 4);
    guest_console_forget(3);
    guest_console_forget(3);
    ck_assert_str_eq(console, "(d1) aa\n(d2) bb\n(d3) rest\n");
}
END_TEST

START_TEST(a_ninth_talker_pushes_out_the_oldest_line)
{
    begin(false);
    for (domid_t id = 1; id <= 9; id++)
        guest_console_write(id, "x", 1);
    ck_assert_str_eq(console, "(d1) x\n");
    guest_console_write(9, "\n", 1);
    ck_assert_str_eq(console, "(d1) x\n(d9) x\n");
}
END_TEST

START_TEST(an_endless_line_is_cut)
{
    char text[1000];

    begin(false);
    memset(text, 'y', sizeof(text));
    guest_console_write(1, text, sizeof(text));
    ck_assert_uint_eq(console_length, 6 * (5 + 160 + 1));
}
END_TEST

START_TEST(only_domain_0_reads_keys)
{
    begin(true);
    keys = "hello";
    ck_assert_int_eq(do_console_io(CONSOLEIO_read, 3, AT), 3);
    ck_assert_mem_eq(fake_guest_at(AT), "hel\xcc", 4);
    ck_assert_int_eq(do_console_io(CONSOLEIO_read, 100, AT), 2);
    ck_assert_int_eq(do_console_io(CONSOLEIO_read, 100, AT), 0);
    keys = "x";
    ck_assert_int_eq(do_console_io(CONSOLEIO_read, 1, WILD), -EFAULT);
    begin(false);
    ck_assert_int_eq(do_console_io(CONSOLEIO_read, 1, AT), -EPERM);
}
END_TEST

/* dom0_op */

static long run(struct dom0_op *op)
{
    long rc;

    memcpy(fake_guest_at(AT), op, sizeof(*op));
    rc = do_dom0_op(AT, ANYTHING);
    memcpy(op, fake_guest_at(AT), sizeof(*op));
    ck_assert_uint_eq(fake_guest_read_twice, 0);
    ck_assert_uint_eq(references, 0);
    ck_assert_uint_eq(fake_locks_held, 0);
    fake_guest_reset();
    return rc;
}

static struct dom0_op new_op(uint32_t cmd)
{
    return (struct dom0_op){
        .cmd = cmd, .interface_version = DOM0_INTERFACE_VERSION,
    };
}

START_TEST(the_interface_version_chooses_the_door)
{
    struct dom0_op op = new_op(DOM0_SCHED_ID);

    begin(true);
    ck_assert_int_eq(run(&op), 0);
    ck_assert_uint_eq(op.u.sched_id.sched_id, SCHED_CREDIT);
    op.interface_version = XENPF_INTERFACE_VERSION;
    ck_assert_int_eq(run(&op), 42);
    ck_assert_uint_eq(platform_calls, 1);
    op.interface_version = 0xaaaa0019;
    ck_assert_int_eq(run(&op), -EACCES);
    ck_assert_uint_eq(fake_printk_count, 1);
    ck_assert_ptr_nonnull(strstr(fake_printk_last, "0xaaaa0019"));
    ck_assert_ptr_nonnull(strstr(fake_printk_last, "0x50500001"));
}
END_TEST

START_TEST(the_door_is_for_privileged_domains)
{
    struct dom0_op op = new_op(DOM0_SCHED_ID);

    begin(false);
    ck_assert_int_eq(run(&op), -EPERM);
    ck_assert_int_eq(do_dom0_op(WILD, 0), -EFAULT);
    op.interface_version++;
    ck_assert_int_eq(run(&op), -EACCES);
    begin(true);
    ck_assert_int_eq(do_dom0_op(WILD, 0), -EFAULT);
    ck_assert_int_eq(do_dom0_op(END - 4, 0), -EFAULT);
}
END_TEST

START_TEST(commands_that_are_not_there_say_so)
{
    begin(true);
    for (uint32_t cmd = 0; cmd < 70; cmd++) {
        struct dom0_op op = new_op(cmd);
        /* 6 and 7 are sched_control_test's, 16 is not there. */
        bool is_known = cmd == 2 || (cmd >= 8 && cmd <= 25 && cmd != 16) ||
                        (cmd >= 27 && cmd <= 30);

        ck_assert_int_eq(run(&op) == -ENOSYS, !is_known);
    }
    struct dom0_op op = new_op(0xffffffff);
    ck_assert_int_eq(run(&op), -ENOSYS);
}
END_TEST

START_TEST(domains_are_described_in_order_of_their_numbers)
{
    struct dom0_op op = new_op(DOM0_GETDOMAININFO);

    begin(true);
    vcpus[0].runstate.time[RUNSTATE_running] = 100;
    vcpus[1].runstate.time[RUNSTATE_running] = 20;
    vcpus[0].is_running = true;
    vcpus[0].cpu = 3;
    vcpus[1].pause_flags = 1ul << VCPU_PAUSE_DOWN;
    ck_assert_int_eq(run(&op), 0);
    ck_assert_uint_eq(op.u.getdomaininfo.flags, DOMFLAGS_RUNNING | 3 << 8);
    ck_assert_uint_eq(op.u.getdomaininfo.cpu_time, 120);
    ck_assert_uint_eq(op.u.getdomaininfo.online_vcpus, 1);
    ck_assert_uint_eq(op.u.getdomaininfo.max_vcpus, 2);
    ck_assert_uint_eq(op.u.getdomaininfo.tot_pages, 500);
    ck_assert_uint_eq(op.u.getdomaininfo.shared_info_frame, 77);

    guest_vcpu.pause_flags = 1ul << VCPU_PAUSE_POLLING;
    guest.is_shut_down = true;
    guest.shutdown_code = SHUTDOWN_crash;
    guest.control_pause_count = 1;
    op = new_op(DOM0_GETDOMAININFO);
    op.u.getdomaininfo.domid = 1;
    ck_assert_int_eq(run(&op), 0);
    ck_assert_uint_eq(op.u.getdomaininfo.domid, 7);
    ck_assert_uint_eq(op.u.getdomaininfo.flags,
                      DOMFLAGS_BLOCKED | DOMFLAGS_SHUTDOWN | DOMFLAGS_CRASHED |
                      DOMFLAGS_PAUSED | SHUTDOWN_crash << 16);

    op = new_op(DOM0_GETDOMAININFO);
    op.u.getdomaininfo.domid = 8;
    ck_assert_int_eq(run(&op), -ESRCH);
    op.u.getdomaininfo.domid = 0;
    op.u.getdomaininfo.vcpu = 2;
    ck_assert_int_eq(run(&op), -EINVAL);
    op.u.getdomaininfo.vcpu = 0;
    op.u.getdomaininfo.ctxt = AT;
    ck_assert_int_eq(run(&op), -EINVAL);        /* our own */
    op.u.getdomaininfo.domid = 7;
    ck_assert_int_eq(run(&op), -ENODATA);
}
END_TEST

START_TEST(the_machine_is_described)
{
    struct dom0_op op = new_op(DOM0_PHYSINFO);

    begin(true);
    boot_info.memory.range[0] =
        (struct memory_range){ 0, 0x9f000, MEMORY_RAM };
    boot_info.memory.range[1] =
        (struct memory_range){ 0xf0000, 0x100000, MEMORY_RESERVED };
    boot_info.memory.count = 2;
    ck_assert_int_eq(run(&op), 0);
    ck_assert_uint_eq(op.u.physinfo.cores, 3);
    ck_assert_uint_eq(op.u.physinfo.cpu_khz, 2400000);
    ck_assert_uint_eq(op.u.physinfo.total_pages, 0x9f);
    ck_assert_uint_eq(op.u.physinfo.free_pages, 1234);
    op.u.physinfo.pad = 1;
    ck_assert_int_eq(run(&op), -EINVAL);
}
END_TEST

START_TEST(the_clock_is_set_and_its_arguments_checked)
{
    struct dom0_op op = new_op(DOM0_SETTIME);

    begin(true);
    op.u.settime = (struct dom0_settime){ .secs = 1700000000,
                                          .usecs = 999999,
                                          .system_time = 5 };
    ck_assert_int_eq(run(&op), 0);
    ck_assert_uint_eq(set_sec, 1700000000);
    ck_assert_uint_eq(set_nsec, 999999000);
    ck_assert_int_eq(set_at, 5);
    op.u.settime.usecs = 1000000;
    ck_assert_int_eq(run(&op), -EINVAL);
    op.u.settime.usecs = 0;
    op.u.settime.system_time = 1ull << 63;
    ck_assert_int_eq(run(&op), -EINVAL);
}
END_TEST

START_TEST(the_console_ring_is_read_and_cleared)
{
    struct dom0_op op = new_op(DOM0_READCONSOLE);
    char line[300];

    begin(true);
    memset(line, 'z', sizeof(line));
    conring_write(line, sizeof(line));
    op.u.readconsole = (struct dom0_readconsole){ .str = AT + 0x1000,
                                                  .count = 1000, .cmd = 1 };
    memcpy(fake_guest_at(AT), &op, sizeof(op));
    ck_assert_int_eq(do_dom0_op(AT, 0), 300);
    ck_assert_mem_eq(fake_guest_at(AT + 0x1000), line, 300);
    ck_assert_uint_eq(fake_guest[0x1100 + 300], 0xcc);
    fake_guest_reset();
    op.u.readconsole.cmd = 0;
    ck_assert_int_eq(run(&op), 0);
    conring_write("new", 3);
    op.u.readconsole.str = WILD;
    ck_assert_int_eq(run(&op), -EFAULT);
    op.u.readconsole.cmd = 2;
    ck_assert_int_eq(run(&op), -EINVAL);
}
END_TEST

static struct dom0_op list_op(uint64_t room)
{
    struct dom0_op op = new_op(DOM0_GETMEMLIST);

    op.u.getmemlist = (struct dom0_getmemlist){
        .domid = 7, .max_pfns = room, .buffer = AT + 0x1000,
    };
    return op;
}

/* run() forgets what the guest's memory held. */
static long run_again(struct dom0_op *op)
{
    long rc;

    memcpy(fake_guest_at(AT), op, sizeof(*op));
    rc = do_dom0_op(AT, word);
    memcpy(op, fake_guest_at(AT), sizeof(*op));
    if (rc != AGAIN)
        word = ANYTHING;
    return rc;
}

START_TEST(a_list_goes_on_where_it_stopped)
{
    const uint64_t *list = fake_guest_at(AT + 0x1000);
    struct dom0_op op = list_op(1000);

    begin(true);
    guest.page_count = 150;
    has_others_to_run = true;
    ck_assert_int_eq(run_again(&op), AGAIN);
    ck_assert_uint_eq(list[63], 163);
    ck_assert_uint_eq(list[64], 0xcccccccccccccccc);
    ck_assert_int_eq(run_again(&op), AGAIN);
    ck_assert_int_eq(run_again(&op), AGAIN);
    ck_assert_int_eq(run_again(&op), 0);
    ck_assert_uint_eq(op.u.getmemlist.num_pfns, 150);
    for (unsigned int i = 0; i < 150; i++)
        ck_assert_uint_eq(list[i], 100 + i);
    ck_assert_uint_eq(list[150], 0xcccccccccccccccc);
    has_others_to_run = false;
    op = list_op(70);
    ck_assert_int_eq(run_again(&op), 0);        /* from the beginning */
    ck_assert_uint_eq(op.u.getmemlist.num_pfns, 70);
    ck_assert_uint_eq(list[0], 100);
}
END_TEST

START_TEST(a_list_goes_on_on_any_vcpu_and_after_other_commands)
{
    const uint64_t *list = fake_guest_at(AT + 0x1000);
    struct dom0_op op = list_op(1000), other = new_op(DOM0_SCHED_ID);

    begin(true);
    guest.page_count = 100;
    has_others_to_run = true;
    ck_assert_int_eq(run_again(&op), AGAIN);
    memcpy(fake_guest_at(AT + 0x100), &other, sizeof(other));
    ck_assert_int_eq(do_dom0_op(AT + 0x100, ANYTHING), 0);
    has_others_to_run = false;
    fake_current = &vcpus[1];
    ck_assert_int_eq(run_again(&op), 0);
    ck_assert_uint_eq(list[99], 199);
    ck_assert_uint_eq(op.u.getmemlist.num_pfns, 100);
}
END_TEST

START_TEST(a_domain_that_cannot_have_its_memory_ends_in_steps)
{
    struct dom0_op op = new_op(DOM0_CREATEDOMAIN);

    begin(true);
    op.u.createdomain = (struct dom0_createdomain){
        .domid = 7, .memory_kb = 400, .max_vcpus = 1, .cpu = ~0u,
    };
    fake_makes_domains = true;
    fake_frames_most = 99;
    fake_destroy_steps = 3;
    ck_assert_int_eq(run_again(&op), AGAIN);
    ck_assert_uint_eq(guest.dying, DOMAIN_DYING);
    ck_assert_int_eq(run_again(&op), AGAIN);
    ck_assert_int_eq(run_again(&op), -ENOMEM);
    ck_assert_uint_eq(fake_destroy_steps, 0);
    ck_assert_uint_eq(references, 0);
    guest.dying = DOMAIN_ALIVE;
    fake_frames_most = 100;
    ck_assert_int_eq(run_again(&op), 0);
    ck_assert_uint_eq(guest.page_count, 100);
    fake_makes_domains = false;
}
END_TEST

START_TEST(what_a_guest_writes_where_a_list_stopped_only_harms_itself)
{
    uint64_t *list = fake_guest_at(AT + 0x1000);
    struct dom0_op op = list_op(1000);

    begin(true);
    guest.page_count = 100;
    has_others_to_run = true;
    ck_assert_int_eq(run_again(&op), AGAIN);
    list[63] = 7;                       /* not the domain's */
    ck_assert_int_eq(run_again(&op), 0);
    ck_assert_uint_eq(op.u.getmemlist.num_pfns, 64);
}
END_TEST

START_TEST(each_frame_is_described_in_its_place)
{
    struct dom0_op op = new_op(DOM0_GETPAGEFRAMEINFO2);
    uint64_t *list = fake_guest_at(AT + 0x1000);

    begin(true);
    guest.page_count = 100;
    for (unsigned int i = 0; i < 200; i++)
        list[i] = 50 + i;
    op.u.getpageframeinfo2 = (struct dom0_getpageframeinfo2){
        .domid = 7, .num = 200, .array = AT + 0x1000,
    };
    ck_assert_int_eq(run_again(&op), 0);
    for (uint64_t i = 0; i < 200; i++) {
        uint64_t m = 50 + i, want = m | 15ull << 60;

        if (m >= 100 && m < 200)
            want = m | (m % 5) << 60 | (uint64_t)(m == 101) << 63;
        ck_assert_uint_eq(list[i], want);
    }
    op.u.getpageframeinfo2.num = 1025;
    ck_assert_int_eq(run_again(&op), -E2BIG);
}
END_TEST

START_TEST(an_msr_that_is_not_allowed_is_refused)
{
    struct dom0_op op = new_op(DOM0_MSR);

    begin(true);
    op.u.msr = (struct dom0_msr){ .msr = 0x10, .cpu_mask = 1 };
    ck_assert_int_eq(run(&op), 0);
    ck_assert_uint_eq(op.u.msr.out, 1001);
    op.u.msr.msr = 0xc0000082;
    ck_assert_int_eq(run(&op), -EPERM);
    op.u.msr.write = 2;
    ck_assert_int_eq(run(&op), -EINVAL);
}
END_TEST

int main(void)
{
    return UNIT_RUN("control", the_version_and_page_size_need_no_buffer,
                    each_text_fills_its_field_and_nothing_else,
                    the_command_line_is_for_domain_0_only,
                    features_tell_domain_0_from_others,
                    the_other_questions_have_their_answers,
                    domain_0_writes_as_it_likes,
                    other_domains_get_whole_harmless_lines,
                    long_text_makes_way_for_others,
                    a_guest_waits_for_a_line_that_is_behind,
                    a_guest_does_not_wait_for_ever_nor_for_nothing,
                    lines_of_domains_do_not_mix,
                    a_ninth_talker_pushes_out_the_oldest_line,
                    an_endless_line_is_cut, only_domain_0_reads_keys,
                    the_interface_version_chooses_the_door,
                    the_door_is_for_privileged_domains,
                    commands_that_are_not_there_say_so,
                    domains_are_described_in_order_of_their_numbers,
                    the_machine_is_described,
                    the_clock_is_set_and_its_arguments_checked,
                    the_console_ring_is_read_and_cleared,
                    a_list_goes_on_where_it_stopped,
                    a_list_goes_on_on_any_vcpu_and_after_other_commands,
                    a_domain_that_cannot_have_its_memory_ends_in_steps,
                    what_a_guest_writes_where_a_list_stopped_only_harms_itself,
                    each_frame_is_described_in_its_place,
                    an_msr_that_is_not_allowed_is_refused);
}
