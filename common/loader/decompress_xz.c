/* SPDX-License-Identifier: MIT */
/*
 * decompress_xz.c - liblzma: one xz stream, with any filters and checks.
 *
 * liblzma decodes into a dictionary of its own and copies from there, also when
 * all the output is at hand. So the heap holds a dictionary as large as the
 * stream asks for: 32 MiB for a kernel, whose build says --lzma2=dict=32MiB.
 */
#include <hv/compiler.h>
#include <hv/decompress.h>
#include <hv/errno.h>
#include <hv/string.h>
#include <lzma.h>

#include "codec.h"

/* Beyond the filters: stream, block and index decoder, about 20 KiB. */
#define XZ_HEAP_OTHER   KIB(64)
/* Output between two rests. */
#define XZ_STRIDE       KIB(256)
/* Enough for the options of four filters. */
#define XZ_OPTIONS_HEAP 1024

static void *xz_alloc(void *heap, size_t count, size_t size)
{
    return heap_alloc(heap, count, size);
}

static void xz_free(void *heap MAYBE_UNUSED, void *block MAYBE_UNUSED)
{
}

static lzma_allocator allocator_over(struct decompress_heap *heap)
{
    return (lzma_allocator){
        .alloc = xz_alloc, .free = xz_free, .opaque = heap,
    };
}

/* Read the first block's header, which lists the filters; the blocks of a
 * stream agree unless it was made by hand. */
static int filters_get(const struct codec_job *job, lzma_filter *filters,
                       const lzma_allocator *allocator)
{
    lzma_block block = { .filters = filters };
    const uint8_t *header = job->in + LZMA_STREAM_HEADER_SIZE;
    lzma_stream_flags flags;

    if (job->in_len <= LZMA_STREAM_HEADER_SIZE ||
        lzma_stream_header_decode(&flags, job->in) != LZMA_OK || *header == 0)
        return -EINVAL;
    block.check = flags.check;
    block.header_size = lzma_block_header_size_decode(*header);
    if (block.header_size > job->in_len - LZMA_STREAM_HEADER_SIZE)
        return -EINVAL;
    if (lzma_block_header_decode(&block, allocator, header) != LZMA_OK)
        return -EINVAL;
    return 0;
}

int xz_measure(struct codec_job *job, size_t *heap_size)
{
    uint8_t arena[XZ_OPTIONS_HEAP] ALIGNED(16);
    struct decompress_heap heap;
    lzma_filter filters[LZMA_FILTERS_MAX + 1];
    lzma_allocator allocator = allocator_over(&heap);
    uint64_t usage;

    heap_init(&heap, arena, sizeof(arena));
    if (filters_get(job, filters, &allocator))
        return codec_fail(job, -EINVAL, "is damaged: its xz header is corrupt");
    usage = lzma_raw_decoder_memusage(filters);
    if (usage == UINT64_MAX)
        return codec_fail(job, -EINVAL, "is compressed with an xz filter that "
                          "is not supported");
    *heap_size = usage + XZ_HEAP_OTHER;
    return 0;
}

/* The reason for an end other than that of the stream. */
static int fail(struct codec_job *job, lzma_ret rc, const lzma_stream *stream)
{
    switch (rc) {
    case LZMA_OK:       /* wants more: of what, stands in the stream */
    case LZMA_BUF_ERROR:
        if (stream->avail_in == 0)
            return codec_fail(job, -EINVAL, "is truncated: its xz data ends "
                              "early");
        return codec_fail(job, -ENOSPC, WHY_TOO_LARGE);
    case LZMA_MEM_ERROR:
        return codec_fail(job, -ENOMEM, WHY_NO_MEMORY);
    case LZMA_OPTIONS_ERROR:
        return codec_fail(job, -EINVAL, "is compressed with xz options that "
                          "are not supported");
    default:
        return codec_fail(job, -EINVAL, "is damaged: its xz data is corrupt");
    }
}

/* All of it, with a rest after each stride. */
static lzma_ret run(lzma_stream *stream, size_t out_len)
{
    lzma_ret rc;

    do {
        stream->avail_out = MIN(out_len - stream->total_out, XZ_STRIDE);
        rc = lzma_code(stream, LZMA_FINISH);
        decompress_rest();
    } while (rc == LZMA_OK && stream->avail_out == 0);
    return rc;
}

int xz_decode(struct codec_job *job)
{
    lzma_allocator allocator = allocator_over(job->heap);
    lzma_stream stream = {
        .next_in = job->in,
        .avail_in = job->in_len,
        .next_out = job->out,
        .allocator = &allocator,
    };
    /* No memory limit but the heap's. */
    lzma_ret rc = lzma_stream_decoder(&stream, UINT64_MAX, 0);

    if (rc == LZMA_OK)
        rc = run(&stream, job->out_len);
    job->produced = stream.total_out;
    return rc == LZMA_STREAM_END ? 0 : fail(job, rc, &stream);
}
