/* SPDX-License-Identifier: MIT */
/*
 * table.c - number to function. Arguments reach the functions as the guest's
 * registers hold them; each takes as many as it knows and in the width it
 * knows, so the casts below only drop what is not looked at.
 */
#include <asm/hypercall.h>
#include <asm/hypercalls.h>
#include <hv/guest_console.h>
#include <hv/control.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/grant.h>
#include <hv/memory_op.h>
#include <hv/multicall.h>
#include <hv/pirq.h>
#include <hv/sched.h>
#include <hv/sysctl.h>
#include <hv/types.h>
#include <hv/version.h>
#include <public/arch-x86/xen-mca.h>
#include <public/xen.h>

#pragma GCC diagnostic ignored "-Woverride-init"  /* the default row */

static long not_there(void)
{
    return -ENOSYS;
}

#define CALL(fn)    ((hypercall_t)(void (*)(void))(fn))

const hypercall_t hypercall_table[HYPERCALL_COUNT] = {
    [0 ... HYPERCALL_COUNT - 1] = CALL(not_there),
    [__HYPERVISOR_set_trap_table] = CALL(do_set_trap_table),
    [__HYPERVISOR_mmu_update] = CALL(do_mmu_update),
    [__HYPERVISOR_set_gdt] = CALL(do_set_gdt),
    [__HYPERVISOR_stack_switch] = CALL(do_stack_switch),
    [__HYPERVISOR_set_callbacks] = CALL(do_set_callbacks),
    [__HYPERVISOR_fpu_taskswitch] = CALL(do_fpu_taskswitch),
    [__HYPERVISOR_sched_op_compat] = CALL(do_sched_op_compat),
    [__HYPERVISOR_dom0_op] = CALL(do_dom0_op),
    [__HYPERVISOR_set_debugreg] = CALL(do_set_debugreg),
    [__HYPERVISOR_get_debugreg] = CALL(do_get_debugreg),
    [__HYPERVISOR_update_descriptor] = CALL(do_update_descriptor),
    [__HYPERVISOR_memory_op] = CALL(do_memory_op),
    [__HYPERVISOR_multicall] = CALL(do_multicall),
    [__HYPERVISOR_update_va_mapping] = CALL(do_update_va_mapping),
    [__HYPERVISOR_set_timer_op] = CALL(do_set_timer_op),
    [__HYPERVISOR_event_channel_op_compat] = CALL(do_event_channel_op_compat),
    [__HYPERVISOR_xen_version] = CALL(do_xen_version),
    [__HYPERVISOR_console_io] = CALL(do_console_io),
    [__HYPERVISOR_grant_table_op] = CALL(do_grant_table_op),
    [__HYPERVISOR_vm_assist] = CALL(do_vm_assist),
    [__HYPERVISOR_update_va_mapping_otherdomain] =
        CALL(do_update_va_mapping_otherdomain),
    [__HYPERVISOR_iret] = CALL(do_iret),
    [__HYPERVISOR_vcpu_op] = CALL(do_vcpu_op),
    [__HYPERVISOR_set_segment_base] = CALL(do_set_segment_base),
    [__HYPERVISOR_mmuext_op] = CALL(do_mmuext_op),
    [__HYPERVISOR_nmi_op] = CALL(do_nmi_op),
    [__HYPERVISOR_sched_op] = CALL(do_sched_op),
    [__HYPERVISOR_callback_op] = CALL(do_callback_op),
    [__HYPERVISOR_event_channel_op] = CALL(do_event_channel_op),
    [__HYPERVISOR_mca] = CALL(do_mca),
    [__HYPERVISOR_physdev_op] = CALL(do_physdev_op),
    [__HYPERVISOR_domctl] = CALL(do_domctl),
    [__HYPERVISOR_sysctl] = CALL(do_sysctl),
};
