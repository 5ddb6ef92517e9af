"""The part of a Dockerfile's language that the shapes use."""

import fnmatch
import json
import pathlib
import re
import shlex
import shutil


class Stage:
    def __init__(self, name, base):
        self.name = name
        self.base = base
        self.steps = []


def _lines(text):
    whole = ""
    for line in text.splitlines():
        if line.lstrip().startswith("#") or (not whole and not line.strip()):
            continue
        if line.endswith("\\"):
            whole += line[:-1]
            continue
        yield (whole + line).strip()
        whole = ""


def stages(text):
    """The stages in order. A step is (instruction, rest of the line)."""
    found = []
    for line in _lines(text):
        word, _, rest = line.partition(" ")
        word, rest = word.upper(), rest.strip()
        if word == "FROM":
            words = [w for w in rest.split() if not w.startswith("--")]
            name = words[2] if len(words) > 2 else str(len(found))
            found.append(Stage(name, words[0]))
        elif found:
            found[-1].steps.append((word, rest))
    return found


def needed(found):
    """The stages that the last stage is made from, in order."""
    by_name = {stage.name: stage for stage in found}
    wanted = set()

    def want(stage):
        if stage is None or stage.name in wanted:
            return
        wanted.add(stage.name)
        # A stage may have the name of the image that it is made from.
        if stage.base != stage.name:
            want(by_name.get(stage.base))
        for _, rest in stage.steps:
            for name in re.findall(r"(?:^|[ ,])(?:--)?from=([^ ,]+)", rest):
                want(by_name.get(name))

    want(found[-1])
    return [stage for stage in found if stage.name in wanted]


def flags(rest):
    """The flags before the operands, as pairs, and the operands."""
    out = []
    while rest.startswith("--"):
        word, _, rest = rest.partition(" ")
        rest = rest.lstrip()
        name, _, value = word[2:].partition("=")
        out.append((name, value))
    return out, rest


def operands(rest):
    return json.loads(rest) if rest.startswith("[") else shlex.split(rest)


def expand(text, variables):
    """Variables outside of single quotes, as in ENV, ARG, WORKDIR and COPY."""
    def value(match):
        name = match.group(1) or match.group(2)
        return variables.get(name, "")
    return re.sub(r"\$(?:\{(\w+)\}|(\w+))", value, text)


def assignments(rest):
    """The assignments of ENV and ARG: pairs of a name and a value, or None if there is none."""
    out = []
    for word in shlex.split(rest):
        name, equals, value = word.partition("=")
        out.append((name, value if equals else None))
    return out


def copy_context(context, destination):
    """Copies a context as docker sends it: without what .dockerignore names."""
    shutil.copytree(context, destination, symlinks=True)
    for path in [pathlib.Path(destination), *pathlib.Path(destination).rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o200)  # as in a checkout
    # If the context contains more than the workspace, the file is in the workspace.
    ignore = pathlib.Path(destination) / ".dockerignore"
    patterns = ignore.read_text().split() if ignore.exists() else []
    for entry in pathlib.Path(destination).iterdir():
        if not any(fnmatch.fnmatch(entry.name, pattern) for pattern in patterns):
            continue
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
