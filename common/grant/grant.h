/* SPDX-License-Identifier: MIT */
/* grant.h - what the files of this folder do for each other. */
#ifndef GRANT_GRANT_H
#define GRANT_GRANT_H

#include <hv/compiler.h>
#include <hv/domain.h>
#include <hv/grant_table.h>
#include <public/grant_table.h>

struct frame;

/* --- table.c --- */
/* The entry of @ref, or NULL; under @t->lock, and it stays. */
struct grant_entry_v1 *grant_entry_of(const struct grant_table *t,
                                      grant_ref_t ref);

/* --- pin.c: a status, GNTST_*, each --- */
/* @user begins to use @ref of @from in the ways of the set @uses. *frame is
 * held until they end. */
int16_t grant_pin(struct domain *from, grant_ref_t ref, domid_t user,
                  unsigned int uses, struct frame **frame);
void grant_unpin(struct domain *from, grant_ref_t ref, unsigned int uses);
/* The frame of a reference that the caller has pinned. */
mfn_t grant_pinned_frame(struct domain *from, grant_ref_t ref);
/* Exchange two entries of @d, which nobody uses. */
int16_t grant_swap(struct domain *d, grant_ref_t a, grant_ref_t b);

/* --- maptrack.c --- */
#define MAP_CPU             1u      /* in state: CPUs reach it */
#define MAP_DEVICE          2u      /* devices do */
#define MAP_CPU_ENDS        4u      /* somebody is unmapping it, T2 */
#define MAP_DEVICE_ENDS     8u
#define MAP_READONLY        16u
#define MAP_BY_ENTRY        32u     /* by the address of its entry */
#define MAP_LIVE            (MAP_CPU | MAP_DEVICE)
#define MAP_ENDS            (MAP_CPU_ENDS | MAP_DEVICE_ENDS)
#define MAP_END_OF(live)    ((live) * (MAP_CPU_ENDS / MAP_CPU))

#define NO_HANDLE           (~0u)

/* A handle that is the caller's alone, or NO_HANDLE. */
grant_handle_t maptrack_alloc(struct domain *d);
void maptrack_free(struct domain *d, grant_handle_t handle);
/* Let @handle lead to a mapping. The domain's reference becomes its own. */
void maptrack_publish(struct domain *d, grant_handle_t handle,
                      struct domain *granter, grant_ref_t ref, uint32_t state);
/* NULL: there never was such a handle. What it leads to is for its claimer. */
struct grant_map *maptrack_find(const struct domain *d, grant_handle_t handle);
/* Begin to end those parts of @wanted (MAP_LIVE) that there are. False: it
 * leads nowhere. *state is what it was. */
bool maptrack_claim(struct grant_map *m, uint32_t wanted, uint32_t *state);
/* It did not work out: @parts are as before. */
void maptrack_unclaim(struct grant_map *m, uint32_t parts);
/* They are ended; the last of all frees the handle and puts the granter. */
void maptrack_end(struct domain *d, grant_handle_t handle, uint32_t parts);
/* In which ways a mapping of @state with @parts uses its grant. */
unsigned int maptrack_uses(uint32_t state, uint32_t parts);

/* --- map.c --- */
/* One that is half unmapped: its entry is gone, TLBs may still know it. */
struct unmapping {
    grant_handle_t handle;
    uint32_t state;
    uint32_t parts;                 /* 0: there is nothing to end */
};
/* The last domain that was looked up in a list, as they mostly are the same. */
struct lookup {
    struct domain *d;
    domid_t id;
};
struct domain *grant_lookup(struct lookup *l, domid_t id);
void grant_lookup_end(struct lookup *l);

void grant_map(struct gnttab_map_grant_ref *op, struct lookup *l);
/* Both begin: grant_unmap_end() follows a flush. */
int16_t grant_unmap_begin(const struct gnttab_unmap_grant_ref *op,
                          struct unmapping *u);
int16_t grant_replace_begin(const struct gnttab_unmap_and_replace *op,
                            struct unmapping *u);
void grant_unmap_end(struct domain *d, const struct unmapping *u);

/* --- copy.c, transfer.c --- */
void grant_copy(struct gnttab_copy *op, struct lookup *from,
                struct lookup *to);
void grant_transfer(struct gnttab_transfer *op, struct lookup *l);

/* --- own.c: operations that take one argument, no list --- */
long grant_setup_table(unsigned long arg);
long grant_query_size(unsigned long arg);
long grant_set_version(unsigned long arg);
long grant_get_version(unsigned long arg);

#endif
