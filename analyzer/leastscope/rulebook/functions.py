"""Reads rows that say what functions do which are not read, or refuses them with everything that is wrong.

docs/contributing/packs.md describes the format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast, get_args

from leastscope.document import Fields, Leaf, MapNode, Problems, describe, nearest, read_yaml, show
from leastscope.errors import RulePackError
from leastscope.functions import (
    ANY,
    Argument,
    Calls,
    Declares,
    Decorates,
    Form,
    FunctionModels,
    Gives,
    Like,
    Made,
    Makes,
    Provides,
    Reads,
    Returns,
    Row,
)
from leastscope.model import InputError, Span
from leastscope.rulebook.rows import entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from leastscope.document import Entry, Node

FILE_KEYS = ("title", "url", "modules", "functions")
_FORMS = get_args(Form)
_ARGUMENT = re.compile(r"(?:(\w+) of )?argument (\w+(?: or \w+)*)")
_NAME = re.compile(r"(?:\*\.)?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:\.\*\.[A-Za-z_]\w*)?")
_EXAMPLE = "argument 0, argument 0 or url, or copy of argument 0"


@dataclass(slots=True)
class Rows:
    """The rows that are read so far."""

    functions: dict[str, Row] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)

    def table(self) -> FunctionModels:
        """Index the rows by name."""
        anywhere: dict[str, list[tuple[str, Row]]] = {}
        for name, row in sorted(self.functions.items()):
            start, star, last = name.rpartition(ANY)
            if star:
                anywhere.setdefault(last, []).append((start, row))
        plain = {name: row for name, row in sorted(self.functions.items()) if ANY not in name}
        return FunctionModels(plain, {last: tuple(several) for last, several in anywhere.items()}, self.modules)


def load_functions(folder: Path) -> FunctionModels:
    """Read the rows of the files of a folder; raise a `RulePackError` that lists every wrong row by its place."""
    problems, rows = Problems(), Rows()
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        problems.add(Span(folder.as_posix(), 1, 1, 1, 1), "the folder has no rows of functions")
    for path in paths:
        try:
            node = read_yaml(path.as_posix(), path.read_bytes())
        except OSError as error:
            node = InputError(Span(path.as_posix(), 1, 1, 1, 1), f"the file cannot be read: {error.strerror}")
        if isinstance(node, InputError):
            problems.add(node.span, node.message)
        else:
            read_functions(Fields(node, FILE_KEYS, problems), rows)
    if problems:
        raise RulePackError(problems.lines())
    return rows.table()


def read_functions(fields: Fields, rows: Rows) -> None:
    """Read the rows of one file, and add them to those that are read already; wrong ones are noted."""
    fields.text("title")
    fields.text("url")
    for entry in entries(fields.node_of("modules"), fields.problems):
        if _is_name(entry, rows.modules, fields.problems):
            rows.modules[entry.key] = _leaf(entry.value, fields.problems)
    for entry in entries(fields.node_of("functions"), fields.problems):
        row = _row(entry.value, fields.problems)
        if _is_name(entry, rows.functions, fields.problems) and row is not None:
            rows.functions[entry.key] = row


def _is_name(entry: Entry, taken: Iterable[str], problems: Problems) -> bool:
    """Note a key that is no dotted name, or has a row already."""
    if not _NAME.fullmatch(entry.key):
        problems.add(entry.key_span, f"expected a dotted name, found {show(entry.key)}")
    elif entry.key in taken:
        problems.add(entry.key_span, f"expected a name without a row, found {show(entry.key)}, which has one already")
    else:
        return True
    return False


def _row(node: Node, problems: Problems) -> Row | None:
    """Read one row, whose kind is told by the first of its keys that names one."""
    found = Fields(node, None, Problems())
    kind = next((kind for kind in _KINDS if kind in found.names), "")
    if kind:
        keys, read = _KINDS[kind]
        return read(Fields(node, keys, problems))
    if not isinstance(node, MapNode):
        problems.add(node.span, f"expected a row, found {describe(node)}")
    else:
        wrong = next((name for name in found.names if nearest(name, _KINDS)), "")
        near = nearest(wrong, _KINDS) if wrong else None
        hint = f", found {show(wrong)}; did you mean {show(near)}?" if near else ""
        problems.add(node.span, f"expected a row with one of the keys {', '.join(_KINDS)}{hint}")
    return None


def _returns(fields: Fields) -> Row:
    form, argument = _made_of(fields, "returns")
    return Returns(form, argument)


def _calls(fields: Fields) -> Row:
    function = _argument(fields, "calls")
    given = fields.node_of("with")
    gives = cast("Gives", fields.choice("returns", get_args(Gives), "result"))
    if isinstance(given, MapNode):
        listed = Fields(given, ("args", "kwargs"), fields.problems)
        return Calls(function, "listed arguments", _argument(listed, "args"), _argument(listed, "kwargs"), gives)
    words = fields.choice("with", ("following arguments", "no arguments"), "following arguments")
    return Calls(function, "no arguments" if words == "no arguments" else "following arguments", gives=gives)


def _decorates(fields: Fields) -> Row:
    return Decorates(_argument(fields, "decorates"))


def _provides(fields: Fields) -> Row:
    words = fields.text("provides")
    called = words.startswith("result of ")
    return Provides(_parsed(words.removeprefix("result of "), fields, "provides")[1], called)


def _reads(fields: Fields) -> Row:
    key, default = _argument(fields, "reads"), _argument(fields, "default", Argument())
    return Reads(key, default, fields.flag("required", default=False))


def _declares(fields: Fields) -> Row:
    return Declares(_argument(fields, "declares"), _argument(fields, "default", Argument()))


def _makes(fields: Fields) -> Row:
    return Makes(cast("Made", fields.choice("makes", get_args(Made))))


def _like(fields: Fields) -> Row:
    return Like(fields.text("like"))


_KINDS: dict[str, tuple[tuple[str, ...], Callable[[Fields], Row]]] = {
    "calls": (("calls", "with", "returns"), _calls),
    "returns": (("returns",), _returns),
    "decorates": (("decorates",), _decorates),
    "provides": (("provides",), _provides),
    "reads": (("reads", "default", "required"), _reads),
    "declares": (("declares", "default"), _declares),
    "makes": (("makes",), _makes),
    "like": (("like",), _like),
}
"""The kinds of rows by the key that tells them: a row of calls may say what it returns, so it comes first."""


def _argument(fields: Fields, key: str, default: Argument | None = None) -> Argument:
    """Read an argument as it is: `argument 0 or url`."""
    if default is not None and fields.node_of(key) is None:
        return default
    words = fields.text(key)
    form, argument = _parsed(words, fields, key)
    if words and form != "argument":
        fields.problems.add(fields.place_of(key), f"expected argument 0 or argument 0 or url, found {show(words)}")
    return argument


def _made_of(fields: Fields, key: str) -> tuple[Form, Argument]:
    return _parsed(fields.text(key), fields, key)


def _parsed(words: str, fields: Fields, key: str) -> tuple[Form, Argument]:
    """Take apart what is made of which argument."""
    found = _ARGUMENT.fullmatch(words)
    if found is None:
        if words:
            fields.problems.add(fields.place_of(key), f"expected {_EXAMPLE}, found {show(words)}")
        return "argument", Argument()
    form = found[1] or "argument"
    if form not in _FORMS:
        near = nearest(form, _FORMS)
        hint = f"; did you mean {show(near)}?" if near else f"; there are: {', '.join(_FORMS[1:])}"
        fields.problems.add(fields.place_of(key), f"unknown form {show(form)}{hint}")
    position, *names = found[2].split(" or ")
    if position.isdecimal():
        return cast("Form", form), Argument(int(position), tuple(names))
    return cast("Form", form), Argument(-1, (position, *names))


def _leaf(node: Node, problems: Problems) -> str:
    if isinstance(node, Leaf) and isinstance(node.value, str) and _NAME.fullmatch(node.value):
        return node.value
    problems.add(node.span, f"expected a dotted name, found {describe(node)}")
    return ""
