/* SPDX-License-Identifier: MIT */
/* user.c - the address space of guest user mode, and entering it. */
#include "user.h"
#include "hypercall.h"
#include "pagetable.h"
#include "report.h"
#include "string.h"
#include "trap.h"

uint8_t *user_code, *user_stack;
uint64_t user_root_mfn;

/* One new table in which only entry @index is set, already read-only. */
static uint64_t table_around(unsigned index, uint64_t mfn, uint64_t flags)
{
    pte_t *table = page_alloc();

    table[index] = pte_make(mfn, flags);
    page_set_readonly(table);
    return va_to_mfn(table);
}

bool user_init(void)
{
    pte_t *l1 = page_alloc();
    uint64_t mfn;
    long rc;

    user_code = page_alloc();
    user_stack = page_alloc();
    l1[pt_index(USER_CODE, 1)] = pte_make(va_to_mfn(user_code), PTE_PAGE);
    l1[pt_index(USER_STACK, 1)] = pte_make(va_to_mfn(user_stack), PTE_PAGE);
    page_set_readonly(l1);
    mfn = table_around(pt_index(USER_CODE, 2), va_to_mfn(l1), PTE_TABLE);
    mfn = table_around(pt_index(USER_CODE, 3), mfn, PTE_TABLE);
    user_root_mfn = table_around(pt_index(USER_CODE, 4), mfn, PTE_TABLE);
    rc = mmuext_mfn(MMUEXT_PIN_L4_TABLE, user_root_mfn);
    if (!rc)
        rc = mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, user_root_mfn);
    if (rc)
        report_error("a_user_address_space_is_accepted", "refused");
    return !rc;
}

struct regs user_regs(void)
{
    return (struct regs){
        .rip = USER_CODE,
        .cs = FLAT_USER_CS,
        .rflags = FLAG_ONE | FLAG_IF,
        .rsp = USER_STACK_END,
        .ss = FLAT_USER_SS,
    };
}

void user_run(const struct regs *regs, const void *from, const void *to)
{
    struct regs frame = *regs;

    memcpy(user_code, from, (size_t)((const char *)to - (const char *)from));
    probe_clear();
    user_switch(&frame);
}
