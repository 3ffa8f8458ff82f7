/* SPDX-License-Identifier: MIT */
/* remote.c - see remote.h. */
#include "remote.h"

#define WINDOW_CODE     510u
#define WINDOW_INFO     511u
#define ARG_OFFSET      0x100u

/* What its data page holds; RBX points there. */
struct orders {
    uint64_t wanted, done;          /*  0,  8 */
    uint64_t what;                  /* 16: enum order */
    uint64_t rax, rdi, rsi, rdx;    /* 24, 32, 40, 48; RAX comes back */
};

enum order { CALL, IN, OUT, READ, WRITE };

struct child child;
static volatile struct orders *orders;
static volatile struct shared_info *info;

extern const char remote_code[], remote_code_end[];
asm(".pushsection .rodata\n"
    "remote_code:\n"
    "   mov (%rbx), %r12\n"
    "   cmp 8(%rbx), %r12\n"
    "   jne 1f\n"
    "   mov $29, %eax\n"            /* sched_op */
    "   xor %edi, %edi\n"           /* SCHEDOP_yield */
    "   syscall\n"
    "   jmp remote_code\n"
    "1: mov 24(%rbx), %rax\n"
    "   mov 32(%rbx), %rdi\n"
    "   mov 40(%rbx), %rsi\n"
    "   mov 48(%rbx), %rdx\n"
    "   mov 16(%rbx), %r13\n"
    "   cmp $1, %r13\n"
    "   je 2f\n"
    "   cmp $2, %r13\n"
    "   je 3f\n"
    "   cmp $3, %r13\n"
    "   je 4f\n"
    "   cmp $4, %r13\n"
    "   je 5f\n"
    "   syscall\n"
    "   jmp 6f\n"
    "2: in %dx, %al\n"
    "   jmp 6f\n"
    "3: out %al, %dx\n"
    "   jmp 6f\n"
    "4: mov (%rdi), %eax\n"
    "   jmp 6f\n"
    "5: mov %eax, (%rdi)\n"
    "6: mov %rax, 24(%rbx)\n"
    "   mov %r12, 8(%rbx)\n"
    "   jmp remote_code\n"
    "remote_code_end:\n"
    ".popsection");

const char *remote_start(void)
{
    const char *why = child_build(&child);
    struct xen_domctl op = { 0 };
    void *code;

    if (why)
        return why;
    code = foreign_map(WINDOW_CODE, child.id, child.mfn[CHILD_CODE]);
    info = foreign_map(WINDOW_INFO, child.id, child.shared_info_mfn);
    orders = (volatile struct orders *)child_data(&child);
    if (!code || !info || !orders)
        return "mapping it";
    memcpy(code, remote_code, (size_t)(remote_code_end - remote_code));
    return domctl(XEN_DOMCTL_unpausedomain, child.id, &op) ? "unpausedomain"
                                                           : NULL;
}

void remote_end(void)
{
    foreign_unmap(WINDOW_CODE);
    foreign_unmap(WINDOW_INFO);
    child_destroy(&child);
}

static uint64_t obey(enum order what, uint64_t rax, uint64_t rdi, uint64_t rsi,
                     uint64_t rdx)
{
    uint64_t before = orders->done;

    orders->what = what;
    orders->rax = rax;
    orders->rdi = rdi;
    orders->rsi = rsi;
    orders->rdx = rdx;
    orders->wanted = before + 1;
    if (!child_wait_for_change(&orders->done, before))
        report_error("the_guest_obeys", "it_does_not");
    return orders->rax;
}

long remote_call(unsigned nr, uint64_t a, uint64_t b, uint64_t c)
{
    return (long)obey(CALL, nr, a, b, c);
}

static uint64_t data_va(void)
{
    return CHILD_BASE + CHILD_DATA * PAGE_SIZE;
}

long remote_call_arg(unsigned nr, uint64_t op)
{
    return remote_call(nr, op, data_va() + ARG_OFFSET, 0);
}

volatile void *remote_arg(void)
{
    return (volatile uint8_t *)orders + ARG_OFFSET;
}

uint8_t remote_in(uint16_t port)
{
    return (uint8_t)obey(IN, 0, 0, 0, port);
}

void remote_out(uint16_t port, uint8_t value)
{
    obey(OUT, value, 0, 0, port);
}

uint64_t remote_va(unsigned n)
{
    return CHILD_BASE + (CHILD_SPARE + n) * PAGE_SIZE;
}

long remote_map(unsigned n, uint64_t mfn)
{
    return remote_call(__HYPERVISOR_update_va_mapping, remote_va(n),
                       pte_make(mfn, PTE_PAGE | PTE_PCD), UVMF_INVLPG);
}

uint32_t remote_read(uint64_t va)
{
    return (uint32_t)obey(READ, 0, va, 0, 0);
}

void remote_write(uint64_t va, uint32_t value)
{
    obey(WRITE, value, va, 0, 0);
}

long remote_bind_pirq(unsigned line)
{
    volatile struct evtchn_bind_pirq *bind = remote_arg();
    long rc;

    bind->pirq = line;
    bind->flags = BIND_PIRQ__WILL_SHARE;
    bind->port = 0;
    rc = remote_call_arg(__HYPERVISOR_event_channel_op, EVTCHNOP_bind_pirq);
    return rc ? rc : (long)bind->port;
}

bool remote_is_pending(unsigned port)
{
    return ((volatile unsigned long *)info->evtchn_pending)[0] >> port & 1;
}

void remote_clear(unsigned port)
{
    __atomic_fetch_and((unsigned long *)&info->evtchn_pending[0],
                       ~(1ul << port), __ATOMIC_SEQ_CST);
    __atomic_store_n((unsigned long *)&info->vcpu_info[0].evtchn_pending_sel,
                     0, __ATOMIC_SEQ_CST);
    __atomic_store_n((uint8_t *)&info->vcpu_info[0].evtchn_upcall_pending, 0,
                     __ATOMIC_SEQ_CST);
}
