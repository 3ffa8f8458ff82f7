# SPDX-License-Identifier: MIT
"""
serial_console.py - the machine's serial port: a log, expect and send.

QEMU's serial port is its standard input and output. All that comes is written
to the log at once, with nothing taken out. expect() searches what came after
the last match; what it skipped over is gone for later calls.
"""

import os
import re
import select
import time

from result import Failure

TAIL_LINES, TAIL_COLUMNS = 15, 160
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")     # what moves a cursor


class Console:
    """Both ends of one serial line. read_fd is not blocking."""

    def __init__(self, read_fd, write_fd, log_path):
        self.read_fd = read_fd
        self.write_fd = write_fd
        self.log_path = log_path
        self.log = open(log_path, "wb", buffering=0)
        self.text = ""          # all that came
        self.position = 0       # end of the last match in it
        self.closed = False     # QEMU has closed its end
        os.set_blocking(read_fd, False)

    def close(self):
        self.log.close()

    def pump(self, seconds):
        """Take in what comes within @seconds. False when nothing did."""
        if self.closed:
            return False
        ready, _, _ = select.select([self.read_fd], [], [], max(seconds, 0))
        if not ready:
            return False
        data = os.read(self.read_fd, 65536)
        if not data:
            self.closed = True
            return False
        self.log.write(data)
        self.text += data.decode("utf-8", "replace").replace("\r", "")
        return True

    def tail(self):
        lines = ESCAPES.sub(" ", self.text).rstrip("\n").split("\n")
        return "\n".join("| " + line[:TAIL_COLUMNS]
                         for line in lines[-TAIL_LINES:])

    def failure(self, expected, why):
        return Failure(f"expected: {expected}\n"
                       f"came: {why}; the last lines were\n"
                       f"{self.tail()}\nlog: {self.log_path}")

    def expect(self, pattern, timeout, never=None):
        """Wait for @pattern (a regular expression); return its match.

        Seeing @never, or the end of the machine, is a failure at once.
        """
        deadline = time.monotonic() + timeout
        wanted = re.compile(pattern, re.MULTILINE)
        unwanted = re.compile(never, re.MULTILINE) if never else None
        while True:
            match = wanted.search(self.text, self.position)
            bad = unwanted and unwanted.search(
                self.text, self.position,
                match.start() if match else len(self.text))
            if bad:
                raise self.failure(pattern, f"'{bad.group(0)}'")
            if match:
                self.position = match.end()
                return match
            left = deadline - time.monotonic()
            if left <= 0:
                raise self.failure(pattern, f"nothing for {timeout} s")
            self.pump(min(left, 0.5))
            if self.closed and not wanted.search(self.text, self.position):
                raise self.failure(pattern, "the machine ended")

    def wait_end(self, timeout, never=None):
        """Wait until QEMU closes the line, which it does by ending."""
        deadline = time.monotonic() + timeout
        while not self.closed:
            if time.monotonic() > deadline:
                raise self.failure("the machine ends",
                                   f"it still ran after {timeout} s")
            self.pump(0.5)
        bad = never and re.search(never, self.text)
        if bad:
            raise self.failure("the machine ends", f"'{bad.group(0)}'")

    def send(self, data):
        """Type @data. Slowly: a 16550 has room for 16 characters."""
        raw = data.encode()
        for start in range(0, len(raw), 8):
            os.write(self.write_fd, raw[start:start + 8])
            self.pump(0.05)
