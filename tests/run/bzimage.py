# SPDX-License-Identifier: MIT
"""
bzimage.py - where a Linux kernel file keeps the kernel proper.

Fields and offsets: Linux, Documentation/x86/boot.rst.
"""

import lzma
import struct

SETUP_SECTS = 0x1f1
PAYLOAD_OFFSET = 0x248
PAYLOAD_LENGTH = 0x24c
SECTOR = 512


def payload_start(image):
    """Offset in the file of the compressed kernel."""
    sectors = image[SETUP_SECTS] or 4
    offset, = struct.unpack_from("<I", image, PAYLOAD_OFFSET)
    return (sectors + 1) * SECTOR + offset


def unpacked(image):
    """The ELF file inside; it must be packed by xz, as Debian does."""
    length, = struct.unpack_from("<I", image, PAYLOAD_LENGTH)
    start = payload_start(image)
    # After the last stream comes its size, four bytes that xz does not know.
    return lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(
        image[start:start + length])
