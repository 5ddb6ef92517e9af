#!/usr/bin/env python3
"""Prints what `docker buildx bake` would build: bake.py FILE

One line for each target of the group "default": the words of `docker build`. It knows what our
example uses. Reads the file by python-hcl2, because distributions have no buildx. Variables come
from the environment.
"""

import os
import sys

import hcl2


def text(value):
    return value.strip('"')


def named(blocks):
    return {text(name): body for block in blocks for name, body in block.items()
            if not name.startswith("__")}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        bake = hcl2.load(file)
    unknown = {key for key in bake if not key.startswith("__")} - {"variable", "group", "target"}
    if unknown:
        sys.exit(f"bake.py does not know {unknown}")
    variables = {name: os.environ.get(name, text(body["default"]))
                 for name, body in named(bake["variable"]).items()}
    targets = named(bake["target"])

    def complete(name):
        own = targets[name]
        whole = {}
        for parent in own.get("inherits", []):
            whole.update(complete(text(parent)))
        whole.update({key: value for key, value in own.items() if not key.startswith("__")})
        return whole

    for name in named(bake["group"])["default"]["targets"]:
        target = complete(text(name))
        words = ["--file", text(target["dockerfile"]), "--target", text(target["target"])]
        for key, value in target["args"].items():
            reference = value.strip("${}")
            words += ["--build-arg", f"{text(key)}={variables[reference]}"]
        for tag in target["tags"]:
            words += ["--tag", text(tag)]
        print(" ".join(words + [text(target["context"])]))


if __name__ == "__main__":
    main()
