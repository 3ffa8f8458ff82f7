/* SPDX-License-Identifier: MIT */
/*
 * table_stores/main.c - every kind of store to a page table.
 *
 * Promise: with writable_pagetables on, an instruction of the guest kernel that
 * stores up to 8 aligned bytes to a level-1 table through a read-only mapping
 * is carried out as if the table were memory: the entry, the registers and the
 * flags are as the instruction leaves them, and it is not carried out if the
 * entry it would leave is not allowed. What is not carried out is a page fault
 * at the first byte of the store and changes nothing. Tables of higher levels, stores across two entries and
 * stores by user mode are never carried out.
 */
#include "guest.h"

const char test_folder[] = "table_stores";

static struct tree tree;
static volatile pte_t *entry;           /* entry 8 of its level-1 table */
static uint64_t mfn;

#define ABSENT 0x0123456789abcd00ul     /* no present bit: data */

static uint64_t flags_start, reg_a, reg_b, reg_c, reg_d;
static uint64_t flags_now;
static uint64_t source[4] PAGE_ALIGNED;

/* Run @text on rdi = the entry; rax, rcx, rdx and flags are set before. */
#define RUN(text)                                                       \
    PROBE_IO("pushq %[fl]\n\tpopfq\n\tmov %[a], %%rax\n\t"             \
             "mov %[c], %%rcx\n\tmov %[d], %%rdx\n\t" text              \
             "\n\tpushfq\n\tpopq %[fo]\n\tmov %%rax, %[a]\n\t"          \
             "mov %%rdx, %[d]",                                         \
             [fo] "=m" (flags_now) COMMA [a] "+m" (reg_a) COMMA        \
             [d] "+m" (reg_d),                                          \
             "D" (entry), [fl] "m" (flags_start), [c] "m" (reg_c),      \
             "S" (source), "b" (reg_b))

static void start(pte_t value)
{
    pt_write(tree_entry(&tree, 1, 8), value);
    pt_write(tree_entry(&tree, 1, 9), 0);
    flags_start = FLAG_ONE;
    reg_a = reg_b = reg_c = reg_d = 0;
    flags_now = 0;
}

#define ARITHMETIC (FLAG_CF | 1ul << 2 | 1ul << 4 | 1ul << 6 | 1ul << 7 | \
                    1ul << 11)

/* One instruction on an entry that stays absent. Expected: what plain memory
 * gets; the same text is run there by the caller's @memory. */
struct outcome { uint64_t vector, value, a, d, flags; };

static struct outcome outcome(void)
{
    return (struct outcome){
        .vector = probe.vector, .value = *entry, .a = reg_a, .d = reg_d,
        .flags = flags_now & ARITHMETIC,
    };
}

static uint64_t memory[16] __attribute__((aligned(64)));

static bool may_fault;

/* Did @b go as @a, or fault as if nothing had been done? */
static bool same(const struct outcome *a, const struct outcome *b)
{
    if (may_fault && b->vector == TRAP_PF)
        return b->value == ABSENT;
    return a->vector == b->vector && a->value == b->value && a->a == b->a &&
           a->d == b->d && a->flags == b->flags;
}

#define SETUP(aa, bb, cc, dd, ff)                                       \
    start(ABSENT); reg_a = aa; reg_b = bb; reg_c = cc; reg_d = dd;      \
    flags_start = FLAG_ONE | ff; source[0] = ABSENT + 0x10000

/* Run on memory, then on the entry, and compare all there is. */
#define ALIKE(name, text, aa, bb, cc, dd, ff)                           \
    do {                                                                \
        volatile pte_t *table_ = entry;                                 \
        struct outcome want_, seen_;                                    \
        SETUP(aa, bb, cc, dd, ff);                                      \
        entry = &memory[8]; memory[8] = ABSENT; memory[9] = 0;          \
        RUN(text);                                                      \
        want_ = outcome();                                              \
        entry = table_;                                                 \
        SETUP(aa, bb, cc, dd, ff);                                      \
        RUN(text);                                                      \
        seen_ = outcome();                                              \
        if (!expect_true(name, same(&want_, &seen_)))                   \
            print("  vector %lx value %lx %lx a %lx %lx d %lx %lx "     \
                  "flags %lx %lx\n", seen_.vector, want_.value,         \
                  seen_.value, want_.a, seen_.a, want_.d, seen_.d,      \
                  want_.flags, seen_.flags);                            \
    } while (0)

#define ONE(name, text) \
    ALIKE(name, text, 0x1122334455667700ul, 0, 4, 0x99, 0)

static void moves(void)
{
    report_group("mov");
    ONE("of_8_bytes", "mov %%rax, (%%rdi)");
    ONE("of_4_bytes", "mov %%eax, (%%rdi)");
    ONE("of_the_upper_4_bytes", "mov %%eax, 4(%%rdi)");
    ONE("of_2_bytes", "mov %%ax, (%%rdi)");
    ONE("of_the_last_2_bytes", "mov %%ax, 6(%%rdi)");
    ONE("of_1_byte", "mov %%dl, 1(%%rdi)");
    ONE("of_the_last_byte", "mov %%dl, 7(%%rdi)");
    ONE("of_a_high_byte_register", "mov %%ah, 1(%%rdi)");
    ONE("of_an_immediate", "movq $0x1230, (%%rdi)");
    ONE("of_a_negative_immediate", "movq $-0x1000, (%%rdi)");
    ONE("of_4_immediate_bytes", "movl $0x1230, 4(%%rdi)");
    ONE("of_2_immediate_bytes", "movw $0x1230, 2(%%rdi)");
    ONE("of_an_immediate_byte", "movb $0x12, 3(%%rdi)");
    ONE("by_an_index", "mov %%rax, -32(%%rdi,%%rcx,8)");
    ONE("non_temporal", "movnti %%rax, (%%rdi)");
    ONE("non_temporal_of_4_bytes", "movnti %%edx, 4(%%rdi)");
    ONE("stos", "push %%rdi\n\tstosq\n\tpop %%rdi");
    ONE("stos_of_4_bytes", "push %%rdi\n\tstosl\n\tpop %%rdi");
    ONE("stos_of_1_byte", "push %%rdi\n\tstosb\n\tpop %%rdi");
    report_group(NULL);
}

static void exchanges(void)
{
    report_group("exchange");
    ONE("xchg", "xchg %%rax, (%%rdi)");
    ONE("xchg_of_4_bytes", "xchg %%eax, 4(%%rdi)");
    ONE("xchg_of_2_bytes", "xchg %%ax, 2(%%rdi)");
    ONE("xchg_of_1_byte", "xchg %%dl, 1(%%rdi)");
    ALIKE("cmpxchg_that_fits", "lock cmpxchg %%rdx, (%%rdi)", ABSENT, 0, 0,
          0x5550, 0);
    ALIKE("cmpxchg_that_does_not", "lock cmpxchg %%rdx, (%%rdi)", 1, 0, 0,
          0x5550, 0);
    ALIKE("cmpxchg_without_lock", "cmpxchg %%rdx, (%%rdi)", ABSENT, 0, 0,
          0x5550, 0);
    ALIKE("cmpxchg_of_4_bytes", "lock cmpxchg %%edx, (%%rdi)",
          (uint32_t)ABSENT, 0, 0, 0x5550, 0);
    ALIKE("cmpxchg_of_4_bytes_that_does_not_fit",
          "lock cmpxchg %%edx, 4(%%rdi)", 0xffffffff00000005ul, 0, 0, 0x5550,
          0);
    ALIKE("cmpxchg_of_2_bytes", "lock cmpxchg %%dx, (%%rdi)",
          (uint16_t)ABSENT, 0, 0, 0x5550, 0);
    ALIKE("cmpxchg_of_1_byte", "lock cmpxchg %%dl, 1(%%rdi)",
          ABSENT >> 8 & 0xff, 0, 0, 0x50, 0);
    report_group(NULL);
}

static void arithmetic(void)
{
    report_group("arithmetic");
    ALIKE("add", "lock add %%rax, (%%rdi)", 0x100, 0, 0, 0, 0);
    ALIKE("add_of_an_immediate", "addq $0x10, (%%rdi)", 0, 0, 0, 0, 0);
    ALIKE("add_of_1_byte_that_overflows", "addb $0x7e, 1(%%rdi)", 0, 0, 0, 0,
          0);
    ALIKE("sub", "lock sub %%rax, (%%rdi)", 0x100, 0, 0, 0, 0);
    ALIKE("and", "lock and %%rax, (%%rdi)", ~0xff00ul, 0, 0, 0, FLAG_CF);
    ALIKE("and_of_4_bytes", "andl $0xff00, (%%rdi)", 0, 0, 0, 0, 0);
    ALIKE("or", "lock or %%rax, (%%rdi)", 0xff0, 0, 0, 0, FLAG_CF);
    ALIKE("or_of_1_byte", "orb $0x70, 2(%%rdi)", 0, 0, 0, 0, 0);
    ALIKE("xor", "lock xor %%rax, (%%rdi)", 0xff0, 0, 0, 0, FLAG_CF);
    ALIKE("xor_to_zero", "xor %%rax, (%%rdi)", ABSENT, 0, 0, 0, 0);
    ALIKE("bts", "lock btsq $62, (%%rdi)", 0, 0, 0, 0, FLAG_CF);
    ALIKE("btr", "lock btrq $56, (%%rdi)", 0, 0, 0, 0, 0);
    ALIKE("btr_of_4_bytes", "lock btrl $8, (%%rdi)", 0, 0, 0, 0, 0);
    ALIKE("btc", "lock btcq $40, (%%rdi)", 0, 0, 0, 0, 0);
    ALIKE("bts_by_a_register", "lock bts %%rax, (%%rdi)", 33, 0, 0, 0, 0);
    ALIKE("bts_of_another_entry_by_a_register", "bts %%rax, -8(%%rdi)", 97, 0,
          0, 0, 0);
    ALIKE("btr_of_4_bytes_by_a_register", "lock btr %%eax, (%%rdi)", 8, 0, 0,
          0, 0);
    report_group(NULL);
}

/* These a hypervisor may leave to the guest, as its page fault. */
static void rare(void)
{
    report_group("rare");
    may_fault = true;
    ONE("adc", "stc\n\tadc %%rdx, (%%rdi)");
    ONE("sbb", "stc\n\tsbb %%rdx, (%%rdi)");
    ONE("inc", "lock incb 1(%%rdi)");
    ONE("dec", "lock decw 2(%%rdi)");
    ONE("not", "notb 1(%%rdi)");
    ONE("neg", "negb 1(%%rdi)");
    ALIKE("xadd", "lock xadd %%rdx, (%%rdi)", 0, 0, 0, 0x5550, 0);
    ONE("shl", "shlq $4, (%%rdi)");
    ONE("ror", "rorq $4, (%%rdi)");
    ALIKE("shld", "shldq $1, %%rax, (%%rdi)", 0x22ul << 56, 0, 0, 0, 0);
    ONE("setcc", "stc\n\tsetc 1(%%rdi)");
    ONE("pop", "push %%rax\n\tpopq (%%rdi)");
    ONE("movs", "push %%rsi\n\tpush %%rdi\n\tmovsq\n\tpop %%rdi\n\tpop %%rsi");
    ONE("rep_stos", "push %%rdi\n\tmov $1, %%ecx\n\trep stosq\n\tpop %%rdi");
    ALIKE("cmpxchg8b", "mov $0x1230, %%ebx\n\tlock cmpxchg8b (%%rdi)",
          (uint32_t)ABSENT, 0, 0x77, ABSENT >> 32, 0);
    may_fault = false;
    report_group(NULL);
}

/* The entry stays as it was; a page fault names @offset of it. */
static void untouched(const char *name, pte_t before, int offset)
{
    report_group(name);
    expect_eq("is_a_page_fault", TRAP_PF, probe.vector);
    expect_eq("of_a_write_to_a_page_that_is_there", PF_PRESENT | PF_WRITE,
              probe.error);
    expect_eq("at_its_first_byte", (uint64_t)offset,
              probe_cr2 - (uint64_t)entry);
    expect_eq("leaves_the_entry", 0, *entry ^ before);
    expect_eq("leaves_the_next", 0, entry[1]);
    report_group(NULL);
}

#define REFUSED(name, offset, text)                                     \
    do {                                                                \
        pte_t before_;                                                  \
        start(pte_make(mfn, PTE_PAGE));                                 \
        before_ = *entry;                                               \
        reg_a = pte_make(pt_root_mfn(), PTE_PAGE);                      \
        reg_d = 0;                                                      \
        RUN(text);                                                      \
        untouched(name, before_, offset);                               \
    } while (0)

static void refused(void)
{
    REFUSED("a_table_mapped_writable", 0, "mov %%rax, (%%rdi)");
    REFUSED("the_same_by_xchg", 0, "xchg %%rax, (%%rdi)");
    REFUSED("the_same_by_stos", 0, "stosq");
    REFUSED("a_frame_that_does_not_exist", 4, "orl $0xfffff, 4(%%rdi)");
    REFUSED("a_store_across_two_entries", 4, "mov %%rdx, 4(%%rdi)");
    REFUSED("4_bytes_across_two_entries", 6, "mov %%edx, 6(%%rdi)");
    REFUSED("2_bytes_across_two_entries", 7, "mov %%dx, 7(%%rdi)");
    REFUSED("4_unaligned_bytes", 2, "mov %%edx, 2(%%rdi)");
    REFUSED("16_bytes", 0, "movaps %%xmm0, (%%rdi)");
    start(ABSENT);
    RUN("lock cmpxchg16b (%%rdi)");
    expect_eq("16_bytes_exchanged_leave_the_entry", ABSENT, *entry);
}

static void upper_levels(void)
{
    static const char *const name[5] = {
        [2] = "level_2", [3] = "level_3", [4] = "level_4",
    };

    for (unsigned level = 2; level <= 4; level++) {
        volatile pte_t *at = &tree.table[level][0];
        pte_t before = *at;

        report_group(name[level]);
        PROBE("movq $0, (%0)", "r" (at));
        expect_eq("zero", TRAP_PF, probe.vector);
        PROBE("mov %1, (%0)", "r" (at), "r" (before));
        expect_eq("its_own_value", TRAP_PF, probe.vector);
        PROBE("lock btsq $9, (%0)", "r" (at));
        expect_eq("an_available_bit", TRAP_PF, probe.vector);
        PROBE("movb $0, 8(%0)", "r" (at));
        expect_eq("a_byte_of_an_absent_entry", TRAP_PF, probe.vector);
        expect_eq("nothing_was_changed", 0, *at ^ before);
    }
    report_group(NULL);
}

/* User mode has the table mapped read-only at USER_SPARE. */
static void user_mode(void)
{
    uint64_t at;

    if (!user_init())
        return;
    at = user_root_mfn;
    for (unsigned level = 4; level > 1; level--)
        at = pte_mfn(((pte_t *)mfn_to_va(at))[pt_index(USER_SPARE, level)]);
    expect_ok("user_mode_has_the_table_read_only",
              pt_write(at << PAGE_SHIFT | pt_index(USER_SPARE, 1) * 8,
                       pte_make(tree.mfn[1], PTE_RO_PAGE)));
    start(ABSENT);
    USER_RUN("movq $0, 0x403040");
    expect_eq("a_store_by_user_mode", TRAP_PF, probe.vector);
    expect_eq("is_its_page_fault", PF_PRESENT | PF_WRITE | PF_USER,
              probe.error);
    expect_eq("and_leaves_the_entry", ABSENT, *entry);
    USER_RUN("mov 0x403040, %%rax; hlt");
    expect_eq("which_it_may_read", ABSENT, probe.rax);
}

/* Entries that are live: what the store says is what the next access sees. */
static void live(void)
{
    volatile uint64_t *va = window_page(1);
    volatile uint64_t *page = page_alloc(), *other = page_alloc();
    volatile pte_t *slot = (pte_t *)(uint64_t)pt_entry((uint64_t)va, 1);
    pte_t one = pte_make(va_to_mfn((void *)(uint64_t)page), PTE_PAGE);
    pte_t two = pte_make(va_to_mfn((void *)(uint64_t)other), PTE_PAGE);

    *page = 0xa;
    *other = 0xb;
    PROBE("mov %1, (%0)", "r" (slot), "r" (one));
    expect_eq("a_page_is_mapped_by_a_store", 0xa, *va);
    PROBE("mov %1, (%0)", "r" (slot), "r" (two));
    mmuext_va(MMUEXT_INVLPG_LOCAL, (void *)(uint64_t)va);
    expect_eq("and_another_by_another", 0xb, *va);
    PROBE("lock btrq $1, (%0)", "r" (slot));
    mmuext_va(MMUEXT_INVLPG_LOCAL, (void *)(uint64_t)va);
    PROBE("movq $1, (%0)", "r" (va));
    expect_eq("read_only_it_takes_no_store", TRAP_PF, probe.vector);
    PROBE("movb $0, (%0)", "r" (slot));
    mmuext_va(MMUEXT_INVLPG_LOCAL, (void *)(uint64_t)va);
    PROBE("mov (%0), %%rax", "r" (va));
    expect_eq("a_byte_store_takes_it_away", TRAP_PF, probe.vector);
    PROBE("movq $0, (%0)", "r" (slot));
    expect_true("nothing_holds_the_first",
                page_renew((void *)(uint64_t)page));
    expect_true("nothing_holds_the_second",
                page_renew((void *)(uint64_t)other));
}

void test_main(void)
{
    hc_vm_assist(VMASST_CMD_enable, VMASST_TYPE_writable_pagetables);
    tree_build(&tree, 4);
    expect_ok("the_tree_is_pinned", tree_pin(&tree));
    entry = &tree.table[1][8];
    mfn = va_to_mfn(page_alloc());
    moves();
    exchanges();
    arithmetic();
    rare();
    refused();
    upper_levels();
    user_mode();
    live();
}
