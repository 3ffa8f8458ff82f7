# SPDX-License-Identifier: MIT
"""
iso.py - a bootable CD with GRUB, for BIOS and UEFI at once.

One menu entry, no waiting: what is booted is decided when the CD is made, so
a test types nothing at GRUB. GRUB talks on the serial line as well, so that
its errors are in the log.

    iso.py --hypervisor build/parapet --output build/parapet.iso
"""

import argparse
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "system", "root")]

import debian               # noqa: E402
import hypervisor as hv     # noqa: E402
import root                 # noqa: E402

HEAD = """\
serial --unit=0 --speed=115200
terminal_input console serial
terminal_output console serial
set timeout={timeout}
insmod all_video
set gfxpayload=keep
"""


def entry(system, protocol, options, arguments):
    """One menu entry. @protocol is linux, multiboot or multiboot2."""
    if protocol == "linux":
        lines = [f"linux /boot/vmlinuz {arguments}", "initrd /boot/initrd.gz"]
    else:
        module = "module" if protocol == "multiboot" else "module2"
        lines = [f"{protocol} /boot/hypervisor {options}",
                 f"{module} /boot/vmlinuz {arguments}",
                 f"{module} /boot/initrd.gz"]
    body = "".join(f"    {line}\n" for line in lines)
    return f'menuentry "{system.kind} by {protocol}" {{\n{body}}}\n'


def make(path, files, config):
    """Write the CD. @files is {name in /boot: path on the host}."""
    with tempfile.TemporaryDirectory() as tree:
        boot = os.path.join(tree, "boot")
        os.makedirs(os.path.join(boot, "grub"))
        for name, source in files.items():
            shutil.copyfile(source, os.path.join(boot, name))
        with open(f"{boot}/grub/grub.cfg", "w", encoding="ascii") as file:
            file.write(config)
        debian.run_quietly(["grub-mkrescue", "-o", os.path.abspath(path),
                            tree], tree)


def make_for(path, system, cache, protocol="multiboot2", arguments="",
             suite=debian.STABLE, timeout=0, options=None, madt=""):
    """A CD that boots Debian's kernel on @system. GRUB puts the file @madt in
    the place of the firmware's table of CPUs."""
    vmlinuz, _, _ = cache.kernel(suite)
    files = {"vmlinuz": vmlinuz, "initrd.gz": root.build(cache, suite)}
    head = HEAD.format(timeout=timeout)
    if madt:
        files["madt"] = madt
        head += "acpi --exclude=APIC /boot/madt\n"
    if system.kind == hv.BARE:
        protocol = "linux"
    else:
        files["hypervisor"] = system.image
    config = head + entry(system, protocol, options or system.options(),
                          system.kernel_arguments(arguments))
    make(path, files, config)
    return path


def main():
    parser = argparse.ArgumentParser(description="make a bootable CD")
    parser.add_argument("--hypervisor", default="build/parapet")
    parser.add_argument("--build", default="build")
    parser.add_argument("--output", default="build/parapet.iso")
    options = parser.parse_args()
    cache = debian.Cache(options.build)
    make_for(options.output, hv.choose(options.hypervisor, cache), cache,
             timeout=3)
    print(options.output)


if __name__ == "__main__":
    main()
