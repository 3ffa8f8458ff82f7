/* SPDX-License-Identifier: MIT */
/*
 * cmdline.h - the real one, but options go to a section with the name of a C
 * identifier: for those the linker makes boundary symbols without being told.
 */
#ifndef FAKE_HV_CMDLINE_H
#define FAKE_HV_CMDLINE_H

#include_next <hv/cmdline.h>

#undef CMDLINE_OPTION
#define CMDLINE_OPTION(id, ...)                                             \
    static const struct cmdline_option cmdline_##id                         \
        __attribute__((used, section("cmdline_options"), aligned(8))) =     \
        { __VA_ARGS__ }

#endif
