/* SPDX-License-Identifier: MIT */
/* call.c - hypercalls, each printed before and after when `trace` was asked. */
#include "fuzz.h"
#include <xen/vcpu.h>

bool is_tracing;
uint8_t arguments[2 * 4096] PAGE_ALIGNED;

static bool is_dom0(void)
{
    return start_info->flags & SIF_INITDOMAIN;
}

bool call_is_deadly(unsigned number, uint64_t a1, uint64_t a2)
{
    switch (number) {
    case __HYPERVISOR_sched_op:
    case __HYPERVISOR_sched_op_compat:
        return true;        /* op_wait() */
    case __HYPERVISOR_iret:
        return true;        /* op_iret() */
    case __HYPERVISOR_vcpu_op:
        return (int)a1 == VCPUOP_down && (unsigned)a2 == 0;
    case __HYPERVISOR_console_io:
        return !one_in(50);
    case __HYPERVISOR_dom0_op:
    case __HYPERVISOR_physdev_op:
    case __HYPERVISOR_sysctl:
    case __HYPERVISOR_domctl:
        return is_dom0();
    default:
        return false;
    }
}

long call(unsigned number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
          uint64_t a5)
{
    long result;

    if (is_tracing)
        print("  call %u (%lx, %lx, %lx, %lx, %lx)\n", number, a1, a2, a3, a4,
              a5);
    result = hypercall5(number, a1, a2, a3, a4, a5);
    if (is_tracing)
        print("  = %ld\n", result);
    return result;
}

void *argument(size_t size)
{
    uint8_t *at = arguments + (below(sizeof(arguments) - size) & ~7ul);

    return memset(at, 0, size);
}
