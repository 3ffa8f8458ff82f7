/* SPDX-License-Identifier: MIT */
/*
 * ns16550.c - serial lines: the 16550 and its kin behind I/O ports.
 *
 * Until interrupts run, and with sync_console, a writer waits for room in the
 * chip. Afterwards text goes through a buffer that the chip empties; a writer
 * that finds it full waits. A wait has an end: a line that stays busy is stuck,
 * and loses text until it moves again.
 * Locks: one per line, interrupts off, above the stream's. A writer only tries
 * it for some time: an NMI or a panic may have interrupted the holder.
 */
#include <asm/io.h>
#include <hv/cmdline.h>
#include <hv/console.h>
#include <hv/irq.h>
#include <hv/irqflags.h>
#include <hv/printk.h>
#include <hv/spinlock.h>

#include "devices.h"
#include "ns16550.h"

/* Registers, TI PC16550D table 2; an offset from the base port. */
#define UART_RBR    0   /* receive buffer (read) */
#define UART_THR    0   /* transmit holding (write) */
#define UART_DLL    0   /* divisor, low byte, while LCR_DLAB */
#define UART_DLM    1   /* divisor, high byte, while LCR_DLAB */
#define UART_IER    1   /* interrupt enable */
#define   IER_RX        0x01
#define   IER_TX        0x02
#define UART_IIR    2   /* interrupt identification (read) */
#define   IIR_NONE      0x01
#define UART_FCR    2   /* FIFO control (write) */
#define   FCR_ENABLE    0x01
#define   FCR_CLEAR     0x06    /* both directions */
#define   FCR_TRIGGER_8 0x80    /* receive interrupt at 8 characters */
#define UART_LCR    3   /* line control */
#define   LCR_8N1       0x03
#define   LCR_DLAB      0x80
#define UART_MCR    4   /* modem control */
#define   MCR_DTR_RTS   0x03
#define   MCR_OUT2      0x08    /* lets the interrupt out, on a PC */
#define UART_LSR    5   /* line status */
#define   LSR_DATA      0x01
#define   LSR_THR_EMPTY 0x20
#define   LSR_IDLE      0x40
#define UART_SCR    7   /* scratch */

#define FIFO_DEPTH      16u
#define BUFFER_SIZE     8192u       /* a power of two */
#define PC_CLOCK        1843200u    /* Hz */
#define WAIT_POLLS      100000u     /* 0.1 s at the speed of an ISA read */
#define LOCK_TRIES      1000000u
#define IRQ_ROUNDS      64u

struct ns16550 {
    struct console_device dev;
    struct ns16550_config config;
    spinlock_t lock;
    bool is_present;
    bool is_buffered;       /* its interrupt works */
    bool is_stuck;
    bool ends_in_cr;        /* the last character was a carriage return */
    uint32_t head, tail;    /* of buffer: next to fill, next to send */
    char buffer[BUFFER_SIZE];
};

static void ns16550_write(struct console_device *dev, const char *text,
                          size_t n);
static void ns16550_flush(struct console_device *dev);
static bool ns16550_is_behind(const struct console_device *dev);

#define NS16550_LINE(text, base, line) {                                    \
        .dev = { .name = text, .write = ns16550_write,                      \
                 .flush = ns16550_flush, .is_behind = ns16550_is_behind },  \
        .config = { .baud = 115200, .clock = PC_CLOCK, .port = base,        \
                    .line_control = LCR_8N1, .irq = line },                 \
        .lock = SPINLOCK_INIT(LOCK_LEVEL_DEVICE),                           \
    }
static struct ns16550 lines[] = {
    NS16550_LINE("com1", 0x3f8, 4),
    NS16550_LINE("com2", 0x2f8, 3),
};

static int parse_com1(const char *value)
{
    return ns16550_parse(value, &lines[0].config);
}
CMDLINE_CUSTOM_OPTION(com1, "com1", parse_com1);

static int parse_com2(const char *value)
{
    return ns16550_parse(value, &lines[1].config);
}
CMDLINE_CUSTOM_OPTION(com2, "com2", parse_com2);

static uint8_t uart_read(const struct ns16550 *u, unsigned int reg)
{
    return inb((uint16_t)(u->config.port + reg));
}

static void uart_write(const struct ns16550 *u, unsigned int reg, uint8_t value)
{
    outb((uint16_t)(u->config.port + reg), value);
}

/* An absent port reads all ones, and forgets. */
static bool uart_probe(const struct ns16550 *u)
{
    uart_write(u, UART_SCR, 0x5a);
    if (uart_read(u, UART_SCR) != 0x5a)
        return false;
    uart_write(u, UART_SCR, 0xa5);
    return uart_read(u, UART_SCR) == 0xa5 && uart_read(u, UART_LSR) != 0xff;
}

static void uart_program(const struct ns16550 *u)
{
    const struct ns16550_config *c = &u->config;

    uart_write(u, UART_IER, 0);
    if (c->baud) {
        uint32_t divisor = c->clock / 16 / c->baud;

        divisor = MIN(divisor, 0xffffu);
        uart_write(u, UART_LCR, c->line_control | LCR_DLAB);
        uart_write(u, UART_DLL, (uint8_t)divisor);
        uart_write(u, UART_DLM, (uint8_t)(divisor >> 8));
    }
    uart_write(u, UART_LCR, c->line_control);
    uart_write(u, UART_FCR, FCR_ENABLE | FCR_CLEAR | FCR_TRIGGER_8);
    uart_write(u, UART_MCR, MCR_DTR_RTS | MCR_OUT2);
}

static bool uart_wait(const struct ns16550 *u, uint8_t status)
{
    for (unsigned int i = 0; i < WAIT_POLLS; i++)
        if (uart_read(u, UART_LSR) & status)
            return true;
    return false;
}

/* Room in the chip, after waiting if need be; a stuck line gets one look. */
static bool uart_has_room(struct ns16550 *u)
{
    if (uart_read(u, UART_LSR) & LSR_THR_EMPTY)
        u->is_stuck = false;
    else if (!u->is_stuck)
        u->is_stuck = !uart_wait(u, LSR_THR_EMPTY);
    return !u->is_stuck;
}

/* Fill the chip's FIFO, which is empty, from the buffer. */
static void buffer_to_fifo(struct ns16550 *u)
{
    for (unsigned int i = 0; i < FIFO_DEPTH && u->tail != u->head; i++)
        uart_write(u, UART_THR, (uint8_t)u->buffer[u->tail++ % BUFFER_SIZE]);
}

static void buffer_drain(struct ns16550 *u)
{
    while (u->tail != u->head && uart_has_room(u))
        buffer_to_fifo(u);
}

static void put_char(struct ns16550 *u, char c)
{
    if (!u->is_buffered || console_is_sync()) {
        if (uart_has_room(u))
            uart_write(u, UART_THR, (uint8_t)c);
        return;
    }
    if (u->head - u->tail == BUFFER_SIZE && uart_has_room(u))
        buffer_to_fifo(u);
    if (u->head - u->tail < BUFFER_SIZE)
        u->buffer[u->head++ % BUFFER_SIZE] = c;
}

static void put_text(struct ns16550 *u, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\n' && !u->ends_in_cr)
            put_char(u, '\r');
        put_char(u, text[i]);
        u->ends_in_cr = text[i] == '\r';
    }
}

/* Start sending, and be told when the chip wants more. */
static void buffer_start(struct ns16550 *u)
{
    if (uart_read(u, UART_LSR) & LSR_THR_EMPTY)
        buffer_to_fifo(u);
    uart_write(u, UART_IER, u->tail == u->head ? IER_RX : IER_RX | IER_TX);
}

/* False when the lock could not be had and is not held. */
static bool line_trylock(struct ns16550 *u)
{
    if (console_is_forced())
        return false;
    for (unsigned int i = 0; i < LOCK_TRIES; i++)
        if (spin_trylock(&u->lock))
            return true;
    return false;
}

static void ns16550_write(struct console_device *dev, const char *text,
                          size_t n)
{
    struct ns16550 *u = container_of(dev, struct ns16550, dev);
    unsigned long flags = local_irq_save();
    bool is_locked = line_trylock(u);

    if (console_is_sync())
        buffer_drain(u);
    put_text(u, text, n);
    if (u->is_buffered)
        buffer_start(u);
    if (is_locked)
        spin_unlock(&u->lock);
    local_irq_restore(flags);
}

static void ns16550_flush(struct console_device *dev)
{
    struct ns16550 *u = container_of(dev, struct ns16550, dev);
    unsigned long flags = local_irq_save();
    bool is_locked = line_trylock(u);

    buffer_drain(u);
    if (!u->is_stuck)
        u->is_stuck = !uart_wait(u, LSR_IDLE);
    if (is_locked)
        spin_unlock(&u->lock);
    local_irq_restore(flags);
}

/* A look without the lock: the answer is old at once anyway. */
static bool ns16550_is_behind(const struct console_device *dev)
{
    const struct ns16550 *u = container_of(dev, const struct ns16550, dev);

    return !READ_ONCE(u->is_stuck) &&
           READ_ONCE(u->head) - READ_ONCE(u->tail) > BUFFER_SIZE / 2;
}

static size_t take_received(const struct ns16550 *u, char *keys, size_t size)
{
    size_t n = 0;

    while (n < size && (uart_read(u, UART_LSR) & LSR_DATA))
        keys[n++] = (char)uart_read(u, UART_RBR);
    return n;
}

static void ns16550_interrupt(void *data)
{
    struct ns16550 *u = data;
    char keys[FIFO_DEPTH];

    for (unsigned int i = 0; i < IRQ_ROUNDS; i++) {
        unsigned long flags = spin_lock_irqsave(&u->lock);
        bool is_done = (uart_read(u, UART_IIR) & IIR_NONE) != 0;
        size_t n = take_received(u, keys, sizeof(keys));

        if (!is_done)
            buffer_start(u);
        spin_unlock_irqrestore(&u->lock, flags);
        if (n)
            console_receive(keys, n);
        if (is_done && n == 0)
            return;
    }
}

void ns16550_init(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
        struct ns16550 *u = &lines[i];

        if (!console_is_chosen(u->dev.name) || !uart_probe(u))
            continue;
        uart_program(u);
        u->is_present = true;
        console_add(&u->dev);
    }
}

static void line_init_interrupt(struct ns16550 *u)
{
    unsigned long flags;
    int rc = irq_request(u->config.irq, ns16550_interrupt, u);

    if (rc) {
        printk(LOG_WARNING, "%s: no interrupt %u (error %d): output only\n",
               u->dev.name, u->config.irq, -rc);
        return;
    }
    flags = spin_lock_irqsave(&u->lock);
    u->is_buffered = true;
    uart_write(u, UART_IER, IER_RX);
    spin_unlock_irqrestore(&u->lock, flags);
}

void ns16550_init_interrupts(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        if (lines[i].is_present && lines[i].config.irq != 0)
            line_init_interrupt(&lines[i]);
}

bool console_owns_port(uint16_t port)
{
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        if (lines[i].is_present && port >= lines[i].config.port &&
            port - lines[i].config.port <= UART_SCR)
            return true;
    return false;
}
