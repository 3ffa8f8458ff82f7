# SPDX-License-Identifier: MIT
"""
cpio.py - the archive format of an initramfs ("newc"), written reproducibly.

Linux, Documentation/driver-api/early-userspace/buffer-format.rst. Entries are
sorted by name, owned by root, dated 1970 and numbered in order: the same
content gives the same bytes. Device nodes need no right to make them here.
"""

import stat


class Archive:
    def __init__(self):
        self.entries = {}       # name -> (mode, data, rdev major, minor)

    def put(self, name, mode, data=b"", major=0, minor=0):
        """Add an entry, and the folders above it."""
        name = name.strip("/")
        parent = name.rpartition("/")[0]
        if parent and parent not in self.entries:
            self.folder(parent)
        self.entries[name] = (mode, data, major, minor)

    def folder(self, name):
        self.put(name, stat.S_IFDIR | 0o755)

    def file(self, name, data, mode=0o644):
        self.put(name, stat.S_IFREG | mode, data)

    def link(self, name, target):
        self.put(name, stat.S_IFLNK | 0o777, target.encode())

    def device(self, name, major, minor):
        self.put(name, stat.S_IFCHR | 0o600, b"", major, minor)

    def pack(self):
        out = bytearray()
        for number, name in enumerate(sorted(self.entries), 1):
            mode, data, major, minor = self.entries[name]
            out += record(name, number, mode, data, major, minor)
        return bytes(out + record("TRAILER!!!", 0, 0, b"", 0, 0))


def padded(data):
    return data + bytes(-len(data) % 4)


def record(name, number, mode, data, major, minor):
    raw = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, major, minor,
              len(raw), 0)
    header = b"070701" + b"".join(b"%08x" % field for field in fields)
    return padded(header + raw) + padded(data)
