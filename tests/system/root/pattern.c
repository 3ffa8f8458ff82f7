/* SPDX-License-Identifier: MIT */
/*
 * pattern.c - fill a file with known words, or check that they are there.
 *
 *   pattern write FILE MEGABYTES SEED
 *   pattern check FILE MEGABYTES SEED
 *
 * Every 64-bit word depends on the seed and on its place, so a block that was
 * lost, moved or exchanged with one of another file shows, and where. Both
 * commands print the same checksum when the file is right.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_BYTES (1ul << 20)
#define BLOCK_WORDS (BLOCK_BYTES / sizeof(uint64_t))

static uint64_t buffer[BLOCK_WORDS];

/* The finaliser of splitmix64: a bijection that scatters its argument. */
static uint64_t scatter(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

static uint64_t word_at(uint64_t seed, uint64_t index)
{
    return scatter(scatter(seed) + index);
}

static uint64_t add_block(uint64_t sum)
{
    for (size_t i = 0; i < BLOCK_WORDS; i++)
        sum = (sum ^ buffer[i]) * 0x100000001b3ull;
    return sum;
}

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static void write_block(int fd)
{
    size_t done = 0;

    while (done < BLOCK_BYTES) {
        ssize_t n = write(fd, (char *)buffer + done, BLOCK_BYTES - done);
        if (n < 0)
            die("write");
        done += (size_t)n;
    }
}

static void read_block(int fd)
{
    size_t done = 0;

    while (done < BLOCK_BYTES) {
        ssize_t n = read(fd, (char *)buffer + done, BLOCK_BYTES - done);
        if (n < 0)
            die("read");
        if (n == 0) {
            fprintf(stderr, "the file is shorter than it was\n");
            exit(1);
        }
        done += (size_t)n;
    }
}

static void check_block(uint64_t seed, uint64_t first)
{
    for (size_t i = 0; i < BLOCK_WORDS; i++) {
        uint64_t expected = word_at(seed, first + i);
        if (buffer[i] == expected)
            continue;
        fprintf(stderr, "at byte %llu: expected %016llx, came %016llx\n",
                (unsigned long long)(first + i) * sizeof(uint64_t),
                (unsigned long long)expected,
                (unsigned long long)buffer[i]);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: pattern write|check FILE MEGABYTES SEED\n");
        return 2;
    }
    int writing = strcmp(argv[1], "write") == 0;
    uint64_t blocks = strtoull(argv[3], NULL, 0);
    uint64_t seed = strtoull(argv[4], NULL, 0);
    uint64_t sum = 0xcbf29ce484222325ull;
    int fd = open(argv[2], writing ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY,
                  0644);

    if (fd < 0)
        die(argv[2]);
    for (uint64_t block = 0; block < blocks; block++) {
        uint64_t first = block * BLOCK_WORDS;
        if (writing) {
            for (size_t i = 0; i < BLOCK_WORDS; i++)
                buffer[i] = word_at(seed, first + i);
            write_block(fd);
        } else {
            read_block(fd);
            check_block(seed, first);
        }
        sum = add_block(sum);
    }
    if (writing && fsync(fd) < 0)
        die("fsync");
    printf("%016llx\n", (unsigned long long)sum);
    return 0;
}
