/* SPDX-License-Identifier: MIT */
/*
 * guest.h - all that a test's main.c needs.
 *
 * A test is a folder with a main.c that opens with its promise and holds
 *
 *      const char test_folder[] = "the_folder";
 *      void test_main(void)
 *      {
 *          expect_rc("what_must_hold", -XEN_EINVAL, hc_...(...));
 *          PROBE("instructions that trap");
 *          expect_eq("they_are_GP", TRAP_GP, probe.vector);
 *      }
 *
 * It runs as domain 0 and again as an ordinary domain, whose console is a ring;
 * a line "Runs as dom0." or "Runs as domU." in its opening comment says which
 * if not both. It finds the library's trap handlers registered, upcalls
 * masked, shared_info mapped and the rest as the builder left it. Values are
 * what Debian's Xen 4.17 answered; what depends on its inside is not tested.
 */
#ifndef GUEST_GUEST_H
#define GUEST_GUEST_H

#include "clock.h"
#include "console.h"
#include "event.h"
#include "hypercall.h"
#include "pagetable.h"
#include "report.h"
#include "start.h"
#include "string.h"
#include "trap.h"
#include "tree.h"
#include "types.h"
#include "user.h"
#include "vcpu.h"

#endif
