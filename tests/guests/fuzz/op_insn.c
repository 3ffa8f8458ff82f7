/* SPDX-License-Identifier: MIT */
/* op_insn.c - instructions of insns.S with random registers, in both modes. */
#include "fuzz.h"

extern const struct { const void *start, *end; } insns[], insns_end[];

enum { RAX, RBX, RCX, RDX, RSI, RDI, RBP, R8, R15 = R8 + 7 };

static const uint32_t some_msrs[] = {
    0x10, 0x1b, 0x3a, 0x79, 0x8b, 0xc1, 0xfe, 0x174, 0x175, 0x176, 0x179,
    0x1a0, 0x1d9, 0x200, 0x277, 0x2ff, 0x345, 0x480, 0x6e0, 0x800, 0x830,
    0xda0, 0xc0000080, 0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084,
    0xc0000100, 0xc0000101, 0xc0000102, 0xc0000103, 0xc0010010, 0xc0010015,
    0xc0010114, 0x40000000,
};

static const uint16_t some_ports[] = {
    0x20, 0x21, 0x40, 0x43, 0x60, 0x61, 0x64, 0x70, 0x71, 0x80, 0x92, 0xa1,
    0xb2, 0x3d4, 0x3f8, 0x3f9, 0x3fd, 0x402, 0x510, 0x600, 0x604, 0xb004,
    0xcf8, 0xcf9, 0xcfc, 0xffff,
};

static uint64_t gprs[15];

static void fill_registers(void)
{
    for (unsigned i = RAX; i <= R15; i++)
        gprs[i] = pick_word();
    if (one_in(2))
        gprs[RCX] = some_msrs[below(ARRAY_SIZE(some_msrs))];
    if (one_in(2))
        gprs[RDX] = some_ports[below(ARRAY_SIZE(some_ports))];
    if (one_in(2))
        gprs[RSI] = pick_va();
    /* What is stored to; not us, while we want to live. */
    if (!is_late || one_in(2))
        gprs[RDI] = (uint64_t)pick_page()->va + below(4096);
    if (!is_late)
        gprs[RSI] = (uint64_t)pick_page()->va + below(4096);
}

static unsigned insn_count(void)
{
    return (unsigned)(insns_end - insns);
}

static unsigned pick_insn(void)
{
    return (unsigned)below(insn_count());
}

/* SYSCALL by the kernel is a hypercall, which op_any_call() chooses better. */
static bool is_hypercall(const uint8_t *code, const uint8_t *end)
{
    for (; code + 1 < end; code++)
        if (code[0] == 0x0f && code[1] == 0x05)
            return true;
    return false;
}

void op_instruction(void)
{
    unsigned n = pick_insn();

    fill_registers();
    if (n + 3 >= insn_count() && !is_late)
        return;
    if (is_hypercall(insns[n].start, insns[n].end))
        return;
    /* Domain 0 may reset the machine. */
    if (start_info->flags & SIF_INITDOMAIN)
        gprs[RDX] = 0x80;
    if (is_tracing)
        print("  instruction %u rax %lx rcx %lx rdx %lx rsi %lx rdi %lx\n", n,
              gprs[RAX], gprs[RCX], gprs[RDX], gprs[RSI], gprs[RDI]);
    if (one_in(8))
        hc_set_iopl((unsigned)below(4));
    run_code(insns[n].start, gprs);
}

void op_user_instruction(void)
{
    struct regs r = user_regs();
    unsigned n = pick_insn();
    size_t size = (size_t)((const char *)insns[n].end -
                           (const char *)insns[n].start);

    fill_registers();
    if (!is_late)
        mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, user_root_mfn);
    if (start_info->flags & SIF_INITDOMAIN)
        gprs[RDX] = 0x80;
    r.rax = gprs[RAX];
    r.rbx = gprs[RBX];
    r.rcx = gprs[RCX];
    r.rdx = gprs[RDX];
    r.rsi = one_in(2) ? USER_STACK + below(2048) : gprs[RSI];
    r.rdi = one_in(2) ? USER_STACK + below(2048) : gprs[RDI];
    r.rsp -= 64;
    if (one_in(6))
        r.rsp = pick_word();
    if (one_in(3))
        r.rflags = rnd();
    if (is_tracing)
        print("  user instruction %u\n", n);
    *(uint16_t *)(user_code + size) = 0x0b0f;   /* UD2 */
    user_run(&r, insns[n].start, insns[n].end);
}
