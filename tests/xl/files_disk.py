# SPDX-License-Identifier: MIT
"""
files_disk.py - what dom0 with the stock tools has besides its Debian root: an
initramfs for itself, and a disk with kernel, initramfs and disks for guests,
their configurations, scripts and modules, which it sees as /xl.

Both carry a digest of all that went in, so that an old one is never taken.
"""

import gzip
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(TESTS, "run"),
                os.path.join(TESTS, "system", "root")]

import cpio                 # noqa: E402
import debian               # noqa: E402
import root                 # noqa: E402
import tools_root           # noqa: E402

EXT4 = "ext4 crc32c_generic crc32c_intel"
FIRST_MODULES = f"virtio_pci virtio_blk {EXT4}".split()
DOM0_MODULES = """
    virtio_net virtio_console bridge loop
    xenfs xen_privcmd xen_evtchn xen_gntdev xen_gntalloc
    xen_blkback xen_netback
""".split() + FIRST_MODULES
GUEST_MODULES = f"xen_blkfront xen_netfront {EXT4}".split()
GRUB_MODULES = "normal linux ext2 gzio xzio configfile".split()
FILES_BYTES = 1 << 30           # most of it a hole
DISK_BYTES = 64 << 20           # of a guest's disk
DISKS = ("first", "second", "spare")
CONTROL_LIBRARIES = ("xenctrl xencall xenforeignmemory xendevicemodel "
                     "xenevtchn xentoollog xentoolcore").split()


def own_files():
    """All files of this folder, but Python's, in a fixed order."""
    found = []
    for top, folders, names in os.walk(HERE):
        folders[:] = [f for f in folders if f != "__pycache__"]
        found += [os.path.join(top, name) for name in names
                  if not name.endswith(".py")]
    return sorted(found)


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Parts:
    """What everything is made of: Debian's kernel, busybox, and Xen's library
    of control calls."""

    def __init__(self, cache):
        self.cache = cache
        self.busybox = debian.one(cache.unpack("busybox-static") +
                                  "/bin/busybox")
        self.vmlinuz, self.modules, self.version = cache.kernel()
        self.vmlinux = cache.vmlinux()
        self.control = cache.unpack("libxen-dev")
        self.grub = shutil.which("grub-mkimage")

    def libraries(self):
        return f"{self.control}/usr/lib/x86_64-linux-gnu"

    def digest(self):
        total = hashlib.sha256(f"{self.version} {self.grub}".encode())
        for path in own_files() + [__file__, tools_root.__file__,
                                   root.__file__, self.busybox,
                                   f"{self.libraries()}/libxenctrl.a"]:
            total.update(os.path.basename(path).encode() + b"\0" + read(path))
        return total.hexdigest()[:12]

    def initramfs(self, modules, files):
        """An archive with busybox, @modules and @files {name: source}."""
        archive = cpio.Archive()
        for name in ("proc", "sys", "dev", "run", "tmp", "mnt", "root"):
            archive.folder(name)
        archive.device("dev/console", 5, 1)
        archive.file("etc/passwd", root.PASSWD)
        archive.link("sbin", "bin")
        root.add_busybox(archive, self.busybox)
        root.add_modules(archive, self.modules, self.version, self.busybox,
                         modules)
        for name, source in files.items():
            archive.file(name, read(os.path.join(HERE, source)), 0o755)
        return gzip.compress(archive.pack(), 6, mtime=0)


def guest_disk(path, folder):
    tools_root.file_system(folder, path, DISK_BYTES)


def add_grub(parts, top):
    """GRUB's image, and a disk with the kernel that it is to find."""
    modules = parts.cache.unpack("grub-xen-bin") + "/usr/lib/grub/x86_64-xen"
    subprocess.run([parts.grub, "-O", "x86_64-xen", "-d", modules,
                    "-p", "/boot/grub", "-o", f"{top}/grub.xen",
                    "-c", f"{HERE}/config/grub_start.cfg", *GRUB_MODULES],
                   check=True)
    with tempfile.TemporaryDirectory() as disk:
        os.makedirs(f"{disk}/boot/grub")
        shutil.copy(f"{HERE}/config/grub_disk.cfg",
                    f"{disk}/boot/grub/grub.cfg")
        shutil.copy(f"{top}/vmlinuz", f"{disk}/boot")
        shutil.copy(f"{top}/guest.gz", f"{disk}/boot")
        guest_disk(f"{top}/grub.img", disk)


def add_door(parts, top):
    """The program that makes domains by itself: static, so that it needs none
    of the root's libraries."""
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-static",
                    "-s", "-o", f"{top}/door", f"{HERE}/dom0/door.c",
                    f"-I{parts.control}/usr/include",
                    f"-L{parts.libraries()}",
                    *(f"-l{name}" for name in CONTROL_LIBRARIES)], check=True)


def fill(parts, top):
    """The content of the files' disk."""
    shutil.copytree(f"{HERE}/dom0", f"{top}/dom0",
                    ignore=shutil.ignore_patterns("*.c"))
    shutil.copy(f"{HERE}/guest/stream", f"{top}/stream")
    add_door(parts, top)
    shutil.copytree(f"{HERE}/config", top, dirs_exist_ok=True)
    shutil.copy(parts.busybox, f"{top}/busybox")
    os.symlink("busybox", f"{top}/modprobe")    # kmod wants other tables
    shutil.copyfile(parts.vmlinuz, f"{top}/vmlinuz")
    shutil.copyfile(parts.vmlinux, f"{top}/vmlinux")
    root.install_modules(top, parts.modules, parts.version, parts.busybox,
                         DOM0_MODULES)
    with open(f"{top}/guest.gz", "wb") as file:
        file.write(parts.initramfs(GUEST_MODULES, {
            "init": "guest/init", "dhcp": "dom0/udhcpc.script",
            "bin/exchange": "guest/exchange", "bin/stream": "guest/stream",
            "bin/flood": "guest/flood",
            "bin/poweroff": "guest/end", "bin/reboot": "guest/end"}))
    with tempfile.TemporaryDirectory() as empty:
        for name in DISKS:
            guest_disk(f"{top}/{name}.img", empty)
    if parts.grub:
        add_grub(parts, top)


def build(cache):
    """Paths of dom0's initramfs and of the files' disk."""
    parts = Parts(cache)
    base = os.path.join(cache.path, "tools_files")
    disk = f"{base}-{parts.digest()}.img"
    first = f"{base}.gz"
    if os.path.exists(disk):
        return first, disk
    debian.say("making the files that dom0's tools and guests need")
    with open(first, "wb") as file:
        file.write(parts.initramfs(FIRST_MODULES, {"init": "dom0/init"}))
    with tempfile.TemporaryDirectory() as top:
        fill(parts, top)
        tools_root.file_system(top, disk + ".partial", FILES_BYTES)
    os.rename(disk + ".partial", disk)
    tools_root.newest_only(disk)
    return first, disk
