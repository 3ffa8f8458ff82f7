/* SPDX-License-Identifier: MIT */
/*
 * physdev_op_test.c - hypercall 33: who may ask, what each operation wants of
 * its argument, and what it answers.
 */
#include <string.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/pirq.h>
#include <hv/time.h>
#include <hv/vcpu.h>
#include "../../common/event/port.h"
#include <public/physdev.h>
#include "fake_guest.h"
#include "fake_heap.h"
#include "fake_irq.h"
#include "fake_spinlock.h"
#include "unit.h"

#define AT      FAKE_GUEST_VA
#define HOLE    0xffff800000000000ul
#define CHIP    0xfec00000u

struct vcpu *fake_current;

static struct domain first = { .is_hardware = true }, guest = { .id = 1 };
static struct vcpu vcpu = { .domain = &first };

s_time_t system_time(void) { return 1; }

static int references;
static evtchn_port_t closed;

struct domain *find_domain_or_self(domid_t id)
{
    struct domain *d = id == DOMAIN_SELF ? fake_current->domain :
                       id == 0 ? &first : id == guest.id ? &guest : NULL;

    references += d != NULL;
    return d;
}

void domain_put(struct domain *d)
{
    ck_assert(d == &first || d == &guest);
    references--;
}

/* As common/event/close.c does it. */
void port_close_pirq(struct domain *d, unsigned int pirq)
{
    closed = pirq_port(d, pirq);
    pirq_unbind(d, pirq);
}

void event_port_raise(struct domain *d, evtchn_port_t port)
{
    ck_abort_msg("nothing is raised here: %p %u", (void *)d, port);
}

void timer_init(struct timer *t, void (*fn)(void *data), void *data,
                unsigned int cpu)
{
    *t = (struct timer){ .fn = fn, .data = data, .cpu = (uint16_t)cpu };
}

void timer_set(struct timer *t, s_time_t expires)
{
    (void)expires;
    ck_assert_ptr_nonnull(t->fn);
}

static void start(void)
{
    fake_current = &vcpu;
    vcpu.domain = &first;
    fake_guest_reset();
    fake_irq_start();
    pirq_init();
    references = 0;
    closed = 0;
    guest.dying = DOMAIN_ALIVE;
    spin_lock_init(&guest.lock, LOCK_LEVEL_DOMAIN);
    rangeset_init_heap(&guest.pirqs);
}

#define OP(cmd, ...)    call(cmd, &(__VA_ARGS__), sizeof(__VA_ARGS__))

static long call(int cmd, const void *arg, size_t size)
{
    long rc;

    memcpy(fake_guest_at(AT), arg, size);
    rc = do_physdev_op(cmd, AT);
    ck_assert_int_eq(references, 0);
    ck_assert_uint_eq(fake_locks_held, 0);
    return rc;
}

static struct physdev_map_pirq gsi(int index, int pirq)
{
    return (struct physdev_map_pirq){
        .domid = DOMAIN_SELF, .type = MAP_PIRQ_TYPE_GSI, .index = index,
        .pirq = pirq,
    };
}

static struct physdev_map_pirq msi(int type, int count)
{
    return (struct physdev_map_pirq){
        .domid = DOMAIN_SELF, .type = type, .pirq = -1, .bus = 3 << 16 | 2,
        .devfn = 8, .entry_nr = count,
    };
}

static long map_pirq(struct physdev_map_pirq map)
{
    return call(PHYSDEVOP_map_pirq, &map, sizeof(map));
}

static int answered_pirq(void)
{
    struct physdev_map_pirq *map = fake_guest_at(AT);

    return map->pirq;
}

START_TEST(only_the_hardware_domain_is_let_in)
{
    start();
    vcpu.domain = &guest;
    ck_assert_int_eq(OP(PHYSDEVOP_alloc_irq_vector,
                        (struct physdev_irq){ 3, 0 }), -EPERM);
    ck_assert_int_eq(map_pirq(gsi(3, 3)), -EPERM);
    ck_assert_int_eq(OP(PHYSDEVOP_eoi, (struct physdev_eoi){ 3 }), -EINVAL);
    ck_assert_int_eq(OP(PHYSDEVOP_irq_status_query,
                        (struct physdev_irq_status_query){ 3, 0 }), -EPERM);
    ck_assert_int_eq(do_physdev_op(77, AT), -ENOSYS);
    ck_assert_int_eq(OP(PHYSDEVOP_set_iopl, (struct physdev_set_iopl){ 1 }),
                     0);
    ck_assert_uint_eq(fake_iopl, 1);
    ck_assert_int_eq(OP(PHYSDEVOP_set_iopl, (struct physdev_set_iopl){ 4 }),
                     -EINVAL);
    ck_assert_uint_eq(fake_iopl, 1);
}
END_TEST

START_TEST(a_bitmap_of_ports_ends_with_the_last_port)
{
    struct physdev_set_iobitmap map = { .nr_ports = 65536 };

    start();
    map.bitmap.p = (void *)AT;
    ck_assert_int_eq(OP(PHYSDEVOP_set_iobitmap, map), 0);
    ck_assert_uint_eq(fake_iobitmap_ports, 65536);
    ck_assert_uint_eq(fake_iobitmap, AT);
    map.nr_ports = 65537;
    ck_assert_int_eq(OP(PHYSDEVOP_set_iobitmap, map), -EINVAL);
    ck_assert_uint_eq(fake_iobitmap_ports, 65536);
}
END_TEST

START_TEST(a_line_is_mapped_under_its_own_number)
{
    start();
    ck_assert_int_eq(map_pirq(gsi(9, -1)), 0);
    ck_assert_int_eq(answered_pirq(), 9);
    ck_assert(fake_irq_is_open[9]);
    ck_assert_int_eq(map_pirq(gsi(9, 9)), 0);
    ck_assert_int_eq(map_pirq(gsi(10, 11)), -EINVAL);
    ck_assert_int_eq(map_pirq(gsi(-1, -1)), -EINVAL);
    ck_assert_int_eq(map_pirq(gsi(FAKE_GSIS, -1)), -EINVAL);
    ck_assert(!fake_irq_is_open[10]);
    ck_assert_int_eq(OP(PHYSDEVOP_eoi, (struct physdev_eoi){ 9 }), 0);
    ck_assert_int_eq(OP(PHYSDEVOP_eoi, (struct physdev_eoi){ 10 }), -EINVAL);
    ck_assert_int_eq(OP(PHYSDEVOP_unmap_pirq,
                        (struct physdev_unmap_pirq){ DOMAIN_SELF, 9 }), 0);
    ck_assert(!fake_irq_is_open[9]);
}
END_TEST

/* Kernels map every ISA line at boot, the console's too. */
START_TEST(the_hypervisors_own_line_can_be_mapped_but_stays_closed)
{
    start();
    ck_assert_int_eq(map_pirq(gsi(FAKE_HV_LINE, -1)), 0);
    ck_assert_int_eq(answered_pirq(), FAKE_HV_LINE);
    ck_assert(!fake_irq_is_open[FAKE_HV_LINE]);
}
END_TEST

START_TEST(messages_are_asked_for_by_device)
{
    struct physdev_map_pirq map = msi(MAP_PIRQ_TYPE_MSI_SEG, 0);

    start();
    ck_assert_int_eq(map_pirq(map), 0);
    ck_assert_int_ge(answered_pirq(), (int)FAKE_GSIS);
    ck_assert_uint_eq(fake_msi_request.segment, 3);
    ck_assert_uint_eq(fake_msi_request.bus, 2);
    ck_assert_uint_eq(fake_msi_request.devfn, 8);
    ck_assert_uint_eq(fake_msi_request.count, 1);
    ck_assert(!fake_msi_request.is_msix);
    ck_assert_int_eq(map_pirq(msi(MAP_PIRQ_TYPE_MSI, 0)), 0);
    ck_assert_uint_eq(fake_msi_request.segment, 0);
    map.table_base = 0xfebf0000;
    map.entry_nr = 5;
    ck_assert_int_eq(map_pirq(map), 0);
    ck_assert(fake_msi_request.is_msix);
    ck_assert_uint_eq(fake_msi_request.entry, 5);
}
END_TEST

START_TEST(several_messages_come_in_a_row)
{
    struct physdev_map_pirq map = msi(MAP_PIRQ_TYPE_MULTI_MSI, 4);
    int at;

    start();
    ck_assert_int_eq(map_pirq(map), 0);
    ck_assert_uint_eq(fake_msi_request.count, 4);
    at = answered_pirq();
    for (int i = 0; i < 4; i++)
        ck_assert(pirq_is_mapped(&first, (unsigned int)(at + i)));
    ck_assert_int_eq(map_pirq(msi(MAP_PIRQ_TYPE_MULTI_MSI, 3)), -EINVAL);
    map.table_base = 0x1000;    /* MSI-X has no such form */
    ck_assert_int_eq(map_pirq(map), -EINVAL);
    ck_assert_int_eq(map_pirq(msi(MAP_PIRQ_TYPE_MSI, -1)),
                     -EINVAL);
    map = msi(MAP_PIRQ_TYPE_MSI, 0);
    map.pirq = 40;              /* the number is ours to choose */
    ck_assert_int_eq(map_pirq(map), -EINVAL);
}
END_TEST

static long give(int line)
{
    struct physdev_map_pirq map = gsi(line, line);

    map.domid = guest.id;
    return map_pirq(map);
}

static long take_back(int line)
{
    return OP(PHYSDEVOP_unmap_pirq,
              (struct physdev_unmap_pirq){ guest.id, line });
}

START_TEST(a_line_is_given_to_a_guest_which_handles_it)
{
    start();
    ck_assert_int_eq(map_pirq(gsi(17, 17)), 0);
    ck_assert(!pirq_may_bind(&guest, 17));
    ck_assert_int_eq(give(17), 0);
    ck_assert(pirq_may_bind(&guest, 17) && pirq_may_bind(&first, 17));
    ck_assert_int_eq(pirq_bind(&guest, 17, false, 5), 0);
    vcpu.domain = &guest;
    ck_assert_int_eq(OP(PHYSDEVOP_eoi, (struct physdev_eoi){ 17 }), 0);
    ck_assert_int_eq(OP(PHYSDEVOP_irq_status_query,
                        (struct physdev_irq_status_query){ 17, 0 }), 0);
    ck_assert_int_eq(take_back(17), -EPERM);
    vcpu.domain = &first;
    ck_assert_int_eq(OP(PHYSDEVOP_eoi, (struct physdev_eoi){ 17 }), -EINVAL);
    ck_assert_int_eq(take_back(17), 0);
    ck_assert_uint_eq(closed, 5);
    ck_assert(fake_irq_is_masked[17] && fake_irq_is_open[17]);
    ck_assert(pirq_is_mapped(&first, 17) && !pirq_may_bind(&guest, 17));
    ck_assert_int_eq(take_back(17), -EINVAL);
    rangeset_destroy(&guest.pirqs);
}
END_TEST

START_TEST(a_permission_goes_before_its_line)
{
    start();
    ck_assert_int_eq(give(9), 0);
    ck_assert_int_eq(pirq_permit(&guest, 9, false), 0);
    ck_assert(pirq_is_mapped(&guest, 9) && !pirq_may_bind(&guest, 9));
    ck_assert_int_eq(pirq_permit(&guest, 10, true), 0);
    ck_assert(!pirq_may_bind(&guest, 10));
    ck_assert_int_eq(give(FAKE_HV_LINE), -EBUSY);
    guest.dying = DOMAIN_DYING;
    ck_assert_int_eq(pirq_permit(&guest, 9, true), -EINVAL);
    ck_assert_int_eq(give(11), -EINVAL);
    ck_assert(!fake_irq_is_open[11]);
    rangeset_destroy(&guest.pirqs);
}
END_TEST

START_TEST(a_line_that_cannot_be_permitted_is_not_given)
{
    start();
    ck_assert_int_eq(map_pirq(gsi(9, 9)), 0);
    fake_heap_budget = 0;
    ck_assert_int_eq(give(9), -ENOMEM);
    fake_heap_budget = -1;
    ck_assert(pirq_is_mapped(&first, 9));
}
END_TEST

START_TEST(other_domains_and_kinds_are_refused)
{
    struct physdev_map_pirq map = gsi(9, 9);

    start();
    map = msi(MAP_PIRQ_TYPE_MSI, 0);
    map.domid = 1;
    ck_assert_int_eq(map_pirq(map), -EPERM);
    map.domid = 77;
    ck_assert_int_eq(map_pirq(map), -ESRCH);
    map = gsi(9, 9);
    map.type = 99;
    ck_assert_int_eq(map_pirq(map), -EINVAL);
    ck_assert_int_eq(OP(PHYSDEVOP_unmap_pirq,
                        (struct physdev_unmap_pirq){ 1, 9 }), -EINVAL);
    ck_assert_int_eq(OP(PHYSDEVOP_unmap_pirq,
                        (struct physdev_unmap_pirq){ 77, 9 }), -ESRCH);
    ck_assert_int_eq(OP(PHYSDEVOP_unmap_pirq,
                        (struct physdev_unmap_pirq){ 0, -1 }), -EINVAL);
    ck_assert_int_eq(OP(PHYSDEVOP_unmap_pirq,
                        (struct physdev_unmap_pirq){ 0, 9 }), -EINVAL);
}
END_TEST

START_TEST(a_lines_signalling_is_asked_for_and_set)
{
    struct physdev_irq_status_query *query = fake_guest_at(AT);

    start();
    ck_assert_int_eq(OP(PHYSDEVOP_irq_status_query,
                        (struct physdev_irq_status_query){ 17, 0 }), 0);
    ck_assert_uint_eq(query->flags, XENIRQSTAT_needs_eoi);
    ck_assert_int_eq(OP(PHYSDEVOP_irq_status_query,
                        (struct physdev_irq_status_query){ 3, 7 }), 0);
    ck_assert_uint_eq(query->flags, 0);
    ck_assert_int_eq(OP(PHYSDEVOP_irq_status_query,
                        (struct physdev_irq_status_query){ PIRQ_COUNT, 0 }),
                     -EINVAL);
    ck_assert_int_eq(OP(PHYSDEVOP_setup_gsi,
                        (struct physdev_setup_gsi){ 17, 1, 1 }), 0);
    ck_assert_int_eq(OP(PHYSDEVOP_setup_gsi,
                        (struct physdev_setup_gsi){ 17, 2, 0 }), -EINVAL);
    ck_assert_int_eq(OP(PHYSDEVOP_setup_gsi,
                        (struct physdev_setup_gsi){ 17, 0, 2 }), -EINVAL);
    ck_assert_int_eq(OP(PHYSDEVOP_setup_gsi,
                        (struct physdev_setup_gsi){ -1, 0, 0 }), -EINVAL);
}
END_TEST

START_TEST(the_interrupt_controller_can_be_read_and_not_written)
{
    struct physdev_apic *apic = fake_guest_at(AT);

    start();
    ck_assert_int_eq(OP(PHYSDEVOP_apic_read,
                        (struct physdev_apic){ CHIP, 1, 0 }), 0);
    ck_assert_uint_eq(apic->value, 0x1001);
    ck_assert_int_eq(OP(PHYSDEVOP_apic_write,
                        (struct physdev_apic){ CHIP, 1, 5 }), 0);
    ck_assert_int_eq(OP(PHYSDEVOP_apic_read,
                        (struct physdev_apic){ CHIP + 1, 1, 0 }), -EINVAL);
    ck_assert_int_eq(OP(PHYSDEVOP_apic_write,
                        (struct physdev_apic){ 0, 1, 5 }), -EINVAL);
    ck_assert_int_eq(OP(PHYSDEVOP_alloc_irq_vector,
                        (struct physdev_irq){ 5, 0 }), 0);
    ck_assert_uint_eq(((struct physdev_irq *)fake_guest_at(AT))->vector, 5);
    ck_assert_int_eq(OP(PHYSDEVOP_free_irq_vector,
                        (struct physdev_irq){ PIRQ_COUNT, 0 }), -EINVAL);
}
END_TEST

START_TEST(arguments_that_cannot_be_reached_are_a_fault)
{
    start();
    ck_assert_int_eq(do_physdev_op(PHYSDEVOP_map_pirq, HOLE), -EFAULT);
    ck_assert_int_eq(do_physdev_op(PHYSDEVOP_pci_device_add, HOLE), -EFAULT);
    fake_guest_is_read_only = true;
    ck_assert_int_eq(OP(PHYSDEVOP_irq_status_query,
                        (struct physdev_irq_status_query){ 3, 0 }), -EFAULT);
    ck_assert_int_eq(OP(PHYSDEVOP_pci_device_add,
                        (struct physdev_pci_device){ 0, 1, 2 }), 0);
}
END_TEST

int main(void)
{
    return UNIT_RUN("physdev_op",
        only_the_hardware_domain_is_let_in,
        a_bitmap_of_ports_ends_with_the_last_port,
        a_line_is_mapped_under_its_own_number,
        the_hypervisors_own_line_can_be_mapped_but_stays_closed,
        messages_are_asked_for_by_device,
        several_messages_come_in_a_row,
        a_line_is_given_to_a_guest_which_handles_it,
        a_permission_goes_before_its_line,
        a_line_that_cannot_be_permitted_is_not_given,
        other_domains_and_kinds_are_refused,
        a_lines_signalling_is_asked_for_and_set,
        the_interrupt_controller_can_be_read_and_not_written,
        arguments_that_cannot_be_reached_are_a_fault);
}
