/* SPDX-License-Identifier: MIT */
/*
 * peer.h - two domains of one image, of which the first tests and the second
 * does what it is told.
 *
 * A folder whose opening comment has a line "Has a peer." is started so by
 * tests/guests/creator, which tells each the other's number:
 *
 *      if (!peer_start())
 *          return;
 *      expect_rc("it_binds", 0, peer_call(__HYPERVISOR_event_channel_op,
 *                                         EVTCHNOP_bind_interdomain, room...));
 *
 * The first grants a page, the board, by reference PEER_REF; both have it at
 * the same address, so arguments in peer_room mean the same to both. There may
 * be one CPU for all: who waits calls let_others_run().
 */
#ifndef GUEST_PEER_H
#define GUEST_PEER_H

#include "grant.h"
#include "types.h"

#define PEER_REF    8u

extern unsigned own_id, peer_id;
extern void *peer_room;             /* 2 KiB for arguments of its calls */

/* In the first: the peer is there, and own grants can be used; false, and it is
 * reported: it does not come. The second does not return from it. */
bool peer_start(void);
/* What the peer's hypercall returned. */
long peer_call(unsigned number, uint64_t a1, uint64_t a2, uint64_t a3);

/* A page of the peer's; its address there, and its frame. */
uint64_t peer_page(uint64_t *mfn);
uint64_t peer_read(uint64_t va);
void peer_write(uint64_t va, uint64_t value);
/* The vector that such an access raises there, or NO_TRAP. */
unsigned peer_touch(uint64_t va, bool writes);
/* Its grants to us, and what their flags are. */
void peer_give(grant_ref_t ref, uint64_t mfn, unsigned flags);
unsigned peer_flags(grant_ref_t ref);
/* It maps, unmaps our grants: as grant.h. */
long peer_map(grant_ref_t ref, uint64_t at, unsigned flags);
long peer_unmap(grant_handle_t handle, uint64_t at, uint64_t bus_address);

/* Have the peer do @work @rounds times; peer_wait() until it has. */
void peer_begin_storm(uint64_t kind, uint64_t rounds);
bool peer_wait(void);
/* What a peer does in one round of a storm: of the test. */
extern void (*peer_storm)(uint64_t kind, uint64_t round);

/* It ends, in the midst of whatever it has; another takes its place. */
bool peer_replace(void);

#endif
