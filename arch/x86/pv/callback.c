/* SPDX-License-Identifier: MIT */
/*
 * callback.c - where the guest kernel wants to be entered: callback_op
 * (hypercall 30), set_callbacks (4), nmi_op (28), stack_switch (3).
 *
 * The handler of NMIs is row 2 of the trap table, whoever registers it.
 */
#include <asm/descriptor.h>
#include <asm/hypercalls.h>
#include <asm/layout.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <public/callback.h>
#include <public/nmi.h>

static struct callback *callback_of(struct arch_vcpu *a, unsigned int type)
{
    switch (type) {
    case CALLBACKTYPE_event:    return &a->event_callback;
    case CALLBACKTYPE_failsafe: return &a->failsafe_callback;
    case CALLBACKTYPE_syscall:  return &a->syscall_callback;
    case CALLBACKTYPE_sysenter: return &a->sysenter_callback;
    case CALLBACKTYPE_syscall32: return &a->syscall32_callback;
    default:                    return NULL;
    }
}

static void nmi_register(struct arch_vcpu *a, uint64_t address)
{
    a->traps[VECTOR_NMI] = (struct trap_entry){
        .address = address, .cs = SEL_USER_CS64, .masks_events = true,
    };
}

static void nmi_unregister(struct arch_vcpu *a)
{
    a->traps[VECTOR_NMI] = (struct trap_entry){ 0 };
}

static long callback_register(unsigned long arg)
{
    struct arch_vcpu *a = &current->arch;
    struct callback_register reg;
    struct callback *cb;

    if (read_guest(reg, arg))
        return -EFAULT;
    if (!va_is_canonical(reg.address))
        return -EINVAL;
    if (reg.type == CALLBACKTYPE_nmi) {
        nmi_register(a, reg.address);
        return 0;
    }
    cb = callback_of(a, reg.type);
    if (!cb)
        return -ENOSYS;
    cb->address = reg.address;
    cb->masks_events = reg.flags & CALLBACKF_mask_events;
    slow_path_update(current);
    return 0;
}

static long callback_unregister(unsigned long arg)
{
    struct callback_unregister reg;

    if (read_guest(reg, arg))
        return -EFAULT;
    if (reg.type == CALLBACKTYPE_nmi) {
        nmi_unregister(&current->arch);
        return 0;
    }
    /* The others can only be replaced. */
    return callback_of(&current->arch, reg.type) ? -EINVAL : -ENOSYS;
}

long do_callback_op(int cmd, unsigned long arg)
{
    switch (cmd) {
    case CALLBACKOP_register:   return callback_register(arg);
    case CALLBACKOP_unregister: return callback_unregister(arg);
    default:                    return -ENOSYS;
    }
}

long do_set_callbacks(unsigned long event, unsigned long failsafe,
                      unsigned long syscall)
{
    struct arch_vcpu *a = &current->arch;

    if (!va_is_canonical(event) || !va_is_canonical(failsafe) ||
        !va_is_canonical(syscall))
        return -EINVAL;
    a->event_callback = (struct callback){ .address = event };
    a->failsafe_callback = (struct callback){ .address = failsafe };
    a->syscall_callback = (struct callback){ .address = syscall };
    slow_path_update(current);
    return 0;
}

long do_stack_switch(unsigned long ss, unsigned long sp)
{
    kernel_stack_set(&current->arch, (uint16_t)ss, sp);
    return 0;
}

long do_nmi_op(unsigned int cmd, unsigned long arg)
{
    struct arch_vcpu *a = &current->arch;
    struct xennmi_callback cb;

    switch (cmd) {
    case XENNMI_register_callback:
        if (read_guest(cb, arg))
            return -EFAULT;
        if (!va_is_canonical(cb.handler_address))
            return -EINVAL;
        nmi_register(a, cb.handler_address);
        return 0;
    case XENNMI_unregister_callback:
        nmi_unregister(a);
        return 0;
    default:
        return -ENOSYS;
    }
}
