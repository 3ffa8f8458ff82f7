/* SPDX-License-Identifier: MIT */
/*
 * topology_info_test.c - where CPUs, memory and devices lie: buffers too small,
 * absent or out of reach, numbers without a CPU, devices that are not there, and
 * a list of devices that others want to interrupt.
 */
#include <string.h>
#include <hv/cpu.h>
#include <hv/errno.h>
#include <hv/pci.h>
#include <hv/softirq.h>
#include <hv/sysctl.h>
#include <public/sysctl.h>
#include "fake_guest.h"
#include "unit.h"

#define AT          (FAKE_GUEST_VA + 0x100)
#define TO          (FAKE_GUEST_VA + 0x10000)
#define END         (FAKE_GUEST_VA + FAKE_GUEST_SIZE)
#define WILD        0xffff800000000000ul
#define UNTOUCHED   0xccccccccu

unsigned int fake_cpu;

static struct xen_sysctl op;
static unsigned int asked;          /* how often others want to run was asked */
static bool is_pending;

bool softirq_is_pending(void)
{
    asked++;
    return is_pending;
}

/* Two sockets of cores with two threads. */
const struct cpu_topology *cpu_topology(unsigned int cpu)
{
    static struct cpu_topology t;

    ck_assert(cpu_set_has(&cpu_online, cpu));
    t = (struct cpu_topology){
        .socket = cpu / 4, .core = cpu / 2 % 2, .thread = cpu % 2,
    };
    return &t;
}

void control_physinfo(struct xen_sysctl_physinfo *info)
{
    *info = (struct xen_sysctl_physinfo){
        .max_mfn = 0x23ffff, .free_pages = 0x100001, .total_pages = 5,
    };
}

/* Device 0:1f.2 of bus 3, and one of the next segment. */
bool pci_is_present(struct pci_function f)
{
    return (f.segment == 0 && f.bus == 3 && f.devfn == 0xfa) ||
           (f.segment == 1 && f.bus == 0 && f.devfn == 8);
}

/* CPUs 0, 1, 2 and 5 run. */
static void start(void)
{
    fake_guest_reset();
    cpu_mark_online(0);
    cpu_mark_online(1);
    cpu_mark_online(2);
    cpu_mark_online(5);
}

/* -- CPUs ------------------------------------------------------------------ */

static struct xen_sysctl_cputopo *const cpus =
    (struct xen_sysctl_cputopo *)(fake_guest + (AT - FAKE_GUEST_VA));

static long ask_cpus(unsigned long va, uint32_t room)
{
    op.u.cputopoinfo.cputopo.p = (xen_sysctl_cputopo_t *)va;
    op.u.cputopoinfo.num_cpus = room;
    return sysctl_cputopoinfo(&op);
}

static void require_cpu(unsigned int i, uint32_t socket, uint32_t core,
                        uint32_t node)
{
    ck_assert_uint_eq(cpus[i].socket, socket);
    ck_assert_uint_eq(cpus[i].core, core);
    ck_assert_uint_eq(cpus[i].node, node);
}

START_TEST(each_cpu_lies_where_it_lies)
{
    start();
    ck_assert_int_eq(ask_cpus(AT, 6), 0);
    ck_assert_uint_eq(op.u.cputopoinfo.num_cpus, 6);
    require_cpu(0, 0, 0, 0);
    require_cpu(1, 0, 0, 0);
    require_cpu(2, 0, 1, 0);
    require_cpu(5, 1, 0, 0);
}
END_TEST

START_TEST(a_number_without_a_cpu_lies_nowhere)
{
    start();
    ck_assert_int_eq(ask_cpus(AT, 6), 0);
    require_cpu(3, XEN_INVALID_SOCKET_ID, XEN_INVALID_CORE_ID,
                XEN_INVALID_NODE_ID);
    require_cpu(4, XEN_INVALID_SOCKET_ID, XEN_INVALID_CORE_ID,
                XEN_INVALID_NODE_ID);
}
END_TEST

START_TEST(without_a_buffer_cpus_are_counted)
{
    start();
    ck_assert_int_eq(ask_cpus(0, 0), 0);
    ck_assert_uint_eq(op.u.cputopoinfo.num_cpus, 6);
    ck_assert_int_eq(ask_cpus(0, 2), 0);
    ck_assert_uint_eq(op.u.cputopoinfo.num_cpus, 6);
}
END_TEST

START_TEST(room_for_cpus_is_filled_and_no_more)
{
    start();
    ck_assert_int_eq(ask_cpus(AT, 2), 0);
    ck_assert_uint_eq(op.u.cputopoinfo.num_cpus, 2);
    require_cpu(1, 0, 0, 0);
    require_cpu(2, UNTOUCHED, UNTOUCHED, UNTOUCHED);
    fake_guest_reset();
    ck_assert_int_eq(ask_cpus(AT, ~0u), 0);
    ck_assert_uint_eq(op.u.cputopoinfo.num_cpus, 6);
    require_cpu(6, UNTOUCHED, UNTOUCHED, UNTOUCHED);
    fake_guest_reset();
    ck_assert_int_eq(ask_cpus(AT, 0), 0);
    ck_assert_uint_eq(op.u.cputopoinfo.num_cpus, 0);
    require_cpu(0, UNTOUCHED, UNTOUCHED, UNTOUCHED);
}
END_TEST

START_TEST(cpus_that_cannot_be_told_are_an_error)
{
    start();
    ck_assert_int_eq(ask_cpus(WILD, 6), -EFAULT);
    ck_assert_int_eq(ask_cpus(END - 5 * sizeof(*cpus), 6), -EFAULT);
    ck_assert_int_eq(ask_cpus(END - 6 * sizeof(*cpus), 6), 0);
    ck_assert_int_eq(ask_cpus(WILD, 0), 0);     /* nothing is written */
}
END_TEST

/* -- memory ---------------------------------------------------------------- */

static struct xen_sysctl_meminfo *const memory =
    (struct xen_sysctl_meminfo *)(fake_guest + (AT - FAKE_GUEST_VA));
static uint32_t *const distance =
    (uint32_t *)(fake_guest + (TO - FAKE_GUEST_VA));

static long ask_nodes(unsigned long mem, unsigned long dist, uint32_t room)
{
    op.u.numainfo.meminfo.p = (xen_sysctl_meminfo_t *)mem;
    op.u.numainfo.distance.p = (uint32_t *)dist;
    op.u.numainfo.num_nodes = room;
    return sysctl_numainfo(&op);
}

START_TEST(all_memory_is_on_one_node)
{
    start();
    ck_assert_int_eq(ask_nodes(AT, TO, 4), 0);
    ck_assert_uint_eq(op.u.numainfo.num_nodes, 1);
    ck_assert_uint_eq(memory[0].memsize, 0x240000000);
    ck_assert_uint_eq(memory[0].memfree, 0x100001000);
    ck_assert_uint_eq(distance[0], 10);
    ck_assert_uint_eq(distance[1], UNTOUCHED);
    ck_assert_uint_eq((uint32_t)memory[1].memsize, UNTOUCHED);
}
END_TEST

START_TEST(one_half_of_the_nodes_can_be_asked_for)
{
    start();
    ck_assert_int_eq(ask_nodes(0, TO, 1), 0);
    ck_assert_uint_eq(distance[0], 10);
    ck_assert_uint_eq((uint32_t)memory[0].memsize, UNTOUCHED);
    fake_guest_reset();
    ck_assert_int_eq(ask_nodes(AT, 0, 1), 0);
    ck_assert_uint_eq(memory[0].memsize, 0x240000000);
    ck_assert_uint_eq(distance[0], UNTOUCHED);
}
END_TEST

START_TEST(without_buffers_nodes_are_counted)
{
    start();
    ck_assert_int_eq(ask_nodes(0, 0, 0), 0);
    ck_assert_uint_eq(op.u.numainfo.num_nodes, 1);
    ck_assert_int_eq(ask_nodes(AT, TO, 0), 0);
    ck_assert_uint_eq(op.u.numainfo.num_nodes, 0);
    ck_assert_uint_eq(distance[0], UNTOUCHED);
    ck_assert_uint_eq((uint32_t)memory[0].memsize, UNTOUCHED);
}
END_TEST

START_TEST(nodes_that_cannot_be_told_are_an_error)
{
    start();
    ck_assert_int_eq(ask_nodes(WILD, TO, 1), -EFAULT);
    ck_assert_int_eq(ask_nodes(AT, WILD, 1), -EFAULT);
    ck_assert_int_eq(ask_nodes(END - 15, 0, 1), -EFAULT);
    ck_assert_int_eq(ask_nodes(0, END - 3, 1), -EFAULT);
    ck_assert_int_eq(ask_nodes(WILD, WILD, 0), 0);
}
END_TEST

/* -- devices --------------------------------------------------------------- */

static struct physdev_pci_device *const devices =
    (struct physdev_pci_device *)(fake_guest + (AT - FAKE_GUEST_VA));
static uint32_t *const nodes = (uint32_t *)(fake_guest + (TO - FAKE_GUEST_VA));

static long ask_devices(unsigned long from, unsigned long to, uint32_t count)
{
    long rc;

    asked = 0;
    op.u.pcitopoinfo.devs.p = (physdev_pci_device_t *)from;
    op.u.pcitopoinfo.nodes.p = (uint32_t *)to;
    op.u.pcitopoinfo.num_devs = count;
    rc = sysctl_pcitopoinfo(&op);
    ck_assert_uint_eq(fake_guest_read_twice, 0);
    return rc;
}

START_TEST(a_device_is_known_by_all_of_its_number)
{
    start();
    devices[0] = (struct physdev_pci_device){ .seg = 0, .bus = 3,
                                              .devfn = 0xfa };
    devices[1] = (struct physdev_pci_device){ .seg = 1, .bus = 3,
                                              .devfn = 0xfa };
    devices[2] = (struct physdev_pci_device){ .seg = 1, .bus = 0, .devfn = 8 };
    devices[3] = (struct physdev_pci_device){ .seg = 0, .bus = 3, .devfn = 8 };
    ck_assert_int_eq(ask_devices(AT, TO, 4), 0);
    ck_assert_uint_eq(op.u.pcitopoinfo.num_devs, 4);
    ck_assert_uint_eq(nodes[0], XEN_INVALID_NODE_ID);
    ck_assert_uint_eq(nodes[1], XEN_INVALID_DEV);
    ck_assert_uint_eq(nodes[2], XEN_INVALID_NODE_ID);
    ck_assert_uint_eq(nodes[3], XEN_INVALID_DEV);
    ck_assert_uint_eq(nodes[4], UNTOUCHED);
}
END_TEST

START_TEST(devices_need_both_buffers)
{
    start();
    ck_assert_int_eq(ask_devices(0, TO, 1), -EINVAL);
    ck_assert_int_eq(ask_devices(AT, 0, 1), -EINVAL);
    ck_assert_int_eq(ask_devices(0, 0, 0), -EINVAL);
    ck_assert_int_eq(ask_devices(AT, TO, 0), 0);
    ck_assert_uint_eq(nodes[0], UNTOUCHED);
}
END_TEST

START_TEST(devices_that_cannot_be_read_or_told_are_an_error)
{
    start();
    ck_assert_int_eq(ask_devices(WILD, TO, 1), -EFAULT);
    ck_assert_int_eq(ask_devices(AT, WILD, 1), -EFAULT);
    ck_assert_int_eq(ask_devices(END - sizeof(*devices), TO, 2), -EFAULT);
    fake_guest_reset();
    ck_assert_int_eq(ask_devices(AT, END - sizeof(*nodes), 2), -EFAULT);
    fake_guest_reset();
    ck_assert_int_eq(ask_devices(AT, TO, ~0u), -EFAULT);
}
END_TEST

START_TEST(a_long_list_stops_when_others_want_to_run)
{
    start();
    is_pending = true;
    ck_assert_int_eq(ask_devices(AT, TO, 63), 0);
    ck_assert_uint_eq(op.u.pcitopoinfo.num_devs, 63);
    ck_assert_uint_eq(asked, 0);
    fake_guest_reset();
    ck_assert_int_eq(ask_devices(AT, TO, 1000), 0);
    ck_assert_uint_eq(op.u.pcitopoinfo.num_devs, 64);
    ck_assert_uint_eq(nodes[63], XEN_INVALID_DEV);
    ck_assert_uint_eq(nodes[64], UNTOUCHED);
    fake_guest_reset();
    is_pending = false;
    ck_assert_int_eq(ask_devices(AT, TO, 1000), 0);
    ck_assert_uint_eq(op.u.pcitopoinfo.num_devs, 1000);
    ck_assert_uint_eq(nodes[999], XEN_INVALID_DEV);
}
END_TEST

int main(void)
{
    return UNIT_RUN("topology_info", each_cpu_lies_where_it_lies,
                    a_number_without_a_cpu_lies_nowhere,
                    without_a_buffer_cpus_are_counted,
                    room_for_cpus_is_filled_and_no_more,
                    cpus_that_cannot_be_told_are_an_error,
                    all_memory_is_on_one_node,
                    one_half_of_the_nodes_can_be_asked_for,
                    without_buffers_nodes_are_counted,
                    nodes_that_cannot_be_told_are_an_error,
                    a_device_is_known_by_all_of_its_number,
                    devices_need_both_buffers,
                    devices_that_cannot_be_read_or_told_are_an_error,
                    a_long_list_stops_when_others_want_to_run);
}
