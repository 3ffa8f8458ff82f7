/* SPDX-License-Identifier: MIT */
/* domain_list.c - a record of each domain, for those that list them. */
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/sysctl.h>
#include <public/sysctl.h>

long sysctl_getdomaininfolist(struct xen_sysctl *op)
{
    struct xen_sysctl_getdomaininfolist *l = &op->u.getdomaininfolist;
    unsigned long va = (unsigned long)l->buffer.p;
    domid_t from = l->first_domain;
    uint32_t count = 0;
    struct domain *d;

    while (count < l->max_domains && (d = find_domain_from(from)) != NULL) {
        struct xen_domctl_getdomaininfo info;

        control_domain_info(d, &info);
        from = (domid_t)(d->id + 1);
        domain_put(d);
        if (write_guest(va + count * sizeof(info), info))
            return -EFAULT;
        count++;
    }
    l->num_domains = count;
    return 0;
}
