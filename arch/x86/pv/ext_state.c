/* SPDX-License-Identifier: MIT */
/*
 * ext_state.c - a vcpu's vector registers, read and written by the tools that
 * save and restore its domain. In guest memory:
 *
 *     0 xcr0   8 xcr0 as it ever was   16 XSAVE image, standard format
 *
 * The image has all components that this machine switches. One that is loaded
 * may be shorter, and is checked so that XRSTOR cannot fault on it (SDM 1
 * 13.8.1).
 */
#include <asm/cpu.h>
#include <asm/cpuid.h>
#include <asm/pv.h>
#include <hv/domain.h>
#include <hv/domctl.h>
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/heap.h>
#include <hv/string.h>
#include <public/domctl.h>

#define LEAF_XSTATE     0xdu
#define COMPONENTS      63u
#define FIRST_EXTENDED  2u          /* x87 and SSE lie in the first 512 bytes */

struct xstate_head {                /* SDM 1 13.4.2 */
    uint8_t  legacy[512];
    uint64_t xstate_bv;
    uint64_t xcomp_bv;              /* 0: standard format */
    uint64_t reserved[6];           /* 0 */
};
_Static_assert(sizeof(struct xstate_head) == 576, "SDM 1 13.4");

struct image {
    uint64_t xcr0, xcr0_ever;
    struct xstate_head head;        /* and what follows it */
};

static size_t image_size(void)
{
    if (!cpu_features.xsave)
        return 0;
    return offsetof(struct image, head) + cpu_features.xsave_size;
}

static int get_state(const struct vcpu *v, struct xen_domctl_vcpuextstate *x)
{
    const uint64_t words[2] = { v->arch.xcr0, cpu_features.xcr0 };
    unsigned long to = (unsigned long)x->buffer.p;

    if (!to || (!x->size && !x->xfeature_mask)) {
        x->size = image_size();
        x->xfeature_mask = cpu_features.xsave ? cpu_features.xcr0 : 0;
        return 0;
    }
    if (!image_size() || x->size != image_size() ||
        x->xfeature_mask != cpu_features.xcr0)
        return -EINVAL;
    if (write_guest(to, words))
        return -EFAULT;
    return copy_to_guest(guest_va(to + sizeof(words)), v->arch.fpu,
                         cpu_features.xsave_size);
}

/* Do all components that @head says it has lie within @size bytes? */
static bool components_fit(const struct xstate_head *head, size_t size)
{
    for (unsigned int i = FIRST_EXTENDED; i < COMPONENTS; i++) {
        struct cpuid_regs r;

        if (!(head->xstate_bv >> i & 1))
            continue;
        r = cpuid(LEAF_XSTATE, i);
        if ((size_t)r.ebx + r.eax > size)
            return false;
    }
    return true;
}

/* -EINVAL; -EIO something where there must be nothing. */
static int check(const struct image *image, size_t size)
{
    const struct xstate_head *head = &image->head;
    uint64_t reserved = 0;

    if (!xcr0_is_valid(image->xcr0) || !xcr0_is_valid(image->xcr0_ever) ||
        (image->xcr0 & ~image->xcr0_ever) ||
        (head->xstate_bv & ~image->xcr0_ever) || head->xcomp_bv ||
        !components_fit(head, size - offsetof(struct image, head)))
        return -EINVAL;
    for (size_t i = 0; i < ARRAY_SIZE(head->reserved); i++)
        reserved |= head->reserved[i];
    return reserved ? -EIO : 0;
}

static int set_state(struct vcpu *v, const struct xen_domctl_vcpuextstate *x)
{
    struct image *image;
    int rc;

    if (x->size < sizeof(*image) || x->size > image_size())
        return -EINVAL;
    image = heap_alloc(image_size(), 0);
    if (!image)
        return -ENOMEM;
    if (copy_from_guest(image, guest_va((unsigned long)x->buffer.p), x->size)) {
        rc = -EFAULT;
    } else {
        rc = check(image, x->size);
        if (!rc) {
            v->arch.xcr0 = image->xcr0;
            fpu_vcpu_set_all(v, &image->head);
        }
    }
    heap_free(image);
    return rc;
}

int arch_domctl_vcpuextstate(struct domain *d, struct xen_domctl *op)
{
    struct xen_domctl_vcpuextstate *x = &op->u.vcpuextstate;
    struct vcpu *v = domain_vcpu(d, x->vcpu);
    int rc;

    if (!v)
        return -ESRCH;
    vcpu_pause(v);
    rc = op->cmd == XEN_DOMCTL_getvcpuextstate ? get_state(v, x)
                                               : set_state(v, x);
    vcpu_unpause(v);
    return rc;
}
