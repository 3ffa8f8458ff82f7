#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
compare.py - is our interface the one that guests know?

Compiles all our headers and the reference's of the same names, for one word
size and one __XEN_INTERFACE_VERSION__, and compares every constant, type, field
and enumerator:
  both define it     the values must be equal, unless ours.txt pins ours
  only we do         ours.txt must pin it
  only they do       absent.txt must have it, with the reason
Of what the reference shows to tools only (__XEN_TOOLS__), only what we define
is compared.

Usage: compare.py OURS REFERENCE SCRATCH -m64|-m32 VERSION
Prints a line per failure, then "N passed, N failed".
"""
import fnmatch
import os
import sys

import dwarf
import macros

HERE = os.path.dirname(os.path.abspath(__file__))
OTHER_WIDTH = {"-m64": "arch-x86/xen-x86_32.h", "-m32": "arch-x86/xen-x86_64.h"}
NOT_THEIRS = {"dom0_ops.h"}     # there an alias of platform.h, for old sources
FOR_TOOLS = {"domctl.h", "sysctl.h"}    # there an error for everybody else


def headers(root, mode):
    """All headers for that word size, the entry first: theirs lean on it."""
    found = []
    for folder, _, files in os.walk(root):
        for name in files:
            if name.endswith(".h"):
                found.append(os.path.relpath(os.path.join(folder, name), root))
    found.remove(OTHER_WIDTH[mode])
    return sorted(found, key=lambda name: (name != "xen.h", name))


def table(root, names, scratch, flags):
    compiler = ["gcc", "-std=gnu11", "-ffreestanding", "-I" + root] + flags
    baseline, source = scratch + ".base.h", scratch + ".all.h"
    with open(baseline, "w") as out:
        out.write("#include <stddef.h>\n#include <stdint.h>\n")
    with open(source, "w") as out:
        out.write("#include <stddef.h>\n#include <stdint.h>\n")
        out.writelines('#include "%s"\n' % name for name in names)
    unit = scratch + ".types.c"
    for header, target in ((baseline, "base"), (source, "all")):
        with open(unit, "w") as out:
            out.write('#include "%s"\n' % header)
        macros.run(compiler + ["-g", "-gdwarf-4", "-w", "-c", unit, "-o",
                               "%s.%s.o" % (scratch, target),
                               "-fno-eliminate-unused-debug-types"])
    lines = macros.table(compiler, source, baseline, scratch)
    known = dwarf.Layouts(scratch + ".base.o").lines
    for key, value in dwarf.Layouts(scratch + ".all.o").lines.items():
        if key not in known:
            lines[key] = value
    return lines


def rules(name):
    """Lines "pattern = value" or "pattern  # reason" of a list."""
    found = []
    with open(os.path.join(HERE, name)) as lines:
        for line in lines:
            line = line.split("#")[0].strip()
            if line:
                key, _, value = line.partition(" = ")
                found.append((key.strip(), value.strip()))
    return found


def pinned(mode):
    """What ours.txt says for one word size; {} in a value is its pointers."""
    width = {"-m64": "8", "-m32": "4"}[mode]
    found = {}
    for key, value in rules("ours.txt"):
        words = key.split(" ", 1)
        if words[0] == mode:
            key = words[1]
        if not key.startswith("-m"):
            found[key] = value.replace("{}", width)
    return found


def matching(key, patterns):
    return next((p for p in patterns if fnmatch.fnmatchcase(key, p)), None)


def check(ours, theirs, mode):
    pins, absent = pinned(mode), [key for key, _ in rules("absent.txt")]
    passed, failures = 0, []
    exact = {key for key in pins if "*" not in key}
    for key in sorted(set(ours) | set(theirs) | exact):
        seen = ours.get(key, "not defined")
        expected = pins.get(key, theirs.get(key))
        if expected is None:
            expected = pins.get(matching(key, pins), "not defined "
                                "(if it should be, pin it in ours.txt)")
        elif key not in ours and matching(key, absent):
            expected = "not defined"
        if seen == expected:
            passed += 1
        else:
            failures.append("%s: expected %s, saw %s" % (key, expected, seen))
    return passed, failures


def main():
    root, reference, scratch, mode, version = sys.argv[1:]
    scratch = os.path.abspath(scratch)
    names = headers(root, mode)
    common = [n for n in names if n not in NOT_THEIRS
              and os.path.exists(os.path.join(reference, n))]
    flags = [mode, "-D__XEN_INTERFACE_VERSION__=" + version]
    ours = table(root, names, scratch + ".ours", flags)
    theirs = table(reference, [n for n in common if n not in FOR_TOOLS],
                   scratch + ".theirs", flags)
    tools = table(reference, common, scratch + ".tools",
                  [mode, "-D__XEN_TOOLS__"])
    for key, value in tools.items():
        if key in ours:
            theirs.setdefault(key, value)
    passed, failures = check(ours, theirs, mode)
    for line in failures:
        print("FAIL %s %s: %s" % (mode, version, line))
    print("%d passed, %d failed" % (passed, len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
