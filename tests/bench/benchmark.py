#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""
benchmark.py - what a hypervisor costs: bare Linux, Debian's Xen and Parapet.

    benchmark.py [--only linux,compiler,guest,timers,pairs,domains,..]
                 [--rounds 5]
    benchmark.py --profile fork [--only linux]

All systems boot the same kernel, root and machine by turns, so that a busy
machine disturbs all of them alike. Each boot is timed --rounds times, and
counted once: instructions repeat exactly. --profile counts on Parapet only,
and lists the hypervisor's functions for the rows that hold the word.
Results: tables on the standard output and build/bench.json; docs/performance.md
explains both.
"""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [HERE] + [os.path.join(TESTS, folder) for folder in (
    "run", "system", "system/root", "xl", "sim")]

import counts               # noqa: E402
import growth               # noqa: E402
import record               # noqa: E402
import table                # noqa: E402
from debian import say      # noqa: E402
from lab import Lab         # noqa: E402
from parts import PARTS     # noqa: E402
from qemu import end_on_signals                     # noqa: E402
from result import Failure, Skip            # noqa: E402
from rows import PARAPET, Rows                     # noqa: E402
from table import KINDS     # noqa: E402

# What runs if --only is silent.
COMPARED = ("linux", "compiler", "guest", "timers", "pairs", "domains")
PROFILED = ("linux", "guest")
DOCUMENT = os.path.join(TESTS, "..", "docs", "performance.md")


class Progress:
    """Says which boot runs, and how many there are."""

    def __init__(self, total):
        self.total = total
        self.started = 0
        self.begin = time.monotonic()

    def next(self, what):
        self.started += 1
        say(f"{time.monotonic() - self.begin:4.0f} s, boot {self.started} "
            f"of {self.total}: {what}")


def pairs(lab, parts):
    """Every (part, system) there is to boot."""
    return [(part, system) for part in parts for system in lab.systems
            if system.kind in part.systems]


def count_all(lab, work, jobs, progress, rows):
    """Two machines may run at once: nobody looks at the clock."""
    def one(item):
        part, system = item
        progress.next(f"counting {part.key} on {system.kind}")
        return lab.measure(part, system, counted=True)
    pool = ThreadPoolExecutor(jobs)
    try:
        for (part, system), costs in zip(work, pool.map(one, work)):
            rows.add(part.key, system.kind, costs, counted=True)
    except Failure as failure:
        print(failure, flush=True)
        os._exit(1)             # the kernel ends the machines
    except (SystemExit, KeyboardInterrupt):
        os._exit(130)


def time_all(lab, work, rounds, progress, rows):
    for number in range(1, rounds + 1):
        for part, system in work:
            if number > part.rounds_most:
                continue
            progress.next(f"timing {part.key} on {system.kind}, "
                          f"round {number} of {rounds}")
            rows.add(part.key, system.kind,
                     lab.measure(part, system, counted=False), counted=False)


def usable(lab, keys):
    """The parts that can run here; says why another cannot."""
    found = []
    for key in keys:
        for part in PARTS[key]:
            try:
                part.require(lab)
                found.append(part)
            except Skip as skip:
                say(f"without {key}: {skip}")
                break
    return found


def compare(lab, parts, options):
    rows = Rows()
    counted = [item for item in pairs(lab, parts)
               if item[0].is_counted and not options.no_counts]
    timed = [item for item in pairs(lab, parts) if item[0].is_timed]
    progress = Progress(len(counted) + sum(
        min(options.rounds, part.rounds_most) for part, _ in timed))
    count_all(lab, counted, options.jobs, progress, rows)
    time_all(lab, timed, options.rounds, progress, rows)
    texts = table.tables(rows)
    for text in texts.values():
        print("\n" + text, end="", flush=True)
    name = "bench.json" if options.kinds == list(KINDS) else \
        f"bench-{'-'.join(options.kinds)}.json"
    record.write(os.path.join(lab.build, name), lab, rows, options)
    growth.write(os.path.dirname(DOCUMENT) if options.update_docs
                 else lab.folder, rows)
    if options.update_docs:
        table.update(DOCUMENT, texts)


def profile(lab, parts, word):
    if not lab.can_split:
        raise SystemExit("there is no profile without the plugin")
    for part, system in pairs(lab, parts):
        if part.is_counted:
            say(f"counting {part.key} on {system.kind}")
            costs = lab.measure(part, system, counted=True)
            counts.print_profile(costs, lab.phases(part, system), word)


def parse_arguments():
    parser = argparse.ArgumentParser(description="compare three systems")
    parser.add_argument("--hypervisor", default="build/parapet")
    parser.add_argument("--build", default="build")
    parser.add_argument("--only", help=f"parts, of {','.join(PARTS)} "
                        f"({','.join(COMPARED)})")
    parser.add_argument("--systems", default=",".join(KINDS),
                        help="which to boot (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5,
                        help="boots by the wall clock; 0 leaves it out")
    parser.add_argument("--no-counts", action="store_true",
                        help="leave the instructions out")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count(), 2),
                        help="counted boots at a time (%(default)s)")
    parser.add_argument("--profile", metavar="WORD",
                        help="list functions for the rows with this word")
    parser.add_argument("--update-docs", action="store_true",
                        help="put the tables into docs/performance.md")
    options = parser.parse_args()
    chosen = COMPARED if options.profile is None else PROFILED
    options.parts = options.only.split(",") if options.only else chosen
    options.kinds = options.systems.split(",")
    if options.profile is not None:
        options.kinds = [PARAPET]
    for word in set(options.parts) - set(PARTS):
        parser.error(f"no part {word}")
    for word in set(options.kinds) - set(KINDS):
        parser.error(f"no system {word}")
    if options.update_docs and options.kinds != list(KINDS):
        parser.error("docs/performance.md is for all systems")
    return options


def main():
    options = parse_arguments()
    end_on_signals()
    lab = Lab(options.build, options.hypervisor, options.kinds)
    parts = usable(lab, options.parts)
    try:
        if options.profile is not None:
            profile(lab, parts, options.profile)
        else:
            compare(lab, parts, options)
    except Failure as failure:
        raise SystemExit(str(failure)) from None


if __name__ == "__main__":
    main()
