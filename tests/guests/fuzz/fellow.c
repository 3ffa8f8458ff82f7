/* SPDX-License-Identifier: MIT */
/*
 * fellow.c - the other vcpus of the fuzzer, if it has any, work on the same
 * pool and the same tables as vcpu 0, by calls and stores that need no repair,
 * until vcpu 0 is done.
 */
#include "fuzz.h"

static uint64_t states[VCPUS_MAX];
static volatile bool is_over;

/* As rnd(), with a state for each vcpu. */
static uint64_t random_word(void)
{
    uint64_t z = states[vcpu_id()] += 0x9e3779b97f4a7c15ul;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ul;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebul;
    return z ^ (z >> 31);
}

static uint64_t any(uint64_t limit)
{
    return random_word() % limit;
}

static struct pool_page *any_page(void)
{
    return &pool[any(POOL_PAGES)];
}

static pte_t any_entry(void)
{
    static const uint64_t flags[] = { PTE_PAGE, PTE_RO_PAGE, PTE_TABLE, 0 };

    return pte_make(any_page()->mfn, flags[any(ARRAY_SIZE(flags))]);
}

static void change_mapping(void)
{
    static const uint64_t flushes[] = { UVMF_NONE, UVMF_INVLPG | UVMF_ALL,
                                        UVMF_TLB_FLUSH | UVMF_ALL };

    hc_update_va_mapping((uint64_t)any_page()->va, any_entry(),
                         flushes[any(ARRAY_SIZE(flushes))]);
}

static void change_entry(void)
{
    struct mmu_update req = {
        .ptr = (any_page()->mfn << PAGE_SHIFT) + any(8) * sizeof(pte_t),
        .val = any_entry(),
    };

    hc_mmu_update(&req, 1, NULL, DOMID_SELF);
}

static void change_pin(void)
{
    mmuext_mfn(MMUEXT_PIN_L1_TABLE + (unsigned)any(5), any_page()->mfn);
}

static void use(void)
{
    char *va = (char *)any_page()->va + any(8) * sizeof(pte_t);
    uint64_t value;

    if (any(2))
        touch_write(va, any_entry());
    else
        touch_read(va, &value);
}

static void work(void *arg)
{
    static void (*const operations[])(void) = {
        change_mapping, change_entry, change_pin, use, use,
    };

    (void)arg;
    while (!is_over) {
        for (unsigned i = 0; i < 50; i++)
            operations[any(ARRAY_SIZE(operations))]();
        hc_sched_op(SCHEDOP_yield, NULL);
    }
}

void fellows_start(uint64_t seed)
{
    for (unsigned id = 1; id < VCPUS_MAX; id++) {
        states[id] = seed * VCPUS_MAX + id;
        if (vcpu_start(id, work, NULL))
            return;
    }
}

void fellows_stop(void)
{
    is_over = true;
}
