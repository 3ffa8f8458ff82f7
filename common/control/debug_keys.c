/* SPDX-License-Identifier: MIT */
/* debug_keys.c - keys of the hypervisor's console, pressed by tools. */
#include <hv/errno.h>
#include <hv/guest_copy.h>
#include <hv/keyhandler.h>
#include <hv/sysctl.h>
#include <public/sysctl.h>

#define KEYS_MOST   64u     /* at once: each may print at length */

long sysctl_debug_keys(struct xen_sysctl *op)
{
    const struct xen_sysctl_debug_keys *k = &op->u.debug_keys;
    unsigned long va = (unsigned long)k->keys.p;

    if (k->nr_keys > KEYS_MOST)
        return -E2BIG;
    for (uint32_t i = 0; i < k->nr_keys; i++) {
        char key;

        if (read_guest(key, va + i))
            return -EFAULT;
        keyhandler_run(key);
    }
    return 0;
}
