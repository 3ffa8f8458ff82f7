# SPDX-License-Identifier: MIT
"""
debian.py - files out of Debian packages, without installing anything.

apt-get runs with package lists, sources and cache of its own below
build/cache, so neither the machine's sources nor its lists change, no right
to do so is needed, and a suite the machine does not use (bookworm-backports)
is there for a download. Signatures are checked as always.

A package once fetched stays: the cache holds one version of each until it is
deleted. Fetching is by metapackage: linux-image-amd64 leads to the kernel.
"""

import fcntl
import glob
import gzip
import hashlib
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import bzimage

STABLE, BACKPORTS = "bookworm", "bookworm-backports"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
MIRROR = "http://deb.debian.org"


def sources():
    """The text of our own sources.list."""
    mirror = os.environ.get("DEBIAN_MIRROR", MIRROR)
    entry = f"deb [arch=amd64 signed-by={KEYRING}] {mirror}"
    return (f"{entry}/debian {STABLE} main\n"
            f"{entry}/debian {STABLE}-updates main\n"
            f"{entry}/debian {BACKPORTS} main\n"
            f"{entry}/debian-security {STABLE}-security main\n")


def target(suite):
    """Options of apt for @suite. Unpinned, the newest of stable and its
    security updates wins, and backports rank below both."""
    return ["-t", suite] if suite == BACKPORTS else []


class Cache:
    """build/cache: package lists, packages, and what was unpacked."""

    def __init__(self, build):
        self.path = os.path.abspath(os.path.join(build, "cache"))
        self.apt = os.path.join(self.path, "apt")
        self.packages = os.path.join(self.path, "packages")
        self.updated = False

    def apt_command(self, tool, *arguments):
        options = {"Dir::Etc::sourcelist": f"{self.apt}/sources.list",
                   "Dir::Etc::sourceparts": "-",
                   "Dir::State::lists": f"{self.apt}/lists",
                   "Dir::Cache": f"{self.apt}/cache",
                   "APT::Architecture": "amd64",
                   "APT::Sandbox::User": "",
                   "Acquire::Languages": "none",
                   "Acquire::Retries": "3"}
        command = [tool, "-q"]
        for name, value in options.items():
            command += ["-o", f"{name}={value}"]
        return command + list(arguments)

    def update(self):
        if self.updated:
            return
        say("reading Debian's package lists")
        os.makedirs(f"{self.apt}/lists/partial", exist_ok=True)
        os.makedirs(f"{self.apt}/cache/archives/partial", exist_ok=True)
        with open(f"{self.apt}/sources.list", "w", encoding="ascii") as file:
            file.write(sources())
        run_quietly(self.apt_command("apt-get", "update"), self.apt)
        self.updated = True

    def resolve(self, package, suite):
        """The kernel's package that a metapackage depends on."""
        output = subprocess.run(
            self.apt_command("apt-cache", *target(suite), "depends",
                             "--important", package),
            check=True, capture_output=True, text=True).stdout
        depends = "Depends: linux-image-"
        names = [line.split()[-1] for line in output.splitlines()
                 if line.strip().startswith(depends)]
        if not names:
            raise RuntimeError(f"{package} of {suite} names no kernel")
        return names[0]

    def fetch(self, package, suite=STABLE):
        """Path of the .deb; downloads it when it is not there yet."""
        folder = os.path.join(self.packages, f"{package}.{suite}")
        have = glob.glob(f"{folder}/*.deb")
        if have:
            return have[0]
        self.update()
        name = package
        if package == "linux-image-amd64":
            name = self.resolve(package, suite)
        say(f"fetching {name} from {suite}")
        partial = folder + ".partial"
        shutil.rmtree(partial, ignore_errors=True)
        os.makedirs(partial)
        run_quietly(self.apt_command("apt-get", *target(suite), "download",
                                     name), partial)
        os.rename(partial, folder)
        return glob.glob(f"{folder}/*.deb")[0]

    def fetch_all(self, packages):
        """Paths of the .debs of @packages, a list of stable's, and of all
        that they depend on."""
        name = hashlib.sha256(" ".join(packages).encode()).hexdigest()[:12]
        folder = os.path.join(self.packages, f"all-{name}")
        if not os.path.isdir(folder):
            self.update()
            say(f"fetching {packages[0]} and all that it needs")
            partial = folder + ".partial"
            shutil.rmtree(partial, ignore_errors=True)
            os.makedirs(f"{partial}/partial")
            nothing = os.path.join(self.apt, "nothing_installed")
            open(nothing, "wb").close()
            run_quietly(self.apt_command(
                "apt-get", "-o", f"Dir::State::status={nothing}",
                "-o", f"Dir::Cache::archives={partial}",
                "-o", "Debug::NoLocking=1", "--no-install-recommends", "-y",
                "--download-only", "install", *packages), partial)
            os.rename(partial, folder)
        return sorted(glob.glob(f"{folder}/*.deb"))

    @contextmanager
    def locked(self):
        """Other threads and programs that make files here wait meanwhile."""
        os.makedirs(self.path, exist_ok=True)
        with open(os.path.join(self.path, "lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def unpack(self, package, suite=STABLE):
        """Folder with the package's files."""
        folder = os.path.join(self.path, "unpacked", f"{package}.{suite}")
        with self.locked():
            if os.path.isdir(folder):
                return folder
            archive = self.fetch(package, suite)
            say(f"unpacking {os.path.basename(archive)}")
            partial = folder + ".partial"
            shutil.rmtree(partial, ignore_errors=True)
            os.makedirs(partial)
            run_quietly(["dpkg-deb", "-x", archive, partial], self.path)
            os.rename(partial, folder)
        return folder

    def kernel(self, suite=STABLE):
        """(vmlinuz, modules folder, version) of Debian's kernel."""
        root = self.unpack("linux-image-amd64", suite)
        vmlinuz = one(f"{root}/boot/vmlinuz-*")
        version = os.path.basename(vmlinuz).removeprefix("vmlinuz-")
        # Newer packages keep everything below /usr.
        modules = one(f"{root}/lib/modules/{version}",
                      f"{root}/usr/lib/modules/{version}")
        return vmlinuz, modules, version

    def vmlinux(self, suite=STABLE):
        """The ELF file inside Debian's kernel: boots without the seconds of
        decompression."""
        packed, _, _ = self.kernel(suite)
        plain = f"{packed}.elf"
        with self.locked():
            if not os.path.exists(plain):
                with open(packed, "rb") as source:
                    image = bzimage.unpacked(source.read())
                with open(plain + "~", "wb") as out:
                    out.write(image)
                os.rename(plain + "~", plain)
        return plain

    def xen(self):
        """Debian's hypervisor as a file that QEMU's -kernel takes."""
        root = self.unpack("xen-hypervisor-4.17-amd64")
        packed = one(f"{root}/boot/xen-*-amd64.gz")
        plain = packed.removesuffix(".gz")
        if not os.path.exists(plain):
            with gzip.open(packed) as source, open(plain + "~", "wb") as out:
                shutil.copyfileobj(source, out)
            os.rename(plain + "~", plain)
        return plain


def one(*patterns):
    for pattern in patterns:
        found = glob.glob(pattern)
        if found:
            return found[0]
    raise FileNotFoundError(f"no file like {' or '.join(patterns)}")


def say(text):
    print(f"# {text}", file=sys.stderr, flush=True)


def run_quietly(command, folder):
    """Run @command in @folder; show what it printed only if it failed."""
    done = subprocess.run(command, cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}"
                           f"exit code {done.returncode}")
