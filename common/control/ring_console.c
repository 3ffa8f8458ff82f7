/* SPDX-License-Identifier: MIT */
/*
 * ring_console.c - the console of a guest that the hypervisor started. Its text
 * goes to the hypervisor's console with the guest's name before each line; keys
 * come to it when it has the focus.
 *
 * The page is the guest's and may change under us at any time: what counts are
 * our own copies of our two indices, and each of the guest's is read once.
 * Invariants:
 *   R1  While page is set it holds a writable reference, so that the frame
 *       stays the guest's and is no table.
 *   R2  Text is taken out under the lock and printed without it, a line at a
 *       time; when the CPU is wanted for something else, or a device is behind
 *       with what it has, the timer goes on. Text waits in the ring meanwhile:
 *       a guest that floods its console waits for its own text alone. But not
 *       for ever: the device may be dead, and the guest could not know.
 */
#include <hv/console.h>
#include <hv/direct_map.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/event.h>
#include <hv/format.h>
#include <hv/frame.h>
#include <hv/heap.h>
#include <hv/ring_console.h>
#include <hv/softirq.h>
#include <hv/string.h>
#include <hv/time.h>
#include <hv/timer.h>
#include <public/io/console.h>

#define LINE_SIZE   256u
#define KEYS        256u            /* not yet in the ring */
#define PAUSE       MILLISECS(1)    /* for the others, within a long text */
#define CATCH_UP    MILLISECS(20)   /* for a device that is behind */
#define WAIT_MAX    SECONDS(1)      /* for it */
#define PATIENCE    MILLISECS(200)  /* with a line that does not end */

/* [I] nobody, once created   [L] holder of lock */
struct ring_console {
    spinlock_t lock;
    struct domain *d;                   /* [I] */
    struct xencons_interface *page;     /* [L] R1; NULL: closed */
    evtchn_port_t port;                 /* [I] the guest's end */
    uint32_t out_cons, in_prod;         /* [L] */
    size_t length;                      /* [L] of line */
    char line[LINE_SIZE];               /* [L] not printed yet */
    char prefix[KEY_NAME_MAX];          /* [I] */
    s_time_t waits_since;               /* [L] for a device; 0: it does not */
    struct timer timer;
    struct key_reader reader;
    char keys[KEYS];                    /* the reader's */
};

/* -- text ------------------------------------------------------------------ */

/* What could steer a terminal is shown as a dot. True: print it now. */
static bool add_char(struct ring_console *c, char ch)
{
    if (ch == '\r')
        return false;
    if (ch == '\t')
        ch = ' ';
    if ((ch < ' ' || ch > '~') && ch != '\n')
        ch = '.';
    c->line[c->length++] = ch;
    return ch == '\n' || c->length == LINE_SIZE;
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

/* The next line into @text; how long it is. One that is not complete only if
 * @even_begun. */
static size_t take_line(struct ring_console *c, char *text, bool even_begun)
{
    bool is_complete = false;
    size_t n = 0;

    spin_lock(&c->lock);
    if (c->page)
        is_complete = take_from_ring(c);
    if (is_complete || even_begun) {
        n = c->length;
        memcpy(text, c->line, n);
        c->length = 0;
    }
    spin_unlock(&c->lock);
    return n;
}

/* R2: has the text to wait for a device? */
static bool must_wait(struct ring_console *c)
{
    bool is_behind = console_is_behind(), wait;
    s_time_t now = system_time();

    spin_lock(&c->lock);
    if (is_behind && !c->waits_since)
        c->waits_since = now;
    wait = is_behind && now - c->waits_since < WAIT_MAX;
    if (!wait)
        c->waits_since = 0;
    spin_unlock(&c->lock);
    return wait;
}

static void drain(struct ring_console *c, bool even_begun)
{
    char text[LINE_SIZE];
    size_t n;

    if (must_wait(c)) {
        timer_set(&c->timer, system_time() + CATCH_UP);
        return;
    }
    while ((n = take_line(c, text, even_begun)) != 0) {
        console_write_as(c, c->prefix, text, n);
        if (softirq_is_pending() || console_is_behind())
            break;              /* R2 */
    }
    if (n)
        timer_set(&c->timer, system_time() + PAUSE);
    else if (READ_ONCE(c->length))
        timer_set(&c->timer, system_time() + PATIENCE);
}

/* -- keys ------------------------------------------------------------------ */

static void feed_locked(struct ring_console *c)
{
    struct xencons_interface *ring = c->page;
    uint32_t used = c->in_prod - READ_ONCE(ring->in_cons);
    char key;

    while (used++ < sizeof(ring->in) &&
           console_take_keys(&c->reader, &key, 1) == 1)
        ring->in[MASK_XENCONS_IDX(c->in_prod++, ring->in)] = key;
    __atomic_store_n(&ring->in_prod, c->in_prod, __ATOMIC_RELEASE);
}

static void feed(struct ring_console *c)
{
    spin_lock(&c->lock);
    if (c->page)
        feed_locked(c);
    spin_unlock(&c->lock);
}

/* -- when something has changed -------------------------------------------- */

/* Were the port another's by now, it could stand to be raised. */
static void serve(struct ring_console *c, bool even_begun)
{
    drain(c, even_begun);
    feed(c);
    event_raise_from_outside(c->d, c->port);
}

/* Who looks at a guest's console sees all of its text at once. */
void ring_console_notify(struct domain *d)
{
    struct ring_console *c = d->console;

    if (c)
        serve(c, console_has_focus(&c->reader));
}

static void go_on(void *data)
{
    serve(data, true);
}

static void keys_have_come(uint32_t rank)
{
    struct domain *d = find_domain((domid_t)rank);

    if (!d)
        return;
    if (d->console)
        serve(d->console, true);
    domain_put(d);
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
    format_text(c->prefix, sizeof(c->prefix), "(%s) ", d->name);
    timer_init(&c->timer, go_on, c, cpu_id());
    c->reader = (struct key_reader){
        .name = d->name, .rank = d->id, .notify = keys_have_come,
        .keys = c->keys, .size = KEYS,
    };
    d->console = c;
    console_add_reader(&c->reader);
    return 0;
put:
    frame_put_writable(frame_of(m));
free:
    heap_free(c);
    return rc;
}

/* True for the one caller that closes it. */
static bool take_page(struct ring_console *c, struct xencons_interface **page)
{
    spin_lock(&c->lock);
    *page = c->page;
    c->page = NULL;
    spin_unlock(&c->lock);
    return *page != NULL;
}

void ring_console_close(struct domain *d)
{
    struct ring_console *c = d->console;
    char text[LINE_SIZE];
    struct xencons_interface *page;
    size_t n;

    if (!c)
        return;
    while ((n = take_line(c, text, true)) != 0)
        console_write_as(c, c->prefix, text, n);
    if (!take_page(c, &page))
        return;
    console_remove_reader(&c->reader);
    frame_put_writable(frame_of(virt_to_mfn(page)));
}

mfn_t ring_console_frame(const struct domain *d)
{
    return d->console && d->console->page ? virt_to_mfn(d->console->page)
                                          : INVALID_MFN;
}

void ring_console_destroy(struct domain *d)
{
    if (!d->console)
        return;
    timer_kill(&d->console->timer);
    heap_free(d->console);
    d->console = NULL;
}
