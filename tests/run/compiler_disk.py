# SPDX-License-Identifier: MIT
"""
compiler_disk.py - a disk with a Debian root that holds a C compiler.

debootstrap makes the root, which takes root rights and some minutes; the
disk is made anew from it each time, since a guest writes to it. The same
root gives the same layout, so that instructions counted on it repeat.
"""

import os
import re
import shutil
import subprocess

from debian import MIRROR, STABLE, run_quietly, say
from result import Skip

DISK_BYTES = 2 << 30
PACKAGES = "gcc,libc6-dev,make"
PROGRAMS = ("pattern.c", "operation_cost.c", "phase_mark.h")
IDENTITY = "00000000-0000-4000-8000-000000000001"
TIME = "1767225600"             # 2026-01-01, the day of counted machines
HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "..", "system", "root")


def mounted_below(folder):
    """What is mounted in @folder or deeper, in the order it was."""
    inside = os.path.realpath(folder) + os.sep
    with open("/proc/mounts", encoding="utf-8") as mounts:
        places = [re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)),
                         line.split()[1]) for line in mounts]
    return [place for place in places if (place + os.sep).startswith(inside)]


def unmount_below(folder):
    for place in reversed(mounted_below(folder)):
        subprocess.run(["umount", place], check=True)


def remove_root(folder):
    """debootstrap that was interrupted leaves /proc mounted in its root, which
    must not be walked into."""
    unmount_below(folder)
    if os.path.exists(folder):
        shutil.rmtree(folder)


def debian_root(cache):
    folder = os.path.join(cache.path, "compiler_root")
    if os.path.isdir(folder):
        return folder
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        raise Skip("debootstrap needs root rights and its package")
    say("making a Debian root with a compiler")
    partial = folder + ".partial"
    remove_root(partial)
    mirror = os.environ.get("DEBIAN_MIRROR", MIRROR)
    try:
        run_quietly(["debootstrap", "--variant=minbase",
                     f"--include={PACKAGES}", STABLE, partial,
                     f"{mirror}/debian"], cache.path)
    finally:
        unmount_below(partial)
    os.rename(partial, folder)
    return folder


def build(cache):
    """Path of a fresh disk with the root on an ext4 file system."""
    folder = debian_root(cache)
    os.makedirs(f"{folder}/src", exist_ok=True)
    for name in PROGRAMS:
        shutil.copy(os.path.join(SOURCES, name), f"{folder}/src")
    path = os.path.join(cache.path, "compiler_disk.img")
    with open(path, "wb") as file:
        file.truncate(DISK_BYTES)
    subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", "-U", IDENTITY,
                    "-E", f"hash_seed={IDENTITY}", "-d", folder, path],
                   check=True, env={**os.environ, "E2FSPROGS_FAKE_TIME": TIME})
    return path
