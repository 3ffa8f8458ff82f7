/* SPDX-License-Identifier: MIT */
/*
 * boot_info.h - what the loader told us, whichever protocol it spoke. Filled
 * by boot/multiboot1.c or boot/multiboot2.c, read-only from then on.
 */
#ifndef HV_BOOT_INFO_H
#define HV_BOOT_INFO_H

#include <hv/boot_video.h>
#include <hv/frame_num.h>

#define BOOT_MODULES_MAX    32
#define MEMORY_RANGES_MAX   256
#define BOOT_CMDLINE_MAX    2048

/* Types of ACPI 6.5 15.1 (address range descriptors). */
enum memory_type {
    MEMORY_RAM = 1, MEMORY_RESERVED = 2, MEMORY_ACPI = 3, MEMORY_NVS = 4,
    MEMORY_UNUSABLE = 5
};

struct memory_range {
    paddr_t start;
    paddr_t end;            /* first byte after it */
    uint32_t type;          /* enum memory_type */
};

struct memory_map {
    struct memory_range range[MEMORY_RANGES_MAX];
    unsigned int count;
};

/* UEFI's memory when it let go of the machine (UEFI 2.10 7.2.3). */
#define EFI_RANGES_MAX      512
struct efi_range {
    paddr_t start;
    paddr_t end;            /* first byte after it */
    uint64_t attributes;
#define EFI_MEMORY_UC       (1ull << 0)
#define EFI_MEMORY_WC       (1ull << 1)
#define EFI_MEMORY_WT       (1ull << 2)
#define EFI_MEMORY_WB       (1ull << 3)
#define EFI_MEMORY_XP       (1ull << 14)    /* no code */
#define EFI_MEMORY_RO       (1ull << 17)
#define EFI_MEMORY_RUNTIME  (1ull << 63)    /* the firmware goes on using it */
    uint32_t type;
#define EFI_TYPE_RUNTIME_CODE   5u
};

struct efi_map {
    struct efi_range range[EFI_RANGES_MAX];
    unsigned int count;
    bool is_cut;            /* there were more */
};

struct boot_module {
    paddr_t start;
    uint64_t size;
    char cmdline[BOOT_CMDLINE_MAX];
};

struct boot_info {
    const char *protocol;           /* for messages: "multiboot2" */
    char loader[64];
    char cmdline[BOOT_CMDLINE_MAX];
    const char *arguments;          /* in cmdline: without our file's name */
    struct boot_module *module;     /* BOOT_MODULES_MAX; gone after boot */
    unsigned int module_count;
    struct memory_map memory;       /* as the firmware gave it */
    paddr_t rsdp;                   /* 0: scan for it */
    paddr_t efi_system_table;       /* 0: not booted by UEFI */
    struct efi_map efi_map;         /* empty: the loader gave none */
    bool efi_boot_services;         /* the loader has not left them */
    struct boot_video video;
};

extern struct boot_info boot_info;

/* Loader's tables to boot_info. Sentences for the user on failure. */
void multiboot1_read(paddr_t info);
void multiboot2_read(paddr_t info);

/* The arguments in a line of the loader's, without the file's name. */
const char *boot_arguments(const char *line);

/* Sort @map, resolve overlaps (the less usable type wins), merge neighbours,
 * drop what is empty. */
void memory_map_normalise(struct memory_map *map);
/* Nobody is given what lies from @start to @end, whatever the map says of it.
 * Before it is normalised. */
void memory_map_reserve(struct memory_map *map, paddr_t start, paddr_t end);
/* Turn RAM at or above @limit into MEMORY_UNUSABLE. */
void memory_map_clip(struct memory_map *map, paddr_t limit);

#endif
