/* SPDX-License-Identifier: MIT */
/* topology.c - where things lie: cputopoinfo, numainfo, pcitopoinfo. */
#include "system.h"

static long cpus(uint32_t room, void *to)
{
    op_clear();
    op.u.cputopoinfo.num_cpus = room;
    set_xen_guest_handle(op.u.cputopoinfo.cputopo, to);
    return sysctl(XEN_SYSCTL_cputopoinfo);
}

static void cpu_places(void)
{
    static xen_sysctl_cputopo_t place[4];

    expect_ok("how_many_cpus", cpus(7, NULL));
    expect_eq("one", 1, op.u.cputopoinfo.num_cpus);
    memset(place, 0x55, sizeof(place));
    expect_ok("none_of_them", cpus(0, place));
    expect_eq("is_none", 0, op.u.cputopoinfo.num_cpus);
    expect_eq("and_writes_nothing", 0x55555555, place[0].core);
    expect_ok("all_of_them", cpus(4, place));
    expect_eq("is_one", 1, op.u.cputopoinfo.num_cpus);
    if (own_answer("its_core"))
        expect_eq("its_core", 0, place[0].core);
    expect_eq("its_socket", 0, place[0].socket);
    expect_eq("its_node", 0, place[0].node);
    expect_eq("no_more_is_written", 0x55555555, place[1].core);
    expect_rc("to_nowhere", -XEN_EFAULT, cpus(1, window_page(0)));
    expect_rc("to_the_hypervisor", -XEN_EFAULT, cpus(1, (void *)HV_PRIVATE));
    expect_rc("without_end", -XEN_EFAULT, cpus(~0u, (void *)NON_CANONICAL));
}

static long nodes(uint32_t room, void *memory, void *distance)
{
    op_clear();
    op.u.numainfo.num_nodes = room;
    set_xen_guest_handle(op.u.numainfo.meminfo, memory);
    set_xen_guest_handle(op.u.numainfo.distance, distance);
    return sysctl(XEN_SYSCTL_numainfo);
}

static void node_places(void)
{
    xen_sysctl_meminfo_t memory[2];
    uint32_t distance[2] = { 5, 5 };

    memset(memory, 0x55, sizeof(memory));
    expect_ok("how_many_nodes", nodes(7, NULL, NULL));
    expect_eq("one_node", 1, op.u.numainfo.num_nodes);
    expect_ok("no_node", nodes(0, memory, distance));
    expect_eq("is_no_node", 0, op.u.numainfo.num_nodes);
    expect_eq("and_no_distance", 5, distance[0]);
    expect_ok("all_nodes", nodes(2, memory, distance));
    expect_eq("are_one", 1, op.u.numainfo.num_nodes);
    expect_eq("near_itself", 10, distance[0]);
    expect_eq("no_more_distances", 5, distance[1]);
    expect_true("its_memory", memory[0].memsize >
                start_info->nr_pages << PAGE_SHIFT);
    expect_true("some_of_it_free", memory[0].memfree > 0 &&
                memory[0].memfree < memory[0].memsize);
    expect_true("no_more_memory",
                memory[1].memsize == 0x5555555555555555ul);
    expect_ok("memory_alone", nodes(1, memory, NULL));
    expect_ok("distance_alone", nodes(1, NULL, distance));
    expect_rc("memory_to_nowhere", -XEN_EFAULT,
              nodes(1, window_page(0), NULL));
    expect_rc("distance_to_the_hypervisor", -XEN_EFAULT,
              nodes(1, NULL, (void *)HV_PRIVATE));
}

static long devices(uint32_t count, void *from, void *to)
{
    op_clear();
    op.u.pcitopoinfo.num_devs = count;
    set_xen_guest_handle(op.u.pcitopoinfo.devs, from);
    set_xen_guest_handle(op.u.pcitopoinfo.nodes, to);
    return sysctl(XEN_SYSCTL_pcitopoinfo);
}

static void device_places(void)
{
    physdev_pci_device_t dev[2] = { { .bus = 77, .devfn = 0xff },
                                    { .seg = 0xffff, .bus = 255 } };
    uint32_t node[3] = { 5, 5, 5 };

    expect_rc("devices_from_nowhere", -XEN_EINVAL, devices(1, NULL, node));
    expect_rc("nodes_to_nowhere", -XEN_EINVAL, devices(1, dev, NULL));
    expect_ok("no_device", devices(0, dev, node));
    expect_ok("two_devices", devices(2, dev, node));
    expect_eq("are_two", 2, op.u.pcitopoinfo.num_devs);
    expect_eq("one_is_not_there", XEN_INVALID_DEV, node[0]);
    expect_eq("nor_is_the_other", XEN_INVALID_DEV, node[1]);
    expect_eq("there_is_no_third", 5, node[2]);
    expect_rc("devices_unmapped", -XEN_EFAULT,
              devices(1, window_page(0), node));
    expect_rc("nodes_unmapped", -XEN_EFAULT, devices(1, dev, window_page(0)));
    expect_rc("devices_without_end", -XEN_EFAULT,
              devices(~0u, dev, (void *)HV_PRIVATE));
    if (own_answer("one_that_is_there"))
        expect_eq("one_that_is_there", XEN_INVALID_NODE_ID,
                  (dev[0] = (physdev_pci_device_t){ 0 },
                   devices(1, dev, node), node[0]));
}

void test_topology(void)
{
    report_group("topology");
    cpu_places();
    node_places();
    device_places();
}
