/* SPDX-License-Identifier: MIT */
/*
 * pci_right.c - PCI functions that guests drive: whose each is, and what of its
 * registers that domain reaches.
 *
 * There is no IOMMU: a function that masters the bus reads and writes all memory.
 * So it may not while a guest has it, nor does it interrupt, until domain 0, whose
 * configuration space is, says otherwise in the command register. Whole pages of
 * memory are given, and none that holds an MSI-X table.
 * Invariants:
 *   R1  A function is on the list at most once.
 *   R2  What a domain may have mapped is nobody else's before its end: a function
 *       with memory stays on the list when it is taken away.
 *   R3  A domain's functions are quiet before its memory is given back.
 * Locks: list_lock, then the domain's as permission_change() takes them.
 */
#include <hv/cmdline.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame_num.h>
#include <hv/heap.h>
#include <hv/list.h>
#include <hv/pci_right.h>
#include <hv/spinlock.h>
#include <hv/vcpu.h>
#include "permission.h"

#define PIECES_MAX  (PCI_BARS + 1)      /* a table leaves two of its BAR */

struct piece {
    bool is_io;
    unsigned long first, last;      /* ports or frames */
};

/* [I] while it is listed   [R] holder of list_lock */
struct right {
    struct list_head list;          /* [R] */
    struct pci_function f;          /* [I] */
    struct domain *d;               /* [I] R3: no reference */
    bool is_taken;                  /* [R] it is here for R2 alone */
    bool has_memory;                /* [I] */
    unsigned int count;             /* [I] */
    struct piece pieces[PIECES_MAX];    /* [I] */
};

static struct list_head rights = LIST_HEAD_INIT(rights);
static spinlock_t list_lock = SPINLOCK_INIT(LOCK_LEVEL_CONTROL);

/* Functions that are given go on mastering the bus. */
static bool opt_pci_dma;
CMDLINE_BOOL_OPTION(opt_pci_dma, "pci_dma");

static struct right *find(struct pci_function f)
{
    struct right *r;

    list_for_each(r, &rights, list)
        if (pci_is_same(r->f, f))
            return r;
    return NULL;
}

/* --- what its registers are --- */

static void add_piece(struct right *r, bool is_io, unsigned long first,
                      unsigned long last)
{
    if (first > last)
        return;
    r->pieces[r->count++] = (struct piece){ is_io, first, last };
    r->has_memory |= !is_io;
}

static void add_memory(struct right *r, const struct pci_bar *bar,
                       const struct pci_table *table)
{
    unsigned long first = bar->base >> PAGE_SHIFT;
    unsigned long last = (bar->base + bar->size - 1) >> PAGE_SHIFT;
    unsigned long hole, after;

    if (bar->size < PAGE_SIZE || bar->base % PAGE_SIZE || last < first)
        return;
    if (!table) {
        add_piece(r, false, first, last);
        return;
    }
    hole = (bar->base + table->offset) >> PAGE_SHIFT;
    after = ((bar->base + table->offset + table->size - 1) >> PAGE_SHIFT) + 1;
    if (hole > first)
        add_piece(r, false, first, MIN(hole - 1, last));
    add_piece(r, false, MAX(after, first), last);
}

static void list_pieces(struct right *r)
{
    struct pci_bar bars[PCI_BARS];
    struct pci_table table;
    bool has_table = pci_find_message_table(r->f, &table);

    pci_read_bars(r->f, bars);
    for (unsigned int i = 0; i < PCI_BARS; i++) {
        const struct pci_bar *bar = &bars[i];

        if (!bar->size || !bar->base)
            continue;
        if (bar->is_io)
            add_piece(r, true, bar->base, bar->base + bar->size - 1);
        else
            add_memory(r, bar, has_table && table.bar == i ? &table : NULL);
    }
}

/* --- giving and taking --- */

static struct rangeset *set_of(struct domain *d, const struct piece *p)
{
    return p->is_io ? &d->ioports : &d->iomem;
}

static bool are_callers(const struct right *r)
{
    for (unsigned int i = 0; i < r->count; i++) {
        const struct piece *p = &r->pieces[i];

        if (!permission_is_callers(set_of(current->domain, p), p->first,
                                   p->last))
            return false;
    }
    return true;
}

/* If giving fails, nothing is given. */
static int change_all(struct right *r, unsigned int count, bool is_allowed)
{
    int rc = 0;

    for (unsigned int i = 0; !rc && i < count; i++) {
        const struct piece *p = &r->pieces[i];

        rc = permission_change(r->d, set_of(r->d, p), p->first, p->last,
                               is_allowed);
        if (rc && is_allowed)
            (void)!change_all(r, i, false);
    }
    return rc;
}

static int let_use(struct right *r)
{
    int rc = are_callers(r) ? 0 : -EPERM;

    if (!rc && READ_ONCE(r->d->dying) != DOMAIN_ALIVE)
        rc = -EINVAL;           /* pci_right_end() would not see it */
    if (!rc)
        rc = change_all(r, r->count, true);
    r->is_taken = rc != 0;
    return rc;
}

static int give_new(struct domain *d, struct pci_function f)
{
    struct right *r = heap_alloc(sizeof(*r), 0);
    uint16_t command;
    int rc;

    if (!r)
        return -ENOMEM;
    r->f = f;
    r->d = d;
    command = pci_quiet(f, opt_pci_dma);
    list_pieces(r);
    rc = let_use(r);
    if (rc) {
        pci_write(f, PCI_COMMAND, 2, command);
        heap_free(r);
        return rc;
    }
    list_add_tail(&r->list, &rights);
    return 0;
}

/* The same places as before: R2. */
static int give_again(struct right *r)
{
    if (!r->is_taken)
        return 0;
    (void)pci_quiet(r->f, opt_pci_dma);
    return let_use(r);
}

static int give_locked(struct domain *d, struct pci_function f)
{
    struct right *r = find(f);

    if (r)
        return r->d == d ? give_again(r) : -EBUSY;
    /* Its driver in domain 0 is at work. */
    return pci_sends_messages(f) ? -EBUSY : give_new(d, f);
}

int pci_right_give(struct domain *d, struct pci_function f)
{
    int rc;

    if (!pci_is_present(f))
        return -ENODEV;
    if ((pci_read(f, PCI_HEADER_TYPE, 1) & PCI_HEADER_KIND) !=
            PCI_KIND_DEVICE ||
        pci_read(f, PCI_CLASS, 2) >> 8 == PCI_CLASS_BRIDGE)
        return -EINVAL;
    spin_lock(&list_lock);
    rc = give_locked(d, f);
    spin_unlock(&list_lock);
    return rc;
}

static void forget(struct right *r)
{
    list_del(&r->list);
    heap_free(r);
}

static int take_locked(struct domain *d, struct pci_function f)
{
    struct right *r = find(f);
    int rc;

    if (!r || r->d != d || r->is_taken)
        return -ENODEV;
    rc = change_all(r, r->count, false);
    if (rc)
        return rc;
    (void)pci_quiet(f, false);
    r->is_taken = true;
    if (!r->has_memory)
        forget(r);
    return 0;
}

int pci_right_take(struct domain *d, struct pci_function f)
{
    int rc;

    spin_lock(&list_lock);
    rc = take_locked(d, f);
    spin_unlock(&list_lock);
    return rc;
}

void pci_right_end(const struct domain *d)
{
    struct right *r, *next;

    spin_lock(&list_lock);
    list_for_each_safe(r, next, &rights, list) {
        if (r->d != d)
            continue;
        (void)pci_quiet(r->f, false);
        forget(r);
    }
    spin_unlock(&list_lock);
}
