/* SPDX-License-Identifier: MIT */
/*
 * phase_count.c - a QEMU plugin: instructions by address range and by phase.
 *
 *   -plugin file=phase_count.so,symbols=FILE,out=FILE
 *
 * symbols: lines "HEX NAME" in ascending order; each address up to the next
 * one belongs to NAME. Below and above them are three ranges of their own:
 * "low" (user programs, and all that runs before paging), "kernel" and
 * "hypervisor" (the part of the address space the ABI keeps for it). out: for
 * each phase a line "phase NUMBER TIMES_BEGUN", then "COUNT ENTERED NAME" for
 * each range that ran. It is written anew whenever a phase ends, so a machine
 * that is killed leaves it complete.
 *
 * An instruction that faults is counted when it is tried, so once more than
 * -icount counts it. One vcpu only.
 */
#include "plugin_api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PHASE_MARK_NO_CODE
#include "phase_mark.h"

#define KERNEL_HALF         0x0000800000000000ull
#define HYPERVISOR_START    0xffff800000000000ull
#define HYPERVISOR_END      0xffff880000000000ull

enum { LOW, KERNEL, HYPERVISOR, FIRST_SYMBOL };

struct range {
    uint64_t start;
    char name[64];
    uint64_t count, entered;            /* since power-on; QEMU adds to them */
    uint64_t count_seen, entered_seen;  /* as they stood at the last mark */
};

struct tally {
    uint64_t count, entered;
};

static struct range *ranges;
static size_t range_count;
static struct tally *tallies[PHASE_COUNT];      /* of each range */
static uint64_t begun[PHASE_COUNT];
static unsigned int phase = PHASE_BOOT;
static const char *out_path;

int qemu_plugin_version = PLUGIN_API_VERSION;

static void *need(void *memory)
{
    if (memory)
        return memory;
    fprintf(stderr, "phase_count: no memory\n");
    exit(1);
}

static size_t find_range(uint64_t address)
{
    size_t low = FIRST_SYMBOL, high = range_count;

    if (address < KERNEL_HALF)
        return LOW;
    if (address < HYPERVISOR_START || address >= HYPERVISOR_END)
        return KERNEL;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (ranges[middle].start <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low == FIRST_SYMBOL ? HYPERVISOR : low - 1;
}

/* What ran since the last mark belongs to the phase that ends. */
static void close_phase(void)
{
    struct tally *tally = tallies[phase];

    if (!tally)
        tally = tallies[phase] = need(calloc(range_count, sizeof(*tally)));
    for (size_t i = 0; i < range_count; i++) {
        struct range *range = &ranges[i];
        tally[i].count += range->count - range->count_seen;
        tally[i].entered += range->entered - range->entered_seen;
        range->count_seen = range->count;
        range->entered_seen = range->entered;
    }
}

static void write_phase(FILE *out, unsigned int number)
{
    const struct tally *tally = tallies[number];

    fprintf(out, "phase %u %llu\n", number, (unsigned long long)begun[number]);
    for (size_t i = 0; i < range_count; i++)
        if (tally[i].count)
            fprintf(out, "%llu %llu %s\n", (unsigned long long)tally[i].count,
                    (unsigned long long)tally[i].entered, ranges[i].name);
}

static void write_all(void)
{
    FILE *out = fopen(out_path, "w");

    if (!out) {
        perror(out_path);
        exit(1);
    }
    for (unsigned int i = 0; i < PHASE_COUNT; i++)
        if (tallies[i])
            write_phase(out, i);
    fclose(out);
}

static void on_mark(unsigned int vcpu, void *data)
{
    (void)vcpu;
    close_phase();
    phase = (uintptr_t)data;
    begun[phase]++;
    if (phase == PHASE_OUTSIDE)
        write_all();
}

/* The phase that @insn begins, or -1 if it is no mark. */
static int mark_of(const struct qemu_plugin_insn *insn)
{
    static const unsigned char opcode[] = PHASE_MARK_OPCODE;
    const unsigned char *bytes = qemu_plugin_insn_data(insn);
    uint32_t number;

    if (qemu_plugin_insn_size(insn) != sizeof(opcode) + sizeof(number) ||
        memcmp(bytes, opcode, sizeof(opcode)))
        return -1;
    memcpy(&number, bytes + sizeof(opcode), sizeof(number));
    number -= PHASE_MARK_MAGIC;
    return number < PHASE_COUNT ? (int)number : -1;
}

static void on_translated(uint64_t plugin, struct qemu_plugin_tb *tb)
{
    size_t count = qemu_plugin_tb_n_insns(tb);

    (void)plugin;
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint64_t address = qemu_plugin_insn_vaddr(insn);
        struct range *range = &ranges[find_range(address)];
        int mark = mark_of(insn);

        qemu_plugin_register_vcpu_insn_exec_inline(
            insn, INLINE_ADD_U64, &range->count, 1);
        if (address == range->start)
            qemu_plugin_register_vcpu_insn_exec_inline(
                insn, INLINE_ADD_U64, &range->entered, 1);
        if (mark >= 0)
            qemu_plugin_register_vcpu_insn_exec_cb(
                insn, on_mark, CALLBACK_NO_REGS, (void *)(uintptr_t)mark);
    }
}

static void add_range(uint64_t start, const char *name)
{
    struct range *range;

    ranges = need(realloc(ranges, (range_count + 1) * sizeof(*ranges)));
    range = &ranges[range_count++];
    *range = (struct range){ .start = start };
    snprintf(range->name, sizeof(range->name), "%s", name);
}

static int read_symbols(const char *path)
{
    unsigned long long start;
    char name[64];
    FILE *file = fopen(path, "r");

    if (!file) {
        perror(path);
        return 1;
    }
    while (fscanf(file, "%llx %63s%*[^\n]", &start, name) == 2)
        add_range(start, name);
    fclose(file);
    return 0;
}

int qemu_plugin_install(uint64_t plugin, const void *machine, int argc,
                        char **argv)
{
    (void)machine;
    add_range(0, "low");
    add_range(0, "kernel");
    add_range(0, "hypervisor");
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "out=", 4))
            out_path = argv[i] + 4;
        else if (strncmp(argv[i], "symbols=", 8) || read_symbols(argv[i] + 8))
            return 1;
    }
    if (!out_path)
        return 1;
    qemu_plugin_register_vcpu_tb_trans_cb(plugin, on_translated);
    return 0;
}
