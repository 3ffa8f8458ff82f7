/* SPDX-License-Identifier: MIT */
/*
 * input.c - who gets the keys: one of several readers, which domain 0, guests
 * and the hypervisor itself are.
 *
 * Ctrl-a three times moves on to the next one, in the order of their ranks and
 * round again. Until a third is seen, or another key shows that it was not
 * meant, Ctrl-a is held back. Readers are told by a softirq.
 * Locks: input_lock guards all state here and in readers, interrupts off;
 * nothing is called under it.
 */
#include <hv/console.h>
#include <hv/event.h>
#include <hv/keyhandler.h>
#include <hv/log_level.h>
#include <hv/softirq.h>
#include <hv/spinlock.h>
#include <hv/string.h>
#include <public/xen.h>

#include "devices.h"

#define SWITCH_KEY      '\x01'      /* Ctrl-a */
#define SWITCH_COUNT    3u
#define DOM0_KEYS       1024u       /* powers of two */
#define OWN_KEYS        32u

static void run_own_keys(uint32_t rank);
static void tell_dom0(uint32_t rank);

static char dom0_keys[DOM0_KEYS], own_keys[OWN_KEYS];
static struct key_reader own_reader = {
    .name = "Parapet (h lists the keys)", .rank = KEY_RANK_HYPERVISOR,
    .notify = run_own_keys, .keys = own_keys, .size = OWN_KEYS,
};
static struct key_reader dom0_reader = {
    .name = "domain 0", .rank = 0, .notify = tell_dom0,
    .keys = dom0_keys, .size = DOM0_KEYS,
};

static spinlock_t input_lock = SPINLOCK_INIT(LOCK_LEVEL_DEVICE);
/* under input_lock: */
static struct key_reader *readers = &own_reader;    /* ascending rank */
static struct key_reader *focus = &own_reader;
static unsigned int switch_keys;                    /* held back */

static void reader_put(struct key_reader *r, char key)
{
    if (r->head - r->tail < r->size)
        r->keys[r->head++ % r->size] = key;
    r->is_to_be_told = true;
}

static void receive_key(char key)
{
    if (key == SWITCH_KEY) {
        if (++switch_keys == SWITCH_COUNT) {
            switch_keys = 0;
            focus = focus->next ? focus->next : readers;
        }
        return;
    }
    for (; switch_keys; switch_keys--)
        reader_put(focus, SWITCH_KEY);
    reader_put(focus, key);
}

static void announce(const char *name)
{
    printk_always("Keys now go to %s; Ctrl-a three times switches\n", name);
}

/* The name outlives the reader: a domain's last words come after it. */
void console_receive(const char *keys, size_t n)
{
    unsigned long flags = spin_lock_irqsave(&input_lock);
    const struct key_reader *before = focus;
    char name[KEY_NAME_MAX + 1];
    bool is_moved;

    for (size_t i = 0; i < n; i++)
        receive_key(keys[i]);
    is_moved = focus != before;
    string_copy(name, focus->name, sizeof(name));
    spin_unlock_irqrestore(&input_lock, flags);

    if (is_moved)
        announce(name);
    softirq_raise(SOFTIRQ_CONSOLE);
}

/* -- readers --------------------------------------------------------------- */

void console_add_reader(struct key_reader *r)
{
    unsigned long flags = spin_lock_irqsave(&input_lock);
    struct key_reader **at = &readers;

    while ((*at)->rank < r->rank)
        at = &(*at)->next;
    r->next = *at;
    *at = r;
    spin_unlock_irqrestore(&input_lock, flags);
}

void console_remove_reader(struct key_reader *r)
{
    unsigned long flags = spin_lock_irqsave(&input_lock);
    struct key_reader **at = &readers;
    char name[KEY_NAME_MAX + 1];
    bool is_moved = focus == r;

    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    if (is_moved)
        focus = readers;
    string_copy(name, focus->name, sizeof(name));
    spin_unlock_irqrestore(&input_lock, flags);
    if (is_moved)
        announce(name);
}

size_t console_take_keys(struct key_reader *r, char *buf, size_t n)
{
    unsigned long flags = spin_lock_irqsave(&input_lock);
    size_t taken = 0;

    while (taken < n && r->tail != r->head)
        buf[taken++] = r->keys[r->tail++ % r->size];
    spin_unlock_irqrestore(&input_lock, flags);
    return taken;
}

bool console_has_focus(const struct key_reader *r)
{
    return READ_ONCE(focus) == r;
}

size_t console_read(char *buf, size_t n)
{
    return console_take_keys(&dom0_reader, buf, n);
}

/* -- telling them ---------------------------------------------------------- */

/* Take one reader that is to be told: by value, since it may go away. */
static bool next_to_tell(struct key_reader *out)
{
    unsigned long flags = spin_lock_irqsave(&input_lock);
    struct key_reader *r = readers;
    bool is_found;

    while (r && !r->is_to_be_told)
        r = r->next;
    is_found = r != NULL;
    if (is_found) {
        r->is_to_be_told = false;
        *out = *r;
    }
    spin_unlock_irqrestore(&input_lock, flags);
    return is_found;
}

static void tell_readers(void)
{
    struct key_reader r;

    while (next_to_tell(&r))
        r.notify(r.rank);
}

static void run_own_keys(uint32_t rank)
{
    char key;

    (void)rank;
    while (console_take_keys(&own_reader, &key, 1) == 1)
        keyhandler_run(key);
}

static void tell_dom0(uint32_t rank)
{
    (void)rank;
    event_virq_raise_global(VIRQ_CONSOLE);
}

void input_init(void)
{
    softirq_open(SOFTIRQ_CONSOLE, tell_readers);
}

void input_to_domains(bool has_dom0)
{
    char name[KEY_NAME_MAX + 1];
    unsigned long flags;

    if (has_dom0)
        console_add_reader(&dom0_reader);
    flags = spin_lock_irqsave(&input_lock);
    focus = readers;
    string_copy(name, focus->name, sizeof(name));
    spin_unlock_irqrestore(&input_lock, flags);
    announce(name);
}
