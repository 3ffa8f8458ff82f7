/* SPDX-License-Identifier: MIT */
/*
 * kernel_image.h - a PV kernel file, opened: what to load where, and how the
 * domain wants to be started. Takes an ELF64 file, the same inside gzip, or a
 * bzImage (gzip, xz, zstd, lz4).
 *
 * Use: kernel_image_measure(), give it the two buffers it asks for,
 * kernel_image_open(), kernel_image_load(), release the buffers. The first two
 * may run the decoders: see decompress.h for what these want of the caller.
 * Errors are told in words as well: a clause to go after the file's name, "is
 * truncated: ...", with the cause and, if there is one, the remedy.
 */
#ifndef HV_KERNEL_IMAGE_H
#define HV_KERNEL_IMAGE_H

#include <hv/elf.h>
#include <hv/types.h>

/* Memory to unpack into; sizes are 0 when the file is not compressed. The file
 * chooses both sizes: expect absurd ones. */
struct kernel_workspace {
    void *unpacked;         /* segments point here until they are loaded */
    size_t unpacked_size;   /* below 4 GiB */
    void *heap;             /* free again once the image is open */
    size_t heap_size;
};

enum kernel_pae {           /* 32-bit guests only */
    KERNEL_PAE_NO,
    KERNEL_PAE_YES,         /* page directory below 4 GiB */
    KERNEL_PAE_EXTENDED,    /* page directory anywhere */
    KERNEL_PAE_BIMODAL,
};

#define KERNEL_MAX_LOADS    16
#define KERNEL_TEXT_SIZE    32

/* Addresses are virtual ones of the domain. virt_base is where its frame 0 is
 * mapped; virt_base <= virt_start <= virt_entry <= virt_end. */
struct kernel_image {
    const char *error;      /* set on failure, else NULL */

    unsigned int load_count;
    struct elf_load load[KERNEL_MAX_LOADS];     /* paddr without PADDR_OFFSET:
                                                   virt_base + paddr is where */
    uint64_t virt_base;
    uint64_t virt_offset;       /* virtual minus physical address in the file */
    uint64_t virt_start;        /* of the kernel itself */
    uint64_t virt_end;
    uint64_t virt_entry;

    bool has_hypercall_page;
    uint64_t virt_hypercall;    /* page-aligned, at or above virt_base */
    bool has_init_p2m;
    uint64_t init_p2m;          /* page-aligned, outside the kernel */
    bool has_hv_start_low;
    uint64_t hv_start_low;
    bool mod_start_pfn;         /* the initrd need not be mapped */
    enum kernel_pae pae;

    uint32_t features_required; /* 1 << XENFEAT_* */
    uint32_t features_supported;
    bool may_be_dom0;           /* does not say that it cannot */

    char guest_os[KERNEL_TEXT_SIZE];
    char guest_version[KERNEL_TEXT_SIZE];
    char loader[KERNEL_TEXT_SIZE];
};

/* Fill in the sizes of @ws; its pointers become NULL. -ENOEXEC no kernel of any
 * kind known here; -EOPNOTSUPP unsupported compression; -EINVAL damaged. */
int kernel_image_measure(const void *file, size_t len,
                         struct kernel_workspace *ws, const char **why);

/* Unpack if need be, and read. Errors as before; also -ENOEXEC when it is an
 * ELF file without a PV entry, -EOPNOTSUPP when it is 32-bit or requires a
 * feature that is unknown, -ENOMEM and -ENOSPC when @ws is too small. */
int kernel_image_open(const void *file, size_t len,
                      const struct kernel_workspace *ws,
                      struct kernel_image *out);

/* Receives the kernel piece by piece; offsets count from virt_start and stay
 * below virt_end - virt_start. An error stops the load and is passed on. */
struct kernel_sink {
    int (*write)(void *ctx, uint64_t offset, const void *bytes, size_t len);
    int (*zero)(void *ctx, uint64_t offset, uint64_t len);
    void *ctx;
};

int kernel_image_load(const struct kernel_image *k,
                      const struct kernel_sink *sink);

#endif
