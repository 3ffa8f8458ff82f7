/* SPDX-License-Identifier: MIT */
/*
 * elfnote.h - notes by which a kernel image says how it wants to be started.
 *
 * Each is an ELF note (gABI, "Note Section") with owner "Xen" and one of these
 * types. Numbers in it are as wide as the image's class. A kernel without notes
 * may have a section __xen_guest instead, KEY=value pairs between commas.
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_ELFNOTE_H
#define PUBLIC_ELFNOTE_H

#define XEN_ELFNOTE_INFO                 0  /* string, informative */
#define XEN_ELFNOTE_ENTRY                1  /* address of the first instruction;
                                               else the ELF entry */
#define XEN_ELFNOTE_HYPERCALL_PAGE       2  /* address of a page to be filled
                                               with call stubs */
#define XEN_ELFNOTE_VIRT_BASE            3  /* address at which pfn 0 appears */
#define XEN_ELFNOTE_PADDR_OFFSET         4  /* taken off every p_paddr */
#define XEN_ELFNOTE_XEN_VERSION          5  /* string, "xen-3.0" */
#define XEN_ELFNOTE_GUEST_OS             6  /* string */
#define XEN_ELFNOTE_GUEST_VERSION        7  /* string */
#define XEN_ELFNOTE_LOADER               8  /* string, "generic" */
#define XEN_ELFNOTE_PAE_MODE             9  /* string: "yes", "no", "bimodal" */
#define XEN_ELFNOTE_FEATURES            10  /* string: names of features.h
                                               between |, ! if it needs them */
#define XEN_ELFNOTE_BSD_SYMTAB          11  /* string, "yes": load symbols */
#define XEN_ELFNOTE_HV_START_LOW        12  /* lowest address that may be the
                                               hypervisor's */
#define XEN_ELFNOTE_L1_MFN_VALID        13  /* pairs (mask, value): an entry is
                                               live if entry & mask == value */
#define XEN_ELFNOTE_SUSPEND_CANCEL      14  /* 1: a suspend that was called off
                                               returns 1 */
#define XEN_ELFNOTE_INIT_P2M            15  /* address for start_info.mfn_list,
                                               apart from the image */
#define XEN_ELFNOTE_MOD_START_PFN       16  /* 1: the module need not be mapped,
                                               mod_start is a pfn */
#define XEN_ELFNOTE_SUPPORTED_FEATURES  17  /* bits of features.h */
#define XEN_ELFNOTE_PHYS32_ENTRY        18  /* entry of a start without PV; not
                                               used here */
#define XEN_ELFNOTE_MAX                 XEN_ELFNOTE_PHYS32_ENTRY

/* In crash notes and core dumps. */
#define XEN_ELFNOTE_CRASH_INFO                  0x1000001
#define XEN_ELFNOTE_CRASH_REGS                  0x1000002
#define XEN_ELFNOTE_DUMPCORE_NONE               0x2000000
#define XEN_ELFNOTE_DUMPCORE_HEADER             0x2000001
#define XEN_ELFNOTE_DUMPCORE_XEN_VERSION        0x2000002
#define XEN_ELFNOTE_DUMPCORE_FORMAT_VERSION     0x2000003

#endif
