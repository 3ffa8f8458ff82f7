/* SPDX-License-Identifier: MIT */
/*
 * console_input_fuzz.c - keys in any order and amount, reads by domain 0, and
 * switches of who gets them: what comes out was put in, in order.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <hv/console.h>
#include <hv/event.h>
#include <hv/keyhandler.h>
#include <hv/log_level.h>
#include <hv/panic.h>
#include <hv/power.h>
#include <hv/softirq.h>
#include <public/xen.h>
#include "../../drivers/console/devices.h"
#include "fake_spinlock.h"
#include "fuzz.h"

static void (*own_keys)(void);

void printk_always(const char *fmt, ...)
{
    char line[256];
    va_list args;

    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
}

void softirq_open(enum softirq nr, void (*fn)(void))
{
    (void)nr;
    own_keys = fn;
}

void softirq_raise(enum softirq nr)
{
    ck_assert(nr == SOFTIRQ_CONSOLE && !fake_locks_held);
}

void event_virq_raise_global(unsigned int virq)
{
    ck_assert(virq == VIRQ_CONSOLE && !fake_locks_held);
}

void arch_dump_state(void) { }

/* The key R: the machine starts again, which here is a return. */
static jmp_buf restarted;

void machine_restart(void)
{
    longjmp(restarted, 1);
}

static void step(struct fuzz *f)
{
    char keys[64];
    unsigned int n = fuzz_u8(f);
    size_t got;

    if (n < 0xc0) {
        n %= sizeof(keys) + 1;
        fuzz_bytes(f, keys, n);
        console_receive(keys, n);
    } else if (n < 0xd0) {
        console_receive("\x01\x01\x01", 3);
    } else if (n < 0xe0) {
        if (own_keys && !setjmp(restarted))
            own_keys();
    } else {
        got = console_read(keys, n % sizeof(keys));
        ck_assert(got <= n % sizeof(keys));
    }
    ck_assert(!fake_locks_held && !fake_irqs_off);
}

/* A line that is typed arrives as it was typed. */
static void check_line(void)
{
    char keys[1100];
    size_t n = 0;

    input_to_dom0();
    console_receive("end", 3);
    for (size_t got; (got = console_read(keys + n, 64)) > 0; n += got)
        ck_assert(n < 1024);
    console_receive("typed", 5);
    ck_assert(console_read(keys, sizeof(keys)) == 5);
    ck_assert(!memcmp(keys, "typed", 5));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = { data, size };

    if (!own_keys) {
        keyhandler_init();
        input_init();
    }
    input_to_dom0();
    while (f.left)
        step(&f);
    check_line();
    return 0;
}
