/* SPDX-License-Identifier: MIT */
/*
 * multiboot_fuzz.c - what a loader leaves in memory, by either protocol, and
 * the memory map made of it. All of the first 4 GiB is there, as it is when the
 * hypervisor reads it, and nothing above.
 */
#include <sys/mman.h>
#include <hv/boot_info.h>
#include <hv/direct_map.h>
#include "fuzz.h"

#define INFO        0x1000u
#define MEMORY_SIZE (1ul << 32)
#define GUARD       (1ul << 30)
#define INPUT_MAX   4096u

static struct boot_module modules[BOOT_MODULES_MAX];
struct boot_info boot_info;

static uint8_t *memory;

void *mfn_to_virt(mfn_t m)
{
    return memory + (m.n << PAGE_SHIFT);
}

mfn_t virt_to_mfn(const void *va)
{
    return mfn((size_t)((const uint8_t *)va - memory) >> PAGE_SHIFT);
}

static void map_memory(void)
{
    if (memory)
        return;
    memory = mmap(NULL, MEMORY_SIZE + GUARD, PROT_NONE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ck_assert(memory != MAP_FAILED);
    ck_assert(!mprotect(memory, MEMORY_SIZE, PROT_READ | PROT_WRITE));
}

/* Ranges are in order, do not overlap and are not empty. */
static void check_map(const struct memory_map *map)
{
    for (unsigned int i = 0; i < map->count; i++) {
        ck_assert(map->range[i].start < map->range[i].end);
        ck_assert(!i || map->range[i - 1].end <= map->range[i].start);
    }
}

static void check_text(const char *text, size_t size)
{
    ck_assert(memchr(text, 0, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = { data, size };
    bool is_first = fuzz_u8(&f) & 1;

    map_memory();
    memset(modules, 0, sizeof(modules));
    boot_info = (struct boot_info){ .module = modules };
    fuzz_bytes(&f, memory + INFO, INPUT_MAX);
    if (is_first)
        multiboot1_read(INFO);
    else
        multiboot2_read(INFO);
    ck_assert(boot_info.module_count <= BOOT_MODULES_MAX);
    ck_assert(boot_info.memory.count <= MEMORY_RANGES_MAX);
    check_text(boot_info.cmdline, sizeof(boot_info.cmdline));
    check_text(boot_info.loader, sizeof(boot_info.loader));
    for (unsigned int i = 0; i < boot_info.module_count; i++)
        check_text(boot_info.module[i].cmdline,
                   sizeof(boot_info.module[i].cmdline));
    memory_map_normalise(&boot_info.memory);
    check_map(&boot_info.memory);
    return 0;
}
