/* SPDX-License-Identifier: MIT */
/* system.h - the call that this test makes, and its parts. */
#ifndef SYSTEM_H
#define SYSTEM_H

#define __XEN_TOOLS__
#include "guest.h"
#include "hypervisor.h"

#include <xen/sysctl.h>

/* What sysctl() passes, and gets back. */
extern xen_sysctl_t op;
void op_clear(void);
long sysctl(uint32_t command);

void test_console(void);
void test_keys(void);
void test_machine(void);
void test_topology(void);
void test_domains(void);
void test_pools(void);
void test_scheduler(void);
void test_features(void);
void test_policies(void);

#endif
