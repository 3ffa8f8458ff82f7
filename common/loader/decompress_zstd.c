/* SPDX-License-Identifier: MIT */
/*
 * decompress_zstd.c - libzstd: frames one after another, each in one call.
 *
 * A frame decoded in one call writes straight into the output, whatever window
 * it was made with. Only frames with today's magic number reach the library:
 * decoders of formats before 1.0 are not linked.
 */
#define ZSTD_STATIC_LINKING_ONLY        /* ZSTD_initStaticDCtx */
#include <hv/compiler.h>
#include <hv/errno.h>
#include <hv/string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "codec.h"

static const uint8_t magic[4] = { 0x28, 0xb5, 0x2f, 0xfd };

int zstd_measure(struct codec_job *job MAYBE_UNUSED, size_t *heap_size)
{
    /* The arena may start anywhere. */
    *heap_size = ZSTD_estimateDCtxSize() + 2 * HEAP_ALIGN;
    return 0;
}

static int fail(struct codec_job *job, size_t result)
{
    switch (ZSTD_getErrorCode(result)) {
    case ZSTD_error_dstSize_tooSmall:
        return codec_fail(job, -ENOSPC, WHY_TOO_LARGE);
    case ZSTD_error_srcSize_wrong:
        return codec_fail(job, -EINVAL, "is truncated: its zstd data ends "
                          "early");
    default:
        return codec_fail(job, -EINVAL, "is damaged: its zstd data is corrupt");
    }
}

static bool is_frame(const uint8_t *in, size_t len)
{
    return len >= sizeof(magic) && memcmp(in, magic, sizeof(magic)) == 0;
}

int zstd_decode(struct codec_job *job)
{
    size_t context_size = ZSTD_estimateDCtxSize(), pos = 0;
    void *memory = heap_alloc(job->heap, 1, context_size);
    ZSTD_DCtx *context;

    if (!memory)
        return codec_fail(job, -ENOMEM, WHY_NO_MEMORY);
    context = ZSTD_initStaticDCtx(memory, context_size);
    while (is_frame(job->in + pos, job->in_len - pos)) {
        const uint8_t *frame = job->in + pos;
        size_t size, n;

        size = ZSTD_findFrameCompressedSize(frame, job->in_len - pos);
        if (ZSTD_isError(size))
            return fail(job, size);
        n = ZSTD_decompressDCtx(context, job->out + job->produced,
                                job->out_len - job->produced, frame, size);
        if (ZSTD_isError(n))
            return fail(job, n);
        job->produced += n;
        pos += size;
    }
    return 0;
}
