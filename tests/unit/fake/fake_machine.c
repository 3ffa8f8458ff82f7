/* SPDX-License-Identifier: MIT */
/* fake_machine.c - see fake_machine.h. */
#include <stdlib.h>
#include <string.h>
#include <hv/assert.h>
#include <hv/direct_map.h>
#include <hv/memory_op.h>
#include "fake_machine.h"

struct frame fake_frame_table[FAKE_FRAMES];
struct domain fake_domains[FAKE_DOMAINS];
uint64_t fake_memory[FAKE_FRAMES][FAKE_WORDS] ALIGNED(4096);
uint32_t fake_tlb_clock, fake_tlb_flushed_at;
unsigned int fake_tlb_flushes;
__attribute__((weak)) unsigned int fake_cpu;    /* of tests without vcpus */

static bool is_free[FAKE_FRAMES];

void fake_machine_start(unsigned int holes)
{
    memset(fake_frame_table, 0, sizeof(fake_frame_table));
    memset(fake_memory, 0, sizeof(fake_memory));
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++)
        rangeset_destroy(&fake_domains[i].iomem);
    memset(fake_domains, 0, sizeof(fake_domains));
    for (unsigned int i = 0; i < FAKE_FRAMES; i++) {
        is_free[i] = i && i < FAKE_FRAMES - holes;
        if (i >= FAKE_FRAMES - holes)
            fake_frame_table[i].state = FRAME_NO_RAM;
    }
    for (unsigned int i = 0; i < FAKE_DOMAINS; i++) {
        struct domain *d = &fake_domains[i];

        d->id = (domid_t)i;
        d->page_max = FAKE_FRAMES;
        spin_lock_init(&d->page_lock, LOCK_LEVEL_PAGES);
        spin_lock_init(&d->arch.pt_lock, LOCK_LEVEL_PAGE_TABLE);
        rangeset_init_heap(&d->iomem);
    }
    fake_tlb_clock = fake_tlb_flushed_at = 1;
    fake_tlb_flushes = 0;
}

bool fake_frame_is_free(unsigned long n)
{
    return is_free[n];
}

unsigned int fake_free_count(void)
{
    unsigned int count = 0;

    for (unsigned int i = 0; i < FAKE_FRAMES; i++)
        count += is_free[i];
    return count;
}

/* --- the TLB --- */

void fake_tlb_use(void)
{
    fake_tlb_clock++;
}

bool fake_tlb_is_clean(void)
{
    return fake_tlb_flushed_at == fake_tlb_clock;
}

void fake_tlb_flush(void)
{
    fake_tlb_flushes++;
    fake_tlb_flushed_at = ++fake_tlb_clock;
}

uint32_t arch_tlb_clock(void)
{
    return fake_tlb_clock;
}

void (*fake_flush_hook)(void);

void arch_flush_for_type(const struct frame *f)
{
    void (*hook)(void) = fake_flush_hook;

    fake_flush_hook = NULL;
    if (hook)
        hook();
    if ((int32_t)(fake_tlb_flushed_at - f->tlb_stamp) <= 0)
        fake_tlb_flush();
}

/* --- memory --- */

void *map_frame(mfn_t m)
{
    ASSERT(m.n < FAKE_FRAMES);
    return fake_memory[m.n];
}

void unmap_frame(const void *va)
{
    ASSERT((const char *)va >= (const char *)fake_memory &&
           (const char *)va < (const char *)(fake_memory + FAKE_FRAMES));
}

void *mfn_to_virt(mfn_t m)
{
    return map_frame(m);
}

mfn_t virt_to_mfn(const void *va)
{
    unmap_frame(va);
    return mfn((unsigned long)((const char *)va - (const char *)fake_memory) /
               PAGE_SIZE);
}

/* Every owner knows its frames by their own numbers. */
__attribute__((weak)) unsigned long arch_get_m2p(mfn_t m)
{
    return m.n;
}

/* The lowest run of free frames, aligned to its size. */
mfn_t page_alloc_frames(unsigned int order, unsigned int address_bits)
{
    unsigned long count = 1ul << order;

    (void)address_bits;
    for (unsigned long n = 0; n + count <= FAKE_FRAMES; n += count) {
        unsigned long k = 0;

        while (k < count && is_free[n + k])
            k++;
        if (k < count)
            continue;
        for (k = 0; k < count; k++)
            is_free[n + k] = false;
        return mfn(n);
    }
    return INVALID_MFN;
}

/* A CPU that still reaches a frame might write to it after this. */
void page_free_run(mfn_t first, unsigned long count)
{
    for (unsigned long n = first.n; n < first.n + count; n++) {
        ASSERT((int32_t)(fake_tlb_flushed_at -
                         fake_frame_table[n].tlb_stamp) > 0);
        ASSERT(!is_free[n]);
        ASSERT(fake_frame_table[n].state == 0);
        ASSERT(!fake_frame_table[n].owner);
        is_free[n] = true;
    }
}

void page_free_frames(mfn_t first, unsigned int order)
{
    page_free_run(first, 1ul << order);
}

/* Whoever needs a scrubbed frame scrubs it. */
bool fake_page_is_prepared = true;

bool page_alloc_prepare(unsigned int order, unsigned int address_bits)
{
    (void)order;
    (void)address_bits;
    return fake_page_is_prepared;
}

enum page_content fake_page_content = PAGE_USED;

enum page_content page_content(mfn_t m)
{
    (void)m;
    return fake_page_content;
}

__attribute__((weak)) void arch_set_m2p(mfn_t m, pfn_t p)
{
    (void)m;
    (void)p;
}

/* --- domains --- */

bool domain_get(struct domain *d)
{
    d->refs++;
    return true;
}

void domain_put(struct domain *d)
{
    ASSERT(d->refs > 0);
    d->refs--;
}
