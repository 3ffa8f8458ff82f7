/* SPDX-License-Identifier: MIT */
/* io_policy.h - which ports and device memory a domain reaches, and how. */
#ifndef ASM_IO_POLICY_H
#define ASM_IO_POLICY_H

#include <hv/boot_info.h>
#include <hv/compiler.h>
#include <hv/types.h>

struct domain;

/* Fill the ioports and iomem (empty, on the heap) of the domain that drives
 * the devices: all but what the hypervisor keeps. @map is the machine's
 * memory; its RAM is no device. 0 or -ENOMEM. */
int io_policy_init(struct domain *d, const struct memory_map *map) MUST_CHECK;

/* Access @bytes (1, 2, 4) at @port for @d. False: @d may not; then nothing was
 * written, and *value is all ones. */
bool port_read(struct domain *d, uint16_t port, unsigned int bytes,
               uint32_t *value);
bool port_write(struct domain *d, uint16_t port, unsigned int bytes,
                uint32_t value);

#endif
