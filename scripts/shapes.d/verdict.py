"""The result of a Dockerfile, and how two programs compare."""

import re

COMPILED = re.compile(r"^\s*(?:Compiling|Checking) (\S+) v(\S+)(?: \((.*)\))?\s*$")


class Log:
    """The steps of one build, with their output."""

    def __init__(self):
        self.steps = []

    def begin(self, title):
        self.steps.append({"title": title, "text": "", "code": 0})

    def add(self, text, code):
        if not self.steps:
            self.begin("")
        self.steps[-1]["text"] += text
        self.steps[-1]["code"] = code

    def text(self):
        return "".join(f"==> {step['title']}\n{step['text']}[exit {step['code']}]\n"
                       for step in self.steps)

    def result(self):
        failed = [step for step in self.steps if step["code"] != 0]
        cooked, built, prints = 0, [], []
        for step in self.steps:
            external = externals(step["text"])
            if "chef" in step["title"] and " cook" in step["title"]:
                cooked += len(external)
                # What follows it in the same step is a build.
                continue
            if step["title"].startswith("RUN"):
                built += external
            prints += [line for line in step["text"].splitlines() if line.startswith("real")]
        return {"failed": failed[0]["title"] if failed else "",
                "code": failed[0]["code"] if failed else 0,
                "cooked": cooked, "built": sorted(built), "prints": sorted(set(prints))}


def externals(text):
    """The packages that cargo compiled, except those with a path."""
    found = []
    for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines():
        match = COMPILED.match(line)
        if match and not (match.group(3) or "").startswith("/"):
            if match.group(3) in (None, "proc-macro") or "://" in match.group(3):
                found.append(f"{match.group(1)} {match.group(2)}")
    return found


def is_perfect(result):
    return result["code"] == 0 and not result["built"]


def compare(ours, theirs):
    """`same`, `better`, `both refused` or `worse`, and why."""
    if ours["code"] != 0 and theirs["code"] != 0:
        return "both refused", f"ours at: {ours['failed'][:60]}"
    if ours["code"] != 0:
        return "worse", f"ours fails with {ours['code']} at: {ours['failed'][:80]}"
    if theirs["code"] != 0:
        return "better", f"cargo-chef fails with {theirs['code']} at: {theirs['failed'][:80]}"
    missing = set(theirs["prints"]) - set(ours["prints"])
    if missing:
        return "worse", f"ours does not print: {'; '.join(sorted(missing))}"
    if len(ours["built"]) > len(theirs["built"]):
        return "worse", f"ours is colder: {', '.join(ours['built'])}"
    if len(ours["built"]) < len(theirs["built"]):
        return "better", f"cargo-chef compiles again: {', '.join(theirs['built'])}"
    more = set(ours["prints"]) - set(theirs["prints"])
    if more:
        return "better", f"cargo-chef does not print: {'; '.join(sorted(more))}"
    return "same", ""


class Table:
    def __init__(self):
        self.counts = {}

    @property
    def worse(self):
        return self.counts.get("worse", 0)

    def add(self, shape, results):
        ours, theirs = results["larder"], results.get("chef")
        word, why = ("not compared", "; ".join(ours["prints"])) if theirs is None else compare(ours, theirs)
        self.counts[word] = self.counts.get(word, 0) + 1
        both = [ours] + ([theirs] if theirs else [])
        exits = "/".join(str(result["code"]) for result in both)
        cooked = "/".join(str(result["cooked"]) for result in both)
        built = "/".join(str(len(result["built"])) for result in both)
        print(f"{shape:42} {word:13} exit {exits:9} cooked {cooked:7} again {built:6} {why}",
              flush=True)

    def print_summary(self):
        for word in sorted(self.counts):
            print(f"{self.counts[word]:4} {word}")
