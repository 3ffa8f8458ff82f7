/* SPDX-License-Identifier: MIT */
/* ns16550_option.c - the grammar of com1= and com2=. */
#include <hv/compiler.h>
#include <hv/errno.h>
#include <hv/string.h>

#include "ns16550.h"

#define LCR_STOP2   (1u << 2)
#define HIGHEST_IRQ 15u

/* Step over a comma, if something follows here at all. */
static bool next_field(const char **s)
{
    if (**s != ',')
        return false;
    (*s)++;
    return true;
}

static bool field_is_empty(const char *s)
{
    return *s == ',' || *s == '\0';
}

static int parse_number(const char **s, uint64_t max, uint64_t *value)
{
    const char *end;

    if (**s < '0' || **s > '9')
        return -EINVAL;
    *value = string_to_u64(*s, &end, 0);
    if (end == *s || *value > max)
        return -EINVAL;
    *s = end;
    return 0;
}

static int parse_speed(const char **s, struct ns16550_config *c)
{
    uint64_t value = 0;
    int rc = 0;

    if (strncmp(*s, "auto", 4) == 0)
        *s += 4;
    else
        rc = parse_number(s, UINT32_MAX, &value);
    if (rc)
        return rc;
    c->baud = (uint32_t)value;
    if (**s != '/')
        return 0;
    (*s)++;
    rc = parse_number(s, UINT32_MAX, &value);
    c->clock = (uint32_t)value;
    return rc;
}

/* Parity in bits 5..3 of LCR. */
static int parity_bits(char letter)
{
    switch (letter) {
    case 'n': return 0;
    case 'o': return 1 << 3;
    case 'e': return 3 << 3;
    case 'm': return 5 << 3;
    case 's': return 7 << 3;
    default:  return -EINVAL;
    }
}

static int parse_frame(const char **s, struct ns16550_config *c)
{
    const char *dps = *s;
    int parity;

    if (dps[0] < '5' || dps[0] > '8')
        return -EINVAL;
    parity = parity_bits(dps[1]);
    if (parity < 0 || (dps[2] != '1' && dps[2] != '2'))
        return -EINVAL;
    c->line_control = (uint8_t)((dps[0] - '5') | parity |
                                (dps[2] == '2' ? LCR_STOP2 : 0));
    *s += 3;
    return 0;
}

static int parse_port(const char **s, struct ns16550_config *c)
{
    uint64_t value;
    int rc = parse_number(s, 0xfff8, &value);

    if (rc == 0)
        c->port = (uint16_t)value;
    return rc;
}

static int parse_irq(const char **s, struct ns16550_config *c)
{
    uint64_t value;
    int rc = parse_number(s, HIGHEST_IRQ, &value);

    if (rc == 0)
        c->irq = (uint8_t)value;
    return rc;
}

int ns16550_parse(const char *text, struct ns16550_config *config)
{
    static int (*const fields[])(const char **, struct ns16550_config *) = {
        parse_speed, parse_frame, parse_port, parse_irq,
    };
    struct ns16550_config c = *config;
    int rc = 0;

    for (size_t i = 0; i < ARRAY_SIZE(fields) && rc == 0; i++) {
        if (!field_is_empty(text))
            rc = fields[i](&text, &c);
        if (rc == 0 && !next_field(&text))
            break;
    }
    if (rc || *text != '\0' || c.clock < 16 || c.port == 0 ||
        c.baud > c.clock / 16)
        return -EINVAL;
    *config = c;
    return 0;
}
