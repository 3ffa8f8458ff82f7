/* SPDX-License-Identifier: MIT */
/*
 * fuzz.c - a hostile guest: random operations from a seed, each of which may
 * trap, with repairs in between so that it lives to do many. It may die of what
 * it does, but nobody else may: the hypervisor's invariant checker looks on.
 * Its other vcpus, if it has any, attack the same pages meanwhile.
 *
 * Command line: seed=N, ops=N (3000), trace (print each operation).
 */
#include "fuzz.h"

const char test_folder[] = "fuzz";
struct pool_page pool[POOL_PAGES];

static const struct {
    operation_t *run;
    const char *name;
    unsigned weight;
} operations[] = {
    { op_make_table, "make_table", 16 },
    { op_unmake_table, "unmake_table", 5 },
    { op_mmu_update, "mmu_update", 16 },
    { op_mmuext, "mmuext", 12 },
    { op_va, "va", 12 },
    { op_store, "store", 12 },
    { op_plain_store, "plain_store", 3 },
    { op_assist, "assist", 2 },
    { op_descriptor, "descriptor", 6 },
    { op_gdt, "gdt", 4 },
    { op_ldt, "ldt", 3 },
    { op_selector, "selector", 5 },
    { op_traps, "traps", 4 },
    { op_callback, "callback", 2 },
    { op_stack, "stack", 2 },
    { op_segment_base, "segment_base", 3 },
    { op_debugreg, "debugreg", 3 },
    { op_iret, "iret", 6 },
    { op_instruction, "instruction", 12 },
    { op_user_instruction, "user_instruction", 10 },
    { op_event, "event", 8 },
    { op_shared_info, "shared_info", 3 },
    { op_timer, "timer", 4 },
    { op_wait, "wait", 2 },
    { op_vcpu, "vcpu", 4 },
    { op_vcpu_create, "vcpu_create", 2 },
    { op_memory, "memory", 6 },
    { op_exchange, "exchange", 4 },
    { op_grant, "grant", 10 },
    { op_any_call, "any_call", 10 },
    { op_multicall, "multicall", 4 },
};

static uint64_t option(const char *name, uint64_t otherwise)
{
    const char *line = (const char *)start_info->cmd_line;
    size_t length = strlen(name);
    uint64_t value = 0;

    for (; *line; line++)
        if (!strncmp(line, name, length))
            break;
    if (!*line)
        return otherwise;
    for (line += length; *line >= '0' && *line <= '9'; line++)
        value = value * 10 + (uint64_t)(*line - '0');
    return value;
}

static unsigned pick_operation(void)
{
    unsigned total = 0, at;

    for (unsigned i = 0; i < ARRAY_SIZE(operations); i++)
        total += operations[i].weight;
    at = (unsigned)below(total);
    for (unsigned i = 0; ; at -= operations[i++].weight)
        if (at < operations[i].weight)
            return i;
}

static void fill_pool(void)
{
    for (unsigned i = 0; i < POOL_PAGES; i++) {
        pool[i].va = page_alloc();
        pool[i].mfn = va_to_mfn(pool[i].va);
    }
    for (unsigned i = 0; i < EXTRA_FRAMES; i++)
        extra_frames[i] = pool[below(POOL_PAGES)].mfn;
}

static uint64_t seed, done;

/* For who waits: this guest still works. */
static void tell_progress(void)
{
    print("FUZZ seed=%lu at %lu\n", seed, done);
}

static void finish(uint64_t trapped)
{
    struct sched_shutdown off = { .reason = SHUTDOWN_poweroff };

    print("FUZZ seed=%lu lived: %lu operations, %lu trapped\n", seed, done,
          trapped);
    for (;;)
        hc_sched_op(SCHEDOP_shutdown, &off);
}

void test_main(void)
{
    uint64_t count = option("ops=", 3000), trapped = 0;

    seed = option("seed=", 0);
    is_tracing = option("trace", 1) == 0;
    random_seed(seed);
    machine_frames = (uint64_t)hc_memory_op(XENMEM_maximum_ram_page, NULL);
    user_init();
    fill_pool();
    print("FUZZ seed=%lu begins\n", seed);
    fellows_start(seed);
    for (; done < count; done++) {
        unsigned n = pick_operation();

        is_late = done > count - count / 8;
        if (is_tracing)
            print("%lu %s\n", done, operations[n].name);
        trapped += !try_run(operations[n].run);
        if (one_in(3))
            try_run(heal);
        if (one_in(300))
            try_run(heal_pool);
        if (done % 500 == 0)
            try_run(tell_progress);
    }
    fellows_stop();
    finish(trapped);
}
