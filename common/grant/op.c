/* SPDX-License-Identifier: MIT */
/*
 * op.c - grant_table_op (hypercall 20): lists of structures, each with a status
 * of its own; the call itself fails only when the list cannot be read. A domain
 * can have its table; using another's comes with the second domain.
 */
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/grant.h>
#include <hv/grant_table.h>
#include <hv/guest_copy.h>
#include <hv/vcpu.h>
#include <public/grant_table.h>

#define VERSION     1u
#define OPERATIONS  (1u << 12)  /* the bits above are reserved */

static struct domain *find_target(domid_t id, int16_t *status)
{
    struct domain *d = find_domain_or_self(id);

    if (!d) {
        *status = GNTST_bad_domain;
    } else if (d != current->domain && !current->domain->is_privileged) {
        domain_put(d);
        d = NULL;
        *status = GNTST_permission_denied;
    }
    return d;
}

static long setup_table(unsigned long arg, unsigned int count)
{
    struct gnttab_setup_table op;
    struct domain *d;

    if (count != 1)
        return -EINVAL;
    if (read_guest(op, arg))
        return -EFAULT;
    op.status = GNTST_okay;
    d = find_target(op.dom, &op.status);
    if (d) {
        if (grant_table_grow(d, op.nr_frames))
            op.status = GNTST_general_error;
        for (unsigned int i = 0; op.status == GNTST_okay && i < op.nr_frames;
             i++) {
            xen_pfn_t frame = d->grants->frame[i].n;

            if (write_guest((unsigned long)op.frame_list.p +
                                i * sizeof(frame), frame))
                op.status = GNTST_bad_virt_addr;
        }
        domain_put(d);
    }
    return write_guest(arg, op);
}

static long query_size(unsigned long arg, unsigned int count)
{
    struct gnttab_query_size op;
    struct domain *d;

    if (count != 1)
        return -EINVAL;
    if (read_guest(op, arg))
        return -EFAULT;
    op.status = GNTST_okay;
    d = find_target(op.dom, &op.status);
    if (d) {
        op.nr_frames = d->grants->frame_count;
        op.max_nr_frames = GRANT_FRAMES_MAX;
        domain_put(d);
    }
    return write_guest(arg, op);
}

static long set_version(unsigned long arg)
{
    struct gnttab_set_version op;

    if (read_guest(op, arg))
        return -EFAULT;
    if (op.version != 1 && op.version != 2)
        return -EINVAL;
    if (op.version != VERSION)
        return -ENOSYS;
    return write_guest(arg, op);
}

static long get_version(unsigned long arg)
{
    struct gnttab_get_version op;
    struct domain *d;
    int16_t status;

    if (read_guest(op, arg))
        return -EFAULT;
    d = find_target(op.dom, &status);
    if (!d)
        return status == GNTST_bad_domain ? -ESRCH : -EPERM;
    domain_put(d);
    op.version = VERSION;
    return write_guest(arg, op);
}

long do_grant_table_op(unsigned int cmd, unsigned long arg,
                       unsigned int count)
{
    if (cmd >= OPERATIONS || count > INT32_MAX)
        return -EINVAL;
    switch (cmd) {
    case GNTTABOP_setup_table:
        return setup_table(arg, count);
    case GNTTABOP_query_size:
        return query_size(arg, count);
    case GNTTABOP_set_version:
        return set_version(arg);
    case GNTTABOP_get_version:
        return get_version(arg);
    default:
        return -ENOSYS;
    }
}
