/* SPDX-License-Identifier: MIT */
/*
 * decompress.h - unpack gzip, xz, zstd and lz4 (legacy frame) at boot.
 *
 * The decoders are the distribution's own archives, built for user space. Both
 * functions that run them, decompress_measure() and decompress(), want this of
 * their caller:
 *   - %fs base at 4 KiB of readable, unchanging memory (stack canary, %fs:0x28)
 *   - CR4.OSFXSR set, CR0.EM and CR0.TS clear; the FPU state is lost
 *   - 64 KiB of stack, aligned to 8 as ours is; red zones are used, so
 *     interrupts are off, and what cannot be turned off (NMI, machine check)
 *     runs on a stack of its own
 *   - one CPU at a time: the heap is shared
 * No state is kept from one call to the next.
 */
#ifndef HV_DECOMPRESS_H
#define HV_DECOMPRESS_H

#include <hv/types.h>

/* Errors come with a clause in *why that goes after the file's name: "is
 * damaged: ...". -ENOEXEC not compressed in any way known; -EOPNOTSUPP in one
 * that is known but not supported (bzip2, lzma, lzo: named in *why); -EINVAL
 * damaged or truncated. */

/* How large an arena decompress() needs for this input; it may be 0. */
int decompress_measure(const void *in, size_t in_len, size_t *heap_size,
                       const char **why);

/* Memory for the decoders, used until the next call of this function. */
void decompress_heap_init(void *arena, size_t size);

/* Unpack all of @in; bytes after the end of its stream are ignored.
 * Also -ENOSPC: more comes out than @out_len; -ENOMEM: the arena is too small.
 * *produced is valid on success only. */
int decompress(const void *in, size_t in_len, void *out, size_t out_len,
               size_t *produced, const char **why);

/* The caller's part: called now and then while xz data are unpacked, the one
 * format that takes seconds. */
void decompress_rest(void);

#endif
