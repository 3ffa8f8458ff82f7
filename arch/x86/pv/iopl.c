/* SPDX-License-Identifier: MIT */
/*
 * iopl.c - the guest's virtual I/O privilege: PHYSDEVOP_set_iopl and
 * set_iobitmap. The real IOPL is always 0, so each IN and OUT is emulated
 * (emulate/port_io.c) and looks at these.
 */
#include <asm/layout.h>
#include <asm/pv.h>
#include <hv/control.h>
#include <hv/domain.h>
#include <hv/errno.h>
#include <hv/pirq.h>

#define IO_PORTS    65536u

/* The kernel counts as ring 1, or as ring 0 where the guest asked for flags as
 * on bare hardware. */
bool iopl_allows(const struct vcpu *v)
{
    unsigned int ring = 3;

    if (v->arch.in_kernel)
        ring = v->domain->assists & (1u << VMASST_TYPE_architectural_iopl)
                   ? 0 : 1;
    return v->arch.iopl >= ring;
}

long arch_set_iopl(unsigned int iopl)
{
    if (iopl > 3)
        return -EINVAL;
    current->arch.iopl = (uint8_t)iopl;
    return 0;
}

/* The domain's vcpus stand still, one after the other. */
long arch_domain_set_iopl(struct domain *d, unsigned int iopl)
{
    struct vcpu *v;

    if (iopl > 3)
        return -EINVAL;
    for_each_vcpu(d, v) {
        if (v != current)
            vcpu_pause(v);
        v->arch.iopl = (uint8_t)iopl;
        if (v != current)
            vcpu_unpause(v);
    }
    return 0;
}

long arch_set_iobitmap(unsigned long va, unsigned int nr)
{
    if (nr > IO_PORTS || !va_is_canonical(va) ||
        (va >= HV_VIRT_START && va < HV_VIRT_END))
        return -EINVAL;
    current->arch.io_bitmap = va;
    current->arch.io_bitmap_ports = nr;
    return 0;
}
