/* SPDX-License-Identifier: MIT */
/*
 * event_calls_fuzz.c - ports and physical interrupts: event_channel_op in both
 * forms, physdev_op and multicalls of them, by domain 0 and by another. After
 * each call both ends of every port must agree, each binding must have its
 * port, and a line must be unmasked only where a port waits for it.
 */
#include <stdlib.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/multicall.h>
#include <hv/pirq.h>
#include <hv/rangeset.h>
#include <hv/ring_console.h>
#include <hv/softirq.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include <public/event_channel.h>
#include <public/physdev.h>
#include "../../common/event/port.h"
#include "calls.h"
#include "fake_guest.h"
#include "fake_heap.h"
#include "fake_irq.h"
#include "fake_spinlock.h"

#define DOMAINS 2u
#define VCPUS   2u

unsigned int fake_cpu;
struct vcpu *fake_current;
struct domain *dom0;
cpu_set_t cpu_online;

static struct domain domain[DOMAINS];
static struct vcpu vcpu[DOMAINS][VCPUS], *pointers[DOMAINS][VCPUS];
static struct shared_info shared[DOMAINS];
static int far_ends[DOMAINS];
static bool has_port[IRQ_COUNT];        /* a port waits for it */

/* --- what the calls ask of others --- */

bool domain_get(struct domain *d)
{
    d->refs++;
    return true;
}

void domain_put(struct domain *d)
{
    ck_assert(d->refs > 1);
    d->refs--;
}

struct domain *find_domain_or_self(domid_t id)
{
    struct domain *d = id == DOMAIN_SELF ? fake_current->domain :
                       id < DOMAINS ? &domain[id] : NULL;

    if (d)
        d->refs++;
    return d;
}

bool softirq_is_pending(void) { return false; }
s_time_t system_time(void) { return 1; }
void arch_vcpu_kick(struct vcpu *v) { ck_assert(v->domain != NULL); }
void vcpu_unblock(struct vcpu *v) { ck_assert(v->domain != NULL); }

void ring_console_notify(struct domain *d) { ck_assert(d == &domain[1]); }

void vcpu_end_poll(struct vcpu *v)
{
    clear_bit(v->id, v->domain->poll_mask);
}

void timer_init(struct timer *t, void (*fn)(void *data), void *data,
                unsigned int cpu)
{
    *t = (struct timer){ .fn = fn, .data = data, .cpu = (uint16_t)cpu };
}

void timer_set(struct timer *t, s_time_t expires)
{
    (void)expires;
    ck_assert(t->fn != NULL);
}

/* --- calls --- */

static uint32_t choose_port(struct fuzz *f)
{
    uint8_t kind = fuzz_u8(f);

    return kind < 0xe0 ? kind & 15 : (uint32_t)fuzz_number(f);
}

static domid_t choose_domain(struct fuzz *f)
{
    uint8_t kind = fuzz_u8(f);

    return kind < 0x80 ? DOMAIN_SELF : kind < 0xf0 ? kind & 1
                                                   : (domid_t)fuzz_number(f);
}

/* The fields of all operations lie in these words. */
static void choose_event(struct fuzz *f, uint32_t cmd, struct evtchn_op *op)
{
    uint32_t number = choose_port(f);

    op->cmd = cmd;
    switch (cmd) {
    case EVTCHNOP_bind_interdomain:
        op->u.bind_interdomain.remote_dom = choose_domain(f);
        op->u.bind_interdomain.remote_port = number;
        break;
    case EVTCHNOP_alloc_unbound:
        op->u.alloc_unbound.dom = choose_domain(f);
        op->u.alloc_unbound.remote_dom = choose_domain(f);
        break;
    case EVTCHNOP_status:
        op->u.status.dom = choose_domain(f);
        op->u.status.port = number;
        break;
    case EVTCHNOP_reset:        /* a domid_t alone */
        op->u.status.dom = choose_domain(f);
        break;
    default:                    /* numbers: of a port, a line, a vcpu */
        op->u.bind_virq.virq = number;
        op->u.bind_virq.vcpu = fuzz_u8(f) < 0xf0 ? fuzz_u8(f) & 1
                                                 : (uint32_t)fuzz_number(f);
        break;
    }
}

static unsigned int choose_event_op(struct fuzz *f, unsigned long args[6])
{
    uint8_t kind = fuzz_u8(f);
    uint32_t cmd = kind < 0xf0 ? kind % 14 : (uint32_t)fuzz_number(f);
    struct evtchn_op op = { 0 };

    choose_event(f, cmd, &op);
    if (fuzz_u8(f) >= 0xc0) {
        args[0] = calls_put(f, &op, sizeof(op));
        return __HYPERVISOR_event_channel_op_compat;
    }
    args[0] = cmd;
    args[1] = calls_put(f, &op.u, sizeof(op.u));
    return __HYPERVISOR_event_channel_op;
}

static void choose_map(struct fuzz *f, struct physdev_map_pirq *map)
{
    map->domid = choose_domain(f);
    map->type = fuzz_u8(f) < 0xf0 ? fuzz_below(f, 5) : (int)fuzz_number(f);
    map->index = fuzz_u8(f) < 0xe0 ? fuzz_below(f, FAKE_GSIS + 1)
                                   : (int)fuzz_number(f);
    map->pirq = fuzz_u8(f) < 0x80 ? -1 : fuzz_u8(f) < 0xe0 ? map->index
                                       : (int)fuzz_number(f);
    map->bus = (int)fuzz_number(f);
    map->devfn = (int)fuzz_number(f);
    map->entry_nr = fuzz_u8(f) < 0xe0 ? fuzz_below(f, 9)
                                      : (int)fuzz_number(f);
    map->table_base = fuzz_u8(f) < 0xc0 ? 0 : fuzz_number(f);
}

static unsigned int choose_physdev(struct fuzz *f, unsigned long args[6])
{
    struct physdev_map_pirq map = { 0 };
    uint8_t kind = fuzz_u8(f);
    uint8_t any[64];

    args[0] = kind < 0x60 ? PHYSDEVOP_map_pirq :
              kind < 0x80 ? PHYSDEVOP_unmap_pirq :
              kind < 0xf0 ? kind & 31 : fuzz_number(f);
    if (args[0] == PHYSDEVOP_map_pirq) {
        choose_map(f, &map);
        args[1] = calls_put(f, &map, sizeof(map));
        return __HYPERVISOR_physdev_op;
    }
    fuzz_bytes(f, any, sizeof(any));
    if (args[0] == PHYSDEVOP_unmap_pirq) {
        struct physdev_unmap_pirq unmap = {
            .domid = choose_domain(f), .pirq = fuzz_u8(f) % 70,
        };

        memcpy(any, &unmap, sizeof(unmap));
    }
    args[1] = calls_put(f, any, sizeof(any));
    return __HYPERVISOR_physdev_op;
}

unsigned int calls_choose(struct fuzz *f, unsigned long args[6])
{
    uint8_t kind = fuzz_u8(f);

    fake_current = &vcpu[kind & 1][kind >> 1 & 1];
    return kind < 0xa0 ? choose_event_op(f, args) : choose_physdev(f, args);
}

const hypercall_t calls_table[HYPERCALL_COUNT] = {
    [__HYPERVISOR_event_channel_op] = CALL(do_event_channel_op),
    [__HYPERVISOR_event_channel_op_compat] = CALL(do_event_channel_op_compat),
    [__HYPERVISOR_physdev_op] = CALL(do_physdev_op),
    [__HYPERVISOR_multicall] = CALL(do_multicall),
};

/* --- the check --- */

static void check_port(struct domain *d, evtchn_port_t nr)
{
    const struct port *p = port_find(d, nr), *q;

    ck_assert(p->notify_vcpu < VCPUS);
    ck_assert((p->far != NULL) == (p->state == PORT_INTERDOMAIN));
    if (p->state == PORT_INTERDOMAIN) {
        q = port_find(p->far, p->far_port);
        ck_assert(q != p && q->state == PORT_INTERDOMAIN && q->far == d &&
                  q->far_port == nr);
        far_ends[p->far - domain]++;
    } else if (p->state == PORT_VIRQ) {
        ck_assert(d->vcpu[virq_is_global(p->virq) ? 0 : p->notify_vcpu]
                      ->virq_port[p->virq] == nr);
    } else if (p->state == PORT_PIRQ) {
        ck_assert(pirq_is_mapped(d, p->pirq) && pirq_port(d, p->pirq) == nr);
        has_port[p->pirq] = true;
    } else if (p->state == PORT_CLOSED) {
        ck_assert(!d->event_abi->is_pending(d, nr) && !p->notify_vcpu);
    }
}

static void check_vcpu(struct domain *d, unsigned int k)
{
    for (unsigned int q = 0; q < NR_VIRQS; q++) {
        evtchn_port_t nr = d->vcpu[k]->virq_port[q];

        ck_assert(!nr || (port_find(d, nr)->state == PORT_VIRQ &&
                          port_find(d, nr)->virq == q));
    }
}

static void check_lines(void)
{
    for (unsigned int irq = 0; irq < FAKE_GSIS + FAKE_MESSAGES; irq++) {
        bool is_mapped = false;

        for (unsigned int i = 0; i < DOMAINS; i++)
            is_mapped |= pirq_is_mapped(&domain[i], irq);
        ck_assert(is_mapped == fake_irq_is_open[irq]);
        ck_assert(fake_irq_is_masked[irq] || has_port[irq]);
    }
}

void calls_check(void)
{
    ck_assert(!fake_locks_held && !fake_irqs_off);
    memset(far_ends, 0, sizeof(far_ends));
    memset(has_port, 0, sizeof(has_port));
    for (unsigned int i = 0; i < DOMAINS; i++) {
        for (evtchn_port_t nr = 1; nr < domain[i].port_count; nr++)
            check_port(&domain[i], nr);
        for (unsigned int k = 0; k < VCPUS; k++)
            check_vcpu(&domain[i], k);
    }
    for (unsigned int i = 0; i < DOMAINS; i++)
        ck_assert(domain[i].refs == far_ends[i] + 1);
    check_lines();
}

static void start(void)
{
    evtchn_port_t console;

    memset(domain, 0, sizeof(domain));
    memset(vcpu, 0, sizeof(vcpu));
    memset(shared, 0, sizeof(shared));
    for (unsigned int i = 0; i < DOMAINS; i++) {
        struct domain *d = &domain[i];

        *d = (struct domain){
            .id = (domid_t)i, .refs = 1, .max_vcpus = VCPUS,
            .vcpu = pointers[i], .shared_info = &shared[i],
            .is_privileged = !i, .is_hardware = !i,
        };
        for (unsigned int k = 0; k < VCPUS; k++) {
            pointers[i][k] = &vcpu[i][k];
            vcpu[i][k].domain = d;
            vcpu[i][k].id = (uint16_t)k;
            vcpu[i][k].info = &shared[i].vcpu_info[k];
        }
        rangeset_init_heap(&d->pirqs);
        ck_assert(!event_domain_create(d, 0));
    }
    ck_assert(!event_bind_console(&domain[1], &console));
    dom0 = &domain[0];
    fake_current = &vcpu[0][0];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = { data, size };
    static bool is_ready;

    if (!is_ready)
        pirq_init();
    is_ready = true;
    cpu_set_add(&cpu_online, 0);
    fake_guest_reset();
    fake_irq_start();
    start();
    calls_run(&f);
    for (unsigned int i = DOMAINS; i-- > 0;) {      /* who lends lines last */
        event_domain_close_all(&domain[i]);
        pirq_domain_destroy(&domain[i]);
        rangeset_destroy(&domain[i].pirqs);
    }
    calls_check();
    for (unsigned int i = 0; i < DOMAINS; i++)
        event_domain_destroy(&domain[i]);
    ck_assert(!fake_heap_live);
    return 0;
}
