/* SPDX-License-Identifier: MIT */
/* zydis_oracle.h - libzydis as the second opinion on arch/x86/emulate. */
#ifndef ZYDIS_ORACLE_H
#define ZYDIS_ORACLE_H

#include <asm/decode.h>

/* What libzydis makes of @bytes, as our decoder should say it. False: not an
 * instruction, or not one that we decode. */
bool oracle_decode(const uint8_t *bytes, size_t len, struct insn *want);

/* NULL when both decoders agree on @bytes, else what they differ in. *op is
 * what ours found, INSN_NONE when it refused. */
const char *oracle_disagreement(const uint8_t *bytes, size_t len, int *op);

#endif
