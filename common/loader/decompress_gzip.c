/* SPDX-License-Identifier: MIT */
/*
 * decompress_gzip.c - zlib: one gzip member, in one call.
 *
 * With all the output at hand inflate() needs no copy of its window; it takes
 * one only when the data turns out to be truncated.
 */
#include <hv/compiler.h>
#include <hv/errno.h>
#include <hv/string.h>
#include <zlib.h>

#include "codec.h"

#define GZIP_HEAP       KIB(64)     /* state, about 7 KiB; window, 32 KiB */
#define GZIP_ONLY       16          /* added to the window bits */

static voidpf zlib_alloc(voidpf heap, uInt count, uInt size)
{
    return heap_alloc(heap, count, size);
}

static void zlib_free(voidpf heap MAYBE_UNUSED, voidpf block MAYBE_UNUSED)
{
}

int gzip_measure(struct codec_job *job MAYBE_UNUSED, size_t *heap_size)
{
    *heap_size = GZIP_HEAP;
    return 0;
}

int gzip_decode(struct codec_job *job)
{
    z_stream stream = {
        .next_in = (z_const Bytef *)job->in,
        .avail_in = MIN(job->in_len, UINT32_MAX),
        .next_out = job->out,
        .avail_out = MIN(job->out_len, UINT32_MAX),
        .zalloc = zlib_alloc,
        .zfree = zlib_free,
        .opaque = job->heap,
    };
    int rc;

    if (inflateInit2(&stream, MAX_WBITS + GZIP_ONLY) != Z_OK)
        return codec_fail(job, -ENOMEM, WHY_NO_MEMORY);
    rc = inflate(&stream, Z_FINISH);
    job->produced = stream.total_out;
    if (rc == Z_STREAM_END)
        return 0;
    if (rc == Z_MEM_ERROR)
        return codec_fail(job, -ENOMEM, WHY_NO_MEMORY);
    if (rc != Z_BUF_ERROR && rc != Z_OK)
        return codec_fail(job, -EINVAL, "is damaged: its gzip data is corrupt");
    if (stream.avail_in == 0)
        return codec_fail(job, -EINVAL, "is truncated: its gzip data ends "
                          "early");
    return codec_fail(job, -ENOSPC, WHY_TOO_LARGE);
}
