/* SPDX-License-Identifier: MIT */
/* events.c - a binary heap in an array that grows. */
#include <stdio.h>
#include <stdlib.h>
#include "events.h"

static struct event *heap;
static size_t count, room;
static uint64_t order;

static bool is_before(const struct event *a, const struct event *b)
{
    return a->time < b->time || (a->time == b->time && a->order < b->order);
}

static void make_room(void)
{
    if (count < room)
        return;
    room = room ? 2 * room : 1024;
    heap = realloc(heap, room * sizeof(*heap));
    if (!heap) {
        fputs("sim: out of memory\n", stderr);
        exit(2);
    }
}

void events_add(int64_t time, enum event_kind kind, void *vcpu, uint32_t number)
{
    struct event e = { time, order++, kind, number, vcpu };
    size_t at = count;

    make_room();
    for (count++; at && is_before(&e, &heap[(at - 1) / 2]); at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = e;
}

/* Put @e where the first was. */
static void sink(struct event e)
{
    size_t at = 0, child;

    while ((child = 2 * at + 1) < count) {
        if (child + 1 < count && is_before(&heap[child + 1], &heap[child]))
            child++;
        if (!is_before(&heap[child], &e))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = e;
}

bool events_take(int64_t until, struct event *out)
{
    if (!count || heap[0].time > until)
        return false;
    *out = heap[0];
    if (--count)
        sink(heap[count]);
    return true;
}
