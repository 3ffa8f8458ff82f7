# SPDX-License-Identifier: MIT
"""
install_test.py - `make install` puts files where they belong, and the GRUB
entry it leads to boots.

Everything happens in a folder: the installer with DESTDIR, the entry's script
with GRUB's own library of functions and a stand-in for grub-probe.
"""

import os
import shutil
import stat
import subprocess
import tempfile

import iso
import root
from bench import BOOT_SECONDS
from hypervisor import NEVER
from machine import Machine
from result import Failure

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.path.join(HERE, "..", "..", "tools", "install")
INSTALLED = {
    "boot/parapet": 0o644,
    "etc/grub.d/21_parapet": 0o755,
    "etc/default/grub.d/parapet.cfg": 0o644,
    "usr/lib/parapet/parapet-booted": 0o755,
    "usr/lib/systemd/system/parapet-booted.service": 0o644,
}
# What grub-mkconfig exports to the scripts it runs.
PROBE = """#!/bin/sh
case "$*" in
*compatibility_hint*) echo hd0 ;;
*fs_uuid*) echo 0a0b0c0d-0000-4000-8000-000000000001 ;;
*target=fs*) echo ext2 ;;
*abstraction* | *partmap* | *cryptodisk*) ;;
*) echo hd0 ;;
esac
"""


def install(bench, folder):
    bench.not_bare()
    image = bench.hypervisor.image
    subprocess.run([f"{TOOLS}/install.sh", image], check=True,
                   env=dict(os.environ, DESTDIR=folder))


def write_script(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    os.chmod(path, 0o755)


def put_kernels(bench, folder):
    """Two kernels in /boot; the newest by version is Debian's own."""
    vmlinuz, _, version = bench.cache.kernel()
    boot = os.path.join(folder, "boot")
    shutil.copyfile(vmlinuz, f"{boot}/vmlinuz-{version}")
    shutil.copyfile(root.build(bench.cache), f"{boot}/initrd.img-{version}")
    shutil.copyfile(vmlinuz, f"{boot}/vmlinuz-5.9.0-1-amd64")
    return version


def entries(folder, kernel_options=""):
    """What the installed script prints for GRUB's configuration."""
    probe = os.path.join(folder, "grub-probe")
    relpath = os.path.join(folder, "grub-mkrelpath")
    write_script(probe, PROBE)
    write_script(relpath, "#!/bin/sh\necho /boot\n")
    env = dict(os.environ, PARAPET_BOOT=f"{folder}/boot", grub_probe=probe,
               grub_mkrelpath=relpath, GRUB_DEVICE="/dev/vda1",
               GRUB_DEVICE_UUID="0a0b0c0d-0000-4000-8000-000000000001",
               GRUB_CMDLINE_LINUX=kernel_options, GRUB_FS="ext2",
               GRUB_CMDLINE_PARAPET="console=com1,vga dom0_mem=512M")
    done = subprocess.run([f"{folder}/etc/grub.d/21_parapet"], env=env,
                          text=True, capture_output=True)
    if done.returncode:
        raise Failure(f"expected: 21_parapet succeeds\ncame: {done.stderr}")
    return done.stdout


def files_go_where_they_belong(bench):
    with tempfile.TemporaryDirectory() as folder:
        install(bench, folder)
        found = {}
        for top, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(top, name)
                found[os.path.relpath(path, folder)] = stat.S_IMODE(
                    os.stat(path).st_mode)
    if found != INSTALLED:
        raise Failure(f"expected: {INSTALLED}\ncame: {found}")


def every_kernel_gets_an_entry_that_grub_accepts(bench):
    with tempfile.TemporaryDirectory() as folder:
        install(bench, folder)
        version = put_kernels(bench, folder)
        config = os.path.join(folder, "grub.cfg")
        text = entries(folder)
        with open(config, "w", encoding="ascii") as file:
            file.write(text)
        subprocess.run(["grub-script-check", config], check=True)
    ids = [line.split("--id ")[1].split("'")[1]
           for line in text.splitlines() if "--id " in line]
    if ids != ["parapet", "parapet-5.9.0-1-amd64"] or version not in text:
        raise Failure(f"expected: the newest kernel {version} as 'parapet', "
                      f"then the older one\ncame:\n{text}")


def the_installed_entry_boots(bench):
    """GRUB runs the very text that the installed script printed."""
    with tempfile.TemporaryDirectory() as folder:
        install(bench, folder)
        version = put_kernels(bench, folder)
        text = entries(folder, f"{bench.hypervisor.kernel_arguments()} "
                               "rdinit=/init parapet.test=sleep")
        cd = bench.path("iso")
        names = ("parapet", f"vmlinuz-{version}", f"initrd.img-{version}")
        iso.make(cd, {name: f"{folder}/boot/{name}" for name in names},
                 iso.HEAD.format(timeout=0) + text)
    # As a hard disk, where the entry looks: the CD is one as well.
    machine = Machine(extra=["-drive", f"if=virtio,format=raw,file={cd}"])
    with bench.running(machine) as qemu:
        qemu.console.expect("Run /init", BOOT_SECONDS, NEVER)
        qemu.console.expect("^@@ pass sleep", 60, NEVER)
        qemu.wait_end(30, NEVER)
    os.remove(cd)


def userspace_makes_its_entry_the_default(_bench):
    """The script behind the unit, with a stand-in for grub-set-default."""
    with tempfile.TemporaryDirectory() as folder:
        write_script(f"{folder}/grub-set-default",
                     f'#!/bin/sh\necho "$@" >{folder}/kept\n')
        env = dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}")
        for line, code, kept in (
                ("root=/dev/vda1 ro quiet", 1, None),
                ("ro parapet.entry=parapet-6.1 quiet", 0, "parapet-6.1\n")):
            cmdline = f"{folder}/cmdline"
            with open(cmdline, "w", encoding="ascii") as file:
                file.write(line + "\n")
            done = subprocess.run([f"{TOOLS}/parapet-booted", cmdline],
                                  env=env, stderr=subprocess.DEVNULL)
            came = None
            if os.path.exists(f"{folder}/kept"):
                with open(f"{folder}/kept", encoding="ascii") as file:
                    came = file.read()
            if (done.returncode, came) != (code, kept):
                raise Failure(f"expected: exit {code}, default {kept} for "
                              f"'{line}'\ncame: {done.returncode}, {came}")


TESTS = [
    files_go_where_they_belong,
    every_kernel_gets_an_entry_that_grub_accepts,
    the_installed_entry_boots,
    userspace_makes_its_entry_the_default,
]
