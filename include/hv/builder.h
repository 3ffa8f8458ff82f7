/* SPDX-License-Identifier: MIT */
/*
 * builder.h - a domain from a kernel file, at boot: memory, page tables,
 * start_info, first registers. arch/x86/builder/ does it.
 */
#ifndef HV_BUILDER_H
#define HV_BUILDER_H

#include <hv/boot_info.h>
#include <hv/compiler.h>
#include <hv/kernel_image.h>

/* Build what the modules ask for (hv/boot_plan.h); all are paused. A guest that
 * cannot be built is left out; stops with boot_error() when that is domain 0,
 * or nothing is left. */
void domains_build(void);

/* --- builder/layout.c: where everything lies; pure --- */

struct layout_input {
    const struct kernel_image *kernel;
    uint64_t nr_pages;          /* of the domain */
    uint64_t initrd_size;       /* bytes, 0: none */
    bool has_console;           /* a page for its ring */
};

/* Frame numbers are the domain's own (pfn); page n of the initial mapping is
 * pfn n at virt_base + n pages. */
struct layout {
    uint64_t virt_base, virt_end;       /* mapped, all of it writable but the
                                           page tables */
    uint64_t start_info_pfn, stack_pfn;
    uint64_t console_pfn;               /* 0: none */
    uint64_t tables_pfn, tables_count;  /* L4 first, then L3, L2, L1 */
    uint64_t l1_count, l2_count, l3_count;
    uint64_t initrd_pfn;                /* mapped or not */
    bool initrd_is_mapped;
    uint64_t p2m_va;
    uint64_t p2m_pfn, p2m_pages;        /* the list */
    bool p2m_is_mapped_apart;           /* by tables of its own, after it: */
    uint64_t p2m_l1_count, p2m_l2_count, p2m_l3_count;
    uint64_t pages_used;                /* pfns from here on are free */
};

/* 0, or -ENOMEM when nr_pages cannot hold it all, or -EINVAL when the kernel
 * asks for places that collide; *why says which. */
int layout_compute(const struct layout_input *in, struct layout *out,
                   const char **why) MUST_CHECK;

#endif
