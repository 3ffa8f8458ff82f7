/* SPDX-License-Identifier: MIT */
/*
 * ring_console.c - what a guest that the hypervisor started writes into its
 * console page, line by line with the guest's name before it.
 *
 * The page is the guest's and may change under us at any time: what counts are
 * our own copies of our two indices, and each of the guest's is read once.
 * Invariants:
 *   R1  While page is set it holds a writable reference, so that the frame
 *       stays the guest's and is no table.
 *   R2  A line is taken out under the lock and printed without it, one at a
 *       time; when the CPU is wanted for something else the timer goes on.
 */
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/frame.h>
#include <hv/heap.h>
#include <hv/log_level.h>
#include <hv/ring_console.h>
#include <hv/softirq.h>
#include <hv/time.h>
#include <hv/timer.h>
#include <public/io/console.h>

#define LINE_SIZE   256u
#define PAUSE       MILLISECS(1)    /* for the others, within a long text */
#define PATIENCE    MILLISECS(200)  /* with a line that does not end */

struct ring_console {
    spinlock_t lock;
    struct domain *d;                   /* [I] */
    struct xencons_interface *page;     /* under lock, R1; NULL: closed */
    evtchn_port_t port;                 /* [I] the guest's end */
    uint32_t out_cons;                  /* under lock */
    uint16_t length;                    /* under lock: of line */
    char line[LINE_SIZE + 1];           /* under lock: not ended yet */
    struct timer timer;
};

/* -- text ------------------------------------------------------------------ */

/* What could steer a terminal is shown as a dot. True: the line is complete. */
static bool add_char(struct ring_console *c, char ch)
{
    if (ch == '\n')
        return true;
    if (ch == '\t')
        ch = ' ';
    if (ch != '\r')
        c->line[c->length++] = (ch >= ' ' && ch <= '~') ? ch : '.';
    return c->length == LINE_SIZE;
}

static bool take_from_ring(struct ring_console *c)
{
    struct xencons_interface *ring = c->page;
    uint32_t prod = __atomic_load_n(&ring->out_prod, __ATOMIC_ACQUIRE);
    bool is_complete = false;

    if (prod - c->out_cons > sizeof(ring->out))
        c->out_cons = prod;     /* no ring: wait for better */
    while (!is_complete && c->out_cons != prod) {
        uint32_t at = MASK_XENCONS_IDX(c->out_cons++, ring->out);

        is_complete = add_char(c, READ_ONCE(ring->out[at]));
    }
    __atomic_store_n(&ring->out_cons, c->out_cons, __ATOMIC_RELEASE);
    return is_complete;
}

static void copy_line(struct ring_console *c, char *text)
{
    for (unsigned int i = 0; i < c->length; i++)
        text[i] = c->line[i];
    text[c->length] = '\0';
    c->length = 0;
}

/* The next line into @text; one that is not complete only if @even_begun. */
static bool take_line(struct ring_console *c, char *text, bool even_begun)
{
    bool is_complete = false, was_taken;

    spin_lock(&c->lock);
    if (c->page)
        is_complete = take_from_ring(c);
    was_taken = is_complete || (even_begun && c->length);
    if (was_taken)
        copy_line(c, text);
    spin_unlock(&c->lock);
    return was_taken;
}

static void print(const struct ring_console *c, const char *text)
{
    printk_always("(%s) %s\n", c->d->name, text);
}

static void drain(struct ring_console *c, bool even_begun)
{
    char text[LINE_SIZE + 1];
    bool is_more;

    while ((is_more = take_line(c, text, even_begun))) {
        print(c, text);
        if (softirq_is_pending())
            break;              /* R2 */
    }
    if (is_more)
        timer_set(&c->timer, system_time() + PAUSE);
    else if (READ_ONCE(c->length))
        timer_set(&c->timer, system_time() + PATIENCE);
    /* There is room. Were the port another's by now, it could stand that. */
    event_port_raise(c->d, c->port);
}

static void drain_later(void *data)
{
    drain(data, true);
}

void ring_console_notify(struct domain *d)
{
    if (d->console)
        drain(d->console, false);
}

/* -- with its domain ------------------------------------------------------- */

int ring_console_create(struct domain *d, mfn_t m, evtchn_port_t *port)
{
    struct ring_console *c = heap_alloc(sizeof(*c), 0);
    int rc = -ENOMEM;

    if (!c)
        return rc;
    rc = frame_get_with_type(frame_of(m), d, FRAME_WRITABLE);
    if (rc)
        goto free;
    rc = event_bind_console(d, port);
    if (rc)
        goto put;
    spin_lock_init(&c->lock, LOCK_LEVEL_RING);
    c->d = d;
    c->page = mfn_to_virt(m);
    c->port = *port;
    timer_init(&c->timer, drain_later, c, cpu_id());
    d->console = c;
    return 0;
put:
    frame_put_writable(frame_of(m));
free:
    heap_free(c);
    return rc;
}

void ring_console_close(struct domain *d)
{
    struct ring_console *c = d->console;
    char text[LINE_SIZE + 1];
    struct xencons_interface *page;

    if (!c)
        return;
    while (take_line(c, text, true))
        print(c, text);
    spin_lock(&c->lock);
    page = c->page;
    c->page = NULL;
    spin_unlock(&c->lock);
    if (page)
        frame_put_writable(frame_of(virt_to_mfn(page)));
}

void ring_console_destroy(struct domain *d)
{
    if (!d->console)
        return;
    timer_kill(&d->console->timer);
    heap_free(d->console);
    d->console = NULL;
}
