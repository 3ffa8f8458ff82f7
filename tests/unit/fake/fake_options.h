/* SPDX-License-Identifier: MIT */
/* fake_options.h - give the code under test a command line. */
#ifndef FAKE_OPTIONS_H
#define FAKE_OPTIONS_H

#include <hv/cmdline.h>

extern const struct cmdline_option __start_cmdline_options[];
extern const struct cmdline_option __stop_cmdline_options[];

static inline void fake_options_parse(const char *line)
{
    cmdline_parse(line, __start_cmdline_options,
                  (size_t)(__stop_cmdline_options - __start_cmdline_options));
}

#endif
