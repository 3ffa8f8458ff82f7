/* SPDX-License-Identifier: MIT */
/*
 * grant_table.h - the grant table of one domain: what it lets others do, which
 * of that they are doing, and what it does itself with the grants of others.
 * common/grant/pin.c and maptrack.c state the rules.
 *
 * [I] nobody, once created   [G] holder of lock   [M] holder of handle_lock
 * [a] atomically
 */
#ifndef HV_GRANT_TABLE_H
#define HV_GRANT_TABLE_H

#include <hv/compiler.h>
#include <hv/frame_num.h>
#include <hv/spinlock.h>

struct domain;
struct domain_config;

#define GRANT_FRAMES_MAX        64u     /* 32,768 entries of version 1 */
#define MAPTRACK_FRAMES         1024u   /* 262,144 handles, unless told */
#define MAPTRACK_FRAMES_MAX     65536u  /* more than this nobody gets */

/* The ways to use a grant: a pin counts each. */
enum grant_use {
    GRANT_CPU_READ, GRANT_CPU_WRITE, GRANT_DEVICE_READ, GRANT_DEVICE_WRITE,
    GRANT_USES
};
#define GRANT_USE(use)  (1u << (use))   /* in a set of them */
#define GRANT_WRITES    (GRANT_USE(GRANT_CPU_WRITE) | \
                         GRANT_USE(GRANT_DEVICE_WRITE))

/* One reference that is, or was, in use. */
struct grant_pin {
    uint16_t count[GRANT_USES];         /* [G] all 0: not in use */
    uint32_t frame;                     /* [G] machine frame, held */
    uint16_t user;                      /* [G] the domain that uses it */
    uint16_t pad;
};
_Static_assert(sizeof(struct grant_pin) == 16, "256 in a frame");

#define GRANTS_PER_FRAME    512u        /* entries of 8 bytes */
#define PINS_PER_GROUP      64u

struct grant_frame {
    mfn_t mfn;                                          /* [I] */
    struct grant_pin *pins[GRANTS_PER_FRAME / PINS_PER_GROUP];  /* [G] */
};

/* One mapping of ours, to which a handle leads. */
struct grant_map {
    struct domain *granter;             /* [I while state says mapped] */
    uint32_t ref;                       /* the same; free: the next free one */
    uint32_t state;                     /* [a] see grant/maptrack.c */
};
#define MAPS_PER_FRAME      (PAGE_SIZE / sizeof(struct grant_map))

struct grant_table {
    spinlock_t lock;
    unsigned int frame_max;             /* [I] */
    unsigned int frame_count;           /* [G] never shrinks */
    struct grant_frame **frame;         /* [I] below frame_count */

    spinlock_t handle_lock;
    unsigned int maptrack_max;          /* [I] frames of struct grant_map */
    unsigned int maptrack_count;        /* [M] */
    struct grant_map **maptrack;        /* [I] once there, below the count */
    uint32_t free_handle;               /* [M] */
    uint32_t release_next;              /* whoever gives all back: a handle */
};

/* 0, -ENOMEM, or -EINVAL: a limit in @config is out of range. */
int grant_domain_create(struct domain *d,
                        const struct domain_config *config) MUST_CHECK;
void grant_domain_destroy(struct domain *d);            /* last reference */
/* Have at least @frames. -EINVAL more than the limit; -ENOMEM. */
int grant_table_grow(struct domain *d, unsigned int frames) MUST_CHECK;
/* @d is dying and its tables are gone: end all that it has mapped. */
int grant_release_all(struct domain *d) MUST_CHECK;     /* 0 or -ERESTART */
void grant_dump(void);                                  /* key g */

#endif
