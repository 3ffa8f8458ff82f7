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

import compiler_disk
import counts
import debian
import hypervisor as hv
import root
from machine import BOARDS, CPUS, QEMU, Disk, Machine
from qemu import Qemu
from result import Failure

HERE = os.path.dirname(os.path.abspath(__file__))
BOARD, CPU = "pc", "qemu64"
DOM0_MEMORY, GUEST_MEMORY = "512M", "64M"
BOOT_SECONDS, STEP_SECONDS = 600, 900
PLUGIN_LAST_MAJOR = 8           # of QEMU: the plugin knows its interface
GUEST = os.path.join(HERE, "..", "..", "build", "guests", "bench.elf")
BOOT_NAME = "power-on to /init"

LINE = re.compile(r"@@ cost (\d+) (\d+) (\d+) (.*)")
LATE = re.compile(r"@@ late (\d+) (.*)")
INIT = r"^@@ first instruction of init at (\d+)\n"
CLOCK = r"^@@ clock (\d+) (\d+)\n"


@dataclass
class Cost:
    """What one row cost in one boot, for one operation."""
    time: float                 # ns; counted: also instructions
    hypervisor: float = None    # of them the hypervisor's own
    phase: int = 0
    times: int = 1


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
                            f"{part.key}.{system.kind}.{kind}.log")

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
        """Boot @system for @part. Returns {row's name: Cost}."""
        machine = Machine(board=part.board, cpu=part.cpu, icount=counted)
        part.prepare(self, system, machine)
        log = self.log(part, system, "counted" if counted else "timed")
        split = counted and self.can_split and part.is_timed
        if split:
            machine.extra += self.plugin_arguments(part, system)
        with Qemu(machine, log) as qemu:
            costs = part.read(qemu, counted)
        if split:
            counts.add_shares(costs, self.phases(part, system))
        return costs


def options(system, memory):
    """Without the words that make Xen talk more than it does by itself."""
    words = f"console=com1 dom0_mem={memory}"
    return words + " com1=115200" * (system.kind == hv.XEN)


def read_costs(qemu, counted):
    """The lines of operation_cost or of the small guest, to their end."""
    start = qemu.console.position
    clock = qemu.console.expect(CLOCK, STEP_SECONDS,
                                hv.NEVER + "|^@@ fail|^TEST bench")
    cycles, elapsed = int(clock.group(1)), int(clock.group(2))
    lines = LINE.findall(qemu.console.text[start:clock.start()])
    if not lines or not cycles or not elapsed:
        raise Failure(f"expected: costs\ncame: none\nlog: {qemu.log_path}")
    rate = 1 if counted else elapsed / cycles
    return {name: Cost(int(total) * rate / int(times), phase=int(phase),
                       times=int(times))
            for total, times, phase, name in lines}


def read_boot(qemu):
    """Seconds from power-on to the line that says init is started."""
    qemu.console.expect("Run /(init|bin/first)", BOOT_SECONDS, hv.NEVER)
    return qemu.seconds()


class Part:
    """Something to boot, and how its costs are read."""
    key = ""
    systems = (hv.BARE, hv.XEN, hv.PARAPET)
    board, cpu = BOARD, CPU
    is_counted = True           # under -icount
    is_timed = True             # by the wall clock

    def require(self, lab):
        """Make what it needs; Skip if that cannot be had here."""


class LinuxPart(Part):
    """Power-on to init, and operations of a program."""
    key = "linux"

    def require(self, lab):
        self.initrd = root.build(lab.cache, with_modules=False)

    def prepare(self, lab, system, machine):
        system.boot(machine, lab.vmlinuz, self.initrd,
                    "rdinit=/bin/first parapet.test=cost",
                    options(system, DOM0_MEMORY))

    def read(self, qemu, counted):
        seconds = read_boot(qemu)
        first = int(qemu.console.expect(INIT, STEP_SECONDS,
                                        hv.NEVER).group(1))
        boot = Cost(first if counted else seconds * 1e9,
                    phase=counts.PHASE_BOOT)
        return {BOOT_NAME: boot, **read_costs(qemu, counted)}


class MachinePart(Part):
    """Power-on to init on another board or CPU, by the wall clock."""
    key = "machines"
    is_counted = False

    def __init__(self, board, cpu):
        self.board, self.cpu = board, cpu

    def require(self, lab):
        self.initrd = root.build(lab.cache, with_modules=False)

    def prepare(self, lab, system, machine):
        system.boot(machine, lab.vmlinuz, self.initrd, "parapet.test=sleep",
                    options(system, DOM0_MEMORY))

    def read(self, qemu, _counted):
        return {f"{self.board}, {self.cpu}": Cost(read_boot(qemu) * 1e9)}


class CompilerPart(Part):
    """A compiler in a Debian root on a virtio disk."""
    key = "compiler"

    def require(self, lab):
        self.disk = compiler_disk.build(lab.cache)
        self.initrd = root.build(lab.cache)

    def prepare(self, lab, system, machine):
        machine.disks = [Disk("virtio", self.disk)]
        machine.extra = ["-snapshot"]       # the next one finds it unchanged
        system.boot(machine, lab.vmlinuz, self.initrd,
                    "parapet.test=compile", options(system, DOM0_MEMORY))

    def read(self, qemu, counted):
        read_boot(qemu)
        return read_costs(qemu, counted)


class ParallelPart(Part):
    """Several CPUs at once, by the wall clock; all of them are domain 0's."""
    key = "parallel"
    is_counted = False

    def __init__(self, cpus):
        self.cpus = cpus

    def require(self, lab):
        self.disk = compiler_disk.build(lab.cache)
        self.initrd = root.build(lab.cache)

    def prepare(self, lab, system, machine):
        machine.cpus = self.cpus
        machine.disks = [Disk("virtio", self.disk)]
        machine.extra = ["-snapshot"]
        system.boot(machine, lab.vmlinuz, self.initrd,
                    "parapet.test=parallel", options(system, DOM0_MEMORY))

    def read(self, qemu, counted):
        costs = {BOOT_NAME: Cost(read_boot(qemu) * 1e9)}
        for _ in range(2):          # without the compiler, and with it
            costs.update(read_costs(qemu, counted))
        return {f"{name}, {self.cpus} CPUs": cost
                for name, cost in costs.items()}


class GuestPart(Part):
    """Hypercalls of a small PV kernel, tests/bench/guest."""
    key = "guest"
    systems = (hv.XEN, hv.PARAPET)

    def prepare(self, lab, system, machine):
        system.boot(machine, os.path.abspath(GUEST), None, "",
                    options(system, GUEST_MEMORY))

    def read(self, qemu, counted):
        qemu.console.expect("^GUEST bench", BOOT_SECONDS, hv.NEVER)
        return read_costs(qemu, counted)


class TimerPart(GuestPart):
    """How late timers are by the machine's own clock: under -icount it does not
    go on while the host does something else."""
    key = "timers"
    is_timed = False

    def prepare(self, lab, system, machine):
        system.boot(machine, os.path.abspath(GUEST), None, "timers",
                    options(system, GUEST_MEMORY))

    def read(self, qemu, _counted):
        start = qemu.console.position
        end = qemu.console.expect("^@@ late over", STEP_SECONDS,
                                  hv.NEVER + "|^TEST bench")
        return {name: Cost(int(late)) for late, name in
                LATE.findall(qemu.console.text[start:end.start()])}


PARTS = {
    "linux": [LinuxPart()],
    "compiler": [CompilerPart()],
    "guest": [GuestPart()],
    "timers": [TimerPart()],
    "parallel": [ParallelPart(cpus) for cpus in (2, 4)],
    "machines": [MachinePart(board, cpu) for board in BOARDS for cpu in CPUS],
}
