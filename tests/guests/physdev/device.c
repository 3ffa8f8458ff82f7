/* SPDX-License-Identifier: MIT */
/* device.c - configuration space by ports 0xcf8 and 0xcfc, edu's registers. */
#include "device.h"

#define CONFIG_ADDRESS  0xcf8
#define CONFIG_DATA     0xcfc
#define CONFIG_ENABLE   (1u << 31)
#define PCI_CAP_FIRST   0x34u

#define EDU_ID          0x11e81234u
#define XHCI_ID         0x01941033u
#define EDU_RAISE       0x60u
#define EDU_ACK         0x64u
#define EDU_WINDOW      10u         /* of window_page() */

static void out32(uint16_t port, uint32_t value)
{
    asm volatile("outl %0, %1" : : "a" (value), "Nd" (port));
}

static uint32_t in32(uint16_t port)
{
    uint32_t value;

    asm volatile("inl %1, %0" : "=a" (value) : "Nd" (port));
    return value;
}

static void select(unsigned devfn, unsigned reg)
{
    out32(CONFIG_ADDRESS, CONFIG_ENABLE | devfn << 8 | (reg & 0xfc));
}

uint32_t config_read(unsigned devfn, unsigned reg)
{
    select(devfn, reg);
    return in32(CONFIG_DATA);
}

void config_write(unsigned devfn, unsigned reg, uint32_t value)
{
    select(devfn, reg);
    out32(CONFIG_DATA, value);
}

bool device_is_there(void)
{
    hc_set_iopl(1);
    return config_read(EDU, 0) == EDU_ID && config_read(XHCI, 0) == XHCI_ID;
}

unsigned config_capability(unsigned devfn, unsigned id)
{
    unsigned at = config_read(devfn, PCI_CAP_FIRST) & 0xfc;

    for (unsigned n = 0; at && n < 48; n++) {
        uint32_t head = config_read(devfn, at);

        if ((head & 0xff) == id)
            return at;
        at = head >> 8 & 0xfc;
    }
    return 0;
}

uint64_t device_memory(unsigned devfn)
{
    uint64_t low = config_read(devfn, PCI_BAR0);

    if ((low & 6) == 4)             /* a 64-bit BAR */
        low |= (uint64_t)config_read(devfn, PCI_BAR0 + 4) << 32;
    return low & ~0xful;
}

static volatile uint32_t *edu_register(unsigned at)
{
    uint8_t *page = window_page(EDU_WINDOW);

    if (!va_to_mfn(page))
        page_map(page, pte_make(device_memory(EDU) >> PAGE_SHIFT,
                                PTE_PAGE | PTE_PCD));
    return (volatile uint32_t *)(page + at);
}

void edu_raise(void)
{
    *edu_register(EDU_RAISE) = 1;
    let_others_run();
}

void edu_calm(void)
{
    *edu_register(EDU_ACK) = ~0u;
}

long pirq_map(const struct physdev_map_pirq *wanted)
{
    struct physdev_map_pirq op = *wanted;
    long rc = hc_physdev_op(PHYSDEVOP_map_pirq, &op);

    return rc ? rc : op.pirq;
}

long pirq_unmap(long pirq)
{
    struct physdev_unmap_pirq op = { .domid = DOMID_SELF, .pirq = (int)pirq };

    return hc_physdev_op(PHYSDEVOP_unmap_pirq, &op);
}

long pirq_bind(unsigned pirq, unsigned flags)
{
    struct evtchn_bind_pirq op = { .pirq = pirq, .flags = flags };
    long rc = hc_event_channel_op(EVTCHNOP_bind_pirq, &op);

    return rc ? rc : (long)op.port;
}
