"""Holds the model against the library itself: what it says each method sends, and what the method would send."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.adyen_sdk import servers
from tools.adyen_sdk.describe import CLIENT, LOW_LEVEL
from tools.adyen_sdk.releases import PACKAGE
from tools.stripe_sdk.paths import shape
from tools.stripe_sdk.selfcheck import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tools.stripe_sdk.model import MergedType, ReleaseModel

_PROBE = Path(__file__).with_name("probe.py")
_PLATFORMS = ("test", "live")


@dataclass(frozen=True, slots=True)
class Question:
    """One method of one release, by the name of its class, and what the model says that it sends."""

    cls: str
    member: str
    args: tuple[str, ...]
    verb: str
    path: str
    server: str

    @property
    def title(self) -> str:
        return f"{self.cls}.{self.member}"


def check(
    python: str, folder: Path, model: ReleaseModel, types: Mapping[str, MergedType], prefixes: servers.Prefixes
) -> Outcome:
    """Ask the release in `folder`, which has been read as `model`, whether the merged `types` say what it does."""
    asking = list(_questions(model, types))
    attributes = list(_attributes(model))
    names = sorted(name for found in model.types.values() for name in found.names)
    asked = {
        "sends": [[row.cls, row.member, row.args] for row in asking],
        "attributes": [[holder, name] for holder, name, _ in attributes],
        "names": names,
    }
    answers = json.loads(_run(python, folder, json.dumps(asked)))
    wrong = [
        f"{question.title} ({platform}): {verb} {url}"
        for question, told in zip(asking, answers["sends"], strict=True)
        for platform, (verb, url) in zip(_PLATFORMS, told, strict=True)
        if not is_right(question, verb, url, prefixes)
    ]
    strange = [
        f"{holder}.{name}: {got}"
        for (holder, name, allowed), got in zip(attributes, answers["attributes"], strict=True)
        if got not in allowed
    ]
    return Outcome(
        calls=len(asking) * len(_PLATFORMS),
        equal=len(asking) * len(_PLATFORMS) - len(wrong),
        attributes=len(attributes),
        attributes_equal=len(attributes) - len(strange),
        differing=tuple(sorted({*wrong, *strange})),
        names=frozenset(answers["names"]),
    )


def is_right(question: Question, verb: str, url: str, prefixes: servers.Prefixes) -> bool:
    """Tell whether a URL is on the server that the model names, at the path that it names."""
    path = servers.path_on(prefixes, question.server, url) or ""
    if question.server == "hpp":
        path = path.removesuffix(".shtml")
    return verb == question.verb and re.sub(r"zz_\w+", "{}", path) == shape(question.path)


def _questions(model: ReleaseModel, types: Mapping[str, MergedType]) -> Iterator[Question]:
    """Ask about every method that sends in this release, with its own arguments, by what the merged model says of it."""
    for key, found in model.types.items():
        merged = types[key]
        for members, known in ((found.static, merged.static), (found.instance, merged.instance)):
            for name, (member,) in members.items():
                if member.send and name not in LOW_LEVEL:
                    said = {variant.member.send: variant.member.server for variant in known[name]}
                    send = next((send for send in said if shape(send) == shape(member.send)), "NOTHING /")
                    verb, _, path = send.partition(" ")
                    yield Question(_class_name(model, key), name, member.args, verb, path, said.get(send, ""))


def _attributes(model: ReleaseModel) -> Iterator[tuple[str, str, frozenset[str]]]:
    """List the attributes of objects, and the package's own objects, with the names of the class that they can be of."""
    for key, found in model.types.items():
        for members in (found.static, found.instance):
            for name, (member,) in members.items():
                if member.kind == "attribute":
                    yield _class_name(model, key), name, _class_names(model, member.returns[0])
        if f"{PACKAGE}.{key}" in found.names and key not in {PACKAGE, CLIENT}:
            yield PACKAGE, key, _class_names(model, key)


def _class_name(model: ReleaseModel, key: str) -> str:
    """Give the dotted name of the class itself, which is the longest one; the others lead to it."""
    return max(model.types[key].names, key=len)


def _class_names(model: ReleaseModel, key: str) -> frozenset[str]:
    return frozenset(name.rpartition(".")[2] for name in model.types[key].names)


def _run(python: str, folder: Path, asked: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONWARNINGS": "ignore"}
    process = subprocess.run(
        [python, "-B", str(_PROBE)], input=asked, capture_output=True, text=True, env=environment, check=False
    )
    if process.returncode:
        sys.exit(f"the probe of {folder.name} failed:\n{process.stderr[-2000:]}")
    return process.stdout
