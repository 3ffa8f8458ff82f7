/* SPDX-License-Identifier: MIT */
/*
 * decoder_runtime.c - stands in for shim.c where the decoders' libraries are
 * linked with a real C library, which has run their constructors already.
 */
#include <hv/decompress.h>

#include "../../../common/loader/codec.h"

void decoder_runtime_start(void)
{
}

void decompress_rest(void)
{
}
