/* SPDX-License-Identifier: MIT */
/*
 * format.h - printf into a buffer. Conversions: d i u x X o c s p %, with
 * flags 0 - + space #, width and precision (also *), lengths hh h l ll z t j.
 */
#ifndef HV_FORMAT_H
#define HV_FORMAT_H

#include <stdarg.h>
#include <hv/compiler.h>
#include <hv/types.h>

/* Both return the length the whole text has, as snprintf does; the buffer is
 * always terminated when @size is not 0. */
int format_text(char *buf, size_t size, const char *fmt, ...) PRINTF_LIKE(3, 4);
int format_text_v(char *buf, size_t size, const char *fmt, va_list args);

#endif
