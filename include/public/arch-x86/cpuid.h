/* SPDX-License-Identifier: MIT */
/*
 * arch-x86/cpuid.h - CPUID leaves by which a guest finds the hypervisor.
 *
 * A PV guest reads them with XEN_CPUID (xen.h): the bare instruction may show
 * the machine. When yet another interface is shown at 0x40000000, these leaves
 * move up in steps of 0x100.
 *   base + 0  eax last leaf, ebx ecx edx signature
 *   base + 1  eax version of the interface, as XENVER_version
 *   base + 2  eax hypercall pages, ebx the MSR that fills them, ecx FEAT1_*
 *   base + 3  clock: 0 mode and TSC kHz, 1 offset and scale, 2 CPU kHz
 *   base + 4  not for PV guests
 *   base + 5  ebx bits of a machine address
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_ARCH_X86_CPUID_H
#define PUBLIC_ARCH_X86_CPUID_H

#define XEN_CPUID_FIRST_LEAF        0x40000000
#define XEN_CPUID_LEAF(i)           (XEN_CPUID_FIRST_LEAF + (i))
#define XEN_CPUID_MAX_NUM_LEAVES    5

/* "XenVMMXenVMM" */
#define XEN_CPUID_SIGNATURE_EBX     0x566e6558
#define XEN_CPUID_SIGNATURE_ECX     0x65584d4d
#define XEN_CPUID_SIGNATURE_EDX     0x4d4d566e

/* base + 2, ecx: MMU_PT_UPDATE_PRESERVE_AD works */
#define _XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD  0
#define XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD   (1u << 0)

/* base + 4, eax: of fully virtualised guests */
#define XEN_HVM_CPUID_APIC_ACCESS_VIRT  (1u << 0)
#define XEN_HVM_CPUID_X2APIC_VIRT       (1u << 1)
#define XEN_HVM_CPUID_IOMMU_MAPPINGS    (1u << 2)
#define XEN_HVM_CPUID_VCPU_ID_PRESENT   (1u << 3)
#define XEN_HVM_CPUID_DOMID_PRESENT     (1u << 4)
#define XEN_HVM_CPUID_EXT_DEST_ID       (1u << 5)
#define XEN_HVM_CPUID_UPCALL_VECTOR     (1u << 6)

/* base + 5, ebx; above 44 bits version 1 grants cannot name every frame */
#define XEN_CPUID_MACHINE_ADDRESS_WIDTH_MASK    (0xffu << 0)

#endif
