/* SPDX-License-Identifier: MIT */
/* op_call.c - memory, grants, and any hypercall at all. */
#include "fuzz.h"
#include "grant.h"
#include <xen/memory.h>

/* --- memory --- */

static void fill_extents(xen_pfn_t *list, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        list[i] = one_in(2) ? pick_frame() : extra_frames[below(EXTRA_FRAMES)];
}

static unsigned pick_order(void)
{
    return (unsigned)(one_in(6) ? below(70) : below(3));
}

/* Frames that the calls gave us are worth trying. */
static void remember(const xen_pfn_t *list, long count)
{
    for (long i = 0; i < count && i < 16; i++)
        extra_frames[below(EXTRA_FRAMES)] = list[i];
}

void op_memory(void)
{
    static const unsigned commands[] = {
        XENMEM_increase_reservation, XENMEM_decrease_reservation,
        XENMEM_populate_physmap, XENMEM_decrease_reservation,
    };
    struct xen_memory_reservation *r = argument(sizeof(*r));
    xen_pfn_t *list = argument(16 * sizeof(*list));
    unsigned command = commands[below(ARRAY_SIZE(commands))];
    long done;

    r->extent_start.p = (void *)pick_pointer(list);
    r->nr_extents = one_in(20) ? pick_word() : below(16);
    r->extent_order = pick_order();
    r->mem_flags = (unsigned)(one_in(4) ? rnd() : 0);
    r->domid = (domid_t)(one_in(8) ? pick_domain() : DOMID_SELF);
    fill_extents(list, 16);
    if (one_in(12))
        command = (unsigned)below(64) | (one_in(3) ? 64 : 0);
    /* A list of our image's frames would be given up: only when it is late. */
    if (command == XENMEM_decrease_reservation && !is_late) {
        r->extent_order = 0;
        for (unsigned i = 0; i < 16; i++)
            list[i] = one_in(3) ? pick_page()->mfn
                                : extra_frames[below(EXTRA_FRAMES)];
    }
    done = call(__HYPERVISOR_memory_op, command, pick_pointer(r), 0, 0, 0);
    if (command == XENMEM_increase_reservation ||
        command == XENMEM_populate_physmap)
        remember(list, done);
}

void op_exchange(void)
{
    struct xen_memory_exchange *x = argument(sizeof(*x));
    xen_pfn_t *in = argument(16 * sizeof(*in));
    xen_pfn_t *out = argument(16 * sizeof(*out));

    for (unsigned i = 0; i < 16; i++)
        in[i] = one_in(3) ? pick_frame() : extra_frames[below(EXTRA_FRAMES)];
    for (unsigned i = 0; !is_late && i < 16; i++)
        in[i] = one_in(3) ? pick_page()->mfn
                          : extra_frames[below(EXTRA_FRAMES)];
    fill_extents(out, 16);
    x->in.extent_start.p = (void *)pick_pointer(in);
    x->out.extent_start.p = (void *)pick_pointer(out);
    x->out.extent_order = is_late ? pick_order() : (unsigned)below(3);
    x->out.nr_extents = below(3) + 1;
    x->in.nr_extents = x->out.nr_extents << (x->out.extent_order & 7);
    x->in.domid = x->out.domid =
        (domid_t)(one_in(8) ? pick_domain() : DOMID_SELF);
    if (one_in(10))
        x->nr_exchanged = pick_word();
    if (one_in(10))
        x->in.nr_extents = pick_word();
    if (!call(__HYPERVISOR_memory_op, XENMEM_exchange, pick_pointer(x), 0, 0,
              0))
        remember(out, (long)x->out.nr_extents);
}

/* --- grants --- */

#define REFS    24u                     /* of the table's first frame */

static xen_pfn_t table[4];              /* frames of our table, when known */
static grant_handle_t some_handles[8];

static domid_t pick_granter(void)
{
    static unsigned own = DOMID_INVALID;

    if (own == DOMID_INVALID)
        own = own_number();
    return (domid_t)(one_in(3) ? pick_domain() : own);
}

static void grant_setup(void)
{
    struct gnttab_setup_table *setup = argument(sizeof(*setup));
    xen_pfn_t *frames = argument(64 * sizeof(*frames));

    setup->dom = (domid_t)(one_in(8) ? pick_domain() : DOMID_SELF);
    setup->nr_frames = (uint32_t)(one_in(8) ? pick_word() : below(5));
    setup->frame_list.p = (void *)pick_pointer(frames);
    call(__HYPERVISOR_grant_table_op, GNTTABOP_setup_table,
         pick_pointer(setup), 1, 0, 0);
    remember(frames, 4);
    if (!setup->status && setup->dom == DOMID_SELF && setup->nr_frames)
        table[0] = frames[0];
}

/* Say something in the table, by a store that needs no mapping of it. */
static void grant_write(void)
{
    uint64_t flags = one_in(4) ? rnd() : GTF_permit_access |
                                         (one_in(3) ? GTF_readonly : 0);
    struct mmu_update *u = argument(sizeof(*u));

    u->ptr = (table[0] << PAGE_SHIFT) + below(REFS) * 8;
    u->val = (flags & 0xffff) | (uint64_t)pick_granter() << 16 |
             pick_frame() << 32;
    call(__HYPERVISOR_mmu_update, (uint64_t)u, 1, 0, DOMID_SELF, 0);
}

static uint64_t pick_place(uint32_t flags)
{
    struct pool_page *page = pick_page();

    if (one_in(6))
        return pick_word();
    return flags & GNTMAP_contains_pte
               ? pt_entry_maddr((uint64_t)page->va, 1 + (unsigned)!below(8))
               : (uint64_t)page->va;
}

static uint32_t pick_ref(void)
{
    return (uint32_t)(one_in(12) ? pick_word() : below(REFS));
}

static grant_handle_t pick_handle(void)
{
    return one_in(8) ? (grant_handle_t)rnd()
                     : some_handles[below(ARRAY_SIZE(some_handles))];
}

static void grant_mapping(void)
{
    struct gnttab_map_grant_ref *map = argument(sizeof(*map));

    map->flags = (uint32_t)(one_in(8) ? rnd() : 1 + below(31));
    map->host_addr = pick_place(map->flags);
    map->ref = pick_ref();
    map->dom = pick_granter();
    call(__HYPERVISOR_grant_table_op, GNTTABOP_map_grant_ref,
         pick_pointer(map), 1, 0, 0);
    if (!map->status)
        some_handles[below(ARRAY_SIZE(some_handles))] = map->handle;
}

static void grant_unmapping(void)
{
    struct gnttab_unmap_grant_ref *unmap = argument(sizeof(*unmap));
    struct gnttab_unmap_and_replace *replace = argument(sizeof(*replace));

    if (one_in(6)) {
        replace->host_addr = pick_place(0);
        replace->new_addr = pick_place(0);
        replace->handle = pick_handle();
        call(__HYPERVISOR_grant_table_op, GNTTABOP_unmap_and_replace,
             pick_pointer(replace), 1, 0, 0);
        return;
    }
    unmap->handle = pick_handle();
    unmap->host_addr = one_in(4) ? 0 : pick_place(rnd() & 16);
    unmap->dev_bus_addr = one_in(3) ? pick_frame() << PAGE_SHIFT : 0;
    call(__HYPERVISOR_grant_table_op, GNTTABOP_unmap_grant_ref,
         pick_pointer(unmap), 1, 0, 0);
}

static void grant_copying(void)
{
    struct gnttab_copy *copy = argument(sizeof(*copy));

    copy->flags = (uint16_t)below(4);
    copy->source.domid = one_in(2) ? DOMID_SELF : pick_granter();
    copy->dest.domid = one_in(2) ? DOMID_SELF : pick_granter();
    copy->source.u.gmfn = copy->flags & 1 ? pick_ref() : pick_frame();
    /* What it writes must not be what we run on. */
    copy->dest.u.gmfn = copy->flags & 2 ? pick_ref()
                        : is_late ? pick_frame() : pick_page()->mfn;
    copy->source.offset = (uint16_t)(one_in(6) ? rnd() : below(4096));
    copy->dest.offset = (uint16_t)(one_in(6) ? rnd() : below(4096));
    copy->len = (uint16_t)(one_in(6) ? rnd() : below(64));
    if ((copy->flags & 2) && !is_late)
        copy->len = 0;
    call(__HYPERVISOR_grant_table_op, GNTTABOP_copy, pick_pointer(copy), 1, 0,
         0);
}

static void grant_any(void)
{
    uint64_t *any = argument(256);
    uint64_t op = below(one_in(8) ? 32 : 13);

    for (unsigned i = 0; i < 32; i++)
        any[i] = one_in(2) ? pick_word() : pick_domain();
    if (op != GNTTABOP_copy || is_late)
        call(__HYPERVISOR_grant_table_op, op, pick_pointer(any),
             one_in(8) ? pick_word() : below(4), 0, 0);
}

void op_grant(void)
{
    static void (*const kind[])(void) = {
        grant_setup, grant_write, grant_write, grant_mapping, grant_mapping,
        grant_unmapping, grant_copying, grant_any,
    };

    kind[table[0] ? below(ARRAY_SIZE(kind)) : 0]();
}

/* --- anything --- */

static uint64_t pick_argument(void)
{
    uint64_t *any;

    if (one_in(2))
        return pick_word();
    any = argument(512);
    for (unsigned i = 0; i < 64; i++)
        any[i] = one_in(3) ? pick_word() : below(64);
    return pick_pointer(any);
}

/* Calls whose arguments other operations choose with more care, for what these
 * would do to us by chance is the end. */
static bool is_for_others(unsigned number)
{
    switch (number) {
    case __HYPERVISOR_set_trap_table:
    case __HYPERVISOR_set_callbacks:
    case __HYPERVISOR_stack_switch:
    case __HYPERVISOR_callback_op:
    case __HYPERVISOR_memory_op:
    case __HYPERVISOR_mmu_update:
    case __HYPERVISOR_mmuext_op:
        return !is_late;
    default:
        return false;
    }
}

static unsigned pick_number(void)
{
    return (unsigned)(one_in(12) ? pick_word() : below(57));
}

void op_any_call(void)
{
    unsigned number = pick_number();
    uint64_t a1 = one_in(2) ? below(40) : pick_argument();
    uint64_t a2 = one_in(8) ? below(3) : pick_argument();

    if (!call_is_deadly(number, a1, a2) && !is_for_others(number))
        call(number, a1, a2, pick_argument(), pick_argument(),
             pick_argument());
}

/* Entries that change one mapping each, or call anything. */
static void fill_entry(struct multicall_entry *e)
{
    e->op = __HYPERVISOR_update_va_mapping;
    e->args[0] = pick_va();
    e->args[1] = pick_pte(1);
    e->args[2] = below(4);
    if (one_in(2))
        return;
    e->op = pick_number();
    for (unsigned i = 0; i < 6; i++)
        e->args[i] = pick_argument();
    if (one_in(2))
        e->args[0] = below(40);
    if (call_is_deadly((unsigned)e->op, e->args[0], e->args[1]) ||
        is_for_others((unsigned)e->op))
        e->op = __HYPERVISOR_xen_version;
}

void op_multicall(void)
{
    /* Not among the arguments, which would overwrite it with calls of 0. */
    static struct multicall_entry list[6];
    unsigned count = (unsigned)below(ARRAY_SIZE(list)) + 1;

    for (unsigned i = 0; i < count; i++)
        fill_entry(&list[i]);
    if (is_late && one_in(10))
        count = (unsigned)pick_word();
    call(__HYPERVISOR_multicall,
         is_late ? pick_pointer(list) : (uint64_t)list, count, 0, 0, 0);
}
