# SPDX-License-Identifier: MIT
"""
tools_machine.py - a machine whose dom0 has Debian's toolstack, and does what
it is told.

    with ToolsMachine(system, cache, log) as dom0:
        code, output = dom0.run("xl info")

Scripts and answers travel over a virtio port of their own (tests/xl/dom0/agent)
so that nothing the hypervisor or a kernel prints comes in between.
"""

import base64
import re
import select
import socket
import time

import files_disk
import tools_root
from hypervisor import NEVER, XEN
from machine import Disk, Machine
from qemu import Qemu
from result import Failure

BOOT_SECONDS = 240          # the daemons too; 40 on an idle machine
GRACE_SECONDS = 15          # beyond a script's own limit
CPU = "max,-smap,-svm"     # Debian's Xen then offers no HVM either


def options(system, dom0_memory, more=""):
    """The hypervisor's options. Debian's Xen gets the scheduler that
    Parapet has."""
    words = f"dom0_max_vcpus=1 {more}"
    if system.kind == XEN:
        words += " sched=credit"
    return system.options(f"{dom0_memory}M,max:{dom0_memory}M", words)


def machine_with_tools(system, cache, kernel_arguments="", memory=2048,
                       dom0_memory=512, cpus=2, more="",
                       root=tools_root.build, cpu=CPU):
    """Any hypervisor under dom0's Debian root, which @root makes. What is
    written to its disks is gone with the machine."""
    first, files = files_disk.build(cache)
    vmlinuz, _, _ = cache.kernel()
    machine = Machine("q35", cpu, memory=str(memory), cpus=cpus, disks=[
        Disk("virtio", root(cache), kept=False),
        Disk("virtio", files, kept=False)])
    return system.boot(machine, vmlinuz, first, kernel_arguments,
                       options(system, dom0_memory, more))


class ToolsMachine:
    """Raises Failure when dom0 does not come up within @patience seconds or
    stops answering; whether the daemons run is check_daemons(). @how goes to
    machine_with_tools()."""

    def __init__(self, system, cache, log, store="oxenstored",
                 patience=BOOT_SECONDS, **how):
        self.machine = machine_with_tools(
            system, cache, f"parapet.agent parapet.store={store}",
            more="loglvl=all guest_loglvl=all", **how)
        self.log = log
        self.patience = patience
        self.qemu = None
        self.agent = None
        self.data = b""

    def __enter__(self):
        self.agent, theirs = socket.socketpair()
        self.machine.extra += [
            "-device", "virtio-serial-pci",
            "-chardev", f"socket,id=agent,fd={theirs.fileno()}",
            "-device", "virtserialport,chardev=agent,name=agent"]
        self.qemu = Qemu(self.machine, self.log, [theirs])
        with theirs:
            self.qemu.__enter__()
        try:
            self.wait_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.qemu.__exit__()
        self.agent.close()

    @property
    def console(self):
        return self.qemu.console

    def wait_ready(self):
        line = self.read_line(time.monotonic() + self.patience,
                              "dom0's agent")
        if line != "@@ ready":
            raise self.console.failure("@@ ready", line)

    def check_daemons(self):
        code, text = self.run("cat /run/network.log /run/daemons.log; "
                              "test -e /run/daemons.ok")
        if code:
            raise Failure("expected: all daemons of the toolstack run\n"
                          f"came: {text}\nlog: {self.log}")

    def pump(self, deadline, expected):
        """Take in what comes, from the agent and from the serial line."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise self.console.failure(expected, "no answer in time")
        ready, _, _ = select.select([self.agent, self.console.read_fd], [],
                                    [], left)
        self.console.pump(0)
        bad = re.search(NEVER, self.console.text[self.console.position:])
        if bad:
            raise self.console.failure(expected, f"'{bad.group(0)}'")
        if self.agent in ready:
            self.data += self.agent.recv(65536)
        if self.console.closed:
            raise self.console.failure(expected, "the machine ended")

    def read_line(self, deadline, expected):
        while b"\n" not in self.data:
            self.pump(deadline, expected)
        line, self.data = self.data.split(b"\n", 1)
        return line.decode("utf-8", "replace")

    def send(self, script, seconds):
        packed = base64.b64encode(script.encode()).decode()
        self.agent.sendall(f"{seconds} {packed}\n".encode())

    def run(self, script, seconds=60):
        """The shell script's exit code (124 and 137: time was over) and what
        it printed."""
        deadline = time.monotonic() + seconds + GRACE_SECONDS
        self.send(script, seconds)
        _, code, length = self.read_line(deadline, script).split()
        while len(self.data) < int(length):
            self.pump(deadline, script)
        text, self.data = self.data[:int(length)], self.data[int(length):]
        return int(code), text.decode("utf-8", "replace")

    def check(self, script, seconds=60):
        """What the script printed; it must succeed."""
        code, text = self.run(script, seconds)
        if code:
            raise Failure(f"expected: success of\n{script}\n"
                          f"came: exit code {code}\n{text}\nlog: {self.log}")
        return text
