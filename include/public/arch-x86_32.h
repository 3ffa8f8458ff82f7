/* SPDX-License-Identifier: MIT */
/* arch-x86_32.h - the name by which older sources include arch-x86/xen.h. */
#include "arch-x86/xen.h"
