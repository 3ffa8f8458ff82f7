/* SPDX-License-Identifier: MIT */
/*
 * cpu_policy.h - all that CPUID answers, as rows that tools read, change and
 * give to a domain.
 *
 * A row is a leaf and a subleaf, which is XEN_CPUID_NO_SUBLEAF where a leaf has
 * only one answer. Rows stand in the order in which tools expect them: basic
 * leaves, the hypervisor's, extended ones.
 */
#ifndef ASM_CPU_POLICY_H
#define ASM_CPU_POLICY_H

#include <asm/cpuid.h>
#include <hv/compiler.h>
#include <public/xen.h>

/* pv/cpuid.c: the machine as it is; as far as we use it; what a guest is
 * shown by default, and at most. */
struct cpuid_regs cpuid_raw(uint32_t leaf, uint32_t subleaf);
struct cpuid_regs cpuid_host(uint32_t leaf, uint32_t subleaf);
struct cpuid_regs cpuid_pv(uint32_t leaf, uint32_t subleaf);

struct cpu_policy {
    unsigned int count;
    struct xen_cpuid_leaf row[];
};

#define POLICY_ROWS_MAX     128u    /* that any policy has */

/* Rows of @answer, a new one; NULL: no memory. heap_free() ends it. */
struct cpu_policy *policy_make(cpuid_fn answer) MUST_CHECK;
struct cpu_policy *policy_copy(const struct cpu_policy *p) MUST_CHECK;
/* What a guest with this policy is answered. */
struct cpuid_regs policy_lookup(const struct cpu_policy *p, uint32_t leaf,
                                uint32_t subleaf);
/* Put one row in, cut to what @most shows; a row that can only be zero is
 * passed over. -ERANGE: no policy has such a leaf; -EINVAL: there cannot be so
 * many leaves, or it is of another maker's CPU. */
int policy_merge(struct cpu_policy *p, const struct xen_cpuid_leaf *in,
                 cpuid_fn most) MUST_CHECK;
/* After the last policy_merge(): hide what depends on what is hidden. */
void policy_settle(struct cpu_policy *p);

#define FEATURE_WORDS   19u
/* Words of feature bits in the order of XEN_SYSCTL_get_cpu_featureset; those of
 * MSRs are 0. */
void policy_feature_words(cpuid_fn answer, uint32_t words[FEATURE_WORDS]);

#endif
