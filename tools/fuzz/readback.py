"""Reads every format of output with a parser that others use, and gives the shape of what it says, without its texts."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from jsonschema import Draft7Validator
from markdown_it import MarkdownIt

from tools.fuzz.material import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMAND = re.compile(r"::(error|warning|notice)(?: |::)|::(stop-commands)::|::\S+::$")
_OBEYED = re.compile(r"^\s*::|##\[|##vso\[", re.MULTILINE)
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)


def shape(form: str, text: str) -> Counter[str]:
    """Count the parts of a document by their kind; raises where it is not one of its format, or holds hidden characters."""
    held = text.replace("\r\n", "\n") if form == "csv" else text
    if hidden := _HIDDEN.search(held):
        raise ValueError(f"{form} holds {hidden[0]!r}")
    if form != "github" and (obeyed := _OBEYED.search(held)):
        raise ValueError(f"{form} holds a command to a runner: {held[obeyed.start() :][:80]!r}")
    match form:
        case "json" | "gitlab":
            return Counter(_parts(json.loads(text)))
        case "sarif":
            document = json.loads(text)
            found = Counter(_parts(document))
            _check_schema(frozenset(found), document)
            return found
        case "junit":
            return Counter(f"{one.tag} {sorted(one.attrib)}" for one in ET.parse(io.StringIO(text)).iter())  # noqa: S314
        case "html":
            return _tags(text)
        case "markdown":
            return _tags(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text))
        case "csv":
            return Counter(f"{len(row)} cells" for row in csv.reader(io.StringIO(text, newline=""), strict=True))
        case "github":
            return Counter(_command(line) for line in text.splitlines())
        case _:
            return Counter()


_checked: set[frozenset[str]] = set()


def _check_schema(parts: frozenset[str], document: object) -> None:
    """Hold a document against the schema where none with the same parts was: that takes as long as all the rest."""
    if parts in _checked:
        return
    for error in _schema().iter_errors(document):
        raise ValueError(f"not SARIF: {error.json_path} {error.message[:200]}")
    _checked.add(parts)


@cache
def _schema() -> Any:  # noqa: ANN401 - jsonschema has no types
    path = ROOT / "fixtures" / "schemas" / "sarif-schema-2.1.0.json"
    return Draft7Validator(json.loads(path.read_text("utf-8")))


def _parts(value: object, at: str = "") -> Iterator[str]:
    """Give the place of every value of a JSON document; names of keys count, numbers in lists do not."""
    yield at
    if isinstance(value, dict):
        for key, held in value.items():
            yield from _parts(held, f"{at}.{key}")
    elif isinstance(value, list):
        for held in value:
            yield from _parts(held, f"{at}[]")


def _command(line: str) -> str:
    found = _COMMAND.match(line)
    if not found:
        raise ValueError(f"a line is no workflow command: {line[:80]!r}")
    return found[1] or "other"


def _tags(text: str) -> Counter[str]:
    reader = _Tags()
    reader.feed(text)
    reader.close()
    return Counter({tag: times for tag, times in reader.found.items() if "code" not in tag})  # code quotes what is odd


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "wbr":  # where a word may be broken depends on its characters
            return
        self.found[f"<{tag} {' '.join(sorted(name for name, _ in attrs))}>"] += 1
        scheme = next((value or "" for name, value in attrs if name in {"href", "src"}), "").partition(":")[0].strip()
        if scheme.lower() in {"javascript", "data", "vbscript"}:
            raise ValueError(f"an address runs code: <{tag}>")

    def handle_endtag(self, tag: str) -> None:
        self.found[f"</{tag}>"] += 1

    def handle_comment(self, data: str) -> None:
        self.found[f"comment of {len(data.split())} words"] += 1
