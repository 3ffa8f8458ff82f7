/* SPDX-License-Identifier: MIT */
/*
 * grant.h - this domain's grant table, and calls to use grants, one at a time.
 *
 * The last pages of the window (pagetable.h) are the table, once grant_init()
 * has mapped it. Each call gives the status of its element, or what the
 * hypercall itself answered if that is below CALL_FAILED.
 */
#ifndef GUEST_GRANT_H
#define GUEST_GRANT_H

#include "pagetable.h"
#include "types.h"

#include <xen/grant_table.h>

#define GRANT_TABLE_PAGES   4u          /* 2048 references */
#define GRANTS_PER_PAGE     512u
#define CALL_FAILED         (-1000)     /* added to an error of the call */

/* What @ref means; the guest may write there. */
volatile struct grant_entry_v1 *grant_entry(grant_ref_t ref);
bool grant_init(void);
/* The number of this domain, which no call tells at once. */
unsigned own_number(void);

long hc_grant_table_op(unsigned op, void *list, unsigned count);

/* Let @dom use the frame by @ref; flags last, as it must be. */
void grant_give(grant_ref_t ref, unsigned dom, uint64_t mfn, unsigned flags);
/* False: it is in use still. */
bool grant_end(grant_ref_t ref);

/* The result of the last map. */
extern grant_handle_t grant_handle;
extern uint64_t grant_bus_address;
long grant_map(unsigned dom, grant_ref_t ref, uint64_t at, unsigned flags);
long grant_unmap(grant_handle_t handle, uint64_t at, uint64_t bus_address);

#endif
