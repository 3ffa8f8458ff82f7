# SPDX-License-Identifier: MIT
"""
bad_kernel.py - files that are not the kernel dom0 needs, one kind each.
"""

import random
import struct

from bzimage import SECTOR, payload_start

LZO_MAGIC = b"\x89LZO\0\r\n\x1a\n"

ELF_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
PROGRAM_HEADER = struct.Struct("<IIQQQQQQ")
ET_EXEC, EM_X86_64, PT_LOAD, PT_NOTE = 2, 62, 1, 4
NOTE_HYPERCALL_PAGE, NOTE_VIRT_BASE = 2, 3
NOTE_XEN_VERSION, NOTE_LOADER = 5, 8
NOTE_PHYS32_ENTRY = 18          # where a PVH kernel is entered
LOAD_ADDRESS = 0x100000


def garbage(_vmlinuz):
    return random.Random(1).randbytes(1 << 20)


def truncated(vmlinuz):
    return vmlinuz[:len(vmlinuz) // 2]


def only_setup(vmlinuz):
    """The file ends before the compressed kernel begins."""
    return vmlinuz[:2 * SECTOR]


def lzo(vmlinuz):
    """Debian's kernel, claiming a compression that nobody ships."""
    start = payload_start(vmlinuz)
    return (vmlinuz[:start] + LZO_MAGIC +
            vmlinuz[start + len(LZO_MAGIC):])


def damaged(vmlinuz):
    """One bit in the middle of the compressed kernel is wrong."""
    middle = len(vmlinuz) // 2
    return (vmlinuz[:middle] + bytes([vmlinuz[middle] ^ 1]) +
            vmlinuz[middle + 1:])


def elf(notes):
    """A small program of one page, with @notes in its PT_NOTE."""
    count = 2 if notes else 1
    start = ELF_HEADER.size + count * PROGRAM_HEADER.size
    code = b"\xf4\xeb\xfd"      # hlt; jmp to it
    ident = b"\x7fELF\x02\x01\x01" + bytes(9)
    entry = LOAD_ADDRESS + start + len(notes)
    out = ELF_HEADER.pack(ident, ET_EXEC, EM_X86_64, 1, entry,
                          ELF_HEADER.size, 0, 0, ELF_HEADER.size,
                          PROGRAM_HEADER.size, count, 0, 0, 0)
    size = start + len(notes) + len(code)
    out += PROGRAM_HEADER.pack(PT_LOAD, 5, 0, LOAD_ADDRESS, LOAD_ADDRESS,
                               size, size, 4096)
    if notes:
        out += PROGRAM_HEADER.pack(PT_NOTE, 4, start, LOAD_ADDRESS + start,
                                   LOAD_ADDRESS + start, len(notes),
                                   len(notes), 4)
    return out + notes + code


def ordinary_program(_vmlinuz):
    return elf(b"")


def pvh_only(_vmlinuz):
    note = struct.pack("<III4sI", 4, 4, NOTE_PHYS32_ENTRY, b"Xen\0",
                       LOAD_ADDRESS)
    return elf(note)


def note(number, text):
    """An ELF note of the Xen ABI, its text padded to words."""
    text += bytes(-len(text) % 4)
    return struct.pack("<III4s", 4, len(text), number, b"Xen\0") + text


def pv_notes(more=b""):
    return (note(NOTE_XEN_VERSION, b"xen-3.0\0") +
            note(NOTE_LOADER, b"generic\0") +
            note(NOTE_VIRT_BASE, bytes(8)) + more)


def crashing(_vmlinuz):
    """A PV kernel whose first instruction faults, with no handler for it."""
    return elf(pv_notes())


def hypercall_page_outside(_vmlinuz):
    """A PV kernel that is found out once its domain has memory."""
    return elf(pv_notes(note(NOTE_HYPERCALL_PAGE,
                             struct.pack("<Q", 1 << 30))))
