/* SPDX-License-Identifier: MIT */
/* fake_find_domain.c - domains by number: those of fake_machine.c. */
#include <hv/domain.h>
#include <hv/vcpu.h>
#include "frame_model.h"

struct domain *find_domain_or_self(domid_t id)
{
    struct domain *d = id == DOMAIN_SELF ? fake_current->domain :
                       id < FAKE_DOMAINS ? &fake_domains[id] : NULL;

    if (d)
        d->refs++;
    return d;
}

struct domain *find_domain(domid_t id)
{
    return id < FAKE_DOMAINS ? find_domain_or_self(id) : NULL;
}
