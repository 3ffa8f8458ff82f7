/* SPDX-License-Identifier: MIT */
/* fake_irq.c - see fake_irq.h. */
#include <check.h>
#include <string.h>
#include <hv/errno.h>
#include <hv/pirq.h>
#include "fake_irq.h"

#define CHIP_PADDR  0xfec00000u

bool fake_irq_is_open[IRQ_COUNT], fake_irq_is_masked[IRQ_COUNT];
struct msi_request fake_msi_request;
unsigned int fake_iopl, fake_iobitmap_ports;
unsigned long fake_iobitmap;

void fake_irq_start(void)
{
    memset(fake_irq_is_open, 0, sizeof(fake_irq_is_open));
    memset(fake_irq_is_masked, 1, sizeof(fake_irq_is_masked));
}

unsigned int arch_irq_gsi_count(void) { return FAKE_GSIS; }

bool arch_irq_is_level(unsigned int irq)
{
    return irq >= 16 && irq < FAKE_GSIS;
}

int arch_irq_open(unsigned int irq)
{
    if (irq >= FAKE_GSIS)
        return -EINVAL;
    if (irq == FAKE_HV_LINE)
        return -EBUSY;
    ck_assert(!fake_irq_is_open[irq]);
    fake_irq_is_open[irq] = fake_irq_is_masked[irq] = true;
    return 0;
}

void arch_irq_close(unsigned int irq)
{
    ck_assert(irq < IRQ_COUNT && fake_irq_is_open[irq]);
    fake_irq_is_open[irq] = false;
    fake_irq_is_masked[irq] = true;
}

int arch_irq_set_mode(unsigned int irq, bool is_level, bool is_low)
{
    (void)is_low;
    if (irq >= FAKE_GSIS)
        return -EINVAL;
    return is_level == arch_irq_is_level(irq) ? 0 : -EEXIST;
}

static bool is_free(unsigned int first, unsigned int count)
{
    for (unsigned int i = 0; i < count; i++)
        if (fake_irq_is_open[first + i])
            return false;
    return true;
}

int arch_msi_open(const struct msi_request *request, unsigned int *first)
{
    unsigned int n = request->count, at = FAKE_GSIS;

    fake_msi_request = *request;
    if (!n || n > 32 || (n & (n - 1)))
        return -EINVAL;
    while (at + n <= FAKE_GSIS + FAKE_MESSAGES && !is_free(at, n))
        at++;
    if (at + n > FAKE_GSIS + FAKE_MESSAGES)
        return -ENOSPC;
    for (unsigned int i = 0; i < n; i++)
        fake_irq_is_open[at + i] = fake_irq_is_masked[at + i] = true;
    *first = at;
    return 0;
}

void arch_irq_mask(unsigned int irq)
{
    ck_assert(irq < IRQ_COUNT);
    fake_irq_is_masked[irq] = true;
}

void arch_irq_unmask(unsigned int irq)
{
    ck_assert(irq < IRQ_COUNT && fake_irq_is_open[irq]);
    fake_irq_is_masked[irq] = false;
}

int arch_irq_chip_read(paddr_t paddr, unsigned int reg, uint32_t *value)
{
    if (paddr != CHIP_PADDR)
        return -EINVAL;
    *value = 0x1000 + reg;
    return 0;
}

long arch_set_iopl(unsigned int iopl)
{
    ck_assert(iopl <= 3);
    fake_iopl = iopl;
    return 0;
}

long arch_set_iobitmap(unsigned long va, unsigned int nr)
{
    ck_assert(nr <= 65536);
    fake_iobitmap = va;
    fake_iobitmap_ports = nr;
    return 0;
}
