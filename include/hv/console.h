/* SPDX-License-Identifier: MIT */
/*
 * console.h - one stream of text to all devices that console= names, and the
 * keys that come back from them.
 */
#ifndef HV_CONSOLE_H
#define HV_CONSOLE_H

#include <hv/compiler.h>
#include <hv/types.h>

struct boot_video;

/* A place that text goes to. The stream's holder calls write() with one call
 * at a time, unless the console is forced (see below). */
struct console_device {
    const char *name;               /* as console= has it */
    void (*write)(struct console_device *dev, const char *text, size_t n);
    void (*flush)(struct console_device *dev);  /* until it is out; or NULL */
    /* Half of what it can keep is still to be sent; NULL: never. */
    bool (*is_behind)(const struct console_device *dev);
    struct console_device *next;
    uint64_t done;                  /* position in the message ring */
    bool is_mid_line;               /* a domain's text ended inside a line */
    bool is_off;
};

/* Boot, in this order: serial lines, once the command line is parsed (needs
 * port I/O only); the screen, and once more when ioremap() reaches all of
 * memory; keys, once softirqs and irq_request() do. */
void console_init_serial(void);
void console_init_video(const struct boot_video *video);
void console_init_interrupts(void);
/* Domains are about to run: domain 0 has the keys now, and the screen as well
 * unless vga=keep. */
void console_give_to_domains(void);
/* A serial line is at @port: domain 0 may not have it. */
bool console_owns_port(uint16_t port);

/* For devices. Is @name one of console=? From the moment a device is added it
 * is given all messages, the early ones too. */
bool console_is_chosen(const char *name);
void console_add(struct console_device *dev);
bool console_is_sync(void);         /* wait until each character is out */
bool console_is_forced(void);       /* the machine is dying: take no lock */

/* Send on what is in the message ring. Any context; if another one is at it,
 * that one does it. */
void console_kick(void);
/* A domain's own text, not kept in the ring: @prefix goes before each line, and
 * what @who writes is no part of a line that somebody else began. Domain 0 is
 * NULL and has no prefix. Interrupts may be off. */
void console_write_as(const void *who, const char *prefix, const char *text,
                      size_t n);
void console_write(const char *text, size_t n);     /* domain 0's */
/* A device is behind with its text: who can keep his own for some time shall,
 * so that others need not wait for the device. */
bool console_is_behind(void);
/* All other CPUs stand still and no lock is ever given back: just write. */
void console_force(void);
/* Wait until everything is out. */
void console_flush(void);

/* Characters that a device received; interrupt context. */
void console_receive(const char *keys, size_t n);
/* Take up to @n characters meant for domain 0. */
size_t console_read(char *buf, size_t n);

/* Who may be given the keys. */
#define KEY_RANK_HYPERVISOR 0x10000u
#define KEY_NAME_MAX        40u
struct key_reader {
    const char *name;               /* for people */
    uint32_t rank;                  /* a domain's number, or the above */
    /* There are keys. A softirq, no lock; the reader may be gone already. */
    void (*notify)(uint32_t rank);
    char *keys;
    uint32_t size;                  /* a power of two */
    uint32_t head, tail;            /* next to fill, next to take */
    bool is_to_be_told;
    struct key_reader *next;
};
void console_add_reader(struct key_reader *r);
void console_remove_reader(struct key_reader *r);
size_t console_take_keys(struct key_reader *r, char *buf, size_t n);
bool console_has_focus(const struct key_reader *r);

#endif
