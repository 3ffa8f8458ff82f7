# SPDX-License-Identifier: MIT
"""
table.py - the rows as tables, printed and written between the markers of
docs/performance.md.

A table NAME stands there between the lines <!-- bench NAME --> and
<!-- end NAME -->. Tables without a row are left as they are, and so are the
rows of a table that were not measured, if it still has the same columns.
"""


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


def own_table(rows):
    """The hypervisor's part alone, and what of it is not scrubbing."""
    rows = [row for row in rows if row.counted]
    kinds = used((XEN, PARAPET), rows, lambda row, kind: row.hypervisor(kind))
    if not kinds:
        return
    yield (["instructions of the hypervisor", *kinds]
           + ["parapet / xen", "parapet without scrubbing", "limit",
              "verdict"])
    for row in rows:
        yield ([row.name] + [number(row.hypervisor(kind)) for kind in kinds]
               + [ratio(row.ratio(row.hypervisor, PARAPET, XEN)),
                  number(row.own(PARAPET)), row.budget() or DASH,
                  row.verdict() or DASH])


def amount(row, kind):
    """A figure and its unit; the spread, if there is one."""
    if row.time(kind) is None:
        return DASH
    text = number(row.time(kind)) if row.unit else f"{row.time(kind):,.0f}"
    least, most = row.time(kind, min), row.time(kind, max)
    spread_text = f" ({number(least)} to {number(most)})"
    return f"{text} {row.unit}".strip() + spread_text * (least != most)


def figure_table(rows):
    rows = [row for row in rows if row.is_figure]
    kinds = used(KINDS, rows, lambda row, kind: row.time(kind))
    yield ["figure", *kinds, "parapet / xen", "limit", "verdict"]
    for row in rows:
        yield ([row.name] + [amount(row, kind) for kind in kinds]
               + [ratio(row.ratio(row.time, PARAPET, XEN)),
                  row.budget() or DASH, row.verdict() or DASH])


def time_table(rows):
    rows = [row for row in rows if row.timed and not row.is_figure]
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


def flood_table(rows):
    """What a guest gets of a CPU, and how late it wakes up."""
    kinds = [kind for kind in (XEN, PARAPET) if rows and
             (rows[0].time(kind) or rows[0].instructions(kind))]
    yield ["beside a flood", *kinds]
    for row in rows:
        yield [row.name] + [amount(row, kind) if row.is_figure
                            else duration(row.instructions(kind))
                            for kind in kinds]


def layout(lines):
    """Markdown; empty if there is but the head."""
    head, *body = list(lines) or [[]]
    if not body:
        return ""
    lines = [head, ["---"] * len(head)] + body
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def tables(rows):
    """{name: Markdown} of all tables that have rows."""
    dom0, guest = rows.of("linux", "compiler"), rows.of("guest")
    pairs, domains = rows.of("pairs"), rows.of("domains")
    tools, many = rows.of("tools"), rows.of("many")
    inside = rows.of("inside")
    made = {
        "instructions": instruction_table(dom0),
        "shares": share_table(dom0),
        "times": time_table(dom0),
        "guest-instructions": instruction_table(guest),
        "guest-shares": share_table(guest),
        "guest-times": time_table(guest),
        "pair-instructions": instruction_table(pairs),
        "pair-shares": share_table(pairs),
        "pair-times": time_table(pairs),
        "domain-instructions": own_table(domains),
        "domain-times": time_table(domains),
        "domain-figures": figure_table(domains),
        "tools": time_table(tools),
        "many-times": time_table(many),
        "many-figures": figure_table(many),
        "room": figure_table(rows.of("room")),
        "load": figure_table(rows.of("load")),
        "inside-instructions": instruction_table(inside),
        "inside-shares": share_table(inside),
        "inside-times": time_table(inside),
        "timers": lateness_table(rows.of("timers")),
        "floods": flood_table(rows.of("floods")),
        "parallel": time_table(rows.of("parallel")),
        "machines": time_table(rows.of("machines")),
    }
    texts = {name: layout(lines) for name, lines in made.items()}
    return {name: text for name, text in texts.items() if text}


def first_cell(line):
    return line.split("|")[1].strip()


def merge(old, new):
    """@new with the rows of @old that it does not have, if the columns are
    the same; both Markdown."""
    old, new = old.splitlines(), new.splitlines()
    if old[:1] != new[:1]:
        return new
    fresh = {first_cell(line): line for line in new[2:]}
    kept = [fresh.pop(first_cell(line), line) for line in old[2:]]
    return new[:2] + kept + list(fresh.values())


def update(path, texts):
    """Write @texts ({name: Markdown}) between their markers in @path."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for name, body in texts.items():
        first, last = f"<!-- bench {name} -->\n", f"<!-- end {name} -->"
        start, end = text.find(first), text.find(last)
        if start < 0 or end < start:
            raise SystemExit(f"{path}: no place for the table {name}")
        start += len(first)
        lines = merge(text[start:end], body)
        text = text[:start] + "\n".join(lines) + "\n" + text[end:]
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
