/* SPDX-License-Identifier: MIT */
/*
 * paging.h - the hypervisor's own page tables, and flushing of TLBs.
 */
#ifndef ASM_PAGING_H
#define ASM_PAGING_H

#include <asm/pte.h>
#include <hv/compiler.h>
#include <hv/cpu.h>

struct domain;
struct vcpu;

/* --- mm/map.c: mappings that all domains share (slots 256 and 258-271) --- */
extern pte_t *hv_l4;            /* what idle vcpus run on */
extern mfn_t hv_l4_mfn;
extern bool map_from_boot_memory;   /* where tables come from */
/* The L2 entry of @va, tables on the way made as needed; NULL: no memory. */
pte_t *hv_l2_slot(unsigned long va);
/* Map @count frames at @va with @flags (PTE_HV_*), with large pages where they
 * fit and @may_be_large. 0 or -ENOMEM. */
int hv_map(unsigned long va, mfn_t m, unsigned long count, uint64_t flags,
           bool may_be_large) MUST_CHECK;
/* The same below the L4 @l4. */
int map_in(pte_t *l4, unsigned long va, mfn_t m, unsigned long count,
           uint64_t flags, bool may_be_large) MUST_CHECK;
/* Unmap what was mapped with small pages; when it returns no CPU has it in its
 * TLB. With several CPUs the rules of cpu_call() apply. */
void hv_unmap(unsigned long va, unsigned long count);
/* Keep what ioremap() and map_phys() gave before paging_init(). */
void map_early_windows(void);

/* --- boot/direct_map.c --- */
void paging_init(void);

/* --- mm/m2p.c --- */
void m2p_init(void);
/* From now on privileged domains may map it, as DOMAIN_HV's, to read. */
void m2p_share(void);
/* How many pages of 2 MiB it has, and the first frame of one; INVALID_MFN: there
 * is no RAM that it would serve. */
unsigned long m2p_pieces(void);
mfn_t m2p_piece(unsigned long piece);
void m2p_set(mfn_t m, pfn_t p);
unsigned long m2p_get(mfn_t m);     /* pfn, or ~0 */
#define M2P_INVALID (~0ul)

/* --- mm/tlb.c --- */
extern uint64_t tlb_clock;
/* A note that is later than all clocks: this CPU runs on our own L4. */
#define TLB_HOLDS_NOTHING   (~0ul)
/* Load @l4 and drop every translation of guests on this CPU. */
void tlb_load_l4(mfn_t l4);
/* The same when this CPU leaves a vcpu of @from for one of @to, whose @l4 is;
 * NULL: an idle vcpu, and our own L4. */
void tlb_switch(struct domain *from, struct domain *to, mfn_t l4);
void tlb_flush_local(void);
void tlb_flush_page_local(unsigned long va);
/* Hypervisor mappings too, which are global, on every CPU. */
void tlb_flush_global(void);
/* On this CPU and on every one that runs a vcpu of @d; or on those that run the
 * vcpus of @vcpus alone. Done when they return. */
void tlb_flush_domain(struct domain *d);
void tlb_flush_page_domain(struct domain *d, unsigned long va);
void tlb_flush_vcpus(struct domain *d, const unsigned long *vcpus);
void tlb_flush_page_vcpus(struct domain *d, const unsigned long *vcpus,
                          unsigned long va);

/* --- mm/walk.c --- */
/* The L1 entry that maps @va in the tables under @l4, or NULL; *table is the
 * L1 frame it lies in. The tables must not change meanwhile. */
pte_t *walk_to_l1(mfn_t l4, unsigned long va, mfn_t *table);

#endif
