/* SPDX-License-Identifier: MIT */
/*
 * kernel_image_fuzz.c - any kernel file: raw bytes, a small kernel, or one that
 * is packed, alone or in a bzImage, with some bytes changed. One that is
 * accepted keeps what kernel_image.h promises, and loads inside its bounds.
 */
#include <hv/errno.h>
#include <hv/kernel_image.h>
#include "fuzz.h"
#include "kernel_file.h"
#include "packed.h"

#define MOST    (4u << 20)      /* of memory for the decoders */

static int write_piece(void *ctx, uint64_t offset, const void *bytes,
                       size_t len)
{
    const struct kernel_image *k = ctx;
    uint64_t size = k->virt_end - k->virt_start;
    volatile uint8_t sum = 0;

    ck_assert(offset <= size && len <= size - offset);
    for (size_t i = 0; i < len; i++)
        sum = (uint8_t)(sum + ((const uint8_t *)bytes)[i]);
    return 0;
}

static int zero_piece(void *ctx, uint64_t offset, uint64_t len)
{
    const struct kernel_image *k = ctx;
    uint64_t size = k->virt_end - k->virt_start;

    ck_assert(offset <= size && len <= size - offset);
    return 0;
}

static void check_image(struct kernel_image *k)
{
    const struct kernel_sink sink = { write_piece, zero_piece, k };

    ck_assert(!k->error && k->load_count <= KERNEL_MAX_LOADS);
    ck_assert(k->virt_base <= k->virt_start && k->virt_start < k->virt_end);
    ck_assert(k->virt_start <= k->virt_entry && k->virt_entry <= k->virt_end);
    if (k->has_hypercall_page)
        ck_assert(!(k->virt_hypercall & 0xfff) &&
                  k->virt_hypercall >= k->virt_base);
    if (k->has_init_p2m)
        ck_assert(!(k->init_p2m & 0xfff));
    ck_assert(!kernel_image_load(k, &sink));
}

static void open_file(const uint8_t *bytes, size_t len)
{
    static struct kernel_image k;
    struct kernel_workspace ws;
    const char *why = NULL;

    memset(&k, 0, sizeof(k));
    if (kernel_image_measure(bytes, len, &ws, &why)) {
        ck_assert(why != NULL);
        return;
    }
    if (ws.unpacked_size > MOST || ws.heap_size > MOST)
        return;
    ws.unpacked = malloc(ws.unpacked_size);
    ws.heap = malloc(ws.heap_size);
    if (kernel_image_open(bytes, len, &ws, &k))
        ck_assert(k.error != NULL);
    else
        check_image(&k);
    free(ws.unpacked);
    free(ws.heap);
}

/* Linux's kernel, changed before it is packed and after. */
static uint8_t *build(struct fuzz *f, unsigned int kind, size_t *len)
{
    struct kernel_file file;
    struct fuzz before = { f->at, f->left / 2 };
    uint8_t *packed, *image;

    file_linux(&file);
    if (kind == 1)
        return exact_copy(file.bytes, *len = file.len);
    fuzz_patch(&before, file.bytes, FILE_NOTES + file.notes_len);
    packed = pack((enum packing)((kind - 2) % PACKINGS), file.bytes, file.len,
                  len);
    if (kind < 2 + PACKINGS)
        return packed;
    image = bzimage_around(packed, *len, len);
    free(packed);
    return image;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = { data, size };
    unsigned int kind = fuzz_below(&f, 2 + 2 * PACKINGS);
    size_t len = f.left;
    uint8_t *bytes, *copy;

    if (kind == 0) {
        bytes = exact_copy(f.at, f.left);
    } else {
        bytes = build(&f, kind, &len);
        if (kind > 1) {
            f.at += f.left / 2;
            f.left -= f.left / 2;
        }
        fuzz_patch(&f, bytes, len);
    }
    copy = exact_copy(bytes, len);
    open_file(copy, len);
    free(copy);
    free(bytes);
    return 0;
}
