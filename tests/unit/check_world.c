/* SPDX-License-Identifier: MIT */
/* check_world.c - see check_world.h. */
#include <asm/descriptor.h>
#include <asm/paging.h>
#include <hv/direct_map.h>
#include <hv/keyhandler.h>
#include <hv/lock_order.h>
#include <hv/pirq.h>
#include <hv/ring_console.h>
#include <hv/sched.h>
#include <hv/softirq.h>
#include <string.h>
#include "../../common/debug/check.h"
#include "check_world.h"
#include "unit.h"

struct domain *dom_hv;
struct list_head domain_list = LIST_HEAD_INIT(domain_list);
unsigned long frame_table_end = FAKE_FRAMES;
static struct vcpu *vcpus[FAKE_DOMAINS];
struct port ports[FAKE_DOMAINS][PORTS_PER_GROUP];
static struct port *groups[FAKE_DOMAINS];
pte_t window[FAKE_DOMAINS][WINDOW_ENTRIES];
mfn_t console;

/* --- what the checker asks of the rest --- */

struct page_link *page_link(mfn_t m)
{
    return &fake_frame(m.n)->link;
}

unsigned long page_free_count(void)
{
    return fake_free_count();
}

unsigned long m2p_pieces(void) { return 0; }
mfn_t m2p_piece(unsigned long piece) { return mfn(piece); }

struct port *port_find(const struct domain *d, evtchn_port_t nr)
{
    bool is_there = nr < PORTS_PER_GROUP && nr < d->port_count;

    return is_there ? &d->ports[0][nr] : NULL;
}

mfn_t ring_console_frame(const struct domain *d)
{
    return d == D ? console : INVALID_MFN;
}

bool virq_is_global(unsigned int virq)
{
    return virq == VIRQ_CONSOLE;
}

bool pirq_is_mapped(const struct domain *d, unsigned int pirq)
{
    (void)d;
    return pirq == 9;
}

/* There is one CPU. */
bool gather_others(unsigned long *flags)
{
    *flags = 0;
    return true;
}

void gather_stand(void)
{
}

void softirq_open(enum softirq nr, void (*fn)(void))
{
    (void)nr;
    (void)fn;
}

void softirq_raise(enum softirq nr)
{
    (void)nr;
}

void gather_end(unsigned long flags)
{
    (void)flags;
}

void lock_order_check(const spinlock_t *lock, bool second)
{
    (void)lock;
    (void)second;
}

void lock_order_push(const spinlock_t *lock)
{
    (void)lock;
}

void lock_order_pop(const spinlock_t *lock)
{
    (void)lock;
}

bool arch_check_runs(const struct vcpu *v)
{
    return v == fake_current;
}

void keyhandler_register(char key, void (*fn)(void), const char *help)
{
    (void)key;
    (void)fn;
    (void)help;
}

void printk_always(const char *fmt, ...)
{
    (void)fmt;
}

void arch_check_cpu(void)
{
}

/* --- a machine in which all is well --- */

struct frame *l1, *l2, *l3, *l4, *data, *read_only, *gdt, *info;

struct frame *own(struct domain *d)
{
    mfn_t m = frame_alloc_for(d, 0, 0);

    ck_assert(!mfn_eq(m, INVALID_MFN));
    return fake_frame(m.n);
}

void set(struct frame *table, unsigned int i, const struct frame *f,
         uint64_t flags)
{
    fake_table(table)[i] = pte_make(frame_mfn(f), flags);
}

static void start_domain(unsigned int i)
{
    struct domain *d = &fake_domains[i];
    struct vcpu *v = &fake_vcpus[i];

    vcpus[i] = v;
    d->vcpu = &vcpus[i];
    d->max_vcpus = 1;
    d->refs = 1;
    groups[i] = ports[i];
    memset(ports[i], 0, sizeof(ports[i]));
    ports[i][0].state = PORT_RESERVED;
    d->ports = &groups[i];
    d->port_count = d->port_max = PORTS_PER_GROUP;
    v->info_mfn = INVALID_MFN;
    v->is_initialised = true;
    v->runstate.state = i ? RUNSTATE_runnable : RUNSTATE_running;
    v->is_running = !i;
    v->is_queued = i;
    memset(window[i], 0, sizeof(window[i]));
    v->arch.window = window[i];
    for (unsigned int k = 0; k < GDT_GUEST_PAGES; k++)
        v->arch.gdt_frames[k] = INVALID_MFN;
    list_add_tail(&d->list, &domain_list);
}

static void pin_l4(void)
{
    arch_lock_tables(D);
    ck_assert_int_eq(frame_pin(l4, D, FRAME_L4), 0);
    ck_assert_int_eq(frame_get_with_type(l4, D, FRAME_L4), 0);
    V->arch.l4_kernel = frame_mfn(l4);
    ck_assert_int_eq(frame_get_with_type(gdt, D, FRAME_SEGDESC), 0);
    arch_unlock_tables(D);
    V->arch.gdt_frames[0] = frame_mfn(gdt);
    window[0][0] = pte_make(frame_mfn(gdt), PTE_HV_DATA);
    ck_assert_int_eq(frame_get_with_type(info, D, FRAME_WRITABLE), 0);
    V->info_mfn = frame_mfn(info);
}

/* A channel between both domains, a VIRQ and a pirq of the first. */
static void open_ports(void)
{
    ports[0][1] = (struct port){ .state = PORT_INTERDOMAIN, .far = OTHER,
                                 .far_port = 2 };
    ports[1][2] = (struct port){ .state = PORT_INTERDOMAIN, .far = D,
                                 .far_port = 1 };
    D->refs++;
    OTHER->refs++;
    ports[0][3] = (struct port){ .state = PORT_VIRQ, .virq = VIRQ_TIMER };
    V->virq_port[VIRQ_TIMER] = 3;
    ports[0][4] = (struct port){ .state = PORT_PIRQ, .pirq = 9 };
}

/* The fake allocator keeps no links: make those of free blocks of one. */
const struct violation *find(void)
{
    for (unsigned int n = 0; n < FAKE_FRAMES; n++)
        if (fake_frame_is_free(n))
            fake_frame(n)->link.prev = PAGE_LINK_FREE;
    return check_find();
}

void start(void)
{
    fake_paging_start();
    for (unsigned int n = 0; n < FAKE_FRAMES; n++)
        fake_frame(n)->link.pool = POOL_REST;
    list_init(&domain_list);
    check_init();
    start_domain(0);
    start_domain(1);
    console = INVALID_MFN;
    l1 = own(D);
    l2 = own(D);
    l3 = own(D);
    l4 = own(D);
    data = own(D);
    read_only = own(D);
    gdt = own(D);
    info = own(D);
    (void)own(OTHER);
    set(l1, 0, data, DATA);
    set(l1, 1, read_only, DATA_RO);
    fake_table(l1)[2] = pte_make(mfn(DEVICE_ALLOWED), DATA);
    set(l2, 5, l1, TABLE);
    set(l3, 6, l2, TABLE);
    set(l4, 7, l3, TABLE);
    *(uint64_t *)fake_table(gdt) = DESC_DATA_DPL3;
    pin_l4();
    open_ports();
    ck_assert_ptr_null(find());
}

/* The checker says @what of @where. */
void must_find(const char *what, unsigned long where)
{
    const struct violation *v = find();

    ck_assert_ptr_nonnull(v);
    ck_assert_str_eq(v->what, what);
    ck_assert_uint_eq(v->where, where);
}

void must_find_of(const char *what, const struct frame *f)
{
    must_find(what, frame_mfn(f).n);
}
