# SPDX-License-Identifier: MIT
"""
plot.py - run the simulator on machines of all sizes; draw and tabulate.

    plot.py SIM [--update-docs] [--output DIR]

Prints whether the goals are met, and tables. Plots go to DIR (build/sim) as
SVG; --update-docs puts them and the tables into docs/.
"""

import argparse
import math
import os
import re
import subprocess
import sys

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 36, 50
COLOURS = ["#1f6fb4", "#d1495b", "#3a8f4f", "#8a5fb0", "#c98a1b"]


# -- figures ------------------------------------------------------------------

def parse(text):
    """Lines of the simulator: {name: [{field: value}]}."""
    rows = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) < 2 or "=" not in words[1]:
            continue
        fields = dict(word.split("=", 1) for word in words[1:])
        rows.setdefault(words[0], []).append(fields)
    return rows


def series(rows, key, x, y, where=None):
    """{value of key: [(x, y)]} of the rows that have all of where."""
    lines = {}
    for row in rows:
        if where and any(row[k] not in v for k, v in where.items()):
            continue
        lines.setdefault(row[key], []).append((float(row[x]), float(row[y])))
    return {name: sorted(points) for name, points in lines.items()}


# -- drawing ------------------------------------------------------------------

class Axis:
    """From values to places; logarithmic, or from 0 and linear."""

    def __init__(self, values, start, end, is_log):
        self.start, self.end, self.is_log = start, end, is_log
        if is_log:
            self.low = math.floor(math.log10(min(values)) + 1e-9)
            self.high = math.ceil(math.log10(max(values)) - 1e-9)
            if self.high == self.low:
                self.high += 1
        else:
            self.low, self.high = 0, max(values) * 1.1

    def place(self, value):
        """Where @value is drawn."""
        if self.is_log:
            value = math.log10(value)
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self):
        """Values to write at the axis."""
        if self.is_log:
            return [10.0 ** e for e in range(self.low, self.high + 1)]
        step = 10.0 ** math.floor(math.log10(self.high))
        while self.high / step < 4:
            step /= 2
        return [i * step for i in range(int(self.high / step) + 1)]


def label(value):
    """A number, short."""
    return f"{value:,.10g}"


def text(x, y, what, anchor="middle", extra=""):
    """One piece of writing."""
    return (f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" '
            f'{extra}>{what}</text>')


def grid(xs, ys, x_name, y_name, title):
    """Axes, their marks and names."""
    out = [text(LEFT, 20, title, "start", 'font-weight="bold"')]
    for tick in xs.ticks():
        x = xs.place(tick)
        out.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" '
                   'stroke="#ddd"/>')
        out.append(text(x, HEIGHT - BOTTOM + 16, label(tick)))
    for tick in ys.ticks():
        y = ys.place(tick)
        out.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" '
                   'stroke="#ddd"/>')
        out.append(text(LEFT - 6, y + 4, label(tick), "end"))
    out.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12, x_name))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    out.append(text(16, middle, y_name, "middle",
                    f'transform="rotate(-90 16 {middle:.0f})"'))
    return out


def draw(lines, title, x_name, y_name, x_log=True, y_log=True, least=None):
    """An SVG of @lines, {name: [(x, y)]}; @least is drawn for what is below
    it, as a logarithm has no zero."""
    if least:
        lines = {name: [(x, max(y, least)) for x, y in points]
                 for name, points in lines.items()}
    points = [p for some in lines.values() for p in some]
    xs = Axis([x for x, _ in points], LEFT, WIDTH - RIGHT, x_log)
    ys = Axis([y for _, y in points], HEIGHT - BOTTOM, TOP, y_log)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
           f'height="{HEIGHT}" font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    out += grid(xs, ys, x_name, y_name, title)
    for i, (name, some) in enumerate(lines.items()):
        colour = COLOURS[i % len(COLOURS)]
        at = [(xs.place(x), ys.place(y)) for x, y in some]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        out.append(f'<polyline points="{path}" fill="none" '
                   f'stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
                for x, y in at]
        y = TOP + 10 + 18 * i
        out.append(f'<path d="M{WIDTH - RIGHT + 12} {y}h18" '
                   f'stroke="{colour}" stroke-width="2"/>')
        out.append(text(WIDTH - RIGHT + 36, y + 4, name, "start"))
    return "\n".join(out + ["</svg>"]) + "\n"


def plots(rows):
    """{file name: SVG}."""
    fair = series(rows["fairness"], "policy", "vcpus", "vcpu_error")
    fair = {name: [(x, 100 * y) for x, y in points]
            for name, points in fair.items()}
    one = {"cpus": ["1"], "sleepers": ["1"]}
    late = {}
    for policy in ("credit", "bvt", "bvt-warp", "rr"):
        some = [row for row in rows["latency"] if row["policy"] == policy]
        line = series(some, "policy", "hogs", "p99", one)[policy]
        late[f"{policy}, p99"] = [(x, y / 1000) for x, y in line]
    return {
        "sched_fairness.svg": draw(
            fair, "The vcpu furthest from its share, after 10 s",
            "vcpus that always run, on 1 to 256 CPUs", "per cent",
            y_log=False),
        "sched_latency.svg": draw(
            late, "Wake-up latency beside hogs, one CPU", "hogs",
            "microseconds (1: at once)", least=1.0),
        "sched_pick.svg": draw(
            series(rows["pick"], "policy", "vcpus", "ns"),
            "Host time of one choice", "vcpus that wait for the CPU",
            "nanoseconds"),
    }


# -- tables -------------------------------------------------------------------

def table(head, body):
    """Markdown."""
    lines = ["| " + " | ".join(head) + " |",
             "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in body]


def fairness_table(rows):
    """Shares."""
    sizes = {}
    for row in rows:
        sizes.setdefault((int(row["cpus"]), int(row["vcpus"])),
                         {})[row["policy"]] = row
    body = []
    for (cpus, vcpus), by in sorted(sizes.items()):
        body.append([f"{cpus}", f"{vcpus:,}"] +
                    [f"{100 * float(by[p][f]):.2f} %"
                     for p in ("credit", "bvt")
                     for f in ("class_error", "vcpu_error")])
    return table(["CPUs", "vcpus", "credit: a weight", "a vcpu",
                  "bvt: a weight", "a vcpu"], body)


def cap_table(rows):
    """Caps."""
    return table(
        ["CPUs", "vcpus", "hogs beside", "cap", "got"],
        [[r["cpus"], r["vcpus"], "yes" if r["rivals"] == "1" else "no",
          r["cap"] + " %", f"{float(r['got']):.2f} %"] for r in rows])


def latency_table(rows):
    """Latencies."""
    return table(
        ["policy", "CPUs", "sleepers", "hogs", "p50", "p90", "p99", "p99.9",
         "most"],
        [[r["policy"], r["cpus"], r["sleepers"], f"{int(r['hogs']):,}"] +
         [f"{int(r[f]) / 1000:,.0f}" for f in
          ("p50", "p90", "p99", "p999", "max")] for r in rows])


def pick_table(rows):
    """Costs."""
    sizes = sorted({int(r["vcpus"]) for r in rows})
    ns = {(r["policy"], int(r["vcpus"])): float(r["ns"]) for r in rows}
    return table(["policy"] + [f"{size:,}" for size in sizes],
                 [[p] + [f"{ns[p, size]:.0f}" for size in sizes]
                  for p in ("credit", "bvt", "rr")])


def tables(rows):
    """{marker: lines}."""
    return {"fairness": fairness_table(rows["fairness"]),
            "caps": cap_table(rows["cap"]),
            "latency": latency_table(rows["latency"]),
            "pick": pick_table(rows["pick"])}


def update(path, made):
    """Put tables between their markers."""
    with open(path, encoding="utf-8") as file:
        page = file.read()
    for name, lines in made.items():
        start, end = f"<!-- sim {name} -->\n", f"<!-- end sim {name} -->"
        page = re.sub(re.escape(start) + ".*?" + re.escape(end),
                      start + "\n".join(lines) + "\n" + end, page,
                      flags=re.S)
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)


def main():
    """See above."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sim")
    parser.add_argument("--output", default="build/sim")
    parser.add_argument("--update-docs", action="store_true")
    args = parser.parse_args()
    done = subprocess.run([args.sim, "all"], text=True, check=False,
                          stdout=subprocess.PIPE)
    rows = parse(done.stdout)
    made = tables(rows)
    for line in done.stdout.splitlines():
        if line.startswith(("pass", "FAIL")):
            print(line)
    for lines in made.values():
        print("\n" + "\n".join(lines))
    output = "docs" if args.update_docs else args.output
    os.makedirs(output, exist_ok=True)
    for name, svg in plots(rows).items():
        with open(os.path.join(output, name), "w", encoding="utf-8") as file:
            file.write(svg)
    if args.update_docs:
        update("docs/performance.md", made)
    print("\n" + done.stdout.splitlines()[-1])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
