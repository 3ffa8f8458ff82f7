/* SPDX-License-Identifier: MIT */
/*
 * fuzz.h - what the parts of the guest fuzzer share.
 *
 * The pool is a set of the guest's own pages to play with. Each has a place in
 * the address space, which the play may map to something else, and a level that
 * is the fuzzer's guess of what kind of table it is now (0: plain memory).
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "guest.h"

#define POOL_PAGES  64u

struct pool_page {
    void *va;
    uint64_t mfn;
    unsigned level;
};
extern struct pool_page pool[POOL_PAGES];

/* --- random.c: numbers from the seed --- */
void random_seed(uint64_t seed);
uint64_t rnd(void);
uint64_t below(uint64_t limit);
static inline bool one_in(uint64_t n) { return below(n) == 0; }

/* --- pick.c: values that are likely to matter --- */
extern uint64_t machine_frames;     /* how many the machine has */
extern bool is_late;                /* near the end: what may kill us is fine */
#define EXTRA_FRAMES 32u
extern uint64_t extra_frames[EXTRA_FRAMES];     /* got from memory_op */
uint64_t pick_frame(void);
uint64_t pick_word(void);
uint64_t pick_va(void);
pte_t pick_pte(unsigned level);     /* for a table of that level */
unsigned pick_domain(void);
struct pool_page *pick_page(void);
struct pool_page *pick_table(unsigned level);   /* NULL: none is known */
/* Mostly @good, else an address that is wrong somehow. */
uint64_t pick_pointer(const void *good);

/* --- call.c: hypercalls, told to who watches --- */
extern bool is_tracing;
long call(unsigned number, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4,
          uint64_t a5);
/* Would it end or stop this guest, or the machine if the guest is dom0? */
bool call_is_deadly(unsigned number, uint64_t a1, uint64_t a2);
/* Room for arguments: two pages, mapped and writable. */
extern uint8_t arguments[2 * 4096];
void *argument(size_t size);        /* zeroed, at a random place in them */

/* --- try.S --- */
/* Call @fn; false when a trap ended it. */
bool try_run(void (*fn)(void));
/* Load registers from @gprs (rax rbx rcx rdx rsi rdi rbp r8-r15) and call
 * @code. */
void run_code(const void *code, const uint64_t gprs[15]);
/* The iret hypercall with a frame at @frame; comes back from user mode. */
void iret_with(const void *frame);

/* --- heal.c --- */
void heal(void);                    /* registers, handlers, tables */
void heal_pool(void);               /* pool pages are plain memory again */

/* --- fellow.c: the other vcpus --- */
void fellows_start(uint64_t seed);
void fellows_stop(void);

/* --- op_*.c: one random operation each --- */
typedef void operation_t(void);
operation_t op_make_table, op_unmake_table, op_mmu_update, op_mmuext, op_va,
            op_store, op_plain_store, op_assist;            /* op_tables.c */
operation_t op_descriptor, op_gdt, op_ldt, op_selector, op_traps, op_callback,
            op_stack, op_segment_base, op_debugreg, op_iret; /* op_cpu.c */
operation_t op_instruction, op_user_instruction;            /* op_insn.c */
operation_t op_event, op_shared_info, op_timer, op_wait, op_vcpu,
            op_vcpu_create;                                 /* op_event.c */
operation_t op_memory, op_exchange, op_grant, op_any_call, op_multicall;
                                                            /* op_call.c */
#endif
