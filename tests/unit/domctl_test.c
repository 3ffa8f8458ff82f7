/* SPDX-License-Identifier: MIT */
/*
 * domctl_test.c - hypercall 36: who may call, what is copied back and when, and
 * what the handlers of life, permissions and contexts check before they act.
 */
#include <stdarg.h>
#include <string.h>
#include <asm/hypercall.h>
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/irq.h>
#include <hv/pirq.h>
#include <hv/sched.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/domctl.h>
#include "fake_guest.h"
#include "fake_heap.h"
#include "fake_printk.h"
#include "fake_spinlock.h"
#include "unit.h"

#define AT      (FAKE_GUEST_VA + 0x100)
#define WILD    0xffff800000000000ul
#define AGAIN   12345
#define GSIS    24u

struct vcpu *fake_current;
unsigned int fake_cpu;

static struct vcpu caller_vcpu, vcpu;
static struct vcpu *caller_vcpus[1] = { &caller_vcpu }, *vcpus[1] = { &vcpu };
static struct domain first, guest, made;
static int references, destroy_result, context_result;
static unsigned int destroyed, paused, unpaused, resumed, nmis, contexts,
                    changes, resets, wallclocks, table_locks;
static bool context_is_online;
static const struct domain_config *seen_config;
static struct domain_config config;
static domid_t seen_id;
static int permitted;       /* pirq; below 0: no longer */

/* -- the rest of the hypervisor -------------------------------------------- */

struct domain *find_domain_from(domid_t from)
{
    struct domain *d = from == 0 ? &first : from <= 7 ? &guest : NULL;

    references += d != NULL;
    return d;
}

struct domain *find_domain(domid_t id)
{
    return id == 0 || id == 7 ? find_domain_from(id) : NULL;
}

void domain_put(struct domain *d)
{
    ck_assert_ptr_nonnull(d);
    references--;
}

struct vcpu *domain_vcpu(const struct domain *d, uint32_t id)
{
    return id < d->max_vcpus ? d->vcpu[id] : NULL;
}

struct domain *domain_create(domid_t id, const struct domain_config *c, int *rc)
{
    seen_id = id;
    config = *c;
    seen_config = &config;
    *rc = config.max_vcpus ? 0 : -EINVAL;
    if (*rc)
        return NULL;
    references++;
    made.id = id;
    return &made;
}

struct domain *domain_create_any(const struct domain_config *c, int *rc)
{
    return domain_create(33, c, rc);
}

int domain_destroy(struct domain *d)
{
    ck_assert_ptr_eq(d, &guest);
    destroyed++;
    return destroy_result;
}

int domain_control_pause(struct domain *d) { (void)d; paused++; return 0; }

int domain_control_unpause(struct domain *d)
{
    (void)d;
    unpaused++;
    return -EINVAL;
}

void domain_resume(struct domain *d) { (void)d; resumed++; }
void domain_set_page_max(struct domain *d, unsigned long n) { d->page_max = n; }
void domain_pause(struct domain *d) { d->pause_count++; }
void domain_unpause(struct domain *d) { d->pause_count--; }
void vcpu_pause(struct vcpu *v) { v->pause_count++; }
void vcpu_unpause(struct vcpu *v) { v->pause_count--; }
void vcpu_unblock(struct vcpu *v) { (void)v; }
void arch_vcpu_send_nmi(struct vcpu *v) { (void)v; nmis++; }
void arch_wallclock_update(struct domain *d) { (void)d; wallclocks++; }

void vcpu_bring_up(struct vcpu *v)
{
    ck_assert_uint_eq(fake_locks_held, 1);
    v->pause_flags &= ~(1ul << VCPU_PAUSE_DOWN);
}

void vcpu_runstate_get(struct vcpu *v, struct vcpu_runstate_info *out)
{
    *out = v->runstate;
}

int arch_vcpu_initialise(struct vcpu *v, guest_va_t at, bool *is_online)
{
    ck_assert_uint_eq(guest.pause_count, 1);
    ck_assert(v->is_being_initialised && at.va == AT);
    *is_online = context_is_online;
    contexts++;
    return context_result;
}

int arch_vcpu_change(struct vcpu *v, guest_va_t at, bool *is_online)
{
    (void)v;
    (void)at;
    *is_online = context_is_online;
    changes++;
    return context_result;
}

/* It may stop half-way, and the guest could bring up what it finds. */
int arch_vcpu_reset(struct vcpu *v)
{
    ck_assert(!v->is_initialised);
    ck_assert(v->pause_flags & 1ul << VCPU_PAUSE_DOWN);
    resets++;
    return context_result;
}

unsigned int arch_irq_gsi_count(void) { return GSIS; }

int pirq_permit(struct domain *d, unsigned int pirq, bool is_allowed)
{
    ck_assert_ptr_eq(d, &guest);
    permitted = is_allowed ? (int)pirq : -(int)pirq;
    return 0;
}

/* A set is only changed with those kept out that look at it. */
void arch_lock_tables(struct domain *d)
{
    ck_assert_uint_eq(fake_locks_held, 1);
    spin_lock(&d->arch.pt_lock);
}

void arch_unlock_tables(struct domain *d)
{
    spin_unlock(&d->arch.pt_lock);
    table_locks++;
}

int arch_vcpu_context(struct vcpu *v, guest_va_t at)
{
    ck_assert_uint_eq(v->pause_count, 1);
    return at.va == AT ? 0 : -EFAULT;
}

long hypercall_restart(unsigned int nr, unsigned int count, ...)
{
    va_list args;

    va_start(args, count);
    ck_assert_uint_eq(nr, __HYPERVISOR_domctl);
    ck_assert_uint_eq(va_arg(args, unsigned long), AT);
    va_end(args);
    return AGAIN;
}

/* Handlers with tests of their own; one of them says what it was asked. */
#define NOT_HERE(name)                                          \
    int name(struct domain *d, struct xen_domctl *op)           \
    {                                                           \
        (void)d;                                                \
        op->u.pad[0] = 0x77;                                    \
        return -EDOM;                                           \
    }
NOT_HERE(domctl_scheduler_op)
NOT_HERE(domctl_setvcpuaffinity)
NOT_HERE(domctl_getvcpuaffinity)
NOT_HERE(domctl_setnodeaffinity)
NOT_HERE(domctl_getnodeaffinity)
NOT_HERE(domctl_getpageframeinfo3)
NOT_HERE(domctl_shadow_op)
NOT_HERE(arch_domctl_get_cpu_policy)
NOT_HERE(arch_domctl_set_cpu_policy)
NOT_HERE(arch_domctl_hypercall_init)
NOT_HERE(arch_domctl_address_size)
NOT_HERE(arch_domctl_tsc_info)
NOT_HERE(arch_domctl_ext_vcpucontext)
NOT_HERE(arch_domctl_vcpuextstate)
NOT_HERE(arch_domctl_vcpu_msrs)

/* -------------------------------------------------------------------------- */

static struct xen_domctl *const arg =
    (struct xen_domctl *)(fake_guest + (AT - FAKE_GUEST_VA));

static void set_up(void)
{
    first = (struct domain){ .max_vcpus = 1, .vcpu = caller_vcpus,
                             .is_privileged = true };
    guest = (struct domain){ .id = 7, .max_vcpus = 1, .vcpu = vcpus,
                             .shutdown_code = SHUTDOWN_CODE_NONE };
    spin_lock_init(&first.lock, LOCK_LEVEL_DOMAIN);
    spin_lock_init(&guest.lock, LOCK_LEVEL_DOMAIN);
    spin_lock_init(&guest.arch.pt_lock, LOCK_LEVEL_PAGE_TABLE);
    rangeset_init_heap(&first.ioports);
    rangeset_init_heap(&guest.ioports);
    rangeset_init_heap(&first.iomem);
    rangeset_init_heap(&guest.iomem);
    caller_vcpu.domain = &first;
    vcpu = (struct vcpu){ .domain = &guest,
                          .pause_flags = 1ul << VCPU_PAUSE_DOWN };
    fake_current = &caller_vcpu;
}

/* A command with zeros as arguments; the test fills in more. */
static struct xen_domctl *command(uint32_t cmd, domid_t id)
{
    fake_guest_reset();
    memset(arg, 0, sizeof(*arg));
    arg->cmd = cmd;
    arg->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
    arg->domain = id;
    return arg;
}

static long run(void)
{
    long rc = do_domctl(AT, 0);

    ck_assert_int_eq(references, 0);
    ck_assert_uint_eq(fake_locks_held, 0);
    ck_assert_uint_eq(fake_guest_read_twice, 0);
    return rc;
}

START_TEST(only_the_privileged_are_heard_and_by_one_version)
{
    set_up();
    command(XEN_DOMCTL_pausedomain, 7)->interface_version++;
    fake_printk_reset();
    ck_assert_int_eq(run(), -EACCES);
    ck_assert_uint_eq(fake_printk_count, 1);
    ck_assert_ptr_nonnull(strstr(fake_printk_last, "0x16"));
    ck_assert_ptr_nonnull(strstr(fake_printk_last, "0x15"));
    first.is_privileged = false;
    command(XEN_DOMCTL_pausedomain, 7);
    ck_assert_int_eq(run(), -EPERM);
    command(XEN_DOMCTL_pausedomain, 5);     /* not: there is none */
    ck_assert_int_eq(run(), -EPERM);
    ck_assert_int_eq(do_domctl(WILD, 0), -EFAULT);
    ck_assert_uint_eq(paused, 0);
}
END_TEST

START_TEST(commands_that_are_not_there_do_nothing)
{
    static const uint32_t none[] = { 0, 6, 18, 23, 26, 87, 1000, ~0u };

    set_up();
    for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
        command(none[i], 7);
        ck_assert_int_eq(run(), -ENOSYS);
    }
}
END_TEST

START_TEST(a_domain_is_looked_for_before_its_command)
{
    set_up();
    command(XEN_DOMCTL_pausedomain, 5);
    ck_assert_int_eq(run(), -ESRCH);
    command(XEN_DOMCTL_pausedomain, DOMAIN_SELF);
    ck_assert_int_eq(run(), -ESRCH);
    command(XEN_DOMCTL_pausedomain, 0);     /* ourselves */
    ck_assert_int_eq(run(), -EINVAL);
    ck_assert_uint_eq(paused, 0);
    command(XEN_DOMCTL_pausedomain, 7);
    ck_assert_int_eq(run(), 0);
    ck_assert_uint_eq(paused, 1);
    command(XEN_DOMCTL_unpausedomain, 0);
    ck_assert_int_eq(run(), -EINVAL);
    ck_assert_uint_eq(unpaused, 1);
}
END_TEST

START_TEST(arguments_go_back_only_where_they_are_answers)
{
    set_up();
    command(XEN_DOMCTL_getnodeaffinity, 7);
    ck_assert_int_eq(run(), -EDOM);
    ck_assert_uint_eq(arg->u.pad[0], 0);    /* an error */
    command(XEN_DOMCTL_set_cpu_policy, 7);
    ck_assert_int_eq(run(), -EDOM);
    ck_assert_uint_eq(arg->u.pad[0], 0x77); /* says what is wrong */
    command(XEN_DOMCTL_getvcpuinfo, 7);
    ck_assert_int_eq(run(), 0);
    command(XEN_DOMCTL_getvcpuinfo, 7);
    fake_guest_is_read_only = true;
    ck_assert_int_eq(do_domctl(AT, 0), -EFAULT);
    command(XEN_DOMCTL_pausedomain, 7);
    fake_guest_is_read_only = true;
    ck_assert_int_eq(do_domctl(AT, 0), 0);
}
END_TEST

START_TEST(long_work_is_called_again)
{
    set_up();
    destroy_result = -ERESTART;
    command(XEN_DOMCTL_destroydomain, 7);
    ck_assert_int_eq(run(), AGAIN);
    ck_assert_uint_eq(destroyed, 1);
    destroy_result = 0;
    ck_assert_int_eq(do_domctl(AT, 0), 0);
}
END_TEST

static void create_with(domid_t id)
{
    struct xen_domctl_createdomain *c =
        &command(XEN_DOMCTL_createdomain, id)->u.createdomain;

    c->max_vcpus = 3;
    c->max_evtchn_port = 99;
    c->max_grant_frames = 4;
    c->max_maptrack_frames = -1;
    c->grant_opts = XEN_DOMCTL_GRANT_version(1);
    c->handle[2] = 0x22;
    seen_config = NULL;
}

START_TEST(a_domain_is_made_as_asked)
{
    set_up();
    create_with(0);
    arg->u.createdomain.flags = XEN_DOMCTL_CDF_xs_domain;
    ck_assert_int_eq(run(), 0);
    ck_assert_uint_eq(arg->domain, 33);
    ck_assert_uint_eq(config.max_vcpus, 3);
    ck_assert_uint_eq(config.max_ports, 100);
    ck_assert_int_eq(config.max_grant_frames, 4);
    ck_assert_int_eq(config.max_maptrack_frames, -1);
    ck_assert(config.is_store && !config.is_privileged && !config.is_hardware);
    create_with(DOMAIN_INVALID);
    arg->u.createdomain.max_evtchn_port = ~0u;
    ck_assert_int_eq(run(), 0);
    ck_assert_uint_eq(arg->domain, 33);
    ck_assert_uint_eq(config.max_ports, ~0u);
    create_with(12);
    ck_assert_int_eq(run(), 0);
    ck_assert_uint_eq(seen_id, 12);
    create_with(7);
    ck_assert_int_eq(run(), -EEXIST);
    ck_assert_ptr_null(seen_config);
    ck_assert_uint_eq(arg->domain, 7);
}
END_TEST

#define REFUSED(rc, field, value)               \
    do {                                        \
        create_with(12);                        \
        arg->u.createdomain.field = value;      \
        ck_assert_int_eq(run(), rc);            \
        ck_assert_ptr_null(seen_config);        \
    } while (0)

START_TEST(what_a_domain_cannot_be_is_refused)
{
    set_up();
    for (unsigned int bit = 0; bit < 32; bit++)
        if (bit < 2 || bit > 4)
            REFUSED(-EINVAL, flags, 1u << bit);
    REFUSED(-EINVAL, iommu_opts, 1);
    REFUSED(-EINVAL, vmtrace_size, 1);
    REFUSED(-EINVAL, grant_opts, 0);
    REFUSED(-EINVAL, grant_opts, 2);
    REFUSED(-EINVAL, grant_opts, 0x11);
    REFUSED(-EINVAL, max_grant_frames, 0);
    REFUSED(-EINVAL, arch.misc_flags, 2);
    REFUSED(-EOPNOTSUPP, arch.emulation_flags, 1);
    REFUSED(-ENOENT, cpupool_id, 1);
}
END_TEST

START_TEST(ports_and_memory_are_given_by_who_has_them)
{
    struct xen_domctl_ioport_permission *p;
    struct xen_domctl_iomem_permission *m;

    set_up();
    table_locks = 0;
    ck_assert_int_eq(rangeset_add(&first.ioports, 0x100, 0x1ff), 0);
    ck_assert_int_eq(rangeset_add(&first.iomem, 0xa0, 0xff), 0);
    p = &command(XEN_DOMCTL_ioport_permission, 7)->u.ioport_permission;
    *p = (struct xen_domctl_ioport_permission){ 0x180, 0x80, 1 };
    ck_assert_int_eq(run(), 0);
    ck_assert(rangeset_contains(&guest.ioports, 0x180, 0x1ff));
    p->nr_ports = 0x81;
    ck_assert_int_eq(do_domctl(AT, 0), -EPERM);
    p->nr_ports = 0;
    ck_assert_int_eq(do_domctl(AT, 0), -EINVAL);
    *p = (struct xen_domctl_ioport_permission){ ~0u, ~0u, 1 };
    ck_assert_int_eq(do_domctl(AT, 0), -EINVAL);
    *p = (struct xen_domctl_ioport_permission){ 0x180, 0x80, 0 };
    ck_assert_int_eq(do_domctl(AT, 0), 0);
    ck_assert(rangeset_is_empty(&guest.ioports));
    m = &command(XEN_DOMCTL_iomem_permission, 7)->u.iomem_permission;
    *m = (struct xen_domctl_iomem_permission){ 0xb8, 8, 1 };
    ck_assert_int_eq(run(), 0);
    ck_assert(rangeset_contains(&guest.iomem, 0xb8, 0xbf));
    ck_assert_uint_eq(table_locks, 3);
    *m = (struct xen_domctl_iomem_permission){ 0xb8, ~0ul, 1 };
    ck_assert_int_eq(do_domctl(AT, 0), -EINVAL);
    *m = (struct xen_domctl_iomem_permission){ 0xfe, 3, 1 };
    ck_assert_int_eq(do_domctl(AT, 0), -EPERM);
    guest.dying = DOMAIN_DYING;
    *m = (struct xen_domctl_iomem_permission){ 0xa0, 1, 1 };
    ck_assert_int_eq(do_domctl(AT, 0), -EINVAL);
    rangeset_destroy(&guest.iomem);
    rangeset_destroy(&guest.ioports);
}
END_TEST

START_TEST(lines_are_permitted_by_who_drives_the_devices)
{
    struct xen_domctl_irq_permission *p;

    set_up();
    p = &command(XEN_DOMCTL_irq_permission, 7)->u.irq_permission;
    *p = (struct xen_domctl_irq_permission){ .pirq = 9, .allow_access = 1 };
    ck_assert_int_eq(run(), -EPERM);
    first.is_hardware = true;
    ck_assert_int_eq(do_domctl(AT, 0), 0);
    ck_assert_int_eq(permitted, 9);
    p->allow_access = 0;
    ck_assert_int_eq(do_domctl(AT, 0), 0);
    ck_assert_int_eq(permitted, -9);
    p->pirq = GSIS;         /* a message */
    ck_assert_int_eq(do_domctl(AT, 0), -EPERM);
    p->pirq = PIRQ_COUNT;
    ck_assert_int_eq(do_domctl(AT, 0), -EINVAL);
    p->pirq = ~0u;
    ck_assert_int_eq(do_domctl(AT, 0), -EINVAL);
    command(XEN_DOMCTL_irq_permission, 8);
    ck_assert_int_eq(run(), -ESRCH);
    ck_assert_int_eq(permitted, -9);
}
END_TEST

static long context(unsigned int cmd, unsigned int id, unsigned long at)
{
    struct xen_domctl_vcpucontext *c = &command(cmd, 7)->u.vcpucontext;

    c->vcpu = id;
    c->ctxt.p = (void *)at;
    return run();
}

START_TEST(a_context_is_first_taken_then_changed_then_taken_away)
{
    set_up();
    ck_assert_int_eq(context(XEN_DOMCTL_getvcpucontext, 0, AT), -ENODATA);
    ck_assert_int_eq(context(XEN_DOMCTL_setvcpucontext, 1, AT), -EINVAL);
    context_result = -EINVAL;
    ck_assert_int_eq(context(XEN_DOMCTL_setvcpucontext, 0, AT), -EINVAL);
    ck_assert(!vcpu.is_initialised && !vcpu.is_being_initialised);
    context_result = 0;
    context_is_online = true;
    ck_assert_int_eq(context(XEN_DOMCTL_setvcpucontext, 0, AT), 0);
    ck_assert(vcpu.is_initialised && !vcpu.pause_flags);
    ck_assert_uint_eq(guest.pause_count, 0);
    ck_assert_int_eq(context(XEN_DOMCTL_getvcpucontext, 0, AT), 0);
    ck_assert_int_eq(context(XEN_DOMCTL_getvcpucontext, 0, WILD), -EFAULT);
    ck_assert_uint_eq(vcpu.pause_count, 0);
    context_is_online = false;
    ck_assert_int_eq(context(XEN_DOMCTL_setvcpucontext, 0, AT), 0);
    ck_assert_uint_eq(changes, 1);
    ck_assert_uint_eq(vcpu.pause_flags, 1ul << VCPU_PAUSE_DOWN);
    context_result = -ERESTART;
    ck_assert_int_eq(context(XEN_DOMCTL_setvcpucontext, 0, 0), AGAIN);
    ck_assert(!vcpu.is_initialised && !vcpu.is_being_initialised);
    context_result = 0;
    ck_assert_int_eq(context(XEN_DOMCTL_setvcpucontext, 0, 0), 0);
    ck_assert(!vcpu.is_initialised);
    ck_assert_uint_eq(resets, 2);
}
END_TEST

START_TEST(two_do_not_set_one_context_and_none_is_set_in_the_end)
{
    set_up();
    vcpu.is_being_initialised = true;
    ck_assert_int_eq(context(XEN_DOMCTL_setvcpucontext, 0, AT), AGAIN);
    ck_assert(vcpu.is_being_initialised);
    vcpu.is_being_initialised = false;
    guest.dying = DOMAIN_DYING;
    ck_assert_int_eq(context(XEN_DOMCTL_setvcpucontext, 0, AT), -EINVAL);
    ck_assert_int_eq(context(XEN_DOMCTL_setvcpucontext, 0, 0), -EINVAL);
    ck_assert(!vcpu.is_being_initialised);
    ck_assert_uint_eq(contexts + resets, 0);
}
END_TEST

START_TEST(a_domain_is_told_of_as_it_is)
{
    struct xen_domctl_getdomaininfo *info;

    set_up();
    guest.page_count = 40;
    guest.page_max = 50;
    guest.shutdown_code = 3;
    guest.is_shut_down = true;
    guest.control_pause_count = 2;
    guest.handle[15] = 0xf;
    vcpu.pause_flags = 1ul << VCPU_PAUSE_BLOCKED;
    vcpu.runstate.time[RUNSTATE_running] = 99;
    command(XEN_DOMCTL_getdomaininfo, 3);
    ck_assert_int_eq(run(), 0);
    info = &arg->u.getdomaininfo;
    ck_assert_uint_eq(arg->domain, 7);
    ck_assert_uint_eq(info->domain, 7);
    ck_assert_uint_eq(info->flags, XEN_DOMINF_shutdown | XEN_DOMINF_paused |
                      XEN_DOMINF_blocked | 3u << XEN_DOMINF_shutdownshift);
    ck_assert_uint_eq(info->tot_pages, 40);
    ck_assert_uint_eq(info->max_pages, 50);
    ck_assert_uint_eq(info->cpu_time, 99);
    ck_assert_uint_eq(info->nr_online_vcpus, 1);
    ck_assert_uint_eq(info->max_vcpu_id, 0);
    ck_assert_uint_eq(info->handle[15], 0xf);
    command(XEN_DOMCTL_getdomaininfo, 8);
    ck_assert_int_eq(run(), -ESRCH);
    command(XEN_DOMCTL_getdomaininfo, DOMAIN_SELF);
    ck_assert_int_eq(run(), -EINVAL);
}
END_TEST

START_TEST(small_settings_are_kept)
{
    set_up();
    command(XEN_DOMCTL_max_mem, 7)->u.max_mem.max_memkb = 4099;
    ck_assert_int_eq(run(), 0);
    ck_assert_uint_eq(guest.page_max, 1024);
    command(XEN_DOMCTL_max_vcpus, 7)->u.max_vcpus.max = 1;
    ck_assert_int_eq(run(), 0);
    command(XEN_DOMCTL_max_vcpus, 7)->u.max_vcpus.max = 2;
    ck_assert_int_eq(run(), -EINVAL);
    command(XEN_DOMCTL_setdomainhandle, 7)->u.setdomainhandle.handle[1] = 9;
    ck_assert_int_eq(run(), 0);
    ck_assert_uint_eq(guest.handle[1], 9);
    command(XEN_DOMCTL_settimeoffset, 7)
        ->u.settimeoffset.time_offset_seconds = -5;
    ck_assert_int_eq(run(), 0);
    ck_assert_int_eq(guest.time_offset, -5);
    ck_assert_uint_eq(wallclocks, 1);
    command(XEN_DOMCTL_sendtrigger, 7);
    ck_assert_int_eq(run(), 0);
    ck_assert_uint_eq(nmis, 1);
    command(XEN_DOMCTL_sendtrigger, 7)->u.sendtrigger.vcpu = 1;
    ck_assert_int_eq(run(), -ESRCH);
    command(XEN_DOMCTL_resumedomain, 7);
    ck_assert_int_eq(run(), 0);
    ck_assert_uint_eq(resumed, 1);
}
END_TEST

int main(void)
{
    return UNIT_RUN("domctl",
        only_the_privileged_are_heard_and_by_one_version,
        commands_that_are_not_there_do_nothing,
        a_domain_is_looked_for_before_its_command,
        arguments_go_back_only_where_they_are_answers,
        long_work_is_called_again,
        a_domain_is_made_as_asked,
        what_a_domain_cannot_be_is_refused,
        ports_and_memory_are_given_by_who_has_them,
        lines_are_permitted_by_who_drives_the_devices,
        a_context_is_first_taken_then_changed_then_taken_away,
        two_do_not_set_one_context_and_none_is_set_in_the_end,
        a_domain_is_told_of_as_it_is,
        small_settings_are_kept);
}
