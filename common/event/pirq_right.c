/* SPDX-License-Identifier: MIT */
/*
 * pirq_right.c - lines that the domain with the devices lets others handle.
 *
 * A guest binds a line that is mapped for it, and permitted. Who maps one for it
 * permits it; the permission alone can go earlier, and what is bound stays.
 * Locks: the domain's lock for its set; each of the others after it, alone.
 */
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/pirq.h>
#include <hv/rangeset.h>
#include <hv/vcpu.h>
#include "port.h"

bool pirq_may_bind(struct domain *d, unsigned int nr)
{
    bool may;

    if (d->is_hardware)
        return true;
    spin_lock(&d->lock);
    may = rangeset_contains(&d->pirqs, nr, nr);
    spin_unlock(&d->lock);
    return may && pirq_is_mapped(d, nr);
}

int pirq_permit(struct domain *d, unsigned int nr, bool is_allowed)
{
    int rc = -EINVAL;

    spin_lock(&d->lock);
    if (d->dying == DOMAIN_ALIVE)
        rc = is_allowed ? rangeset_add(&d->pirqs, nr, nr)
                        : rangeset_remove(&d->pirqs, nr, nr);
    spin_unlock(&d->lock);
    return rc;
}

int pirq_give(struct domain *d, unsigned int nr)
{
    int rc = pirq_lend_gsi(current->domain, d, nr);

    if (rc)
        return rc;
    rc = pirq_permit(d, nr, true);
    if (rc)
        (void)!pirq_unmap(d, nr);
    return rc;
}

/* Without the permission it is not bound again. */
int pirq_take_back(struct domain *d, unsigned int nr)
{
    int rc;

    if (!pirq_is_mapped(d, nr))
        return -EINVAL;
    rc = pirq_permit(d, nr, false);
    if (rc)
        return rc;
    port_close_pirq(d, nr);
    return pirq_unmap(d, nr);
}
