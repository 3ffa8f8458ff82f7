# SPDX-License-Identifier: MIT
"""
run_differential.py - the same guest images on Debian's Xen and on Parapet.

Every folder of tests/guests runs as domain 0 and as an ordinary domain, on
both, in the same QEMU. The table has a line for each test and, below it, each
check that did not come out the same with both outcomes. All checks are in
build/guests/differential.txt. A difference that docs/differences.md explains
is no failure; a row there that explains nothing is one.
"""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import guest_machine
import guest_tests
from compare_guests import (EXPLAINED, SAME, UNEXPLAINED, differences, explain,
                            read_explanations, shown)
from debian import Cache
from guest_report import Report

EXPLANATIONS = "docs/differences.md"
TABLE = os.path.join(guest_tests.OUT, "differential.txt")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[1])
    parser.add_argument("names", nargs="*", help="folders to run (all)")
    parser.add_argument("--role", choices=guest_tests.ROLES, action="append",
                        help="run as this kind of domain only")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count()),
                        help="machines at a time (%(default)s)")
    guest_machine.add_arguments(parser)
    return parser.parse_args()


def split_by_guest(text):
    """{folder: its part} of what the creator printed. How it ended belongs to
    it: a crash is no end of a test."""
    parts = {}
    for part in text.split("CREATOR start ")[1:]:
        name, _, rest = part.partition("\n")
        parts[name.strip()] = rest
    return parts


class Runs:
    """The reports of one hypervisor, made by @pool in the order asked for."""

    def __init__(self, machine, pool, tests):
        self.machine = machine
        self.pool = pool
        self.created = None
        self.started = {}
        created = [folder for role, folder in tests if role == "domU" and
                   not guest_tests.crashes(folder)]
        if machine.is_creating and created:      # all of them out of one boot
            self.created = pool.submit(
                lambda: split_by_guest(machine.run_created(created)))

    def start(self, role, folder):
        if role == "dom0" or not self.machine.is_creating or \
                guest_tests.crashes(folder):
            self.started[role, folder] = self.pool.submit(
                self.machine.run, folder, role)

    def report(self, role, folder):
        if (role, folder) in self.started:
            return Report(self.started[role, folder].result())
        return Report(self.created.result().get(folder, ""))


def print_test(role, folder, found, table, verbose):
    count = {state: sum(d.state == state for d in found)
             for state in (SAME, EXPLAINED, UNEXPLAINED)}
    print(f"{role + ' ' + folder:<28} {count[SAME]:4} same "
          f"{count[EXPLAINED]:4} explained {count[UNEXPLAINED]:4} unexplained",
          flush=True)
    for d in found:
        lines = f"  {d.kind}: {d.name}"
        if not d.is_same:
            lines += f"\n      Xen   {d.xen or 'missing'}"
            lines += f"\n      here  {d.here or 'missing'}"
            lines += f"\n      {d.why.why}" if d.why else ""
        table.write(lines + (f"  {shown(d.xen)}" if d.is_same else "") + "\n")
        if verbose or d.state == UNEXPLAINED:
            print(lines, flush=True)


def compare_all(tests, xen, here, explanations, verbose):
    """Compare everything; returns all that is not skipped by both."""
    every = []
    with open(TABLE, "w", encoding="utf-8") as table:
        for test in tests:
            xen.start(*test)
            here.start(*test)
        for role, folder in tests:
            found = differences(role, folder, xen.report(role, folder),
                                here.report(role, folder))
            found = [d for d in found if not d.is_skipped]
            explain(found, explanations)
            print_test(role, folder, found, table, verbose)
            every += found
    return every


def stale_rows(explanations):
    stale = [row for row in explanations if row.is_stale]
    for row in stale:
        print(f"{EXPLANATIONS}:{row.line}: stale: no check that differs is "
              f"{row.name} with {row.xen} on Xen and {row.here} here")
    return len(stale)


def main():
    args = arguments()
    if not args.no_build:
        guest_tests.build()
    if not os.path.exists(args.hypervisor):
        sys.exit(f"no hypervisor image {args.hypervisor}: build it, or name "
                 "one with --hypervisor")
    tests = [(role, folder) for role in args.role or guest_tests.ROLES
             for folder in args.names or guest_tests.folders()
             if role in guest_tests.roles(folder)]
    explanations = read_explanations(EXPLANATIONS)
    xen = guest_machine.GuestMachine(args, Cache("build").xen(), True)
    here = guest_machine.GuestMachine(args, args.hypervisor, False)
    with ThreadPoolExecutor(args.jobs) as pool:
        every = compare_all(tests, Runs(xen, pool, tests),
                            Runs(here, pool, tests), explanations,
                            args.verbose)
    count = {state: sum(d.state == state for d in every)
             for state in (SAME, EXPLAINED, UNEXPLAINED)}
    stale = 0
    if not args.names and not args.role:
        stale = stale_rows(explanations)
    print(f"all checks are in {TABLE}" +
          (f"; {stale} stale rows in {EXPLANATIONS}" if stale else ""))
    print(f"{count[SAME]} same, {count[EXPLAINED]} explained, "
          f"{count[UNEXPLAINED]} unexplained")
    return 1 if count[UNEXPLAINED] or stale or not count[SAME] else 0


if __name__ == "__main__":
    sys.exit(main())
