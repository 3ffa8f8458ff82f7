/* SPDX-License-Identifier: MIT */
/*
 * program.c - what runs in the domain that is moved. It has no kernel but this:
 * its memory is a clone of the test's, of which it uses nothing but the code,
 * the trap handlers, and its own stack.
 */
#include "moved.h"

#define USER_ENTRY  (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)

static long map(uint64_t va, pte_t e)
{
    return HC3(__HYPERVISOR_update_va_mapping, va, e, UVMF_INVLPG | UVMF_ALL);
}

/* As a kernel does that finds a read-only entry where it allows writing. */
static long write_word(uint64_t va, uint64_t value)
{
    const pte_t *l1 = (const pte_t *)(MOVED_TABLES + PFN_L1_DATA * PAGE_SIZE);

    for (unsigned tries = 0; tries < 20; tries++) {
        pte_t e = l1[pt_index(va, 1)];

        if (touch_write((volatile void *)va, value) == NO_TRAP)
            return 0;
        if (va < MOVED_USER || va >= MOVED_TABLES)
            return -XEN_EFAULT;
        (void)map(va, (e & PTE_ADDR) | USER_ENTRY);
    }
    return -XEN_EBUSY;
}

static long table(unsigned cmd, uint64_t mfn)
{
    struct mmuext_op op = { .cmd = cmd, .arg1.mfn = mfn };

    return hc_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005ul + 1442695040888963407ul;
    return *seed >> 33;
}

/* A user page is mapped anew, to any frame, writable or not, or away. */
static void remap(uint64_t *seed)
{
    uint64_t va = moved_user_page((unsigned)(next(seed) % MOVED_DATA));
    uint64_t mfn = moved_first_mfn[next(seed) % MOVED_DATA];
    uint64_t flags = next(seed) % 4 ? USER_ENTRY : USER_ENTRY & ~PTE_RW;

    (void)map(va, next(seed) % 5 ? pte_make(mfn, flags) : 0);
}

/* Write here and there until it is to stop. */
static void storm(volatile struct mailbox *mail, uint64_t seed)
{
    while (!mail->must_stop) {
        uint64_t what = next(&seed), value = next(&seed) << 32 | mail->writes;
        unsigned n = (unsigned)(next(&seed) % MOVED_DATA);
        uint64_t at = next(&seed) % 512 * 8;

        if (what % 16 == 0) {
            remap(&seed);
        } else if (what % 16 < 8) {
            touch_write((volatile void *)(moved_page(n) + at), value);
        } else {
            const pte_t *l1 = (const pte_t *)(MOVED_TABLES +
                                              PFN_L1_DATA * PAGE_SIZE);
            uint64_t va = moved_user_page(n);

            if (l1[pt_index(va, 1)] & PTE_P)
                (void)write_word(va + at, value);
        }
        mail->writes++;
    }
}

static long carry_out(volatile struct mailbox *mail)
{
    struct mmu_update req = { mail->a, mail->b };

    switch (mail->work) {
    case WORK_WRITE:
        return write_word(mail->a, mail->b);
    case WORK_MAP:
        return map(mail->a, mail->b);
    case WORK_STORE:
        return hc_mmu_update(&req, 1, NULL, DOMID_SELF);
    case WORK_TABLE:
        return table((unsigned)mail->a, mail->b);
    case WORK_STORM:
        storm(mail, mail->a);
        return 0;
    default:
        return -XEN_ENOSYS;
    }
}

void moved_program(unsigned id)
{
    volatile struct mailbox *mail =
        (volatile void *)(MOVED_MAIL + id * PAGE_SIZE);

    for (;;) {
        while (mail->done == mail->begun)
            let_others_run();
        mail->rc = carry_out(mail);
        mail->done++;
    }
}
