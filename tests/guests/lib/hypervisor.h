/* SPDX-License-Identifier: MIT */
/*
 * hypervisor.h - which machine is this, for what cannot be asked of another.
 *
 * A check that documents Parapet's own answer, where docs/differences.md says
 * that it differs, is made only if runs_on_parapet(); elsewhere it is a skip.
 */
#ifndef GUEST_HYPERVISOR_H
#define GUEST_HYPERVISOR_H

#include "types.h"

bool runs_on_parapet(void);
bool cpu_is_intel(void);

/* Skip @name with the reason, and say so, unless this is Parapet. */
bool own_answer(const char *name);

#endif
