# SPDX-License-Identifier: MIT
"""
modules.py - the kernel modules that the test root carries, and what they need.

Debian's kernel package has no modules.dep (depmod runs when it is installed),
so dependencies are read from each module's own .modinfo section.
"""

import lzma
import os
import struct

# By the names the kernel uses. Soft dependencies (crc32c) are named as well.
WANTED = """
    virtio_pci virtio_blk virtio_net e1000 e1000e 8139cp
    ahci ata_piix nvme sd_mod sr_mod
    xhci_pci ehci_pci uhci_hcd usb_storage uas usbhid hid_generic
    ext4 crc32c_generic crc32c_intel isofs vfat nls_ascii nls_cp437 af_packet
    efivarfs xenfs xen_privcmd xen_evtchn xen_gntdev xen_gntalloc
""".split()


def module_name(path):
    """/x/xhci-pci.ko.xz -> xhci_pci"""
    return os.path.basename(path).split(".ko")[0].replace("-", "_")


def read_module(path):
    with open(path, "rb") as file:
        data = file.read()
    return lzma.decompress(data) if path.endswith(".xz") else data


def section(elf, wanted):
    """The bytes of one section of a 64-bit ELF file."""
    table, = struct.unpack_from("<Q", elf, 0x28)
    size, count, names = struct.unpack_from("<HHH", elf, 0x3a)
    headers = [struct.unpack_from("<IIQQQQ", elf, table + i * size)
               for i in range(count)]
    strings = headers[names][4]
    for name, _, _, _, offset, length in headers:
        end = elf.index(b"\0", strings + name)
        if elf[strings + name:end] == wanted:
            return elf[offset:offset + length]
    return b""


def depends(elf):
    for item in section(elf, b".modinfo").split(b"\0"):
        key, _, value = item.partition(b"=")
        if key == b"depends":
            return [n.replace("-", "_")
                    for n in value.decode().split(",") if n]
    return []


def builtin(folder):
    with open(os.path.join(folder, "modules.builtin"), encoding="ascii") as f:
        return {module_name(line.strip()) for line in f}


def available(folder):
    found = {}
    for top, _, files in os.walk(folder):
        for name in files:
            if ".ko" in name:
                found[module_name(name)] = os.path.join(top, name)
    return found


def collect(folder, wanted=WANTED):
    """{path below lib/modules/VERSION: bytes} of @wanted and its needs.

    A module this kernel does not have at all is an error: a name is wrong.
    """
    have, inside = available(folder), builtin(folder)
    todo, done, chosen = list(wanted), set(), {}
    while todo:
        name = todo.pop()
        if name in done or name in inside:
            continue
        done.add(name)
        if name not in have:
            raise RuntimeError(f"{folder} has no module {name}")
        path = have[name]
        elf = read_module(path)
        relative = os.path.relpath(path, folder).removesuffix(".xz")
        chosen[relative] = elf
        todo += depends(elf)
    return chosen
