#!/usr/bin/env python3
"""Writes wheels with the static program as a script, one for each architecture:

  packaging/wheel.py VERSION SECONDS OUTPUT LICENCES ARCH=PROGRAM...

SECONDS is the time of all files, since 1970. LICENCES is a directory. ARCH is x86_64, aarch64,
armv7 or i686. A wheel is valid for every Linux, because the program needs no library. The same
input gives the same bytes.
"""

import base64
import hashlib
import pathlib
import sys
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Python's names of the machines. The oldest tags that pip knows for each of them.
MACHINES = {"x86_64": "x86_64", "aarch64": "aarch64", "armv7": "armv7l", "i686": "i686"}


def platforms(machine):
    old = "manylinux1" if machine in ("x86_64", "i686") else "manylinux2014"
    glibc = "manylinux_2_5" if machine in ("x86_64", "i686") else "manylinux_2_17"
    return [f"{glibc}_{machine}", f"{old}_{machine}", f"musllinux_1_1_{machine}"]


def metadata(version):
    repository = (ROOT / "packaging/repository").read_text().strip()
    return "\n".join([
        "Metadata-Version: 2.1",
        "Name: cargo-larder",
        f"Version: {version}",
        "Summary: Compile a Rust workspace's dependencies on their own, so that a cached Docker "
        "layer holds those and nothing else",
        "License: MIT OR Apache-2.0",
        f"Project-URL: Source, {repository}",
        "Keywords: rust,cargo,docker,cache,ci",
        "Classifier: Operating System :: POSIX :: Linux",
        "Classifier: Programming Language :: Rust",
        "Classifier: Topic :: Software Development :: Build Tools",
        "Requires-Python: >=3.7",
        "Description-Content-Type: text/markdown",
        "",
        (ROOT / "README.md").read_text(),
    ])


def write_wheel(version, seconds, output, licences, arch, program):
    name = f"cargo_larder-{version}"
    tags = [f"py3-none-{platform}" for platform in platforms(MACHINES[arch])]
    wheel = "".join(f"{line}\n" for line in [
        "Wheel-Version: 1.0", "Generator: cargo-larder", "Root-Is-Purelib: false",
        *(f"Tag: {tag}" for tag in tags)])
    files = {f"{name}.data/scripts/cargo-larder": pathlib.Path(program).read_bytes(),
             f"{name}.dist-info/METADATA": metadata(version).encode(),
             f"{name}.dist-info/WHEEL": wheel.encode()}
    texts = [ROOT / "LICENSE-MIT", ROOT / "LICENSE-APACHE", ROOT / "packaging/THIRD-PARTY.md"]
    for text in texts:
        files[f"{name}.dist-info/licenses/{text.name}"] = text.read_bytes()
    for text in sorted(pathlib.Path(licences).iterdir()):
        files[f"{name}.dist-info/licenses/licenses/{text.name}"] = text.read_bytes()
    record = "".join(f"{path},sha256={digest_of(data)},{len(data)}\n" for path, data in files.items())
    files[f"{name}.dist-info/RECORD"] = (record + f"{name}.dist-info/RECORD,,\n").encode()
    file = pathlib.Path(output) / f"{name}-py3-none-{'.'.join(platforms(MACHINES[arch]))}.whl"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in files.items():
            entry = zipfile.ZipInfo(path, time.gmtime(seconds)[:6])
            entry.create_system = 3  # Unix
            is_program = path.endswith("/cargo-larder")
            entry.external_attr = (0o100755 if is_program else 0o100644) << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)


def digest_of(data):
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def main():
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    version, seconds, output, licences = sys.argv[1:5]
    for pair in sys.argv[5:]:
        arch, _, program = pair.partition("=")
        write_wheel(version, int(seconds), output, licences, arch, program)


if __name__ == "__main__":
    main()
