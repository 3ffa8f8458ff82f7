#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
normalise.py - what xl printed, without what differs from run to run.

Numbers, ids, times and the state of what runs are replaced, columns joined,
and the lines of `xl info` that say who made the hypervisor keep their names
only. As a program it is a filter.
"""

import re
import sys

IDENTITY = ("xen_extra xen_version xen_changeset xen_commandline cc_compiler "
            "cc_compile_by cc_compile_domain cc_compile_date build_id "
            "hw_caps virt_caps xend_config_format").split()
RULES = [(re.compile(pattern, re.MULTILINE), to) for pattern, to in (
    (r"\r", ""),
    (rf"^({'|'.join(IDENTITY)})( *:).*", r"\1\2 ..."),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID"),
    (r"\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b", "MAC"),
    (r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w+ +\d+ [\d:]+ (\w+ )?\d+", "DATE"),
    # A domain that runs, or waits, or neither at this moment.
    (r"(?<=\s)[-r][-b]----(?=\s)", "<live>"),
    (r"(?<=\s)[-r][-b]-(?=\s)", "<live>"),
    (r"(?<=\s)-[-b]p---(?=\s)", "<paused>"),
    # It depends on which devices came and went before.
    (r"^libxl: warning: .*Device present in JSON but not in xenstore.*\n", ""),
    (r"--[-b]--[-r](?=\s)", "<live>"),
    (r"0x[0-9a-fA-F]+", "N"),
    (r"\d+(\.\d+)?%?", "N"),
    (r"[ \t]+", " "),
    (r" $", ""),
)]


def normalise(text):
    for pattern, to in RULES:
        text = pattern.sub(to, text)
    return text.strip("\n")


if __name__ == "__main__":
    print(normalise(sys.stdin.read()))
