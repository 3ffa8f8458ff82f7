/* SPDX-License-Identifier: MIT */
/*
 * vm_assist.c - hypercall 21: what a guest wants done for it. For 64-bit guests
 * the segment assists have no effect; writable_pagetables lets stores to L1
 * tables through (emulate/pt_write.c); architectural_iopl shows the virtual
 * IOPL in frames; runstate_update_flag marks runstate areas being written.
 */
#include <asm/hypercalls.h>
#include <asm/pv.h>
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/errno.h>

#define ASSISTS_KNOWN   (1ul << VMASST_TYPE_4gb_segments |          \
                         1ul << VMASST_TYPE_4gb_segments_notify |   \
                         1ul << VMASST_TYPE_writable_pagetables |   \
                         1ul << VMASST_TYPE_pae_extended_cr3 |      \
                         1ul << VMASST_TYPE_architectural_iopl |    \
                         1ul << VMASST_TYPE_runstate_update_flag)

void vm_assist_set(struct domain *d, unsigned long assists)
{
    struct vcpu *v;

    __atomic_store_n(&d->assists, assists & ASSISTS_KNOWN, __ATOMIC_RELAXED);
    for_each_vcpu(d, v)
        slow_path_update(v);
}

long arch_domain_vm_assist(struct domain *d, unsigned int cmd,
                           unsigned int type)
{
    struct vcpu *v;

    if (type >= 64 || !(ASSISTS_KNOWN & 1ul << type))
        return -EINVAL;
    switch (cmd) {
    case VMASST_CMD_enable:
        __atomic_or_fetch(&d->assists, 1ul << type, __ATOMIC_RELAXED);
        break;
    case VMASST_CMD_disable:
        __atomic_and_fetch(&d->assists, ~(1ul << type), __ATOMIC_RELAXED);
        break;
    default:
        return -ENOSYS;
    }
    for_each_vcpu(d, v)
        slow_path_update(v);
    return 0;
}

long do_vm_assist(unsigned int cmd, unsigned int type)
{
    return arch_domain_vm_assist(current->domain, cmd, type);
}
