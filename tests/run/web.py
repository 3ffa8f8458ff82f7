# SPDX-License-Identifier: MIT
"""
web.py - an HTTP server on the host's loopback, for guests to download from.

QEMU's user network leads a guest's gateway address to it. It serves one file
of random bytes, and its SHA-256 in the form that sha256sum -c reads.
"""

import hashlib
import http.server
import os
import threading

BYTES = 16 << 20


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        data = self.server.files.get(self.path)
        if data is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """The test's log is the machine's, not the server's."""


class Web:
    """with Web() as web: web.port"""

    def __enter__(self):
        data = os.urandom(BYTES)
        line = f"{hashlib.sha256(data).hexdigest()}  download\n"
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.files = {"/download": data,
                             "/download.sha256": line.encode()}
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
