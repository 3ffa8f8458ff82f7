# SPDX-License-Identifier: MIT
"""
device_test.py - dom0 drives disks, network, USB and PCI with its own drivers.

One boot carries them all: every kind of disk with a file system the host
made and checks afterwards, two kinds of network card, and a list of the PCI
functions that is compared with QEMU's own.
"""

import re

from bench import BOOT_SECONDS, collect, record
from hypervisor import NEVER
from machine import Disk, Machine, Network
from result import Failure
from web import Web

UNPACKED = True
DISKS = {"virtio": 256, "ahci": 256, "nvme": 256, "usb": 32}


def run_in_guest(bench, machine, tests, web):
    line = f"parapet.http={web.port} parapet.test={','.join(tests)}"
    bench.prepare(machine, line)
    with bench.running(machine) as qemu:
        qemu.console.expect("Run /init", BOOT_SECONDS, NEVER)
        plugged = qemu.qmp.pci_devices()
        found = {test.name: test for test in collect(qemu, 300)}
        qemu.wait_end(30, NEVER)
    return found, plugged


def compare_pci(listed, plugged):
    """dom0 must see the functions that QEMU plugged in, and no others."""
    seen = dict(re.findall(r"^pci (\S+) (\w{4}:\w{4})$", listed, re.M))
    if seen != plugged:
        raise Failure(f"expected: PCI functions {sorted(plugged.items())}\n"
                      f"came: {sorted(seen.items())}")


def devices_work(bench, board, cpu):
    disks = [Disk(kind, bench.empty_disk(f"{kind}.img", size * 2))
             for kind, size in DISKS.items()]
    machine = Machine(board=board, cpu=cpu, disks=disks, networks=[
        Network("virtio-net-pci"), Network("e1000")])
    tests = [f"disk:{kind}:{size}" for kind, size in DISKS.items()]
    tests += ["network:virtio_net", "network:e1000", "pci"]
    with Web() as web:
        found, plugged = run_in_guest(bench, machine, tests, web)
    record(bench, found)
    compare_pci(found["pci"].output, plugged)
    for disk in disks:
        bench.check_disk(disk.path)


def devices_work_on_pc(bench):
    devices_work(bench, "pc", "max,-smap")


def devices_work_on_q35(bench):
    devices_work(bench, "q35", "max,-smap,vendor=GenuineIntel")


TESTS = [devices_work_on_pc, devices_work_on_q35]
