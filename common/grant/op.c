/* SPDX-License-Identifier: MIT */
/*
 * op.c - grant_table_op (hypercall 20): lists of structures, each with a status
 * of its own; the call itself fails only when the list cannot be read. A list
 * stops between two elements when the CPU has other work, and goes on later.
 *
 * Elements that unmap are ended together: one flush for all of a batch.
 */
#include "grant.h"
#include <asm/hypercall.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/grant.h>
#include <hv/guest_copy.h>
#include <hv/softirq.h>
#include <hv/vcpu.h>

#define OPERATIONS  (1u << 12)  /* the bits above are reserved */
#define BATCH       32u         /* mappings ended by one flush */

union element {
    struct gnttab_map_grant_ref map;
    struct gnttab_unmap_grant_ref unmap;
    struct gnttab_transfer transfer;
    struct gnttab_copy copy;
    struct gnttab_unmap_and_replace replace;
    struct gnttab_swap_grant_ref swap;
};

/* What one list has under way. */
struct work {
    struct lookup from, to;
    struct unmapping batch[BATCH];
    unsigned int count;
};

static void run_map(union element *e, struct work *w)
{
    grant_map(&e->map, &w->from);
}

static void run_unmap(union element *e, struct work *w)
{
    e->unmap.status = grant_unmap_begin(&e->unmap, &w->batch[w->count++]);
}

static void run_replace(union element *e, struct work *w)
{
    e->replace.status = grant_replace_begin(&e->replace,
                                            &w->batch[w->count++]);
}

static void run_copy(union element *e, struct work *w)
{
    grant_copy(&e->copy, &w->from, &w->to);
}

static void run_transfer(union element *e, struct work *w)
{
    grant_transfer(&e->transfer, &w->to);
}

static void run_swap(union element *e, struct work *w)
{
    (void)w;
    e->swap.status = grant_swap(current->domain, e->swap.ref_a,
                                e->swap.ref_b);
}

#define SIZE(member)    sizeof(((union element *)0)->member)

static const struct list_operation {
    uint8_t size;               /* 0: no such operation */
    void (*run)(union element *e, struct work *w);
} list_operations[] = {
    [GNTTABOP_map_grant_ref] = { SIZE(map), run_map },
    [GNTTABOP_unmap_grant_ref] = { SIZE(unmap), run_unmap },
    [GNTTABOP_transfer] = { SIZE(transfer), run_transfer },
    [GNTTABOP_copy] = { SIZE(copy), run_copy },
    [GNTTABOP_unmap_and_replace] = { SIZE(replace), run_replace },
    [GNTTABOP_swap_grant_ref] = { SIZE(swap), run_swap },
};

/* End what was unmapped: no TLB knows it any more, then its pins go. */
static void end_batch(struct work *w)
{
    bool is_any = false;

    for (unsigned int i = 0; i < w->count; i++)
        is_any |= w->batch[i].parts & MAP_CPU;
    if (is_any)
        arch_grant_flush();
    frame_batch_begin();
    for (unsigned int i = 0; i < w->count; i++)
        grant_unmap_end(current->domain, &w->batch[i]);
    frame_batch_end();
    w->count = 0;
}

static int run_element(const struct list_operation *o, unsigned long at,
                       struct work *w)
{
    union element e;

    if (copy_from_guest(&e, guest_va(at), o->size))
        return -EFAULT;
    o->run(&e, w);
    if (w->count == BATCH)
        end_batch(w);
    return copy_to_guest(guest_va(at), &e, o->size);
}

/* 0, -EFAULT, or -ERESTART with *done elements done. */
static int run_elements(const struct list_operation *o, unsigned long list,
                        unsigned int count, unsigned int *done)
{
    struct work w UNINITIALISED;
    int rc = 0;

    w.from.d = w.to.d = NULL;
    w.count = 0;
    for (*done = 0; !rc && *done < count; ++*done) {
        if (*done && softirq_is_pending())
            rc = -ERESTART;
        else
            rc = run_element(o, list + (unsigned long)*done * o->size, &w);
        if (rc)
            break;
    }
    if (w.count)
        end_batch(&w);
    grant_lookup_end(&w.from);
    grant_lookup_end(&w.to);
    return rc;
}

static long run_list(unsigned int cmd, unsigned long list, unsigned int count)
{
    const struct list_operation *o = &list_operations[cmd];
    unsigned int done;
    int rc = run_elements(o, list, count, &done);

    if (rc != -ERESTART)
        return rc;
    return hypercall_restart(__HYPERVISOR_grant_table_op, 3,
                             (unsigned long)cmd,
                             list + (unsigned long)done * o->size,
                             (unsigned long)(count - done));
}

long do_grant_table_op(unsigned int cmd, unsigned long arg,
                       unsigned int count)
{
    if (cmd >= OPERATIONS || count > INT32_MAX)
        return -EINVAL;
    switch (cmd) {
    case GNTTABOP_setup_table:
        return count == 1 ? grant_setup_table(arg) : -EINVAL;
    case GNTTABOP_query_size:
        return count == 1 ? grant_query_size(arg) : -EINVAL;
    case GNTTABOP_set_version:
        return grant_set_version(arg);
    case GNTTABOP_get_version:
        return grant_get_version(arg);
    case GNTTABOP_map_grant_ref:
    case GNTTABOP_unmap_grant_ref:
    case GNTTABOP_transfer:
    case GNTTABOP_copy:
    case GNTTABOP_unmap_and_replace:
    case GNTTABOP_swap_grant_ref:
        return run_list(cmd, arg, count);
    default:
        return -ENOSYS;
    }
}
