/* SPDX-License-Identifier: MIT */
/*
 * decompress_lz4.c - liblz4: the legacy frame, which kernels are built with.
 *
 *   magic, then blocks: { u32 packed size, packed bytes }
 * A block unpacks on its own to at most 8 MiB. A magic number in place of a
 * size starts another frame. (lz4_Frame_format.md, "Legacy frame".)
 */
#include <hv/compiler.h>
#include <hv/errno.h>
#include <hv/string.h>
#include <lz4.h>

#include "codec.h"

#define LEGACY_MAGIC        0x184c2102u
#define LEGACY_BLOCK_SIZE   (8 << 20)
#define LEGACY_PACKED_MAX   LZ4_COMPRESSBOUND(LEGACY_BLOCK_SIZE)

int lz4_measure(struct codec_job *job MAYBE_UNUSED, size_t *heap_size)
{
    *heap_size = 0;
    return 0;
}

/* Unpack one block behind what has been unpacked. */
static int block_decode(struct codec_job *job, const uint8_t *block,
                        uint32_t size)
{
    size_t room = job->out_len - job->produced;
    int n = LZ4_decompress_safe((const char *)block,
                                (char *)job->out + job->produced, size,
                                MIN(room, LEGACY_BLOCK_SIZE));

    if (n < 0 && room < LEGACY_BLOCK_SIZE)
        return codec_fail(job, -EINVAL, "is damaged: its lz4 data is corrupt "
                          "or unpacks to more than it says");
    if (n < 0)
        return codec_fail(job, -EINVAL, "is damaged: its lz4 data is corrupt");
    job->produced += n;
    return 0;
}

int lz4_decode(struct codec_job *job)
{
    size_t pos = 0;

    while (job->in_len - pos >= sizeof(uint32_t)) {
        uint32_t size;
        int rc;

        memcpy(&size, job->in + pos, sizeof(size));
        pos += sizeof(size);
        if (size == LEGACY_MAGIC)
            continue;
        if (size > job->in_len - pos || size > LEGACY_PACKED_MAX)
            return codec_fail(job, -EINVAL, "is damaged or truncated: an lz4 "
                              "block lies beyond its end");
        rc = block_decode(job, job->in + pos, size);
        if (rc)
            return rc;
        pos += size;
    }
    return 0;
}
