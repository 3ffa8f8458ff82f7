# SPDX-License-Identifier: MIT
"""
root.py - the small root that dom0 (or a bare kernel) boots: an initramfs.

busybox-static, the modules of modules.py for one kernel, the scripts below
files/ and four small programs. The name of the result carries a digest of
all that went in, so an old one is never taken for a new one, and the same
input gives the same bytes.

    root.py [--build build] [--suite bookworm] [--output FILE]
"""

import argparse
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "run")]

import cpio                 # noqa: E402
import debian               # noqa: E402
import modules              # noqa: E402

PROGRAMS = {"pattern": [], "operation_cost": [],
            "parallel_cost": [], "clocks": [],
            "first": ["-Wl,-e,first_entry"]}
CFLAGS = ["-O2", "-Wall", "-Wextra", "-Werror", "-static", "-no-pie",
          "-Wl,--build-id=none"]
PASSWD = b"root::0:0:root:/root:/bin/sh\n"


def source_files():
    """All files of this folder that make up the root, in a fixed order."""
    found = []
    for top, folders, names in os.walk(HERE):
        folders[:] = [f for f in folders if f != "__pycache__"]
        found += [os.path.join(top, name) for name in names]
    return sorted(found)


def digest(kernel_version, busybox):
    total = hashlib.sha256(kernel_version.encode())
    for path in source_files() + [busybox]:
        total.update(os.path.relpath(path, HERE).encode() + b"\0")
        with open(path, "rb") as file:
            total.update(file.read())
    return total.hexdigest()[:12]


def compile_programs(archive):
    with tempfile.TemporaryDirectory() as folder:
        for name, flags in PROGRAMS.items():
            out = os.path.join(folder, name)
            subprocess.run(["gcc", *CFLAGS, *flags, "-o", out,
                            os.path.join(HERE, name + ".c")], check=True)
            subprocess.run(["strip", out], check=True)
            with open(out, "rb") as file:
                archive.file(f"bin/{name}", file.read(), 0o755)


def add_busybox(archive, busybox):
    with open(busybox, "rb") as file:
        archive.file("bin/busybox", file.read(), 0o755)
    applets = subprocess.run([busybox, "--list"], check=True, text=True,
                             capture_output=True).stdout.split()
    for applet in applets:
        if applet not in ("busybox", "init"):
            archive.link(f"bin/{applet}", "busybox")


def install_modules(top, folder, version, busybox, wanted=modules.WANTED):
    """Below @top: the modules, and the tables that modprobe reads, made by
    depmod. Returns their paths."""
    home = os.path.join("lib/modules", version)
    chosen = modules.collect(folder, wanted)
    for relative, data in chosen.items():
        path = os.path.join(top, home, relative)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    subprocess.run([busybox, "depmod", "-b", top, version], check=True,
                   cwd=top)
    tables = ("modules.dep", "modules.alias", "modules.symbols")
    for table in tables:
        with open(os.path.join(top, home, table), "r+b") as file:
            lines = sorted(file.readlines())
            file.seek(0)
            file.writelines(lines)
    return [os.path.join(home, name) for name in (*chosen, *tables)]


def add_modules(archive, folder, version, busybox, wanted=modules.WANTED):
    with tempfile.TemporaryDirectory() as top:
        for path in install_modules(top, folder, version, busybox, wanted):
            with open(os.path.join(top, path), "rb") as file:
                archive.file(path, file.read())


def add_files(archive):
    top = os.path.join(HERE, "files")
    for path in source_files():
        if path.startswith(top + os.sep):
            mode = 0o755 if os.access(path, os.X_OK) else 0o644
            with open(path, "rb") as file:
                archive.file(os.path.relpath(path, top), file.read(), mode)


def assemble(cache, suite, busybox, with_modules):
    _, folder, version = cache.kernel(suite)
    archive = cpio.Archive()
    for name in ("proc", "sys", "dev", "run", "tmp", "mnt", "root"):
        archive.folder(name)
    archive.device("dev/console", 5, 1)
    archive.file("etc/passwd", PASSWD)
    archive.link("sbin", "bin")     # where the kernel looks for modprobe
    add_busybox(archive, busybox)
    if with_modules:
        add_modules(archive, folder, version, busybox)
    compile_programs(archive)
    add_files(archive)
    return archive.pack()


def build(cache, suite=debian.STABLE, with_modules=True):
    """Path of the initramfs for the kernel of @suite; made when needed."""
    busybox = debian.one(cache.unpack("busybox-static") + "/bin/busybox")
    version = cache.kernel(suite)[2]
    kind = "root" if with_modules else "bare-root"
    name = f"{kind}-{version}-{digest(version, busybox)}.gz"
    path = os.path.join(cache.path, "root", name)
    if os.path.exists(path):
        return path
    debian.say(f"making {name}")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    packed = gzip.compress(assemble(cache, suite, busybox, with_modules),
                           6, mtime=0)
    with open(path + ".partial", "wb") as file:
        file.write(packed)
    os.rename(path + ".partial", path)
    return path


def main():
    parser = argparse.ArgumentParser(description="make dom0's small root")
    parser.add_argument("--build", default="build")
    parser.add_argument("--suite", default=debian.STABLE)
    parser.add_argument("--output", help="also copy it here")
    options = parser.parse_args()
    path = build(debian.Cache(options.build), options.suite)
    if options.output:
        shutil.copyfile(path, options.output)
    print(path)


if __name__ == "__main__":
    main()
