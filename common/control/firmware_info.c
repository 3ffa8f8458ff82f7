/* SPDX-License-Identifier: MIT */
/*
 * firmware_info.c - XENPF_firmware_info: what BIOS or UEFI said before we took
 * the machine, passed on to domain 0.
 */
#include <hv/boot_info.h>
#include <hv/efi.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/phys_map.h>
#include <hv/platform.h>
#include <public/platform.h>

#define KBD_SHIFT_PADDR     0x417u      /* BIOS data area */

static long efi_vendor(struct xenpf_firmware_info *info)
{
    unsigned int room = info->u.efi_info.vendor.bufsz / sizeof(uint16_t);
    unsigned int length = 0;

    info->u.efi_info.vendor.revision = efi_info.firmware_revision;
    while (efi_info.vendor[length])
        length++;
    return copy_to_guest(guest_va((unsigned long)
                                  info->u.efi_info.vendor.name.p),
                         efi_info.vendor,
                         MIN(length + 1, room) * sizeof(uint16_t));
}

/* The rest of the range that holds the address, as far as it is asked for. */
static long efi_memory(struct xenpf_firmware_info *info)
{
    const struct efi_map *map = &boot_info.efi_map;
    uint64_t addr = info->u.efi_info.mem.addr;

    for (unsigned int i = 0; i < map->count; i++) {
        const struct efi_range *r = &map->range[i];

        if (addr < r->start || addr >= r->end)
            continue;
        info->u.efi_info.mem.type = r->type;
        info->u.efi_info.mem.attr = r->attributes;
        info->u.efi_info.mem.size = MIN(info->u.efi_info.mem.size,
                                        r->end - addr);
        return 0;
    }
    return -ESRCH;
}

/* What only boot services tell is not there. */
static long firmware_efi(struct xenpf_firmware_info *info)
{
    if (!efi_info.is_present)
        return -ENOSYS;
    switch (info->index) {
    case XEN_FW_EFI_VERSION:
        info->u.efi_info.version = efi_info.version;
        return 0;
    case XEN_FW_EFI_RT_VERSION:
        if (!efi_info.runtime_version)
            return -EOPNOTSUPP;
        info->u.efi_info.version = efi_info.runtime_version;
        return 0;
    case XEN_FW_EFI_CONFIG_TABLE:
        info->u.efi_info.cfg.addr = efi_info.config_table;
        info->u.efi_info.cfg.nent = efi_info.config_count;
        return 0;
    case XEN_FW_EFI_VENDOR:
        return efi_vendor(info);
    case XEN_FW_EFI_MEM_INFO:
        return efi_memory(info);
    case XEN_FW_EFI_PCI_ROM:
        return -ESRCH;
    case XEN_FW_EFI_APPLE_PROPERTIES:
        return -ENODATA;
    default:
        return -EINVAL;
    }
}

static long firmware_kbd(struct xenpf_firmware_info *info)
{
    const uint8_t *flags;

    if (info->index != 0 || efi_info.is_present)
        return -ESRCH;
    flags = map_phys(KBD_SHIFT_PADDR, 1);
    if (!flags)
        return -ENOMEM;
    info->u.kbd_shift_flags = *flags;
    unmap_phys((void *)flags, 1);
    return 0;
}

/* Disks and monitors were not asked about while there was a BIOS to ask. */
long platform_firmware_info(struct xenpf_firmware_info *info)
{
    switch (info->type) {
    case XEN_FW_DISK_INFO:
    case XEN_FW_DISK_MBR_SIGNATURE:
    case XEN_FW_VBEDDC_INFO:
        return -ESRCH;
    case XEN_FW_EFI_INFO:
        return firmware_efi(info);
    case XEN_FW_KBD_SHIFT_FLAGS:
        return firmware_kbd(info);
    default:
        return -EINVAL;
    }
}
