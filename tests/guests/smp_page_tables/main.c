/* SPDX-License-Identifier: MIT */
/*
 * smp_page_tables/main.c - vcpus attack the same page tables at once.
 * Has 4 vcpus.
 *
 * Promise: whatever several vcpus of a domain do to the same few pages at the
 * same time, by every call and by plain stores, pages stay what their uses make
 * them, and when all is undone nothing holds them any more. A debug build with
 * check=N looks at everything meanwhile.
 */
#include "guest.h"

const char test_folder[] = "smp_page_tables";

#define POOL        16u
#define MAPPED      10u         /* of the pool: these have a place of their own */
#define WINDOWS     16u
#define SLOTS       3u          /* of a level-2 table in use */
#define ROUNDS      3000u
#define REGION      (VIRT_BASE + 0x28000000ul)
#define SLOT_SIZE   (1ul << 21)

static void *place[POOL];
static volatile uint64_t frame[POOL];   /* as last heard of */
static uint64_t pfn[POOL];
/* All frames that ever were in the pool: one may be pinned while it is being
 * exchanged, and stays the domain's. */
#define FRAMES      4096u
static uint64_t past[FRAMES];
static volatile unsigned past_count;
static uint64_t seeds[VCPUS_MAX];
static volatile unsigned at_work;

typedef long operation_t(void);

/* --- choices --- */

/* splitmix64 */
static uint64_t random_word(void)
{
    uint64_t z = seeds[vcpu_id()] += 0x9e3779b97f4a7c15ul;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ul;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebul;
    return z ^ (z >> 31);
}

static unsigned below(unsigned limit)
{
    return (unsigned)(random_word() % limit);
}

static uint64_t any_frame(void)
{
    return frame[below(POOL)];
}

static pte_t any_entry(void)
{
    static const uint64_t flags[] = { PTE_PAGE, PTE_PAGE, PTE_RO_PAGE,
                                      PTE_RO_PAGE, PTE_TABLE, PTE_P | PTE_US };

    if (below(4) == 0)
        return 0;
    return pte_make(any_frame(), flags[below(6)]);
}

static uint64_t any_word_of(uint64_t mfn)
{
    return (mfn << PAGE_SHIFT) + below(8) * sizeof(pte_t);
}

static char *any_window(void)
{
    return (char *)window_page(0) + below(WINDOWS) * PAGE_SIZE;
}

static char *any_in_region(void)
{
    return (char *)REGION + below(SLOTS) * SLOT_SIZE + below(8) * PAGE_SIZE +
           below(8) * sizeof(pte_t);
}

static void note_frame(unsigned i, uint64_t mfn)
{
    past[__atomic_fetch_add(&past_count, 1, __ATOMIC_SEQ_CST) % FRAMES] = mfn;
    frame[i] = mfn;
}

/* --- operations --- */

static long change_window(void)
{
    static uint64_t vcpus[2] = { 0xf };
    static const uint64_t whom[] = { UVMF_LOCAL, UVMF_ALL };
    uint64_t flags = below(3);

    flags |= below(3) ? whom[below(2)] : (uint64_t)&vcpus;
    return hc_update_va_mapping((uint64_t)any_window(), any_entry(), flags);
}

static long change_place(void)
{
    unsigned i = below(MAPPED);
    uint64_t rights = below(2) ? PTE_PAGE : PTE_RO_PAGE;

    return hc_update_va_mapping((uint64_t)place[i], pte_make(frame[i], rights),
                                UVMF_INVLPG | UVMF_ALL);
}

static long change_entries(void)
{
    struct mmu_update req[4];
    unsigned count = 1 + below(4);

    for (unsigned i = 0; i < count; i++) {
        req[i].ptr = any_word_of(any_frame()) |
                     (below(2) ? MMU_PT_UPDATE_PRESERVE_AD
                               : MMU_NORMAL_PT_UPDATE);
        req[i].val = any_entry();
    }
    return hc_mmu_update(req, count, NULL, DOMID_SELF);
}

static long pin(void)
{
    unsigned level = below(2) ? 0 : below(4);

    return mmuext_mfn(MMUEXT_PIN_L1_TABLE + level, any_frame());
}

static long unpin(void)
{
    return mmuext_mfn(MMUEXT_UNPIN_TABLE, any_frame());
}

static long change_slot(void)
{
    uint64_t va = REGION + below(SLOTS) * SLOT_SIZE;

    return pt_write(pt_entry_maddr(va, 2),
                    below(4) ? pte_make(any_frame(), PTE_TABLE) : 0);
}

static long store(void)
{
    char *va = below(2) ? any_window() + below(8) * sizeof(pte_t)
                        : any_in_region();

    return touch_write(va, any_entry()) != NO_TRAP;
}

static long load(void)
{
    uint64_t value;

    return touch_read(any_in_region(), &value) != NO_TRAP;
}

/* One vcpu at a time for each: a frame given away can come back as another's
 * of the pool, and would be taken for the old one. */
static long exchange(void)
{
    static bool is_taken[POOL];
    unsigned i = MAPPED + below(POOL - MAPPED);
    xen_pfn_t old, new = pfn[i];
    struct xen_memory_exchange ex = {
        .in = { .nr_extents = 1, .domid = DOMID_SELF },
        .out = { .nr_extents = 1, .domid = DOMID_SELF },
    };
    long rc;

    if (__atomic_test_and_set(&is_taken[i], __ATOMIC_SEQ_CST))
        return -1;
    old = frame[i];
    set_xen_guest_handle(ex.in.extent_start, &old);
    set_xen_guest_handle(ex.out.extent_start, &new);
    rc = hc_memory_op(XENMEM_exchange, &ex);
    if (!rc)
        note_frame(i, new);
    __atomic_clear(&is_taken[i], __ATOMIC_SEQ_CST);
    return rc;
}

static long flush(void)
{
    static uint64_t vcpus[2] = { 0xb };
    static const unsigned cmds[] = {
        MMUEXT_TLB_FLUSH_ALL, MMUEXT_INVLPG_ALL, MMUEXT_TLB_FLUSH_MULTI,
        MMUEXT_INVLPG_MULTI, MMUEXT_TLB_FLUSH_LOCAL,
    };
    struct mmuext_op op = {
        .cmd = cmds[below(5)], .arg1.linear_addr = (uint64_t)any_window(),
    };

    set_xen_guest_handle(op.arg2.vcpumask, vcpus);
    return hc_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

static long clear_or_copy(void)
{
    struct mmuext_op op = {
        .cmd = below(2) ? MMUEXT_CLEAR_PAGE : MMUEXT_COPY_PAGE,
        .arg1.mfn = any_frame(), .arg2.src_mfn = any_frame(),
    };

    return hc_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

/* Calls that read and write what another vcpu may just take away. */
static long copy_in(void)
{
    return hc_memory_op(XENMEM_maximum_reservation, any_in_region()) ==
           -XEN_EFAULT;
}

static long copy_out(void)
{
    return hc_xen_version(XENVER_extraversion, any_window());
}

static long change_user_base(void)
{
    return mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, below(2) ? any_frame() : 0);
}

static const struct {
    const char *name;
    operation_t *run;
    unsigned weight;
} operations[] = {
    { "windows_changed", change_window, 6 },
    { "places_changed", change_place, 4 },
    { "entries_changed", change_entries, 6 },
    { "tables_pinned", pin, 3 },
    { "tables_unpinned", unpin, 3 },
    { "slots_changed", change_slot, 4 },
    { "stores_made", store, 6 },
    { "loads_made", load, 4 },
    { "frames_exchanged", exchange, 2 },
    { "flushes_made", flush, 2 },
    { "pages_cleared_or_copied", clear_or_copy, 1 },
    { "arguments_read", copy_in, 1 },
    { "results_written", copy_out, 1 },
    { "user_tables_changed", change_user_base, 1 },
};
#define OPERATIONS  (sizeof(operations) / sizeof(operations[0]))

static volatile unsigned successes[OPERATIONS];

static unsigned any_operation(void)
{
    unsigned sum = 0, n;

    for (unsigned i = 0; i < OPERATIONS; i++)
        sum += operations[i].weight;
    n = below(sum);
    for (unsigned i = 0;; i++) {
        if (n < operations[i].weight)
            return i;
        n -= operations[i].weight;
    }
}

static void attack(void *arg)
{
    (void)arg;
    __atomic_add_fetch(&at_work, 1, __ATOMIC_SEQ_CST);
    for (unsigned i = 0; i < ROUNDS; i++) {
        unsigned n = any_operation();

        if (operations[n].run() == 0)
            __atomic_add_fetch(&successes[n], 1, __ATOMIC_SEQ_CST);
    }
    mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, 0);
}

/* --- before and after --- */

static void prepare(void)
{
    window_page(0);
    hc_vm_assist(VMASST_CMD_enable, VMASST_TYPE_writable_pagetables);
    for (unsigned i = 0; i < POOL; i++) {
        uint64_t mfn = 0;

        if (i < MAPPED)
            place[i] = page_alloc();
        else
            place[i] = page_alloc_unmapped(&mfn);
        note_frame(i, mfn ? mfn : va_to_mfn(place[i]));
        pfn[i] = mfn_to_pfn(frame[i]);
    }
    for (unsigned i = 0; i < VCPUS_MAX; i++)
        seeds[i] = 1000 + i;
}

static void undo(void)
{
    for (unsigned i = 0; i < SLOTS; i++)
        pt_write(pt_entry_maddr(REGION + i * SLOT_SIZE, 2), 0);
    for (unsigned i = 0; i < WINDOWS; i++)
        page_map(window_page(i), 0);
    for (unsigned i = 0; i < past_count && i < FRAMES; i++)
        mmuext_mfn(MMUEXT_UNPIN_TABLE, past[i]);
}

/* Nothing holds them: each is memory again, and can be given back. */
static void look(void)
{
    unsigned writable = 0, renewed = 0;

    for (unsigned i = 0; i < POOL; i++)
        writable += !page_map(place[i], pte_make(frame[i], PTE_PAGE));
    for (unsigned i = 0; i < POOL; i++)
        renewed += page_renew(place[i]);
    expect_eq("all_pages_are_writable_again", POOL, writable);
    expect_eq("nobody_holds_them", POOL, renewed);
}

void test_main(void)
{
    long frames = page_count();
    unsigned begun = 0, ended = 0;

    hc_vcpu_op(VCPUOP_stop_periodic_timer, 0, NULL);
    prepare();
    for (unsigned id = 1; id < VCPUS_MAX; id++)
        begun += !vcpu_start(id, attack, NULL);
    expect_eq("the_other_vcpus_start", VCPUS_MAX - 1, begun);
    expect_true("all_are_at_work", vcpu_wait(&at_work, VCPUS_MAX - 1));
    attack(NULL);
    for (unsigned id = 1; id < VCPUS_MAX; id++)
        ended += vcpu_join(id);
    expect_eq("and_end", VCPUS_MAX - 1, ended);
    for (unsigned i = 0; i < OPERATIONS; i++)
        expect_true(operations[i].name, successes[i] > 0);
    undo();
    look();
    expect_eq("the_domain_has_as_many_frames", (uint64_t)frames,
              (uint64_t)page_count());
}
