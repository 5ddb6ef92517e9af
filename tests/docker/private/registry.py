#!/usr/bin/env python3
"""A sparse registry that asks for a token, for tests.

    registry.py DIRECTORY TOKEN

Serves the packages in DIRECTORY (NAME-VERSION/Cargo.toml ...) at a free port of 127.0.0.1, and
prints that port. Every request without the token is answered by 401, and every answer is logged
to standard error.
"""

import hashlib
import http.server
import io
import json
import pathlib
import sys
import tarfile

directory, token = pathlib.Path(sys.argv[1]), sys.argv[2]


def archive(package):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        tar.add(package, arcname=package.name)
    return out.getvalue()


def index_line(name, version, crate):
    checksum = hashlib.sha256(crate).hexdigest()
    return json.dumps(
        {"name": name, "vers": version, "deps": [], "cksum": checksum, "features": {}, "yanked": False}
    )


def index_path(name):
    return f"{name[:2]}/{name[2:4]}/{name}"  # for names of four letters and more


pages = {}
for package in directory.iterdir():
    name, version = package.name.rsplit("-", 1)
    crate = archive(package)
    pages[f"/index/{index_path(name)}"] = index_line(name, version, crate).encode()
    pages[f"/crates/{name}/{version}/download"] = crate


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.headers.get("Authorization") != token:
            return self.answer(401, b"")
        page = pages.get(self.path)
        self.answer(404 if page is None else 200, page or b"")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
address = f"http://127.0.0.1:{server.server_port}"
config = {"dl": f"{address}/crates", "api": address, "auth-required": True}
pages["/index/config.json"] = json.dumps(config).encode()
print(server.server_port, flush=True)
server.serve_forever()
