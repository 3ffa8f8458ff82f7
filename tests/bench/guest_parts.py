# SPDX-License-Identifier: MIT
"""
guest_parts.py - what is measured with small PV kernels: as domain 0, and as
pairs of guests that tests/guests/creator makes.
"""

import os
import re

import hypervisor as hv
from container import Guest, pack
from lab import (BOOT_SECONDS, CPU, REFUSED, STEP_SECONDS, Cost, Part,
                 options, read_costs)

GUESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..",
                      "build", "guests")
MEMORY = "64M"                  # of domain 0
SMP_CPU = "max,-smap"
FLOOD = re.compile(r"@@ flood (\d+) (\d+) (.*)")
LATE = re.compile(r"@@ late (\d+) (.*)")
TAKEN = r"^@@ memory (\d+) bytes\n"
CREATE = ("the domain and its vcpu", "its memory", "its tables and registers")


def image(name):
    return os.path.abspath(os.path.join(GUESTS, f"{name}.elf"))


class GuestPart(Part):
    """Hypercalls of a small PV kernel, tests/bench/guest."""
    key = "guest"
    systems = (hv.XEN, hv.PARAPET)
    words = ""                  # of its command line

    def prepare(self, lab, system, machine):
        system.boot(machine, image("bench/guest"), None, self.words,
                    options(system, MEMORY))

    def read(self, qemu, counted):
        qemu.console.expect("^GUEST bench", BOOT_SECONDS, hv.NEVER)
        return read_costs(qemu, counted)


class TimerPart(GuestPart):
    """How late timers are by the machine's own clock: under -icount it does not
    go on while the host does something else."""
    key = "timers"
    is_timed = False
    has_phases = False
    words = "timers"

    def read(self, qemu, _counted):
        start = qemu.console.position
        end = qemu.console.expect("^@@ late over", STEP_SECONDS, REFUSED)
        return {name: Cost(int(late)) for late, name in
                LATE.findall(qemu.console.text[start:end.start()])}


class DomainPart(GuestPart):
    """What it takes to make and to end a domain, tests/bench/domains."""
    key = "domains"

    def prepare(self, lab, system, machine):
        system.boot(machine, image("bench/domains"), None, "",
                    options(system, MEMORY))

    def read(self, qemu, counted):
        taken = qemu.console.expect(TAKEN, STEP_SECONDS, REFUSED)
        costs = read_costs(qemu, counted)
        steps = [costs[name] for name in CREATE]
        costs["create"] = Cost(sum(step.time for step in steps),
                               phases=sum((s.phases for s in steps), ()),
                               times=steps[0].times)
        costs["memory beyond its own"] = \
            Cost(int(taken.group(1)) / 1024, unit="KiB")
        return costs


class PairPart(Part):
    """Two guests that use each other's pages and events, tests/bench/pairs. On
    two CPUs they are timed only: under -icount QEMU runs one CPU at a time."""
    key = "pairs"
    systems = (hv.XEN, hv.PARAPET)
    more = ""                   # for the hypervisor

    def __init__(self, cpus):
        self.cpus = cpus
        self.is_counted = cpus == 1
        # Without TSC_ADJUST a CPU that QEMU starts late cannot be used.
        self.cpu = CPU if cpus == 1 else SMP_CPU

    @property
    def label(self):
        return f"{self.key}-{self.cpus}"

    def require(self, lab):
        words = "guest-test" + " apart" * (self.cpus > 1) + " pair"
        self.packed = os.path.join(lab.folder, f"{self.label}.container")
        with open(self.packed, "wb") as file:
            file.write(pack([Guest(self.key, image(f"bench/{self.key}"),
                                   words, timeout=STEP_SECONDS)]))

    def prepare(self, lab, system, machine):
        machine.cpus = self.cpus
        words = options(system, MEMORY) + " dom0_max_vcpus=1"
        system.boot(machine, image("creator"), self.packed, "",
                    f"{words} {self.more}"
                    + " sched=credit" * (system.kind == hv.XEN))

    def read(self, qemu, counted):
        where = "one CPU" if self.cpus == 1 else "two CPUs"
        return {name + f", {where}" * name.startswith("event"): cost
                for name, cost in read_costs(qemu, counted).items()}


class FloodPart(PairPart):
    """A guest that works or sleeps beside one that floods the hypervisor,
    tests/bench/floods."""
    key = "floods"
    is_timed = False
    has_phases = False
    more = "guest_loglvl=all"

    def __init__(self):
        super().__init__(1)

    def read(self, qemu, _counted):
        start = qemu.console.position
        end = qemu.console.expect("@@ flood over", STEP_SECONDS, REFUSED)
        costs = {}
        for share, late, name in \
                FLOOD.findall(qemu.console.text[start:end.start()]):
            costs[f"work beside {name}"] = Cost(int(share) / 10, unit="%")
            costs[f"latest wake-up beside {name}"] = Cost(int(late))
        return costs
