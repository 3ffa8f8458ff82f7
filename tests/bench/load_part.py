# SPDX-License-Identifier: MIT
"""
load_part.py - how much a guest's disk and network card carry: Debian's fio and
iperf3, inside a guest with the stock kernel's drivers on both sides.

The guest's first disk is a Debian root with the two programs, and so is one of
dom0's, which is iperf3's other end. The second disk is empty.
"""

import json
import os

import tools_root
from lab import Cost
from machine import Disk
from result import Failure
from tools_parts import WORK_SECONDS, ToolsPart

PACKAGES = "fio iperf3 base-files bash dash coreutils libc-bin".split()
EMPTY_BYTES = 512 << 20
ADDRESS, DOM0 = "10.9.0.6", "10.9.0.1"
SECONDS = 8
FIO = ("fio --name=load --filename=/dev/xvdb --direct=1 --ioengine=libaio "
       f"--time_based --runtime={SECONDS} --output-format=json ")
DISK_LOADS = {
    "disk, sequential read": "--rw=read --bs=256k --iodepth=4",
    "disk, sequential write": "--rw=write --bs=256k --iodepth=4",
    "disk, random reads of 4 KiB": "--rw=randread --bs=4k --iodepth=8",
    "disk, random writes of 4 KiB": "--rw=randwrite --bs=4k --iodepth=8",
}
NETWORK_LOADS = {
    "network, guest to dom0": "",
    "network, dom0 to guest": "-R",
}


def inside(dom0, command):
    """Its output; it may take longer than the guest's shell lets one wait."""
    dom0.check(f"inside {ADDRESS} '(chroot /mnt {command} >/tmp/out 2>&1; "
               "echo $? >/tmp/code) </dev/null >/dev/null 2>&1 &'")
    dom0.check(f"await {WORK_SECONDS} inside {ADDRESS} '[ -s /tmp/code ]'",
               WORK_SECONDS)
    text = dom0.check(f"inside {ADDRESS} 'cat /tmp/out'")
    code = dom0.check(f"inside {ADDRESS} 'cat /tmp/code; rm /tmp/code'")
    if code.strip() != "0":
        raise Failure(f"expected: success of {command}\ncame: {text}")
    return json.loads(text[text.index("{"):])


class LoadPart(ToolsPart):
    """fio and iperf3 in a guest."""
    key = "load"
    how = {"cpus": 2}

    def require(self, lab):
        super().require(lab)
        self.programs = tools_root.build_root(lab.cache, "load_root",
                                              PACKAGES)
        self.empty = os.path.join(lab.folder, "empty.img")
        with open(self.empty, "wb") as file:
            file.truncate(EMPTY_BYTES)

    def disks(self):
        return super().disks() + [
            Disk("virtio", path, kept=False)
            for path in (self.programs, self.empty, self.programs)]

    def work(self, dom0, _counted):
        dom0.check("mkdir /programs && mount /dev/vdf /programs && "
                   "mount --bind /dev /programs/dev\n"
                   "chroot /programs iperf3 -s -D")
        dom0.check(f"xl create /bench/load.cfg && up load {ADDRESS}",
                   WORK_SECONDS)
        dom0.check(f"inside {ADDRESS} 'mount --bind /dev /mnt/dev && "
                   "mount --bind /proc /mnt/proc'")
        found = {}
        for name, words in DISK_LOADS.items():
            job = inside(dom0, FIO + words)["jobs"][0]
            side = job["write" if "write" in words else "read"]
            found[name] = Cost(side["iops"], unit="/s") if "4k" in words \
                else Cost(side["bw_bytes"] / 1e6, unit="MB/s")
        for name, words in NETWORK_LOADS.items():
            end = inside(dom0, f"iperf3 -c {DOM0} -t {SECONDS} -J "
                               f"{words}")["end"]
            found[name] = Cost(end["sum_received"]["bits_per_second"] / 1e6,
                               unit="Mbit/s")
        return found
