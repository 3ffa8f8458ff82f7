# SPDX-License-Identifier: MIT
"""
machine.py - a machine in words, and QEMU's command line for it.

A Machine says what is there: board, CPU, memory, disks, network cards, what
is booted. It starts nothing; qemu.py does. Commas in a value that QEMU would
split are doubled here and nowhere else.
"""

from dataclasses import dataclass, field

QEMU = "qemu-system-x86_64"
# What every release must boot on: the plain CPU, and one with all that QEMU
# can do, of either vendor. Why without SMAP: QEMU before 9.1 gets it wrong.
CPUS = ("qemu64", "max,-smap", "max,-smap,vendor=GenuineIntel")
BOARDS = ("pc", "q35")


@dataclass
class Disk:
    kind: str           # virtio ahci nvme usb cdrom
    path: str
    image_format: str = "raw"
    kept: bool = True   # or QEMU forgets what is written


@dataclass
class Network:
    model: str          # virtio-net-pci e1000


@dataclass
class Machine:
    board: str = "pc"                       # pc q35
    cpu: str = "max,-smap"
    memory: str = "1024"                    # as -m takes it
    cpus: int = 1
    kernel: str = ""                        # -kernel: hypervisor or bzImage
    append: str = ""
    modules: list = field(default_factory=list)     # "file arguments"
    initrd: str = ""                        # for a bare kernel
    disks: list = field(default_factory=list)
    networks: list = field(default_factory=list)
    iso: str = ""
    firmware: str = ""                      # OVMF code; empty is SeaBIOS
    firmware_vars: str = ""                 # this machine's own copy
    icount: bool = False                    # count instructions
    reboots: bool = False                   # a reset starts again
    extra: list = field(default_factory=list)


def double_commas(text):
    return text.replace(",", ",,")


def boot_arguments(machine):
    if machine.iso:
        return ["-cdrom", machine.iso, "-boot", "d"]
    if not machine.kernel:
        return []               # from a disk
    arguments = ["-kernel", machine.kernel, "-append", machine.append]
    if machine.modules:
        modules = ",".join(double_commas(m) for m in machine.modules)
        arguments += ["-initrd", modules]
    elif machine.initrd:
        arguments += ["-initrd", machine.initrd]
    return arguments


def firmware_arguments(machine):
    if not machine.firmware:
        return []
    pflash = "if=pflash,format=raw,file="
    return ["-drive", f"{pflash}{machine.firmware},readonly=on",
            "-drive", f"{pflash}{machine.firmware_vars}"]


# How each kind of disk hangs on the machine; {n} is its number. A controller
# of our own keeps the disks off the board's, which differ between boards.
DISK_DEVICES = {
    "virtio": ["virtio-blk-pci,drive=disk{n}"],
    "ahci": ["ahci,id=ahci{n}", "ide-hd,bus=ahci{n}.0,drive=disk{n}"],
    "nvme": ["nvme,drive=disk{n},serial=parapet{n}"],
    "usb": ["qemu-xhci,id=xhci{n}", "usb-storage,bus=xhci{n}.0,drive=disk{n}"],
}


def disk_arguments(disks):
    arguments = []
    for n, disk in enumerate(disks):
        arguments += ["-drive", f"if=none,id=disk{n},cache=unsafe,"
                      f"format={disk.image_format},"
                      f"snapshot={'off' if disk.kept else 'on'},"
                      f"file={double_commas(disk.path)}"]
        for device in DISK_DEVICES[disk.kind]:
            arguments += ["-device", device.format(n=n)]
    return arguments


def network_arguments(networks):
    arguments = []
    for n, network in enumerate(networks):
        arguments += [
            "-netdev", f"user,id=net{n},net=10.0.{2 + n}.0/24",
            "-device", f"{network.model},netdev=net{n}"]
    return arguments


def qemu_arguments(machine):
    """The whole command line, without serial port and control socket."""
    arguments = [QEMU, "-machine", machine.board, "-cpu", machine.cpu,
                 "-m", machine.memory, "-smp", str(machine.cpus),
                 "-display", "none"]
    if not machine.reboots:
        arguments.append("-no-reboot")
    if machine.icount:
        arguments += ["-icount", "shift=0,sleep=off",
                      "-rtc", "base=2026-01-01,clock=vm"]
    arguments += firmware_arguments(machine) + boot_arguments(machine)
    arguments += disk_arguments(machine.disks)
    arguments += network_arguments(machine.networks)
    return arguments + machine.extra
