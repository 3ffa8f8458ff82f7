/* SPDX-License-Identifier: MIT */
/* fake_arena.h - host memory that plays machine memory, given to the buddy. */
#ifndef FAKE_ARENA_H
#define FAKE_ARENA_H

/* Make and give @frames frames; once in each test. */
void fake_arena_create(unsigned long frames);

#endif
