"""Writes images that hold nothing but the program, for `COPY --from`: the same bytes every time.

  images.py VERSION EPOCH OUTPUT_DIRECTORY ARCHITECTURE=PROGRAM...

cargo-larder-VERSION-oci.tar: one multi-platform image as an OCI layout. To push it:
  skopeo copy --all oci-archive:cargo-larder-VERSION-oci.tar docker://REGISTRY/cargo-larder:VERSION
cargo-larder-VERSION-docker-ARCHITECTURE.tar: the image of one platform, for `docker load`.
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


def tar(entries, epoch):
    """Entries are (name, bytes or None for a directory, mode)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data, mode in entries:
            info = tarfile.TarInfo(name)
            info.mode, info.mtime = mode, epoch
            if data is None:
                info.type = tarfile.DIRTYPE
            else:
                info.size = len(data)
            archive.addfile(info, None if data is None else io.BytesIO(data))
    return out.getvalue()


def digest(data):
    return hashlib.sha256(data).hexdigest()


def to_json(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def platform_of(architecture):
    platform = {"architecture": architecture, "os": "linux"}
    if architecture == "arm64":
        platform["variant"] = "v8"
    return platform


class Image:
    def __init__(self, architecture, program, version, epoch):
        self.platform = platform_of(architecture)
        self.layer = tar([("cargo-larder", program, 0o755)], epoch)
        created = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)
        self.config = to_json({
            **self.platform,
            "created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "config": {
                "Entrypoint": ["/cargo-larder"],
                "Labels": {
                    "org.opencontainers.image.title": "cargo-larder",
                    "org.opencontainers.image.version": version,
                    "org.opencontainers.image.licenses": "MIT OR Apache-2.0",
                },
            },
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest(self.layer)]},
            "history": [{"created_by": "COPY cargo-larder /cargo-larder"}],
        })


class Blobs:
    """The blobs of a layout, each once."""

    def __init__(self):
        self.by_digest = {}

    def add(self, kind, data):
        self.by_digest[digest(data)] = data
        return {"mediaType": OCI + kind, "digest": "sha256:" + digest(data), "size": len(data)}


def oci_archive(images, version, epoch):
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
    name = {"annotations": {"org.opencontainers.image.ref.name": version}}
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


def docker_archive(image, version, epoch):
    config = digest(image.config) + ".json"
    layer = digest(image.layer) + "/layer.tar"
    manifest = to_json([{"Config": config, "RepoTags": ["cargo-larder:" + version], "Layers": [layer]}])
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
    images = []
    for word in arguments[3:]:
        architecture, program = word.split("=", 1)
        image = Image(architecture, pathlib.Path(program).read_bytes(), version, epoch)
        images.append(image)
        name = f"cargo-larder-{version}-docker-{architecture}.tar"
        (output / name).write_bytes(docker_archive(image, version, epoch))
    name = f"cargo-larder-{version}-oci.tar"
    (output / name).write_bytes(oci_archive(images, version, epoch))


main(sys.argv[1:])
