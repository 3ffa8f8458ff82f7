/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - a libFuzzer input, taken from the front in pieces. Past its end all
 * is zero, so that every input means something and short ones are as good.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <check.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct fuzz {
    const uint8_t *at;
    size_t left;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_bytes(struct fuzz *f, void *to, size_t n)
{
    size_t have = n < f->left ? n : f->left;

    memset(to, 0, n);
    if (have)
        memcpy(to, f->at, have);
    f->at += have;
    f->left -= have;
}

static inline uint8_t fuzz_u8(struct fuzz *f)
{
    uint8_t value;

    fuzz_bytes(f, &value, sizeof(value));
    return value;
}

static inline uint64_t fuzz_u64(struct fuzz *f)
{
    uint64_t value;

    fuzz_bytes(f, &value, sizeof(value));
    return value;
}

static inline unsigned int fuzz_below(struct fuzz *f, unsigned int limit)
{
    return fuzz_u8(f) % limit;
}

/* A number of one byte, an edge, or any of eight bytes. */
static inline uint64_t fuzz_number(struct fuzz *f)
{
    static const uint64_t edges[] = {
        0, 0x7f, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000,
        0xffffffff, 1ull << 52, INT64_MAX, 1ull << 63, ~0ull - 1, ~0ull,
        0xffff800000000000, 0x00007fffffffffff,
    };
    uint8_t kind = fuzz_u8(f);

    if (kind < 0xc0)
        return fuzz_u8(f);
    if (kind < 0xf0)
        return edges[kind & 15];
    return fuzz_u64(f);
}

/* Change bytes of @to as the input says: pairs of place (two bytes) and value.
 * It ends where the input does. */
static inline void fuzz_patch(struct fuzz *f, uint8_t *to, size_t n)
{
    while (f->left >= 3 && n) {
        size_t at = (size_t)(f->at[0] | f->at[1] << 8) % n;

        to[at] = f->at[2];
        f->at += 3;
        f->left -= 3;
    }
}

#endif
