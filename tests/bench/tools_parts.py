# SPDX-License-Identifier: MIT
"""
tools_parts.py - what is measured under Debian's toolstack: xl's commands, many
domains, and the operations of a program inside a guest.

dom0 finds tests/bench/tools, with all that it needs, on a third disk.
"""

import os
import re
import shutil
import statistics
import tempfile

import hypervisor as hv
import root
import tools_machine
import tools_root
import xl_guests
from container import stripped
from guest_parts import image
from lab import BOOT_SECONDS, CPU, Cost, Part, parse_costs, read_costs
from linux_parts import DOM0_MEMORY, read_boot
from machine import Disk, Machine
from qemu import Qemu
from result import Failure
from rows import SERIES

HERE = os.path.dirname(os.path.abspath(__file__))
DISK_BYTES = 64 << 20
TOOK = re.compile(r"^@@ took (\d+) (.*)$", re.MULTILINE)
COUNT = re.compile(r"^@@ count (\d+) (.*)$", re.MULTILINE)
WORK_SECONDS = 900


def middle(costs):
    return statistics.median(cost.time for cost in costs)


def took(text):
    """{name: [Cost]} of the lines of the script measure."""
    found = {}
    for microseconds, name in TOOK.findall(text):
        found.setdefault(name, []).append(Cost(int(microseconds) * 1000))
    if not found:
        raise Failure(f"expected: what commands took\ncame: {text}")
    return found


class ToolsPart(Part):
    """Something that dom0 with Debian's toolstack does."""
    systems = (hv.XEN, hv.PARAPET)
    is_counted = False
    rounds_most = 1             # all repeat within a boot
    cpu = tools_machine.CPU
    how = {}                    # the machine: machine_with_tools()

    def require(self, lab):
        self.root = root.build(lab.cache, with_modules=False)
        self.disk = os.path.join(lab.folder, f"{self.key}.img")
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(os.path.join(HERE, "tools"), folder,
                            dirs_exist_ok=True)
            shutil.copy(self.root, f"{folder}/root.gz")
            with open(f"{folder}/tiny.elf", "wb") as file:
                file.write(stripped(image("bench/tiny")))
            tools_root.file_system(folder, self.disk, DISK_BYTES)

    def disks(self):
        """From dom0's third disk on."""
        return [Disk("virtio", self.disk, kept=False)]

    def run(self, lab, system, log, counted, more):
        dom0 = tools_machine.ToolsMachine(system, lab.cache, log,
                                          patience=BOOT_SECONDS, cpu=self.cpu,
                                          **self.how)
        dom0.machine.icount = counted
        dom0.machine.disks += self.disks()
        dom0.machine.extra += more
        with dom0:
            dom0.check_daemons()
            dom0.check("mkdir /bench && mount /dev/vdc /bench")
            return self.work(dom0, counted)

    def work(self, dom0, counted):
        """What Lab.measure() returns."""


class CommandPart(ToolsPart):
    """xl's commands, for guests that do little."""
    key = "tools"
    ROUNDS = 5

    def work(self, dom0, _counted):
        texts = [dom0.check("/bench/measure tiny", WORK_SECONDS)
                 for _ in range(self.ROUNDS)]
        texts += [dom0.check("/bench/measure linux", WORK_SECONDS)
                  for _ in range(3)]
        texts.append(dom0.check("/bench/measure save 3", WORK_SECONDS))
        return took("".join(texts))


class ManyPart(ToolsPart):
    """The time of one creation after the other, all of which stay."""
    key = "many"
    how = {"dom0_memory": 768}  # each has an xl that waits for its end
    COUNT, ENDS = 200, 20

    def work(self, dom0, _counted):
        text = dom0.check(f"/bench/measure many {self.COUNT}",
                          3 * WORK_SECONDS)
        series, = took(text).values()
        first, last = series[:self.ENDS], series[-self.ENDS:]
        growth = middle(last) / middle(first)
        return {SERIES: series,
                "xl create, 1st to 20th": first,
                "xl create, 181st to 200th": last,
                "181st to 200th over 1st to 20th": Cost(growth, unit="times")}


class RoomPart(ToolsPart):
    """How many guests of 32 MB there is room for."""
    key = "room"
    how = {"dom0_memory": 320}
    GUEST_KIB, SOME = 32 << 10, 8

    def work(self, dom0, _counted):
        before = xl_guests.free_kib(dom0)
        for number in range(self.SOME):
            dom0.check(f"xl create -p /bench/room.cfg \"name='s{number}'\"")
        taken = (before - xl_guests.free_kib(dom0)) / self.SOME
        text = dom0.check("/bench/measure fit", WORK_SECONDS)
        count, name = COUNT.search(text).groups()
        return {name: Cost(int(count) + self.SOME, unit=""),
                "free before the first": Cost(before / 1024, unit="MiB"),
                "memory of one beyond its 32 MB":
                    Cost(taken - self.GUEST_KIB, unit="KiB")}


class InsidePart(ToolsPart):
    """The operations of a program in a guest, and on the bare machine."""
    key = "inside"
    cpu = CPU                   # as the other rows that are counted
    systems = (hv.BARE, hv.XEN, hv.PARAPET)
    is_counted = True
    how = {"cpus": 1}
    ROUNDS = 3                  # by the wall clock

    def run(self, lab, system, log, counted, more):
        if system.kind != hv.BARE:
            return super().run(lab, system, log, counted, more)
        return self.repeat(counted, lambda: self.run_bare(
            lab, system, log, counted, more))

    def repeat(self, counted, measure):
        """{name: [Cost]} of several times what @measure gives."""
        found = {}
        for _ in range(1 if counted else self.ROUNDS):
            for name, cost in measure().items():
                found.setdefault(name, []).append(cost)
        return found

    def run_bare(self, lab, system, log, counted, more):
        machine = Machine("q35", self.cpu, icount=counted)
        system.boot(machine, lab.vmlinuz, self.root,
                    "rdinit=/bin/first parapet.test=cost", DOM0_MEMORY)
        machine.extra += more
        with Qemu(machine, log) as qemu:
            read_boot(qemu)
            return read_costs(qemu, counted)

    def work(self, dom0, counted):
        return self.repeat(counted, lambda: parse_costs(
            dom0.check("/bench/measure cost", WORK_SECONDS), counted))
