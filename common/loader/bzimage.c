/* SPDX-License-Identifier: MIT */
/*
 * bzimage.c - find the compressed ELF file inside a Linux bzImage.
 *
 *   0x0000  boot sector with the setup header from 0x1f1
 *   ...     real-mode setup code, (setup_sects + 1) sectors in all
 *   P       protected-mode part; the payload stands at P + payload_offset
 * Linux Documentation/x86/boot.rst; the payload fields came with protocol 2.08.
 * The payload's last four bytes are its unpacked size. They belong to a gzip
 * stream (its ISIZE field) and merely follow any other.
 */
#include <hv/bzimage.h>
#include <hv/compiler.h>
#include <hv/errno.h>
#include <hv/string.h>

#define SETUP_SECTS         0x1f1
#define   SETUP_SECTS_OLD   4       /* what 0 stands for */
#define SETUP_MAGIC         0x202   /* "HdrS" */
#define SETUP_VERSION       0x206
#define   VERSION_PAYLOAD   0x0208  /* first to have the next two */
#define PAYLOAD_OFFSET      0x248
#define PAYLOAD_LENGTH      0x24c
#define SETUP_HEADER_END    0x250
#define SECTOR_SIZE         512
#define SIZE_FIELD          4

static __init uint32_t read_u32(const uint8_t *p)
{
    uint32_t value;

    memcpy(&value, p, sizeof(value));
    return value;
}

static __init int reject(struct bzimage *out, const char *why)
{
    out->why = why;
    return -EINVAL;
}

/* Take the appended size off the payload. */
static __init int split_size(struct bzimage *out)
{
    const uint8_t *end = out->payload + out->payload_len;
    bool is_gzip;

    if (out->payload_len <= SIZE_FIELD)
        return reject(out, "is a broken bzImage: its payload is empty");
    out->unpacked_size = read_u32(end - SIZE_FIELD);
    is_gzip = out->payload[0] == 0x1f && out->payload[1] == 0x8b;
    if (!is_gzip)
        out->payload_len -= SIZE_FIELD;
    return 0;
}

__init int bzimage_payload(const void *file, size_t len, struct bzimage *out)
{
    const uint8_t *bytes = file;
    uint64_t start, size;
    unsigned int sectors;

    memset(out, 0, sizeof(*out));
    if (len < SETUP_MAGIC + 4 || memcmp(bytes + SETUP_MAGIC, "HdrS", 4) != 0)
        return -ENOEXEC;
    if (len < SETUP_HEADER_END)
        return reject(out, "is truncated: it ends inside its setup header");
    if ((bytes[SETUP_VERSION] | bytes[SETUP_VERSION + 1] << 8) <
        VERSION_PAYLOAD)
        return reject(out, "is a bzImage from before Linux 2.6.26, which does "
                      "not say where its payload is");

    sectors = bytes[SETUP_SECTS] ? bytes[SETUP_SECTS] : SETUP_SECTS_OLD;
    start = (uint64_t)(sectors + 1) * SECTOR_SIZE +
            read_u32(bytes + PAYLOAD_OFFSET);
    size = read_u32(bytes + PAYLOAD_LENGTH);
    if (start > len || size > len - start)
        return reject(out, "is truncated: its compressed kernel lies beyond "
                      "its end");
    out->payload = bytes + start;
    out->payload_len = size;
    return split_size(out);
}
