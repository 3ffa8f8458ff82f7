/* SPDX-License-Identifier: MIT */
/* check.h - what the files of the invariant checker share. */
#ifndef DEBUG_CHECK_H
#define DEBUG_CHECK_H

#include <hv/check.h>
#include <hv/frame.h>

struct domain;
struct grant_map;
struct vcpu;

#define CHECK_NOBODY    (~0ul)      /* as @by: no table */

/* check.c: note a violation. The first is kept, and what follows it may be its
 * consequence. */
void check_fail(const char *what, unsigned long where, unsigned long by,
                uint64_t expected, uint64_t found);
bool check_has_failed(void);

/* --- gather.c: other CPUs stand still between these two --- */
/* Interrupts are on, no lock is held, nothing is half done. True: they are off,
 * and *flags goes to gather_end(). False: not now; softirqs come first. */
bool gather_others(unsigned long *flags) MUST_CHECK;
void gather_end(unsigned long flags);
/* SOFTIRQ_GATHER: stand still if another CPU wants it. */
void gather_stand(void);

/* @m is a page of the hypervisor's own that @d may map. */
void check_note_shared(const struct domain *d, mfn_t m);

/* --- tally.c: what is seen to hold each frame --- */
struct tally {
    uint32_t refs : 28;
    uint32_t is_listed : 1;     /* it is on its owner's list */
    uint32_t is_shared : 1;     /* the hypervisor's, shown to its owner */
    uint32_t type_refs;
    uint32_t outside;           /* writable entries of other domains */
};

bool tally_create(void);        /* false: no memory */
void tally_reset(void);
struct tally *tally_of(const struct frame *f);
/* Somebody holds a reference on @f, or one of @type as well. @by is the frame
 * of the table in which it says so, or CHECK_NOBODY. */
void tally_reference(const struct frame *f, unsigned long by);
void tally_type(const struct frame *f, enum frame_type type,
                unsigned long by);

/* --- check_grants.c --- */
/* The pins of @d's grants, its own mappings, and what both hold. */
void check_grants_of(const struct domain *d);
/* Has @d a grant mapped whose frame is @f? */
bool check_maps_grant(const struct domain *d, const struct frame *f);
/* All that @d has mapped. */
void check_each_mapping(const struct domain *d, void (*fn)(struct domain *user,
                        const struct grant_map *m, void *data), void *data);

/* --- one subject each --- */
void check_frames(void);        /* check_frames.c */
void check_events(void);        /* check_events.c */
void check_vcpus(void);         /* check_vcpus.c */

/* --- arch hooks, arch/x86/debug/ --- */
/* Note the frames that the hypervisor shares as DOMAIN_HV's. */
void arch_check_shared(void);
/* Tally what @d's shared pages and @v's tables, bases and records hold. */
void arch_check_vcpu(const struct vcpu *v);
/* @f has a checked type and is validated or partial: tally its entries, and
 * look whether each may be there. */
void arch_check_table(const struct frame *f);
/* Does this CPU run what it should, with what it may? */
void arch_check_cpu(void);
/* Does some CPU run @v? */
bool arch_check_runs(const struct vcpu *v);

#endif
