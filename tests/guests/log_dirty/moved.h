/* SPDX-License-Identifier: MIT */
/*
 * moved.h - a domain of the test's own, of which others want a copy.
 *
 * It is a clone of this image at the same addresses, with tables of its own,
 * and pages to write to, MOVED_DATA of them, at MOVED_BASE and once more, as its
 * user's, at MOVED_USER. It has a vcpu or two, each of which does what its
 * mailbox says.
 */
#ifndef LOG_DIRTY_MOVED_H
#define LOG_DIRTY_MOVED_H

#include "guest.h"
#include "domctl.h"

#define MOVED_BASE      (VIRT_BASE + 0x200000ul)
#define MOVED_DATA      32u
#define MOVED_USER      (MOVED_BASE + MOVED_DATA * PAGE_SIZE)
#define MOVED_TABLES    (MOVED_BASE + 0x180000ul)   /* its tables, read-only */
#define MOVED_MAIL      (MOVED_BASE + 0x1c0000ul)   /* a page for each vcpu */
#define MOVED_PAGES     128u
#define MOVED_VCPUS     2u

/* What is in its frames, by pfn. */
enum {
    PFN_L4, PFN_L3, PFN_L2, PFN_L1_IMAGE, PFN_L1_DATA, PFN_L1_SPARE,
    PFN_MAIL, PFN_DATA = PFN_MAIL + MOVED_VCPUS, PFN_IMAGE = PFN_DATA + MOVED_DATA,
};

enum work {
    WORK_NONE,
    WORK_WRITE,         /* @b to address @a; user's entries are made writable */
    WORK_MAP,           /* update_va_mapping: @b for @a */
    WORK_STORE,         /* mmu_update: @b at machine address @a */
    WORK_TABLE,         /* mmuext_op @a on frame @b */
    WORK_STORM,         /* writes without end, seeded with @a */
};

struct mailbox {
    uint32_t begun, done;       /* works */
    uint32_t work, must_stop;
    uint64_t a, b;
    int64_t rc;
    uint64_t writes;            /* of a storm */
};

struct moved {
    domid_t id;
    unsigned vcpus;
    uint64_t mfn[MOVED_PAGES];  /* by pfn */
    unsigned pages;
};
extern struct moved moved;

/* NULL, or what could not be done. */
const char *moved_build(unsigned vcpus);
void moved_destroy(void);
/* Have vcpu 0 do it; what it returned. */
long moved_do(enum work work, uint64_t a, uint64_t b);
void moved_begin(unsigned vcpu, enum work work, uint64_t a, uint64_t b);
bool moved_end(unsigned vcpu);
volatile struct mailbox *moved_mail(unsigned vcpu);

static inline uint64_t moved_page(unsigned n)
{
    return MOVED_BASE + n * PAGE_SIZE;
}

static inline uint64_t moved_user_page(unsigned n)
{
    return MOVED_USER + n * PAGE_SIZE;
}

/* What vcpu @id of it runs: program.c. */
void moved_program(unsigned id);
/* The first entry for its user, by which the program makes it writable. */
extern uint64_t moved_first_mfn[MOVED_DATA];

/* shadow_op; what came back is in shadow. */
extern struct xen_domctl_shadow_op shadow;
extern uint8_t bitmap[PAGE_SIZE];
long shadow_op(unsigned op);
/* CLEAN or PEEK into bitmap; is @pfn in it? */
long shadow_read(unsigned op);
bool is_told(unsigned pfn);

void test_calls(void);          /* calls.c */
void test_frames(void);         /* frames.c */
void test_frames_while_copied(void);
void test_writes(void);         /* writes.c */
void test_copy(unsigned vcpus); /* copy.c */

#endif
