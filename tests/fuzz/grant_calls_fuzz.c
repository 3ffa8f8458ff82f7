/* SPDX-License-Identifier: MIT */
/*
 * grant_calls_fuzz.c - grants between domain 0 and another, which both use
 * grant_table_op and mmu_update and write their tables of grants meanwhile, on
 * the machine of tests/unit/fake. After each call every reference, type, pin
 * and handle must be explained; when all is released nothing is in use.
 */
#include <asm/hypercalls.h>
#include <asm/paging.h>
#include <hv/direct_map.h>
#include <hv/errno.h>
#include <hv/grant.h>
#include <hv/grant_table.h>
#include <hv/multicall.h>
#include <public/grant_table.h>
#include "../../common/grant/grant.h"
#include "calls.h"
#include "fake_guest.h"
#include "fake_heap.h"
#include "grant_fakes.h"

#define LIST_MAX    4u
#define REFS        8u              /* few, so that all meet */
#define HANDLES     8u
#define TABLES      2u              /* of each domain: an L1 at address 0, an
                                     * L1 that nothing names */

struct domain *dom_io;
static struct domain io_domain;
static struct vcpu *vcpus[FAKE_DOMAINS];
static uint64_t table_of[FAKE_DOMAINS][TABLES], root_of[FAKE_DOMAINS];

cpu_set_t cpu_online;

struct domain *find_frame_owner(domid_t id)
{
    if (id != DOMAIN_IO)
        return find_domain_or_self(id);
    io_domain.refs++;
    return &io_domain;
}

/* --- arguments --- */

static uint64_t choose_frame(struct fuzz *f)
{
    static const uint64_t odd[] = {
        0, NOTHING_ALLOWED, FAKE_FRAMES, 1ul << 40, ~0ul, ~0u,
        DEVICE_ALLOWED, DEVICE_REFUSED,
    };
    uint8_t n = fuzz_u8(f);

    return n < 0xf0 ? n % FAKE_FRAMES : odd[n & 7];
}

static domid_t choose_domain(struct fuzz *f)
{
    uint8_t kind = fuzz_u8(f);

    return kind < 0xb0 ? !fake_current->domain->id : kind < 0xd0
               ? fake_current->domain->id : kind < 0xf0 ? DOMAIN_SELF
               : (domid_t)fuzz_u64(f);
}

static uint32_t choose_ref(struct fuzz *f)
{
    uint8_t n = fuzz_u8(f);

    return n < 0xf8 ? n % REFS : (uint32_t)fuzz_number(f);
}

static uint32_t choose_handle(struct fuzz *f)
{
    uint8_t n = fuzz_u8(f);

    return n < 0xf8 ? n % HANDLES : (uint32_t)fuzz_number(f);
}

/* The machine address of an entry, mostly of a table of the caller's. */
static uint64_t choose_entry(struct fuzz *f)
{
    uint8_t kind = fuzz_u8(f);

    if (kind >= 0xf0)
        return kind == 0xff ? 0 : fuzz_number(f);
    return (table_of[fake_current->domain->id][kind & 1] << PAGE_SHIFT) +
           (kind >> 1 & 7) * sizeof(pte_t) + (kind >= 0xe8);
}

/* Where there is a table, or a hole. */
static uint64_t choose_va(struct fuzz *f)
{
    uint8_t kind = fuzz_u8(f);

    return kind < 0xf0 ? (uint64_t)(kind & 7) << PAGE_SHIFT : fuzz_number(f);
}

static uint64_t choose_bus(struct fuzz *f)
{
    uint8_t kind = fuzz_u8(f);

    return kind < 0xa0 ? 0 : choose_frame(f) << PAGE_SHIFT;
}

/* --- calls --- */

static void choose_map(struct fuzz *f, struct gnttab_map_grant_ref *op)
{
    static const uint16_t flags[] = {
        GNTMAP_host_map, GNTMAP_host_map | GNTMAP_readonly,
        GNTMAP_device_map, GNTMAP_device_map | GNTMAP_readonly,
        GNTMAP_host_map | GNTMAP_device_map, 0,
        GNTMAP_host_map | GNTMAP_application_map,
        GNTMAP_host_map | GNTMAP_device_map | GNTMAP_readonly,
    };
    uint8_t kind = fuzz_u8(f);

    op->flags = kind < 0xf8 ? flags[kind & 7] : (uint32_t)fuzz_number(f);
    if (kind & 0x80)
        op->flags |= GNTMAP_contains_pte;
    op->host_addr = kind & 0x80 ? choose_entry(f) : choose_va(f);
    op->ref = choose_ref(f);
    op->dom = choose_domain(f);
}

static void choose_unmap(struct fuzz *f, struct gnttab_unmap_grant_ref *op)
{
    uint8_t kind = fuzz_u8(f);

    if (kind & 3)
        op->host_addr = kind & 0x80 ? choose_entry(f) : choose_va(f);
    op->dev_bus_addr = choose_bus(f);
    op->handle = choose_handle(f);
}

static void choose_end(struct fuzz *f, struct gnttab_copy_ptr *end,
                       bool is_grant)
{
    end->domid = choose_domain(f);
    if (is_grant)
        end->u.ref = choose_ref(f);
    else
        end->u.gmfn = choose_frame(f);
    end->offset = fuzz_u8(f) < 0xe0 ? fuzz_u8(f) : (uint16_t)fuzz_u64(f);
}

static void choose_copy(struct fuzz *f, struct gnttab_copy *op)
{
    op->flags = fuzz_u8(f) & 3;
    choose_end(f, &op->source, op->flags & GNTCOPY_source_gref);
    choose_end(f, &op->dest, op->flags & GNTCOPY_dest_gref);
    op->len = fuzz_u8(f) < 0xe0 ? fuzz_u8(f) : (uint16_t)fuzz_u64(f);
}

static void choose_transfer(struct fuzz *f, struct gnttab_transfer *op)
{
    op->mfn = choose_frame(f);
    op->domid = choose_domain(f);
    op->ref = choose_ref(f);
}

static void choose_replace(struct fuzz *f, struct gnttab_unmap_and_replace *op)
{
    op->host_addr = choose_va(f);
    op->new_addr = choose_va(f);
    op->handle = choose_handle(f);
}

union any {
    struct gnttab_map_grant_ref map[LIST_MAX];
    struct gnttab_unmap_grant_ref unmap[LIST_MAX];
    struct gnttab_copy copy[LIST_MAX];
    struct gnttab_transfer transfer[LIST_MAX];
    struct gnttab_unmap_and_replace replace[LIST_MAX];
    struct gnttab_swap_grant_ref swap[LIST_MAX];
    struct gnttab_setup_table setup;
};

static void choose_element(struct fuzz *f, unsigned int op, union any *a,
                           unsigned int i)
{
    switch (op) {
    case GNTTABOP_map_grant_ref:
        choose_map(f, &a->map[i]);
        break;
    case GNTTABOP_unmap_grant_ref:
        choose_unmap(f, &a->unmap[i]);
        break;
    case GNTTABOP_copy:
        choose_copy(f, &a->copy[i]);
        break;
    case GNTTABOP_transfer:
        choose_transfer(f, &a->transfer[i]);
        break;
    case GNTTABOP_unmap_and_replace:
        choose_replace(f, &a->replace[i]);
        break;
    case GNTTABOP_swap_grant_ref:
        a->swap[i].ref_a = choose_ref(f);
        a->swap[i].ref_b = choose_ref(f);
        break;
    default:
        a->setup.dom = choose_domain(f);
        a->setup.nr_frames = fuzz_u8(f);
        a->setup.frame_list.p = (void *)calls_put_any(f, 8);
    }
}

static unsigned int choose_grant(struct fuzz *f, unsigned long args[6])
{
    static const uint8_t operations[] = {
        GNTTABOP_map_grant_ref, GNTTABOP_unmap_grant_ref, GNTTABOP_copy,
        GNTTABOP_map_grant_ref, GNTTABOP_unmap_grant_ref, GNTTABOP_transfer,
        GNTTABOP_unmap_and_replace, GNTTABOP_swap_grant_ref,
    };
    uint8_t kind = fuzz_u8(f);
    unsigned int n = 1 + (kind >> 3 & (LIST_MAX - 1));
    unsigned int op = kind < 0xe8 ? operations[kind & 7] : fuzz_u8(f) & 0xf;
    union any a = { 0 };

    for (unsigned int i = 0; i < n; i++)
        choose_element(f, op, &a, i);
    args[0] = op;
    args[1] = calls_put(f, &a, sizeof(a));
    args[2] = fuzz_u8(f) < 0xf8 ? n : (uint32_t)fuzz_number(f);
    return __HYPERVISOR_grant_table_op;
}

/* A store to a table, or to any page of the caller's. */
static unsigned int choose_mmu_update(struct fuzz *f, unsigned long args[6])
{
    static const uint64_t flags[] = {
        0, PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D, PTE_P | PTE_US | PTE_A, 0,
    };
    struct mmu_update u = { choose_entry(f), 0 };

    u.val = pte_make(mfn(choose_frame(f)), flags[fuzz_u8(f) & 3]).v;
    args[0] = calls_put(f, &u, sizeof(u));
    args[1] = 1;
    args[3] = fuzz_u8(f) < 0xf0 ? DOMAIN_SELF : choose_domain(f);
    return __HYPERVISOR_mmu_update;
}

/* What the granting domain writes needs no call. */
static void write_entry(struct fuzz *f)
{
    struct domain *d = &fake_domains[fuzz_u8(f) & 1];
    struct grant_entry_v1 *e = mfn_to_virt(d->grants->frame[0]->mfn);
    uint8_t kind = fuzz_u8(f);

    e += kind % REFS;
    e->frame = (uint32_t)choose_frame(f);
    e->domid = kind < 0xe0 ? !d->id : kind < 0xf0 ? d->id : 77;
    e->flags = fuzz_u8(f) & 0x80 ? GTF_permit_access | (kind & GTF_readonly)
                                 : fuzz_u8(f);
}

unsigned int calls_choose(struct fuzz *f, unsigned long args[6])
{
    uint8_t kind = fuzz_u8(f);

    fake_current = &fake_vcpus[kind >= 0xa0];
    write_entry(f);
    return (kind & 7) < 6 ? choose_grant(f, args) : choose_mmu_update(f, args);
}

const hypercall_t calls_table[HYPERCALL_COUNT] = {
    [__HYPERVISOR_mmu_update] = CALL(do_mmu_update),
    [__HYPERVISOR_grant_table_op] = CALL(do_grant_table_op),
    [__HYPERVISOR_multicall] = CALL(do_multicall),
};

/* --- the check --- */

void calls_check(void)
{
    model_start_holdings();
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++) {
        model_add(fake_frame(root_of[i]), HOLDS_PIN, FRAME_L4);
        model_add(fake_frame(table_of[i][1]), HOLDS_PIN, FRAME_L1);
    }
    grant_fakes_check();
}

/* Tables that map the lowest 2 MiB. */
static void start_tables(struct domain *d)
{
    const uint64_t flags = PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D;
    struct frame *f = grant_own(d);

    table_of[d->id][0] = frame_mfn(f).n;
    for (unsigned int level = 2; level <= 4; level++) {
        struct frame *upper = grant_own(d);

        fake_table(upper)[0] = pte_make(frame_mfn(f), flags);
        f = upper;
    }
    root_of[d->id] = frame_mfn(f).n;
    ck_assert(!frame_pin(f, d, FRAME_L4));
    ck_assert(!frame_get_with_type(f, d, FRAME_L4));
    fake_vcpus[d->id].arch.l4_kernel = frame_mfn(f);
    f = grant_own(d);
    table_of[d->id][1] = frame_mfn(f).n;
    ck_assert(!frame_pin(f, d, FRAME_L1));
}

static void start_domain(struct domain *d)
{
    ck_assert(!grant_table_grow(d, 1));
    arch_lock_tables(d);
    start_tables(d);
    arch_unlock_tables(d);
    for (unsigned int i = 0; i < 10; i++)
        (void)grant_own(d);
}

static void start(uint8_t kind)
{
    grant_fakes_start(2, 1);
    dom_io = &io_domain;
    io_domain = (struct domain){ .id = DOMAIN_IO, .refs = 1 };
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++) {
        vcpus[i] = &fake_vcpus[i];
        fake_domains[i].vcpu = &vcpus[i];
        fake_domains[i].max_vcpus = 1;
        start_domain(&fake_domains[i]);
    }
    fake_softirq_one_in = kind & 0x10 ? 1 + (kind >> 5) : 0;
    fake_paging_seed = kind;
}

/* The entries that are left hold what they name, and no pin is left. */
static void end(void)
{
    fake_softirq_one_in = 0;
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++)
        ck_assert(!grant_release_all(&fake_domains[i]));
    calls_check();
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++) {
        ck_assert(!model_domain_refs[i]);
        grant_domain_destroy(&fake_domains[i]);
    }
    ck_assert(fake_heap_live == grant_heap_at_start);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = { data, size };

    start(fuzz_u8(&f));
    calls_run(&f);
    end();
    return 0;
}
