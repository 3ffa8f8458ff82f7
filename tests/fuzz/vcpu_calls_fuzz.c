/* SPDX-License-Identifier: MIT */
/*
 * vcpu_calls_fuzz.c - what a vcpu asks about itself: sched_op in both forms,
 * vcpu_op, set_timer_op, trap table, callbacks, NMI, vm_assist, and multicalls
 * of them. Whatever is stored must be harmless to use later.
 */
#include <asm/hypercalls.h>
#include <asm/layout.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/multicall.h>
#include <hv/sched.h>
#include <hv/softirq.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/callback.h>
#include <public/nmi.h>
#include <public/sched.h>
#include "calls.h"
#include "fake_guest.h"
#include "fake_spinlock.h"

#define DOMAINS 2u
#define VCPUS   3u              /* places; the last one is empty */
#define NOW     1000000000l

struct vcpu *fake_current;
unsigned int fake_cpu;

static struct domain domain[DOMAINS];
static struct vcpu vcpu[DOMAINS][VCPUS - 1], *pointers[DOMAINS][VCPUS];
static struct vcpu_info info[DOMAINS][VCPUS - 1];

/* --- what the calls ask of others --- */

void domain_put(struct domain *d)
{
    ck_assert(d->refs > 1);
    d->refs--;
}

struct domain *find_domain(domid_t id)
{
    if (id >= DOMAINS)
        return NULL;
    domain[id].refs++;
    return &domain[id];
}

void domain_shutdown(struct domain *d, uint8_t reason)
{
    (void)reason;
    ck_assert(!fake_locks_held);
    ck_assert(d == fake_current->domain ||
              fake_current->domain->is_privileged);
}

bool softirq_is_pending(void) { return false; }
s_time_t system_time(void) { return NOW; }
void vcpu_block(void) { }
unsigned int sched_only_cpu(struct vcpu *v) { return v->id ? NR_CPUS : 0; }
void vcpu_unblock(struct vcpu *v) { (void)v; }
void vcpu_yield(void) { }
void slow_path_update(struct vcpu *v) { ck_assert(v->domain != NULL); }
void vcpu_sleep_nosync(struct vcpu *v) { ck_assert(v->domain != NULL); }

void vcpu_bring_up(struct vcpu *v)
{
    ck_assert(v->is_initialised && fake_locks_held);
    clear_bit(VCPU_PAUSE_DOWN, &v->pause_flags);
}

int vcpu_poll(const evtchn_port_t *ports, unsigned int count,
              s_time_t deadline)
{
    ck_assert(deadline >= 0 && count <= 128);
    for (unsigned int i = 0; i < count; i++)
        if (ports[i] >= 4096)
            return -EINVAL;
    return 0;
}

void vcpu_runstate_get(struct vcpu *v, struct vcpu_runstate_info *out)
{
    *out = v->runstate;
}

int sched_pin_override(struct vcpu *v, unsigned int cpu)
{
    ck_assert(v == fake_current && v->domain->is_hardware);
    return cpu < 2 || cpu == NR_CPUS ? 0 : -EINVAL;
}

void timer_set(struct timer *t, s_time_t expires)
{
    t->node.key = expires;
    ck_assert(expires >= 0);
}

void timer_stop(struct timer *t) { t->node.key = 0; }

int arch_vcpu_initialise(struct vcpu *v, guest_va_t context, bool *is_online)
{
    (void)v;
    *is_online = context.va & 32;
    return context.va & 8 ? -EINVAL : context.va & 16 ? -ERESTART : 0;
}

int arch_vcpu_register_info(struct vcpu *v, mfn_t m, uint32_t offset)
{
    ck_assert(fake_locks_held && (v == fake_current ||
              test_bit(VCPU_PAUSE_DOWN, &v->pause_flags)));
    return m.n > 64 || offset > 4000 ? -EINVAL : 0;
}

bool arch_cpu_identity(unsigned int cpu, uint32_t *apic_id, uint32_t *acpi_uid)
{
    *apic_id = *acpi_uid = cpu;
    return cpu < NR_CPUS;
}

void kernel_stack_set(struct arch_vcpu *a, uint16_t ss, uint64_t sp)
{
    a->kernel_ss = ss | 3;
    a->kernel_sp = sp;
}

void arch_vcpu_send_nmi(struct vcpu *v)
{
    ck_assert(v->domain == fake_current->domain);
}

int arch_vcpu_register_runstate_area(struct vcpu *v, unsigned long va)
{
    v->runstate_area.va = va;
    return 0;
}

int arch_vcpu_register_time_area(struct vcpu *v, unsigned long va)
{
    v->time_area.va = va;
    return 0;
}

/* --- calls --- */

static unsigned int choose_sched(struct fuzz *f, unsigned long args[6])
{
    uint8_t kind = fuzz_u8(f);
    struct sched_poll poll = { .timeout = 0 };

    args[0] = kind < 0xe0 ? kind % 10 : fuzz_number(f);
    if (args[0] == SCHEDOP_poll) {
        poll.nr_ports = (unsigned int)fuzz_number(f);
        poll.timeout = fuzz_number(f);
        poll.ports.p = (void *)calls_put_any(f, 64);
        args[1] = calls_put(f, &poll, sizeof(poll));
    } else {
        args[1] = calls_put_any(f, 8);
    }
    return fuzz_u8(f) < 0xc0 ? __HYPERVISOR_sched_op
                             : __HYPERVISOR_sched_op_compat;
}

static unsigned int choose_vcpu_op(struct fuzz *f, unsigned long args[6])
{
    uint8_t kind = fuzz_u8(f);

    args[0] = kind < 0xf0 ? kind % 15 : fuzz_number(f);
    args[1] = fuzz_u8(f) < 0xe0 ? fuzz_below(f, VCPUS + 1) : fuzz_number(f);
    args[2] = fuzz_u8(f) < 0xc0 ? calls_put_any(f, 16) : fuzz_number(f);
    return __HYPERVISOR_vcpu_op;
}

static unsigned int choose_callback(struct fuzz *f, unsigned long args[6])
{
    struct callback_register reg = {
        .type = fuzz_below(f, 9), .flags = fuzz_u8(f),
        .address = fuzz_number(f),
    };

    args[0] = fuzz_below(f, 3);
    args[1] = calls_put(f, &reg, sizeof(reg));
    return fuzz_u8(f) < 0xc0 ? __HYPERVISOR_callback_op
                             : __HYPERVISOR_nmi_op;
}

static unsigned int choose_traps(struct fuzz *f, unsigned long args[6])
{
    struct trap_info table[4] = { 0 };
    unsigned int n = fuzz_below(f, 4);

    for (unsigned int i = 0; i < n; i++)
        table[i] = (struct trap_info){ fuzz_u8(f), fuzz_u8(f),
                                       (uint16_t)fuzz_number(f),
                                       fuzz_number(f) };
    args[0] = calls_put(f, table, sizeof(table));
    return __HYPERVISOR_set_trap_table;
}

unsigned int calls_choose(struct fuzz *f, unsigned long args[6])
{
    uint8_t kind = fuzz_u8(f);

    fake_current = &vcpu[kind >> 7][kind >> 6 & 1];
    switch (kind % 7) {
    case 0:
        return choose_sched(f, args);
    case 1: case 2:
        return choose_vcpu_op(f, args);
    case 3:
        return choose_callback(f, args);
    case 4:
        return choose_traps(f, args);
    case 5:
        for (unsigned int i = 0; i < 3; i++)
            args[i] = fuzz_number(f);
        return fuzz_u8(f) & 1 ? __HYPERVISOR_set_callbacks
                              : __HYPERVISOR_stack_switch;
    default:
        args[0] = fuzz_number(f);
        args[1] = fuzz_number(f);
        return fuzz_u8(f) & 1 ? __HYPERVISOR_vm_assist
                              : __HYPERVISOR_set_timer_op;
    }
}

const hypercall_t calls_table[HYPERCALL_COUNT] = {
    [__HYPERVISOR_sched_op] = CALL(do_sched_op),
    [__HYPERVISOR_sched_op_compat] = CALL(do_sched_op_compat),
    [__HYPERVISOR_vcpu_op] = CALL(do_vcpu_op),
    [__HYPERVISOR_set_timer_op] = CALL(do_set_timer_op),
    [__HYPERVISOR_set_trap_table] = CALL(do_set_trap_table),
    [__HYPERVISOR_set_callbacks] = CALL(do_set_callbacks),
    [__HYPERVISOR_callback_op] = CALL(do_callback_op),
    [__HYPERVISOR_stack_switch] = CALL(do_stack_switch),
    [__HYPERVISOR_nmi_op] = CALL(do_nmi_op),
    [__HYPERVISOR_vm_assist] = CALL(do_vm_assist),
    [__HYPERVISOR_multicall] = CALL(do_multicall),
};

/* --- the check --- */

static void check_vcpu(const struct vcpu *v)
{
    const struct arch_vcpu *a = &v->arch;
    const struct callback *callbacks[] = {
        &a->event_callback, &a->failsafe_callback, &a->syscall_callback,
        &a->syscall32_callback, &a->sysenter_callback,
    };

    /* A #GP in the hypervisor would be ours. */
    for (unsigned int i = 0; i < ARRAY_SIZE(callbacks); i++)
        ck_assert(va_is_canonical(callbacks[i]->address));
    for (unsigned int i = 0; i < 256; i++) {
        ck_assert(va_is_canonical(a->traps[i].address));
        ck_assert(!a->traps[i].address || i == VECTOR_NMI ||
                  (a->traps[i].cs & 3) == 3);
        ck_assert(a->traps[i].dpl <= 3);
    }
    ck_assert(!a->kernel_ss || (a->kernel_ss & 3) == 3);
    ck_assert(!v->in_multicall && !v->is_being_initialised);
    ck_assert(v->periodic_period >= 0);
}

void calls_check(void)
{
    ck_assert(!fake_locks_held && !fake_irqs_off);
    for (unsigned int i = 0; i < DOMAINS; i++) {
        ck_assert(domain[i].refs == 1);
        for (unsigned int k = 0; k < VCPUS - 1; k++)
            check_vcpu(&vcpu[i][k]);
    }
}

static void start(void)
{
    fake_guest_reset();
    memset(vcpu, 0, sizeof(vcpu));
    fake_current = &vcpu[0][0];
    for (unsigned int i = 0; i < DOMAINS; i++) {
        domain[i] = (struct domain){
            .id = (domid_t)i, .refs = 1, .max_vcpus = VCPUS,
            .vcpu = pointers[i], .is_privileged = !i, .is_hardware = !i,
            .lock = SPINLOCK_INIT(LOCK_LEVEL_DOMAIN),
            .shutdown_code = SHUTDOWN_CODE_NONE,
        };
        for (unsigned int k = 0; k < VCPUS - 1; k++) {
            pointers[i][k] = &vcpu[i][k];
            vcpu[i][k].domain = &domain[i];
            vcpu[i][k].id = (uint16_t)k;
            vcpu[i][k].info = &info[i][k];
            vcpu[i][k].is_initialised = !k;
            vcpu[i][k].pause_flags = k ? 1ul << VCPU_PAUSE_DOWN : 0;
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = { data, size };

    start();
    calls_run(&f);
    return 0;
}
