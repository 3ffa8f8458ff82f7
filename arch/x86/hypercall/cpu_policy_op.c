/* SPDX-License-Identifier: MIT */
/*
 * cpu_policy_op.c - what tools ask about CPUID and MSRs, of the machine
 * (sysctl) and of one domain (domctl), and what a domain shall be shown.
 *
 * A domain's policy changes only while the domain has never run, and under its
 * lock; so the guest's own CPUID reads it without. Rows are copied before they
 * go to the caller: no guest memory is touched under the lock.
 */
#include <asm/cpu_policy.h>
#include <asm/msr.h>
#include <hv/compiler.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/heap.h>
#include <hv/nospec.h>
#include <hv/string.h>
#include <hv/sysctl.h>
#include <hv/vcpu.h>
#include <public/sysctl.h>

/* MSRs that a policy tells of; no guest of ours has a bit of them. */
static const uint32_t shown_msrs[] = { MSR_PLATFORM_INFO, MSR_ARCH_CAPABILITIES };
#define NOTHING     ~0u         /* in the place of a leaf or an MSR */
#define MSRS_MAX    ((uint32_t)ARRAY_SIZE(shown_msrs))

/* Who answers for each policy, and each feature set; NULL: guests that we
 * cannot run. */
static const cpuid_fn policies[] = {
    [XEN_SYSCTL_cpu_policy_raw] = cpuid_raw,
    [XEN_SYSCTL_cpu_policy_host] = cpuid_host,
    [XEN_SYSCTL_cpu_policy_pv_max] = cpuid_pv,
    [XEN_SYSCTL_cpu_policy_hvm_max] = NULL,
    [XEN_SYSCTL_cpu_policy_pv_default] = cpuid_pv,
    [XEN_SYSCTL_cpu_policy_hvm_default] = NULL,
};
static const cpuid_fn feature_sets[] = {
    [XEN_SYSCTL_cpu_featureset_raw] = cpuid_raw,
    [XEN_SYSCTL_cpu_featureset_host] = cpuid_host,
    [XEN_SYSCTL_cpu_featureset_pv] = cpuid_pv,
    [XEN_SYSCTL_cpu_featureset_hvm] = NULL,
    [XEN_SYSCTL_cpu_featureset_pv_max] = cpuid_pv,
    [XEN_SYSCTL_cpu_featureset_hvm_max] = NULL,
};

/* -- words of features ----------------------------------------------------- */

void arch_cpu_feature_words(uint32_t *words, unsigned int count)
{
    uint32_t all[FEATURE_WORDS];

    policy_feature_words(cpuid_host, all);
    memcpy(words, all, MIN(count, FEATURE_WORDS) * sizeof(*words));
}

/* Plain CPUID is never made to show anything but the machine. */
long arch_sysctl_levelling_caps(struct xen_sysctl *op)
{
    op->u.cpu_levelling_caps.caps = 0;
    return 0;
}

long arch_sysctl_featureset(struct xen_sysctl *op)
{
    struct xen_sysctl_cpu_featureset *f = &op->u.cpu_featureset;
    unsigned long va = (unsigned long)f->features.p;
    uint32_t words[FEATURE_WORDS], count = MIN(f->nr_features, FEATURE_WORDS);
    cpuid_fn answer;

    if (!va) {
        f->nr_features = FEATURE_WORDS;
        return 0;
    }
    if (f->index >= ARRAY_SIZE(feature_sets))
        return -EINVAL;
    answer = feature_sets[index_nospec(f->index, ARRAY_SIZE(feature_sets))];
    if (!answer)
        return -EOPNOTSUPP;
    policy_feature_words(answer, words);
    if (copy_to_guest(guest_va(va), words, count * sizeof(words[0])))
        return -EFAULT;
    f->nr_features = count;
    return count < FEATURE_WORDS ? -ENOBUFS : 0;
}

/* -- to the caller --------------------------------------------------------- */

/* *@count is the room at @va, then what was put there; no @va: the most. */
static int put_rows(const struct cpu_policy *p, unsigned long va,
                    uint32_t *count)
{
    if (!va) {
        *count = POLICY_ROWS_MAX;
        return 0;
    }
    if (*count < p->count)
        return -ENOBUFS;
    *count = p->count;
    return copy_to_guest(guest_va(va), p->row,
                         p->count * sizeof(p->row[0]));
}

static int put_msrs(unsigned long va, uint32_t *count)
{
    if (va && *count < MSRS_MAX)
        return -ENOBUFS;
    *count = MSRS_MAX;
    for (uint32_t i = 0; va && i < MSRS_MAX; i++) {
        xen_msr_entry_t e = { .idx = shown_msrs[i] };

        if (write_guest(va + i * sizeof(e), e))
            return -EFAULT;
    }
    return 0;
}

/* Ends @p. Both counts change, or neither. */
static int put_policy(struct cpu_policy *p, unsigned long leaves,
                       uint32_t *leaf_count, unsigned long msrs,
                       uint32_t *msr_count)
{
    uint32_t rows = *leaf_count;
    int rc;

    if (!p)
        return -ENOMEM;
    rc = put_rows(p, leaves, &rows);
    if (!rc)
        rc = put_msrs(msrs, msr_count);
    if (!rc)
        *leaf_count = rows;
    heap_free(p);
    return rc;
}

long arch_sysctl_cpu_policy(struct xen_sysctl *op)
{
    struct xen_sysctl_cpu_policy *c = &op->u.cpu_policy;
    cpuid_fn answer;

    if (c->_rsvd || c->index >= ARRAY_SIZE(policies))
        return -EINVAL;
    answer = policies[index_nospec(c->index, ARRAY_SIZE(policies))];
    if (!answer)
        return -EOPNOTSUPP;
    return put_policy(policy_make(answer), (unsigned long)c->leaves.p,
                      &c->nr_leaves, (unsigned long)c->msrs.p, &c->nr_msrs);
}

/* -- of one domain --------------------------------------------------------- */

/* A copy of what @d is shown. */
static struct cpu_policy *policy_of(struct domain *d)
{
    struct cpu_policy *p = NULL;
    bool has_own;

    spin_lock(&d->lock);
    has_own = d->arch.cpu_policy != NULL;
    if (has_own)
        p = policy_copy(d->arch.cpu_policy);
    spin_unlock(&d->lock);
    return has_own ? p : policy_make(cpuid_pv);
}

int arch_domctl_get_cpu_policy(struct domain *d, struct xen_domctl *op)
{
    struct xen_domctl_cpu_policy *c = &op->u.cpu_policy;

    return put_policy(policy_of(d), (unsigned long)c->leaves.p, &c->nr_leaves,
                      (unsigned long)c->msrs.p, &c->nr_msrs);
}

/* What cannot be. */
static void name_error(struct xen_domctl_cpu_policy *c, uint32_t leaf,
                       uint32_t subleaf, uint32_t msr)
{
    c->err_leaf = leaf;
    c->err_subleaf = subleaf;
    c->err_msr = msr;
}

static int take_rows(struct cpu_policy *p, struct xen_domctl_cpu_policy *c)
{
    unsigned long va = (unsigned long)c->leaves.p;
    int rc = 0;

    if (c->nr_leaves > POLICY_ROWS_MAX)
        return -E2BIG;
    for (uint32_t i = 0; !rc && i < c->nr_leaves; i++) {
        struct xen_cpuid_leaf in;

        if (read_guest(in, va + i * sizeof(in)))
            return -EFAULT;
        rc = policy_merge(p, &in, cpuid_pv);
        if (rc)
            name_error(c, in.leaf, in.subleaf, NOTHING);
    }
    return rc;
}

/* -EINVAL: flags, or a value that no guest has; -ERANGE: no policy has it. */
static int check_msr(const xen_msr_entry_t *e)
{
    if (e->flags)
        return -EINVAL;
    for (uint32_t i = 0; i < MSRS_MAX; i++)
        if (shown_msrs[i] == e->idx)
            return e->val ? -EINVAL : 0;
    return -ERANGE;
}

static int check_msrs(struct xen_domctl_cpu_policy *c)
{
    unsigned long va = (unsigned long)c->msrs.p;
    int rc = 0;

    if (c->nr_msrs > MSRS_MAX)
        return -E2BIG;
    for (uint32_t i = 0; !rc && i < c->nr_msrs; i++) {
        xen_msr_entry_t e;

        if (read_guest(e, va + i * sizeof(e)))
            return -EFAULT;
        rc = check_msr(&e);
        if (rc)
            name_error(c, NOTHING, NOTHING, e.idx);
    }
    return rc;
}

/* Of a domain that is paused. */
static bool has_run(const struct domain *d)
{
    const struct vcpu *v;

    for_each_vcpu(d, v)
        if (READ_ONCE(v->runstate.time[RUNSTATE_running]))
            return true;
    return false;
}

/* Give @p to @d, not the caller's, or end it. -EEXIST: it has run. */
static int give(struct domain *d, struct cpu_policy *p)
{
    struct cpu_policy *old = p;

    domain_pause(d);
    if (!has_run(d)) {
        spin_lock(&d->lock);
        old = d->arch.cpu_policy;
        d->arch.cpu_policy = p;
        spin_unlock(&d->lock);
    }
    domain_unpause(d);
    heap_free(old);
    return old == p ? -EEXIST : 0;
}

int arch_domctl_set_cpu_policy(struct domain *d, struct xen_domctl *op)
{
    struct xen_domctl_cpu_policy *c = &op->u.cpu_policy;
    struct cpu_policy *p = policy_of(d);
    int rc;

    if (!p)
        return -ENOMEM;
    rc = take_rows(p, c);
    if (!rc)
        rc = check_msrs(c);
    if (rc) {
        heap_free(p);
        return rc;
    }
    policy_settle(p);
    return give(d, p);
}
