/* SPDX-License-Identifier: MIT */
/* domain.h - what a domain is on x86: its window of descriptor tables. */
#ifndef ASM_DOMAIN_H
#define ASM_DOMAIN_H

#include <asm/pte.h>
#include <hv/cpu.h>
#include <hv/spinlock.h>

struct arch_domain {
    /* Who may change page tables of this domain: asm/table_lock.h. */
    spinlock_t pt_lock;
    bool is_exclusive;              /* [a] TL1 */
    /* L3 of slot 257: every L4 of the domain points at it. [I] */
    mfn_t perdomain_l3;
    pte_t *perdomain_l2;            /* [I] */
    /* CPUs whose TLBs may know of it: mm/tlb.c, T2. [a] */
    cpu_set_t tlb_cpus;
    /* What memory_map tells it: e820 entries, or NULL. [D] */
    void *memory_map;
    unsigned int memory_map_count;
    /* Latch of port 0xcf8. [D] */
    uint32_t pci_address;
    uint32_t tsc_mode, tsc_incarnation;     /* [D] the tools'; CPUID shows them */
    /* What CPUID shows, or NULL: what any guest may be shown. Changes only
     * until the domain first runs. [D] */
    struct cpu_policy *cpu_policy;
    /* Of a dying domain: the frame whose turn it is, 0: the first. */
    uint32_t relinquish_next;
};

#endif
