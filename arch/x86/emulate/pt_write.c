/* SPDX-License-Identifier: MIT */
/*
 * pt_write.c - a guest kernel stores to one of its L1 tables, which it has
 * mapped read-only (vm_assist writable_pagetables): do the store for it as if
 * it had asked by mmu_update. Upper levels it must ask for.
 *
 * A store of fewer than 8 bytes changes part of an entry. The entry is
 * compared before it is changed, as the hardware sets A and D in it.
 */
#include <asm/common_store.h>
#include <asm/decode.h>
#include <asm/guest_word.h>
#include <asm/paging.h>
#include <asm/pt.h>
#include <asm/pv.h>
#include <asm/store.h>
#include <asm/table_lock.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>

/* A store being emulated. */
struct job {
    struct vcpu *v;
    struct regs *regs;
    unsigned long address;
    struct insn insn;
    uint64_t gprs[INSN_NR_GPRS];
};

static uint64_t size_mask(unsigned int bytes)
{
    return bytes == 8 ? ~0ul : (1ul << 8 * bytes) - 1;
}

static bool decode(struct job *j)
{
    uint8_t bytes[INSN_BYTES];
    size_t n = fetch_insn(j->regs, bytes);

    if (insn_decode(bytes, n, INSN_MODE_64, &j->insn) ||
        !insn_is_store(&j->insn) || j->insn.op == INSN_MOVS)
        return false;
    gprs_from_regs(j->regs, j->gprs);
    /* The fault may be another access's of the same instruction. */
    if (j->address != insn_effective_address(&j->insn, j->gprs,
                                             j->regs->rip + j->insn.length,
                                             guest_fs_base(),
                                             guest_gs_base()))
        return false;
    return !(j->address & (j->insn.op_size - 1u));
}

static void retire(struct job *j, const struct store_result *r)
{
    for (unsigned int i = 0; i < r->nr_regs; i++)
        gpr_to_regs(j->regs, r->regs[i].reg, r->regs[i].value);
    j->regs->rflags = r->rflags;
    if (!r->again)
        j->regs->rip += j->insn.length;
}

/* Make the store in the entry at @slot. */
static bool store(struct job *j, pte_t *slot)
{
    unsigned int shift = (j->address & 7) * 8;
    uint64_t mask = size_mask(j->insn.op_size) << shift;
    pte_t old = pte_read(slot), new;
    struct store_result r;
    const struct store_input in = {
        .gprs = j->gprs, .rflags = j->regs->rflags,
        .old = (old.v & mask) >> shift,
    };

    if (store_compute(&j->insn, &in, &r))
        return false;
    if (r.writes) {
        new.v = (old.v & ~mask) | (r.value << shift & mask);
        /* If only the entry has changed meanwhile, the guest tries again. */
        if (pt_l1_replace(j->v->domain, slot, old, new))
            return pte_read(slot).v != old.v;
    }
    retire(j, &r);
    return true;
}

/* The L1 table that is mapped at the faulting address, if it is the guest's. */
static pte_t *find_entry(struct vcpu *v, unsigned long address)
{
    mfn_t table;
    pte_t *slot = walk_to_l1(v->arch.l4_kernel, address, &table);
    struct frame *f;
    pte_t e;

    if (!slot)
        return NULL;
    e = pte_read(slot);
    unmap_frame(slot);
    if ((e.v & (PTE_P | PTE_RW)) != PTE_P)
        return NULL;
    f = frame_of(pte_mfn(e));
    if (!frame_is_ram(f) ||
        frame_state_type(frame_validated_state(f, v->domain)) != FRAME_L1)
        return NULL;
    return (pte_t *)((char *)map_frame(pte_mfn(e)) +
                     (address & ~PAGE_MASK & ~7ul));
}

/* Is the instruction at RIP one of the common stores, to @address? */
static bool decode_common(const struct regs *regs, unsigned long address,
                          struct common_store *c)
{
    uint64_t bytes;
    bool ok;

    if ((regs->rip & ~PAGE_MASK) > PAGE_SIZE - sizeof(bytes) ||
        is_hypervisor_address(regs->rip))
        return false;
    guest_words_open();
    ok = guest_word_get(regs->rip, &bytes);
    guest_words_close();
    return ok && common_store_decode(bytes, c) && !(address & 7) &&
           gpr_from_regs(regs, c->base) + (uint64_t)(int64_t)c->disp == address;
}

/* As store(), for what decode_common() found. */
static bool store_common(struct domain *d, struct regs *regs,
                         const struct common_store *c, pte_t *slot)
{
    pte_t old = pte_read(slot), new;
    uint64_t bit = 1ul << c->bit;

    if (c->kind == COMMON_BTR)
        new.v = old.v & ~bit;
    else
        new.v = gpr_from_regs(regs, c->reg);
    if (pt_l1_replace(d, slot, old, new))
        return pte_read(slot).v != old.v;
    if (c->kind == COMMON_BTR)
        regs->rflags = (regs->rflags & ~RFLAGS_CF) |
                       (old.v & bit ? RFLAGS_CF : 0);
    else if (c->kind == COMMON_XCHG)
        gpr_to_regs(regs, c->reg, old.v);
    regs->rip += c->length;
    return true;
}

static NOINLINE bool emulate_any(struct regs *regs, unsigned long address)
{
    struct job j = { .v = current, .regs = regs, .address = address };
    pte_t *slot;
    bool done = false;

    if (!decode(&j))
        return false;
    tables_share(j.v);
    slot = find_entry(j.v, address);
    if (slot) {
        done = store(&j, slot);
        unmap_frame(slot);
    }
    tables_unshare(j.v);
    return done;
}

bool emulate_pt_write(struct regs *regs, unsigned long address)
{
    struct vcpu *v = current;
    struct common_store c;
    bool done = false;
    pte_t *slot;

    if (!decode_common(regs, address, &c))
        return emulate_any(regs, address);
    tables_share(v);
    slot = find_entry(v, address);
    if (slot) {
        done = store_common(v->domain, regs, &c, slot);
        unmap_frame(slot);
    }
    tables_unshare(v);
    return done;
}
