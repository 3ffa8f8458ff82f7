/* SPDX-License-Identifier: MIT */
/*
 * keyhandler.c - a table of keys. What others register only tells; so `*` may
 * call all of it. Locks: none, keys are registered at boot.
 */
#include <hv/compiler.h>
#include <hv/cpu.h>
#include <hv/keyhandler.h>
#include <hv/log_level.h>
#include <hv/panic.h>
#include <hv/power.h>
#include <hv/types.h>

#define FIRST_KEY   '!'
#define LAST_KEY    '~'

static struct key {
    void (*fn)(void);
    const char *help;
    bool only_tells;
} keys[LAST_KEY - FIRST_KEY + 1];

static struct key *find_key(char key)
{
    if (key < FIRST_KEY || key > LAST_KEY)
        return NULL;
    return &keys[key - FIRST_KEY];
}

static void add_key(char key, void (*fn)(void), const char *help,
                    bool only_tells)
{
    struct key *k = find_key(key);

    if (k && !k->fn)
        *k = (struct key){ fn, help, only_tells };
    else
        printk(LOG_WARNING, "key '%c' (%s) is taken or no key\n", key, help);
}

void keyhandler_register(char key, void (*fn)(void), const char *help)
{
    add_key(key, fn, help, true);
}

static void list_keys(void)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++)
        if (keys[i].fn)
            printk_always(" %c  %s\n", FIRST_KEY + i, keys[i].help);
}

static void run_all(void)
{
    for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++)
        if (keys[i].fn && keys[i].only_tells)
            keyhandler_run((char)(FIRST_KEY + i));
}

static void reboot(void)
{
    machine_restart();
}

static void dump_here(void *unused)
{
    (void)unused;
    arch_dump_state();
}

/* One after the other, each by itself. */
static void dump_registers(void)
{
    unsigned int cpu;

    for_each_online_cpu(cpu) {
        cpu_set_t one = { .bits = { 0 } };

        cpu_set_add(&one, cpu);
        cpu_call(&one, dump_here, NULL, true);
    }
}

void keyhandler_init(void)
{
    add_key('h', list_keys, "list these keys", false);
    add_key('R', reboot, "reboot the machine at once", false);
    add_key('*', run_all, "all that only tells", false);
    add_key('d', dump_registers, "registers of all CPUs", true);
}

void keyhandler_run(char key)
{
    struct key *k = find_key(key);

    if (!k || !k->fn) {
        printk_always("No such key; h lists them\n");
        return;
    }
    printk_always("'%c': %s\n", key, k->help);
    k->fn();
}
