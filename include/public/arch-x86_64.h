/* SPDX-License-Identifier: MIT */
/* arch-x86_64.h - the name by which older sources include arch-x86/xen.h. */
#include "arch-x86/xen.h"
