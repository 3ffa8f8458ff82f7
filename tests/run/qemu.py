# SPDX-License-Identifier: MIT
"""
qemu.py - one running QEMU, from start to certain end.

Invariants:
  Q1  No QEMU outlives the script that started it: leaving the with-block
      kills it by its process id, and the kernel kills it if the script dies.
  Q2  Whatever the machine printed is in the serial log, also after a kill.
"""

import ctypes
import os
import signal
import socket
import subprocess
import time

from machine import qemu_arguments
from qmp import Qmp
from serial_console import Console

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def die_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end_on_signals():
    """Make SIGTERM and SIGHUP unwind the stack, so that Q1 holds."""
    def end(number, _frame):
        raise SystemExit(128 + number)
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)


class Qemu:
    """with Qemu(machine, log_path) as q: q.console.expect(...)

    QEMU inherits @files, as the machine's arguments name them by number."""

    def __init__(self, machine, log_path, files=()):
        self.machine = machine
        self.log_path = log_path
        self.files = files
        self.process = None
        self.console = None
        self.qmp = None
        self.started = 0.0

    def __enter__(self):
        ours, theirs = socket.socketpair()
        arguments = qemu_arguments(self.machine) + [
            "-monitor", "none",
            "-chardev", "stdio,id=com1,signal=off", "-serial", "chardev:com1",
            "-chardev", f"socket,id=qmp,fd={theirs.fileno()}",
            "-mon", "chardev=qmp,mode=control"]
        os.makedirs(os.path.dirname(self.log_path), exist_ok=True)
        self.started = time.monotonic()
        with theirs, open(self.log_path + ".qemu", "wb") as errors:
            errors.write((" ".join(arguments) + "\n").encode())
            errors.flush()
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=errors, bufsize=0,
                pass_fds=[theirs.fileno(), *(f.fileno() for f in self.files)],
                preexec_fn=die_with_parent)
        self.qmp = Qmp(ours)
        self.console = Console(self.process.stdout.fileno(),
                               self.process.stdin.fileno(), self.log_path)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        while self.console.pump(0):
            pass
        self.console.close()
        self.qmp.close()
        self.process.stdin.close()
        self.process.stdout.close()

    def seconds(self):
        """Wall-clock time since power-on."""
        return time.monotonic() - self.started

    def wait_end(self, timeout, never=None):
        """The machine must end by itself. Returns QEMU's exit code."""
        self.console.wait_end(timeout, never)
        return self.process.wait(timeout=10)
