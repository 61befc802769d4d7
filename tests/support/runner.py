"""The part of GitHub's runner that counts here: it gives a step its variables and files, and reads back what it wrote.

Steps are taken from `action.yml` as they stand; what they say is asserted, not emulated.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from places import ROOT
from repositories import Made, clone

if TYPE_CHECKING:
    from collections.abc import Mapping

BASH = shutil.which("bash") or "bash"
_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
_COMMAND = re.compile(r"::(\w+)(?: ([^:]*))?::(.*)")
_STOP = re.compile(r"::stop-commands::(\w+)")


@cache
def action() -> dict[str, Any]:
    """Give `action.yml` as it is parsed."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    return loaded


def step(name: str) -> dict[str, Any]:
    """Give the step of the action with this id."""
    return next(one for one in action()["runs"]["steps"] if one.get("id") == name)


@dataclass(frozen=True)
class Command:
    """A workflow command that the runner would carry out."""

    name: str
    where: Mapping[str, str]
    text: str


@dataclass
class Ran:
    """What a step left behind."""

    code: int
    log: str
    commands: list[Command]
    outputs: dict[str, str]
    summary: str
    temp: Path

    def told(self, name: str) -> list[str]:
        """Give the texts of the commands with a name."""
        return [command.text for command in self.commands if command.name == name]

    def sarif(self) -> dict[str, Any]:
        """Give the SARIF that the outputs name."""
        loaded: dict[str, Any] = json.loads(Path(self.outputs["sarif-file"]).read_text("utf-8"))
        return loaded


@dataclass
class Runner:
    """A job: the checkout, the event that started it, and the variables that go with it."""

    workspace: Path
    temp: Path
    name: str
    event: Any
    variables: Mapping[str, str] = field(default_factory=dict)

    def scan(self, **inputs: str) -> Ran:
        """Run the step that scans, with the inputs of the action; `_` stands for `-` in their names."""
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        known = {name: str(one.get("default", "")) for name, one in action()["inputs"].items()}
        assert given.keys() <= known.keys()
        values = {f"inputs.{name}": value for name, value in (known | given).items()}
        values |= {"runner.temp": str(self.temp), "steps.install.outputs.python": sys.executable}
        return self.run(step("scan"), values)

    def run(self, one: Mapping[str, Any], values: Mapping[str, str]) -> Ran:
        """Run a step; every expression in it is one of `values`."""
        self.temp.mkdir(exist_ok=True)
        files = {
            name: self.temp / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_EVENT_PATH")
        }
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            files[name].write_bytes(b"")
        files["GITHUB_EVENT_PATH"].write_text(
            self.event if isinstance(self.event, str) else json.dumps(self.event), "utf-8"
        )
        filled = {name: _filled(value, values) for name, value in one["env"].items()}
        script = self.temp / "step.sh"
        script.write_text(one["run"], "utf-8")
        done = subprocess.run(  # noqa: S603 - the command of the runner's documentation
            [BASH, "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.workspace / _filled(one.get("working-directory", "."), values),
            env=self._environment({name: str(path) for name, path in files.items()}) | filled,
            capture_output=True,
            check=False,
            timeout=600,
        )
        log = (done.stdout + done.stderr).decode("utf-8", "replace")
        outputs = _outputs(files["GITHUB_OUTPUT"].read_text("utf-8"))
        summary = files["GITHUB_STEP_SUMMARY"].read_text("utf-8")
        return Ran(done.returncode, log, commands(log), outputs, summary, self.temp)

    def _environment(self, files: Mapping[str, str]) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT", "TEMP") if name in os.environ}
        own = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": self.name,
            "GITHUB_REPOSITORY": "shop/backend",
            "GITHUB_REF": "refs/pull/1/merge",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_ACTOR": "somebody",
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_OS": {"win32": "Windows", "darwin": "macOS"}.get(sys.platform, "Linux"),
        }
        return {**kept, **own, **files, **self.variables}


def commands(log: str) -> list[Command]:
    """Give the workflow commands of a log, as the runner finds them: not between a stop and the word that ends it."""
    found, until = [], ""
    for line in log.splitlines():
        text = line.lstrip()
        if until:
            until = "" if text == f"::{until}::" else until
        elif match := _STOP.fullmatch(text):
            until = match[1]
        elif match := _COMMAND.fullmatch(text):
            pairs = (pair.partition("=") for pair in (match[2] or "").split(",") if pair)
            found.append(Command(match[1], {key: _plain(value) for key, _, value in pairs}, _plain(match[3])))
    assert not until, "the log ends while commands are stopped"
    return found


def _plain(text: str) -> str:
    for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, char)
    return text


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda match: values[match[1]], text)


def _outputs(text: str) -> dict[str, str]:
    """Read the outputs as the runner does: a value on its line, or a word and all lines up to that word."""
    found, lines = {}, iter(text.splitlines())
    for line in lines:
        name, several, end = line.partition("<<")
        if not several:
            name, _, text = line.partition("=")
            found[name] = text
            continue
        value = []
        while (more := next(lines)) != end:
            value.append(more)
        found[name] = "\n".join(value)
    return found


def repository_of(visibility: str = "private", name: str = "shop/backend") -> dict[str, object]:
    """Give a repository as payloads describe it."""
    return {"full_name": name, "private": visibility != "public", "visibility": visibility}


def pull_request(base: str, head: str, *, fork: bool = False, visibility: str = "private") -> dict[str, object]:
    """Give the payload of a `pull_request` event."""
    here = repository_of(visibility)
    there = repository_of("public", "stranger/backend") if fork else here
    return {
        "action": "synchronize",
        "number": 1,
        "repository": here,
        "pull_request": {
            "base": {"ref": "main", "sha": base, "repo": here},
            "head": {"ref": "x", "sha": head, "repo": there},
        },
    }


def push(before: str, *, visibility: str = "private") -> dict[str, object]:
    """Give the payload of a `push` event."""
    return {"ref": "refs/heads/main", "before": before, "after": "1" * 40, "repository": repository_of(visibility)}


def merge_group(base: str, head: str) -> dict[str, object]:
    """Give the payload of a `merge_group` event."""
    group = {"base_sha": base, "head_sha": head, "base_ref": "refs/heads/main"}
    return {"action": "checks_requested", "merge_group": group, "repository": repository_of("public")}


@dataclass
class Merged:
    """A repository with a pull request: its base, its head, and the two merged, as GitHub does it."""

    made: Made
    base: str
    head: str
    merge: str

    def checkout(self, folder: Path, commit: str = "", depth: int = 2) -> Path:
        """Check a commit out as `actions/checkout` does: that commit alone, no deeper than asked."""
        folder.mkdir()
        there = Made(folder)
        there.git("init", "-q")
        self.made.git("config", "uploadpack.allowAnySHA1InWant", "true")
        limits = (f"--depth={depth}",) if depth else ()
        there.git("fetch", "-q", "--no-tags", *limits, self.made.folder.as_uri(), commit or self.merge)
        there.git("checkout", "-q", "--detach", "FETCH_HEAD")
        return folder


def merged(made: Made, change: Mapping[str, str | bytes], meanwhile: Mapping[str, str | bytes] | None = None) -> Merged:
    """Make a change on a branch, perhaps another on the base meanwhile, and merge them on a commit of their own."""
    made.git("checkout", "-q", "-b", "x")
    head = made.commit(change)
    made.git("checkout", "-q", "main")
    base = made.commit(meanwhile) if meanwhile else made.git("rev-parse", "HEAD")
    made.git("checkout", "-q", "--detach", "main")
    made.git("merge", "-q", "--no-ff", "-m", "merged", "x")
    return Merged(made, base, head, made.git("rev-parse", "HEAD"))


__all__ = ["Command", "Made", "Merged", "Ran", "Runner", "action", "clone", "commands", "merged", "step"]
