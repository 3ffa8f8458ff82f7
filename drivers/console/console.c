/* SPDX-License-Identifier: MIT */
/*
 * console.c - one stream of text, many devices.
 *
 * Each device has its own position in the message ring, and so catches up with
 * the early messages when it opens. Text of domains goes straight to them.
 * Invariants:
 *   S1  Whoever puts text into the ring then tries for the stream; whoever
 *       held it looks at the ring once more after giving it back. So nothing
 *       stays behind, although nobody ever waits in printk.
 * Locks: stream_lock, interrupts off. printk only ever tries it, because it may
 * run in an NMI above the holder.
 */
#include <hv/cmdline.h>
#include <hv/conring.h>
#include <hv/console.h>
#include <hv/irqflags.h>
#include <hv/spinlock.h>
#include <hv/string.h>

static spinlock_t stream_lock = SPINLOCK_INIT(LOCK_LEVEL_CONSOLE);
static struct console_device *devices;      /* under stream_lock */
static bool is_forced;

static char console_names[64] = "com1,vga";
CMDLINE_STRING_OPTION(console_names, "console");
static bool sync_console;
CMDLINE_BOOL_OPTION(sync_console, "sync_console");

bool console_is_chosen(const char *name)
{
    const char *word = console_names;
    size_t n = strlen(name);

    while (word) {
        if (strncmp(word, name, n) == 0 &&
            (word[n] == ',' || word[n] == '\0'))
            return true;
        word = strchr(word, ',');
        if (word)
            word++;
    }
    return false;
}

bool console_is_sync(void)
{
    return sync_console || is_forced;
}

bool console_is_forced(void)
{
    return is_forced;
}

static bool stream_trylock(unsigned long *flags)
{
    *flags = local_irq_save();
    if (is_forced || spin_trylock(&stream_lock))
        return true;
    local_irq_restore(*flags);
    return false;
}

static void stream_unlock(unsigned long flags)
{
    if (!is_forced)
        spin_unlock(&stream_lock);
    local_irq_restore(flags);
}

static unsigned long stream_lock_wait(void)
{
    if (is_forced)
        return local_irq_save();
    return spin_lock_irqsave(&stream_lock);
}

static void device_catch_up(struct console_device *dev)
{
    char chunk[128];
    size_t n;

    if (!conring_has(dev->done))
        return;
    if (dev->is_mid_line && !dev->is_off)
        dev->write(dev, "\n", 1);
    dev->is_mid_line = false;
    while ((n = conring_read(&dev->done, chunk, sizeof(chunk))) != 0)
        if (!dev->is_off)
            dev->write(dev, chunk, n);
}

static void stream_catch_up(void)
{
    for (struct console_device *dev = devices; dev; dev = dev->next)
        device_catch_up(dev);
}

static bool stream_is_behind(void)
{
    /* Pairs with the exchange in conring_write(): S1. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    for (struct console_device *dev = READ_ONCE(devices); dev; dev = dev->next)
        if (conring_has(READ_ONCE(dev->done)))
            return true;
    return false;
}

void console_kick(void)
{
    unsigned long flags;

    while (stream_is_behind()) {
        if (!stream_trylock(&flags))
            return;                     /* S1: its holder does it */
        stream_catch_up();
        stream_unlock(flags);
    }
}

static size_t line_length(const char *text, size_t n)
{
    size_t i = 0;

    while (i < n && text[i] != '\n')
        i++;
    return MIN(i + 1, n);
}

static void device_write(struct console_device *dev, const char *prefix,
                         const char *text, size_t n)
{
    size_t prefix_length = strlen(prefix);

    while (n) {
        size_t step = prefix_length ? line_length(text, n) : n;

        if (prefix_length && !dev->is_mid_line)
            dev->write(dev, prefix, prefix_length);
        dev->write(dev, text, step);
        dev->is_mid_line = text[step - 1] != '\n';
        text += step;
        n -= step;
    }
}

void console_write_as(const void *who, const char *prefix, const char *text,
                      size_t n)
{
    static const void *last_writer;     /* under stream_lock */
    unsigned long flags;

    flags = stream_lock_wait();
    stream_catch_up();
    for (struct console_device *dev = devices; n && dev; dev = dev->next) {
        if (dev->is_off)
            continue;
        if (dev->is_mid_line && who != last_writer) {
            dev->write(dev, "\n", 1);
            dev->is_mid_line = false;
        }
        device_write(dev, prefix, text, n);
    }
    last_writer = who;
    stream_unlock(flags);
    console_kick();
}

void console_write(const char *text, size_t n)
{
    console_write_as(NULL, "", text, n);
}

void console_add(struct console_device *dev)
{
    unsigned long flags = stream_lock_wait();

    dev->next = devices;
    WRITE_ONCE(devices, dev);
    stream_unlock(flags);
    console_kick();
}

/* Whoever was writing has been stopped, and what he wrote is no line. */
void console_force(void)
{
    bool is_cut = !is_forced && spin_is_locked(&stream_lock);

    is_forced = true;
    for (struct console_device *dev = devices; is_cut && dev; dev = dev->next)
        dev->is_mid_line = true;
}

bool console_is_behind(void)
{
    for (struct console_device *dev = READ_ONCE(devices); dev; dev = dev->next)
        if (!READ_ONCE(dev->is_off) && dev->is_behind && dev->is_behind(dev))
            return true;
    return false;
}

void console_flush(void)
{
    console_kick();
    for (struct console_device *dev = READ_ONCE(devices); dev; dev = dev->next)
        if (dev->flush)
            dev->flush(dev);
}
