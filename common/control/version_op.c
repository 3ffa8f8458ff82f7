/* SPDX-License-Identifier: MIT */
/*
 * version_op.c - hypercall 17: questions about the hypervisor. What is
 * kept from ordinary domains is our command line and which build we are.
 */
#include <asm/current.h>
#include <hv/boot_info.h>
#include <hv/compiler.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/string.h>
#include <hv/vcpu.h>
#include <hv/version.h>
#include <public/features.h>
#include <public/version.h>

#define FEATURE(name)   (1u << XENFEAT_##name)
#define COMMON_FEATURES (FEATURE(pae_pgdir_above_4gb) |                     \
                         FEATURE(mmu_pt_update_preserve_ad) |               \
                         FEATURE(highmem_assist) |                          \
                         FEATURE(gnttab_map_avail_bits) |                   \
                         FEATURE(direct_mapped))

/* ELF note that the linker makes: three words, "GNU", the id. */
extern const uint8_t __build_id_start[], __build_id_end[];
#define BUILD_ID_AT     16u
#define BUILD_ID_SIZE   20u     /* SHA-1 */

/* A string in a zeroed field of @size bytes. */
static long put_string(unsigned long arg, const char *text, size_t size)
{
    char field[XEN_CAPABILITIES_INFO_LEN] = "";

    string_copy(field, text, size);
    return copy_to_guest(guest_va(arg), field, size);
}

static long put_compile_info(unsigned long arg)
{
    struct xen_compile_info info = {
        .compiler = "gcc " __VERSION__,
        .compile_by = "parapet",
        .compile_date = PARAPET_DATE,
    };

    return write_guest(arg, info);
}

static long put_platform(unsigned long arg)
{
    struct xen_platform_parameters platform = {
        .virt_start = HYPERVISOR_VIRT_START,
    };

    return write_guest(arg, platform);
}

static long put_features(const struct domain *d, unsigned long arg)
{
    struct xen_feature_info info;

    if (read_guest(info, arg))
        return -EFAULT;
    if (info.submap_idx >= XENFEAT_NR_SUBMAPS)
        return -EINVAL;
    info.submap = COMMON_FEATURES;
    if (d->is_hardware)
        info.submap |= FEATURE(dom0);
    return write_guest(arg, info);
}

static long put_handle(struct domain *d, unsigned long arg)
{
    uint8_t handle[sizeof(d->handle)];

    spin_lock(&d->lock);
    memcpy(handle, d->handle, sizeof(handle));
    spin_unlock(&d->lock);
    return write_guest(arg, handle);
}

static long put_command_line(const struct domain *d, unsigned long arg)
{
    return put_string(arg, d->is_privileged ? boot_info.arguments : "<denied>",
                      sizeof(xen_commandline_t));
}

/* The result is the length, which a null @arg asks for alone. */
static long put_build_id(const struct domain *d, unsigned long arg)
{
    uint32_t room;

    if (!d->is_privileged)
        return -EPERM;
    if ((size_t)(__build_id_end - __build_id_start) <
        BUILD_ID_AT + BUILD_ID_SIZE)
        return -ENODATA;
    if (arg == 0)
        return BUILD_ID_SIZE;
    if (read_guest(room, arg))
        return -EFAULT;
    if (room < BUILD_ID_SIZE)
        return -ENOBUFS;
    if (copy_to_guest(guest_va(arg + offsetof(struct xen_build_id, buf)),
                      __build_id_start + BUILD_ID_AT, BUILD_ID_SIZE))
        return -EFAULT;
    return BUILD_ID_SIZE;
}

long do_xen_version(int cmd, unsigned long arg)
{
    struct domain *d = current->domain;

    switch (cmd) {
    case XENVER_version:
        return INTERFACE_MAJOR << 16 | INTERFACE_MINOR;
    case XENVER_extraversion:
        return put_string(arg, ".0-parapet", sizeof(xen_extraversion_t));
    case XENVER_compile_info:
        return put_compile_info(arg);
    case XENVER_capabilities:
        return put_string(arg, "xen-3.0-x86_64 ",
                          sizeof(xen_capabilities_info_t));
    case XENVER_changeset:
        return put_string(arg, "parapet " PARAPET_VERSION,
                          sizeof(xen_changeset_info_t));
    case XENVER_platform_parameters:
        return put_platform(arg);
    case XENVER_get_features:
        return put_features(d, arg);
    case XENVER_pagesize:
        return PAGE_SIZE;
    case XENVER_guest_handle:
        return put_handle(d, arg);
    case XENVER_commandline:
        return put_command_line(d, arg);
    case XENVER_build_id:
        return put_build_id(d, arg);
    default:
        return -ENOSYS;
    }
}
