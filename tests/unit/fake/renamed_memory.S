/* SPDX-License-Identifier: MIT */
/* renamed_memory.S - the memory functions under names that libc leaves free. */
#include "renamed.h"
#include "../../../arch/x86/lib/memory.S"
