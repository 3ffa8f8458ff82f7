/* SPDX-License-Identifier: MIT */
/*
 * renamed.h - other names for the functions that libc has as well, so that a
 * test can hold ours against libc's. Include it before the source under test.
 */
#ifndef RENAMED_H
#define RENAMED_H

#define memcpy  our_memcpy
#define memmove our_memmove
#define memset  our_memset
#define memcmp  our_memcmp
#define strlen  our_strlen
#define strnlen our_strnlen
#define strcmp  our_strcmp
#define strncmp our_strncmp
#define strchr  our_strchr
#define strstr  our_strstr

#endif
