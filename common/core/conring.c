/* SPDX-License-Identifier: MIT */
/*
 * conring.c - the ring of messages.
 *
 * Writers claim room and fill it side by side; one that was interrupted by an
 * NMI may leave a hole before a line that is complete. So a reader sees only
 * what lay before the claim word when it last had no writer in it:
 *
 *   claim   | 48 bits: bytes claimed so far | 16 bits: writers filling theirs |
 *
 * Invariants:
 *   R1  Every byte below `complete` has been written.
 *   R2  Only the newest `size` bytes are in the ring; a reader copies first
 *       and then looks whether the claim has run over what it copied.
 * Locks: none. conring_move() runs once, on one CPU, interrupts off.
 */
#include <hv/cmdline.h>
#include <hv/compiler.h>
#include <hv/conring.h>
#include <hv/string.h>

#define FIRST_SIZE      16384u
#define LARGEST_SIZE    (4u << 20)
#define WRITER_BITS     16
#define WRITER_MASK     ((1ul << WRITER_BITS) - 1)

static char first_ring[FIRST_SIZE] __initbss;
static struct {
    char *text;
    size_t size;            /* a power of two */
    uint64_t claim;         /* [a] bytes claimed, writers */
    uint64_t complete;      /* [a] R1 */
    uint64_t start;         /* [a] where tools begin to read */
} ring = { .text = first_ring, .size = FIRST_SIZE };

static uint64_t conring_size;
CMDLINE_SIZE_OPTION(conring_size, "conring_size");

static void raise_complete(uint64_t to)
{
    uint64_t seen = __atomic_load_n(&ring.complete, __ATOMIC_RELAXED);

    while (seen < to)
        if (__atomic_compare_exchange_n(&ring.complete, &seen, to, false,
                                        __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
            return;
}

static void copy_in(uint64_t pos, const char *text, size_t n)
{
    size_t at = pos & (ring.size - 1);
    size_t head = MIN(n, ring.size - at);

    memcpy(ring.text + at, text, head);
    memcpy(ring.text, text + head, n - head);
}

void conring_write(const char *text, size_t n)
{
    uint64_t claim;

    if (n > FIRST_SIZE) {
        text += n - FIRST_SIZE;
        n = FIRST_SIZE;
    }
    claim = __atomic_fetch_add(&ring.claim, ((uint64_t)n << WRITER_BITS) + 1,
                               __ATOMIC_SEQ_CST);
    copy_in(claim >> WRITER_BITS, text, n);
    claim = __atomic_sub_fetch(&ring.claim, 1, __ATOMIC_SEQ_CST);
    if ((claim & WRITER_MASK) == 0)
        raise_complete(claim >> WRITER_BITS);
}

/* The oldest position that no claim has run over. */
static uint64_t oldest(void)
{
    uint64_t end = __atomic_load_n(&ring.claim, __ATOMIC_SEQ_CST)
                   >> WRITER_BITS;

    return end > ring.size ? end - ring.size : 0;
}

static void copy_out(char *to, uint64_t pos, size_t n)
{
    size_t at = pos & (ring.size - 1);
    size_t head = MIN(n, ring.size - at);

    memcpy(to, ring.text + at, head);
    memcpy(to + head, ring.text, n - head);
}

size_t conring_read(uint64_t *pos, char *buf, size_t size)
{
    for (;;) {
        uint64_t end = __atomic_load_n(&ring.complete, __ATOMIC_ACQUIRE);
        uint64_t from = MAX(*pos, oldest());
        size_t n;

        if (from >= end)
            return 0;
        n = MIN(size, end - from);
        copy_out(buf, from, n);
        if (oldest() <= from) {         /* R2 */
            *pos = from + n;
            return n;
        }
    }
}

bool conring_has(uint64_t pos)
{
    return __atomic_load_n(&ring.complete, __ATOMIC_SEQ_CST) > pos;
}

uint64_t conring_start(void)
{
    return MAX(__atomic_load_n(&ring.start, __ATOMIC_RELAXED), oldest());
}

void conring_forget(uint64_t pos)
{
    __atomic_store_n(&ring.start, pos, __ATOMIC_RELAXED);
}

void conring_clear(void)
{
    conring_forget(__atomic_load_n(&ring.complete, __ATOMIC_RELAXED));
}

size_t conring_size_wanted(void)
{
    size_t size = FIRST_SIZE;

    while (size < conring_size && size < LARGEST_SIZE)
        size *= 2;
    return size;
}

void conring_move(char *memory, size_t size)
{
    uint64_t pos = oldest();
    char *old = ring.text;
    size_t old_size = ring.size;

    for (; conring_has(pos); pos++)
        memory[pos & (size - 1)] = old[pos & (old_size - 1)];
    ring.text = memory;
    ring.size = size;
}
