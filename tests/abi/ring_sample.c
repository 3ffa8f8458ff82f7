// SPDX-License-Identifier: MIT
/*
 * ring_sample.c - what the macros of io/ring.h do, as a list of lines.
 *
 * Built against our headers and against the reference; the lines must be the
 * same. Walks a ring through every fill level and around the wrap of its
 * indices, lets the far side lie, looks who is woken, and moves packets through
 * a byte ring. Exits with 1 if a line is not what the protocol says.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define xen_mb()    __sync_synchronize()
#define xen_rmb()   __sync_synchronize()
#define xen_wmb()   __sync_synchronize()

#include <xen/xen.h>
#include <xen/grant_table.h>
#include <xen/io/ring.h>

struct echo_request {
    uint64_t id;
    uint32_t word;
};

struct echo_response {
    uint64_t id;
    uint32_t word;
    uint32_t sum;
};

DEFINE_RING_TYPES(echo, struct echo_request, struct echo_response);
DEFINE_XEN_FLEX_RING_AND_INTF(bytes);

static union {
    echo_sring_t ring;
    unsigned char bytes[4096];
} page;
static int wrong;

static void line(const char *what, unsigned long seen)
{
    printf("%s %lu\n", what, seen);
}

static void must(const char *what, unsigned long seen, unsigned long expected)
{
    line(what, seen);
    if (seen != expected) {
        printf("FAIL %s: expected %lu, saw %lu\n", what, expected, seen);
        wrong = 1;
    }
}

static void sizes(void)
{
    unsigned long bytes;

    for (bytes = 65 + sizeof(union echo_sring_entry); bytes <= 65536;
         bytes += 977)
        line("slots", __RING_SIZE(&page.ring, bytes));
    must("slots in a page", __CONST_RING_SIZE(echo, 4096), 128);
    line("2^0 pages", XEN_FLEX_RING_SIZE(0));
    line("2^3 pages", XEN_FLEX_RING_SIZE(3));
}

static void put(echo_front_ring_t *front, unsigned int count)
{
    unsigned int i;
    int notify;

    for (i = 0; i < count && !RING_FULL(front); i++) {
        struct echo_request *request =
            RING_GET_REQUEST(front, front->req_prod_pvt);

        request->id = front->req_prod_pvt;
        request->word = front->req_prod_pvt * 3u;
        front->req_prod_pvt++;
    }
    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(front, notify);
    line("put", i);
    line("notify", notify);
}

static void serve(echo_back_ring_t *back, unsigned int count)
{
    struct echo_request request;
    unsigned int i;
    int more, notify;

    for (i = 0; i < count && RING_HAS_UNCONSUMED_REQUESTS(back); i++) {
        struct echo_response *response;

        RING_COPY_REQUEST(back, back->req_cons, &request);
        back->req_cons++;
        response = RING_GET_RESPONSE(back, back->rsp_prod_pvt);
        response->id = request.id;
        response->word = request.word;
        response->sum = (uint32_t)request.id + request.word;
        back->rsp_prod_pvt++;
    }
    RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(back, notify);
    line("served", i);
    line("notify", notify);
    RING_FINAL_CHECK_FOR_REQUESTS(back, more);
    line("more", more);
    line("req_event", page.ring.req_event);
}

static void take(echo_front_ring_t *front, unsigned int count)
{
    struct echo_response response;
    unsigned int i, sum = 0;
    int more;

    for (i = 0; i < count && RING_HAS_UNCONSUMED_RESPONSES(front); i++) {
        RING_COPY_RESPONSE(front, front->rsp_cons, &response);
        must("id", response.id, front->rsp_cons);
        sum += response.sum;
        front->rsp_cons++;
    }
    RING_FINAL_CHECK_FOR_RESPONSES(front, more);
    line("taken", i);
    line("sum", sum);
    line("more", more);
    line("rsp_event", page.ring.rsp_event);
}

static void walk(RING_IDX start)
{
    echo_front_ring_t front;
    echo_back_ring_t back;
    unsigned int round;

    memset(&page, 0xaa, sizeof(page));
    XEN_FRONT_RING_INIT(&front, &page.ring, sizeof(page));
    BACK_RING_INIT(&back, &page.ring, sizeof(page));
    line("first byte of pvt", page.ring.pvt.pvt_pad[0]);
    line("last byte of pad", page.ring.__pad[43]);
    page.ring.req_prod = page.ring.rsp_prod = start;
    page.ring.req_event = page.ring.rsp_event = start + 1;
    FRONT_RING_ATTACH(&front, &page.ring, start, sizeof(page));
    BACK_RING_ATTACH(&back, &page.ring, start, sizeof(page));
    for (round = 1; round <= 40; round++) {
        put(&front, round * 7 % 150);
        line("free", RING_FREE_REQUESTS(&front));
        serve(&back, round * 5 % 140);
        take(&front, round * 3 % 130);
    }
    line("requests", XEN_RING_NR_UNCONSUMED_REQUESTS(&back));
    line("responses", XEN_RING_NR_UNCONSUMED_RESPONSES(&front));
}

static void lies(void)
{
    echo_front_ring_t front;
    echo_back_ring_t back;

    XEN_FRONT_RING_INIT(&front, &page.ring, sizeof(page));
    BACK_RING_INIT(&back, &page.ring, sizeof(page));
    page.ring.req_prod = 100000;
    must("at most the ring", XEN_RING_NR_UNCONSUMED_REQUESTS(&back), 128);
    must("prod 128", RING_REQUEST_PROD_OVERFLOW(&back, 128), 0);
    must("prod 129", RING_REQUEST_PROD_OVERFLOW(&back, 129), 1);
    must("cons 127", RING_REQUEST_CONS_OVERFLOW(&back, 127), 0);
    must("cons 128", RING_REQUEST_CONS_OVERFLOW(&back, 128), 1);
    must("response 128", RING_RESPONSE_PROD_OVERFLOW(&front, 128), 0);
    must("response 129", RING_RESPONSE_PROD_OVERFLOW(&front, 129), 1);
    front.req_prod_pvt = 5;
    RING_PUSH_REQUESTS(&front);
    must("pushed", page.ring.req_prod, 5);
    back.rsp_prod_pvt = 3;
    RING_PUSH_RESPONSES(&back);
    must("answered", page.ring.rsp_prod, 3);
}

/* Only the push that puts in the entry waited for is worth an event. */
static void wakes(RING_IDX start)
{
    echo_front_ring_t front;
    echo_back_ring_t back;
    int more, notify;

    FRONT_RING_ATTACH(&front, &page.ring, start, sizeof(page));
    BACK_RING_ATTACH(&back, &page.ring, start, sizeof(page));
    page.ring.req_prod = page.ring.rsp_prod = start;
    page.ring.req_event = start + 2;
    page.ring.rsp_event = start + 1;
    front.req_prod_pvt++;
    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&front, notify);
    must("one short", notify, 0);
    front.req_prod_pvt++;
    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&front, notify);
    must("the one", notify, 1);
    front.req_prod_pvt++;
    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&front, notify);
    must("one late", notify, 0);
    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&front, notify);
    must("none", notify, 0);
    back.req_cons += 3;
    back.rsp_prod_pvt += 3;
    RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&back, notify);
    must("several with the one", notify, 1);
    back.rsp_prod_pvt++;
    RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&back, notify);
    must("after the one", notify, 0);
    RING_FINAL_CHECK_FOR_REQUESTS(&back, more);
    must("nothing to do", more, 0);
    must("waits for the next", page.ring.req_event, (RING_IDX)(start + 4));
}

static void packets(void)
{
    static unsigned char ring[64];
    unsigned char in[48], out[48];
    RING_IDX prod = 0, cons = 0;
    unsigned int round, i;

    for (round = 1; round < 200; round++) {
        RING_IDX masked_prod = bytes_mask(prod, sizeof(ring));
        RING_IDX masked_cons = bytes_mask(cons, sizeof(ring));
        size_t size = round * 11 % 48 + 1;

        for (i = 0; i < size; i++)
            in[i] = (unsigned char)(round + i);
        bytes_write_packet(ring, in, size, &masked_prod, masked_cons,
                           sizeof(ring));
        prod += size;
        line("prod", masked_prod);
        must("queued", bytes_queued(prod, cons, sizeof(ring)), size);
        bytes_read_packet(out, ring, size, masked_prod, &masked_cons,
                          sizeof(ring));
        cons += size;
        line("cons", masked_cons);
        must("intact", memcmp(in, out, size), 0);
        line("at", bytes_get_ring_ptr(ring, prod, sizeof(ring)) - ring);
    }
    must("empty", bytes_queued(70, 70, sizeof(ring)), 0);
    must("full", bytes_queued(70, 6, sizeof(ring)), 64);
    line("interface", offsetof(struct bytes_data_intf, ref));
}

int main(void)
{
    sizes();
    walk(0);
    walk(0xffffff80u);
    lies();
    wakes(0);
    wakes(0xfffffffdu);
    packets();
    return wrong;
}
