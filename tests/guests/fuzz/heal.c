/* SPDX-License-Identifier: MIT */
/*
 * heal.c - put back what operations have bent, so that the next one meets a
 * guest that can take a trap. What fails here fails; the next trap tells.
 */
#include "fuzz.h"

static void reset_traps(void)
{
    static struct trap_info table[33];

    for (unsigned vector = 0; vector < 32; vector++)
        table[vector] = (struct trap_info){
            .vector = (uint8_t)vector,
            .flags = vector == TRAP_BP || vector == TRAP_OF ? 3 : 0,
            .cs = FLAT_KERNEL_CS,
            .address = trap_stub(vector),
        };
    hc_set_trap_table(table);
}

static void reset_segments(void)
{
    asm volatile("mov %0, %%ds\n\t mov %0, %%es\n\t"
                 "mov %0, %%fs\n\t mov %0, %%gs" : : "r" (0));
    hc_set_segment_base(SEGBASE_FS, 0);
    hc_set_segment_base(SEGBASE_GS_KERNEL, 0);
    hc_set_segment_base(SEGBASE_GS_USER, 0);
}

void heal(void)
{
    asm volatile("push $2\n\t popfq" : : : "cc");
    upcalls_mask();
    reset_traps();
    callback_register(CALLBACKTYPE_event, upcall_entry, 0);
    callback_register(CALLBACKTYPE_failsafe, failsafe_entry, 0);
    callback_register(CALLBACKTYPE_syscall, syscall_entry, 0);
    callback_register(CALLBACKTYPE_sysenter, sysenter_entry, 0);
    hc_stack_switch(FLAT_KERNEL_SS, (uint64_t)trap_stack_end);
    hc_set_debugreg(7, 0);
    hc_fpu_taskswitch(0);
    reset_segments();
    mmuext_mfn(MMUEXT_NEW_BASEPTR, pt_root_mfn());
    if (one_in(4))
        mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, user_root_mfn);
}

void heal_pool(void)
{
    mmuext_mfn(MMUEXT_NEW_USER_BASEPTR, user_root_mfn);
    hc_set_gdt(NULL, 0);
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < POOL_PAGES; i++) {
            mmuext_mfn(MMUEXT_UNPIN_TABLE, pool[i].mfn);
            if (!page_map(pool[i].va, pte_make(pool[i].mfn, PTE_PAGE)))
                pool[i].level = 0;
        }
}
