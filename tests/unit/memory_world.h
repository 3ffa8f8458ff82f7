/* SPDX-License-Identifier: MIT */
/*
 * memory_world.h - memory_op on the machine of fake_machine.c: two domains, the
 * first privileged, a vcpu that calls, and its guest's memory with lists in it.
 */
#ifndef MEMORY_WORLD_H
#define MEMORY_WORLD_H

#include <hv/grant_table.h>
#include <hv/vcpu.h>
#include <public/memory.h>
#include "fake_guest.h"
#include "frame_model.h"

#define D       (&fake_domains[0])
#define OTHER   (&fake_domains[1])
#define AT      FAKE_GUEST_VA               /* of the argument */
#define LIST    (FAKE_GUEST_VA + 0x100)
#define OUT     (FAKE_GUEST_VA + 0x200)
#define END     (FAKE_GUEST_VA + FAKE_GUEST_SIZE)
#define HOLE    0xffff800000000000ul
#define RESTART 0x1234567l                  /* what a call says that goes on */

#define GRANT_FRAMES    4u  /* that a table may have; there are 3 at most */

extern struct vcpu world_vcpu;              /* the caller, of D at first */
extern unsigned long world_m2p[FAKE_FRAMES];
extern unsigned long world_again[2];        /* how the call goes on */
extern unsigned int world_steps_left;   /* until others want to run; 0: never */
extern void (*world_meanwhile)(void);   /* what another vcpu does while a frame
                                         * gets its number */
extern struct grant_table world_grants;     /* OTHER's */

static uint64_t *const list = (uint64_t *)(fake_guest + (LIST - AT));
static uint64_t *const out = (uint64_t *)(fake_guest + (OUT - AT));

void world_start(void);
/* Make the call whose argument is in place; all frames are accounted for. */
long world_op(unsigned long cmd);
/* The argument of a list of @n extents, for the caller itself. */
struct xen_memory_reservation *world_list_of(unsigned long n,
                                             unsigned int order);
/* Give the caller @n frames with pfns from 100 on, named in @list. */
void world_populate(unsigned int n);

#endif
