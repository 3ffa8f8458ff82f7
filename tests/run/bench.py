# SPDX-License-Identifier: MIT
"""
bench.py - what a system test is given: a system to boot and places for files.

A test says bench.dom0(machine, "disk:virtio:256") and gets back what the
scripts in the root reported.
"""

import os
import re
import subprocess
from contextlib import contextmanager

import debian
import root
from hypervisor import BARE, NEVER, PARAPET
from qemu import Qemu
from result import FAIL, PASS, Failure, Skip

BOOT_SECONDS = 90           # an idle machine needs 15


class GuestTest:
    """What one script of the root said: word pass or fail, and its output."""

    def __init__(self, name, word, output):
        self.name = name
        self.word = word
        self.output = output


class Bench:
    def __init__(self, hypervisor, cache, build, report):
        self.hypervisor = hypervisor
        self.cache = cache
        self.report = report
        self.work = os.path.abspath(
            os.path.join(build, "system", hypervisor.kind))
        os.makedirs(self.work, exist_ok=True)
        self.name = "none"      # of the test that runs
        self.unpacked = False   # the kernel need not be the file as shipped

    def path(self, name):
        """A file that belongs to the test that runs."""
        return os.path.join(self.work, f"{self.name}.{name}")

    def only_parapet(self, why):
        if self.hypervisor.kind != PARAPET:
            raise Skip(f"{self.hypervisor.kind}: {why}")

    def not_bare(self):
        if self.hypervisor.kind == BARE:
            raise Skip("bare: there is no hypervisor")

    def kernel(self, suite=debian.STABLE):
        """Debian's kernel as the test that runs wants it."""
        if self.unpacked and self.hypervisor.kind != BARE:
            return self.cache.vmlinux(suite)
        return self.cache.kernel(suite)[0]

    def prepare(self, machine, arguments="", options=None,
                suite=debian.STABLE):
        """@machine boots the system under test with Debian's kernel."""
        initrd = root.build(self.cache, suite)
        return self.hypervisor.boot(machine, self.kernel(suite), initrd,
                                    arguments, options)

    @contextmanager
    def running(self, machine, log="serial.log"):
        with Qemu(machine, self.path(log)) as qemu:
            yield qemu

    def empty_disk(self, name, megabytes):
        """A file holding an empty ext4 file system."""
        path = self.path(name)
        with open(path, "wb") as file:
            file.truncate(megabytes << 20)
        subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", "-E",
                        "lazy_itable_init=1,lazy_journal_init=1", path],
                       check=True)
        return path

    def check_disk(self, path):
        """The file system a guest left must be sound."""
        done = subprocess.run(["/sbin/e2fsck", "-f", "-n", path], text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        if done.returncode:
            raise Failure(f"expected: a sound file system in {path}\n"
                          f"came: {done.stdout}")


def collect(qemu, timeout):
    """Read what the root's scripts report, up to their end."""
    tests = []
    while True:
        match = qemu.console.expect(r"^@@ (begin|done)(?: (\S+))?\n", timeout,
                                    never=NEVER)
        if match.group(1) == "done":
            return tests
        begin = qemu.console.position
        name = match.group(2)
        match = qemu.console.expect(rf"^@@ (pass|fail) {re.escape(name)}\n",
                                    timeout, never=NEVER)
        output = qemu.console.text[begin:match.start()]
        tests.append(GuestTest(name, match.group(1), output))


def dom0(bench, machine, tests, arguments="", timeout=240, **how):
    """Boot @machine, run @tests of the root in it, wait for its end.

    Returns {name: GuestTest}; whether they passed is for the caller.
    """
    line = f"parapet.test={','.join(tests)} {arguments}".strip()
    bench.prepare(machine, line, **how)
    with bench.running(machine) as qemu:
        qemu.console.expect(r"Run /init as init process", BOOT_SECONDS, NEVER)
        found = collect(qemu, timeout)
        qemu.wait_end(30, NEVER)
    missing = set(tests) - {test.name for test in found}
    if missing:
        raise Failure(f"expected: results of {', '.join(sorted(missing))}\n"
                      f"came: none\nlog: {bench.path('serial.log')}")
    return {test.name: test for test in found}


def record(bench, tests):
    """Each guest test becomes a result of its own."""
    for test in tests.values():
        word = PASS if test.word == "pass" else FAIL
        detail = "" if word == PASS else (
            f"expected: the script /tests/{test.name} succeeds\ncame:\n"
            f"{test.output.rstrip()}\nlog: {bench.path('serial.log')}")
        bench.report.add(word, f"{bench.name}: {test.name}", detail)


