# SPDX-License-Identifier: MIT
"""
tools_root.py - a Debian root with Xen's stock tools, as a disk for dom0.

The packages are unpacked and not installed: none of their scripts runs, so
that it takes no root rights. What the scripts would have set up and the tools
want is little: the merged /usr, links of alternatives, root's account. The
disk has nothing of ours; who boots it lets QEMU drop what is written to it.
"""

import glob
import hashlib
import os
import re
import shutil
import subprocess

import debian

PACKAGES = """
    xen-utils-4.17 xen-utils-common xenstore-utils
    base-files bash dash coreutils util-linux mount findutils grep sed mawk
    gawk procps kmod hostname debianutils diffutils libc-bin ncurses-base
    iproute2 bridge-utils e2fsprogs bsdutils
""".split()
LIBVIRT = "libvirt-daemon libvirt-daemon-driver-xen libvirt-clients".split()
DISK_BYTES = 2 << 30            # most of it a hole
RECIPE = 1                      # another number makes the disk anew
MERGED = ("bin", "sbin", "lib", "lib64")
UNUSED = ("usr/share/doc", "usr/share/man", "usr/share/locale",
          "usr/share/info", "usr/lib/debug", "usr/share/i18n")
LINKS = {"bin/sh": "dash", "bin/awk": "mawk",
         "bin/which": "which.debianutils", "bin/pager": "more"}
FILES = {"etc/passwd": "root::0:0:root:/root:/bin/bash\n",
         "etc/group": "root:x:0:\ntty:x:5:\n",
         "etc/xen/xl.conf": 'autoballoon="off"\n'}
FOLDERS = ("proc", "sys", "dev", "run", "tmp", "root", "mnt", "xl",
           "lib/modules", "var/lib/xen", "var/log/xen/console")


def unpack(packages, folder):
    for name in MERGED:
        os.makedirs(f"{folder}/usr/{name}")
        os.symlink(f"usr/{name}", f"{folder}/{name}")
    for package in packages:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package],
                              stdout=subprocess.PIPE) as data:
            subprocess.run(["tar", "-x", "--keep-directory-symlink",
                            "--no-same-owner", "-C", folder],
                           stdin=data.stdout, check=True)
        if data.returncode:
            raise RuntimeError(f"{package} cannot be unpacked")


def set_up(folder):
    """What the packages' scripts would have done."""
    for name, target in LINKS.items():
        if not os.path.lexists(f"{folder}/usr/{name}"):
            os.symlink(target, f"{folder}/usr/{name}")
    for name in FOLDERS:
        os.makedirs(f"{folder}/{name}", exist_ok=True)
    for name, text in FILES.items():
        os.makedirs(os.path.dirname(f"{folder}/{name}"), exist_ok=True)
        with open(f"{folder}/{name}", "w", encoding="ascii") as file:
            file.write(text)
    for name in UNUSED:
        shutil.rmtree(f"{folder}/{name}", ignore_errors=True)


def file_system(folder, path, size):
    """An ext4 file system at @path that holds @folder. It has no journal:
    nobody keeps what is written to it."""
    with open(path, "wb") as file:
        file.truncate(size)
    subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", "-O", "^has_journal",
                    "-E", "root_owner=0:0,lazy_itable_init=1",
                    "-d", folder, path], check=True)


def newest_only(path):
    """Remove the older files of @path's kind: NAME-DIGEST.img."""
    kind = re.sub(r"-[0-9a-f]+\.img$", "", path)
    for other in glob.glob(f"{kind}-*.img"):
        if other != path:
            os.remove(other)


def build(cache):
    """Path of the disk."""
    return build_root(cache, "tools_root", PACKAGES)


def build_with_libvirt(cache):
    """Path of a disk that has libvirt and virsh too."""
    return build_root(cache, "libvirt_root", PACKAGES + LIBVIRT)


def build_root(cache, kind, packages):
    """Path of a disk KIND-DIGEST.img with Debian's @packages; made when they
    or the recipe change."""
    packages = cache.fetch_all(packages)
    names = "\n".join(os.path.basename(p) for p in packages)
    recipe = f"{RECIPE} {LINKS} {FILES} {FOLDERS} {UNUSED} {names}"
    digest = hashlib.sha256(recipe.encode()).hexdigest()[:12]
    path = os.path.join(cache.path, f"{kind}-{digest}.img")
    if os.path.exists(path):
        return path
    debian.say(f"making {os.path.basename(path)}, a Debian root")
    folder = os.path.join(cache.path, f"{kind}.partial")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    unpack(packages, folder)
    set_up(folder)
    file_system(folder, path + ".partial", DISK_BYTES)
    shutil.rmtree(folder)
    os.rename(path + ".partial", path)
    newest_only(path)
    return path
