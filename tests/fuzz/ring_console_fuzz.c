/* SPDX-License-Identifier: MIT */
/*
 * ring_console_fuzz.c - a guest that writes anything into its console page,
 * rings included, before each notice: what comes out are lines that steer no
 * terminal, and of the page only what is ours to write changes.
 */
#include <hv/console.h>
#include <hv/domain.h>
#include <hv/event.h>
#include <hv/frame.h>
#include <hv/ring_console.h>
#include <hv/softirq.h>
#include <hv/time.h>
#include <hv/timer.h>
#include <public/io/console.h>
#include "fake_heap.h"
#include "fake_spinlock.h"
#include "fuzz.h"

#define FRAME   7ul
#define PORT    5u
#define RING    (sizeof(struct xencons_interface))

unsigned int fake_cpu;
struct vcpu *fake_current;
struct frame fake_frame_table[FAKE_FRAMES];

static union {
    struct xencons_interface ring;
    uint8_t bytes[PAGE_SIZE];
} page __attribute__((aligned(4096)));
static struct domain guest = { .id = 3, .name = "g" };
static struct timer *timer;
static s_time_t timer_at;
static bool has_focus;
static unsigned int held, readers, keys_left, written;

/* --- what it asks of others --- */

void *mfn_to_virt(mfn_t m) { ck_assert(m.n == FRAME); return &page; }
mfn_t virt_to_mfn(const void *va) { (void)va; return mfn(FRAME); }
s_time_t system_time(void) { return 1000; }
bool softirq_is_pending(void) { return false; }
struct domain *find_domain(domid_t id) { (void)id; return NULL; }
void domain_put(struct domain *d) { (void)d; }
void frame_put_writable(struct frame *f) { (void)f; held--; }
void console_add_reader(struct key_reader *r) { (void)r; readers++; }
void console_remove_reader(struct key_reader *r) { (void)r; readers--; }

int frame_get_with_type(struct frame *f, const struct domain *d,
                        enum frame_type type)
{
    ck_assert(f && d == &guest && type == FRAME_WRITABLE);
    held++;
    return 0;
}

int event_bind_console(struct domain *d, evtchn_port_t *port)
{
    ck_assert(d == &guest);
    *port = PORT;
    return 0;
}

void event_raise_from_outside(struct domain *d, evtchn_port_t port)
{
    ck_assert(d == &guest && port == PORT && !fake_locks_held);
}

void console_write_as(const void *who, const char *prefix, const char *text,
                      size_t n)
{
    ck_assert(who && prefix && n && !fake_locks_held);
    for (size_t i = 0; i < n; i++)
        ck_assert((text[i] >= ' ' && text[i] <= '~') ||
                  (text[i] == '\n' && i == n - 1));
    written += (unsigned int)n;
}

bool console_is_behind(void) { return false; }

bool console_has_focus(const struct key_reader *r)
{
    (void)r;
    return has_focus;
}

size_t console_take_keys(struct key_reader *r, char *buf, size_t n)
{
    n = n < keys_left ? n : keys_left;
    ck_assert(r->size && !(r->size & (r->size - 1)));
    memset(buf, 'k', n);
    keys_left -= (unsigned int)n;
    return n;
}

void timer_init(struct timer *t, void (*fn)(void *), void *data,
                unsigned int cpu)
{
    (void)cpu;
    t->fn = fn;
    t->data = data;
    timer = t;
}

void timer_set(struct timer *t, s_time_t expires)
{
    ck_assert(t == timer && expires > 1000);
    timer_at = expires;
}

void timer_kill(struct timer *t)
{
    (void)t;
    timer_at = 0;
}

/* --- the guest --- */

static void change_page(struct fuzz *f)
{
    uint8_t kind = fuzz_u8(f), text[64];
    uint32_t n = fuzz_u8(f) % sizeof(text);

    if (kind < 0x80) {              /* as it should be done */
        fuzz_bytes(f, text, n);
        for (uint32_t i = 0; i < n; i++)
            page.ring.out[MASK_XENCONS_IDX(page.ring.out_prod++,
                                           page.ring.out)] = (char)text[i];
    } else if (kind < 0xc0) {
        page.ring.out_prod += (uint32_t)fuzz_number(f);
    } else if (kind < 0xe0) {
        page.ring.in_cons = (uint32_t)fuzz_number(f);
    } else {
        page.ring.out_cons = (uint32_t)fuzz_number(f);
        page.ring.in_prod = (uint32_t)fuzz_number(f);
    }
}

static void step(struct fuzz *f)
{
    uint8_t kind = fuzz_u8(f);

    change_page(f);
    has_focus = kind & 1;
    keys_left = kind & 2 ? fuzz_u8(f) * 8u : 0;
    written = 0;
    if (kind < 0xe0) {
        ring_console_notify(&guest);
    } else if (timer_at) {
        timer_at = 0;
        timer->fn(timer->data);
    }
    ck_assert(!fake_locks_held && written <= 2 * sizeof(page.ring.out));
    for (size_t i = RING; i < sizeof(page.bytes); i++)
        ck_assert(page.bytes[i] == 0x5a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz f = { data, size };
    evtchn_port_t port;

    memset(&page, 0x5a, sizeof(page));
    memset(&page.ring, 0, sizeof(page.ring));
    timer_at = 0;
    ck_assert(!ring_console_create(&guest, mfn(FRAME), &port));
    for (unsigned int i = 0; f.left && i < 64; i++)
        step(&f);
    ring_console_close(&guest);
    ring_console_destroy(&guest);
    ck_assert(!held && !readers && !fake_heap_live);
    return 0;
}
