# SPDX-License-Identifier: MIT
"""
container.py - several guest images in one module, for tests/guests/creator.

The layout is that of tests/guests/creator/container.h: a header, an entry for
each image, the images. Debug information stays outside.
"""

import os
import struct
import subprocess
import tempfile

MAGIC = b"GUESTS01"
HEADER = struct.Struct("<8sII")
ENTRY = struct.Struct("<32s128sQQQQQ")
ALIGNMENT = 8
PAGE = 4096


class Guest:
    """An image and how it is run."""

    def __init__(self, name, path, cmdline="guest-test", memory=64 << 20,
                 timeout=20, vcpus=1):
        self.name = name
        self.path = path
        self.cmdline = cmdline
        self.memory = memory        # bytes
        self.timeout = timeout      # seconds of the guest's time
        self.vcpus = vcpus


def stripped(path):
    """The file's bytes without debug information."""
    with tempfile.TemporaryDirectory() as folder:
        small = os.path.join(folder, "image")
        subprocess.run(["objcopy", "--strip-all", path, small], check=True)
        with open(small, "rb") as file:
            return file.read()


def text(value, room):
    encoded = value.encode("ascii")
    if len(encoded) >= room:
        raise ValueError(f"longer than {room - 1} letters: {value}")
    return encoded


def pack(guests):
    """The container's bytes."""
    images = [stripped(guest.path) for guest in guests]
    entries, body = b"", b""
    start = HEADER.size + ENTRY.size * len(guests)
    for guest, image in zip(guests, images):
        body += b"\0" * (-(start + len(body)) % ALIGNMENT)
        entries += ENTRY.pack(
            text(guest.name, 32), text(guest.cmdline, 128),
            guest.memory // PAGE, guest.vcpus, int(guest.timeout * 10**9),
            start + len(body), len(image))
        body += image
    return HEADER.pack(MAGIC, len(guests), ENTRY.size) + entries + body
