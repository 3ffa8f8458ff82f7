# SPDX-License-Identifier: MIT
"""
gdb_stub.py - a CPU's registers, through QEMU's server for gdb: how a test makes
one CPU of a running machine go wrong.

The machine stands still while the connection is there. Packets are those of
gdb's remote protocol: $text#sum, each acknowledged by +.
"""

import socket

REPLY_SECONDS = 20
RIP, RFLAGS = 16, 17    # numbers of registers, in gdb's order for x86-64


def arguments(path):
    """QEMU's, for a server at the socket @path."""
    return ["-gdb", f"unix:{path},server=on,wait=off"]


class GdbStub:
    """with GdbStub(path) as stub: ...; the machine goes on afterwards."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(REPLY_SECONDS)
        self.socket.connect(path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.command("D")
        self.socket.close()

    def byte(self):
        data = self.socket.recv(1)
        if not data:
            raise EOFError("QEMU closed its socket for gdb")
        return data

    def read(self):
        while self.byte() != b"$":
            pass
        text = b""
        while (c := self.byte()) != b"#":
            text += c
        self.byte()
        self.byte()
        self.socket.sendall(b"+")
        return text.decode()

    def command(self, text):
        data = text.encode()
        self.socket.sendall(b"$%s#%02x" % (data, sum(data) & 0xff))
        while (reply := self.read()).startswith("T"):
            pass                # it tells that the machine stands still
        return reply

    def select(self, cpu):
        """Registers are those of @cpu from now on."""
        self.must(f"Hg{cpu + 1:x}")
        # Single registers are for those who have asked what there are.
        self.command("qXfer:features:read:target.xml:0,fff")

    def must(self, text):
        reply = self.command(text)
        if reply != "OK":
            raise ValueError(f"{text}: {reply}")

    def write_rflags(self, value):
        self.must(f"P{RFLAGS:x}={value.to_bytes(4, 'little').hex()}")

    def write_code(self, code):
        """Put @code where the CPU goes on."""
        rip = bytes.fromhex(self.command(f"p{RIP:x}"))
        self.must(f"M{int.from_bytes(rip, 'little'):x},{len(code):x}:"
                  f"{code.hex()}")
