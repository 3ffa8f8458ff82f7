/* SPDX-License-Identifier: MIT */
/*
 * tlb.c - dropping translations, on this CPU and on others, and the clock that
 * avoids doing it twice.
 *
 * Guests' entries are never global, so loading CR3 drops all of a guest's
 * translations on this CPU. A CPU's note, cpu_info.tlb_flushed_at, is a time of
 * the clock before its last load of CR3: it holds nothing that was gone from
 * the tables by then. A frame's last use of a type moves the clock on and
 * stamps the frame with it. The clock and the notes are 64 bits wide and never
 * wrap; of a stamp the low half is kept, and it is taken for the youngest time
 * with that half, which costs flushes and no safety.
 *
 * Invariants:
 *   T1  A note is written after the load of CR3 that it is about, and is never
 *       later than the clock was before that load. TLB_HOLDS_NOTHING is written
 *       when the hypervisor's own L4 is in CR3, and replaced before a guest's
 *       is loaded.
 *   T2  A CPU is in a domain's tlb_cpus from before it loads an L4 of the
 *       domain until after it has loaded that of another, or ours.
 *   T3  Who finds a CPU's note late enough, or the CPU not in the set, after he
 *       has changed a table, need not ask it: it will see the change. (Changing
 *       is a locked instruction and loading CR3 serialises: each of the two
 *       orders its CPU's stores before its later loads.)
 *   T4  mailbox.done reaches n only after all that the first n requests wanted
 *       dropped has been dropped, and only the CPU itself, with interrupts off,
 *       takes from its mailbox.
 * Locks: none. Who asks waits for the answer and serves his own mailbox
 * meanwhile, by interrupt or, with interrupts off, by looking; so does whoever
 * waits for a spinlock. So he may hold any lock, and two may ask each other.
 */
#include <asm/cr.h>
#include <asm/ipi.h>
#include <asm/lapic.h>
#include <asm/paging.h>
#include <asm/vector.h>
#include <hv/domain.h>
#include <hv/frame.h>
#include <hv/irqflags.h>
#include <hv/percpu.h>
#include <hv/vcpu.h>

/* What is to be dropped; or a page's address with DROP_PAGE. */
#define DROP_NOTHING    0ul
#define DROP_PAGE       1ul     /* bit 0 */
#define DROP_GUESTS     2ul     /* all that is not global */
#define DROP_ALL        4ul

/* [a] anyone, atomically */
struct tlb_mailbox {
    uint64_t what;          /* [a] DROP_*: all that is still wanted */
    uint32_t asked;         /* [a] how many requests were made */
    uint32_t done;          /* [a] how many of them are served, T4 */
};
static DEFINE_PER_CPU(struct tlb_mailbox, mailbox);

uint64_t tlb_clock = 1;     /* asm/fast_path.h reads it too */

static uint64_t clock_now(void)
{
    return __atomic_load_n(&tlb_clock, __ATOMIC_ACQUIRE);
}

static void note(uint64_t time)
{
    __atomic_store_n(&cpu_info()->tlb_flushed_at, time, __ATOMIC_RELEASE);
}

/* --- this CPU --- */

void tlb_load_l4(mfn_t l4)
{
    uint64_t now = clock_now();

    write_cr3(mfn_to_paddr(l4));
    note(now);                                                  /* T1 */
}

void tlb_flush_local(void)
{
    uint64_t now = clock_now();

    write_cr3(read_cr3());
    note(now);
}

void tlb_flush_page_local(unsigned long va)
{
    invlpg(va);
}

static void flush_global_local(void)
{
    unsigned long cr4 = read_cr4();
    uint64_t now = clock_now();

    write_cr4(cr4 & ~(unsigned long)CR4_PGE);
    write_cr4(cr4);
    note(now);
}

void tlb_switch(struct domain *from, struct domain *to, mfn_t l4)
{
    bool stays = from == to;

    if (to && !stays) {
        if (!from)
            note(clock_now());                                  /* T1 */
        cpu_set_add(&to->arch.tlb_cpus, cpu_id());              /* T2 */
    }
    tlb_load_l4(l4);
    if (!to)
        note(TLB_HOLDS_NOTHING);
    if (from && !stays)
        cpu_set_remove(&from->arch.tlb_cpus, cpu_id());         /* T2 */
}

/* --- others --- */

/* Interrupts are off. */
static void serve(void)
{
    struct tlb_mailbox *m = &this_cpu(mailbox);
    uint32_t asked = __atomic_load_n(&m->asked, __ATOMIC_ACQUIRE);
    uint64_t what;

    if (asked == m->done)
        return;
    what = __atomic_exchange_n(&m->what, DROP_NOTHING, __ATOMIC_ACQ_REL);
    if (what & DROP_PAGE)
        tlb_flush_page_local(what & PAGE_MASK);
    else if (what == DROP_GUESTS)
        tlb_flush_local();
    else if (what == DROP_ALL)
        flush_global_local();
    __atomic_store_n(&m->done, asked, __ATOMIC_RELEASE);        /* T4 */
}

void tlb_flush_interrupt(void)
{
    serve();
}

void arch_wait_briefly(void)
{
    if (!local_irq_is_enabled())
        serve();
    cpu_relax();
}

static uint64_t merged(uint64_t a, uint64_t b)
{
    if (a == DROP_NOTHING || a == b)
        return b;
    return a == DROP_ALL || b == DROP_ALL ? DROP_ALL : DROP_GUESTS;
}

/* Put a request into the mailbox of @cpu. */
static void post(unsigned int cpu, uint64_t what)
{
    struct tlb_mailbox *m = &per_cpu(mailbox, cpu);
    uint64_t old = __atomic_load_n(&m->what, __ATOMIC_RELAXED);

    while (!__atomic_compare_exchange_n(&m->what, &old, merged(old, what),
                                        false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_RELAXED))
        ;
    __atomic_fetch_add(&m->asked, 1, __ATOMIC_ACQ_REL);         /* T4 */
}

/* Until @cpu has served what it was asked so far. */
static void wait_for(unsigned int cpu)
{
    const struct tlb_mailbox *m = &per_cpu(mailbox, cpu);
    uint32_t asked = __atomic_load_n(&m->asked, __ATOMIC_ACQUIRE);

    while ((int32_t)(__atomic_load_n(&m->done, __ATOMIC_ACQUIRE) - asked) < 0)
        arch_wait_briefly();
}

/* Have @cpus, which are not this one, drop @what; they have when this returns,
 * or stand still for good. */
static void ask(const cpu_set_t *cpus, uint64_t what)
{
    unsigned int cpu;

    if (stop_is_over())
        return;
    for_each_set_bit(cpu, cpus->bits, NR_CPUS)
        post(cpu, what);
    lapic_send_set(cpus, VECTOR_TLB_FLUSH);
    for_each_set_bit(cpu, cpus->bits, NR_CPUS)
        wait_for(cpu);
}

static NOINLINE void ask_domains_cpus(const struct domain *d, uint64_t what)
{
    cpu_set_t others = { 0 };
    unsigned int cpu;

    for_each_set_bit(cpu, d->arch.tlb_cpus.bits, NR_CPUS)
        if (cpu != cpu_id())
            cpu_set_add(&others, cpu);
    ask(&others, what);
}

void tlb_flush_domain(struct domain *d)
{
    tlb_flush_local();
    if (cpu_count > 1)
        ask_domains_cpus(d, DROP_GUESTS);
}

void tlb_flush_page_domain(struct domain *d, unsigned long va)
{
    tlb_flush_page_local(va);
    if (cpu_count > 1)
        ask_domains_cpus(d, (va & PAGE_MASK) | DROP_PAGE);
}

/* Which CPUs run those vcpus of @d? One that moves elsewhere meanwhile loads
 * CR3 there. */
static cpu_set_t cpus_of(const struct domain *d, const unsigned long *vcpus)
{
    cpu_set_t cpus = { 0 };
    const struct vcpu *v;

    for_each_vcpu(d, v)
        if (test_bit(v->id, vcpus) &&
            __atomic_load_n(&v->is_running, __ATOMIC_ACQUIRE))
            cpu_set_add(&cpus, READ_ONCE(v->cpu));
    return cpus;
}

void tlb_flush_vcpus(struct domain *d, const unsigned long *vcpus)
{
    cpu_set_t cpus = cpus_of(d, vcpus);

    if (cpu_set_has(&cpus, cpu_id())) {
        tlb_flush_local();
        cpu_set_remove(&cpus, cpu_id());
    }
    ask(&cpus, DROP_GUESTS);
}

void tlb_flush_page_vcpus(struct domain *d, const unsigned long *vcpus,
                          unsigned long va)
{
    cpu_set_t cpus = cpus_of(d, vcpus);

    if (cpu_set_has(&cpus, cpu_id())) {
        tlb_flush_page_local(va);
        cpu_set_remove(&cpus, cpu_id());
    }
    ask(&cpus, (va & PAGE_MASK) | DROP_PAGE);
}

void tlb_flush_global(void)
{
    cpu_set_t others = cpu_online;

    flush_global_local();
    cpu_set_remove(&others, cpu_id());
    ask(&others, DROP_ALL);
}

/* --- types of frames --- */

uint32_t arch_tlb_clock(void)
{
    return (uint32_t)__atomic_add_fetch(&tlb_clock, 1, __ATOMIC_ACQ_REL);
}

/* The latest time that @stamp can be the low half of. */
static uint64_t whole_time(uint32_t stamp)
{
    uint64_t now = clock_now();

    return now - (uint32_t)((uint32_t)now - stamp);
}

static bool is_behind(const struct cpu_info *info, uint64_t time)
{
    return __atomic_load_n(&info->tlb_flushed_at, __ATOMIC_ACQUIRE) < time;
}

static NOINLINE void flush_others_behind(uint64_t time)
{
    cpu_set_t behind = { 0 };
    unsigned int cpu;

    for_each_online_cpu(cpu)
        if (cpu != cpu_id() && is_behind(cpu_infos[cpu], time))
            cpu_set_add(&behind, cpu);
    ask(&behind, DROP_GUESTS);
}

void arch_flush_for_type(const struct frame *f)
{
    uint64_t time = whole_time(__atomic_load_n(&f->tlb_stamp,
                                               __ATOMIC_ACQUIRE));

    if (is_behind(cpu_info(), time))
        tlb_flush_local();
    if (cpu_count > 1)
        flush_others_behind(time);                              /* T3 */
}
