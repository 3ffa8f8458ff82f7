/* SPDX-License-Identifier: MIT */
/* internal.h - the parts of the domain builder, for each other. */
#ifndef BUILDER_INTERNAL_H
#define BUILDER_INTERNAL_H

#include <asm/pte.h>
#include <hv/boot_plan.h>
#include <hv/builder.h>
#include <hv/domain.h>

/* A domain being built. */
struct build {
    const struct planned_domain *plan;
    struct domain *d;
    struct kernel_image kernel;
    struct layout layout;
    uint64_t nr_pages;
    uint64_t *p2m;              /* mfn of each pfn; work space */
    const struct boot_module *initrd;
    evtchn_port_t console_port; /* 0: none */
};

/* refuse.c: one sentence on what is wrong with the domain: "Domain 0", or its
 * name, then @fmt. Without domain 0 the machine stops; a guest is left out, for
 * which -EINVAL is returned. */
int build_refuse(const struct build *b, const char *fmt, ...)
    PRINTF_LIKE(2, 3) MUST_CHECK;

/* memory.c: how much (nr_pages), and the frames themselves (p2m) */
int build_choose_size(struct build *b, bool has_dom0) MUST_CHECK;
int build_allocate(struct build *b) MUST_CHECK;
/* The frame of @pfn, mapped. */
void *build_page(const struct build *b, uint64_t pfn);

/* vcpus.c: how many domain 0 gets */
unsigned int dom0_vcpu_count(void);

/* tables.c: initial page tables; the L4 is pinned and v's */
void build_tables(struct build *b, struct vcpu *v);

/* start_info.c */
void build_start_info(const struct build *b);

/* workspace.c: contiguous virtual memory for a while, not zeroed; NULL when
 * there is none, or that much cannot be meant */
void *workspace_alloc(size_t size);
void workspace_reset(void);     /* the next domain may use it */
void workspace_free_all(void);

/* decoders.c: run @fn as the decompressors want it */
int with_decoder_state(int (*fn)(void *), void *data);

#endif
