/* SPDX-License-Identifier: MIT */
/*
 * extable.c - instructions of ours that may fault on what a guest gave us, and
 * where they resume. Both ends are stored as distances from themselves.
 */
#include <asm/traps.h>

struct extable_entry {
    int32_t from, to;
};

extern const struct extable_entry __extable_start[], __extable_end[];

static unsigned long resolve(const int32_t *field)
{
    return (unsigned long)((long)(unsigned long)field + *field);
}

unsigned long extable_lookup(unsigned long rip)
{
    for (const struct extable_entry *e = __extable_start; e < __extable_end;
         e++)
        if (resolve(&e->from) == rip)
            return resolve(&e->to);
    return 0;
}
