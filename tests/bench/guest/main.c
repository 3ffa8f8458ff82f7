/* SPDX-License-Identifier: MIT */
/*
 * bench/guest/main.c - what single hypercalls and traps cost a PV kernel.
 *
 * The upcall of an event aside, nothing is delivered meanwhile: no timer is
 * set.
 */
#include "bench.h"

const char test_folder[] = "bench";

#define ENTRIES     512u
#define BATCH_MOST  128u
#define FAR         (3600ul * 1000 * MILLISECOND)

static struct mmu_update requests[BATCH_MOST];
static uint64_t frames[ENTRIES];    /* ours, and mapped nowhere */
static uint64_t full_table;         /* frame of a table of all of them */
static uint64_t far_deadline;
static unsigned self_port;
static bool mapped;                 /* what the next map_or_unmap finds */

static void null_hypercall(void)
{
    must(hc_xen_version(XENVER_version, NULL) > 0, "xen_version");
}

static pte_t next_pte(unsigned n)
{
    return mapped ? 0 : pte_make(frames[n], PTE_PAGE);
}

static void update_va_mapping(void)
{
    must(!hc_update_va_mapping((uint64_t)window_page(0), next_pte(0),
                               UVMF_INVLPG), "update_va_mapping");
    mapped = !mapped;
}

static void update_entries(unsigned count)
{
    unsigned done;

    for (unsigned i = 0; i < count; i++)
        requests[i].val = next_pte(i);
    must(!hc_mmu_update(requests, count, &done, DOMID_SELF), "mmu_update");
    mapped = !mapped;
}

static void update_1(void)
{
    update_entries(1);
}

static void update_8(void)
{
    update_entries(8);
}

static void update_128(void)
{
    update_entries(BATCH_MOST);
}

static void pin_and_unpin(void)
{
    must(!mmuext_mfn(MMUEXT_PIN_L1_TABLE, full_table), "pin");
    must(!mmuext_mfn(MMUEXT_UNPIN_TABLE, full_table), "unpin");
}

static void event_to_self(void)
{
    unsigned before = upcalls;

    must(!port_send(self_port) && upcalls == before + 1, "send");
    port_clear(self_port);
}

/* In   rcx r11 rip cs rflags rsp ss on the stack
 * Why  the shortest handler there can be: it takes up where int3 was */
void bounce_entry(void);
asm(".text\n"
    "bounce_entry:\n\t"
    "pop  %rcx\n\t"
    "pop  %r11\n\t"
    "pop  %rdx\n\t"
    "mov  16(%rsp), %rsp\n\t"
    "jmp  *%rdx\n");

static void exception_bounce(void)
{
    asm volatile("int3" ::: "rcx", "r11", "rdx", "memory", "cc");
}

static void iret_to_self(void)
{
    asm volatile("mov  %%rsp, %%rdx\n\t"
                 "push %0\n\t"                  /* ss */
                 "push %%rdx\n\t"               /* rsp */
                 "push $2\n\t"                  /* rflags: upcalls masked */
                 "push %1\n\t"                  /* cs */
                 "push $1f\n\t"                 /* rip */
                 "push $0\n\t"                  /* flags */
                 "push $0\n\t"                  /* rcx */
                 "push $0\n\t"                  /* r11 */
                 "push $0\n\t"                  /* rax */
                 "mov  %2, %%eax\n\t"
                 "syscall\n"
                 "1:"
                 :: "r" ((uint64_t)FLAT_KERNEL_SS),
                    "r" ((uint64_t)FLAT_KERNEL_CS & ~3ul),
                    "i" (__HYPERVISOR_iret)
                 : "rax", "rcx", "rdx", "r11", "memory", "cc");
}

static void set_timer(void)
{
    must(!hc_set_timer_op(far_deadline), "set_timer_op");
}

static void make_full_table(void)
{
    pte_t *table = page_alloc();

    for (unsigned i = 0; i < ENTRIES; i++)
        table[i] = pte_make(frames[i], PTE_PAGE);
    page_set_readonly(table);
    full_table = va_to_mfn(table);
}

static void prepare(void)
{
    long port = port_bind_ipi(0);

    must(port > 0, "bind_ipi");
    self_port = (unsigned)port;
    for (unsigned i = 0; i < ENTRIES; i++)
        frames[i] = pfn_to_mfn(pfn_alloc_unmapped());
    for (unsigned i = 0; i < BATCH_MOST; i++)
        requests[i].ptr = pt_entry_maddr((uint64_t)window_page(i), 1);
    make_full_table();
    far_deadline = clock_now() + FAR;
}

static void register_bounce(void)
{
    struct trap_info table[2] = {
        {
            .vector = TRAP_BP,
            .flags = 3,
            .cs = FLAT_KERNEL_CS,
            .address = (unsigned long)bounce_entry,
        },
    };

    must(!hc_set_trap_table(table), "set_trap_table");
}

static void report_all(void)
{
    cost_report("null hypercall", null_hypercall, 2000, 1);
    cost_report("update_va_mapping", update_va_mapping, 2000, 1);
    cost_report("mmu_update, 1 entry", update_1, 2000, 1);
    cost_report("mmu_update, per entry of 8", update_8, 500, 8);
    cost_report("mmu_update, per entry of 128", update_128, 100, BATCH_MOST);
    cost_report("pin and unpin of a full table", pin_and_unpin, 200, 1);
    cost_report("exception bounce", exception_bounce, 2000, 1);
    cost_report("iret", iret_to_self, 2000, 1);
    cost_report("set_timer", set_timer, 2000, 1);
    port_unmask_quietly(self_port);
    upcalls_unmask();
    cost_report("event channel to self", event_to_self, 2000, 1);
    upcalls_mask();
}

/* Is that the last word of the command line? */
static bool is_asked_for_timers(void)
{
    static const char word[] = "timers";
    const char *line = (const char *)start_info->cmd_line;
    size_t length = strlen(line);

    return length >= strlen(word) &&
           !strncmp(line + length - strlen(word), word, strlen(word));
}

void test_main(void)
{
    if (is_asked_for_timers()) {
        lateness_report();
        return;
    }
    prepare();
    register_bounce();
    cost_begin();
    report_all();
    hc_set_timer_op(0);
    cost_end();
}
