/* SPDX-License-Identifier: MIT */
/* guest.h - all that a test's main.c needs. */
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
#include "types.h"
#include "user.h"

#endif
