/* SPDX-License-Identifier: MIT */
/*
 * port_policy.c - one port access for a domain: its own ports directly, those
 * shared with the hypervisor through a handler that keeps both apart, all
 * others not at all.
 *
 * Locks: the latches (0xcf8, 0x70) are the domain's own state and change under
 * its lock [D]; the devices have their own locks.
 */
#include <hv/domain.h>
#include <hv/pci.h>
#include <hv/rangeset.h>
#include <asm/io.h>
#include <asm/io_policy.h>
#include <asm/rtc.h>

#define PORT_PIT_CHANNEL_2  0x42
#define PORT_PIT_COMMAND    0x43
#define   PIT_SELECT(value) ((value) >> 6)      /* 8254: which channel */
#define PORT_SPEAKER        0x61
#define   SPEAKER_BITS      0x03u   /* gate and speaker: may be written */
#define   SPEAKER_VISIBLE   0x33u   /* and refresh toggle, output: be read */
#define PORT_PCI_ADDRESS    0xcf8
#define   PCI_ADDRESS_ENABLE (1u << 31)
#define PORT_PCI_DATA       0xcfc

static uint8_t rtc_index;       /* [D] of the one domain that has the clock */

static bool pci_address_read(struct domain *d, uint16_t port, uint32_t *value)
{
    (void)port;
    *value = READ_ONCE(d->arch.pci_address);
    return true;
}

static bool pci_address_write(struct domain *d, uint16_t port, uint32_t value)
{
    (void)port;
    spin_lock(&d->lock);
    d->arch.pci_address = value;
    spin_unlock(&d->lock);
    return true;
}

/* What the latch of @d points at; false when it points nowhere. */
static bool pci_target(const struct domain *d, struct pci_function *f,
                       unsigned int *reg)
{
    uint32_t latch = READ_ONCE(d->arch.pci_address);

    if (!(latch & PCI_ADDRESS_ENABLE))
        return false;
    *f = (struct pci_function){
        .bus = (uint8_t)(latch >> 16), .devfn = (uint8_t)(latch >> 8),
    };
    *reg = latch & 0xfc;
    return true;
}

static bool pci_data_read(struct domain *d, uint16_t port, unsigned int bytes,
                          uint32_t *value)
{
    struct pci_function f;
    unsigned int reg;

    if (!pci_target(d, &f, &reg))
        return false;
    *value = pci_read(f, reg + port % 4, bytes);
    return true;
}

static bool pci_data_write(struct domain *d, uint16_t port, unsigned int bytes,
                           uint32_t value)
{
    struct pci_function f;
    unsigned int reg;

    if (!pci_target(d, &f, &reg))
        return false;
    pci_write(f, reg + port % 4, bytes, value);
    return true;
}

static bool rtc_index_write(struct domain *d, uint16_t port, uint32_t value)
{
    (void)port;
    spin_lock(&d->lock);
    rtc_index = value & RTC_INDEX_MASK;
    spin_unlock(&d->lock);
    return true;
}

static bool rtc_data_read(struct domain *d, uint16_t port, uint32_t *value)
{
    (void)d;
    (void)port;
    *value = rtc_read(READ_ONCE(rtc_index));
    return true;
}

static bool rtc_data_write(struct domain *d, uint16_t port, uint32_t value)
{
    (void)d;
    (void)port;
    rtc_write(READ_ONCE(rtc_index), (uint8_t)value);
    return true;
}

static bool speaker_read(struct domain *d, uint16_t port, uint32_t *value)
{
    (void)d;
    *value = inb(port) & SPEAKER_VISIBLE;
    return true;
}

static bool speaker_write(struct domain *d, uint16_t port, uint32_t value)
{
    (void)d;
    outb(port, (uint8_t)((inb(port) & ~SPEAKER_BITS) | (value & SPEAKER_BITS)));
    return true;
}

static bool pit_read(struct domain *d, uint16_t port, uint32_t *value)
{
    (void)d;
    *value = inb(port);
    return true;
}

static bool pit_write(struct domain *d, uint16_t port, uint32_t value)
{
    (void)d;
    if (port == PORT_PIT_COMMAND && PIT_SELECT(value & 0xff) != 2)
        return false;       /* channel 0 and 1, and read-back, are not its */
    outb(port, (uint8_t)value);
    return true;
}

/* Ports that the domain with the devices shares with the hypervisor; the last
 * is a domain's own latch, and any's. NULL: not in that direction. */
static const struct shared_port {
    uint16_t port;
    uint8_t bytes;
    bool (*read)(struct domain *d, uint16_t port, uint32_t *value);
    bool (*write)(struct domain *d, uint16_t port, uint32_t value);
} shared_ports[] = {
    { PORT_PIT_CHANNEL_2, 1, pit_read, pit_write },
    { PORT_PIT_COMMAND, 1, NULL, pit_write },
    { PORT_SPEAKER, 1, speaker_read, speaker_write },
    { PORT_RTC_INDEX, 1, NULL, rtc_index_write },
    { PORT_RTC_DATA, 1, rtc_data_read, rtc_data_write },
    { PORT_PCI_ADDRESS, 4, pci_address_read, pci_address_write },
};

static const struct shared_port *find_shared(const struct domain *d,
                                             uint16_t port, unsigned int bytes)
{
    for (size_t i = 0; i < ARRAY_SIZE(shared_ports); i++)
        if (shared_ports[i].port == port && shared_ports[i].bytes == bytes &&
            (d->is_hardware || port == PORT_PCI_ADDRESS))
            return &shared_ports[i];
    return NULL;
}

static bool is_pci_data(const struct domain *d, uint16_t port)
{
    return d->is_hardware && port >= PORT_PCI_DATA && port < PORT_PCI_DATA + 4;
}

static bool is_own(struct domain *d, uint16_t port, unsigned int bytes)
{
    bool own;

    spin_lock(&d->lock);
    own = rangeset_contains(&d->ioports, port, port + bytes - 1);
    spin_unlock(&d->lock);
    return own;
}

static uint32_t direct_read(uint16_t port, unsigned int bytes)
{
    if (bytes == 1)
        return inb(port);
    return bytes == 2 ? inw(port) : inl(port);
}

static void direct_write(uint16_t port, unsigned int bytes, uint32_t value)
{
    if (bytes == 1)
        outb(port, (uint8_t)value);
    else if (bytes == 2)
        outw(port, (uint16_t)value);
    else
        outl(port, value);
}

static bool read_any(struct domain *d, uint16_t port, unsigned int bytes,
                     uint32_t *value)
{
    const struct shared_port *shared = find_shared(d, port, bytes);

    if (shared)
        return shared->read && shared->read(d, port, value);
    if (is_pci_data(d, port))
        return pci_data_read(d, port, bytes, value);
    if (!is_own(d, port, bytes))
        return false;
    *value = direct_read(port, bytes);
    return true;
}

bool port_read(struct domain *d, uint16_t port, unsigned int bytes,
               uint32_t *value)
{
    uint32_t ones = 0xffffffffu >> (32 - 8 * bytes);

    *value = ones;
    if (!read_any(d, port, bytes, value))
        return false;
    *value &= ones;
    return true;
}

bool port_write(struct domain *d, uint16_t port, unsigned int bytes,
                uint32_t value)
{
    const struct shared_port *shared = find_shared(d, port, bytes);

    if (shared)
        return shared->write && shared->write(d, port, value);
    if (is_pci_data(d, port))
        return pci_data_write(d, port, bytes, value);
    if (!is_own(d, port, bytes))
        return false;
    direct_write(port, bytes, value);
    return true;
}
