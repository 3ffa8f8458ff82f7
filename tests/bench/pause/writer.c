/* SPDX-License-Identifier: MIT */
/*
 * writer.c - a program without a C library that writes to memory all the time,
 * looks whether what it wrote is still there, and notes the longest time in
 * which it did not run.
 *
 *      writer MEGABYTES FILE
 *
 * writes into FILE, a few times a second: the longest gap in microseconds, how
 * often it has written to all of its memory, and how many words were wrong.
 */
#define SYS_write           1
#define SYS_open            2
#define SYS_close           3
#define SYS_mmap            9
#define SYS_exit            60
#define SYS_clock_gettime   228
#define O_WRONLY_CREAT_TRUNC 01101
#define PAGE_WORDS          512u
#define TELL_EVERY_US       200000u

typedef unsigned long u64;

static long call6(long n, long a, long b, long c, long d, long e, long f)
{
    register long r10 asm("r10") = d, r8 asm("r8") = e, r9 asm("r9") = f;
    long rc;

    asm volatile("syscall" : "=a"(rc)
                 : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                 : "rcx", "r11", "memory");
    return rc;
}

static u64 ticks(void)
{
    unsigned low, high;

    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    return (u64)high << 32 | low;
}

static u64 clock_us(void)
{
    struct { long s, ns; } t;

    call6(SYS_clock_gettime, 1, (long)&t, 0, 0, 0, 0);
    return (u64)t.s * 1000000 + (u64)t.ns / 1000;
}

/* Ticks in a millisecond, by the kernel's clock. */
static u64 ticks_per_ms(void)
{
    u64 start = clock_us(), from = ticks();

    while (clock_us() - start < 200000)
        ;
    return (ticks() - from) * 1000 / (clock_us() - start);
}

static char *put_number(char *at, u64 n)
{
    char digits[20];
    unsigned count = 0;

    do {
        digits[count++] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    while (count)
        *at++ = digits[--count];
    *at++ = ' ';
    return at;
}

static void tell(const char *file, u64 gap, u64 rounds, u64 wrong)
{
    char line[80], *end = put_number(line, gap);
    long fd = call6(SYS_open, (long)file, O_WRONLY_CREAT_TRUNC, 0644, 0, 0, 0);

    end = put_number(end, rounds);
    end = put_number(end, wrong);
    end[-1] = '\n';
    call6(SYS_write, fd, (long)line, end - line, 0, 0, 0);
    call6(SYS_close, fd, 0, 0, 0, 0, 0);
}

static void run(const char *file, volatile u64 *memory, u64 pages)
{
    u64 rate = ticks_per_ms(), last = ticks(), told = last;
    u64 longest = 0, wrong = 0;

    for (u64 round = 0;; round++)
        for (u64 page = 0; page < pages; page++) {
            volatile u64 *word = &memory[page * PAGE_WORDS + page % PAGE_WORDS];
            u64 now = ticks();

            if (now - last > longest)
                longest = now - last;
            last = now;
            wrong += *word != (round ? (page << 32) + round : 0);
            *word = (page << 32) + round + 1;
            if (now - told > rate * (TELL_EVERY_US / 1000)) {
                tell(file, longest * 1000 / rate, round, wrong);
                last = told = ticks();
            }
        }
}

void begin(long *stack)
{
    char **argument = (char **)(stack + 1);
    u64 megabytes = 0;
    long memory;

    if (*stack == 3) {
        for (const char *c = argument[1]; *c; c++)
            megabytes = megabytes * 10 + (u64)(*c - '0');
        memory = call6(SYS_mmap, 0, (long)(megabytes << 20), 3, 0x22, -1, 0);
        if (memory > 0)
            run(argument[2], (volatile u64 *)memory, megabytes << 8);
    }
    call6(SYS_exit, 1, 0, 0, 0, 0, 0);
}

asm(".globl _start\n"
    "_start: mov %rsp, %rdi\n"
    "   and $-16, %rsp\n"
    "   call begin\n");
