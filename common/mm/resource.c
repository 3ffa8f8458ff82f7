/* SPDX-License-Identifier: MIT */
/*
 * resource.c - memory_op's acquire_resource: the hypervisor's frames that belong
 * to a domain's interfaces, for who builds the domain. There is one kind, its
 * grant table, which grows as is asked. The frames are the domain's to map, so
 * a control domain maps them as any other of its frames.
 */
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/grant_table.h>
#include <hv/guest_copy.h>
#include <hv/memory_op.h>
#include <hv/vcpu.h>
#include <public/memory.h>

/* How many frames the resource can have; 0: there is none. */
static unsigned int resource_max(const struct domain *d,
                                 const struct xen_mem_acquire_resource *r)
{
    return r->type == XENMEM_resource_grant_table &&
                   r->id == XENMEM_resource_grant_table_id_shared
               ? d->grants->frame_max : 0;
}

static long list_frames(struct domain *d,
                        const struct xen_mem_acquire_resource *r,
                        unsigned int max)
{
    int rc;

    if (r->frame > max || r->nr_frames > max - r->frame)
        return -EINVAL;
    rc = grant_table_grow(d, (unsigned int)r->frame + r->nr_frames);
    for (unsigned int i = 0; !rc && i < r->nr_frames; i++) {
        xen_pfn_t frame = d->grants->frame[r->frame + i]->mfn.n;

        rc = write_guest((unsigned long)r->frame_list.p + i * sizeof(frame),
                         frame);
    }
    return rc;
}

static long acquire(struct domain *d, struct xen_mem_acquire_resource *r,
                    unsigned long arg)
{
    unsigned int max = resource_max(d, r);

    if (r->type > XENMEM_resource_vmtrace_buf)
        return -EOPNOTSUPP;
    /* Frames and where to tell them; or neither, to ask how many. */
    if (!max || !r->nr_frames != !r->frame_list.p)
        return -EINVAL;
    if (r->nr_frames)
        return list_frames(d, r, max);
    r->nr_frames = max;
    return write_guest(arg, *r);
}

/* Of another domain only: one's own is had by setup_table. */
long memory_acquire_resource(unsigned long arg)
{
    struct xen_mem_acquire_resource r;
    struct domain *d;
    long rc = -EPERM;

    if (read_guest(r, arg))
        return -EFAULT;
    if (r.pad)
        return -EINVAL;
    d = find_domain(r.domid);
    if (!d)
        return -ESRCH;
    if (d != current->domain && current->domain->is_privileged)
        rc = acquire(d, &r, arg);
    domain_put(d);
    return rc;
}
