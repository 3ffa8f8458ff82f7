# SPDX-License-Identifier: MIT
"""
dmesg_diff.py - warnings and errors that only one of two kernel logs has.

    dmesg_diff.py OURS THEIRS

Logs are as `dmesg -r` prints them: "<level>[time] text". Lines of level 4
(warning) and more serious are compared with times, addresses and other
numbers taken out, since those differ between any two boots. Exit code 1 when
OURS has a line that THEIRS has not.
"""

import re
import sys

WARNING = 4
LINE = re.compile(r"^<(\d+)>\[ *\d+\.\d+\] ?(.*)$")
LEVEL_MASK = 7                  # above it is the facility
NUMBERS = [
    (re.compile(r"\b0x[0-9a-f]+\b"), "HEX"),
    (re.compile(r"\b[0-9a-f]{8,16}\b"), "HEX"),
    (re.compile(r"\d+(\.\d+)?"), "N"),
]


def normalise(text):
    for pattern, word in NUMBERS:
        text = pattern.sub(word, text)
    return text.strip()


def warnings(log):
    """{normalised line: as it came} of all warnings and errors, in order."""
    found = {}
    for line in log.replace("\r", "").splitlines():
        match = LINE.match(line)
        if match and int(match.group(1)) & LEVEL_MASK <= WARNING:
            found.setdefault(normalise(match.group(2)), line)
    return found


def only_in_first(first, second):
    known = warnings(second)
    return [line for key, line in warnings(first).items() if key not in known]


def main():
    if len(sys.argv) != 3:
        raise SystemExit("usage: dmesg_diff.py OURS THEIRS")
    texts = []
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8", errors="replace") as file:
            texts.append(file.read())
        if not any(LINE.match(l) for l in texts[-1].splitlines()):
            raise SystemExit(f"{path} holds no line of dmesg -r")
    ours, theirs = only_in_first(*texts), only_in_first(*reversed(texts))
    for mark, lines in (("-", theirs), ("+", ours)):
        for line in lines:
            print(mark, line)
    return 1 if ours else 0


if __name__ == "__main__":
    sys.exit(main())
