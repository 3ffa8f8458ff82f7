/* SPDX-License-Identifier: MIT */
/*
 * memory_op.c - the sub-operations of memory_op that are about layout: memory
 * maps, the machine's and the one that tools give a domain, and where the
 * machine-to-pseudophysical table is.
 */
#include <asm/boot_memory.h>
#include <asm/layout.h>
#include <asm/paging.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/frame.h>
#include <hv/guest_copy.h>
#include <hv/heap.h>
#include <hv/memory_op.h>
#include <hv/string.h>
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

/* -- the map that a domain was given --------------------------------------- */

#define MAP_ENTRIES_MAX 1024u

static void replace_map(struct domain *d, struct e820_entry *entries,
                        unsigned int count)
{
    struct e820_entry *old;

    spin_lock(&d->lock);
    old = d->arch.memory_map;
    d->arch.memory_map = entries;
    d->arch.memory_map_count = count;
    spin_unlock(&d->lock);
    heap_free(old);
}

static long set_map_of(struct domain *d, const struct xen_memory_map *map)
{
    size_t size = map->nr_entries * sizeof(struct e820_entry);
    struct e820_entry *entries;

    if (map->nr_entries > MAP_ENTRIES_MAX)
        return -EINVAL;
    entries = heap_alloc(size, 0);
    if (!entries)
        return -ENOMEM;
    if (copy_from_guest(entries, guest_va((unsigned long)map->buffer.p),
                        size)) {
        heap_free(entries);
        return -EFAULT;
    }
    replace_map(d, entries, map->nr_entries);
    return 0;
}

static long set_memory_map(unsigned long arg)
{
    struct xen_foreign_memory_map f;
    struct domain *d;
    long rc = -EPERM;

    if (read_guest(f, arg))
        return -EFAULT;
    d = find_domain_or_self(f.domid);
    if (!d)
        return -ESRCH;
    if (current->domain->is_privileged)
        rc = set_map_of(d, &f.map);
    domain_put(d);
    return rc;
}

/* A copy, since guest memory is not written under a lock; NULL: there is none,
 * or no memory for it. */
static struct e820_entry *copy_map(struct domain *d, unsigned int *count)
{
    struct e820_entry *copy = heap_alloc(MAP_ENTRIES_MAX * sizeof(*copy), 0);

    *count = 0;
    if (!copy)
        return NULL;
    spin_lock(&d->lock);
    if (d->arch.memory_map) {
        *count = d->arch.memory_map_count;
        memcpy(copy, d->arch.memory_map, *count * sizeof(*copy));
    }
    spin_unlock(&d->lock);
    return copy;
}

static long memory_map(unsigned long arg)
{
    struct xen_memory_map map;
    struct e820_entry *copy;
    unsigned int count;
    long rc = -EFAULT;

    if (!READ_ONCE(current->domain->arch.memory_map_count))
        return -ENOSYS;
    if (read_guest(map, arg))
        return -EFAULT;
    copy = copy_map(current->domain, &count);
    if (!copy)
        return -ENOMEM;
    map.nr_entries = MIN(map.nr_entries, count);
    if (!copy_to_guest(guest_va((unsigned long)map.buffer.p), copy,
                       map.nr_entries * sizeof(*copy)))
        rc = write_guest(arg, map);
    heap_free(copy);
    return rc;
}

/* -- the machine-to-pseudophysical table ----------------------------------- */

/* Where there is no table, the frame before: tools map one after the other. */
static long machphys_list(unsigned long arg)
{
    struct xen_machphys_mfn_list list;
    xen_pfn_t frame = 0;
    unsigned long n;

    if (read_guest(list, arg))
        return -EFAULT;
    n = MIN((unsigned long)list.max_extents, m2p_pieces());
    for (unsigned long i = 0; i < n; i++) {
        mfn_t m = m2p_piece(i);

        if (!mfn_eq(m, INVALID_MFN))
            frame = m.n;
        if (write_guest((unsigned long)(list.extent_start.p + i), frame))
            return -EFAULT;
    }
    list.nr_extents = (unsigned int)n;
    return write_guest(arg, list);
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
    case XENMEM_memory_map:
        return memory_map(arg);
    case XENMEM_set_memory_map:
        return set_memory_map(arg);
    case XENMEM_machphys_mfn_list:
        return machphys_list(arg);
    case XENMEM_machphys_mapping:
        return machphys_mapping(arg);
    default:
        return -ENOSYS;
    }
}

/* The guest writes it: its frames are below. */
long arch_domain_last_gpfn(const struct domain *d)
{
    const struct shared_info *s = d->shared_info;
    unsigned long max = READ_ONCE(s->arch.max_pfn);

    return max ? (long)(max - 1) : 0;
}

void arch_set_m2p(mfn_t m, pfn_t p)
{
    m2p_set(m, p);
}

unsigned long arch_get_m2p(mfn_t m)
{
    return m2p_get(m);
}
