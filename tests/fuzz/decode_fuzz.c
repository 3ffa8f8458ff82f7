/* SPDX-License-Identifier: MIT */
/*
 * decode_fuzz.c - both decoders agree on any bytes. An input shorter than 15
 * bytes may only differ from a full one by -ENODATA.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hv/errno.h>

#include "../unit/zydis_oracle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *what)
{
    fprintf(stderr, "decode_fuzz: %s\n", what);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t full[INSN_MAX_LENGTH] = { 0 };
    struct insn from_part, from_full;
    const char *what;
    int op, part, whole;

    memcpy(full, data, size < sizeof(full) ? size : sizeof(full));
    what = oracle_disagreement(full, sizeof(full), &op);
    if (what)
        fail(what);
    part = insn_decode(data, size, INSN_MODE_64, &from_part);
    whole = insn_decode(full, sizeof(full), INSN_MODE_64, &from_full);
    if (part == 0
        && (whole || memcmp(&from_part, &from_full, sizeof(from_full))))
        fail("a cut text means something else");
    if (part == -EINVAL && whole == 0)
        fail("a cut text is refused for good");
    if (part == -ENODATA && whole == 0 && from_full.length <= size)
        fail("a text that is complete wants more bytes");
    return 0;
}
