/* SPDX-License-Identifier: MIT */
/* peer.c - see peer.h. */
#include "peer.h"
#include "clock.h"
#include "event.h"
#include "hypercall.h"
#include "report.h"
#include "start.h"
#include "string.h"
#include "trap.h"

#define BOARD_PAGE  400u                    /* of the window, in both */
#define PATIENCE    (60000 * MILLISECOND)   /* a domain ends, one is built */
#define ROOM        2048u

enum work {
    CALL, PAGE, FRAME, READ, WRITE, TOUCH_READ, TOUCH_WRITE, GIVE, FLAGS, STORM,
    LEAVE,
};

struct board {
    volatile unsigned asked, done;          /* how many, so far */
    volatile unsigned is_served;            /* somebody is there */
    volatile unsigned work;
    volatile uint64_t args[5];
    volatile long result;
    uint8_t room[ROOM] __attribute__((aligned(64)));
};

unsigned own_id, peer_id;
void *peer_room;
void (*peer_storm)(uint64_t kind, uint64_t round);

static struct board *board;

static unsigned read_peer(void)
{
    const volatile char *line = (const volatile char *)start_info->cmd_line;
    unsigned number = 0;

    while (*line && !(line[0] == 'p' && line[1] == 'e' && line[4] == '='))
        line++;
    if (!*line)
        return DOMID_INVALID;
    for (line += 5; *line >= '0' && *line <= '9'; line++)
        number = number * 10 + (unsigned)(*line - '0');
    return number;
}

/* The creator may be changing it, on another CPU; while it does, none is to be
 * seen. So what was seen twice is what it was when the second look began. */
static unsigned told_peer(void)
{
    unsigned before, number = read_peer();

    do {
        before = number;
        number = read_peer();
    } while (number != before);
    return number;
}

static bool is_second(void)
{
    const char *line = (const char *)start_info->cmd_line;

    for (; *line; line++)
        if (!strncmp(line, "second", 6))
            return true;
    return false;
}

/* --- the second ---------------------------------------------------------- */

static void leave(void)
{
    struct sched_shutdown off = { .reason = SHUTDOWN_reboot };

    for (;;)
        hc_sched_op(SCHEDOP_shutdown, &off);
}

static long storm(uint64_t kind, uint64_t rounds)
{
    for (uint64_t i = 0; i < rounds; i++)
        peer_storm(kind, i);
    return 0;
}

static long serve(unsigned work, const volatile uint64_t *a)
{
    uint64_t value = 0;

    switch (work) {
    case CALL:
        return HC3((unsigned)a[0], a[1], a[2], a[3]);
    case PAGE:
        return (long)page_alloc();
    case FRAME:
        return (long)va_to_mfn((void *)a[0]);
    case READ:
        return (long)*(volatile uint64_t *)a[0];
    case WRITE:
        *(volatile uint64_t *)a[0] = a[1];
        return 0;
    case TOUCH_READ:
        return touch_read((void *)a[0], &value);
    case TOUCH_WRITE:
        return touch_write((void *)a[0], a[1]);
    case GIVE:
        grant_give((grant_ref_t)a[0], peer_id, a[1], (unsigned)a[2]);
        return 0;
    case FLAGS:
        return grant_entry((grant_ref_t)a[0])->flags;
    case STORM:
        return storm(a[0], a[1]);
    default:
        leave();
        return 0;
    }
}

static void serve_for_ever(void)
{
    while (grant_map(peer_id, PEER_REF, (uint64_t)board, GNTMAP_host_map))
        let_others_run();
    board->is_served = 1;
    for (unsigned n = board->done; ; n++) {
        while (board->asked == n)
            let_others_run();
        board->result = serve(board->work, board->args);
        __atomic_store_n(&board->done, n + 1, __ATOMIC_SEQ_CST);
    }
}

/* --- the first ----------------------------------------------------------- */

static void ask(enum work work, uint64_t a0, uint64_t a1, uint64_t a2,
                uint64_t a3)
{
    board->work = work;
    board->args[0] = a0;
    board->args[1] = a1;
    board->args[2] = a2;
    board->args[3] = a3;
    __atomic_add_fetch(&board->asked, 1, __ATOMIC_SEQ_CST);
}

bool peer_wait(void)
{
    uint64_t end = clock_now() + PATIENCE;

    while (board->done != board->asked) {
        if (clock_now() > end) {
            report_error("the_peer_answers", "it_is_silent");
            report_done();
        }
        let_others_run();
    }
    return true;
}

static long told(enum work work, uint64_t a0, uint64_t a1, uint64_t a2,
                 uint64_t a3)
{
    ask(work, a0, a1, a2, a3);
    peer_wait();
    return board->result;
}

long peer_call(unsigned number, uint64_t a1, uint64_t a2, uint64_t a3)
{
    return told(CALL, number, a1, a2, a3);
}

uint64_t peer_page(uint64_t *mfn)
{
    uint64_t va = (uint64_t)told(PAGE, 0, 0, 0, 0);

    *mfn = (uint64_t)told(FRAME, va, 0, 0, 0);
    return va;
}

uint64_t peer_read(uint64_t va)
{
    return (uint64_t)told(READ, va, 0, 0, 0);
}

void peer_write(uint64_t va, uint64_t value)
{
    told(WRITE, va, value, 0, 0);
}

unsigned peer_touch(uint64_t va, bool writes)
{
    return (unsigned)told(writes ? TOUCH_WRITE : TOUCH_READ, va, 0, 0, 0);
}

void peer_give(grant_ref_t ref, uint64_t mfn, unsigned flags)
{
    told(GIVE, ref, mfn, flags, 0);
}

unsigned peer_flags(grant_ref_t ref)
{
    return (unsigned)told(FLAGS, ref, 0, 0, 0);
}

long peer_map(grant_ref_t ref, uint64_t at, unsigned flags)
{
    struct gnttab_map_grant_ref *op = peer_room;
    long rc;

    *op = (struct gnttab_map_grant_ref){
        .host_addr = at, .flags = flags, .ref = ref, .dom = (domid_t)own_id,
        .status = 55, .handle = ~0u,
    };
    rc = peer_call(__HYPERVISOR_grant_table_op, GNTTABOP_map_grant_ref,
                   (uint64_t)op, 1);
    grant_handle = op->handle;
    grant_bus_address = op->dev_bus_addr;
    return rc ? rc + CALL_FAILED : op->status;
}

long peer_unmap(grant_handle_t handle, uint64_t at, uint64_t bus_address)
{
    struct gnttab_unmap_grant_ref *op = peer_room;
    long rc;

    *op = (struct gnttab_unmap_grant_ref){
        .host_addr = at, .dev_bus_addr = bus_address, .handle = handle,
        .status = 55,
    };
    rc = peer_call(__HYPERVISOR_grant_table_op, GNTTABOP_unmap_grant_ref,
                   (uint64_t)op, 1);
    return rc ? rc + CALL_FAILED : op->status;
}

void peer_begin_storm(uint64_t kind, uint64_t rounds)
{
    ask(STORM, kind, rounds, 0, 0);
}

/* The peer that has come may use the board. */
static bool welcome(void)
{
    uint64_t end = clock_now() + PATIENCE;

    peer_id = told_peer();
    board->asked = board->done = board->is_served = 0;
    grant_give(PEER_REF, peer_id, va_to_mfn(board), GTF_permit_access);
    while (!board->is_served) {
        if (clock_now() > end)
            return false;
        let_others_run();
    }
    return true;
}

bool peer_replace(void)
{
    uint64_t end = clock_now() + PATIENCE;
    unsigned next = peer_id;

    ask(LEAVE, 0, 0, 0, 0);
    while (next == peer_id || next == DOMID_INVALID || !grant_end(PEER_REF)) {
        if (clock_now() > end)
            return false;
        let_others_run();
        next = told_peer();
    }
    return welcome();
}

bool peer_start(void)
{
    void *page;

    board = window_page(BOARD_PAGE);
    peer_room = board->room;
    own_id = own_number();
    peer_id = told_peer();
    if (!grant_init() || peer_id == DOMID_INVALID) {
        report_error("a_pair_can_begin", "no_grants_or_no_peer");
        return false;
    }
    if (is_second())
        serve_for_ever();
    page = page_alloc();
    page_map(board, pte_make(va_to_mfn(page), PTE_PAGE));
    if (welcome())
        return true;
    report_error("the_peer_comes", "it_does_not");
    return false;
}
