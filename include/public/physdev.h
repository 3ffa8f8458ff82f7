/* SPDX-License-Identifier: MIT */
/*
 * physdev.h - interrupts, ports and PCI devices, for domains that drive some.
 *
 * physdev_op(PHYSDEVOP_*, argument *): domain 0, or a domain that was given the
 * device or interrupt in question. -EPERM otherwise; -EINVAL, -EFAULT; -ENOSYS:
 * no such operation. A pirq is an interrupt by the number the domain knows it
 * under; a gsi an input of an I/O APIC (ACPI 6.5, 5.2.13).
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_PHYSDEV_H
#define PUBLIC_PHYSDEV_H

#include "xen.h"

/* The handler of a level interrupt is done: it may come again. */
#define PHYSDEVOP_eoi                  12
struct physdev_eoi {
    uint32_t irq;                   /* in: pirq */
};
typedef struct physdev_eoi physdev_eoi_t;
DEFINE_XEN_GUEST_HANDLE(physdev_eoi_t);

/*
 * Share a page with one bit for each pirq that needs physdev eoi. v1 makes
 * EVTCHNOP_unmask do the eoi as well. -EBUSY: there is one already.
 */
#define PHYSDEVOP_pirq_eoi_gmfn_v1     17
#define PHYSDEVOP_pirq_eoi_gmfn_v2     28
#if __XEN_INTERFACE_VERSION__ < 0x00040200
#define PHYSDEVOP_pirq_eoi_gmfn         PHYSDEVOP_pirq_eoi_gmfn_v1
#else
#define PHYSDEVOP_pirq_eoi_gmfn         PHYSDEVOP_pirq_eoi_gmfn_v2
#endif
struct physdev_pirq_eoi_gmfn {
    xen_pfn_t gmfn;                 /* in: machine frame of the page */
};
typedef struct physdev_pirq_eoi_gmfn physdev_pirq_eoi_gmfn_t;
DEFINE_XEN_GUEST_HANDLE(physdev_pirq_eoi_gmfn_t);

/* What a pirq wants of its handler. */
#define PHYSDEVOP_irq_status_query      5
struct physdev_irq_status_query {
    uint32_t irq;                   /* in: pirq */
    uint32_t flags;                 /* out: XENIRQSTAT_* */
};
typedef struct physdev_irq_status_query physdev_irq_status_query_t;
DEFINE_XEN_GUEST_HANDLE(physdev_irq_status_query_t);

#define _XENIRQSTAT_needs_eoi   0   /* it is level: end it with eoi */
#define XENIRQSTAT_needs_eoi    (1U << _XENIRQSTAT_needs_eoi)
#define _XENIRQSTAT_shared      1   /* other domains use it too */
#define XENIRQSTAT_shared       (1U << _XENIRQSTAT_shared)

/* I/O privilege level of the calling vcpu: 1 lets its kernel, 3 also its
 * applications reach the ports that the domain has. */
#define PHYSDEVOP_set_iopl              6
struct physdev_set_iopl {
    uint32_t iopl;                  /* in */
};
typedef struct physdev_set_iopl physdev_set_iopl_t;
DEFINE_XEN_GUEST_HANDLE(physdev_set_iopl_t);

/* Ports that applications reach whatever the level, as in a TSS: a clear bit
 * allows (SDM vol. 1, 19.5.2). Read at each access. */
#define PHYSDEVOP_set_iobitmap          7
struct physdev_set_iobitmap {
#if __XEN_INTERFACE_VERSION__ >= 0x00030205
    XEN_GUEST_HANDLE(uint8) bitmap; /* in */
#else
    uint8_t *bitmap;
#endif
    uint32_t nr_ports;              /* in: at most 65536 */
};
typedef struct physdev_set_iobitmap physdev_set_iobitmap_t;
DEFINE_XEN_GUEST_HANDLE(physdev_set_iobitmap_t);

/* A register of an I/O APIC, for domain 0. Writes that would touch
 * what the hypervisor uses are dropped. */
#define PHYSDEVOP_apic_read             8
#define PHYSDEVOP_apic_write            9
struct physdev_apic {
    unsigned long apic_physbase;    /* in */
    uint32_t reg;                   /* in */
    uint32_t value;                 /* out, in */
};
typedef struct physdev_apic physdev_apic_t;
DEFINE_XEN_GUEST_HANDLE(physdev_apic_t);

/* Vectors are the hypervisor's affair: 0, with @vector set to @irq. */
#define PHYSDEVOP_alloc_irq_vector     10
#define PHYSDEVOP_free_irq_vector      11
struct physdev_irq {
    uint32_t irq;                   /* in */
    uint32_t vector;                /* out */
};
typedef struct physdev_irq physdev_irq_t;
DEFINE_XEN_GUEST_HANDLE(physdev_irq_t);

/*
 * Give @domid an interrupt under a pirq, which is chosen if negative.
 *   GSI        @index is the gsi
 *   MSI        message of device @bus, @devfn: MSI if @table_base is 0, else
 *              entry @entry_nr of the MSI-X table there
 *   MSI_SEG    the same, with the segment in bits 16-31 of @bus
 *   MULTI_MSI  @entry_nr messages under as many consecutive pirqs
 * -ENODEV no such device, -ENOSPC no vector or pirq, -EEXIST mapped otherwise
 */
#define MAP_PIRQ_TYPE_MSI           0x0
#define MAP_PIRQ_TYPE_GSI           0x1
#define MAP_PIRQ_TYPE_UNKNOWN       0x2
#define MAP_PIRQ_TYPE_MSI_SEG       0x3
#define MAP_PIRQ_TYPE_MULTI_MSI     0x4
#define PHYSDEVOP_map_pirq             13
struct physdev_map_pirq {
    domid_t domid;
    int type;                       /* MAP_PIRQ_TYPE_* */
    int index;
    int pirq;                       /* in, out */
    int bus;
    int devfn;
    int entry_nr;                   /* in; out: messages possible, MULTI_MSI */
    uint64_t table_base;
};
typedef struct physdev_map_pirq physdev_map_pirq_t;
DEFINE_XEN_GUEST_HANDLE(physdev_map_pirq_t);

/* Undo map_pirq. */
#define PHYSDEVOP_unmap_pirq           14
struct physdev_unmap_pirq {
    domid_t domid;
    int pirq;
};
typedef struct physdev_unmap_pirq physdev_unmap_pirq_t;
DEFINE_XEN_GUEST_HANDLE(physdev_unmap_pirq_t);

/* Set up an input of an I/O APIC. -EEXIST: it is set up otherwise. */
#define PHYSDEVOP_setup_gsi            21
struct physdev_setup_gsi {
    int gsi;
    uint8_t triggering;             /* 0 edge, 1 level */
    uint8_t polarity;               /* 0 active high, 1 active low */
};
typedef struct physdev_setup_gsi physdev_setup_gsi_t;
DEFINE_XEN_GUEST_HANDLE(physdev_setup_gsi_t);

/* Reserve a pirq for a later map_pirq. -ENOSPC */
#define PHYSDEVOP_get_free_pirq        23
struct physdev_get_free_pirq {
    int type;                       /* in: MAP_PIRQ_TYPE_* */
    uint32_t pirq;                  /* out */
};
typedef struct physdev_get_free_pirq physdev_get_free_pirq_t;
DEFINE_XEN_GUEST_HANDLE(physdev_get_free_pirq_t);

/* One PCI device; seg 0 where it is not said. */
struct physdev_pci_device {
    uint16_t seg;
    uint8_t bus;
    uint8_t devfn;
};
typedef struct physdev_pci_device physdev_pci_device_t;
DEFINE_XEN_GUEST_HANDLE(physdev_pci_device_t);

/*
 * Domain 0 has found, or lost, a device. The answer may be -ENOSYS where the
 * hypervisor does not need to know. 15, 16, 20 are earlier forms of 25, 26.
 */
#define PHYSDEVOP_pci_device_add       25   /* physdev_pci_device_add_t */
#define PHYSDEVOP_pci_device_remove    26   /* physdev_pci_device_t */
#define PHYSDEVOP_manage_pci_add       15   /* physdev_manage_pci_t */
#define PHYSDEVOP_manage_pci_remove    16   /* physdev_manage_pci_t */
#define PHYSDEVOP_manage_pci_add_ext   20   /* physdev_manage_pci_ext_t */

#define XEN_PCI_DEV_EXTFN   0x1     /* found as an extended function */
#define XEN_PCI_DEV_VIRTFN  0x2     /* a virtual function of physfn */
#define XEN_PCI_DEV_PXM     0x4     /* optarr[0] is its proximity domain */

struct physdev_pci_device_add {
    uint16_t seg;
    uint8_t bus;
    uint8_t devfn;
    uint32_t flags;                 /* XEN_PCI_DEV_* */
    struct {
        uint8_t bus;
        uint8_t devfn;
    } physfn;
    uint32_t optarr[XEN_FLEX_ARRAY_DIM];
};
typedef struct physdev_pci_device_add physdev_pci_device_add_t;
DEFINE_XEN_GUEST_HANDLE(physdev_pci_device_add_t);

struct physdev_manage_pci {
    uint8_t bus;
    uint8_t devfn;
};
typedef struct physdev_manage_pci physdev_manage_pci_t;
DEFINE_XEN_GUEST_HANDLE(physdev_manage_pci_t);

struct physdev_manage_pci_ext {
    uint8_t bus;
    uint8_t devfn;
    uint32_t is_extfn;
    uint32_t is_virtfn;
    struct {
        uint8_t bus;
        uint8_t devfn;
    } physfn;
};
typedef struct physdev_manage_pci_ext physdev_manage_pci_ext_t;
DEFINE_XEN_GUEST_HANDLE(physdev_manage_pci_ext_t);

/* Write a device's messages again, after it lost them: 27 with a segment. */
#define PHYSDEVOP_restore_msi          19   /* physdev_restore_msi_t */
#define PHYSDEVOP_restore_msi_ext      27   /* physdev_pci_device_t */
struct physdev_restore_msi {
    uint8_t bus;
    uint8_t devfn;
};
typedef struct physdev_restore_msi physdev_restore_msi_t;
DEFINE_XEN_GUEST_HANDLE(physdev_restore_msi_t);

/* Set up, or take down, MSI-X of a device that is to be lent. -EBUSY */
#define PHYSDEVOP_prepare_msix         30   /* physdev_pci_device_t */
#define PHYSDEVOP_release_msix         31   /* physdev_pci_device_t */

/* Domain 0 has seen that the firmware reserves this configuration window. */
#define PHYSDEVOP_pci_mmcfg_reserved   24
#define XEN_PCI_MMCFG_RESERVED      0x1
struct physdev_pci_mmcfg_reserved {
    uint64_t address;
    uint16_t segment;
    uint8_t start_bus;
    uint8_t end_bus;
    uint32_t flags;                 /* XEN_PCI_MMCFG_* */
};
typedef struct physdev_pci_mmcfg_reserved physdev_pci_mmcfg_reserved_t;
DEFINE_XEN_GUEST_HANDLE(physdev_pci_mmcfg_reserved_t);

/* Domain 0 will reset the host controller of the debug port, or has done it. */
#define PHYSDEVOP_dbgp_op              29
#define PHYSDEVOP_DBGP_RESET_PREPARE    1
#define PHYSDEVOP_DBGP_RESET_DONE       2
#define PHYSDEVOP_DBGP_BUS_UNKNOWN      0
#define PHYSDEVOP_DBGP_BUS_PCI          1
struct physdev_dbgp_op {
    uint8_t op;                     /* PHYSDEVOP_DBGP_RESET_* */
    uint8_t bus;                    /* PHYSDEVOP_DBGP_BUS_* */
    union {
        physdev_pci_device_t pci;
    } u;
};
typedef struct physdev_dbgp_op physdev_dbgp_op_t;
DEFINE_XEN_GUEST_HANDLE(physdev_dbgp_op_t);

/* Argument of physdev_op_compat: command and operands in one. */
struct physdev_op {
    uint32_t cmd;
    union {
        physdev_irq_status_query_t irq_status_query;
        physdev_set_iopl_t         set_iopl;
        physdev_set_iobitmap_t     set_iobitmap;
        physdev_apic_t             apic_op;
        physdev_irq_t              irq_op;
    } u;
};
typedef struct physdev_op physdev_op_t;
DEFINE_XEN_GUEST_HANDLE(physdev_op_t);

/* By physdev_op_compat only: eoi for every pirq of the caller. */
#define PHYSDEVOP_IRQ_UNMASK_NOTIFY     4

#if __XEN_INTERFACE_VERSION__ < 0x00040600
#define PHYSDEVOP_IRQ_STATUS_QUERY          PHYSDEVOP_irq_status_query
#define PHYSDEVOP_SET_IOPL                  PHYSDEVOP_set_iopl
#define PHYSDEVOP_SET_IOBITMAP              PHYSDEVOP_set_iobitmap
#define PHYSDEVOP_APIC_READ                 PHYSDEVOP_apic_read
#define PHYSDEVOP_APIC_WRITE                PHYSDEVOP_apic_write
#define PHYSDEVOP_ASSIGN_VECTOR             PHYSDEVOP_alloc_irq_vector
#define PHYSDEVOP_FREE_VECTOR               PHYSDEVOP_free_irq_vector
#define PHYSDEVOP_IRQ_NEEDS_UNMASK_NOTIFY   XENIRQSTAT_needs_eoi
#define PHYSDEVOP_IRQ_SHARED                XENIRQSTAT_shared
#endif

#endif
