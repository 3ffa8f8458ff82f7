/* SPDX-License-Identifier: MIT */
/*
 * memory_calls_fuzz.c - page tables and memory: mmu_update, mmuext_op,
 * update_va_mapping, update_descriptor, memory_op and multicalls of them, by
 * domain 0 and by another, on the machine of tests/unit/fake. After each call
 * every count must be explained and every entry be one that is allowed.
 */
#include <asm/boot_memory.h>
#include <asm/descriptor.h>
#include <asm/hypercalls.h>
#include <asm/paging.h>
#include <asm/pv.h>
#include <hv/direct_map.h>
#include <hv/errno.h>
#include <hv/grant_table.h>
#include <hv/memory_op.h>
#include <hv/multicall.h>
#include <public/memory.h>
#include "calls.h"
#include "fake_guest.h"
#include "fake_heap.h"
#include "fake_paging.h"
#include "frame_model.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])
#define LIST_MAX    8u

struct domain *dom_io, *dom_hv;
struct memory_map ram_map;
unsigned long frame_table_end = FAKE_FRAMES;

static struct domain io_domain;
static struct grant_table no_grants;
static struct vcpu *vcpus[FAKE_DOMAINS];
static long heap_at_start;

/* --- what the calls ask of others --- */

static unsigned long m2p[FAKE_FRAMES];

void m2p_set(mfn_t m, pfn_t p)
{
    ck_assert(m.n && m.n < PAGING_RAM);
    m2p[m.n] = p.n;
}

unsigned long m2p_get(mfn_t m)
{
    ck_assert(m.n < FAKE_FRAMES);
    return m2p[m.n];
}

/* There are no grants here. */
int grant_table_grow(struct domain *d, unsigned int frames)
{
    ck_assert(d && frames);
    return -ENOMEM;
}

struct domain *find_frame_owner(domid_t id)
{
    if (id != DOMAIN_IO)
        return find_domain_or_self(id);
    dom_io->refs++;
    return dom_io;
}

unsigned long page_free_count(void) { return fake_free_count(); }
unsigned long m2p_pieces(void) { return 3; }

mfn_t m2p_piece(unsigned long piece)
{
    return piece == 1 ? INVALID_MFN : mfn(1);
}

cpu_set_t cpu_online;

/* Only for those who own devices: nobody here. */
void cpu_call(const cpu_set_t *cpus, void (*fn)(void *arg), void *arg,
              bool wait)
{
    (void)cpus, (void)fn, (void)arg, (void)wait;
    ck_assert(false);
}

void tlb_flush_page_local(unsigned long va) { (void)va; }

void tlb_flush_page_domain(struct domain *d, unsigned long va)
{
    (void)d;
    (void)va;
}

void tlb_flush_vcpus(struct domain *d, const unsigned long *vcpus)
{
    (void)vcpus;
    tlb_flush_domain(d);
}

void tlb_flush_page_vcpus(struct domain *d, const unsigned long *vcpus,
                          unsigned long va)
{
    (void)d;
    (void)vcpus;
    (void)va;
}

bool ldt_place_ok(unsigned long base, unsigned long entries)
{
    (void)base;
    return entries <= LDT_MAX_ENTRIES;
}

void ldt_vcpu_release(struct vcpu *v) { (void)v; }

void gdt_vcpu_load(struct vcpu *v)
{
    ck_assert(v->arch.ldt_entries <= LDT_MAX_ENTRIES);
}

/* --- arguments --- */

static uint64_t choose_frame(struct fuzz *f)
{
    static const uint64_t odd[] = {
        0, NOTHING_ALLOWED, NOTHING_REFUSED, FAKE_FRAMES, 1ul << 40, ~0ul,
        (1ul << 52) - 1, DEVICE_REFUSED,
    };
    uint8_t n = fuzz_u8(f);

    return n < 0xf8 ? n % FAKE_FRAMES : odd[n & 7];
}

static uint64_t choose_entry(struct fuzz *f)
{
    static const uint64_t flags[] = {
        PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D, PTE_P | PTE_US | PTE_A,
        PTE_P | PTE_RW | PTE_US, 0, PTE_P | PTE_US | PTE_NX,
        PTE_P | PTE_US | PTE_PSE, PTE_P | PTE_US | PTE_G | PTE_RW,
        PTE_P | PTE_US | PTE_RW | PTE_PCD, PTE_P | PTE_RW, PTE_P | PTE_PWT,
    };
    uint8_t kind = fuzz_u8(f);

    if (kind >= 0xf8)
        return fuzz_number(f);
    return pte_make(mfn(choose_frame(f)), flags[kind % ARRAY_SIZE(flags)]).v;
}

static uint64_t choose_pointer(struct fuzz *f)
{
    uint8_t kind = fuzz_u8(f);
    uint64_t slot = kind & 0x40 ? fuzz_u8(f) * 2u : fuzz_u8(f) & 7;

    return (choose_frame(f) << PAGE_SHIFT) + slot * 8 +
           (kind & 0x80 ? kind & 7 : 0);
}

static unsigned int choose_domain(struct fuzz *f)
{
    uint8_t kind = fuzz_u8(f);

    return kind < 0xc0 ? DOMAIN_SELF : kind < 0xd0 ? 0 : kind < 0xe0 ? 1 :
           kind < 0xe8 ? DOMAIN_IO : kind < 0xf0 ? 77 :
           kind < 0xf8 ? (2u << 16 | DOMAIN_SELF) : (unsigned int)fuzz_u64(f);
}

static unsigned int choose_count(struct fuzz *f, unsigned int n)
{
    uint8_t kind = fuzz_u8(f);

    return kind < 0xf8 ? n : (unsigned int)fuzz_number(f);
}

static unsigned long choose_va(struct fuzz *f)
{
    uint8_t kind = fuzz_u8(f);

    return kind < 0xe0 ? (unsigned long)(kind & 7) << PAGE_SHIFT |
                             (unsigned long)(kind >> 3 & 7) << 21
                       : fuzz_number(f);
}

/* --- calls --- */

static unsigned int choose_mmu_update(struct fuzz *f, unsigned long args[6])
{
    struct mmu_update list[LIST_MAX];
    unsigned int n = 1 + fuzz_below(f, LIST_MAX);
    uint32_t zero = 0;

    for (unsigned int i = 0; i < n; i++)
        list[i] = (struct mmu_update){ choose_pointer(f), choose_entry(f) };
    args[0] = calls_put(f, list, n * sizeof(list[0]));
    args[1] = choose_count(f, n);
    args[2] = fuzz_u8(f) & 1 ? calls_put(f, &zero, sizeof(zero)) : 0;
    args[3] = choose_domain(f);
    return __HYPERVISOR_mmu_update;
}

static unsigned int choose_command(struct fuzz *f)
{
    static const uint8_t useful[] = {
        MMUEXT_PIN_L1_TABLE, MMUEXT_PIN_L2_TABLE, MMUEXT_PIN_L3_TABLE,
        MMUEXT_PIN_L4_TABLE, MMUEXT_UNPIN_TABLE, MMUEXT_NEW_BASEPTR,
        MMUEXT_NEW_USER_BASEPTR, MMUEXT_CLEAR_PAGE, MMUEXT_COPY_PAGE,
        MMUEXT_SET_LDT, MMUEXT_TLB_FLUSH_LOCAL, MMUEXT_INVLPG_MULTI,
    };
    uint8_t kind = fuzz_u8(f);

    return kind < 0xf0 ? useful[kind % ARRAY_SIZE(useful)]
                       : (unsigned int)fuzz_number(f);
}

static unsigned int choose_mmuext(struct fuzz *f, unsigned long args[6])
{
    struct mmuext_op list[LIST_MAX] = { 0 };
    unsigned int n = 1 + fuzz_below(f, LIST_MAX);
    uint32_t zero = 0;

    for (unsigned int i = 0; i < n; i++) {
        list[i].cmd = choose_command(f);
        list[i].arg1.mfn = list[i].cmd == MMUEXT_SET_LDT ? fuzz_number(f)
                                                         : choose_frame(f);
        if (list[i].cmd == MMUEXT_COPY_PAGE)
            list[i].arg2.src_mfn = choose_frame(f);
        else
            list[i].arg2.vcpumask.p = (void *)fuzz_number(f);
    }
    args[0] = calls_put(f, list, n * sizeof(list[0]));
    args[1] = choose_count(f, n);
    args[2] = fuzz_u8(f) & 1 ? calls_put(f, &zero, sizeof(zero)) : 0;
    args[3] = choose_domain(f);
    return __HYPERVISOR_mmuext_op;
}

static unsigned int choose_va_mapping(struct fuzz *f, unsigned long args[6])
{
    bool is_other = fuzz_u8(f) >= 0xc0;

    args[0] = choose_va(f);
    args[1] = choose_entry(f);
    args[2] = fuzz_u8(f) & 0xf;
    args[3] = choose_domain(f);
    return is_other ? __HYPERVISOR_update_va_mapping_otherdomain
                    : __HYPERVISOR_update_va_mapping;
}

static struct xen_memory_reservation choose_reservation(struct fuzz *f)
{
    struct xen_memory_reservation r = { 0 };
    uint64_t frames[LIST_MAX];
    unsigned int n = 1 + fuzz_below(f, LIST_MAX);

    for (unsigned int i = 0; i < n; i++)
        frames[i] = choose_frame(f);
    r.extent_start.p = (void *)calls_put(f, frames, sizeof(frames));
    r.nr_extents = fuzz_u8(f) < 0xf0 ? n : fuzz_number(f);
    r.extent_order = fuzz_u8(f) < 0xe0 ? fuzz_below(f, 3)
                                       : (unsigned int)fuzz_number(f);
    r.mem_flags = (unsigned int)fuzz_number(f);
    r.domid = (domid_t)choose_domain(f);
    return r;
}

static unsigned int choose_memory_op(struct fuzz *f, unsigned long args[6])
{
    static const uint8_t commands[] = {
        XENMEM_increase_reservation, XENMEM_decrease_reservation,
        XENMEM_populate_physmap, XENMEM_exchange, XENMEM_current_reservation,
        XENMEM_maximum_reservation, XENMEM_machphys_mapping,
        XENMEM_machine_memory_map,
    };
    uint8_t kind = fuzz_u8(f);
    struct xen_memory_exchange x = { 0 };

    args[0] = kind < 0xf0 ? commands[kind % ARRAY_SIZE(commands)]
                          : fuzz_number(f);
    x.in = choose_reservation(f);
    if (args[0] == XENMEM_exchange) {
        x.out = choose_reservation(f);
        x.nr_exchanged = fuzz_u8(f) < 0xe0 ? 0 : fuzz_number(f);
    }
    args[1] = calls_put(f, &x, sizeof(x));
    return __HYPERVISOR_memory_op;
}

static unsigned int choose_descriptor(struct fuzz *f, unsigned long args[6])
{
    args[0] = choose_pointer(f);
    args[1] = fuzz_u64(f);
    return __HYPERVISOR_update_descriptor;
}

unsigned int calls_choose(struct fuzz *f, unsigned long args[6])
{
    uint8_t kind = fuzz_u8(f);

    fake_current = &fake_vcpus[kind >= 0xa0];
    switch (kind & 7) {
    case 0: case 1: case 2:
        return choose_mmu_update(f, args);
    case 3: case 4:
        return choose_mmuext(f, args);
    case 5:
        return choose_va_mapping(f, args);
    case 6:
        return choose_descriptor(f, args);
    default:
        return choose_memory_op(f, args);
    }
}

/* A vcpu that runs has tables: without, there is none to change. */
static long va_mapping(unsigned long va, unsigned long pte,
                       unsigned long flags)
{
    return mfn_eq(fake_current->arch.l4_kernel, INVALID_MFN) ? -EINVAL
               : do_update_va_mapping(va, pte, flags);
}

static long va_mapping_other(unsigned long va, unsigned long pte,
                             unsigned long flags, unsigned int domid)
{
    return mfn_eq(fake_current->arch.l4_kernel, INVALID_MFN) ? -EINVAL
               : do_update_va_mapping_otherdomain(va, pte, flags, domid);
}

const hypercall_t calls_table[HYPERCALL_COUNT] = {
    [__HYPERVISOR_mmu_update] = CALL(do_mmu_update),
    [__HYPERVISOR_update_descriptor] = CALL(do_update_descriptor),
    [__HYPERVISOR_memory_op] = CALL(do_memory_op),
    [__HYPERVISOR_multicall] = CALL(do_multicall),
    [__HYPERVISOR_update_va_mapping] = CALL(va_mapping),
    [__HYPERVISOR_update_va_mapping_otherdomain] = CALL(va_mapping_other),
    [__HYPERVISOR_mmuext_op] = CALL(do_mmuext_op),
};

/* --- the check --- */

/* The model is told of pins by who makes them: here the frames say so. */
void calls_check(void)
{
    model_start_holdings();
    for (unsigned int n = 1; n < PAGING_RAM; n++) {
        struct frame *f = fake_frame(n);

        if (f->state & FRAME_PINNED)
            model_add(f, HOLDS_PIN, frame_state_type(f->state));
    }
    fake_paging_check();
    ck_assert(fake_heap_live == heap_at_start);
}

/* Domain 0 has frames 1 to 24 and the other 25 to 36; more are free. It has no
 * devices: who has may flush caches, by an instruction that is not for us. */
static void start(struct fuzz *f)
{
    uint8_t kind = fuzz_u8(f);

    fake_paging_start();
    fake_guest_reset();
    dom_io = &io_domain;
    io_domain.id = DOMAIN_IO;
    io_domain.refs = 1;
    D->is_privileged = kind & 1;
    D->grants = OTHER->grants = &no_grants;
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++) {
        vcpus[i] = &fake_vcpus[i];
        fake_domains[i].vcpu = &vcpus[i];
        fake_domains[i].max_vcpus = 1;
    }
    for (unsigned int i = 0; i < 36; i++)
        ck_assert(frame_alloc_for(i < 24 ? D : OTHER, 0, 0).n == i + 1);
    heap_at_start = fake_heap_live;
    fake_softirq_one_in = kind & 0x10 ? 1 + (kind >> 5) : 0;
    fake_paging_seed = kind;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = { data, size };

    start(&f);
    calls_run(&f);
    return 0;
}
