"""Builds a Dockerfile with BuildKit, with each base image replaced by one with the program."""

import os
import re
import shutil
import subprocess

import dockerfile
import verdict

# The client on PATH may lack BuildKit's plugin. Debian's own has BuildKit built in.
CLIENTS = [os.environ.get("LARDER_DOCKER", "docker"), "/usr/bin/docker"]
LINE = re.compile(r"#(\d+) (?:\[([^\]]*)\] (.*)|(?:\d+\.\d+ )?(.*))")
FAILED = re.compile(r"ERROR: .*exit code: (\d+)|ERROR")


def _run(*command):
    return subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, "DOCKER_BUILDKIT": "1"}, check=False)


def _docker(*arguments):
    for client in CLIENTS:
        if "--progress" in _run(client, "build", "--help").stdout:
            return _run(client, *arguments)
    raise SystemExit("shapes: docker's client has no BuildKit")


def read_log(text, code):
    """Reads the steps of a build from `--progress=plain`, in the order in which they began."""
    log = verdict.Log()
    by_number = {}
    for line in text.splitlines():
        match = LINE.match(line)
        if not match:
            continue
        number, position, title, said = match.groups()
        if position is not None and number not in by_number:
            log.begin(title)
            by_number[number] = log.steps[-1]
        elif number in by_number and said is not None:
            failed = FAILED.match(said)
            if failed:
                by_number[number]["code"] = int(failed.group(1) or 1)
            else:
                by_number[number]["text"] += said + "\n"
    if code != 0 and not any(step["code"] for step in log.steps):
        log.begin("(docker build)")
        log.add(text, code)
    return log


class Builder:
    def __init__(self, image, work):
        self.image = image
        self.work = work
        self.bases = {}

    def _base(self, program):
        """The image with the program. It is made once, and left for the user to remove."""
        if program not in self.bases:
            context = self.work / "base"
            shutil.rmtree(context, ignore_errors=True)
            context.mkdir()
            shutil.copy2(program, context / "cargo-chef")
            (context / "Dockerfile").write_text(
                f"FROM {self.image}\nCOPY cargo-chef /usr/local/cargo/bin/cargo-chef\n")
            name = f"larder-shapes-{len(self.bases)}"
            done = _docker("build", "--progress=plain", "-t", name, context)
            if done.returncode != 0:
                raise SystemExit(done.stdout)
            self.bases[program] = name
        return self.bases[program]

    def build(self, shape, program_name, program, file, context):
        base = self._base(program)
        text = file.read_text()
        names = {stage.name for stage in dockerfile.stages(text)}
        lines, seen = [], set()
        for line in text.splitlines():
            words = line.split()
            if words and words[0].upper() == "FROM":
                if words[1] not in seen:
                    words[1] = base
                seen |= names & set(words[3:])
                line = " ".join(words)
            lines.append(line)
        place = self.work / "context"
        shutil.rmtree(place, ignore_errors=True)
        dockerfile.copy_context(context, place)
        written = self.work / "Dockerfile"
        written.write_text("\n".join(lines) + "\n")
        done = _docker("build", "--no-cache", "--progress=plain", "-t",
                       f"larder-shapes-{program_name}", "-f",
                       written, place)
        log = read_log(done.stdout, done.returncode)
        logs = self.work / "logs"
        logs.mkdir(exist_ok=True)
        (logs / f"{shape}.{program_name}.docker.log").write_text(log.text())
        return log.result()
