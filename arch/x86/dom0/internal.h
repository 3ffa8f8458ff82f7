/* SPDX-License-Identifier: MIT */
/* internal.h - the parts of the domain builder, for each other. */
#ifndef DOM0_INTERNAL_H
#define DOM0_INTERNAL_H

#include <asm/pte.h>
#include <hv/builder.h>
#include <hv/domain.h>

/* A domain being built. */
struct build {
    struct domain *d;
    struct kernel_image kernel;
    struct layout layout;
    uint64_t nr_pages;
    uint64_t *p2m;              /* mfn of each pfn; work space */
    const struct boot_module *initrd;
    const char *cmdline;
};

/* memory.c: how much, and the frames themselves */
uint64_t dom0_pages(const struct build *b);
void dom0_allocate(struct build *b);
/* The frame of @pfn, mapped. */
void *dom0_page(const struct build *b, uint64_t pfn);

/* tables.c: initial page tables; the L4 is pinned and v's */
void dom0_make_tables(struct build *b, struct vcpu *v);

/* start_info.c */
void dom0_fill_start_info(const struct build *b);

/* workspace.c: contiguous virtual memory for a while */
void *workspace_alloc(size_t size);     /* not zeroed; stops when out of it */
void workspace_free_all(void);

/* decoders.c: run @fn as the decompressors want it */
int with_decoder_state(int (*fn)(void *), void *data);

#endif
