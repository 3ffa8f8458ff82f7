/* SPDX-License-Identifier: MIT */
/*
 * reservation.c - memory_op (hypercall 12): how much memory a domain has. Each
 * extent is a power of two of frames. Calls that work through a list return
 * how many extents they did, a short count being no error of the call; they
 * restart with the count in the upper bits of the command.
 *
 * exchange is all or nothing for each group of input extents that makes up one
 * output extent: new frames are taken first, then the old ones go.
 */
#include <asm/hypercall.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/guest_copy.h>
#include <hv/heap.h>
#include <hv/memory_op.h>
#include <hv/page_alloc.h>
#include <hv/softirq.h>
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

static bool populate_one(struct job *j)
{
    xen_pfn_t gpfn;
    mfn_t m;

    if (read_guest(gpfn, list_slot(&j->r, j->done)))
        return false;
    m = frame_alloc_for(j->d, j->r.extent_order, address_bits(&j->r));
    if (mfn_eq(m, INVALID_MFN))
        return false;
    for (unsigned long k = 0; k < 1ul << j->r.extent_order; k++)
        arch_set_m2p(mfn_add(m, k), pfn(gpfn + k));
    return hand_out(j, m);
}

static bool increase_one(struct job *j)
{
    mfn_t m = frame_alloc_for(j->d, j->r.extent_order, address_bits(&j->r));

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

static struct domain *find_target(domid_t id, int *rc)
{
    struct domain *d = find_domain_or_self(id);

    if (!d) {
        *rc = -ESRCH;
    } else if (d != current->domain && !current->domain->is_privileged) {
        domain_put(d);
        d = NULL;
        *rc = -EPERM;
    }
    return d;
}

static long run_list(unsigned long cmd, unsigned long arg,
                     bool (*one)(struct job *))
{
    struct job j = { .done = START(cmd) };
    bool restart = false;
    int rc = 0;

    /* As the interface has it: these are not errors but nothing done. */
    if (read_guest(j.r, arg) ||
        j.r.nr_extents > ~0ul >> COMMAND_BITS || j.done >= j.r.nr_extents ||
        j.r.extent_order > max_order())
        return (long)j.done;
    j.d = find_target(j.r.domid, &rc);
    if (!j.d)
        return rc == -ESRCH ? (long)j.done : rc;
    while (j.done < j.r.nr_extents && one(&j)) {
        j.done++;
        if (j.done < j.r.nr_extents && softirq_is_pending()) {
            restart = true;
            break;
        }
    }
    domain_put(j.d);
    if (restart)
        return hypercall_restart(__HYPERVISOR_memory_op, 2,
                                 COMMAND(cmd) | j.done << COMMAND_BITS, arg);
    return (long)j.done;
}

/* --- exchange --- */

#define EXCHANGE_ORDER_MAX  9u

static bool exchange_is_sane(const struct xen_memory_exchange *x)
{
    unsigned int in = x->in.extent_order, out = x->out.extent_order;

    if (x->nr_exchanged > x->in.nr_extents || in > out ||
        x->in.domid != x->out.domid ||
        x->in.nr_extents > ~0ul >> (in + 1) ||
        x->out.nr_extents > ~0ul >> (out + 1) ||
        x->in.nr_extents << in != x->out.nr_extents << out)
        return false;
    /* Whole input extents make up an output extent. */
    return !(x->nr_exchanged & ((1ul << (out - in)) - 1));
}

static void unclaim_all(struct frame **frames, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++)
        frame_unclaim(frames[i]);
}

/* Claim the frames that make up output extent @i from their owner. */
static int claim_all(struct domain *d, const struct xen_memory_exchange *x,
                     unsigned long i, struct frame **frames)
{
    unsigned int in = x->in.extent_order, out = x->out.extent_order;
    xen_pfn_t first = 0;

    for (unsigned long k = 0; k < 1ul << out; k++) {
        unsigned long within = k & ((1ul << in) - 1);
        int rc = 0;

        if (!within && read_guest(first, list_slot(&x->in, (i << (out - in)) +
                                                               (k >> in))))
            rc = -EFAULT;
        frames[k] = rc ? NULL : frame_of(mfn(first + within));
        if (!rc && (!frame_is_ram(frames[k]) || !frame_claim(frames[k], d)))
            rc = -EINVAL;
        if (rc) {
            unclaim_all(frames, k);
            return rc;
        }
    }
    return 0;
}

/* Make output extent @i out of its inputs, or change nothing. */
static int exchange_one(struct domain *d, const struct xen_memory_exchange *x,
                        unsigned long i, struct frame **frames)
{
    unsigned int order = x->out.extent_order;
    unsigned long count = 1ul << order;
    xen_pfn_t gpfn, frame;
    mfn_t new;
    int rc;

    if (read_guest(gpfn, list_slot(&x->out, i)))
        return -EFAULT;
    /* Old frames that somebody still uses stay the domain's beyond this call:
     * once they have taken it over its limit, that is all it gets. */
    if (READ_ONCE(d->page_count) > READ_ONCE(d->page_max))
        return -ENOMEM;
    rc = claim_all(d, x, i, frames);
    if (rc)
        return rc;
    new = page_alloc_frames(order, address_bits(&x->out));
    if (mfn_eq(new, INVALID_MFN)) {
        unclaim_all(frames, count);
        return -ENOMEM;
    }
    frame_assign(d, new, count);
    for (unsigned long k = 0; k < count; k++) {
        arch_set_m2p(frame_mfn(frames[k]), INVALID_PFN);
        frame_put_claimed(frames[k]);
        arch_set_m2p(mfn_add(new, k), pfn(gpfn + k));
    }
    frame = new.n;
    return write_guest(list_slot(&x->out, i), frame);
}

static long exchange(unsigned long cmd, unsigned long arg)
{
    struct xen_memory_exchange x;
    struct frame **frames;
    unsigned long group, i;
    struct domain *d;
    int rc = 0;

    if (read_guest(x, arg))
        return -EFAULT;
    if (x.in.extent_order > max_order() || x.out.extent_order > max_order() ||
        x.out.extent_order > EXCHANGE_ORDER_MAX)
        return -EPERM;
    if (!exchange_is_sane(&x))      /* shifts by the orders */
        return -EINVAL;
    d = find_target(x.in.domid, &rc);
    if (!d)
        return rc;
    frames = heap_alloc_array(1ul << x.out.extent_order, sizeof(*frames));
    if (!frames)
        rc = -ENOMEM;
    group = 1ul << (x.out.extent_order - x.in.extent_order);
    for (i = x.nr_exchanged / group; !rc && i < x.out.nr_extents; i++) {
        if (i > x.nr_exchanged / group && softirq_is_pending()) {
            rc = -ERESTART;
            break;
        }
        rc = exchange_one(d, &x, i, frames);
        if (rc)
            break;
    }
    heap_free(frames);
    domain_put(d);
    x.nr_exchanged = i * group;
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
    d = find_target(id, &rc);
    if (!d)
        return rc;
    n = (long)(cmd == XENMEM_maximum_reservation ? d->page_max
                                                 : d->page_count);
    domain_put(d);
    return n;
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
        return reservation_figure(COMMAND(cmd), arg);
    default:
        return START(cmd) ? -ENOSYS : arch_memory_op(COMMAND(cmd), arg);
    }
}
