/* SPDX-License-Identifier: MIT */
/*
 * memory_op.c - the sub-operations of memory_op that are about this machine's
 * layout: its memory map, and where the machine-to-pseudophysical table is.
 */
#include <asm/boot_memory.h>
#include <asm/layout.h>
#include <asm/paging.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/guest_copy.h>
#include <hv/memory_op.h>
#include <public/memory.h>

/* One entry as firmware gives it, ACPI 6.5 15.1; 20 bytes, unaligned. */
struct e820_entry {
    uint64_t start, size;
    uint32_t type;
} PACKED;
_Static_assert(sizeof(struct e820_entry) == 20, "ACPI 6.5 15.1");

static long machine_memory_map(unsigned long arg)
{
    unsigned int count = ram_map.count;
    struct xen_memory_map map;

    if (!current->domain->is_hardware)
        return -EPERM;
    if (read_guest(map, arg))
        return -EFAULT;
    if (map.nr_entries < count)
        return -EINVAL;
    for (unsigned int i = 0; i < count; i++) {
        const struct memory_range *r = &ram_map.range[i];
        const struct e820_entry e = { r->start, r->end - r->start, r->type };

        if (write_guest((unsigned long)map.buffer.p + i * sizeof(e), e))
            return -EFAULT;
    }
    map.nr_entries = count;
    return write_guest(arg, map);
}

static long machphys_mapping(unsigned long arg)
{
    const struct xen_machphys_mapping m = {
        .v_start = M2P_RO_START,
        .v_end = M2P_RO_END,
        .max_mfn = current->domain->is_hardware
                       ? frame_table_end - 1
                       : (M2P_RO_END - M2P_RO_START) / sizeof(uint64_t) - 1,
    };

    return write_guest(arg, m);
}

long arch_memory_op(unsigned int cmd, unsigned long arg)
{
    switch (cmd) {
    case XENMEM_maximum_ram_page:
        return (long)frame_table_end;
    case XENMEM_machine_memory_map:
        return machine_memory_map(arg);
    case XENMEM_machphys_mapping:
        return machphys_mapping(arg);
    default:
        return -ENOSYS;
    }
}

void arch_set_m2p(mfn_t m, pfn_t p)
{
    m2p_set(m, p);
}
