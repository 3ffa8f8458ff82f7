/* SPDX-License-Identifier: MIT */
/*
 * renamed_shim.c - common/loader/shim.c under names that libc leaves free. The
 * table that decoders.lds gathers is a section of the test's.
 */
#include "renamed.h"

#define malloc              our_malloc
#define calloc              our_calloc
#define free                our_free
#define __stack_chk_fail    our_stack_chk_fail
#define decoders_constructors       __start_constructors
#define decoders_constructors_end   __stop_constructors

#include "../../../common/loader/shim.c"
