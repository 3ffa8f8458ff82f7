/* SPDX-License-Identifier: MIT */
/* op_cpu.c - descriptors, handlers, stacks, selectors, frames to return to. */
#include "fuzz.h"
#include <xen/callback.h>

static uint64_t pick_descriptor(void)
{
    static const uint64_t some[] = {
        0x00cff3000000ffff, 0x00affb000000ffff, 0x00cf93000000ffff,
        0x00af9b000000ffff, 0x00008b0000000067, 0x000082000000ffff,
        0x00008e00e0080000, 0x00008c00e0330000, 0x0000ec00e0330000,
        0x00008c00e0080000, 0x0000e500e0330000, 0,
    };
    uint64_t d = some[below(ARRAY_SIZE(some))];

    switch (below(6)) {
    case 0:
        return rnd();
    case 1:
        return d ^ 1ul << below(64);
    case 2:
        return d | (rnd() & 0xff00ffffffff);
    default:
        return d;
    }
}

static uint64_t pick_selector(void)
{
    static const uint16_t some[] = {
        0, 3, 0xe008, 0xe010, 0xe019, 0xe021, 0xe023, 0xe02b, 0xe033, 0xe030,
        0xe040, 0xe050, 0xdfff, 0xffff, 0xe060, 0xe061, 0xfff8,
    };

    switch (below(3)) {
    case 0:
        return some[below(ARRAY_SIZE(some))];
    case 1:
        return below(64);
    default:
        return below(0x10000);
    }
}

void op_descriptor(void)
{
    uint64_t where = pick_frame() << PAGE_SHIFT | below(512) << 3;

    if (one_in(20))
        where |= below(8);
    call(__HYPERVISOR_update_descriptor, where, pick_descriptor(), 0, 0, 0);
}

/* Make a pool page one of descriptors, mapped read-only. */
static struct pool_page *descriptor_page(void)
{
    struct pool_page *page = pick_page();
    uint64_t *entry = page->va;

    if (page->level || one_in(6))
        return page;
    memset(entry, 0, PAGE_SIZE);
    for (unsigned n = (unsigned)below(20); n; n--)
        entry[below(one_in(2) ? 16 : 512)] = one_in(3) ? pick_descriptor()
                                           : 0x00cff3000000ffff;
    if (!one_in(8))
        page_set_readonly(page->va);
    return page;
}

void op_gdt(void)
{
    unsigned long *frames = argument(16 * sizeof(*frames));

    for (unsigned i = 0; i < 16; i++)
        frames[i] = i && !one_in(4) ? frames[i - 1] : descriptor_page()->mfn;
    if (one_in(8))
        frames[below(16)] = pick_frame();
    call(__HYPERVISOR_set_gdt, pick_pointer(frames),
         one_in(8) ? pick_word() : below(7200), 0, 0, 0);
}

void op_ldt(void)
{
    struct mmuext_op op = {
        .cmd = MMUEXT_SET_LDT,
        .arg1.linear_addr = (uint64_t)descriptor_page()->va,
        .arg2.nr_ents = (unsigned)below(1100),
    };

    call(__HYPERVISOR_mmuext_op, (uint64_t)&op, 1, 0, DOMID_SELF, 0);
}

void op_selector(void)
{
    uint64_t selector = pick_selector(), limit;

    if (one_in(2))
        selector = below(1100) << 3 | 7;    /* of the LDT */
    switch (below(9)) {
    case 0: asm volatile("mov %0, %%ds" : : "r" (selector)); break;
    case 1: asm volatile("mov %0, %%es" : : "r" (selector)); break;
    case 2: asm volatile("mov %0, %%fs" : : "r" (selector)); break;
    case 3: asm volatile("mov %0, %%gs" : : "r" (selector)); break;
    case 4: asm volatile("mov %0, %%ss" : : "r" (selector)); break;
    case 5: asm volatile("lar %1, %0" : "=r" (limit) : "r" (selector) : "cc");
            break;
    case 6: asm volatile("lsl %1, %0" : "=r" (limit) : "r" (selector) : "cc");
            break;
    case 7: asm volatile("verw %w0" : : "r" (selector) : "cc"); break;
    default: call(__HYPERVISOR_set_segment_base, SEGBASE_GS_USER_SEL, selector,
                  0, 0, 0);
    }
}

void op_traps(void)
{
    unsigned count = (unsigned)below(8) + 1;
    struct trap_info *table = argument((count + 1) * sizeof(*table));

    for (unsigned i = 0; i < count; i++) {
        unsigned vector = (unsigned)(one_in(2) ? below(32) : below(256));

        table[i] = (struct trap_info){
            .vector = (uint8_t)vector,
            .flags = (uint8_t)below(one_in(8) ? 256 : 8),
            .cs = (uint16_t)(one_in(is_late ? 4 : 200) ? pick_selector()
                                                       : FLAT_KERNEL_CS),
            .address = one_in(is_late ? 4 : 200) ? pick_va()
                                                 : trap_stub(vector),
        };
    }
    if (one_in(is_late ? 4 : 200))
        table[below(count)].address = NON_CANONICAL;
    call(__HYPERVISOR_set_trap_table,
         is_late ? pick_pointer(table) : (uint64_t)table, 0, 0, 0, 0);
    switch (below(4)) {
    case 0: asm volatile("int $3"); break;
    case 1: asm volatile("int $0x80"); break;
    case 2: asm volatile("int $14"); break;
    default: asm volatile("int $99");
    }
}

/* Entries know what frame they get: another type's would be led astray. */
static uint64_t entry_of(unsigned type)
{
    switch (type) {
    case CALLBACKTYPE_event:
        return (uint64_t)upcall_entry;
    case CALLBACKTYPE_failsafe:
        return (uint64_t)failsafe_entry;
    case CALLBACKTYPE_nmi:
        return trap_stub(2);
    default:
        return (uint64_t)syscall_entry;
    }
}

void op_callback(void)
{
    struct callback_register *reg = argument(sizeof(*reg));

    reg->type = (uint16_t)below(10);
    reg->flags = (uint16_t)(one_in(8) ? rnd() : below(2));
    reg->address = one_in(is_late ? 2 : 200) ? pick_va()
                                             : entry_of(reg->type);
    if (one_in(6))
        call(__HYPERVISOR_set_callbacks, (uint64_t)upcall_entry,
             is_late ? pick_va() : (uint64_t)failsafe_entry,
             one_in(is_late ? 2 : 100) ? pick_va() : (uint64_t)syscall_entry,
             0, 0);
    else
        call(__HYPERVISOR_callback_op, below(one_in(8) ? 8 : 2),
             pick_pointer(reg), 0, 0, 0);
}

void op_stack(void)
{
    call(__HYPERVISOR_stack_switch, pick_selector(),
         is_late ? pick_va() : (uint64_t)trap_stack_end - below(64), 0, 0, 0);
}

void op_segment_base(void)
{
    call(__HYPERVISOR_set_segment_base, below(one_in(8) ? 8 : 4),
         one_in(2) ? pick_va() : pick_word(), 0, 0, 0);
    if (one_in(2))
        asm volatile("mov %%gs:0, %%eax" : : : "eax");
}

void op_debugreg(void)
{
    uint64_t reg = below(9);
    uint64_t value = reg == 7 ? 0x400 | (rnd() & 0xffff03ff) : pick_va();

    call(__HYPERVISOR_set_debugreg, one_in(20) ? pick_word() : reg,
         one_in(8) ? pick_word() : value, 0, 0, 0);
    call(__HYPERVISOR_get_debugreg, reg, 0, 0, 0, 0);
    call(__HYPERVISOR_xen_version, XENVER_version, 0, 0, 0, 0);
}

/* --- iret --- */

static void landing(void)
{
    asm volatile("ud2");
}

/* What IRET by hypercall takes: rax r11 rcx flags rip cs rflags rsp ss. */
static uint64_t iret_frame[9];

void op_iret(void)
{
    static uint8_t stack[2048] __attribute__((aligned(16)));
    bool is_user = one_in(3);

    for (unsigned i = 0; i < 3; i++)
        iret_frame[i] = pick_word();
    iret_frame[3] = one_in(3) ? below(2) << 8 : 0;
    iret_frame[4] = is_user ? USER_CODE : (uint64_t)landing;
    iret_frame[5] = is_user ? FLAT_USER_CS : FLAT_KERNEL_CS & ~3ul;
    iret_frame[6] = one_in(2) ? FLAG_ONE | FLAG_IF : rnd() & ~FLAG_TF;
    iret_frame[7] = is_user ? USER_STACK_END : (uint64_t)(stack + 1024);
    iret_frame[8] = is_user ? FLAT_USER_SS : FLAT_KERNEL_SS;
    if (one_in(3))
        iret_frame[4] = is_late ? pick_va() : HV_START + (rnd() >> 20);
    if (one_in(is_user || is_late ? 4 : 200))
        iret_frame[5] = pick_selector() | (is_user ? 3 : 0);
    if (one_in(4))
        iret_frame[8] = pick_selector();
    if (is_user && !is_late)
        mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, user_root_mfn);
    if (is_user && one_in(3))
        iret_frame[7] = pick_word();
    if (is_tracing)
        print("  iret rip %lx cs %lx rflags %lx rsp %lx ss %lx\n",
              iret_frame[4], iret_frame[5], iret_frame[6], iret_frame[7],
              iret_frame[8]);
    iret_with(one_in(is_late ? 4 : 4000) ? (void *)pick_va() : iret_frame);
}
