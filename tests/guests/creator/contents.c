/* SPDX-License-Identifier: MIT */
/*
 * contents.c - write a new domain's memory: its image, p2m list, start_info
 * and page tables. Then the tables are pinned, which makes the hypervisor
 * check them.
 */
#include "console.h"
#include "guest_domain.h"
#include "hypercall.h"
#include "pagetable.h"
#include "string.h"

#define MAGIC "xen-3.0-x86_64"

static void *page_of(const struct guest_domain *g, uint64_t pfn)
{
    return foreign_map(WINDOW_BUILD, g->id, g->mfn[pfn]);
}

static bool fill_image(const struct guest_domain *g)
{
    for (uint64_t pfn = 0; pfn < g->p2m_pfn; pfn++) {
        void *page = page_of(g, pfn);

        if (!page)
            return false;
        image_page(&g->image, pfn, page);
    }
    return true;
}

static bool fill_p2m(const struct guest_domain *g)
{
    const uint8_t *from = (const uint8_t *)g->mfn;
    uint64_t left = g->entry->memory_pages * sizeof(g->mfn[0]);

    for (uint64_t pfn = g->p2m_pfn; left; pfn++) {
        uint64_t n = left < PAGE_SIZE ? left : PAGE_SIZE;
        void *page = page_of(g, pfn);

        if (!page)
            return false;
        memcpy(page, from, n);
        from += n;
        left -= n;
    }
    return true;
}

static bool fill_start_info(const struct guest_domain *g)
{
    struct start_info *info = page_of(g, g->start_info_pfn);
    uint64_t base = g->image.virt_base;

    if (!info)
        return false;
    memcpy(info->magic, MAGIC, sizeof(MAGIC));
    info->nr_pages = g->entry->memory_pages;
    info->shared_info = g->shared_info_mfn << PAGE_SHIFT;
    info->console.domU.mfn = g->mfn[g->console_pfn];
    info->console.domU.evtchn = g->console_port;
    info->pt_base = base + (g->tables_pfn << PAGE_SHIFT);
    info->nr_pt_frames = g->tables_count;
    info->mfn_list = base + (g->p2m_pfn << PAGE_SHIFT);
    memcpy(info->cmd_line, g->entry->cmdline, sizeof(g->entry->cmdline));
    return true;
}

static char *append(char *to, const char *text)
{
    while (*text)
        *to++ = *text++;
    *to = 0;
    return to;
}

/* Behind the command line that was given: whose peer it is. It may be reading
 * that (lib/peer.c): the first letter goes first and comes last. */
static void tell(const struct guest_domain *g, unsigned peer, const char *more)
{
    struct start_info *info = page_of(g, g->start_info_pfn);
    char number[] = "peer=00000", *end = number + sizeof(number) - 1;
    char *behind;

    if (!info)
        return;
    for (unsigned i = 0; i < 5; i++, peer /= 10)
        *--end = (char)('0' + peer % 10);
    behind = (char *)info->cmd_line + strlen(g->entry->cmdline);
    __atomic_store_n(behind, 0, __ATOMIC_SEQ_CST);
    append(append(behind + 1, number), more);
    __atomic_store_n(behind, ' ', __ATOMIC_SEQ_CST);
    foreign_unmap(WINDOW_BUILD);
}

void guest_domain_introduce(struct guest_domain *first,
                            struct guest_domain *second)
{
    tell(second, first->id, " second");
    tell(first, second->id, "");
}

static bool is_table(const struct guest_domain *g, uint64_t pfn)
{
    return pfn >= g->tables_pfn && pfn < g->tables_pfn + g->tables_count;
}

/* A table of which @count entries from @index on name pages from @pfn on. */
static bool fill_table(const struct guest_domain *g, uint64_t table,
                       unsigned index, uint64_t pfn, uint64_t count, bool leaf)
{
    pte_t *entry = page_of(g, table);

    if (!entry)
        return false;
    for (uint64_t i = 0; i < count; i++, pfn++)
        entry[index + i] = pte_make(g->mfn[pfn], leaf && is_table(g, pfn)
                                        ? PTE_PAGE & ~PTE_RW : PTE_PAGE);
    return true;
}

static bool fill_tables(const struct guest_domain *g)
{
    uint64_t base = g->image.virt_base, l4 = g->tables_pfn, l1 = l4 + 3;
    uint64_t l1_count = g->tables_count - 3;

    for (uint64_t i = 0; i < l1_count; i++) {
        uint64_t first = i * 512, left = g->mapped_pages - first;

        if (!fill_table(g, l1 + i, 0, first, left < 512 ? left : 512, true))
            return false;
    }
    return fill_table(g, l4 + 2, pt_index(base, 2), l1, l1_count, false) &&
           fill_table(g, l4 + 1, pt_index(base, 3), l4 + 2, 1, false) &&
           fill_table(g, l4, pt_index(base, 4), l4 + 1, 1, false);
}

static long pin(const struct guest_domain *g)
{
    struct mmuext_op op = {
        .cmd = MMUEXT_PIN_L4_TABLE, .arg1.mfn = g->mfn[g->tables_pfn],
    };

    return hc_mmuext_op(&op, 1, NULL, g->id);
}

const char *guest_domain_fill(struct guest_domain *g)
{
    if (!fill_image(g) || !fill_p2m(g) || !fill_start_info(g) ||
        !fill_tables(g))
        return "a page of it cannot be mapped";
    foreign_unmap(WINDOW_BUILD);
    if (pin(g))
        return "its page tables are refused";
    return NULL;
}
