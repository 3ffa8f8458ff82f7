# SPDX-License-Identifier: MIT
"""
hypervisor.py - how each of the three systems under test is booted.

The same kernel and root run bare, on Debian's Xen and on Parapet. Xen and
Parapet take the same options, so a test names what it wants (dom0's memory,
kernel arguments) and not how; a test that passes on Xen is a right test.
"""

import os

BARE, XEN, PARAPET = "bare", "xen", "parapet"

# What no run may print, whatever it tests.
NEVER = (r"Kernel panic - not syncing|---\[ end trace|Panic on CPU|"
         r"Hardware Dom0 crashed")


class Hypervisor:
    def __init__(self, kind, image=""):
        self.kind = kind
        self.image = image

    @property
    def console(self):
        """The console of the kernel we boot."""
        return "ttyS0" if self.kind == BARE else "hvc0"

    def options(self, dom0_memory="512M", more=""):
        """The hypervisor's own command line."""
        words = ["console=com1"]
        if dom0_memory:
            words.append(f"dom0_mem={dom0_memory}")
        if self.kind == XEN:
            words.append("com1=115200 loglvl=all guest_loglvl=all")
        if more:
            words.append(more)
        return " ".join(words)

    def kernel_arguments(self, more=""):
        return f"console={self.console} {more}".strip()

    def boot(self, machine, vmlinuz, initrd, arguments="", options=None):
        """Make @machine boot this system by QEMU's -kernel."""
        line = self.kernel_arguments(arguments)
        if self.kind == BARE:
            machine.kernel, machine.append = vmlinuz, line
            machine.initrd = initrd
        else:
            machine.kernel = self.image
            machine.append = self.options() if options is None else options
            machine.modules = [f"{vmlinuz} {line}"] + [initrd] * bool(initrd)
        return machine


def choose(name, cache):
    """@name is 'bare', 'xen', or the path of Parapet's image."""
    if name == BARE:
        return Hypervisor(BARE)
    if name == XEN:
        return Hypervisor(XEN, cache.xen())
    if not os.path.exists(name):
        raise SystemExit(f"{name} is not there: build it with make, or say "
                         f"--hypervisor xen or --hypervisor bare")
    return Hypervisor(PARAPET, os.path.abspath(name))
