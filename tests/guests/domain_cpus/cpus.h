/* SPDX-License-Identifier: MIT */
/* cpus.h - the calls that this test makes, and its parts. */
#ifndef CPUS_H
#define CPUS_H

#define __XEN_TOOLS__
#include "guest.h"
#include "hypervisor.h"

#include <xen/domctl.h>

/* What control() passes, and gets back. */
extern xen_domctl_t op;
void op_clear(void);
long control(uint32_t command, domid_t domid);

/* A domain with two vcpus that has never run. */
extern domid_t other;
#define NO_DOMAIN   99

void test_affinity(void);
void test_scheduler(void);
void test_nodes(void);
void test_policy(void);

#endif
