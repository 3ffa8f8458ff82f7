/* SPDX-License-Identifier: MIT */
/* domains.h - the calls that this test makes, and its parts. */
#ifndef DOMAINS_H
#define DOMAINS_H

#define __XEN_TOOLS__
#include "guest.h"
#include "hypervisor.h"

#include <xen/dom0_ops.h>
#include <xen/domctl.h>

#define FRAMES      256u            /* of the domain that is made: 1 MiB */
#define FRAME_KB    4u
#define NO_DOMAIN   99

/* What control() passes, and gets back. */
extern dom0_op_t op;
void op_clear(void);
long control(uint32_t command);

/* Make one of FRAMES frames; its number, or 0 and a failed check. */
domid_t create(const char *name);
long destroy(domid_t domid);
uint64_t free_pages(void);
/* Its frames; how many. */
extern uint64_t frames[2 * FRAMES];
long list_frames(domid_t domid, uint64_t room, void *to);
/* DOMFLAGS_* and all else of it are in op. */
long describe(domid_t domid);

void test_memory(void);
void test_vcpus(void);
void test_life(void);

#endif
