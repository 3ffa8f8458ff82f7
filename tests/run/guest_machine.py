# SPDX-License-Identifier: MIT
"""
guest_machine.py - run guest tests on one of the two hypervisors, in QEMU.

A test is booted by multiboot as domain 0, or as an ordinary domain: by Parapet
itself from a boot module, or by tests/guests/creator, which takes several at a
time, on Xen and, if asked for, on Parapet. Both machines are the same, and so is
what is left to the tests.
"""

import copy
import os
import re
import selectors
import subprocess
import time

from container import Guest, pack
from guest_report import DONE_LINE, TEST_LINE
from guest_tests import (CREATOR, OUT, cpus, crashes, has_peer, image,
                         patience, peer_word, vcpus)

GUEST_MEMORY = 64 << 20
GUEST_LINE = "guest-test"
# For physdev: an interrupt that a register raises, by line or by message; and
# a device with many messages and a table of them. For pci_access: one with ports.
DEVICES = ["-device", "edu,addr=10,dma_mask=0xffffffff",
           "-device", "nec-usb-xhci,addr=11",
           "-device", "pci-serial,addr=12"]


class GuestMachine:
    """@options are those of add_arguments(); @kernel is the hypervisor's
    image, which @is_xen or not."""

    def __init__(self, options, kernel, is_xen):
        self.options = options
        self.kernel = kernel
        self.is_xen = is_xen
        self.line = f"{GUEST_LINE} {options.words}".strip()
        self.is_creating = is_xen or options.by_creator
        self.logs = os.path.join(OUT, "log-xen" if is_xen else "log")
        os.makedirs(self.logs, exist_ok=True)

    def log_path(self, name):
        return os.path.join(self.logs, name + ".log")

    def run(self, folder, role):
        """The text of one test's run."""
        if cpus(folder) > self.options.smp:
            return self.with_cpus(cpus(folder)).run(folder, role)
        name = folder if role == "dom0" else f"{folder}@{role}"
        if crashes(folder):
            return self.run_crashing(folder, name)
        if role == "domU" and (self.is_creating or has_peer(folder)):
            return self.run_created([folder], name)
        more = "" if role == "dom0" else \
            f"domain=guest mem={GUEST_MEMORY >> 20}M vcpus={vcpus(folder)} "
        return self.boot(name, [f"{image(folder)} {more}{self.line}"],
                         lambda text: DONE_LINE.search(text[-2000:]),
                         options=f"dom0_max_vcpus={vcpus(folder)}")

    def with_cpus(self, count):
        """A machine whose CPUs do run at once, which under icount they do not."""
        other = copy.copy(self)
        other.options = copy.copy(self.options)
        other.options.smp, other.options.icount = count, False
        return other

    def run_created(self, folders, name="creator"):
        """The text of a run of all of @folders as domains, by the creator."""
        return self.run_packed([Guest(folder, image(folder),
                                      self.line + peer_word(folder),
                                      GUEST_MEMORY, vcpus=vcpus(folder),
                                      timeout=patience(folder))
                                for folder in folders], name)

    def run_packed(self, guests, name):
        packed = os.path.join(self.logs, name + ".container")
        with open(packed, "wb") as file:
            file.write(pack(guests))
        return self.boot(name, [f"{image(CREATOR)} {GUEST_LINE}", packed],
                         lambda text: "CREATOR done" in text[-2000:],
                         len(guests))

    def run_crashing(self, folder, name):
        """What each domain of @folder said, and whether it was ended."""
        words = crashes(folder)
        if self.is_creating:
            guests = [Guest(word, image(folder), f"{GUEST_LINE} {word}",
                            GUEST_MEMORY, vcpus=vcpus(folder))
                      for word in words]
            text = self.run_packed(guests, name)
        else:
            text = self.boot(name, [
                f"{image(folder)} domain={word} mem=16M "
                f"vcpus={vcpus(folder)} {GUEST_LINE} {word}"
                for word in words], lambda text: "No domain is left" in text)
        return judged(folder, words, text)

    def command(self, modules, options):
        o = self.options
        line = "console=com1 com1=115200 dom0_mem=64M sched=credit loglvl=all " \
               f"guest_loglvl=all {options} {o.append}"
        command = [o.qemu, "-machine", o.machine, "-cpu", o.cpu,
                   "-smp", str(o.smp), "-m", o.memory, "-kernel", self.kernel,
                   "-append", line.strip(), "-initrd", ",".join(modules),
                   "-display", "none", "-serial", "stdio", "-monitor", "none",
                   "-no-reboot", "-nic", "none"] + DEVICES
        if o.icount:
            command += ["-icount", "shift=3,sleep=off"]
        return command

    def boot(self, name, modules, is_over, times=1,
             options="dom0_max_vcpus=1"):
        """Run QEMU, its hypervisor with more @options, until @is_over says so
        of what it has printed, it ends, or the time of @times tests is over."""
        deadline = time.monotonic() + self.options.timeout * times
        with open(self.log_path(name), "wb") as log:
            qemu = subprocess.Popen(self.command(modules, options),
                                    stdin=subprocess.DEVNULL,
                                    stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT)
            try:
                return read_until(is_over, qemu.stdout, log, deadline)
            finally:
                qemu.kill()
                qemu.wait()


def judged(folder, words, text):
    """A report of domains that were to crash: theirs, and their ends."""
    lines = TEST_LINE.findall(text)
    checks = [(name, result, values) for name, result, values in lines]
    for word in words:
        ended = re.search(rf"CREATOR end {word} (\w+)|"
                          rf"Domain \d+ \({word}\) (\w+ \w+|crashed) ?"
                          r"\(reason", text)
        how = (ended.group(1) or ended.group(2)) if ended else "nothing"
        how = how.replace("crashed", "crash").replace(" ", "_")
        checks.append((f"{folder}.{word}.ends_the_domain",
                       "pass" if how == "crash" else "fail", f"crash {how}"))
    passed = sum(result == "pass" for _, result, _ in checks)
    return "".join(f"TEST {' '.join(check)}\n" for check in checks) + \
        f"DONE {passed} passed {len(checks) - passed} failed 0 skipped\n"


def read_until(is_over, stream, log, deadline):
    text = ""
    selector = selectors.DefaultSelector()
    selector.register(stream, selectors.EVENT_READ)
    while time.monotonic() < deadline:
        if not selector.select(max(0, deadline - time.monotonic())):
            break
        piece = os.read(stream.fileno(), 65536)
        if not piece:
            break
        log.write(piece)
        log.flush()
        text += piece.decode("ascii", "replace").replace("\r", "")
        if is_over(text):
            break
    return text


def add_arguments(parser):
    """What both scripts that run guest tests take."""
    parser.add_argument("--hypervisor", default="build/parapet",
                        help="Parapet's image (%(default)s)")
    parser.add_argument("--cpu", default="max,-smap")
    parser.add_argument("--machine", default="pc")
    parser.add_argument("--memory", default="512")
    parser.add_argument("--smp", type=int, default=1,
                        help="CPUs of the machine (%(default)s)")
    parser.add_argument("--icount", action="store_true",
                        help="time by instructions: deadlines hold however "
                             "busy the machine is")
    parser.add_argument("--words", default="",
                        help="more for the guests' command lines")
    parser.add_argument("--by-creator", action="store_true",
                        help="have tests/guests/creator make the domains on "
                             "Parapet, too")
    parser.add_argument("--qemu", default="qemu-system-x86_64")
    parser.add_argument("--timeout", type=float, default=120,
                        help="seconds for one guest (%(default)s)")
    parser.add_argument("--append", default="", help="more hypervisor options")
    parser.add_argument("--no-build", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true",
                        help="print every check")
