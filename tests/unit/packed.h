/* SPDX-License-Identifier: MIT */
/*
 * packed.h - compresses test data with the libraries' own encoders, the way
 * that a kernel's build does it.
 */
#ifndef TEST_PACKED_H
#define TEST_PACKED_H

#include <hv/types.h>
#include <lz4hc.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <zlib.h>
#include <zstd.h>

enum packing { PACK_GZIP, PACK_XZ, PACK_ZSTD, PACK_LZ4, PACKINGS };

#define PACK_XZ_DICT    (1u << 20)
#define LZ4_BLOCK       ((size_t)8 << 20)

static inline size_t pack_gzip(uint8_t *out, size_t room, const uint8_t *in,
                               size_t len)
{
    z_stream z = { .next_in = (Bytef *)in, .avail_in = len, .next_out = out,
                   .avail_out = room };

    if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, 0) != Z_OK ||
        deflate(&z, Z_FINISH) != Z_STREAM_END)
        abort();
    deflateEnd(&z);
    return z.total_out;
}

static inline size_t pack_xz(uint8_t *out, size_t room, const uint8_t *in,
                             size_t len, lzma_check check)
{
    lzma_options_lzma options;
    lzma_filter filters[] = {
        { LZMA_FILTER_X86, NULL }, { LZMA_FILTER_LZMA2, &options },
        { LZMA_VLI_UNKNOWN, NULL },
    };
    size_t pos = 0;

    lzma_lzma_preset(&options, 1);
    options.dict_size = PACK_XZ_DICT;
    if (lzma_stream_buffer_encode(filters, check, NULL, in, len, out, &pos,
                                  room) != LZMA_OK)
        abort();
    return pos;
}

static inline size_t pack_lz4(uint8_t *out, size_t room, const uint8_t *in,
                              size_t len)
{
    size_t pos = 4;

    memcpy(out, "\x02\x21\x4c\x18", 4);
    for (size_t at = 0; at < len; at += LZ4_BLOCK) {
        size_t n = len - at < LZ4_BLOCK ? len - at : LZ4_BLOCK;
        uint32_t size = LZ4_compress_HC((const char *)in + at,
                                        (char *)out + pos + 4, n,
                                        room - pos - 4, 3);

        if (!size)
            abort();
        memcpy(out + pos, &size, 4);
        pos += 4 + size;
    }
    return pos;
}

/* Memory that ends at a page which must not be touched: the libraries are not
 * built with a sanitizer, but this stops them as well. */
static inline uint8_t *guarded_alloc(size_t len)
{
    size_t pages = (len + 4095) & ~(size_t)4095;
    uint8_t *p = mmap(NULL, pages + 4096, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED || mprotect(p + pages, 4096, PROT_NONE))
        abort();
    return p + pages - len;
}

static inline void guarded_free(uint8_t *p, size_t len)
{
    size_t pages = (len + 4095) & ~(size_t)4095;

    munmap(p + len - pages, pages + 4096);
}

/* Compressed @in, in a buffer that the caller frees. */
static inline uint8_t *pack(enum packing how, const uint8_t *in, size_t len,
                            size_t *packed_len)
{
    size_t room = len + len / 8 + 4096;
    uint8_t *out = malloc(room);

    if (how == PACK_GZIP)
        *packed_len = pack_gzip(out, room, in, len);
    else if (how == PACK_XZ)
        *packed_len = pack_xz(out, room, in, len, LZMA_CHECK_CRC32);
    else if (how == PACK_ZSTD)
        *packed_len = ZSTD_compress(out, room, in, len, 3);
    else
        *packed_len = pack_lz4(out, room, in, len);
    return realloc(out, *packed_len);
}

#endif
