"""Runs a Dockerfile's steps without images. A stage is a directory that is an overlay over this
machine's root. It is mounted for one step, in a mount namespace of its own."""

import os
import pathlib
import shlex
import shutil
import subprocess

import dockerfile
import verdict

PATH = "/usr/local/cargo/bin:{cargo}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SECONDS = 300


class Failed(Exception):
    pass


class Layer:
    """A stage while it is made: its files over this machine's root, and what its steps set."""

    def __init__(self, upper, directory="/", user="", variables=None, arguments=None):
        self.upper = upper
        self.directory = directory
        self.user = user
        self.variables = dict(variables or {})
        self.arguments = dict(arguments or {})

    def copy(self, upper):
        # This is a copy and not a second lower directory, because the kernel refuses lower
        # directories that are inside each other.
        subprocess.run(["cp", "-a", self.upper, upper], check=True)
        return Layer(upper, self.directory, self.user, self.variables)


class Builder:
    def __init__(self, work):
        self.work = work
        self.cargo_home = pathlib.Path(os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo"))
        self.rustup_home = os.environ.get("RUSTUP_HOME", str(pathlib.Path.home() / ".rustup"))

    def build(self, shape, program_name, program, file, context):
        """Runs all steps and returns their result."""
        self.place = self.work / f"run-{os.getpid()}"
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir()
        log = verdict.Log()
        try:
            self._build(program, file, context, log)
        except Failed:
            pass
        logs = self.work / "logs"
        logs.mkdir(exist_ok=True)
        (logs / f"{shape}.{program_name}.log").write_text(log.text())
        shutil.rmtree(self.place, ignore_errors=True)
        return log.result()

    def _build(self, program, file, context, log):
        self.context = self.place / "context"
        dockerfile.copy_context(context, self.context)
        base = self._base(program)
        layers = {}
        for number, stage in enumerate(dockerfile.needed(dockerfile.stages(file.read_text()))):
            parent = layers.get(stage.base, base)
            layer = parent.copy(self.place / f"stage{number}")
            for word, rest in stage.steps:
                self._step(layer, layers, word, rest, log)
            layers[stage.name] = layer
        # These are the programs that somebody would ship, even if the Dockerfile does not run them.
        log.begin("(the programs that lie in the target directory)")
        script = ("find target out */target /target /opt/target /tmp/t -xdev -type f "
                  "-executable -not -name '*.*' -regex "
                  "'.*/\\(release\\|debug\\|dist\\)/[a-z]*' 2>/dev/null | sort -u | "
                  "while read -r p; do timeout 5 \"$p\" 2>/dev/null </dev/null; done; true")
        self._run(layer, layers, script, log)

    def _base(self, program):
        upper = self.place / "base"
        home = upper / "usr/local/cargo"
        (home / "bin").mkdir(parents=True)
        shutil.copy2(program, home / "bin/cargo-chef")
        (upper / "tmp").mkdir()
        os.chmod(upper / "tmp", 0o1777)
        # This hides what this machine has there.
        os.setxattr(upper / "tmp", "trusted.overlay.opaque", b"y")
        return Layer(upper, variables={
            "PATH": PATH.format(cargo=self.cargo_home / "bin"), "HOME": "/root",
            "CARGO_HOME": "/usr/local/cargo", "RUSTUP_HOME": self.rustup_home,
            **{name: value for name, value in os.environ.items()
               if name.endswith("_CA_BUNDLE") or name.startswith("SSL_CERT")
               or name in ("CARGO_HTTP_CAINFO", "GIT_SSL_CAINFO", "RUSTUP_AUTO_INSTALL")}})

    def _step(self, layer, layers, word, rest, log):
        known = {**layer.arguments, **layer.variables}
        if word == "RUN":
            log.begin(f"RUN {rest}")
            given, script = dockerfile.flags(rest)
            mounts = [dict(part.partition("=")[::2] for part in value.split(","))
                      for name, value in given if name == "mount"]
            self._run(layer, layers, script, log, mounts)
        elif word == "COPY":
            log.begin(f"COPY {rest}")
            self._copy(layer, layers, dockerfile.expand(rest, known), log)
        elif word == "WORKDIR":
            layer.directory = os.path.join(layer.directory, dockerfile.expand(rest, known))
            self._inside(layer, f'mkdir -p "$M"{shlex.quote(layer.directory)}', log)
        elif word == "USER":
            layer.user = rest
        elif word == "ENV":
            for name, value in dockerfile.assignments(dockerfile.expand(rest, known)):
                layer.variables[name] = value or ""
        elif word == "ARG":
            for name, value in dockerfile.assignments(dockerfile.expand(rest, known)):
                if value is not None:
                    layer.arguments[name] = value

    def _mount(self, layer, at):
        work = at.with_name(at.name + "-work")
        for directory in (at, work):
            directory.mkdir(exist_ok=True)
        return (f"mount -t overlay overlay -o lowerdir=/,upperdir={layer.upper},"
                f"workdir={work} {at}\n")

    def _inside(self, layer, script, log, before="", environment=None, number=0):
        """Runs a script where $M is the stage's root directory."""
        at = self.place / "mounted"
        text = f"set -e\nM={at}\n{before}{self._mount(layer, at)}{script}\n"
        command = ["timeout", "-k", "5", str(SECONDS), "unshare", "--mount", "--pid", "--fork",
                   "--kill-child", "sh", "-c", text]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=environment, check=False)
        log.add(done.stdout.decode(errors="replace"), done.returncode)
        if done.returncode != 0:
            raise Failed

    def _run(self, layer, layers, script, log, mounts=()):
        environment = {**layer.arguments, **layer.variables}
        lines = "mkdir -p \"$M/proc\"\nmount -t proc proc \"$M/proc\"\nmount --bind /dev \"$M/dev\"\n"
        before = ""
        for number, mount in enumerate(mounts):
            new, prepared = self._bind(layer, layers, mount, number)
            lines += new
            before += prepared
        user = f"setpriv --reuid={layer.user} --regid=nogroup --clear-groups " if layer.user else ""
        inner = f"cd {shlex.quote(layer.directory)} && exec {user}sh -c {shlex.quote(script)}"
        lines += f"exec chroot \"$M\" sh -c {shlex.quote(inner)}"
        self._inside(layer, lines, log, before, environment)

    def _bind(self, layer, layers, mount, number):
        """The lines that make a --mount of RUN, and those that come before all others."""
        target = os.path.join(layer.directory, mount.get("target") or mount.get("dst"))
        before = ""
        if mount.get("type", "bind") == "cache":
            source = self.place / ("cache" + target.replace("/", "-"))
            if not source.exists():
                source.mkdir()
        else:
            top = self.context
            if mount.get("from"):
                top = self.place / f"from{number}"
                other = layers[mount["from"]]
                before = self._mount(other, top)
            source = top / mount.get("source", mount.get("src", ".")).lstrip("/")
            if "rw" in mount:  # what is written there is dropped
                copy = self.place / f"bound{number}"
                shutil.copytree(source, copy)
                source = copy
        quoted = shlex.quote(str(source))
        at = f"\"$M\"{shlex.quote(target)}"
        only = "" if mount.get("type") == "cache" or "rw" in mount else "-o ro "
        return (f"if [ -d {quoted} ]; then mkdir -p {at}; else mkdir -p \"$(dirname {at})\"; "
                f": >>{at}; fi\nmount --bind {only}{quoted} {at}\n"), before

    def _copy(self, layer, layers, rest, log):
        given, rest = dockerfile.flags(rest)
        given = dict(given)
        *sources, destination = dockerfile.operands(rest)
        before, top = "", str(self.context)
        if "from" in given:
            top = str(self.place / "copied")
            before = self._mount(layers[given["from"]], self.place / "copied")
        is_directory = destination.endswith(("/", ".")) or len(sources) > 1
        to = os.path.normpath(os.path.join(layer.directory, destination))
        lines = f"D=\"$M\"{shlex.quote(to)}\n"
        if is_directory:
            lines += "mkdir -p \"$D\"\n"
        for source in sources:
            lines += (f"for S in {shlex.quote(top)}/{source.lstrip('/')}; do\n"
                      "if [ -d \"$S\" ]; then mkdir -p \"$D\"\n"
                      "find \"$S\" -mindepth 1 -maxdepth 1 -exec cp -a -t \"$D\" {} +\n"
                      "else mkdir -p \"$(dirname \"$D\")\"; cp -a \"$S\" \"$D\"; fi\n")
            lines += f"chown -R {given['chown']} \"$D\"\ndone\n" if "chown" in given else "done\n"
        self._inside(layer, lines, log, before)
