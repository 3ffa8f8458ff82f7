/* SPDX-License-Identifier: MIT */
/*
 * bzimage.h - Linux's boot file: real-mode setup code, unpacker, and a
 * compressed ELF file, the payload, which is all a PV domain needs.
 */
#ifndef HV_BZIMAGE_H
#define HV_BZIMAGE_H

#include <hv/types.h>

struct bzimage {
    const uint8_t *payload;
    size_t payload_len;     /* without the size that Linux's build appends */
    uint32_t unpacked_size; /* what the file claims: not to be trusted */
    const char *why;        /* on -EINVAL, goes after the file's name */
};

/* -ENOEXEC not a bzImage; -EINVAL one that is broken, truncated or too old. */
int bzimage_payload(const void *file, size_t len, struct bzimage *out);

#endif
