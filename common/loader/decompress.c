/* SPDX-License-Identifier: MIT */
/*
 * decompress.c - choose the decoder by the first bytes of the data.
 *
 * The table also knows formats that kernels are built with and that have no
 * decoder here, so that a refusal can name them.
 */
#include <hv/compiler.h>
#include <hv/decompress.h>
#include <hv/errno.h>
#include <hv/string.h>

#include "codec.h"

#define REFUSED(name) "is compressed with " name \
    "; kernels may be compressed with gzip, xz, zstd or lz4"

static const struct codec {
    uint8_t magic[6];
    uint8_t magic_len;
    int (*measure)(struct codec_job *job, size_t *heap_size);
    int (*decode)(struct codec_job *job);
    const char *refusal;
} codecs[] = {
    { { 0x1f, 0x8b }, 2, gzip_measure, gzip_decode, NULL },
    { { 0xfd, '7', 'z', 'X', 'Z', 0 }, 6, xz_measure, xz_decode, NULL },
    { { 0x28, 0xb5, 0x2f, 0xfd }, 4, zstd_measure, zstd_decode, NULL },
    { { 0x02, 0x21, 0x4c, 0x18 }, 4, lz4_measure, lz4_decode, NULL },
    { { 'B', 'Z', 'h' }, 3, NULL, NULL, REFUSED("bzip2") },
    { { 0x5d, 0, 0 }, 3, NULL, NULL, REFUSED("lzma") },
    { { 0x89, 'L', 'Z', 'O' }, 4, NULL, NULL, REFUSED("lzo") },
};

static struct decompress_heap heap;

void decompress_heap_init(void *arena, size_t size)
{
    heap_init(&heap, arena, size);
}

static int codec_find(const struct codec **found, const void *in,
                      size_t in_len, const char **why)
{
    for (size_t i = 0; i < ARRAY_SIZE(codecs); i++) {
        const struct codec *c = &codecs[i];

        if (in_len < c->magic_len || memcmp(in, c->magic, c->magic_len) != 0)
            continue;
        *why = c->refusal;
        *found = c;
        return c->refusal ? -EOPNOTSUPP : 0;
    }
    *why = "is compressed in an unknown way, or damaged";
    return -ENOEXEC;
}

int decompress_measure(const void *in, size_t in_len, size_t *heap_size,
                       const char **why)
{
    struct codec_job job = { .in = in, .in_len = in_len };
    const struct codec *c;
    int rc = codec_find(&c, in, in_len, why);

    if (rc)
        return rc;
    rc = c->measure(&job, heap_size);
    *why = job.why;
    return rc;
}

int decompress(const void *in, size_t in_len, void *out, size_t out_len,
               size_t *produced, const char **why)
{
    struct codec_job job = {
        .in = in, .in_len = in_len, .out = out, .out_len = out_len,
        .heap = &heap,
    };
    const struct codec *c;
    int rc = codec_find(&c, in, in_len, why);

    if (rc)
        return rc;
    decoder_runtime_start();
    heap_reset(&heap);
    rc = c->decode(&job);
    *why = job.why;
    *produced = job.produced;
    return rc;
}
