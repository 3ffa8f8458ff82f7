/* SPDX-License-Identifier: MIT */
/*
 * port_io.c - IN, OUT and their string forms, for a guest whose virtual IOPL
 * or I/O bitmap lets it. What a port then does is pv/port_policy.c's to say.
 * String forms do one item at a time and stay at their instruction meanwhile.
 */
#include <asm/decode.h>
#include <asm/emulate.h>
#include <asm/io_policy.h>
#include <asm/paging.h>
#include <asm/pv.h>
#include <hv/guest_copy.h>

/* The bitmap is the kernel's, whose tables are not in use while its user
 * runs. */
static int read_bitmap(const struct vcpu *v, void *to, unsigned long at,
                       size_t n)
{
    int rc;

    if (v->arch.in_kernel)
        return copy_from_guest(to, guest_va(at), n);
    tlb_load_l4(v->arch.l4_kernel);
    rc = copy_from_guest(to, guest_va(at), n);
    tlb_load_l4(v->arch.l4_user);
    return rc;
}

/* All bits of the I/O bitmap for these ports must be clear (SDM 1 19.5.2). */
static bool bitmap_allows(const struct vcpu *v, unsigned int port,
                          unsigned int bytes)
{
    uint8_t map[2] = { 0xff, 0xff };
    unsigned long at = v->arch.io_bitmap + port / 8;
    bool crosses = (port % 8) + bytes > 8;

    if (!v->arch.io_bitmap || port + bytes > v->arch.io_bitmap_ports ||
        read_bitmap(v, map, at, crosses ? 2 : 1))
        return false;
    return !(((map[1] << 8 | map[0]) >> (port % 8)) & ((1u << bytes) - 1));
}

static bool may_use(const struct vcpu *v, unsigned int port,
                    unsigned int bytes)
{
    if (iopl_allows(v))
        return true;
    return bitmap_allows(v, port, bytes);
}

/* RAX as an IN of @bytes leaves it: 32-bit results clear the upper half. */
static uint64_t merge(uint64_t old, uint32_t value, unsigned int bytes)
{
    if (bytes == 4)
        return value;
    return bytes == 2 ? (old & ~0xfffful) | (value & 0xffff)
                      : (old & ~0xfful) | (value & 0xff);
}

static uint32_t cut(uint64_t value, unsigned int bytes)
{
    return bytes == 4 ? (uint32_t)value
                      : (uint32_t)value & ((1u << 8 * bytes) - 1);
}

enum emulate_result emulate_in_out(struct regs *regs, const struct insn *insn)
{
    struct vcpu *v = current;
    uint16_t port = insn->has_imm ? (uint8_t)insn->imm : (uint16_t)regs->rdx;
    uint32_t value = ~0u;

    if (!may_use(v, port, insn->op_size))
        return EMULATE_REFLECT;
    if (insn->op == INSN_IN) {
        port_read(v->domain, port, insn->op_size, &value);
        regs->rax = merge(regs->rax, value, insn->op_size);
    } else {
        port_write(v->domain, port, insn->op_size,
                   cut(regs->rax, insn->op_size));
    }
    return EMULATE_DONE;
}

/* Step RSI or RDI and, when repeating, RCX, in the width of the address. */
static uint64_t step(const struct insn *insn, uint64_t reg, long by)
{
    return insn->addr_size == 8 ? reg + (uint64_t)by
                                : (uint32_t)(reg + (uint64_t)by);
}

/* One item. */
static enum emulate_result move_item(struct regs *regs,
                                     const struct insn *insn,
                                     unsigned long address)
{
    struct vcpu *v = current;
    uint16_t port = (uint16_t)regs->rdx;
    uint32_t value = 0;

    if (insn->op == INSN_INS) {
        port_read(v->domain, port, insn->op_size, &value);
        if (copy_to_guest(guest_va(address), &value, insn->op_size)) {
            trap_bounce_page_fault(address, PF_WRITE);
            return EMULATE_AGAIN;
        }
    } else {
        if (copy_from_guest(&value, guest_va(address), insn->op_size)) {
            trap_bounce_page_fault(address, 0);
            return EMULATE_AGAIN;
        }
        port_write(v->domain, port, insn->op_size, value);
    }
    return EMULATE_DONE;
}

enum emulate_result emulate_string_io(struct regs *regs,
                                      const struct insn *insn)
{
    long by = regs->rflags & RFLAGS_DF ? -(long)insn->op_size : insn->op_size;
    bool repeats = insn_repeats(insn);
    uint64_t left = insn->addr_size == 8 ? regs->rcx : (uint32_t)regs->rcx;
    uint64_t gprs[INSN_NR_GPRS];
    enum emulate_result rc;

    if (!may_use(current, (uint16_t)regs->rdx, insn->op_size))
        return EMULATE_REFLECT;
    if (repeats && !left)
        return EMULATE_DONE;
    gprs_from_regs(regs, gprs);
    rc = move_item(regs, insn,
                   insn_effective_address(insn, gprs,
                                          regs->rip + insn->length,
                                          guest_fs_base(), guest_gs_base()));
    if (rc != EMULATE_DONE)
        return rc;
    if (insn->op == INSN_INS)
        regs->rdi = step(insn, regs->rdi, by);
    else
        regs->rsi = step(insn, regs->rsi, by);
    if (!repeats)
        return EMULATE_DONE;
    regs->rcx = step(insn, regs->rcx, -1);
    return left > 1 ? EMULATE_AGAIN : EMULATE_DONE;
}
