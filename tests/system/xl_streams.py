# SPDX-License-Identifier: MIT
"""
xl_streams.py - two connections between dom0 and a guest, full of random bytes:
one each way, for as long as a test wants (tests/xl/guest/stream).

    streams = Streams(dom0, FIRST)
    ...                         # what the connections have to survive
    streams.expect_flow()
    streams.finish()

Both sides then have the checksum of all that was sent and of all that arrived.
"""

from result import Failure

FLOW = 30               # pieces each way, 3 MB: the connection lives
FLOW_SECONDS = 150      # a sender that heard nothing waits long to try again
LIFE_SECONDS = 1500     # then nothing of it is left
OUT, IN = 7003, 7004


def more_than(number):
    return f"[ $(cat /tmp/out.sent) -gt {number} ]"


class Streams:
    def __init__(self, dom0, address):
        self.dom0 = dom0
        self.address = address
        self.inside(f"nc -l -p {OUT} -e stream out >/dev/null 2>&1 &")
        self.inside(f"(sleep {LIFE_SECONDS} | nc -l -p {IN} | sha256sum "
                    ">/tmp/in.sum) >/dev/null 2>&1 &")
        dom0.check(f"sleep 2\n(sleep {LIFE_SECONDS} | "
                   f"/xl/busybox nc {address} {OUT} | sha256sum "
                   ">/tmp/in.sum) >/dev/null 2>&1 &\n"
                   f"(/xl/stream out | /xl/busybox nc {address} {IN}) "
                   ">/dev/null 2>&1 &")
        self.wait_sent((0, 0))

    def inside(self, script):
        return self.dom0.check(f"inside {self.address} '{script}'")

    def sent(self):
        """Pieces that dom0 has sent, and that the guest has."""
        return (int(self.dom0.check("cat /tmp/out.sent")),
                int(self.inside("cat /tmp/out.sent")))

    def wait_sent(self, seen):
        """Until both have sent FLOW more than they were @seen to have."""
        here, there = (number + FLOW for number in seen)
        self.dom0.check(
            f"await {FLOW_SECONDS} sh -c '{more_than(here)}' && "
            f"await {FLOW_SECONDS} inside {self.address} '{more_than(there)}'",
            2 * FLOW_SECONDS + 60)

    def expect_flow(self):
        self.wait_sent(self.sent())

    def finish(self):
        """End both; all that was sent must have arrived. Returns sent()."""
        total = self.sent()
        self.dom0.check("touch /tmp/out.stop")
        self.inside("touch /tmp/out.stop")
        there = "[ -s /tmp/in.sum ] && [ -s /tmp/out.sum ]"
        self.dom0.check(
            f"await {FLOW_SECONDS} sh -c '{there}' && "
            f"await {FLOW_SECONDS} inside {self.address} '{there}'",
            2 * FLOW_SECONDS + 60)
        self.expect_same(self.dom0.check("cat /tmp/out.sum"),
                         self.inside("cat /tmp/in.sum"), "into the guest")
        self.expect_same(self.inside("cat /tmp/out.sum"),
                         self.dom0.check("cat /tmp/in.sum"), "out of it")
        return total

    @staticmethod
    def expect_same(sent, came, way):
        if sent.split()[0] != came.split()[0]:
            raise Failure(f"expected: what goes {way} arrives, {sent}"
                          f"came: {came}")
