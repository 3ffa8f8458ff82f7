# SPDX-License-Identifier: MIT
"""
macros.py - values of the object-like macros that a set of headers defines.

The compiler evaluates them: value, size and sign of each one that is an integer
expression. Others (strings, names of fields and types) give their expansion.
"""
import os
import re
import struct
import subprocess

DEFINE = re.compile(r"^#define (\w+)(\(?)(?: (.*))?")


def run(command, must_work=True):
    result = subprocess.run(command, capture_output=True, text=True)
    if must_work and result.returncode:
        raise SystemExit("%s\n%s" % (" ".join(command), result.stderr))
    return result


def defined(compiler, source):
    """Names of object-like macros, and names of function-like ones."""
    text = run(compiler + ["-E", "-dM", source]).stdout
    plain, calls = set(), set()
    for line in text.splitlines():
        match = DEFINE.match(line)
        if match:
            (calls if match.group(2) else plain).add(match.group(1))
    return plain, calls


def expansions(compiler, source, names, scratch):
    """What each name becomes, white space made uniform."""
    path = scratch + ".expand.c"
    with open(path, "w") as out:
        out.write('#include "%s"\n' % source)
        for name in names:
            out.write("\n@@@ %s @@@ %s @@@end\n" % (name[:1] + "~" + name[1:],
                                                   name))
    text = run(compiler + ["-E", "-P", path]).stdout
    found = {}
    for chunk in text.split("@@@end"):
        match = re.search(r"@@@ (\w)~(\w*) @@@(.*)$", chunk, re.S)
        if match:
            found[match.group(1) + match.group(2)] = re.sub(
                r"\s+", "", match.group(3))
    return found


def numbers(compiler, source, names, scratch):
    """Values of those names that are integer constants."""
    path, binary = scratch + ".values.c", scratch + ".values"
    names = sorted(names)
    first = 3
    while True:
        with open(path, "w") as out:
            out.write('#include "%s"\n' % source)
            out.write('__attribute__((section(".abi"), used)) '
                      "static const unsigned long long values[] = {\n")
            for name in names:
                out.write("%s, sizeof(%s), (__typeof__(%s))-1 < 0,\n"
                          % ("(unsigned long long)(%s)" % name, name, name))
            out.write("};\n")
        result = run(compiler + ["-fmax-errors=0", "-w", "-c", path,
                                 "-ftrack-macro-expansion=0",
                                 "-o", binary + ".o"], must_work=False)
        if result.returncode == 0:
            break
        bad = {int(n) - first for n in re.findall(
            r"\.values\.c:(\d+):\d+: error", result.stderr)}
        bad = {n for n in bad if 0 <= n < len(names)}
        if not bad:
            raise SystemExit("cannot evaluate macros:\n" + result.stderr)
        names = [n for i, n in enumerate(names) if i not in bad]
    run(["objcopy", "-O", "binary", "-j", ".abi", binary + ".o", binary])
    data = open(binary, "rb").read()
    os.remove(binary)
    words = struct.unpack("<%dQ" % (len(data) // 8), data)
    return {name: "%d, %s%d" % (words[3 * i],
                                "i" if words[3 * i + 2] else "u",
                                words[3 * i + 1])
            for i, name in enumerate(names)}


def table(compiler, source, baseline, scratch):
    plain, calls = defined(compiler, source)
    known, known_calls = defined(compiler, baseline)
    names = plain - known
    texts = expansions(compiler, source, names, scratch)
    candidates = {n for n in names if texts.get(n) and '"' not in texts[n]}
    values = numbers(compiler, source, candidates, scratch)
    lines = {}
    for name in names:
        if name in values:
            lines["const " + name] = values[name]
        elif texts.get(name):
            lines["text " + name] = texts[name]
    for name in calls - known_calls:
        lines["macro " + name] = "taken with arguments"
    return lines
