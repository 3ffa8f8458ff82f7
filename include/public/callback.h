/* SPDX-License-Identifier: MIT */
/*
 * callback.h - where the hypervisor enters a guest, other than by trap table.
 *
 * callback_op(CALLBACKOP_*, argument *): any domain, for the calling vcpu.
 * -EINVAL: an address that is not canonical, or a type that cannot be had here;
 * -EFAULT; -ENOSYS: no such operation.
 *
 * Source: Xen 4.17; event and failsafe as in the Xen 2.0 interface manual.
 */
#ifndef PUBLIC_CALLBACK_H
#define PUBLIC_CALLBACK_H

#include "xen.h"

#define CALLBACKTYPE_event                  0   /* an event is pending */
#define CALLBACKTYPE_failsafe               1   /* a return failed */
#define CALLBACKTYPE_syscall                2   /* syscall by 64-bit code */
#define CALLBACKTYPE_sysenter_deprecated    3
#define CALLBACKTYPE_nmi                    4
#define CALLBACKTYPE_sysenter               5
#define CALLBACKTYPE_syscall32              7   /* syscall by 32-bit code */

#if __XEN_INTERFACE_VERSION__ < 0x00030207
#undef  CALLBACKTYPE_sysenter
#define CALLBACKTYPE_sysenter   CALLBACKTYPE_sysenter_deprecated
#endif

/* Enter with events masked; type event always does. */
#define _CALLBACKF_mask_events  0
#define CALLBACKF_mask_events   (1U << _CALLBACKF_mask_events)

/* struct callback_register: set the address; replaces an earlier one. */
#define CALLBACKOP_register     0

struct callback_register {
    uint16_t type;                  /* 0: CALLBACKTYPE_* */
    uint16_t flags;                 /* 2: CALLBACKF_* */
    xen_callback_t address;         /* 4, 8 */
};
typedef struct callback_register callback_register_t;
DEFINE_XEN_GUEST_HANDLE(callback_register_t);

/* struct callback_unregister: type nmi; the others stay (-EINVAL). */
#define CALLBACKOP_unregister   1

struct callback_unregister {
    uint16_t type;
    uint16_t _unused;
};
typedef struct callback_unregister callback_unregister_t;
DEFINE_XEN_GUEST_HANDLE(callback_unregister_t);

#endif
