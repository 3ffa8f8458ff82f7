# SPDX-License-Identifier: MIT
"""
linux_parts.py - what is measured with Debian's kernel on the bare machine and
as domain 0.
"""

import compiler_disk
import counts
import hypervisor as hv
import root
from lab import (BOOT_SECONDS, STEP_SECONDS, Cost, Part, options, read_costs)
from machine import Disk

BOOT_NAME = "power-on to /init"
DOM0_MEMORY = "512M"
INIT = r"^@@ first instruction of init at (\d+)\n"


def read_boot(qemu):
    """Seconds from power-on to the line that says init is started."""
    qemu.console.expect("Run /(init|bin/first)", BOOT_SECONDS, hv.NEVER)
    return qemu.seconds()


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
                    phases=(counts.PHASE_BOOT,))
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
    test = "compile"

    def require(self, lab):
        self.disk = compiler_disk.build(lab.cache)
        self.initrd = root.build(lab.cache)

    def prepare(self, lab, system, machine):
        machine.disks = [Disk("virtio", self.disk)]
        machine.extra = ["-snapshot"]       # the next one finds it unchanged
        system.boot(machine, lab.vmlinuz, self.initrd,
                    f"parapet.test={self.test}", options(system, DOM0_MEMORY))

    def read(self, qemu, counted):
        read_boot(qemu)
        return read_costs(qemu, counted)


class ParallelPart(CompilerPart):
    """Several CPUs at once, by the wall clock; all of them are domain 0's."""
    key = "parallel"
    test = "parallel"
    is_counted = False

    def __init__(self, cpus):
        self.cpus = cpus

    @property
    def label(self):
        return f"{self.key}-{self.cpus}"

    def prepare(self, lab, system, machine):
        machine.cpus = self.cpus
        super().prepare(lab, system, machine)

    def read(self, qemu, counted):
        costs = {BOOT_NAME: Cost(read_boot(qemu) * 1e9)}
        for _ in range(2):          # without the compiler, and with it
            costs.update(read_costs(qemu, counted))
        return {f"{name}, {self.cpus} CPUs": cost
                for name, cost in costs.items()}
