/* SPDX-License-Identifier: MIT */
/*
 * hypervisor.h - which machine is this, for what cannot be asked of another.
 *
 *      if (own_answer("what_differs"))
 *          expect_rc("what_differs", -XEN_EINVAL, hc_...(...));
 *
 * A check that documents Parapet's own answer, where docs/differences.md says
 * that it differs, is made behind own_answer(); elsewhere it is a skip.
 */
#ifndef GUEST_HYPERVISOR_H
#define GUEST_HYPERVISOR_H

#include "types.h"

bool cpu_is_intel(void);

/* Skip @name with the reason, and say so, unless this is Parapet. */
bool own_answer(const char *name);

#endif
