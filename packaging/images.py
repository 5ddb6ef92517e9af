"""Writes images that contain only the program, for `COPY --from`. The bytes are always the same.

  images.py VERSION EPOCH OUTPUT_DIRECTORY ARCHITECTURE=PROGRAM...

There are two kinds, which TAG names:
  VERSION       /cargo-larder
  VERSION-chef  /usr/local/cargo/bin with the program as cargo-larder and as cargo-chef, to be laid
                over an image of Rust: COPY --from=cargo-larder:VERSION-chef / /

cargo-larder-TAG-oci.tar: one multi-platform image as an OCI layout. To push it:
  skopeo copy --all oci-archive:cargo-larder-TAG-oci.tar docker://REGISTRY/cargo-larder:TAG
cargo-larder-TAG-docker-ARCHITECTURE.tar: the image of one platform, for `docker load`.
"""

import datetime
import gzip
import hashlib
import io
import json
import pathlib
import sys
import tarfile

OCI = "application/vnd.oci.image."
VARIANTS = {"arm64": "v8", "arm": "v7"}


def tar(entries, epoch):
    """Entries are (name, contents, mode): a file's bytes, a link's target, None for a directory."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data, mode in entries:
            info = tarfile.TarInfo(name)
            info.mode, info.mtime = mode, epoch
            if data is None:
                info.type = tarfile.DIRTYPE
            elif isinstance(data, str):
                info.type, info.linkname = tarfile.SYMTYPE, data
            else:
                info.size = len(data)
            archive.addfile(info, io.BytesIO(data) if isinstance(data, bytes) else None)
    return out.getvalue()


def digest(data):
    return hashlib.sha256(data).hexdigest()


def to_json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def platform_of(architecture):
    platform = {"architecture": architecture, "os": "linux"}
    if architecture in VARIANTS:
        platform["variant"] = VARIANTS[architecture]
    return platform


class Alone:
    """The program at the root of an otherwise empty image."""
    suffix = ""
    program = "/cargo-larder"

    @staticmethod
    def entries(program):
        return [("cargo-larder", program, 0o755)]


class OverRust:
    """The program where the images of Rust and of cargo-chef have programs, under both names."""
    suffix = "-chef"
    program = "/usr/local/cargo/bin/cargo-larder"

    @staticmethod
    def entries(program):
        # COPY gives an existing directory the mode of the copied one. So these are the modes of
        # rust:*, which users other than root may use.
        return [
            ("usr", None, 0o755),
            ("usr/local", None, 0o755),
            ("usr/local/cargo", None, 0o777),
            ("usr/local/cargo/bin", None, 0o777),
            ("usr/local/cargo/bin/cargo-chef", "cargo-larder", 0o777),
            ("usr/local/cargo/bin/cargo-larder", program, 0o755),
        ]


class Image:
    def __init__(self, kind, architecture, program, version, epoch):
        self.platform = platform_of(architecture)
        self.layer = tar(kind.entries(program), epoch)
        created = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)
        self.config = to_json({
            **self.platform,
            "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "config": {
                "Entrypoint": [kind.program],
                "Labels": {
                    "org.opencontainers.image.title": "cargo-larder",
                    "org.opencontainers.image.version": version,
                    "org.opencontainers.image.licenses": "MIT OR Apache-2.0",
                },
            },
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(self.layer)]},
            "history": [{"created_by": "COPY cargo-larder " + kind.program}],
        })


class Blobs:
    """The blobs of a layout, each stored once."""

    def __init__(self):
        self.by_digest = {}

    def add(self, kind, data):
        self.by_digest[digest(data)] = data
        return {"mediaType": OCI + kind, "digest": "sha256:" + digest(data), "size": len(data)}


def oci_archive(images, tag, epoch):
    blobs = Blobs()
    manifests = []
    for image in images:
        manifest = to_json({
            "schemaVersion": 2,
            "mediaType": OCI + "manifest.v1+json",
            "config": blobs.add("config.v1+json", image.config),
            "layers": [blobs.add("layer.v1.tar+gzip", gzip.compress(image.layer, mtime=0))],
        })
        manifests.append({**blobs.add("manifest.v1+json", manifest), "platform": image.platform})
    index = to_json({
        "schemaVersion": 2,
        "mediaType": OCI + "index.v1+json",
        "manifests": manifests,
    })
    name = {"annotations": {"org.opencontainers.image.ref.name": tag}}
    entries = [
        ("oci-layout", to_json({"imageLayoutVersion": "1.0.0"}), 0o644),
        ("index.json", to_json({
            "schemaVersion": 2,
            "mediaType": OCI + "index.v1+json",
            "manifests": [{**blobs.add("index.v1+json", index), **name}],
        }), 0o644),
        ("blobs", None, 0o755),
        ("blobs/sha256", None, 0o755),
    ]
    entries += [("blobs/sha256/" + name, data, 0o644) for name, data in sorted(blobs.by_digest.items())]
    return tar(entries, epoch)


def docker_archive(image, tag, epoch):
    config = digest(image.config) + ".json"
    layer = digest(image.layer) + "/layer.tar"
    manifest = to_json([{"Config": config, "RepoTags": ["cargo-larder:" + tag], "Layers": [layer]}])
    return tar([
        (config, image.config, 0o644),
        (layer.split("/")[0], None, 0o755),
        (layer, image.layer, 0o644),
        ("manifest.json", manifest, 0o644),
    ], epoch)


def main(arguments):
    if len(arguments) < 4 or not all("=" in word for word in arguments[3:]):
        sys.exit(__doc__)
    version, epoch, output = arguments[0], int(arguments[1]), pathlib.Path(arguments[2])
    programs = {}
    for word in arguments[3:]:
        architecture, program = word.split("=", 1)
        programs[architecture] = pathlib.Path(program).read_bytes()
    for kind in (Alone, OverRust):
        tag = version + kind.suffix
        images = [Image(kind, *program, version, epoch) for program in programs.items()]
        for architecture, image in zip(programs, images):
            name = f"cargo-larder-{tag}-docker-{architecture}.tar"
            (output / name).write_bytes(docker_archive(image, tag, epoch))
        (output / f"cargo-larder-{tag}-oci.tar").write_bytes(oci_archive(images, tag, epoch))


main(sys.argv[1:])
