/* SPDX-License-Identifier: MIT */
/*
 * shim.c - the C library as the decoders' archives see it. All of it stays
 * inside decoders.o: the rest of the hypervisor has its own.
 *
 * The front ends hand each library its memory, so malloc() is only a name that
 * has to be there. The copies work in words, which is what pays under
 * emulation.
 */
#include <hv/compiler.h>
#include <hv/printk.h>
#include <hv/string.h>

#include "codec.h"

typedef uint64_t word_t __attribute__((may_alias, aligned(1)));
typedef uint32_t half_t __attribute__((may_alias, aligned(1)));
typedef uint16_t quarter_t __attribute__((may_alias, aligned(1)));

#define WORD    sizeof(word_t)
#define LINE    (4 * WORD)

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void free(void *block);
void __stack_chk_fail(void) NORETURN;
unsigned long long ZSTD_trace_decompress_begin(const void *context);
void ZSTD_trace_decompress_end(unsigned long long trace, const void *info);

/* Bounds of a table that decoders.lds gathers. */
extern void (*const decoders_constructors[])(void);
extern void (*const decoders_constructors_end[])(void);

void decoder_runtime_start(void)
{
    void (*const *run)(void);

    for (run = decoders_constructors; run < decoders_constructors_end; run++)
        (*run)();
}

void *malloc(size_t size MAYBE_UNUSED)
{
    return NULL;
}

void *calloc(size_t count MAYBE_UNUSED, size_t size MAYBE_UNUSED)
{
    return NULL;
}

void free(void *block MAYBE_UNUSED)
{
}

void __stack_chk_fail(void)
{
    panic("stack overrun in a decoder");
}

/* Weak in libzstd, and calls to a weak nothing do not reach from up here. */
unsigned long long
ZSTD_trace_decompress_begin(const void *context MAYBE_UNUSED)
{
    return 0;   /* not traced */
}

void ZSTD_trace_decompress_end(unsigned long long trace MAYBE_UNUSED,
                               const void *info MAYBE_UNUSED)
{
}

/* Right unless the destination starts inside the source. */
static void copy_up(uint8_t *t, const uint8_t *f, size_t n)
{
    for (; n >= LINE; n -= LINE, t += LINE, f += LINE) {
        const word_t *fw = (const word_t *)f;
        word_t a = fw[0], b = fw[1], c = fw[2], d = fw[3];
        word_t *tw = (word_t *)t;

        tw[0] = a;
        tw[1] = b;
        tw[2] = c;
        tw[3] = d;
    }
    while (n--)
        *t++ = *f++;
}

/* Right unless the source starts inside the destination. */
static void copy_down(uint8_t *t, const uint8_t *f, size_t n)
{
    for (; n >= WORD; n -= WORD)
        *(word_t *)(t + n - WORD) = *(const word_t *)(f + n - WORD);
    while (n--)
        t[n] = f[n];
}

/* @n bytes, at most two words of @type, which may lie over each other: both
 * are loaded before one is stored. */
#define COPY_ENDS(type, t, f, n) do {                                       \
        type first = *(const type *)(f);                                    \
        type last = *(const type *)((f) + (n) - sizeof(type));              \
        *(type *)(t) = first;                                               \
        *(type *)((t) + (n) - sizeof(type)) = last;                         \
    } while (0)

/* Most copies are matches of some ten bytes, so these come first, without a
 * loop. The last word of a longer one may lie over the one before it. */
void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    uint8_t *t = to;
    const uint8_t *f = from;

    if (likely(n <= 2 * WORD)) {
        if (n >= WORD)
            COPY_ENDS(word_t, t, f, n);
        else if (n >= sizeof(half_t))
            COPY_ENDS(half_t, t, f, n);
        else if (n >= sizeof(quarter_t))
            COPY_ENDS(quarter_t, t, f, n);
        else if (n)
            *t = *f;
        return to;
    }
    for (; n > 2 * WORD; n -= WORD, t += WORD, f += WORD)
        *(word_t *)t = *(const word_t *)f;
    COPY_ENDS(word_t, t, f, n);
    return to;
}

void *memmove(void *to, const void *from, size_t n)
{
    if ((uintptr_t)to - (uintptr_t)from < n)
        copy_down(to, from, n);
    else
        copy_up(to, from, n);
    return to;
}

void *memset(void *to, int byte, size_t n)
{
    word_t pattern = (uint8_t)byte * 0x0101010101010101ul;
    uint8_t *t = to;

    for (; n >= WORD; n -= WORD, t += WORD)
        *(word_t *)t = pattern;
    while (n--)
        *t++ = byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const uint8_t *pa = a, *pb = b;

    for (; n && *pa == *pb; n--)
        pa++, pb++;
    return n ? *pa - *pb : 0;
}
