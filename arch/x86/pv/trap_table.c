/* SPDX-License-Identifier: MIT */
/*
 * trap_table.c - set_trap_table (hypercall 0): the guest's interrupt table, a
 * list that ends at address 0, each row stored by its vector. NULL clears all.
 */
#include <asm/descriptor.h>
#include <asm/hypercalls.h>
#include <asm/pv.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/string.h>

#define ROWS_MAX    257         /* every vector and the end */
#define TI_DPL      3
#define TI_MASK     4

long do_set_trap_table(unsigned long table)
{
    struct arch_vcpu *a = &current->arch;
    struct trap_info row;

    if (!table) {
        memset(a->traps, 0, sizeof(a->traps));
        return 0;
    }
    for (unsigned int i = 0; i < ROWS_MAX; i++) {
        if (read_guest(row, table + i * sizeof(row)))
            return -EFAULT;
        if (!row.address)
            return 0;
        if (!va_is_canonical(row.address))
            return -EINVAL;
        a->traps[row.vector] = (struct trap_entry){
            .address = row.address,
            .cs = row.cs | 3,
            .dpl = row.flags & TI_DPL,
            .masks_events = row.flags & TI_MASK,
        };
    }
    return 0;
}
