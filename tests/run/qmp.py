# SPDX-License-Identifier: MIT
"""
qmp.py - QEMU's control socket: one command, one reply.

The socket is one end of a pair that QEMU inherits, so there is no path to
choose and nothing to clean up. Events that arrive between replies are kept.
"""

import json

REPLY_SECONDS = 20


class QmpError(Exception):
    """QEMU refused a command, or closed the socket."""


class Qmp:
    def __init__(self, sock):
        sock.settimeout(REPLY_SECONDS)
        self.sock = sock
        self.file = sock.makefile("rw")
        self.events = []
        self.greeted = False

    def close(self):
        self.file.close()
        self.sock.close()

    def read(self):
        line = self.file.readline()
        if not line:
            raise QmpError("QEMU closed its control socket")
        return json.loads(line)

    def command(self, name, **arguments):
        if not self.greeted:
            self.read()
            self.greeted = True
            self.command("qmp_capabilities")
        request = {"execute": name}
        if arguments:
            request["arguments"] = arguments
        self.file.write(json.dumps(request) + "\n")
        self.file.flush()
        while True:
            reply = self.read()
            if "event" in reply:
                self.events.append(reply)
            elif "error" in reply:
                raise QmpError(f"{name}: {reply['error']['desc']}")
            else:
                return reply["return"]

    def pci_devices(self):
        """{"0000:bb:dd.f": "vvvv:dddd"} of all that QEMU has plugged in."""
        found = {}
        buses = [self.command("query-pci")]
        while buses:
            for bus in buses.pop():
                for device in bus["devices"]:
                    where = "0000:%02x:%02x.%x" % (
                        bus["bus"], device["slot"], device["function"])
                    ident = device["id"]
                    found[where] = "%04x:%04x" % (ident["vendor"],
                                                  ident["device"])
                    bridge = device.get("pci_bridge", {})
                    if bridge.get("devices"):
                        buses.append([{
                            "bus": bridge["bus"]["secondary"],
                            "devices": bridge["devices"]}])
        return found
