/* SPDX-License-Identifier: MIT */
/*
 * io/protocols.h - the key "protocol" in the store: by whose layout a frontend
 * wrote its ring, for rings whose layout depends on the width of a guest.
 *
 * Source: Xen 4.17.
 */
#ifndef PUBLIC_IO_PROTOCOLS_H
#define PUBLIC_IO_PROTOCOLS_H

#define XEN_IO_PROTO_ABI_X86_32     "x86_32-abi"
#define XEN_IO_PROTO_ABI_X86_64     "x86_64-abi"
#define XEN_IO_PROTO_ABI_ARM        "arm-abi"

#ifdef __i386__
#define XEN_IO_PROTO_ABI_NATIVE     XEN_IO_PROTO_ABI_X86_32
#else
#define XEN_IO_PROTO_ABI_NATIVE     XEN_IO_PROTO_ABI_X86_64
#endif

#endif
