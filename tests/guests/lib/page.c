/* SPDX-License-Identifier: MIT */
/*
 * page.c - spare pages of the domain.
 *
 * The builder maps at least 512 KiB behind its last object, the boot stack.
 * Those pages belong to nobody; the free list goes through their first word.
 */
#include "pagetable.h"
#include "hypercall.h"
#include "report.h"
#include "start.h"
#include "string.h"

#define WINDOW (VIRT_BASE + 0x20000000ul)       /* far behind the image */

static void **free_list;
static uint64_t next_page, end_page, next_unmapped;

void page_init(void)
{
    next_page = (entry_rsp + PAGE_SIZE - 1) & PAGE_MASK;
    end_page = next_page;
    while (va_to_mfn((void *)end_page))
        end_page += PAGE_SIZE;
    next_unmapped = (end_page - VIRT_BASE) >> PAGE_SHIFT;
}

void *page_alloc(void)
{
    void *page = free_list;

    if (page) {
        free_list = *free_list;
    } else if (next_page < end_page) {
        page = (void *)next_page;
        next_page += PAGE_SIZE;
    } else {
        report_error("there_are_spare_pages", "none_left");
        report_done();
    }
    memset(page, 0, PAGE_SIZE);
    return page;
}

void page_free(void *page)
{
    *(void **)page = free_list;
    free_list = page;
}

void *page_alloc_unmapped(uint64_t *mfn)
{
    void *page = page_alloc();

    *mfn = va_to_mfn(page);
    page_map(page, 0);
    return page;
}

uint64_t pfn_alloc_unmapped(void)
{
    return next_unmapped++;
}

void *window_page(unsigned n)
{
    static bool ready;

    if (!ready) {
        void *table = page_alloc();
        uint64_t mfn = va_to_mfn(table);

        page_set_readonly(table);
        if (pt_write(pt_entry_maddr(WINDOW, 2), pte_make(mfn, PTE_TABLE)))
            report_error("a_new_level_1_table_is_accepted", "refused");
        ready = true;
    }
    return (void *)(WINDOW + n * PAGE_SIZE);
}
