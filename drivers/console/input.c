/* SPDX-License-Identifier: MIT */
/*
 * input.c - who gets the keys: domain 0, or the hypervisor.
 *
 * Ctrl-a three times moves on to the other one. Until a third is seen, or
 * another key shows that it was not meant, Ctrl-a is held back.
 * Locks: input_lock guards all state here, interrupts off; nothing is called
 * under it.
 */
#include <hv/console.h>
#include <hv/event.h>
#include <hv/keyhandler.h>
#include <hv/log_level.h>
#include <hv/softirq.h>
#include <hv/spinlock.h>
#include <public/xen.h>

#include "devices.h"

#define SWITCH_KEY      '\x01'      /* Ctrl-a */
#define SWITCH_COUNT    3u
#define DOM0_KEYS       1024u       /* powers of two */
#define OWN_KEYS        32u

enum focus { FOCUS_HYPERVISOR, FOCUS_DOM0, FOCUS_COUNT };

static const char *const focus_names[FOCUS_COUNT] = {
    [FOCUS_HYPERVISOR] = "Parapet (h lists the keys)",
    [FOCUS_DOM0] = "domain 0",
};

struct key_ring {
    char *keys;
    uint32_t size;
    uint32_t head, tail;    /* next to fill, next to take */
};

static spinlock_t input_lock = SPINLOCK_INIT(LOCK_LEVEL_DEVICE);
static enum focus focus;                /* under input_lock, as all below */
static unsigned int switch_keys;        /* held back */
static char dom0_keys[DOM0_KEYS], own_keys[OWN_KEYS];
static struct key_ring rings[FOCUS_COUNT] = {
    [FOCUS_HYPERVISOR] = { .keys = own_keys, .size = OWN_KEYS },
    [FOCUS_DOM0] = { .keys = dom0_keys, .size = DOM0_KEYS },
};

static void ring_put(struct key_ring *ring, char key)
{
    if (ring->head - ring->tail < ring->size)
        ring->keys[ring->head++ % ring->size] = key;
}

static size_t ring_take(struct key_ring *ring, char *buf, size_t n)
{
    unsigned long flags = spin_lock_irqsave(&input_lock);
    size_t taken = 0;

    while (taken < n && ring->tail != ring->head)
        buf[taken++] = ring->keys[ring->tail++ % ring->size];
    spin_unlock_irqrestore(&input_lock, flags);
    return taken;
}

static void receive_key(char key)
{
    if (key == SWITCH_KEY) {
        if (++switch_keys == SWITCH_COUNT) {
            switch_keys = 0;
            focus = (focus + 1) % FOCUS_COUNT;
        }
        return;
    }
    for (; switch_keys; switch_keys--)
        ring_put(&rings[focus], SWITCH_KEY);
    ring_put(&rings[focus], key);
}

static void announce(enum focus to)
{
    printk_always("Keys now go to %s; Ctrl-a three times switches\n",
                  focus_names[to]);
}

void console_receive(const char *keys, size_t n)
{
    unsigned long flags = spin_lock_irqsave(&input_lock);
    enum focus before = focus, after;
    bool has_dom0, has_own;

    for (size_t i = 0; i < n; i++)
        receive_key(keys[i]);
    after = focus;
    has_dom0 = rings[FOCUS_DOM0].head != rings[FOCUS_DOM0].tail;
    has_own = rings[FOCUS_HYPERVISOR].head != rings[FOCUS_HYPERVISOR].tail;
    spin_unlock_irqrestore(&input_lock, flags);

    if (after != before)
        announce(after);
    if (has_dom0)
        event_virq_raise_global(VIRQ_CONSOLE);
    if (has_own)
        softirq_raise(SOFTIRQ_CONSOLE);
}

size_t console_read(char *buf, size_t n)
{
    return ring_take(&rings[FOCUS_DOM0], buf, n);
}

static void run_own_keys(void)
{
    char key;

    while (ring_take(&rings[FOCUS_HYPERVISOR], &key, 1) == 1)
        keyhandler_run(key);
}

void input_init(void)
{
    softirq_open(SOFTIRQ_CONSOLE, run_own_keys);
}

void input_to_dom0(void)
{
    unsigned long flags = spin_lock_irqsave(&input_lock);

    focus = FOCUS_DOM0;
    spin_unlock_irqrestore(&input_lock, flags);
    announce(FOCUS_DOM0);
}
