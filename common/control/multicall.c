/* SPDX-License-Identifier: MIT */
/*
 * multicall.c - hypercall 13: many calls in one. Entries are read, run and
 * answered one by one, so that an entry may change those after it. Between two
 * entries, or when a call stops half-way, others may run; the call then goes on
 * with the entries that are left.
 */
#include <asm/hypercall.h>
#include <hv/compiler.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/multicall.h>
#include <hv/softirq.h>
#include <hv/vcpu.h>
#include <public/xen.h>

/* Run the entry at @at. -EFAULT; -ERESTART: it is not done, and now says so. */
static long run_entry(unsigned long at)
{
    struct multicall_entry e UNINITIALISED;
    unsigned long new_args[6] = { 0 };
    bool restart = false;

    if (read_guest(e, at))
        return -EFAULT;
    e.result = (unsigned long)arch_multicall_one(e.op, e.args, new_args,
                                                 &restart);
    if (!restart)
        return write_guest(at + offsetof(struct multicall_entry, result),
                           e.result);
    if (write_guest(at + offsetof(struct multicall_entry, args), new_args))
        return -EFAULT;
    return -ERESTART;
}

static long run_entries(unsigned long *at, unsigned int *count)
{
    bool is_first = true;

    while (*count) {
        long rc;

        if (!is_first && softirq_is_pending())
            return -ERESTART;
        is_first = false;
        rc = run_entry(*at);
        if (rc)
            return rc;
        *at += sizeof(struct multicall_entry);
        --*count;
    }
    return 0;
}

long do_multicall(unsigned long list, unsigned int count)
{
    struct vcpu *v = current;
    long rc;

    if (v->in_multicall)
        return -EINVAL;
    v->in_multicall = true;
    rc = run_entries(&list, &count);
    v->in_multicall = false;
    if (rc == -ERESTART)
        return hypercall_restart(__HYPERVISOR_multicall, 2, list,
                                 (unsigned long)count);
    return rc;
}
