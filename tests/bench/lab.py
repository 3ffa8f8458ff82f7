# SPDX-License-Identifier: MIT
"""
lab.py - the systems that are compared, and one measured boot of one of them.

A boot is either timed by the wall clock or counted: under -icount shift=0 one
instruction is one nanosecond of the machine's own clock, and a plugin of QEMU
says which of them were the hypervisor's. Both kinds print the same lines.
"""

import os
import re
import subprocess
from dataclasses import dataclass

import counts
import debian
import hypervisor as hv
from machine import QEMU, Machine
from qemu import Qemu
from result import Failure

BOARD, CPU = "pc", "qemu64"
BOOT_SECONDS, STEP_SECONDS = 1200, 1800     # for a busy machine
PLUGIN_LAST_MAJOR = 8           # of QEMU: the plugin knows its interface

LINE = re.compile(r"@@ cost (\d+) (\d+) (\d+) (.*)")
CLOCK = re.compile(r"@@ clock (\d+) (\d+)\n")
REFUSED = hv.NEVER + r"|^@@ fail|TEST \S+ (fail|error)|CREATOR error"


@dataclass
class Cost:
    """What one row came to in one boot, for one operation."""
    time: float                 # in @unit; ns counted: also instructions
    hypervisor: float = None    # of them the hypervisor's own
    scrubbing: float = None     # of those, to clear memory, if that is known
    phases: tuple = ()
    times: int = 1
    unit: str = "ns"


def qemu_version():
    text = subprocess.run([QEMU, "--version"], check=True, text=True,
                          capture_output=True).stdout
    return re.search(r"version (\S+)", text).group(1)


class Lab:
    def __init__(self, build, image, kinds):
        self.build = os.path.abspath(build)
        self.image = image
        self.folder = os.path.join(self.build, "bench")
        os.makedirs(self.folder, exist_ok=True)
        self.cache = debian.Cache(build)
        self.vmlinuz, _, self.kernel_version = self.cache.kernel()
        self.systems = [hv.choose(image if kind == hv.PARAPET else kind,
                                  self.cache) for kind in kinds]
        self.plugin = os.path.join(self.folder, "phase_count.so")
        self.symbols = counts.write_symbols(image + ".elf", self.folder)
        major = int(qemu_version().split(".")[0])
        self.can_split = major <= PLUGIN_LAST_MAJOR
        if not self.can_split:
            debian.say(f"QEMU {major}: the plugin is for older ones, so "
                       "instructions are not split")

    def log(self, part, system, kind):
        return os.path.join(self.folder,
                            f"{part.label}.{system.kind}.{kind}.log")

    def phases(self, part, system):
        """Where the plugin writes."""
        return self.log(part, system, "counted") + ".phases"

    def plugin_arguments(self, part, system):
        """QEMU's options that split the instructions of @system."""
        out = self.phases(part, system)
        if os.path.exists(out):
            os.remove(out)
        line = f"file={self.plugin},out={out}"
        if system.kind == hv.PARAPET and self.symbols:
            line += f",symbols={self.symbols}"
        return ["-plugin", line]

    def measure(self, part, system, counted):
        """Boot @system for @part. Returns {row's name: Cost, or a list}."""
        log = self.log(part, system, "counted" if counted else "timed")
        split = counted and self.can_split and part.has_phases
        more = self.plugin_arguments(part, system) if split else []
        costs = part.run(self, system, log, counted, more)
        if split:
            counts.add_shares(costs, self.phases(part, system))
        return costs


def options(system, memory):
    """Without the words that make Xen talk more than it does by itself."""
    words = f"console=com1 dom0_mem={memory}"
    return words + " com1=115200" * (system.kind == hv.XEN)


def parse_costs(text, counted):
    """{name: Cost} of the lines of operation_cost or of a small guest, which
    end with that of the clock."""
    lines, clock = LINE.findall(text), CLOCK.search(text)
    cycles, elapsed = map(int, clock.groups()) if clock else (0, 0)
    if not lines or not cycles or not elapsed:
        raise Failure(f"expected: costs\ncame: {text or 'nothing'}")
    rate = 1 if counted else elapsed / cycles
    return {name: Cost(int(total) * rate / int(times), phases=(int(phase),),
                       times=int(times))
            for total, times, phase, name in lines}


def read_costs(qemu, counted):
    """The same from the machine's console."""
    start = qemu.console.position
    end = qemu.console.expect(CLOCK.pattern, STEP_SECONDS, REFUSED).end()
    return parse_costs(qemu.console.text[start:end], counted)


class Part:
    """Something to boot, and how its costs are read."""
    key = ""
    systems = (hv.BARE, hv.XEN, hv.PARAPET)
    board, cpu = BOARD, CPU
    is_counted = True           # under -icount
    is_timed = True             # by the wall clock
    has_phases = True           # it marks what the plugin counts apart
    rounds_most = 99            # of boots by the wall clock

    @property
    def label(self):
        """What its files are called: of each part with the key another."""
        return self.key

    def require(self, lab):
        """Make what it needs; Skip if that cannot be had here."""

    def prepare(self, lab, system, machine):
        """Have @machine boot @system."""

    def read(self, qemu, counted):
        """What the machine prints, as Lab.measure() returns it."""

    def run(self, lab, system, log, counted, more):
        """Boot once, with @more options of QEMU."""
        machine = Machine(board=self.board, cpu=self.cpu, icount=counted)
        self.prepare(lab, system, machine)
        machine.extra += more
        with Qemu(machine, log) as qemu:
            return self.read(qemu, counted)
