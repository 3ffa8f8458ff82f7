/* SPDX-License-Identifier: MIT */
/*
 * domain.h - a domain: memory, ports and virtual CPUs under one number.
 *
 * Invariants:
 *   D1  A domain on the list holds one reference; find_domain takes another;
 *       the last domain_put frees it.
 *   D2  dying moves alive -> dying -> dead only; what a dying domain holds is
 *       given back by arch_domain_relinquish, in steps that may restart.
 *   D3  vcpu[] is filled at creation and never changes while a reference is
 *       held.
 * [I] nobody, once created   [D] holder of lock   [P] holder of page_lock
 * [E] holder of event_lock   [a] anyone, atomically
 */
#ifndef HV_DOMAIN_H
#define HV_DOMAIN_H

#include <hv/cpu.h>
#include <hv/frame_num.h>
#include <hv/list.h>
#include <hv/rangeset.h>
#include <hv/spinlock.h>
#include <asm/domain.h>
#include <public/xen.h>

struct dirty_map;
struct event_abi;
struct grant_table;
struct guest_abi;
struct log_dirty;
struct port;
struct ring_console;
struct vcpu;

#define SHUTDOWN_CODE_NONE  0xffu   /* no reason was given yet */
#define MAX_VCPUS           128u    /* of one domain */
#define DOMAIN_SELF         0x7ff0u
#define DOMAIN_IO           0x7ff1u /* owner of machine frames that are no RAM */
#define DOMAIN_HV           0x7ff2u /* owner of frames the hypervisor shares */
#define DOMAIN_INVALID      0x7ff4u

enum domain_dying { DOMAIN_ALIVE, DOMAIN_DYING, DOMAIN_DEAD };

struct domain {
    domid_t id;                         /* [I] */
    bool is_privileged;                 /* [I] control operations: dom0 */
    bool is_hardware;                   /* [I] drives the devices: dom0 */
    bool is_boot_guest;                 /* [I] no tools: we end it ourselves */
    bool is_store;                      /* [I] the tools' store, for them */
    const struct guest_abi *abi;        /* [I] */
    unsigned int max_vcpus;             /* [I] */
    struct vcpu **vcpu;                 /* [I] max_vcpus entries */
    struct list_head list;              /* under the domain list lock */
    int refs;                           /* [a] D1 */
    char name[32];                      /* [I] for messages */

    spinlock_t lock;
    uint8_t dying;                      /* [D] enum domain_dying, D2 */
    bool is_giving_back;                /* [a] by the one who set this */
    bool has_stopped_events;            /* by the same */
    bool is_shut_down;                  /* [a] set by the one who shuts down,
                                         * ended by domain_resume() */
    bool is_shutting_down;              /* [a] the same */
    uint8_t shutdown_code;              /* [a] SHUTDOWN_* */
    unsigned int pause_count;           /* [a] no vcpu runs unless 0 */
    unsigned int control_pause_count;   /* [D] pauses owned by the tools */
    uint8_t handle[16];                 /* [D] the tools' name for it */

    void *shared_info;                  /* [I] one page, laid out by the ABI */
    mfn_t shared_info_mfn;              /* [I] */

    spinlock_t page_lock;
    uint32_t page_list;                 /* [P] mfn of the first, 0: none */
    uint32_t page_walk;                 /* [P] one that a walk is to go on
                                         * with, 0: none: mm/log_dirty.c */
    unsigned long page_count;           /* [P] frames owned */
    unsigned long page_max;             /* [P] how many it may own */

    spinlock_t event_lock;
    const struct event_abi *event_abi;  /* [I] */
    struct port **ports;                /* [E] groups, see event/port.c */
    unsigned int port_count;            /* [E] ports that exist */
    unsigned int port_max;              /* [I] highest + 1 it may have */
    unsigned long poll_mask[BITS_TO_LONGS(MAX_VCPUS)];  /* [a] who polls */

    struct grant_table *grants;         /* [I] grant/table.c */
    struct ring_console *console;       /* [I] control/ring_console.c, or NULL */
    void *policy_data;                  /* [I] the scheduling policy's */

    struct rangeset ioports;            /* [D] I/O ports it may use */
    struct rangeset iomem;              /* [D] machine frames it may map */
    struct rangeset pirqs;              /* [D] lines it may bind, if mapped */

    int64_t time_offset;                /* [D] seconds added to wall clock */
    uint64_t assists;                   /* [a] vm_assist bits */

    struct log_dirty *log_dirty;        /* [I once set] mm/log_dirty.c */
    struct dirty_map *dirty_map;        /* [a] NULL: writes are not noted */
    struct arch_domain arch;
};

extern struct domain *dom0;
extern struct domain *dom_io, *dom_hv;  /* owners that run nothing */
extern struct list_head domain_list;    /* ascending id */

struct domain *find_domain(domid_t id);     /* takes a reference, or NULL */
/* A domid from a guest: DOMAIN_SELF is the caller; takes a reference. */
struct domain *find_domain_or_self(domid_t id);
unsigned int domain_count(void);            /* on the list */
/* The same, and those that run nothing: DOMAIN_IO, DOMAIN_HV. */
struct domain *find_frame_owner(domid_t id);
bool domain_get(struct domain *d) MUST_CHECK;
void domain_put(struct domain *d);

struct domain_config {
    const char *name;
    unsigned int max_vcpus;
    bool is_privileged, is_hardware, is_boot_guest, is_store;
    const struct guest_abi *abi;
    const uint8_t *handle;          /* 16 bytes, or NULL: zeros */
    unsigned int max_ports;         /* highest + 1; 0: as many as there are */
    int32_t max_grant_frames;       /* of its own table; below 0: the default */
    int32_t max_maptrack_frames;    /* for what it maps; below 0: the default */
};
void domain_init(void);             /* boot: dom_io, dom_hv */
/* An empty domain with all its vcpus down, paused once by the tools' count; with
 * a reference for the caller. Error in *rc: -EINVAL, -EEXIST, -ENOMEM, which is
 * said on the console. */
struct domain *domain_create(domid_t id, const struct domain_config *config,
                             int *rc);
/* The same under a number that was free for long. */
struct domain *domain_create_any(const struct domain_config *config, int *rc);
/* A number that no domain has now: the one after the last that was given, or
 * the next, and so on; DOMAIN_INVALID: there is none. */
domid_t domain_free_id(void);
/* Begin the end: stops the vcpus, then gives back in steps; -ERESTART when
 * there is more to do; -EINVAL for the caller's own domain and for dom0. The
 * caller holds a reference. */
int domain_destroy(struct domain *d) MUST_CHECK;
/* Waits until no vcpu runs; the caller's own stops when its call ends. */
void domain_pause(struct domain *d);
void domain_pause_nosync(struct domain *d); /* does not wait; any context */
void domain_unpause(struct domain *d);
/* The pauses that the tools own. -EOVERFLOW: too many; -EINVAL: not paused. Pausing
 * waits; @d is not the caller's. */
int domain_control_pause(struct domain *d) MUST_CHECK;
int domain_control_unpause(struct domain *d) MUST_CHECK;
/* How many frames it may have from now on; it keeps those it has. */
void domain_set_page_max(struct domain *d, unsigned long frames);
/* The domain says it is done (SHUTDOWN_*); dom0 takes the machine along. May be
 * called under locks up to level IRQ, as domain_crash. */
void domain_shutdown(struct domain *d, uint8_t reason);
/* The domain broke a rule it cannot be told about: stop it, say why. */
void domain_crash(struct domain *d, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* A domain that has shut down, and is not the caller's, goes on. */
void domain_resume(struct domain *d);
/* Unpause all that there is, as boot made it. */
void domains_start(void);
void domain_dump(void);                     /* key q: domains and vcpus */
void domain_dump_registers(void);           /* key 0: domain 0's */
void domain_dump_memory(void);              /* for key m */

/* arch hooks */
void arch_dump_vcpu(const struct vcpu *v);              /* its registers */
int arch_domain_create(struct domain *d);
void arch_domain_destroy(struct domain *d);             /* last reference */
int arch_domain_relinquish(struct domain *d);           /* 0 or -ERESTART */

#endif
