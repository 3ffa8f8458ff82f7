# SPDX-License-Identifier: MIT
"""
stages.py - run make targets one after the other and add up their results.

    stages.py TARGET...

A target's results are its last line of the form "N passed, N failed[, N
skipped]"; one without such a line counts as one test, by its exit code. All
targets run, whatever came before. The last line is the sum.
"""

import os
import re
import subprocess
import sys
import time

COUNT = re.compile(
    r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$")


def run_stage(target):
    """Run it, showing what it prints. Returns [passed, failed, skipped]."""
    make = os.environ.get("MAKE", "make")
    match = None
    with subprocess.Popen([make, "--no-print-directory", target], text=True,
                          errors="replace", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            match = COUNT.match(line.strip()) or match
    if not match:
        return [0, 1, 0] if process.returncode else [1, 0, 0]
    counts = [int(number or 0) for number in match.groups()]
    if process.returncode and not counts[1]:
        counts[1] = 1           # it ended badly after its own count
    return counts


def main():
    targets = sys.argv[1:]
    if not targets:
        raise SystemExit("usage: stages.py TARGET...")
    total, start = [0, 0, 0], time.monotonic()
    for target in targets:
        print(f"== {target}", flush=True)
        counts = run_stage(target)
        total = [a + b for a, b in zip(total, counts)]
        print(f"-- {target}: {counts[0]} passed, {counts[1]} failed, "
              f"{time.monotonic() - start:.0f} s since the start", flush=True)
    line = f"{total[0]} passed, {total[1]} failed"
    print(line + (f", {total[2]} skipped" if total[2] else ""))
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main())
