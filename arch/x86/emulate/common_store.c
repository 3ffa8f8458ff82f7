/* SPDX-License-Identifier: MIT */
/*
 * common_store.c - the stores that kernels make to page tables all day long,
 * decoded and computed in a few steps: 8-byte MOV and XCHG of a register, and
 * BTR of an immediate bit, [LOCK] REX.W, register plus displacement. What is
 * not one of these is for decode.c and store.c, which know them all.
 */
#include <asm/common_store.h>
#include <asm/decode.h>

#define PREFIX_LOCK     0xf0
#define REX_W           0x48    /* 0100WRXB */
#define REX_X           0x02
#define OP_MOV_STORE    0x89
#define OP_XCHG         0x87
#define OP_ESCAPE       0x0f
#define OP_GROUP_8      0xba
#define GROUP_8_BTR     6

bool common_store_decode(uint64_t bytes, struct common_store *out)
{
    unsigned int rex, op, modrm, mod, reg, rm;
    bool lock = (bytes & 0xff) == PREFIX_LOCK;

    out->length = 3;
    if (lock) {
        bytes >>= 8;
        out->length++;
    }
    rex = bytes & 0xff;
    op = bytes >> 8 & 0xff;
    if ((rex & 0xf8) != REX_W || (rex & REX_X))
        return false;
    if (op == OP_ESCAPE) {
        if ((bytes >> 16 & 0xff) != OP_GROUP_8)
            return false;
        bytes >>= 8;
        out->length += 2;
    } else if (op == OP_MOV_STORE ? lock : op != OP_XCHG) {
        return false;
    }
    modrm = bytes >> 16 & 0xff;
    bytes >>= 24;
    mod = modrm >> 6;
    reg = modrm >> 3 & 7;
    rm = modrm & 7;
    if (mod > 1 || rm == 4 || (mod == 0 && rm == 5))
        return false;
    out->disp = 0;
    if (mod == 1) {
        out->disp = (int8_t)bytes;
        out->length++;
        bytes >>= 8;
    }
    out->base = (uint8_t)(rm | (rex & 1) << 3);
    out->reg = (uint8_t)(reg | (rex & 4) << 1);
    out->kind = op == OP_XCHG ? COMMON_XCHG : COMMON_MOV;
    if (op == OP_ESCAPE) {
        if (reg != GROUP_8_BTR)
            return false;
        out->kind = COMMON_BTR;
        out->bit = bytes & 63;
    }
    return true;
}
