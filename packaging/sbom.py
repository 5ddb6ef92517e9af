#!/usr/bin/env python3
"""Writes a CycloneDX bill of materials: the libraries that are linked into the static program.

  packaging/sbom.py VERSION SECONDS >FILE

SECONDS is the time of the document, since 1970. The versions are read from the headers that the
release is compiled with, so run it after scripts/package. The same input gives the same bytes.
"""

import datetime
import json
import pathlib
import re
import subprocess
import sys
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Name, licence, package URL, headers in order of preference, and what the version's parts are
# called there.
LIBRARIES = [
    ("BLAKE3", "CC0-1.0 OR Apache-2.0", "github/BLAKE3-team/BLAKE3",
     ["build/sources/blake3/blake3.h", "build/*/_deps/blake3-src/c/blake3.h"], ["BLAKE3_VERSION_STRING"]),
    ("CLI11", "BSD-3-Clause", "github/CLIUtils/CLI11",
     ["/usr/include/CLI/Version.hpp", "build/*/_deps/cli11-src/include/CLI/Version.hpp"], ["CLI11_VERSION"]),
    ("fmt", "MIT", "github/fmtlib/fmt",
     ["/usr/include/fmt/core.h", "build/*/_deps/fmt-src/include/fmt/core.h"], ["FMT_VERSION"]),
    ("http-parser", "MIT", "github/nodejs/http-parser",
     ["build/sources/libgit2/deps/http-parser/http_parser.h", "build/*/_deps/libgit2-src/deps/http-parser/http_parser.h"],
     ["HTTP_PARSER_VERSION_MAJOR", "HTTP_PARSER_VERSION_MINOR", "HTTP_PARSER_VERSION_PATCH"]),
    ("libgit2", "GPL-2.0-only WITH GCC-exception-2.0", "github/libgit2/libgit2",
     ["build/sources/libgit2/include/git2/version.h", "build/*/_deps/libgit2-src/include/git2/version.h"],
     ["LIBGIT2_VERSION"]),
    ("nlohmann_json", "MIT", "github/nlohmann/json",
     ["/usr/include/nlohmann/detail/abi_macros.hpp", "build/*/_deps/nlohmann_json-src/include/nlohmann/detail/abi_macros.hpp"],
     ["NLOHMANN_JSON_VERSION_MAJOR", "NLOHMANN_JSON_VERSION_MINOR", "NLOHMANN_JSON_VERSION_PATCH"]),
    ("toml++", "MIT", "github/marzer/tomlplusplus",
     ["/usr/include/toml++/impl/version.h", "build/*/_deps/tomlplusplus-src/include/toml++/impl/version.h"],
     ["TOML_LIB_MAJOR", "TOML_LIB_MINOR", "TOML_LIB_PATCH"]),
    ("zlib", "Zlib", "github/madler/zlib",
     ["build/sources/libgit2/deps/zlib/zlib.h", "build/*/_deps/libgit2-src/deps/zlib/zlib.h"], ["ZLIB_VERSION"]),
    ("zstd", "BSD-3-Clause", "github/facebook/zstd",
     ["build/sources/zstd/lib/zstd.h", "build/*/_deps/zstd-src/lib/zstd.h"],
     ["ZSTD_VERSION_MAJOR", "ZSTD_VERSION_MINOR", "ZSTD_VERSION_RELEASE"]),
]


def first_file(patterns):
    for pattern in patterns:
        at = pathlib.Path(pattern)
        found = [at] if at.is_absolute() and at.exists() else (
            [] if at.is_absolute() else sorted(ROOT.glob(pattern)))
        if found:
            return found[0]
    return None


def defined(text, name):
    found = re.search(rf'^#\s*define\s+{name}\s+"?([0-9][0-9.]*)', text, re.M)
    if not found:
        sys.exit(f"sbom: {name} is not defined")
    return found.group(1)


def version_of(header, names):
    text = header.read_text(encoding="utf-8", errors="replace")
    parts = [defined(text, name) for name in names]
    if names == ["FMT_VERSION"]:  # 90100
        number = int(parts[0])
        parts = [str(number // 10000), str(number // 100 % 100), str(number % 100)]
    return ".".join(parts)


def component(name, licence, url, version):
    return {"type": "library", "bom-ref": f"{name}@{version}", "name": name, "version": version,
            "licenses": [{"expression": licence}], "purl": f"pkg:{url}@{version}"}


def printed(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def system_libraries():
    gcc = printed("c++", "-dumpfullversion")
    glibc = printed("getconf", "GNU_LIBC_VERSION").split()[-1]
    with_exception = "GPL-3.0-or-later WITH GCC-exception-3.1"
    return [component("glibc", "LGPL-2.1-or-later", "generic/glibc", glibc),
            component("libgcc", with_exception, "generic/libgcc", gcc),
            component("libstdc++", with_exception, "generic/libstdc%2B%2B", gcc)]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    version, seconds = sys.argv[1], int(sys.argv[2])
    components = system_libraries()
    for name, licence, url, headers, names in LIBRARIES:
        header = first_file(headers)
        if header is None and name in ("http-parser", "zlib"):
            continue  # a release of libgit2 may have another parser, or the system's zlib
        if header is None:
            sys.exit(f"sbom: there is no header of {name}: run scripts/package first")
        components.append(component(name, licence, url, version_of(header, names)))
    components.sort(key=lambda it: it["name"].lower())
    program = {"type": "application", "bom-ref": f"cargo-larder@{version}", "name": "cargo-larder",
               "version": version, "licenses": [{"expression": "MIT OR Apache-2.0"}]}
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
            .strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": program},
        "components": components,
        "dependencies": [{"ref": program["bom-ref"],
                          "dependsOn": [it["bom-ref"] for it in components]}],
    }
    text = json.dumps(document, sort_keys=True)
    document["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}"
    print(json.dumps(document, indent=2, sort_keys=True))


if __name__ == "__main__":
    main()
