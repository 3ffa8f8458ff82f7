/* SPDX-License-Identifier: MIT */
/* conring_test.c - the ring of messages: order, overrun, many writers. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <hv/conring.h>
#include "fake_options.h"
#include "unit.h"

#define RING    16384u

static void put(const char *text)
{
    conring_write(text, strlen(text));
}

START_TEST(what_is_written_is_read_in_order)
{
    uint64_t pos = 0;
    char buf[16];

    put("hello ");
    put("world\n");
    ck_assert(conring_has(0));
    ck_assert_uint_eq(conring_read(&pos, buf, 8), 8);
    ck_assert_mem_eq(buf, "hello wo", 8);
    ck_assert_uint_eq(conring_read(&pos, buf, sizeof(buf)), 4);
    ck_assert_mem_eq(buf, "rld\n", 4);
    ck_assert_uint_eq(conring_read(&pos, buf, sizeof(buf)), 0);
    ck_assert(!conring_has(pos));
}
END_TEST

START_TEST(a_slow_reader_gets_the_newest_and_goes_on)
{
    uint64_t pos = 0;
    char buf[RING + 100], line[9];
    size_t n;

    for (unsigned int i = 0; i < 10000; i++) {
        snprintf(line, sizeof(line), "%07u\n", i);
        put(line);
    }
    n = conring_read(&pos, buf, sizeof(buf));
    ck_assert_uint_eq(n, RING);
    ck_assert_mem_eq(buf + n - 8, "0009999\n", 8);
    ck_assert_mem_eq(buf, "0007952\n", 8);
    ck_assert_uint_eq(pos, 80000);
}
END_TEST

START_TEST(more_than_the_ring_in_one_write_keeps_the_end)
{
    static char big[3 * RING];
    uint64_t pos = 0;
    char buf[RING];

    memset(big, 'a', sizeof(big));
    memset(big + sizeof(big) - RING, 'b', RING);
    conring_write(big, sizeof(big));
    ck_assert_uint_eq(conring_read(&pos, buf, sizeof(buf)), RING);
    ck_assert_ptr_null(memchr(buf, 'a', RING));
}
END_TEST

START_TEST(clearing_moves_the_start_for_tools_only)
{
    uint64_t pos = 0;
    char buf[8];

    put("old");
    conring_clear();
    put("new");
    ck_assert_uint_eq(conring_start(), 3);
    ck_assert_uint_eq(conring_read(&pos, buf, sizeof(buf)), 6);
    conring_forget(4);
    ck_assert_uint_eq(conring_start(), 4);
}
END_TEST

START_TEST(tools_do_not_begin_at_what_was_overwritten)
{
    static char big[RING + 10];

    memset(big, 'x', sizeof(big));
    put("old");
    conring_write(big, RING);
    ck_assert_uint_eq(conring_start(), 3);
    conring_forget(2);
    ck_assert_uint_eq(conring_start(), 3);
}
END_TEST

START_TEST(a_larger_ring_keeps_what_was_there)
{
    static char memory[4 * RING];
    char line[9], buf[8];
    uint64_t pos;

    for (unsigned int i = 0; i < 3000; i++) {
        snprintf(line, sizeof(line), "%07u\n", i);
        put(line);
    }
    conring_move(memory, sizeof(memory));
    for (unsigned int i = 3000; i < 5000; i++) {
        snprintf(line, sizeof(line), "%07u\n", i);
        put(line);
    }
    pos = 8 * 1000;
    ck_assert_uint_eq(conring_read(&pos, buf, 8), 8);
    ck_assert_mem_eq(buf, "0001000\n", 8);
    pos = 8 * 4999;
    ck_assert_uint_eq(conring_read(&pos, buf, 8), 8);
    ck_assert_mem_eq(buf, "0004999\n", 8);
}
END_TEST

/* A page that faults when it is first touched: what an NMI between two bytes
 * of a copy would do is done there. */
static char *fault_page;
static void (*on_fault)(void);

static void catch_fault(int signal)
{
    (void)signal;
    ck_assert_int_eq(mprotect(fault_page, 4096, PROT_READ | PROT_WRITE), 0);
    on_fault();
}

static char *memory_with_fault(void (*fn)(void))
{
    struct sigaction action = { .sa_handler = catch_fault };
    char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    ck_assert_ptr_ne(memory, MAP_FAILED);
    fault_page = memory + 4096;
    on_fault = fn;
    memset(fault_page, 'w', 4096);
    ck_assert_int_eq(mprotect(fault_page, 4096, PROT_NONE), 0);
    sigaction(SIGSEGV, &action, NULL);
    return memory;
}

static void write_from_nmi(void)
{
    put("nmi\n");
    ck_assert(!conring_has(0));
}

START_TEST(nothing_is_seen_behind_a_writer_that_was_interrupted)
{
    char *text = memory_with_fault(write_from_nmi) + 4000;
    uint64_t pos = 0;
    char buf[300];

    memset(text, 'w', 96);
    conring_write(text, 200);
    ck_assert_uint_eq(conring_read(&pos, buf, sizeof(buf)), 204);
    for (unsigned int i = 0; i < 200; i++)
        ck_assert_int_eq(buf[i], 'w');
    ck_assert_mem_eq(buf + 200, "nmi\n", 4);
}
END_TEST

static void overrun_the_reader(void)
{
    static char text[RING];

    memset(text, 'n', sizeof(text));
    conring_write(text, sizeof(text));
}

START_TEST(a_reader_that_was_overrun_takes_nothing_torn)
{
    char *buf = memory_with_fault(overrun_the_reader) + 4000;
    uint64_t pos = 0;

    put("old old old old old old old old old old old old old old old old "
        "old old old old old old old old old old old old old old old old");
    ck_assert_uint_eq(conring_read(&pos, buf, 120), 120);
    ck_assert_uint_eq(pos, 127 + 120);
    for (unsigned int i = 0; i < 120; i++)
        ck_assert_int_eq(buf[i], 'n');
}
END_TEST

#define WRITERS 4u
#define LINES   400u        /* of each; all fit into the ring */

static void *write_lines(void *letter)
{
    char line[9];

    for (unsigned int i = 0; i < LINES; i++) {
        snprintf(line, sizeof(line), "%c%06u\n", *(char *)letter, i);
        put(line);
    }
    return NULL;
}

START_TEST(lines_of_many_writers_stay_whole_and_in_order)
{
    static char letters[] = "abcd";
    unsigned int next[WRITERS] = { 0 };
    pthread_t thread[WRITERS];
    uint64_t pos = 0;
    char line[9] = "";

    for (unsigned int i = 0; i < WRITERS; i++)
        pthread_create(&thread[i], NULL, write_lines, &letters[i]);
    for (unsigned int seen = 0; seen < WRITERS * LINES; ) {
        unsigned int number;

        if (conring_read(&pos, line, 8) == 0)
            continue;
        ck_assert_uint_eq(pos % 8, 0);
        ck_assert(line[0] >= 'a' && line[0] <= 'd' && line[7] == '\n');
        ck_assert_int_eq(sscanf(line + 1, "%u", &number), 1);
        ck_assert_uint_eq(number, next[line[0] - 'a']++);
        seen++;
    }
    for (unsigned int i = 0; i < WRITERS; i++)
        pthread_join(thread[i], NULL);
}
END_TEST

static void must_want(const char *line, size_t size)
{
    fake_options_parse(line);
    ck_assert_uint_eq(conring_size_wanted(), size);
}

START_TEST(a_size_is_a_power_of_two_between_the_first_and_4_mib)
{
    ck_assert_uint_eq(conring_size_wanted(), RING);
    must_want("conring_size=0", RING);
    must_want("conring_size=1", RING);
    must_want("conring_size=16K", RING);
    must_want("conring_size=16385b", 2 * RING);
    must_want("conring_size=100K", 131072);
    must_want("conring_size=4M", 4 << 20);
    must_want("conring_size=1T", 4 << 20);
    must_want("conring_size=99999999999999999999T", 4 << 20);
}
END_TEST

int main(void)
{
    return UNIT_RUN("conring", what_is_written_is_read_in_order,
                    a_slow_reader_gets_the_newest_and_goes_on,
                    more_than_the_ring_in_one_write_keeps_the_end,
                    clearing_moves_the_start_for_tools_only,
                    tools_do_not_begin_at_what_was_overwritten,
                    a_larger_ring_keeps_what_was_there,
                    nothing_is_seen_behind_a_writer_that_was_interrupted,
                    a_reader_that_was_overrun_takes_nothing_torn,
                    lines_of_many_writers_stay_whole_and_in_order,
                    a_size_is_a_power_of_two_between_the_first_and_4_mib);
}
