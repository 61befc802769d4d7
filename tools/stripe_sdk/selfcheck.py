"""Holds the model against the library itself: what it says each method sends, and what the method would send."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.stripe_sdk.paths import shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tools.stripe_sdk.model import MergedType, Variant

_PROBE = Path(__file__).with_name("probe.py")
_NEEDS = ("requests", "typing_extensions")
_PROBED = "/v1/probed"
# What these send is data: the path stands in the object or in an argument.
_DATA = frozenset({"fetch_related_object", "raw_request", "request", "request_stream"})


@dataclass(frozen=True, slots=True)
class Question:
    """One way to call one member, and the requests that the model allows for it (verb and shape of the path)."""

    key: str
    member: str
    form: str
    path: str
    allowed: frozenset[str]

    @property
    def title(self) -> str:
        return f"{self.key}.{self.member} ({self.form})"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one release says: calls made and those that sent what the model says, the others, and names that lead on."""

    calls: int
    equal: int
    attributes: int
    attributes_equal: int
    differing: tuple[str, ...]
    names: frozenset[str]


def interpreter(work: Path) -> str:
    """Make a fresh environment with what the library needs to be imported, and give its interpreter."""
    folder = work / "venv"
    venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *_NEEDS], check=True)
    return python


def check(python: str, release: int, folder: Path, types: Mapping[str, MergedType]) -> Outcome:
    """Ask the release in `folder`, whose index is `release`."""
    present = {key: merged for key, merged in types.items() if merged.first <= release <= merged.last}
    asking = [question for merged in present.values() for question in questions(merged, release)]
    attributes = [row for merged in present.values() for row in _attributes(merged, release)]
    asked = {
        "types": {key: sorted(merged.names, key=len) for key, merged in present.items()},
        "sends": [[row.key, row.member, row.form, row.path] for row in asking],
        "attributes": [[key, member] for key, member, _ in attributes],
    }
    answers = json.loads(_run(python, folder, json.dumps(asked)))
    sent = [(question, verb, path) for question, (verb, path) in zip(asking, answers["sends"], strict=True)]
    made = [row for row in sent if row[2] != "no variant"]
    wrong = [
        f"{question.title}: {verb} {path}" for question, verb, path in made if not _is_allowed(question, verb, path)
    ]
    read = list(zip(attributes, answers["attributes"], strict=True))
    strange = [f"{key}.{name}: {got}" for (key, name, expected), got in read if got != expected]
    return Outcome(
        calls=len(made),
        equal=len(made) - len(wrong),
        attributes=len(read),
        attributes_equal=len(read) - len(strange),
        differing=tuple(sorted({*wrong, *strange})),
        names=frozenset(answers["names"]),
    )


def unreached(types: Mapping[str, MergedType], outcomes: Iterable[Outcome]) -> list[str]:
    """List the names of the model that lead to their class in none of the releases."""
    reached = {name for outcome in outcomes for name in outcome.names}
    return sorted({name for merged in types.values() for name in merged.names} - reached)


def _run(python: str, folder: Path, asked: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONWARNINGS": "ignore"}
    process = subprocess.run(
        [python, str(_PROBE)], input=asked, capture_output=True, text=True, env=environment, check=False
    )
    if process.returncode:
        sys.exit(f"the probe of {folder.name} failed:\n{process.stderr[-2000:]}")
    return process.stdout


def questions(merged: MergedType, release: int) -> Iterator[Question]:
    """Ask about every way to call a member that sends in this release."""
    if merged.newest.items and not merged.newest.object:
        return  # an abstract class of the library: its paths are those of its subclasses
    forms = (("class", merged.static), ("variant", merged.static), ("instance", merged.instance))
    for form, table in forms:
        for name, variants in table.items():
            own = [row for row in merged.instance.get(name, ()) if _is_in(row, release)]
            if name not in _DATA and not (form == "variant" and own):
                sending = [row for row in variants if row.member.send and _is_in(row, release)]
                yield from _calls(merged.key, name, form, sending, release)


def _is_in(variant: Variant, release: int) -> bool:
    return variant.first <= release <= variant.last


def _calls(key: str, name: str, form: str, variants: list[Variant], release: int) -> Iterator[Question]:
    """Ask one question for each alternative, and one for its asynchronous twin; any alternative may be the answer."""
    allowed = frozenset(_probed(variant.member.send) for variant in variants)
    for variant in variants:
        path = variant.member.send.partition(" ")[2]
        yield Question(key, name, form, path, allowed)
        if variant.async_from is not None and variant.async_from <= release:
            yield Question(key, f"{name}_async", form, path, allowed)


def _probed(send: str) -> str:
    """Give what the probe gets where its arguments or its object say verb and path."""
    return shape(send).replace("$method", "GET").replace("$url", _PROBED)


def _attributes(merged: MergedType, release: int) -> Iterator[tuple[str, str, str]]:
    """List the attributes of services and clients, with the class that reading them gives."""
    for name, variants in merged.instance.items() if not merged.newest.items else ():
        for variant in variants:
            if variant.member.kind == "attribute" and variant.first <= release <= variant.last:
                yield merged.key, name, variant.member.returns[0].rpartition(".")[2]


def _is_allowed(question: Question, verb: str, path: str) -> bool:
    return f"{verb} {re.sub('zz_[a-z_0-9]+', '{}', path)}" in question.allowed
