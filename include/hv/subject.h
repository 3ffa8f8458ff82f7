/* SPDX-License-Identifier: MIT */
/* subject.h - the domain that a guest names as the one its call is about. */
#ifndef HV_SUBJECT_H
#define HV_SUBJECT_H

#include <asm/current.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/vcpu.h>

/* With a reference, or NULL. -ESRCH; -EPERM: it is another than the caller's,
 * which is not privileged. */
static inline int find_subject(domid_t id, struct domain **d)
{
    *d = find_domain_or_self(id);
    if (!*d)
        return -ESRCH;
    if (*d == current->domain || current->domain->is_privileged)
        return 0;
    domain_put(*d);
    *d = NULL;
    return -EPERM;
}

#endif
