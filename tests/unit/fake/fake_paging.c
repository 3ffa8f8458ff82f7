/* SPDX-License-Identifier: MIT */
/* fake_paging.c - see fake_paging.h. */
#include <string.h>
#include <asm/layout.h>
#include <asm/paging.h>
#include <hv/softirq.h>
#include "../frame_model.h"
#include "fake_paging.h"
#include "fake_spinlock.h"
#include "unit.h"

#define PERDOMAIN_FRAME 0x1230u     /* of domain 0; the next is domain 1's */

struct vcpu fake_vcpus[FAKE_DOMAINS];
struct vcpu *fake_current;
unsigned int fake_cpu;
mfn_t fake_cr3;
unsigned int fake_local_flushes, fake_softirq_one_in;
uint64_t fake_paging_seed;

static pte_t our_l4[PT_ENTRIES];
pte_t *hv_l4 = our_l4;

void fake_paging_start(void)
{
    fake_machine_start(PAGING_HOLES);
    model_start();
    memset(fake_vcpus, 0, sizeof(fake_vcpus));
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++) {
        struct domain *d = &fake_domains[i];

        fake_vcpus[i].domain = d;
        fake_vcpus[i].arch.in_kernel = true;
        fake_vcpus[i].arch.l4_kernel = INVALID_MFN;
        fake_vcpus[i].arch.l4_user = INVALID_MFN;
        d->arch.perdomain_l3 = mfn(PERDOMAIN_FRAME + i);
        ck_assert_int_eq(rangeset_add(&d->iomem, DEVICE_ALLOWED,
                                      DEVICE_ALLOWED + 2), 0);
        ck_assert_int_eq(rangeset_add(&d->iomem, NOTHING_ALLOWED,
                                      NOTHING_ALLOWED + 2), 0);
    }
    for (unsigned int i = HV_SLOT_FIRST; i <= HV_SLOT_LAST; i++)
        our_l4[i] = pte_make(mfn(0x4560 + i), PTE_HV_TABLE);
    fake_current = &fake_vcpus[0];
    fake_softirq_one_in = fake_local_flushes = 0;
    fake_cr3 = INVALID_MFN;
}

pte_t *fake_table(const struct frame *f)
{
    return (pte_t *)fake_memory[frame_mfn(f).n];
}

bool softirq_is_pending(void)
{
    return fake_softirq_one_in &&
           unit_random_below(&fake_paging_seed, fake_softirq_one_in) == 0;
}

void tlb_load_l4(mfn_t l4)
{
    fake_cr3 = l4;
    fake_tlb_flush();
}

void tlb_flush_local(void)
{
    fake_local_flushes++;
    fake_tlb_flush();
}

void tlb_flush_domain(struct domain *d)
{
    UNIT_REQUIRE(d == &fake_domains[0] || d == &fake_domains[1]);
    fake_tlb_flush();
}

/* --- who holds what --- */

static bool is_hypervisors(enum frame_type type, unsigned int i)
{
    return type == FRAME_L4 && i >= HV_SLOT_FIRST && i <= HV_SLOT_LAST;
}

static unsigned int entries_held(const struct frame *f)
{
    enum frame_type type = frame_state_type(f->state);

    if (type < FRAME_L1 || type > FRAME_L4)
        return 0;
    if (f->state & FRAME_VALIDATED)
        return PT_ENTRIES;
    return f->state & FRAME_PARTIAL ? MIN(f->cursor, PT_ENTRIES) : 0;
}

static void tell_entry(enum frame_type type, pte_t e, entry_fn fn)
{
    struct frame *f = frame_of(pte_mfn(e));

    if (!frame_is_ram(f))
        return;
    if (type > FRAME_L1)
        fn(f, type - 1);
    else
        fn(f, e.v & PTE_RW ? FRAME_WRITABLE : FRAME_NONE);
}

static void tell_vcpu(const struct vcpu *v, entry_fn fn)
{
    struct frame *f = v->arch.pending_table;

    if (f)
        fn(f, frame_state_type(f->state));
    if (!mfn_eq(v->arch.l4_kernel, INVALID_MFN))
        fn(frame_of(v->arch.l4_kernel), FRAME_L4);
    if (!mfn_eq(v->arch.l4_user, INVALID_MFN))
        fn(frame_of(v->arch.l4_user), FRAME_L4);
}

void model_for_each_entry(entry_fn fn)
{
    for (unsigned int n = 1; n < PAGING_RAM; n++) {
        const struct frame *f = fake_frame(n);
        enum frame_type type = frame_state_type(f->state);
        unsigned int held = entries_held(f);

        for (unsigned int i = 0; i < held; i++) {
            pte_t e = fake_table(f)[i];

            if (pte_is_present(e) && !is_hypervisors(type, i))
                tell_entry(type, e, fn);
        }
    }
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++)
        tell_vcpu(&fake_vcpus[i], fn);
}

/* --- what hardware may be told --- */

static void check_leaf(const struct domain *owner, pte_t e)
{
    unsigned long n = pte_mfn(e).n;

    UNIT_REQUIRE((e.v & PTE_US) && !(e.v & PTE_G));
    if (frame_is_ram(frame_of(mfn(n))))
        UNIT_REQUIRE(!(e.v & PTE_CACHE_MASK));
    else
        UNIT_REQUIRE((e.v & PTE_CACHE_MASK) &&
                     rangeset_contains(&owner->iomem, n, n));
}

static void check_upper(const struct frame *f, pte_t e)
{
    const struct frame *child = frame_of(pte_mfn(e));

    UNIT_REQUIRE((e.v & PTE_US) && (e.v & PTE_A));
    UNIT_REQUIRE(!(e.v & (PTE_PSE | PTE_G | PTE_PCD | PTE_PWT)));
    UNIT_REQUIRE(child->owner == f->owner);
}

static void check_ours(const struct frame *f)
{
    const pte_t *table = fake_table(f);

    for (unsigned int i = HV_SLOT_FIRST; i <= HV_SLOT_LAST; i++)
        UNIT_REQUIRE(table[i].v ==
                     (i == PERDOMAIN_SLOT
                          ? pte_make(f->owner->arch.perdomain_l3,
                                     PTE_HV_TABLE).v : our_l4[i].v));
}

static void check_table(const struct frame *f)
{
    enum frame_type type = frame_state_type(f->state);
    unsigned int held = entries_held(f);

    for (unsigned int i = 0; i < held; i++) {
        pte_t e = fake_table(f)[i];

        if (!pte_is_present(e) || is_hypervisors(type, i))
            continue;
        if (type == FRAME_L1)
            check_leaf(f->owner, e);
        else
            check_upper(f, e);
    }
    if (type == FRAME_L4 && (f->state & FRAME_VALIDATED))
        check_ours(f);
}

unsigned int fake_device_writers[FAKE_FRAMES];

/* Writable entries in tables of another domain than the frame's, and devices
 * that it is granted to. */
static void check_outside(void)
{
    unsigned int outside[FAKE_FRAMES];

    memcpy(outside, fake_device_writers, sizeof(outside));

    for (unsigned int n = 1; n < PAGING_RAM; n++) {
        const struct frame *f = fake_frame(n);
        unsigned int held =
            frame_state_type(f->state) == FRAME_L1 ? entries_held(f) : 0;

        for (unsigned int i = 0; i < held; i++) {
            pte_t e = fake_table(f)[i];
            const struct frame *named = frame_of(pte_mfn(e));

            if ((e.v & PTE_P) && (e.v & PTE_RW) && frame_is_ram(named) &&
                named->owner != f->owner)
                outside[frame_mfn(named).n]++;
        }
    }
    for (unsigned int n = 1; n < PAGING_RAM; n++)
        if (fake_frame(n)->owner)
            UNIT_REQUIRE(fake_frame(n)->outside == outside[n]);
}

void fake_paging_check(void)
{
    for (unsigned int n = 1; n < PAGING_RAM; n++)
        check_table(fake_frame(n));
    check_outside();
    model_check();
    UNIT_REQUIRE(fake_locks_held == 0);
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++) {
        const struct frame *f = fake_vcpus[i].arch.pending_table;

        UNIT_REQUIRE(!f || (f->state & FRAME_PARTIAL));
    }
}

/* A test that looks at the table has its own. */
__attribute__((weak)) void m2p_set(mfn_t m, pfn_t p)
{
    (void)m;
    (void)p;
}
