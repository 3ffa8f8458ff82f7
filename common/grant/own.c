/* SPDX-License-Identifier: MIT */
/*
 * own.c - operations about a table as a whole: how long, where, which version.
 * Of another domain they are the privileged one's. Each takes one argument.
 */
#include "grant.h"
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/subject.h>
#include <hv/vcpu.h>

#define VERSION     1u

static int16_t find_owner(domid_t id, struct domain **d)
{
    int rc = find_subject(id, d);

    if (!rc)
        return GNTST_okay;
    return rc == -ESRCH ? GNTST_bad_domain : GNTST_permission_denied;
}

static int16_t list_frames(const struct grant_table *t, unsigned int count,
                           unsigned long list)
{
    for (unsigned int i = 0; i < count; i++) {
        xen_pfn_t frame = t->frame[i]->mfn.n;

        if (write_guest(list + i * sizeof(frame), frame))
            return GNTST_bad_virt_addr;
    }
    return GNTST_okay;
}

long grant_setup_table(unsigned long arg)
{
    struct gnttab_setup_table op;
    struct domain *d;

    if (read_guest(op, arg))
        return -EFAULT;
    op.status = find_owner(op.dom, &d);
    if (d) {
        if (grant_table_grow(d, op.nr_frames))
            op.status = GNTST_general_error;
        else
            op.status = list_frames(d->grants, op.nr_frames,
                                    (unsigned long)op.frame_list.p);
        domain_put(d);
    }
    return write_guest(arg, op);
}

long grant_query_size(unsigned long arg)
{
    struct gnttab_query_size op;
    struct domain *d;

    if (read_guest(op, arg))
        return -EFAULT;
    op.status = find_owner(op.dom, &d);
    if (d) {
        op.nr_frames = READ_ONCE(d->grants->frame_count);
        op.max_nr_frames = d->grants->frame_max;
        domain_put(d);
    }
    return write_guest(arg, op);
}

long grant_set_version(unsigned long arg)
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

long grant_get_version(unsigned long arg)
{
    struct gnttab_get_version op;
    struct domain *d;
    int rc;

    if (read_guest(op, arg))
        return -EFAULT;
    rc = find_subject(op.dom, &d);
    if (rc)
        return rc;
    domain_put(d);
    op.version = VERSION;
    return write_guest(arg, op);
}
