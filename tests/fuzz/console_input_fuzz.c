/* SPDX-License-Identifier: MIT */
/*
 * console_input_fuzz.c - keys in any order and amount, reads by domain 0,
 * switches of who gets them, and a guest that comes and goes: what comes out
 * was put in, in order.
 */
#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <hv/console.h>
#include <hv/cpu.h>
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

cpu_set_t cpu_online = { .bits = { 1 } };

void cpu_call(const cpu_set_t *cpus, void (*fn)(void *arg), void *arg,
              bool wait)
{
    ck_assert(wait && !fake_locks_held && cpu_set_has(cpus, 0));
    fn(arg);
}

/* A guest's keys, while it is there. */
static char guest_keys[16];
static struct key_reader guest = {
    .name = "guest", .rank = 3, .keys = guest_keys,
    .size = sizeof(guest_keys),
};
static bool guest_is_there;

static void tell_guest(uint32_t rank)
{
    ck_assert(rank == 3 && !fake_locks_held);
}

static void come_or_go(void)
{
    guest.notify = tell_guest;
    if (guest_is_there)
        console_remove_reader(&guest);
    else
        console_add_reader(&guest);
    guest_is_there = !guest_is_there;
}

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
    } else if (n < 0xe8) {
        come_or_go();
    } else if (guest_is_there && n < 0xf0) {
        ck_assert(console_take_keys(&guest, keys, 20) <= sizeof(guest_keys));
    } else {
        got = console_read(keys, n % sizeof(keys));
        ck_assert(got <= n % sizeof(keys));
    }
    ck_assert(!fake_locks_held && !fake_irqs_off);
}

/* Domain 0 gets the keys: whoever has them is not the hypervisor. */
static bool is_dom0s(void)
{
    char keys[64];
    size_t got = 0;

    while (console_read(keys, sizeof(keys)))
        ;
    console_receive("x", 1);
    got = console_read(keys, sizeof(keys));
    return got && keys[got - 1] == 'x';
}

/* A line that is typed arrives as it was typed. */
static void check_line(void)
{
    char keys[1100];
    size_t n = 0;

    if (guest_is_there)
        come_or_go();
    for (unsigned int i = 0; i < 2 && !is_dom0s(); i++)
        console_receive("\x01\x01\x01", 3);
    ck_assert(is_dom0s());
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
        input_to_domains(true);
    }
    while (f.left)
        step(&f);
    check_line();
    return 0;
}
