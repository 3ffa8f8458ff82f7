/* SPDX-License-Identifier: MIT */
/* life.h - the parts of this test. */
#ifndef LIFE_H
#define LIFE_H

#include "guest.h"
#include "child.h"
#include "domctl.h"
#include "hypervisor.h"

void test_create(void);
void test_memory(void);
void test_foreign(void);
void test_life(void);
void test_destroy(void);
void test_reuse(void);

#endif
