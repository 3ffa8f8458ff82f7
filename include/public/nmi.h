/* SPDX-License-Identifier: MIT */
/*
 * nmi.h - non-maskable interrupts, delivered to vcpu 0 of domain 0.
 *
 * nmi_op(XENNMI_*, argument *): any domain for vcpu 0, called on it. -EINVAL:
 * another vcpu, or a non-canonical address; -ENOSYS: no such operation.
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_NMI_H
#define PUBLIC_NMI_H

#include "xen.h"

/* shared_info.arch.nmi_reason: set by the hypervisor, cleared by domain 0. */
#define _XEN_NMIREASON_io_error     0   /* port 0x61 bit 6 */
#define XEN_NMIREASON_io_error      (1UL << _XEN_NMIREASON_io_error)
#define _XEN_NMIREASON_pci_serr     1   /* port 0x61 bit 7 */
#define XEN_NMIREASON_pci_serr      (1UL << _XEN_NMIREASON_pci_serr)
#define _XEN_NMIREASON_unknown      2
#define XEN_NMIREASON_unknown       (1UL << _XEN_NMIREASON_unknown)
#if __XEN_INTERFACE_VERSION__ < 0x00040300
#define _XEN_NMIREASON_parity_error 1
#define XEN_NMIREASON_parity_error  (1UL << _XEN_NMIREASON_parity_error)
#endif

#define XENNMI_register_callback    0   /* struct xennmi_callback */
#define XENNMI_unregister_callback  1   /* no argument */

struct xennmi_callback {
    unsigned long handler_address;
    unsigned long pad;
};
typedef struct xennmi_callback xennmi_callback_t;
DEFINE_XEN_GUEST_HANDLE(xennmi_callback_t);

#endif
