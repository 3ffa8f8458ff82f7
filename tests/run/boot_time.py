# SPDX-License-Identifier: MIT
"""
boot_time.py - what a hypervisor costs: boot, and operations of a program.

    boot_time.py [--hypervisor build/parapet] [--rounds 3] [--no-virtual]

Bare Linux, Debian's Xen and Parapet boot the same kernel and root, by turns,
so that a busy machine disturbs all of them alike. By the wall clock only the
ratios mean something. Virtual time is of a machine that counts instructions
(-icount shift=0: one instruction is one nanosecond) and repeats exactly.
Parapet is left out, with a note, while its image is not there.
"""

import argparse
import os
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "system", "root")]

import debian               # noqa: E402
import hypervisor as hv     # noqa: E402
import root                 # noqa: E402
from machine import BOARDS, CPUS, Machine           # noqa: E402
from qemu import Qemu, end_on_signals   # noqa: E402

WALL_SECONDS, ICOUNT_SECONDS = 120, 600
FIRST = r"^@@ first instruction of init at (\d+)\n"


class Lab:
    """The systems to compare, and where their logs go."""

    def __init__(self, build, image):
        self.cache = debian.Cache(build)
        self.vmlinuz = self.cache.kernel()[0]
        self.initrd = root.build(self.cache, with_modules=False)
        self.logs = os.path.abspath(os.path.join(build, "bench"))
        self.systems = [hv.choose(hv.BARE, self.cache),
                        hv.choose(hv.XEN, self.cache)]
        if os.path.exists(image):
            self.systems.append(hv.choose(image, self.cache))
        else:
            debian.say(f"{image} is not there; comparing without it")

    def boot(self, system, arguments, **what):
        machine = Machine(**what)
        system.boot(machine, self.vmlinuz, self.initrd, arguments)
        kind = "icount" if machine.icount else "wall"
        return Qemu(machine, f"{self.logs}/{system.kind}.{kind}.log")


def wall_time(lab, system, board, cpu):
    """Seconds from power-on to the line that says init is started."""
    with lab.boot(system, "parapet.test=sleep", board=board,
                  cpu=cpu) as qemu:
        qemu.console.expect("Run /init", WALL_SECONDS, hv.NEVER)
        return qemu.seconds()


def virtual_time(lab, system):
    """Nanoseconds from power-on to init's first instruction; the costs."""
    with lab.boot(system, "rdinit=/bin/first parapet.test=cost",
                  cpu="qemu64", icount=True) as qemu:
        match = qemu.console.expect(FIRST, ICOUNT_SECONDS, hv.NEVER)
        first = int(match.group(1))
        costs = {}
        while True:
            match = qemu.console.expect(
                r"^@@ (?:(done)|cost (\d+) (.*))\n", ICOUNT_SECONDS, hv.NEVER)
            if match.group(1):
                return first, costs
            costs[match.group(3)] = int(match.group(2))


def print_row(name, values, unit):
    """@values in the order of the systems; the first is the bare machine,
    the second Xen."""
    cells = [f"{value:,.{unit}f}" for value in values]
    if len(values) > 1:
        cells += [f"{value / values[0]:.2f}" for value in values[1:]]
    if len(values) > 2:
        cells.append(f"{values[2] / values[1]:.2f}")
    print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def print_head(lab, first):
    kinds = [system.kind for system in lab.systems]
    columns = [first] + kinds + [f"{kind} / bare" for kind in kinds[1:]]
    if len(kinds) > 2:
        columns.append("parapet / xen")
    print("| " + " | ".join(columns) + " |")
    print("|---" * len(columns) + "|", flush=True)


def wall_table(lab, rounds):
    print(f"\nPower-on to /init by the wall clock, seconds, median of "
          f"{rounds}:\n")
    print_head(lab, "machine")
    for board in BOARDS:
        for cpu in CPUS:
            taken = [[] for _ in lab.systems]
            for _ in range(rounds):
                for times, system in zip(taken, lab.systems):
                    times.append(wall_time(lab, system, board, cpu))
            print_row(f"{board}, {cpu}",
                      [statistics.median(times) for times in taken], 1)


def virtual_table(lab):
    print("\nIn instructions (-icount shift=0), pc, qemu64:\n")
    results = []
    for system in lab.systems:
        debian.say(f"counting instructions on {system.kind}")
        results.append(virtual_time(lab, system))
    print_head(lab, "what")
    print_row("power-on to the first instruction of init",
              [first for first, _ in results], 0)
    for name in results[0][1]:
        print_row(name, [costs[name] for _, costs in results], 0)


def main():
    parser = argparse.ArgumentParser(description="compare three systems")
    parser.add_argument("--hypervisor", default="build/parapet")
    parser.add_argument("--build", default="build")
    parser.add_argument("--rounds", type=int, default=3,
                        help="0 leaves the wall clock out")
    parser.add_argument("--no-virtual", action="store_true")
    options = parser.parse_args()
    end_on_signals()
    lab = Lab(options.build, options.hypervisor)
    if not options.no_virtual:
        virtual_table(lab)
    if options.rounds:
        wall_table(lab, options.rounds)


if __name__ == "__main__":
    main()
