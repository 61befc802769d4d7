"""YAML read from PyYAML's events, never through its constructors: no tags, one document, every place kept.

Plain words follow the core schema of YAML 1.2, so `off`, `no` and dates stay strings. An alias is the value of its
anchor (with the anchor's place) and counts in full against the cap, so that aliases cannot grow without bound.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from leastscope.document.tree import DEFAULT_LIMITS, Builder, Leaf, Limits, MalformedError, Node, Text, decode, show
from leastscope.model import InputError, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)
_MAX_DIRECTIVES = 10
_INT = re.compile(r"[-+]?[0-9]{1,400}|0o[0-7]{1,400}|0x[0-9a-fA-F]{1,400}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,400}|[0-9]{1,400}(?:\.[0-9]{0,400})?)(?:[eE][-+]?[0-9]{1,400})?")
_SPECIAL = re.compile(r"([-+]?)\.(inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_WORDS = dict.fromkeys(("", "~", "null", "Null", "NULL")) | {
    word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")
}
_TAG = "tag:yaml.org,2002:"
_CORE_TAGS = {f"{_TAG}{name}" for name in ("null", "bool", "int", "float")}


def read_yaml(path: str, data: bytes, limits: Limits = DEFAULT_LIMITS) -> Node | InputError:
    """Read a YAML file with one document into a tree; an empty file is null."""
    text = decode(path, data, limits)
    if isinstance(text, InputError):
        return text
    try:
        return _Composer(text, limits).document()
    except MalformedError as problem:
        return text.error(problem)
    except yaml.YAMLError as problem:
        return text.error(_syntax_error(text, problem))


class _Composer:
    """Turns events into a tree; `anchors` are the named values that are complete, with their sizes."""

    def __init__(self, text: Text, limits: Limits) -> None:
        self.text = text
        self.builder = Builder(text, limits)
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.pending: list[str | None] = []
        self.documents = 0

    def document(self) -> Node:
        for event in self.events():
            self.take(event)
        return self.builder.root or Leaf(self.text.span(0, 0), None)

    def events(self) -> Iterator[yaml.Event]:
        bad = _UNPRINTABLE.search(self.text.content)
        if bad:
            raise MalformedError(bad.start(), bad.end(), f"expected printable characters, found {show(bad[0])}")
        directives = [match.start() for match in _DIRECTIVE.finditer(self.text.content)]
        if len(directives) > _MAX_DIRECTIVES:  # the library compares each with each
            at = directives[_MAX_DIRECTIVES]
            raise MalformedError(at, at + 1, f"expected at most {_MAX_DIRECTIVES} directives, found more")
        yield from yaml.parse(self.text.content, Loader=_LOADER)

    def take(self, event: yaml.Event) -> None:
        start = event.start_mark.index if event.start_mark else 0
        end = event.end_mark.index if event.end_mark else start
        match event:
            case yaml.ScalarEvent():
                self.scalar(event, start, end)
            case yaml.AliasEvent():
                self.alias(str(event.anchor), start, end)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self.open(event, start, end)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.close(end)
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    raise MalformedError(start, end, "expected one document, found a second")
            case _:
                pass

    def scalar(self, event: yaml.ScalarEvent, start: int, end: int) -> None:
        if self.builder.wants_key:
            if event.value == "<<" and not event.style:
                raise MalformedError(start, end, "expected the keys themselves, found the merge key '<<'")
            self.builder.key(event.value, start, end)
            return
        leaf = self.builder.leaf(_scalar_value(event, start, end), start, end)
        if event.anchor:
            self.anchors[event.anchor] = (leaf, 1)

    def open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent, start: int, end: int) -> None:
        is_map = isinstance(event, yaml.MappingStartEvent)
        if self.builder.wants_key:
            raise MalformedError(start, end, "expected a key of one word, found a list or an object")
        if event.tag not in (None, "!", _TAG + ("map" if is_map else "seq")):
            raise MalformedError(start, end, f"expected no tag, found {show(event.tag)}")
        self.builder.open(start, is_map=is_map)
        self.pending.append(event.anchor)

    def close(self, end: int) -> None:
        anchor = self.pending.pop()
        closed = self.builder.close(end)
        if anchor:
            self.anchors[anchor] = closed

    def alias(self, anchor: str, start: int, end: int) -> None:
        if self.builder.wants_key:
            raise MalformedError(start, end, "expected a key of one word, found an alias")
        if anchor not in self.anchors:
            raise MalformedError(start, end, f"expected an anchor &{anchor} before this alias, found none")
        self.builder.add(*self.anchors[anchor])


def _scalar_value(event: yaml.ScalarEvent, start: int, end: int) -> Scalar:
    if event.tag in ("!", f"{_TAG}str") or (event.tag is None and not event.implicit[0]):
        return event.value
    if event.tag is not None and event.tag not in _CORE_TAGS:
        raise MalformedError(start, end, f"expected no tag, found {show(event.tag)}")
    return _core_value(event.value)


def _core_value(word: str) -> Scalar:
    """Read a plain word as the core schema does."""
    if word in _WORDS:
        return _WORDS[word]
    if _INT.fullmatch(word):
        return int(word, 0) if word[:2] in ("0o", "0x") else int(word)
    if _FLOAT.fullmatch(word):
        return float(word)
    special = _SPECIAL.fullmatch(word)
    if special:
        return float(special[1] + "inf") if special[2] else float("nan")
    return word


def _syntax_error(text: Text, problem: yaml.YAMLError) -> MalformedError:
    mark = getattr(problem, "problem_mark", None)
    at = min(mark.index, len(text.content)) if mark else 0
    words = " ".join(str(getattr(problem, part, None) or "") for part in ("context", "problem")).strip()
    return MalformedError(at, at, f"expected YAML, but {words}")
