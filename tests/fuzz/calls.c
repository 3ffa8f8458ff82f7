/* SPDX-License-Identifier: MIT */
/* calls.c - see calls.h. */
#include <stdarg.h>
#include <hv/compiler.h>
#include <hv/errno.h>
#include <hv/multicall.h>
#include "calls.h"
#include "fake_guest.h"

#define RESTARTED       0x1234567l
#define RESTARTS_MAX    200u
#define CALLS_MAX       64u         /* of one input */
#define ENTRIES_MAX     6u
#define ARG_SPACE       0x2000u     /* for the arguments of one call */

static unsigned long again[6];      /* arguments of a call to be repeated */
static unsigned long *entry_args;   /* of the multicall entry that runs */
static bool has_restarted;
static unsigned long next_place;

long hypercall_restart(unsigned int nr, unsigned int count, ...)
{
    unsigned long *to = entry_args ? entry_args : again;
    va_list args;

    ck_assert(nr < HYPERCALL_COUNT && count <= 6);
    va_start(args, count);
    for (unsigned int i = 0; i < count; i++)
        to[i] = va_arg(args, unsigned long);
    va_end(args);
    has_restarted = true;
    return entry_args ? 0 : RESTARTED;
}

static long call(unsigned long nr, const unsigned long a[6])
{
    if (nr >= HYPERCALL_COUNT || !calls_table[nr])
        return -ENOSYS;
    return calls_table[nr](a[0], a[1], a[2], a[3], a[4], a[5]);
}

long arch_multicall_one(unsigned long op, unsigned long args[6], bool *restart)
{
    long rc;

    entry_args = args;
    has_restarted = false;
    rc = call(op, args);
    entry_args = NULL;
    *restart = has_restarted;
    return rc;
}

unsigned long calls_put(struct fuzz *f, const void *bytes, size_t n)
{
    static const unsigned long bad[] = {
        0, 0xffff800000000000, 0x0000800000000000, ~0ul - 7,
        FAKE_GUEST_VA - 4, FAKE_GUEST_VA + FAKE_GUEST_SIZE - 4,
    };
    unsigned long at = next_place;
    uint8_t kind = fuzz_u8(f);

    if (kind >= 0xf0)
        return bad[kind % ARRAY_SIZE(bad)];
    if (n > FAKE_GUEST_VA + FAKE_GUEST_SIZE - at)
        return bad[0];
    if (n)
        memcpy(fake_guest_at(at), bytes, n);
    next_place = at + ((n + 7) & ~7ul);
    return at;
}

unsigned long calls_put_any(struct fuzz *f, size_t n)
{
    uint8_t bytes[ARG_SPACE];

    n = n < sizeof(bytes) ? n : sizeof(bytes);
    fuzz_bytes(f, bytes, n);
    return calls_put(f, bytes, n);
}

/* Some calls in one; a guest may also put a multicall into a multicall. */
static unsigned int choose(struct fuzz *f, unsigned long args[6])
{
    struct multicall_entry entries[ENTRIES_MAX] = { 0 };
    unsigned int count;
    uint8_t kind = fuzz_u8(f);

    memset(args, 0, 6 * sizeof(args[0]));
    if (kind < 0xe0)
        return calls_choose(f, args);
    count = kind % (ENTRIES_MAX + 1);
    for (unsigned int i = 0; i < count; i++) {
        unsigned long entry[6] = { 0 };

        entries[i].op = calls_choose(f, entry);
        memcpy(entries[i].args, entry, sizeof(entry));
    }
    args[0] = calls_put(f, entries, count * sizeof(entries[0]));
    args[1] = count;
    return __HYPERVISOR_multicall;
}

/* A guest may also never come back to a call that stopped half-way. */
static void make(struct fuzz *f)
{
    unsigned long args[6];
    unsigned int nr;

    next_place = FAKE_GUEST_VA;
    nr = choose(f, args);
    for (unsigned int i = 0; i < RESTARTS_MAX; i++) {
        has_restarted = false;
        memcpy(again, args, sizeof(again));
        if (call(nr, args) != RESTARTED) {
            calls_check();
            return;
        }
        calls_check();
        if (i % 8 == 7 && fuzz_u8(f) >= 0xe0)
            return;
        memcpy(args, again, sizeof(args));
    }
}

void calls_run(struct fuzz *f)
{
    entry_args = NULL;      /* the last input may have switched off inside */
    for (unsigned int i = 0; f->left && i < CALLS_MAX; i++)
        make(f);
}
