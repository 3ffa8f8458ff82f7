/* SPDX-License-Identifier: MIT */
/*
 * pirq.c - physical interrupts that guests handle: from a line to a port.
 *
 *   unmapped --map--> mapped --bind--> open --raise, level--> held
 *      ^                |  ^            | ^                     |
 *      +-----unmap------+  +---unbind---+ +---------eoi---------+
 *
 * A held line is masked until the guest has seen to its device; otherwise it
 * would be raised again at once, for ever. An edge is over when it has come
 * and leaves the line open.
 * Invariants:
 *   P1  A line is unmasked only while it is open.
 *   P2  A bound pirq has an owner, and port is one of the owner's.
 *   P3  An owner gives all its pirqs back before it is freed: no reference.
 * What the domain with the devices has mapped it may lend to another, whose end
 * brings it back.
 * Locks: map_lock for who owns a line and how it signals; then, inside the
 * owner's event_lock, one per line (IRQs off) for its state.
 */
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/format.h>
#include <hv/irq.h>
#include <hv/nospec.h>
#include <hv/pirq.h>
#include <hv/printk.h>
#include <hv/spinlock.h>
#include <hv/time.h>
#include <hv/timer.h>

_Static_assert(IRQ_COUNT == PIRQ_COUNT, "a pirq is the line of that number");

/* More than this in one window and something is wrong with the device: the
 * line is masked until the window has passed. */
#define STORM_WINDOW    MILLISECS(10)
#define STORM_LIMIT     5000u

/* [L] holder of lock   [M] holder of map_lock */
struct pirq {
    spinlock_t lock;
    bool is_held;               /* [L] masked until the guest's EOI */
    bool is_storming;           /* [L] masked until storm_timer rings */
    uint32_t window_count;      /* [L] raised since window_start */
    struct domain *owner;       /* [M and L] NULL: unmapped */
    struct domain *lender;      /* [M] who gets it back; it never ends */
    evtchn_port_t port;         /* [L] 0: not bound */
    s_time_t window_start;      /* [L] */
    bool was_reported;          /* [L] one message for each binding */
    unsigned long count;        /* [L] raised since boot */
};

static struct pirq pirqs[PIRQ_COUNT];
static struct timer storm_timer;
static spinlock_t map_lock = SPINLOCK_INIT(LOCK_LEVEL_PCI);

/* The pirq a guest named, locked; NULL, and no lock, when it is not @d's. */
static struct pirq *pirq_lock(const struct domain *d, unsigned int nr,
                              unsigned long *flags)
{
    struct pirq *p;

    if (nr >= PIRQ_COUNT)
        return NULL;
    p = &pirqs[index_nospec(nr, PIRQ_COUNT)];
    *flags = spin_lock_irqsave(&p->lock);
    if (p->owner == d)
        return p;
    spin_unlock_irqrestore(&p->lock, *flags);
    return NULL;
}

static unsigned int number(const struct pirq *p)
{
    return (unsigned int)(p - pirqs);
}

/* P1: the only place that unmasks. */
static void open_line(const struct pirq *p)
{
    if (p->port && !p->is_held && !p->is_storming)
        arch_irq_unmask(number(p));
}

static void close_line(struct pirq *p)
{
    arch_irq_mask(number(p));
    p->port = 0;
    p->is_held = false;
    p->is_storming = false;
}

static void set_owner(unsigned int nr, struct domain *d)
{
    unsigned long flags = spin_lock_irqsave(&pirqs[nr].lock);

    pirqs[nr].owner = d;
    spin_unlock_irqrestore(&pirqs[nr].lock, flags);
}

static int map_gsi_locked(struct domain *d, unsigned int nr)
{
    int rc;

    if (pirqs[nr].owner)
        return pirqs[nr].owner == d ? 0 : -EEXIST;
    rc = arch_irq_open(nr);
    if (rc)
        return rc;
    set_owner(nr, d);
    return 0;
}

int pirq_map_gsi(struct domain *d, unsigned int nr)
{
    int rc;

    if (nr >= arch_irq_gsi_count())
        return -EINVAL;
    spin_lock(&map_lock);
    rc = map_gsi_locked(d, (unsigned int)index_nospec(nr, PIRQ_COUNT));
    spin_unlock(&map_lock);
    return rc;
}

int pirq_map_msi(struct domain *d, const struct msi_request *request,
                 unsigned int *nr)
{
    int rc;

    spin_lock(&map_lock);
    rc = arch_msi_open(request, nr);
    for (unsigned int i = 0; !rc && i < request->count; i++)
        set_owner(*nr + i, d);
    spin_unlock(&map_lock);
    return rc;
}

/* @p changes hands, unless it is bound. */
static int pass_to(struct pirq *p, struct domain *to)
{
    unsigned long flags = spin_lock_irqsave(&p->lock);
    int rc = p->port ? -EBUSY : 0;

    if (!rc)
        p->owner = to;
    spin_unlock_irqrestore(&p->lock, flags);
    return rc;
}

static int lend_locked(struct domain *from, struct domain *to, struct pirq *p)
{
    struct domain *owner = p->owner;
    int rc;

    if (READ_ONCE(to->dying) != DOMAIN_ALIVE)   /* P3: it has looked already */
        return -EINVAL;
    if (owner == to)
        return 0;
    if (owner && owner != from)
        return -EEXIST;
    rc = owner ? pass_to(p, to) : map_gsi_locked(to, number(p));
    if (!rc)
        p->lender = owner;
    return rc;
}

int pirq_lend_gsi(struct domain *from, struct domain *to, unsigned int nr)
{
    int rc;

    if (nr >= arch_irq_gsi_count())
        return -EINVAL;
    spin_lock(&map_lock);
    rc = lend_locked(from, to, &pirqs[index_nospec(nr, PIRQ_COUNT)]);
    spin_unlock(&map_lock);
    return rc;
}

static int unmap_locked(struct domain *d, unsigned int nr)
{
    struct pirq *p;
    int rc;

    if (!pirq_is_mapped(d, nr))
        return -EINVAL;
    p = &pirqs[index_nospec(nr, PIRQ_COUNT)];
    rc = pass_to(p, p->lender);
    if (!rc && !p->lender)
        arch_irq_close(number(p));
    if (!rc)
        p->lender = NULL;
    return rc;
}

int pirq_unmap(struct domain *d, unsigned int nr)
{
    int rc;

    spin_lock(&map_lock);
    rc = unmap_locked(d, nr);
    spin_unlock(&map_lock);
    return rc;
}

bool pirq_is_mapped(const struct domain *d, unsigned int nr)
{
    return nr < PIRQ_COUNT &&
           READ_ONCE(pirqs[index_nospec(nr, PIRQ_COUNT)].owner) == d;
}

evtchn_port_t pirq_port(const struct domain *d, unsigned int nr)
{
    unsigned long flags;
    struct pirq *p = pirq_lock(d, nr, &flags);
    evtchn_port_t port;

    if (!p)
        return 0;
    port = p->port;
    spin_unlock_irqrestore(&p->lock, flags);
    return port;
}

/* A line has one domain and one port here; the guest's kernel shares it among
 * its drivers, so @share asks for nothing more. */
int pirq_bind(struct domain *d, unsigned int nr, bool share,
              evtchn_port_t port)
{
    unsigned long flags;
    struct pirq *p = pirq_lock(d, nr, &flags);
    int rc = 0;

    (void)share;
    if (!p)
        return -EINVAL;
    if (p->port) {
        rc = -EBUSY;
    } else {
        p->port = port;
        p->window_count = 0;
        p->was_reported = false;
        open_line(p);
    }
    spin_unlock_irqrestore(&p->lock, flags);
    return rc;
}

void pirq_unbind(struct domain *d, unsigned int nr)
{
    unsigned long flags;
    struct pirq *p = pirq_lock(d, nr, &flags);

    if (!p)
        return;
    if (p->port)
        close_line(p);
    spin_unlock_irqrestore(&p->lock, flags);
}

void pirq_eoi(struct domain *d, unsigned int nr)
{
    unsigned long flags;
    struct pirq *p = pirq_lock(d, nr, &flags);

    if (!p)
        return;
    if (p->is_held) {
        p->is_held = false;
        open_line(p);
    }
    spin_unlock_irqrestore(&p->lock, flags);
}

int pirq_set_mode(unsigned int nr, bool is_level, bool is_low)
{
    unsigned long flags;
    struct pirq *p;
    int rc;

    if (nr >= arch_irq_gsi_count())
        return -EINVAL;
    p = &pirqs[index_nospec(nr, PIRQ_COUNT)];
    spin_lock(&map_lock);
    rc = arch_irq_set_mode(nr, is_level, is_low);
    flags = spin_lock_irqsave(&p->lock);
    open_line(p);           /* a line that changes its mode is masked */
    spin_unlock_irqrestore(&p->lock, flags);
    spin_unlock(&map_lock);
    return rc;
}

/* Count one more; true when it is the one too many. */
static bool is_storm(struct pirq *p)
{
    s_time_t now = system_time();

    if (now - p->window_start >= STORM_WINDOW) {
        p->window_start = now;
        p->window_count = 0;
    }
    return ++p->window_count > STORM_LIMIT;
}

static void calm_storm(struct pirq *p)
{
    p->is_storming = true;
    arch_irq_mask(number(p));
    timer_set(&storm_timer, p->window_start + STORM_WINDOW);
    if (!p->was_reported)
        printk(LOG_WARNING, "Interrupt %u was raised over %u times in 10 ms; "
               "it is masked for a while whenever it does that\n", number(p),
               STORM_LIMIT);
    p->was_reported = true;
}

/* What came while it was masked is lost to edges: say it came. */
static void end_storms(void *data)
{
    (void)data;
    for (unsigned int nr = 0; nr < PIRQ_COUNT; nr++) {
        struct pirq *p = &pirqs[nr];
        unsigned long flags;

        if (!READ_ONCE(p->is_storming))
            continue;
        flags = spin_lock_irqsave(&p->lock);
        if (p->is_storming) {
            p->is_storming = false;
            event_port_raise(p->owner, p->port);
            open_line(p);
        }
        spin_unlock_irqrestore(&p->lock, flags);
    }
}

static void raise_locked(struct pirq *p)
{
    if (arch_irq_is_level(number(p))) {
        p->is_held = true;
        arch_irq_mask(number(p));
    }
    if (is_storm(p))
        calm_storm(p);
    event_port_raise(p->owner, p->port);    /* P2, under the lock */
}

void pirq_raise(unsigned int irq)
{
    struct pirq *p = &pirqs[irq];
    unsigned long flags = spin_lock_irqsave(&p->lock);

    p->count++;
    if (p->port)
        raise_locked(p);
    else
        arch_irq_mask(irq);     /* it was under way when it was unbound */
    spin_unlock_irqrestore(&p->lock, flags);
}

void pirq_describe(unsigned int irq, char *buf, size_t size)
{
    unsigned long flags = spin_lock_irqsave(&pirqs[irq].lock);
    const struct pirq *p = &pirqs[irq];

    if (p->owner)
        format_text(buf, size, "domain %u, port %u, came %lu times%s%s",
                    p->owner->id, p->port, p->count,
                    p->is_held ? ", awaits its end" : "",
                    p->is_storming ? ", masked: too many" : "");
    else
        format_text(buf, size, "nobody");
    spin_unlock_irqrestore(&pirqs[irq].lock, flags);
}

void pirq_domain_destroy(struct domain *d)
{
    spin_lock(&map_lock);
    for (unsigned int nr = 0; nr < PIRQ_COUNT; nr++) {
        if (pirqs[nr].owner != d)
            continue;
        pirq_unbind(d, nr);
        unmap_locked(d, nr);
    }
    spin_unlock(&map_lock);
}

void pirq_init(void)
{
    for (unsigned int nr = 0; nr < PIRQ_COUNT; nr++)
        spin_lock_init(&pirqs[nr].lock, LOCK_LEVEL_IRQ);
    timer_init(&storm_timer, end_storms, NULL, 0);
}
