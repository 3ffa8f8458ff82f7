/* SPDX-License-Identifier: MIT */
/*
 * page_fault.c - the ordered list of reasons for a page fault: the guest's LDT,
 * which is mapped page by page as it is used; a store to one of its own page
 * tables; or its own affair.
 */
#include <asm/debugreg.h>
#include <asm/layout.h>
#include <asm/pv.h>
#include <asm/traps.h>
#include <asm/window.h>
#include <hv/domain.h>

/* Is @address in the LDT window of @v? */
static bool in_ldt_window(const struct vcpu *v, unsigned long address,
                          unsigned long *offset)
{
    *offset = address - ldt_window(v);
    return *offset < LDT_WINDOW_SIZE;
}

/* A selector load, by the guest or for it, found its LDT page unmapped. */
static bool fix_ldt(unsigned long address)
{
    struct vcpu *v = current;
    unsigned long offset;

    return in_ldt_window(v, address, &offset) && ldt_map_page(v, offset);
}

static bool is_table_store(const struct vcpu *v, uint32_t error)
{
    return (error & (PF_PRESENT | PF_WRITE | PF_RESERVED)) ==
               (PF_PRESENT | PF_WRITE) &&
           v->arch.in_kernel &&
           (v->domain->assists & (1u << VMASST_TYPE_writable_pagetables));
}

void page_fault_from_guest(struct regs *regs, unsigned long address)
{
    struct vcpu *v = current;
    unsigned long offset, rip = regs->rip;

    if (address >= HV_VIRT_START && address < HV_VIRT_END) {
        if (in_ldt_window(v, address, &offset)) {
            if (ldt_map_page(v, offset))
                return;
            address = v->arch.ldt_base + offset;
        }
    } else if (is_table_store(v, regs->error_code) &&
               emulate_pt_write(regs, address)) {
        if (regs->rip != rip)
            debugreg_step(regs);
        return;
    }
    trap_bounce_page_fault(address, regs->error_code);
}

bool page_fault_fix(struct regs *regs, unsigned long address)
{
    (void)regs;
    return current && !current->is_idle && fix_ldt(address);
}
