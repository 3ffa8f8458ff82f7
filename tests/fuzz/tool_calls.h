/* SPDX-License-Identifier: MIT */
/* tool_calls.h - calls of Xen's tools, and what they ask of others. */
#ifndef FUZZ_TOOL_CALLS_H
#define FUZZ_TOOL_CALLS_H

#include "calls.h"

unsigned int tool_calls_choose_sysctl(struct fuzz *f, unsigned long args[6]);
unsigned int tool_calls_choose_domctl(struct fuzz *f, unsigned long args[6]);

#endif
