/* SPDX-License-Identifier: MIT */
/* renamed_string.c - common/lib/string.c under names that libc leaves free. */
#include "renamed.h"
#include "../../../common/lib/string.c"
