# SPDX-License-Identifier: MIT
"""
table.py - the rows as tables, printed and written between the markers of
docs/performance.md.

A table NAME stands there between the lines <!-- bench NAME --> and
<!-- end NAME -->. Tables without a row are left as they are.
"""

import re

from rows import BARE, PARAPET, XEN

KINDS = (BARE, XEN, PARAPET)
PAIRS = ((XEN, BARE), (PARAPET, BARE), (PARAPET, XEN))
UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "us"), (1, "ns"))
DASH = "-"


def number(value):
    if value is None:
        return DASH
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def ratio(value):
    return DASH if value is None else f"{value:.2f}"


def duration(ns):
    """Three digits, and the unit that suits."""
    size, unit = next((pair for pair in UNITS if ns >= pair[0]), UNITS[-1])
    value = ns / size
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} {unit}"


def spread(row, kind):
    """median (min to max)"""
    if row.time(kind) is None:
        return DASH
    return (f"{duration(row.time(kind))} "
            f"({duration(row.time(kind, min))} to "
            f"{duration(row.time(kind, max))})")


def used(kinds, rows, value):
    """Those of @kinds that any of @rows has a value for."""
    return [kind for kind in kinds
            if any(value(row, kind) is not None for row in rows)]


def pairs_of(kinds):
    return [(top, base) for top, base in PAIRS
            if top in kinds and base in kinds]


def instruction_table(rows):
    rows = [row for row in rows if row.counted]
    kinds = used(KINDS, rows, lambda row, kind: row.instructions(kind))
    pairs = pairs_of(kinds)
    head = ["instructions", *kinds] + [f"{a} / {b}" for a, b in pairs]
    yield head + ["budget", "verdict"]
    for row in rows:
        yield ([row.name] + [number(row.instructions(kind)) for kind in kinds]
               + [ratio(row.ratio(row.instructions, *pair)) for pair in pairs]
               + [row.budget() or DASH, row.verdict() or DASH])


def share_table(rows):
    rows = [row for row in rows if row.counted]
    guests = used(KINDS, rows, lambda row, kind: row.guest(kind))
    own = [kind for kind in guests if kind != BARE]
    yield (["instructions"] + [f"guest, {kind}" for kind in guests]
           + [f"hypervisor, {kind}" for kind in own] + ["parapet / xen"])
    for row in rows:
        yield ([row.name] + [number(row.guest(kind)) for kind in guests]
               + [number(row.hypervisor(kind)) for kind in own]
               + [ratio(row.ratio(row.hypervisor, PARAPET, XEN))])


def time_table(rows):
    rows = [row for row in rows if row.timed]
    kinds = used(KINDS, rows, lambda row, kind: row.time(kind))
    pairs = pairs_of(kinds)
    words = {True: "yes", False: "no", None: DASH}
    yield (["time, median (min to max)", *kinds]
           + [f"{a} / {b}" for a, b in pairs] + ["under Xen's"])
    for row in rows:
        yield ([row.name] + [spread(row, kind) for kind in kinds]
               + [ratio(row.ratio(row.time, *pair)) for pair in pairs]
               + [words[row.faster_than_xen()]])


def lateness_table(rows):
    kinds = used(KINDS, rows, lambda row, kind: row.instructions(kind))
    yield ["later than asked", *kinds]
    for row in rows:
        yield [row.name] + [duration(row.instructions(kind))
                            for kind in kinds]


def layout(lines):
    """Markdown; empty if there is but the head."""
    head, *body = lines
    if not body:
        return ""
    lines = [head, ["---"] * len(head)] + body
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def tables(rows):
    """{name: Markdown} of all tables that have rows."""
    dom0, guest = rows.of("linux", "compiler"), rows.of("guest")
    made = {
        "instructions": instruction_table(dom0),
        "shares": share_table(dom0),
        "times": time_table(dom0),
        "guest-instructions": instruction_table(guest),
        "guest-shares": share_table(guest),
        "guest-times": time_table(guest),
        "timers": lateness_table(rows.of("timers")),
        "parallel": time_table(rows.of("parallel")),
        "machines": time_table(rows.of("machines")),
    }
    texts = {name: layout(lines) for name, lines in made.items()}
    return {name: text for name, text in texts.items() if text}


def update(path, texts):
    """Write @texts ({name: Markdown}) between their markers in @path."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for name, body in texts.items():
        first, last = f"<!-- bench {name} -->\n", f"<!-- end {name} -->"
        pattern = re.escape(first) + ".*?" + re.escape(last)
        text, found = re.subn(pattern, lambda _: first + body + last, text,
                              flags=re.DOTALL)
        if found != 1:
            raise SystemExit(f"{path}: no place for the table {name}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
