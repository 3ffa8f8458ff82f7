/* SPDX-License-Identifier: MIT */
/*
 * pci_right_test.c - functions that guests drive, over a made-up bus: one with
 * ports and memory, one with a 64-bit BAR and an MSI-X table, a bridge. Promise:
 * a guest reaches whole pages of its function's and nobody else's, and the
 * function is quiet from then on until its memory is gone.
 */
#include <string.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/irq.h>
#include <hv/pci_right.h>
#include <hv/pirq.h>
#include <hv/vcpu.h>
#include <asm/msi.h>
#include "../../common/control/dom0_op.h"
#include "fake_heap.h"
#include "fake_options.h"
#include "fake_spinlock.h"
#include "unit.h"

#define PLAIN       3u          /* device numbers */
#define RICH        4u
#define BRIDGE      5u
#define HOST        6u
#define PORTS       0xc000u
#define MEMORY      0xfeb00000u
#define SMALL       0xfebff800u
#define HIGH        0x8000000000ul
#define CAP         0x40u
#define TABLE_AT    0x2000u
#define COMMAND_ON  (PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER)

struct vcpu *fake_current;
unsigned int fake_cpu;

static uint8_t config[32][256];
static uint32_t compared[32][PCI_BARS];     /* bits that a BAR can hold */
static struct domain first, guest, other;
static struct vcpu vcpu = { .domain = &first };
static unsigned int moves;      /* BARs that moved while they were decoded */

static uint8_t *at(struct pci_function f, unsigned int reg)
{
    ck_assert_uint_eq(f.devfn & 7, 0);
    return &config[f.devfn >> 3][reg];
}

uint32_t pci_read(struct pci_function f, unsigned int reg, unsigned int bytes)
{
    uint32_t value = 0xffffffffu >> (32 - 8 * bytes);

    if (f.segment == 0 && f.bus == 0 && !(f.devfn & 7)) {
        value = 0;
        memcpy(&value, at(f, reg), bytes);
    }
    return value;
}

static uint32_t command_of(unsigned int dev)
{
    return pci_read((struct pci_function){ 0, 0, (uint8_t)(dev << 3) },
                    PCI_COMMAND, 2);
}

void pci_write(struct pci_function f, unsigned int reg, unsigned int bytes,
               uint32_t value)
{
    uint32_t old = pci_read(f, reg, 4);

    if (reg >= PCI_BAR(0) && reg < PCI_BAR(PCI_BARS)) {
        uint32_t can = compared[f.devfn >> 3][(reg - PCI_BAR(0)) / 4];

        value = (value & can) | (old & ~can);
        moves += value != old && command_of(f.devfn >> 3) &
                                 (PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
    }
    memcpy(at(f, reg), &value, bytes);
}

/* -- the rest of the hypervisor -------------------------------------------- */

unsigned int arch_irq_gsi_count(void) { return 24; }
void arch_lock_tables(struct domain *d) { (void)d; }
void arch_unlock_tables(struct domain *d) { (void)d; }

int pirq_permit(struct domain *d, unsigned int pirq, bool is_allowed)
{
    ck_abort_msg("no line is given: %p %u %d", (void *)d, pirq, is_allowed);
}

long dom0_about(domid_t id, bool not_self,
                long (*fn)(struct domain *d, struct dom0_op *op),
                struct dom0_op *op)
{
    ck_assert(not_self);
    return id == 1 ? fn(&guest, op) : id == 2 ? fn(&other, op) : -ESRCH;
}

/* -------------------------------------------------------------------------- */

static void put(unsigned int dev, unsigned int reg, uint32_t value,
                unsigned int bytes)
{
    memcpy(&config[dev][reg], &value, bytes);
}

static void add_function(unsigned int dev, uint32_t class, uint32_t kind)
{
    memset(config[dev], 0, sizeof(config[dev]));
    put(dev, PCI_VENDOR, 0x1234, 2);
    put(dev, PCI_CLASS, class, 2);
    put(dev, PCI_HEADER_TYPE, kind, 1);
    put(dev, PCI_COMMAND, COMMAND_ON, 2);
}

static void add_bar(unsigned int dev, unsigned int bar, uint32_t value,
                    uint32_t mask)
{
    put(dev, PCI_BAR(bar), value, 4);
    compared[dev][bar] = mask;
}

static void add_capability(unsigned int dev, unsigned int id,
                           uint32_t control)
{
    put(dev, PCI_STATUS, PCI_STATUS_CAPS, 2);
    put(dev, PCI_CAP_FIRST, CAP, 1);
    put(dev, CAP, id, 2);
    put(dev, CAP + 2, control, 2);
}

static void start_domain(struct domain *d)
{
    memset(d, 0, sizeof(*d));
    spin_lock_init(&d->lock, LOCK_LEVEL_DOMAIN);
    rangeset_init_heap(&d->ioports);
    rangeset_init_heap(&d->iomem);
}

static void start(void)
{
    memset(config, 0xff, sizeof(config));
    memset(compared, 0, sizeof(compared));
    add_function(PLAIN, 0x0700, PCI_KIND_DEVICE);
    add_bar(PLAIN, 0, PORTS | PCI_BAR_IS_IO, 0xfff8);
    add_bar(PLAIN, 1, MEMORY, 0xffffc000);
    add_bar(PLAIN, 2, SMALL, 0xfffff800);
    add_bar(PLAIN, 3, 0, 0xfff00000);       /* which nobody has placed */
    add_function(RICH, 0x0200, PCI_KIND_DEVICE);
    add_bar(RICH, 2, PCI_BAR_64BIT, 0xffff0000);
    add_bar(RICH, 3, HIGH >> 32, 0xffffffff);
    add_capability(RICH, PCI_CAP_MSIX, 256 + 15);   /* more than a page */
    put(RICH, CAP + MSIX_TABLE, TABLE_AT | 2, 4);
    add_function(BRIDGE, 0x0604, PCI_KIND_BRIDGE);
    add_function(HOST, 0x0600, PCI_KIND_DEVICE);
    start_domain(&first);
    start_domain(&guest);
    start_domain(&other);
    ck_assert_int_eq(rangeset_add(&first.ioports, 0x400, 0xffff), 0);
    ck_assert_int_eq(rangeset_add(&first.iomem, 0x80000, 0xffffffff), 0);
    fake_current = &vcpu;
    moves = 0;
}

static void stop(void)
{
    pci_right_end(&guest);
    pci_right_end(&other);
    ck_assert_uint_eq(moves, 0);
    ck_assert_uint_eq(fake_locks_held, 0);
    rangeset_destroy(&first.ioports);
    rangeset_destroy(&first.iomem);
    rangeset_destroy(&guest.ioports);
    rangeset_destroy(&guest.iomem);
    rangeset_destroy(&other.ioports);
    rangeset_destroy(&other.iomem);
    ck_assert_int_eq(fake_heap_live, 0);
}

static long access(domid_t id, unsigned int dev, uint32_t enable)
{
    struct dom0_op op = {
        .u.pcidev_access = { .domid = id, .dev = dev, .enable = enable },
    };

    return dom0_pcidev_access(&op);
}

static bool has_nothing(const struct domain *d)
{
    return rangeset_is_empty(&d->ioports) && rangeset_is_empty(&d->iomem);
}

START_TEST(a_function_is_given_quiet_with_its_registers)
{
    start();
    ck_assert_int_eq(access(1, PLAIN, 1), 0);
    ck_assert_uint_eq(command_of(PLAIN), PCI_COMMAND_IO | PCI_COMMAND_MEMORY |
                                         PCI_COMMAND_NO_LINE);
    ck_assert_uint_eq(guest.ioports.count, 1);
    ck_assert(rangeset_contains(&guest.ioports, PORTS, PORTS + 7));
    ck_assert(!rangeset_contains(&guest.ioports, PORTS, PORTS + 8));
    ck_assert_uint_eq(guest.iomem.count, 1);    /* not the small one */
    ck_assert(rangeset_contains(&guest.iomem, 0xfeb00, 0xfeb03));
    ck_assert(!rangeset_overlaps(&guest.iomem, 0xfeb04, 0xfeb04));
    ck_assert_int_eq(access(1, PLAIN, 1), 0);
    stop();
}
END_TEST

START_TEST(pci_dma_leaves_the_bus_to_it)
{
    start();
    fake_options_parse("pci_dma");
    ck_assert_int_eq(access(1, PLAIN, 1), 0);
    ck_assert_uint_eq(command_of(PLAIN), COMMAND_ON | PCI_COMMAND_NO_LINE);
    pci_right_end(&guest);
    ck_assert_uint_eq(command_of(PLAIN), PCI_COMMAND_IO | PCI_COMMAND_MEMORY |
                                         PCI_COMMAND_NO_LINE);
    ck_assert_int_eq(access(1, PLAIN, 1), 0);
    fake_options_parse("pci_dma=no");
    ck_assert_int_eq(access(1, RICH, 1), 0);
    ck_assert(!(command_of(RICH) & PCI_COMMAND_MASTER));
    stop();
}
END_TEST

START_TEST(a_table_of_messages_is_left_out)
{
    start();
    ck_assert_int_eq(access(1, RICH, 1), 0);
    ck_assert_uint_eq(guest.iomem.count, 2);
    ck_assert(rangeset_contains(&guest.iomem, HIGH >> 12, (HIGH >> 12) + 1));
    ck_assert(!rangeset_overlaps(&guest.iomem, (HIGH >> 12) + 2,
                                 (HIGH >> 12) + 3));
    ck_assert(rangeset_contains(&guest.iomem, (HIGH >> 12) + 4,
                                (HIGH >> 12) + 15));
    put(RICH, CAP + MSIX_TABLE, 2, 4);      /* it is the first page's now */
    pci_right_end(&guest);
    ck_assert_int_eq(access(2, RICH, 1), 0);
    ck_assert(!rangeset_overlaps(&other.iomem, HIGH >> 12, (HIGH >> 12) + 1));
    ck_assert(rangeset_contains(&other.iomem, (HIGH >> 12) + 2,
                                (HIGH >> 12) + 15));
    stop();
}
END_TEST

START_TEST(a_table_that_claims_to_be_endless_leaves_what_is_before_it)
{
    start();
    put(RICH, CAP + MSIX_TABLE, 0xf000 | 2, 4);
    ck_assert_int_eq(access(1, RICH, 1), 0);
    ck_assert_uint_eq(guest.iomem.count, 1);
    ck_assert(rangeset_contains(&guest.iomem, HIGH >> 12, (HIGH >> 12) + 14));
    pci_right_end(&guest);
    put(RICH, CAP + MSIX_TABLE, 0xfffffff8 | 2, 4);
    ck_assert_int_eq(access(2, RICH, 1), 0);
    ck_assert(rangeset_contains(&other.iomem, HIGH >> 12, (HIGH >> 12) + 15));
    ck_assert_uint_eq(other.iomem.count, 1);
    stop();
}
END_TEST

START_TEST(what_is_no_device_is_refused)
{
    start();
    ck_assert_int_eq(access(1, BRIDGE, 1), -EINVAL);
    ck_assert_int_eq(access(1, HOST, 1), -EINVAL);
    ck_assert_int_eq(access(1, 7, 1), -ENODEV);
    ck_assert_int_eq(access(1, PLAIN, 0), -ENODEV);
    ck_assert_int_eq(access(3, PLAIN, 1), -ESRCH);
    ck_assert_uint_eq(command_of(BRIDGE), COMMAND_ON);
    stop();
}
END_TEST

START_TEST(arguments_out_of_range_are_refused)
{
    static const struct dom0_pcidev_access wrong[] = {
        { .domid = 1, .dev = PLAIN, .enable = 2 },
        { .domid = 1, .dev = PLAIN, .enable = 1, .pad = 1 },
        { .domid = 1, .dev = 32, .enable = 1 },
        { .domid = 1, .dev = PLAIN, .func = 8, .enable = 1 },
        { .domid = 1, .dev = PLAIN, .bus = 256, .enable = 1 },
    };
    struct dom0_op op = { .u.pcidev_access = { .domid = 1, .segment = 1,
                                               .dev = PLAIN, .enable = 1 } };

    start();
    ck_assert_int_eq(dom0_pcidev_access(&op), -ENODEV);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        op.u.pcidev_access = wrong[i];
        ck_assert_int_eq(dom0_pcidev_access(&op), -EINVAL);
    }
    ck_assert(has_nothing(&guest));
    stop();
}
END_TEST

START_TEST(a_function_that_works_for_domain_0_stays_there)
{
    start();
    put(RICH, CAP + MSIX_CONTROL, MSIX_ENABLE | 15, 2);
    ck_assert_int_eq(access(1, RICH, 1), -EBUSY);
    add_capability(PLAIN, PCI_CAP_MSI, MSI_ENABLE);
    ck_assert_int_eq(access(1, PLAIN, 1), -EBUSY);
    ck_assert_uint_eq(command_of(PLAIN), COMMAND_ON);
    ck_assert_uint_eq(command_of(RICH), COMMAND_ON);
    stop();
}
END_TEST

/* The console's ports, RAM behind a BAR. */
START_TEST(registers_that_are_not_the_callers_are_refused)
{
    start();
    ck_assert_int_eq(rangeset_remove(&first.ioports, PORTS + 7, PORTS + 7), 0);
    ck_assert_int_eq(access(1, PLAIN, 1), -EPERM);
    ck_assert_int_eq(rangeset_add(&first.ioports, PORTS + 7, PORTS + 7), 0);
    ck_assert_int_eq(rangeset_remove(&first.iomem, 0xfeb02, 0xfeb02), 0);
    ck_assert_int_eq(access(1, PLAIN, 1), -EPERM);
    ck_assert(has_nothing(&guest));
    ck_assert_uint_eq(command_of(PLAIN), COMMAND_ON);
    stop();
}
END_TEST

START_TEST(it_is_one_domains_at_a_time)
{
    start();
    ck_assert_int_eq(access(1, PLAIN, 1), 0);
    ck_assert_int_eq(access(2, PLAIN, 1), -EBUSY);
    ck_assert_int_eq(access(2, PLAIN, 0), -ENODEV);
    put(PLAIN, PCI_COMMAND, COMMAND_ON, 2);     /* domain 0 allows it all */
    ck_assert_int_eq(access(1, PLAIN, 0), 0);
    ck_assert(has_nothing(&guest));
    ck_assert(!(command_of(PLAIN) & PCI_COMMAND_MASTER));
    ck_assert_int_eq(access(1, PLAIN, 0), -ENODEV);
    ck_assert_int_eq(access(2, PLAIN, 1), -EBUSY);  /* it may have mapped it */
    put(PLAIN, PCI_BAR(0), 0xd001, 4);
    ck_assert_int_eq(access(1, PLAIN, 1), 0);
    ck_assert(rangeset_contains(&guest.ioports, PORTS, PORTS + 7));
    pci_right_end(&guest);
    ck_assert_int_eq(access(2, PLAIN, 1), 0);
    stop();
}
END_TEST

START_TEST(ports_alone_go_back_at_once)
{
    start();
    add_bar(PLAIN, 1, 0, 0);
    ck_assert_int_eq(access(1, PLAIN, 1), 0);
    ck_assert_int_eq(access(1, PLAIN, 0), 0);
    ck_assert_int_eq(fake_heap_live, 3);    /* sets that are or were used */
    ck_assert_int_eq(access(2, PLAIN, 1), 0);
    ck_assert(has_nothing(&guest) && !has_nothing(&other));
    stop();
}
END_TEST

START_TEST(the_end_makes_it_quiet)
{
    start();
    ck_assert_int_eq(access(1, PLAIN, 1), 0);
    ck_assert_int_eq(access(2, RICH, 1), 0);
    put(PLAIN, PCI_COMMAND, COMMAND_ON, 2);
    guest.dying = DOMAIN_DYING;
    pci_right_end(&guest);
    ck_assert_uint_eq(command_of(PLAIN), PCI_COMMAND_IO | PCI_COMMAND_MEMORY |
                                         PCI_COMMAND_NO_LINE);
    ck_assert_int_eq(access(1, PLAIN, 1), -EINVAL);
    ck_assert_int_eq(access(1, RICH, 1), -EBUSY);
    ck_assert_int_eq(access(2, PLAIN, 1), 0);
    stop();
}
END_TEST

START_TEST(without_memory_nothing_has_changed)
{
    long budget = 0;
    long rc;

    do {
        start();
        fake_heap_budget = budget++;
        rc = access(1, PLAIN, 1);
        fake_heap_budget = -1;
        if (rc) {
            ck_assert_int_eq(rc, -ENOMEM);
            ck_assert(has_nothing(&guest));
            ck_assert_uint_eq(command_of(PLAIN), COMMAND_ON);
        }
        stop();
    } while (rc);
    ck_assert_int_gt(budget, 2);
}
END_TEST

int main(void)
{
    return UNIT_RUN("pci_right",
        a_function_is_given_quiet_with_its_registers,
        pci_dma_leaves_the_bus_to_it,
        a_table_of_messages_is_left_out,
        a_table_that_claims_to_be_endless_leaves_what_is_before_it,
        what_is_no_device_is_refused,
        arguments_out_of_range_are_refused,
        a_function_that_works_for_domain_0_stays_there,
        registers_that_are_not_the_callers_are_refused,
        it_is_one_domains_at_a_time,
        ports_alone_go_back_at_once,
        the_end_makes_it_quiet,
        without_memory_nothing_has_changed);
}
