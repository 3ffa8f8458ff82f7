/* SPDX-License-Identifier: MIT */
/*
 * reservation.c - memory_op (hypercall 12): how much memory a domain has. Each
 * extent is a power of two of frames. Calls that work through a list return
 * how many extents they did, a short count being no error of the call; they
 * restart with the count in the upper bits of the command.
 *
 * exchange is all or nothing for each group of extents, as many frames as the
 * larger of both orders has: the old frames are claimed, so that nobody can begin
 * to use them, and new ones taken; then both change places.
 */
#include <asm/hypercall.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/guest_copy.h>
#include <hv/heap.h>
#include <hv/log_dirty.h>
#include <hv/memory_op.h>
#include <hv/page_alloc.h>
#include <hv/printk.h>
#include <hv/softirq.h>
#include <hv/subject.h>
#include <hv/vcpu.h>
#include <public/memory.h>

#define COMMAND_BITS    6
#define COMMAND(cmd)    ((unsigned int)((cmd) & ((1ul << COMMAND_BITS) - 1)))
#define START(cmd)      ((cmd) >> COMMAND_BITS)
#define ORDER_MAX_DOM0  18u     /* 1 GiB */
#define ORDER_MAX       9u      /* 2 MiB */

/* One call at work. */
struct job {
    struct domain *d;
    struct xen_memory_reservation r;
    unsigned long done;
    bool has_to_wait;           /* for a block: others come first */
};

static unsigned int max_order(void)
{
    return current->domain->is_hardware ? ORDER_MAX_DOM0 : ORDER_MAX;
}

static unsigned long list_slot(const struct xen_memory_reservation *r,
                               unsigned long i)
{
    return (unsigned long)r->extent_start.p + i * sizeof(xen_pfn_t);
}

static unsigned int address_bits(const struct xen_memory_reservation *r)
{
    return XENMEMF_get_address_bits(r->mem_flags);
}

/* --- one extent each; false ends the list --- */

/* One given back before, and still mapped, counts as done. */
static bool give_up_frame(struct domain *d, mfn_t m)
{
    struct frame *f = frame_of(m);

    if (!frame_is_ram(f) || !frame_get(f, d))
        return false;
    if (!frame_give_up(f))
        arch_set_m2p(m, INVALID_PFN);
    frame_put(f);
    return true;
}

/* Tell the guest the number of the extent @m, or take that back from it. */
static bool hand_out(struct job *j, mfn_t m)
{
    xen_pfn_t frame = m.n;

    if (!write_guest(list_slot(&j->r, j->done), frame))
        return true;
    /* By now another vcpu may have given it back itself. */
    for (unsigned long k = 0; k < 1ul << j->r.extent_order; k++)
        (void)give_up_frame(j->d, mfn_add(m, k));
    return false;
}

/* INVALID_MFN: it has to wait, or has what it may, or the machine has no more,
 * which is said. */
static mfn_t alloc_extent(struct job *j, pfn_t number)
{
    unsigned int order = j->r.extent_order, bits = address_bits(&j->r);
    unsigned long count = 1ul << order, free;
    mfn_t m;

    if (!page_alloc_prepare(order, bits)) {
        j->has_to_wait = true;
        return INVALID_MFN;
    }
    m = frame_alloc_as(j->d, order, bits, number);
    if (!mfn_eq(m, INVALID_MFN))
        return m;
    free = page_free_count();
    if (free < count)
        printk_guest(LOG_WARNING, "No memory for domain %u: %lu KiB are asked "
                     "for, %lu KiB are free\n", j->d->id,
                     count << (PAGE_SHIFT - 10), free << (PAGE_SHIFT - 10));
    return m;
}

static bool populate_one(struct job *j)
{
    xen_pfn_t gpfn;
    mfn_t m;

    if (read_guest(gpfn, list_slot(&j->r, j->done)))
        return false;
    m = alloc_extent(j, pfn(gpfn));
    return !mfn_eq(m, INVALID_MFN) && hand_out(j, m);
}

static bool increase_one(struct job *j)
{
    mfn_t m = alloc_extent(j, INVALID_PFN);

    if (mfn_eq(m, INVALID_MFN))
        return false;
    return !j->r.extent_start.p || hand_out(j, m);
}

static bool decrease_one(struct job *j)
{
    xen_pfn_t frame;

    if (read_guest(frame, list_slot(&j->r, j->done)))
        return false;
    for (unsigned long k = 0; k < 1ul << j->r.extent_order; k++)
        if (!give_up_frame(j->d, mfn(frame + k)))
            return false;
    return true;
}

static long run_list(unsigned long cmd, unsigned long arg,
                     bool (*one)(struct job *))
{
    struct job j = { .done = START(cmd) };
    bool restart = false;

    /* As the interface has it: these are not errors but nothing done. */
    if (read_guest(j.r, arg) || j.r.nr_extents > ~0ul >> COMMAND_BITS ||
        j.done >= j.r.nr_extents || j.r.extent_order > max_order())
        return (long)j.done;
    if (find_subject(j.r.domid, &j.d))
        return (long)j.done;
    frame_batch_begin();
    while (j.done < j.r.nr_extents && one(&j)) {
        j.done++;
        if (j.done < j.r.nr_extents && softirq_is_pending()) {
            restart = true;
            break;
        }
    }
    frame_batch_end();
    domain_put(j.d);
    if (restart || j.has_to_wait)
        return hypercall_restart(__HYPERVISOR_memory_op, 2,
                                 COMMAND(cmd) | j.done << COMMAND_BITS, arg);
    return (long)j.done;
}

/* --- exchange --- */

#define EXCHANGE_ORDER_MAX  9u

static bool exchange_is_sane(const struct xen_memory_exchange *x)
{
    unsigned int in = x->in.extent_order, out = x->out.extent_order;
    unsigned int order = MAX(in, out);

    if (x->nr_exchanged > x->in.nr_extents ||
        x->in.domid != x->out.domid ||
        x->in.nr_extents > ~0ul >> (in + 1) ||
        x->out.nr_extents > ~0ul >> (out + 1) ||
        x->in.nr_extents << in != x->out.nr_extents << out)
        return false;
    /* Whole groups only, and whole groups done. */
    return !((x->in.nr_extents << in) & ((1ul << order) - 1)) &&
           !((x->nr_exchanged << in) & ((1ul << order) - 1));
}

/* What one group gives and gets, frame by frame. */
struct group {
    struct domain *d;
    const struct xen_memory_exchange *x;
    unsigned int order;                 /* of the group, the larger of two */
    struct frame **old;                 /* 2^order */
    xen_pfn_t *gpfn, *new;              /* 2^(order - out.extent_order) */
};

static unsigned long group_outs(const struct group *g)
{
    return 1ul << (g->order - g->x->out.extent_order);
}

/* Whoever ends the domain meanwhile waits for them. */
static void unclaim_all(const struct group *g, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++)
        frame_unclaim(g->old[i]);
}

/* Claim the frames of group @i from their owner. */
static int claim_all(const struct group *g, unsigned long i)
{
    unsigned int in = g->x->in.extent_order;
    xen_pfn_t first = 0;

    for (unsigned long k = 0; k < 1ul << g->order; k++) {
        unsigned long within = k & ((1ul << in) - 1);
        struct frame *f = NULL;
        int rc = 0;

        if (!within &&
            read_guest(first, list_slot(&g->x->in, (i << (g->order - in)) +
                                                       (k >> in))))
            rc = -EFAULT;
        if (!rc)
            f = frame_of(mfn(first + within));
        if (!rc && (!frame_is_ram(f) || !frame_claim(f, g->d)))
            rc = -EINVAL;
        if (rc) {
            unclaim_all(g, k);
            return rc;
        }
        g->old[k] = f;
    }
    return 0;
}

static void free_all(const struct group *g, unsigned long count)
{
    for (unsigned long k = 0; k < count; k++)
        page_free_frames(mfn(g->new[k]), g->x->out.extent_order);
}

static int alloc_all(const struct group *g)
{
    for (unsigned long k = 0; k < group_outs(g); k++) {
        mfn_t m = page_alloc_frames(g->x->out.extent_order,
                                    address_bits(&g->x->out));

        if (mfn_eq(m, INVALID_MFN)) {
            free_all(g, k);
            return -ENOMEM;
        }
        g->new[k] = m.n;
    }
    return 0;
}

/* What it will get, from slot @first on: as long as it can still be refused. What
 * cannot be told goes back. */
static int tell_all(const struct group *g, unsigned long first)
{
    for (unsigned long k = 0; k < group_outs(g); k++)
        if (write_guest(list_slot(&g->x->out, first + k), g->new[k])) {
            free_all(g, group_outs(g));
            return -EFAULT;
        }
    return 0;
}

/* Nothing fails any more: the old frames go, the new ones come. The domain has both
 * for a moment, but can use the new ones alone. */
static void commit(const struct group *g)
{
    unsigned int order = g->x->out.extent_order;

    for (unsigned long k = 0; k < group_outs(g); k++)
        frame_assign(g->d, mfn(g->new[k]), 1ul << order, pfn(g->gpfn[k]));
    frame_batch_begin();
    for (unsigned long k = 0; k < 1ul << g->order; k++) {
        arch_set_m2p(frame_mfn(g->old[k]), INVALID_PFN);
        frame_put_claimed(g->old[k]);
    }
    frame_batch_end();
}

/* Whoever ends the domain looks once at each frame that it has, and the new ones
 * may have come too late: pairs with domain_destroy(). */
static void give_up_if_dying(const struct group *g)
{
    unsigned long size = 1ul << g->x->out.extent_order;

    if (__atomic_load_n(&g->d->dying, __ATOMIC_SEQ_CST) == DOMAIN_ALIVE)
        return;
    for (unsigned long k = 0; k < group_outs(g) * size; k++)
        (void)give_up_frame(g->d, mfn(g->new[k / size] + k % size));
}

/* Exchange group @i, or nothing but what the domain's list of it says. */
static int exchange_group(const struct group *g, unsigned long i)
{
    const struct xen_memory_reservation *out = &g->x->out;
    unsigned long first = i * group_outs(g);
    int rc;

    for (unsigned long k = 0; k < group_outs(g); k++)
        if (read_guest(g->gpfn[k], list_slot(out, first + k)))
            return -EFAULT;
    rc = claim_all(g, i);
    if (rc)
        return rc;
    rc = alloc_all(g);
    if (!rc)
        rc = tell_all(g, first);
    if (rc) {
        unclaim_all(g, 1ul << g->order);
        return rc;
    }
    commit(g);
    give_up_if_dying(g);
    return 0;
}

/* Room for what a group gives and gets. */
static int group_init(struct group *g, struct domain *d,
                      const struct xen_memory_exchange *x)
{
    g->d = d;
    g->x = x;
    g->order = MAX(x->in.extent_order, x->out.extent_order);
    g->old = heap_alloc_array(1ul << g->order, sizeof(*g->old));
    g->gpfn = heap_alloc_array(2 * group_outs(g), sizeof(*g->gpfn));
    g->new = g->gpfn + group_outs(g);
    if (g->old && g->gpfn)
        return 0;
    heap_free(g->old);
    heap_free(g->gpfn);
    return -ENOMEM;
}

/* Go on from x->nr_exchanged and note how far it went. */
static int exchange_groups(const struct group *g, struct xen_memory_exchange *x)
{
    unsigned int shift = g->order - x->in.extent_order;

    for (bool is_first = true; x->nr_exchanged < x->in.nr_extents;
         is_first = false) {
        int rc;

        if ((!is_first && softirq_is_pending()) ||
            !page_alloc_prepare(x->out.extent_order, address_bits(&x->out)))
            return -ERESTART;
        rc = exchange_group(g, x->nr_exchanged >> shift);
        if (rc)
            return rc;
        x->nr_exchanged += 1ul << shift;
    }
    return 0;
}

static long exchange(unsigned long cmd, unsigned long arg)
{
    struct xen_memory_exchange x;
    struct domain *d;
    struct group g;
    int rc = 0;

    if (read_guest(x, arg))
        return -EFAULT;
    if (x.in.extent_order > max_order() || x.out.extent_order > max_order() ||
        x.in.extent_order > EXCHANGE_ORDER_MAX ||
        x.out.extent_order > EXCHANGE_ORDER_MAX)
        return -EPERM;
    if (!exchange_is_sane(&x))      /* shifts by the orders */
        return -EINVAL;
    rc = find_subject(x.in.domid, &d);
    if (rc)
        return rc;
    rc = group_init(&g, d, &x);
    if (!rc) {
        rc = exchange_groups(&g, &x);
        heap_free(g.old);
        heap_free(g.gpfn);
    }
    domain_put(d);
    if (write_guest(arg + offsetof(struct xen_memory_exchange, nr_exchanged),
                    x.nr_exchanged))
        return -EFAULT;
    if (rc == -ERESTART)
        return hypercall_restart(__HYPERVISOR_memory_op, 2, cmd, arg);
    return rc;
}

/* --- figures --- */

static long reservation_figure(unsigned int cmd, unsigned long arg)
{
    domid_t id;
    struct domain *d;
    int rc = 0;
    long n;

    if (read_guest(id, arg))
        return -EFAULT;
    rc = find_subject(id, &d);
    if (rc)
        return rc;
    if (cmd == XENMEM_maximum_gpfn)
        n = arch_domain_last_gpfn(d);
    else
        n = (long)(cmd == XENMEM_maximum_reservation ? d->page_max
                                                     : d->page_count);
    domain_put(d);
    return n;
}

/* No domain has one; whoever saves a domain wants to know. */
static long numa_layout(unsigned long arg)
{
    struct xen_vnuma_topology_info info;
    struct domain *d;
    int rc;

    if (read_guest(info, arg))
        return -EFAULT;
    if (info.pad)
        return -EINVAL;
    rc = find_subject(info.domid, &d);
    if (rc)
        return rc;
    domain_put(d);
    return -EOPNOTSUPP;
}

/* --- claims --- */

/* Can the domain come to have @count frames? Nothing is kept for it. */
static int check_claim(const struct domain *d, unsigned long count)
{
    unsigned long have = READ_ONCE(d->page_count);

    if (!count)                 /* the claim is let go */
        return 0;
    if (count <= have || count > READ_ONCE(d->page_max))
        return -EINVAL;
    return count - have > page_free_count() ? -ENOMEM : 0;
}

static long claim(unsigned long arg)
{
    struct xen_memory_reservation r;
    struct domain *d;
    int rc = -EPERM;

    if (read_guest(r, arg))
        return -EFAULT;
    if (r.extent_start.p || r.extent_order || r.mem_flags)
        return -EINVAL;
    d = find_domain(r.domid);
    if (!d)
        return -EINVAL;
    if (current->domain->is_privileged)
        rc = check_claim(d, r.nr_extents);
    if (rc == -ENOMEM)
        printk(LOG_WARNING, "No memory for domain %u: %lu frames are claimed, "
               "%lu are free\n", d->id, r.nr_extents, page_free_count());
    domain_put(d);
    return rc;
}

long do_memory_op(unsigned long cmd, unsigned long arg)
{
    switch (COMMAND(cmd)) {
    case XENMEM_increase_reservation:
        return run_list(cmd, arg, increase_one);
    case XENMEM_decrease_reservation:
        return run_list(cmd, arg, decrease_one);
    case XENMEM_populate_physmap:
        return run_list(cmd, arg, populate_one);
    case XENMEM_exchange:
        return START(cmd) ? -EINVAL : exchange(cmd, arg);
    case XENMEM_current_reservation:
    case XENMEM_maximum_reservation:
    case XENMEM_maximum_gpfn:
        return START(cmd) ? -EINVAL : reservation_figure(COMMAND(cmd), arg);
    case XENMEM_get_vnumainfo:
        return START(cmd) ? -EINVAL : numa_layout(arg);
    case XENMEM_claim_pages:
        return START(cmd) ? -EINVAL : claim(arg);
    case XENMEM_acquire_resource:
        return START(cmd) ? -EINVAL : memory_acquire_resource(arg);
    default:
        return START(cmd) ? -ENOSYS : arch_memory_op(COMMAND(cmd), arg);
    }
}
