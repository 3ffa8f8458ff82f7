/* SPDX-License-Identifier: MIT */
/*
 * multicall.c - hypercall 13: many calls in one. Entries are read, run and
 * answered one by one, so that an entry may change those after it. Between two
 * entries, or when a call stops half-way, others may run; the call then goes on
 * with the entries that are left.
 */
#include <asm/guest_word.h>
#include <asm/hypercall.h>
#include <hv/compiler.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/multicall.h>
#include <hv/softirq.h>
#include <hv/vcpu.h>
#include <public/xen.h>

#define WORDS   (sizeof(struct multicall_entry) / sizeof(uint64_t))

static ALWAYS_INLINE bool read_entry(struct multicall_entry *e,
                                     unsigned long at)
{
    uint64_t *word = (uint64_t *)e;
    bool ok = true;

    guest_words_open();
#pragma GCC unroll 8
    for (unsigned int i = 0; i < WORDS; i++)
        ok = ok && guest_word_get(at + i * sizeof(*word), &word[i]);
    guest_words_close();
    return ok;
}

static ALWAYS_INLINE bool write_result(unsigned long at, long result)
{
    bool ok;

    guest_words_open();
    ok = guest_word_put(at + offsetof(struct multicall_entry, result),
                        (uint64_t)result);
    guest_words_close();
    return ok;
}

/* Run the entry at @at. -EFAULT; -ERESTART: it is not done, and now says so. */
static ALWAYS_INLINE long run_entry(unsigned long at)
{
    struct multicall_entry e UNINITIALISED;
    bool restart = false;
    long result;

    if (is_hypervisor_address(at) ||
        is_hypervisor_address(at + sizeof(e) - 1) || !read_entry(&e, at))
        return -EFAULT;
    result = arch_multicall_one(e.op, e.args, &restart);
    if (likely(!restart))
        return write_result(at, result) ? 0 : -EFAULT;
    if (write_guest(at + offsetof(struct multicall_entry, args), e.args))
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
