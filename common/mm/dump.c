/* SPDX-License-Identifier: MIT */
/* dump.c - key m: who has the machine's memory. */
#include <hv/domain.h>
#include <hv/heap.h>
#include <hv/log_level.h>
#include <hv/page_alloc.h>

#define FRAME_KIB   (PAGE_SIZE >> 10)

static void dump_free(void)
{
    struct page_usage usage;

    page_alloc_get_usage(&usage);
    printk_always("Free memory: %lu KiB, of them %lu KiB not cleared yet\n",
                  usage.free * FRAME_KIB, usage.dirty * FRAME_KIB);
    for (unsigned int order = 0; order < PAGE_ORDERS; order++)
        if (usage.blocks[order])
            printk_always(" %6lu blocks of %lu KiB\n", usage.blocks[order],
                          FRAME_KIB << order);
}

static void dump_heap(void)
{
    struct heap_usage usage;

    heap_get_usage(&usage);
    printk_always("Heap: %lu objects, %lu KiB in whole frames, %lu of %lu KiB "
                  "in slabs\n", usage.objects, usage.large_frames * FRAME_KIB,
                  usage.slab_bytes >> 10, usage.slab_frames * FRAME_KIB);
}

void memory_dump(void)
{
    dump_free();
    dump_heap();
    domain_dump_memory();
}
