/* SPDX-License-Identifier: MIT */
/* bench.h - what the files of the measuring guest share. */
#ifndef BENCH_H
#define BENCH_H

#include "cost.h"

/* On the command line "timers": how late they are, and nothing else. */
void lateness_report(void);

#endif
