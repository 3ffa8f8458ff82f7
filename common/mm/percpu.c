/* SPDX-License-Identifier: MIT */
/*
 * percpu.c - the copies of section .percpu. The first CPU's is the section
 * itself, at offset 0. Another lies on the heap, at the same place in a page as
 * the section, so that it is aligned as the section is.
 */
#include <hv/errno.h>
#include <hv/frame_num.h>
#include <hv/heap.h>
#include <hv/percpu.h>

extern char __percpu_start[], __percpu_end[];

unsigned long percpu_offsets[NR_CPUS];

int percpu_area_create(unsigned int cpu)
{
    unsigned long start = (unsigned long)__percpu_start;
    unsigned long size = (unsigned long)__percpu_end - start;
    unsigned long in_page = start & (PAGE_SIZE - 1);
    char *copy = heap_alloc(size + in_page, PAGE_SIZE);

    if (!copy)
        return -ENOMEM;
    percpu_offsets[cpu] = (unsigned long)copy + in_page - start;
    return 0;
}
