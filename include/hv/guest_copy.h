/* SPDX-License-Identifier: MIT */
/*
 * guest_copy.h - the only way to guest memory: the current vcpu's virtual
 * addresses, read or written once, faults caught. 0 or -EFAULT; on -EFAULT an
 * unknown part was copied. Addresses of the hypervisor are -EFAULT.
 */
#ifndef HV_GUEST_COPY_H
#define HV_GUEST_COPY_H

#include <hv/compiler.h>
#include <hv/frame_num.h>

int copy_from_guest(void *to, guest_va_t from, size_t n) MUST_CHECK;
int copy_to_guest(guest_va_t to, const void *from, size_t n) MUST_CHECK;

/* One object at a guest pointer that came in a register or a structure. */
#define read_guest(var, va) copy_from_guest(&(var), guest_va(va), sizeof(var))
#define write_guest(va, var) copy_to_guest(guest_va(va), &(var), sizeof(var))

#endif
