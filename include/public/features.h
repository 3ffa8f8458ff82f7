/* SPDX-License-Identifier: MIT */
/*
 * features.h - bit numbers in the answer of XENVER_get_features, submap 0.
 *
 * Source: Xen 4.17. "never" marks what Parapet, which runs PV guests only, does
 * not report.
 */
#ifndef PUBLIC_FEATURES_H
#define PUBLIC_FEATURES_H

/* Page tables may be mapped writable: never. */
#define XENFEAT_writable_page_tables        0
/* So may pages of a GDT or LDT: never. */
#define XENFEAT_writable_descriptor_tables  1
/* The guest's frame numbers are translated for it: never. */
#define XENFEAT_auto_translated_physmap     2
/* The guest's kernel runs in ring 0: never. */
#define XENFEAT_supervisor_mode_kernel      3
/* 32-bit: top-level tables may lie above 4 GiB. */
#define XENFEAT_pae_pgdir_above_4gb         4
/* MMU_PT_UPDATE_PRESERVE_AD works. */
#define XENFEAT_mmu_pt_update_preserve_ad   5
/* 32-bit: MMUEXT_CLEAR_PAGE and MMUEXT_COPY_PAGE work. */
#define XENFEAT_highmem_assist              6
/* GNTMAP_guest_avail_mask goes into the entries that map a grant. */
#define XENFEAT_gnttab_map_avail_bits       7
/* Of fully virtualised guests: never. */
#define XENFEAT_hvm_callback_vector         8
#define XENFEAT_hvm_safe_pvclock            9
#define XENFEAT_hvm_pirqs                  10
/* The domain may be domain 0; an image that lacks it cannot. */
#define XENFEAT_dom0                       11
/* XENMEMF_vnode works: never. */
#define XENFEAT_memory_op_vnode_supported  13
/* Of another architecture: never. */
#define XENFEAT_ARM_SMCCC_supported        14
/* An image's note only: it finds the RSDP wherever it is. */
#define XENFEAT_linux_rsdp_unrestricted    15
/* Frame numbers are, or are not, machine frame numbers; PV has none of its
 * own that devices see, so direct_mapped is reported. */
#define XENFEAT_not_direct_mapped          16
#define XENFEAT_direct_mapped              17

#define XENFEAT_NR_SUBMAPS                  1

#endif
