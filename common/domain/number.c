/* SPDX-License-Identifier: MIT */
/*
 * number.c - which number a new domain gets when nobody asks for one: not that
 * of a domain that ended a moment ago, which others may still speak of.
 */
#include <hv/domain.h>
#include <hv/errno.h>
#include "list_lock.h"

static domid_t last_given;      /* under domain_list_lock */

/* The first free one from @from on; the list ascends and is locked. */
static domid_t free_from(domid_t from)
{
    const struct domain *d;

    list_for_each(d, &domain_list, list) {
        if (d->id > from)
            break;
        if (d->id == from)
            from++;
    }
    return from < DOMID_FIRST_RESERVED ? from : DOMAIN_INVALID;
}

domid_t domain_free_id(void)
{
    domid_t id;

    spin_lock(&domain_list_lock);
    id = free_from((domid_t)(last_given + 1u));
    if (id == DOMAIN_INVALID)
        id = free_from(1);
    if (id != DOMAIN_INVALID)
        last_given = id;
    spin_unlock(&domain_list_lock);
    return id;
}

/* Somebody may ask for the very number in between. */
struct domain *domain_create_any(const struct domain_config *config, int *rc)
{
    struct domain *d;

    do {
        domid_t id = domain_free_id();

        if (id == DOMAIN_INVALID) {
            *rc = -ENOMEM;
            return NULL;
        }
        d = domain_create(id, config, rc);
    } while (*rc == -EEXIST);
    return d;
}
