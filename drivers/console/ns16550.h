/* SPDX-License-Identifier: MIT */
/* ns16550.h - what com1= and com2= say about a serial line. */
#ifndef NS16550_H
#define NS16550_H

#include <hv/types.h>

struct ns16550_config {
    uint32_t baud;          /* 0: as the firmware left it */
    uint32_t clock;         /* Hz, sixteen times the highest baud rate */
    uint16_t port;
    uint8_t line_control;   /* LCR: data bits, parity, stop bits */
    uint8_t irq;            /* 0: polled */
};

/* baud|auto[/clock][,[DPS][,[port][,[irq]]]], as in 115200,8n1,0x3f8,4. What
 * is left out stays as it was. 0 or -EINVAL, then nothing has changed. */
int ns16550_parse(const char *text, struct ns16550_config *config);

#endif
