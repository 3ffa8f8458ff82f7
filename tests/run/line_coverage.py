# SPDX-License-Identifier: MIT
"""
line_coverage.py - lines of the neutral code (common/) that unit tests reach,
by gcov, without optimization. A file that no test links counts with all lines.
"""

import glob
import json
import os
import subprocess
import sys

SHIPPED = ["-Iinclude", "-Iarch/x86/include"]
# Sanitizers would take longer than the tests may.
FLAGS = "-O0 --coverage -fno-sanitize=all"
GOAL = 90


def run_tests(out):
    """Build and run all unit tests; stops when one of them fails."""
    for old in glob.glob(os.path.join(out, "*.gc??")):
        os.unlink(old)
    environment = dict(os.environ, OUT=out, UNIT_FLAGS=FLAGS)
    if subprocess.run(["tests/unit/run"], env=environment).returncode:
        sys.exit("coverage: the unit tests fail")


def compile_unlinked(path, out):
    """Only to learn which lines it has."""
    where = os.path.join(out, path.replace("/", "_") + ".o")
    subprocess.run(["gcc", "-std=gnu11", "-O0", "--coverage", "-ffreestanding",
                    "-mgeneral-regs-only", "-DHV_DEBUG=1", *SHIPPED, "-c",
                    path, "-o", where], check=True)
    return where[:-2] + ".gcno"


def gcov(notes):
    """{file of common/: {line: times}} of some .gcda or .gcno files."""
    lines = {}
    text = subprocess.run(["gcov", "--json-format", "--stdout", *notes],
                          check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout
    for record in text.decode().splitlines():
        for entry in json.loads(record)["files"]:
            path = os.path.normpath(entry["file"])
            if not path.startswith("common/"):
                continue
            counts = lines.setdefault(path, {})
            for line in entry["lines"]:
                number = line["line_number"]
                counts[number] = counts.get(number, 0) + line["count"]
    return lines


def measure(build):
    """[{file, lines, reached, missed: [line]}], worst first."""
    out = os.path.join(build, "coverage")
    os.makedirs(out, exist_ok=True)
    run_tests(out)
    lines = gcov(sorted(glob.glob(os.path.join(out, "*.gcda"))))
    for path in sorted(glob.glob("common/**/*.c", recursive=True)):
        if path not in lines:
            lines.update(gcov([compile_unlinked(path, out)]))
    result = []
    for path, counts in lines.items():
        missed = sorted(n for n, times in counts.items() if not times)
        result.append({"file": path, "lines": len(counts),
                       "reached": len(counts) - len(missed),
                       "missed": missed})
    return sorted(result, key=lambda f: f["reached"] / max(f["lines"], 1))


def ranges(numbers):
    """[3, 4, 5, 9] is 3-5 9."""
    text, start = [], None
    for i, number in enumerate(numbers):
        start = number if start is None else start
        if i + 1 == len(numbers) or numbers[i + 1] != number + 1:
            text.append(str(start) if start == number
                        else f"{start}-{number}")
            start = None
    return " ".join(text)


def report(files):
    total = sum(f["lines"] for f in files)
    reached = sum(f["reached"] for f in files)
    print(f"{'file':<38}{'lines':>6}{'reached':>9}  lines not reached")
    for f in files:
        missed = ranges(f["missed"])
        print(f"{f['file']:<38}{f['lines']:>6}"
              f"{100 * f['reached'] / max(f['lines'], 1):>8.1f}%  "
              f"{missed[:60] + (' ...' if len(missed) > 60 else '')}".rstrip())
    print(f"{reached} of {total} lines of common/ reached, "
          f"{100 * reached / total:.1f}% (goal: over {GOAL}%)")
