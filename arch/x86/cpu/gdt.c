/* SPDX-License-Identifier: MIT */
/*
 * gdt.c - this CPU's page of the GDT: entries from selector 0xe000 on. While a
 * guest runs, GDTR points at the guest's window, whose page 14 is this page;
 * else at 14 pages below it, of which only this one exists.
 */
#include <asm/cpu.h>
#include <hv/errno.h>
#include <hv/frame_num.h>
#include <hv/heap.h>
#include <hv/percpu.h>

#define ENTRY(sel)  (((sel) >> 3) - GDT_HV_FIRST)
#define HV_ENTRIES  512

struct gdt_page {
    uint64_t entry[HV_ENTRIES];
} ALIGNED(4096);

static struct gdt_page first_page;      /* of the CPU we boot on */
static struct gdt_page *pages[NR_CPUS] = { [0] = &first_page };

int gdt_create(unsigned int cpu)
{
    pages[cpu] = heap_alloc(sizeof(*pages[cpu]), PAGE_SIZE);
    return pages[cpu] ? 0 : -ENOMEM;
}

void *gdt_page_of_cpu(unsigned int cpu)
{
    return pages[cpu];
}

static uint64_t system_descriptor(unsigned long base, unsigned int limit,
                                  unsigned int type)
{
    return (limit & 0xffff) | (base & 0xffffff) << 16 |
           (uint64_t)type << 40 | DESC_P |
           (uint64_t)(limit >> 16 & 0xf) << 48 | (base >> 24 & 0xff) << 56;
}

void gdt_set_ldt(unsigned long base, unsigned int entries)
{
    uint64_t *e = pages[cpu_id()]->entry;

    if (!entries) {
        __asm__ __volatile__("lldt %w0" : : "r"(0));
        return;
    }
    e[ENTRY(SEL_LDT)] = system_descriptor(base, entries * 8 - 1,
                                          DESC_TYPE_LDT);
    e[ENTRY(SEL_LDT) + 1] = base >> 32;
    __asm__ __volatile__("lldt %w0" : : "r"(SEL_LDT));
}

void gdt_load_own(void)
{
    struct table_register r = {
        .limit = GDT_GUEST_PAGES * 4096 + sizeof(struct gdt_page) - 1,
        .base = (unsigned long)pages[cpu_id()] - GDT_GUEST_PAGES * 4096,
    };

    __asm__ __volatile__("lgdt %0" : : "m"(r));
}

static void load_segments(void)
{
    __asm__ __volatile__(
        "pushq %0; leaq 1f(%%rip), %%rax; pushq %%rax; lretq; 1:"
        "mov %1, %%ss; mov %2, %%ds; mov %2, %%es; mov %2, %%fs; mov %2, %%gs"
        : : "i"(SEL_HV_CS), "r"(SEL_HV_SS), "r"(0) : "rax", "memory");
}

void gdt_init(void)
{
    uint64_t *e = pages[cpu_id()]->entry;
    unsigned long tss = (unsigned long)tss_of_cpu(cpu_id());

    e[ENTRY(SEL_HV_CS)] = DESC_CODE64_DPL0;
    e[ENTRY(SEL_HV_SS)] = DESC_DATA_DPL0;
    e[ENTRY(SEL_RING1_CS)] = DESC_CODE32_DPL1;
    e[ENTRY(SEL_RING1_DS)] = DESC_DATA_DPL1;
    e[ENTRY(SEL_USER_CS32)] = DESC_CODE32_DPL3;
    e[ENTRY(SEL_USER_DS)] = DESC_DATA_DPL3;
    e[ENTRY(SEL_USER_CS64)] = DESC_CODE64_DPL3;
    e[ENTRY(SEL_TSS)] = system_descriptor(tss, sizeof(struct tss64) - 1,
                                          DESC_TYPE_TSS);
    e[ENTRY(SEL_TSS) + 1] = tss >> 32;
    gdt_load_own();
    load_segments();
    gdt_set_ldt(0, 0);
    __asm__ __volatile__("ltr %w0" : : "r"(SEL_TSS));
}
