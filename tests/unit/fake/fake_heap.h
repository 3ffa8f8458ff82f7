/* SPDX-License-Identifier: MIT */
/* fake_heap.h - make the heap fail, and see what is still alive. */
#ifndef FAKE_HEAP_H
#define FAKE_HEAP_H

/* Allocations that still succeed; negative: all do. */
extern long fake_heap_budget;
/* Objects allocated and not freed. */
extern long fake_heap_live;

#endif
