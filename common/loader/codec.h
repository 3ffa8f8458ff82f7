/* SPDX-License-Identifier: MIT */
/*
 * codec.h - what decompress.c asks of the front end of each library. Contracts
 * and errors are those of hv/decompress.h; the heap is empty on entry.
 */
#ifndef LOADER_CODEC_H
#define LOADER_CODEC_H

#include <hv/types.h>

#include "decompress_heap.h"

struct codec_job {
    const uint8_t *in;
    size_t in_len;
    uint8_t *out;
    size_t out_len;
    size_t produced;
    const char *why;
    struct decompress_heap *heap;
};

int gzip_measure(struct codec_job *job, size_t *heap_size);
int gzip_decode(struct codec_job *job);
int xz_measure(struct codec_job *job, size_t *heap_size);
int xz_decode(struct codec_job *job);
int zstd_measure(struct codec_job *job, size_t *heap_size);
int zstd_decode(struct codec_job *job);
int lz4_measure(struct codec_job *job, size_t *heap_size);
int lz4_decode(struct codec_job *job);

/* Run the archives' constructors; harmless to repeat. */
void decoder_runtime_start(void);

/* Set the reason and pass the error on. */
static inline int codec_fail(struct codec_job *job, int rc, const char *why)
{
    job->why = why;
    return rc;
}

#define WHY_TOO_LARGE   "is damaged: it unpacks to more than it says"
#define WHY_NO_MEMORY   "cannot be unpacked: the decoder ran out of memory"

#endif
