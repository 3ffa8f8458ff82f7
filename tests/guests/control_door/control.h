/* SPDX-License-Identifier: MIT */
/* control.h - the call that this test makes, and its parts. */
#ifndef CONTROL_H
#define CONTROL_H

#include "guest.h"

#include <xen/dom0_ops.h>

/* What control() passes, and gets back. */
extern dom0_op_t op;
void control_clear(void);
long control(uint32_t command);

void test_getdomaininfo(void);
void test_msr(void);
void test_settime(void);
void test_readconsole(void);
void test_physinfo(void);
void test_sched_id(void);
void test_scheduler(void);

#endif
