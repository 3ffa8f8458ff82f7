# SPDX-License-Identifier: MIT
"""
run_dom0.py - an interactive dom0 on this terminal (`make run`).

dom0 has Debian's toolstack and files for a guest, or with --small, or without
a hypervisor, the small root of the tests. The machine has a virtio disk, kept
from run to run in build/run/disk.img, and a virtio network card behind QEMU's
user network. QEMU takes this process's place, so leaving it leaves nothing
behind.
"""

import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "system", "root"),
                os.path.join(HERE, "..", "xl")]

import debian               # noqa: E402
import hypervisor as hv     # noqa: E402
import root                 # noqa: E402
from machine import Disk, Machine, Network, qemu_arguments     # noqa: E402
from tools_machine import machine_with_tools    # noqa: E402

DISK_BYTES = 1 << 30
DOM0_MEMORY = 512               # MiB, with the toolstack
ESCAPE_KEY = 0x1d               # Ctrl-], since dom0 and Parapet want Ctrl-a


def kept_disk(build):
    path = os.path.join(build, "run", "disk.img")
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".partial", "wb") as file:
            file.truncate(DISK_BYTES)
        subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", path + ".partial"],
                       check=True)
        os.rename(path + ".partial", path)
    return path


def parse_arguments():
    parser = argparse.ArgumentParser(description="dom0 on this terminal")
    parser.add_argument("--hypervisor", default="build/parapet")
    parser.add_argument("--build", default="build")
    parser.add_argument("--small", action="store_true",
                        help="the small root, without a toolstack")
    parser.add_argument("--suite", default=debian.STABLE,
                        help="of the small root's kernel")
    parser.add_argument("--board", default="pc")
    parser.add_argument("--cpu", default="max,-smap")
    parser.add_argument("--memory", default="1024")
    parser.add_argument("--append", default="", help="dom0's arguments")
    return parser.parse_args()


def small_machine(options, system, cache):
    vmlinuz, _, _ = cache.kernel(options.suite)
    machine = Machine(memory=options.memory)
    return system.boot(machine, vmlinuz, root.build(cache, options.suite),
                       options.append)


def main():
    options = parse_arguments()
    cache = debian.Cache(options.build)
    system = hv.choose(options.hypervisor, cache)
    if options.small or system.kind == hv.BARE:
        machine = small_machine(options, system, cache)
    else:
        machine = machine_with_tools(
            system, cache, f"quiet parapet.bridge=dhcp {options.append}",
            options.memory, DOM0_MEMORY)
    machine.board, machine.cpu = options.board, options.cpu
    machine.disks.append(Disk("virtio", kept_disk(options.build)))
    machine.networks.append(Network("virtio-net-pci"))
    arguments = qemu_arguments(machine)
    arguments += ["-serial", "mon:stdio", "-echr", hex(ESCAPE_KEY)]
    print("Ctrl-] x ends the machine at once; Ctrl-a three times switches "
          "the keys\nbetween dom0 and the hypervisor.", flush=True)
    os.execvp(arguments[0], arguments)


if __name__ == "__main__":
    main()
