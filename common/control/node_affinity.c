/* SPDX-License-Identifier: MIT */
/* node_affinity.c - the memory nodes of a domain: there is one, and all domains
 * are there. */
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/sysctl.h>
#include <public/domctl.h>

#define NODES   64u         /* that a mask may name */
#define NODE_0  1ul

int domctl_getnodeaffinity(struct domain *d, struct xen_domctl *op)
{
    unsigned long nodes = NODE_0;

    (void)d;
    return guest_bitmap_write(&op->u.nodeaffinity.nodemap, &nodes, NODES);
}

/* -EINVAL: a mask without the node that there is. */
int domctl_setnodeaffinity(struct domain *d, struct xen_domctl *op)
{
    unsigned long nodes;
    int rc = guest_bitmap_read(&nodes, NODES, &op->u.nodeaffinity.nodemap);

    (void)d;
    return !rc && !(nodes & NODE_0) ? -EINVAL : rc;
}
