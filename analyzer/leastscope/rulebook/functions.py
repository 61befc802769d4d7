"""Reads rows that say what functions do which are not read, or refuses them with everything that is wrong.

docs/contributing/packs.md describes the format.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast, get_args

from leastscope.document import Fields, Leaf, MapNode, Problems, describe, nearest, read_yaml, show
from leastscope.errors import RulePackError, UsageError
from leastscope.functions import (
    ANY,
    Adds,
    Answer,
    Argument,
    Asks,
    Calls,
    Declares,
    Decorates,
    Delegates,
    Enters,
    Enumerated,
    Enumerates,
    Fills,
    Form,
    FunctionModels,
    Given,
    Gives,
    Injects,
    Like,
    Made,
    Makes,
    Manages,
    MethodRow,
    OfText,
    Provides,
    Queries,
    Ran,
    Reads,
    Registered,
    Returns,
    Row,
    Runs,
    Stores,
    Supplied,
    Supplies,
    Takes,
    Task,
)
from leastscope.model import InputError, Span
from leastscope.rulebook.rows import entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from leastscope.document import Entry, Node

_R = TypeVar("_R")
_V = TypeVar("_V")
_W = TypeVar("_W")
if TYPE_CHECKING:
    _Kinds: TypeAlias = dict[str, tuple[tuple[str, ...], Callable[[Fields], _R]]]
TABLES = ("modules", "functions", "methods", "tasks", "queries", "records", "objects", "settings", "texts", "headers")
LISTS = ("receiving", "joined", "registries", "wrapping", "standing-in", "stand-ins", "common")
FILE_KEYS = ("title", "url", *TABLES, *LISTS)
_FORMS = get_args(Form)
_MADE_BY_METHODS = ("object", "instance", "copy")
_MADE_BY_FUNCTIONS = ("object", "object with keywords", "decorator", "caller")
_WORDS = tuple(given for given in get_args(Given) if given != "listed arguments")
_ANSWERS: tuple[Answer, ...] = get_args(Answer)
_SAME: tuple[Answer, ...] = ("same",)
_ADDS: tuple[Adds, ...] = get_args(Adds)
_OF_TEXT: tuple[OfText, ...] = get_args(OfText)
_ARGUMENT = re.compile(r"(?:(\w+) of )?argument (\w+(?: or \w+)*)")
_METHOD = re.compile(r"[A-Za-z_]\w*")
_NAME = re.compile(r"(?:\*\.)?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:\.\*\.[A-Za-z_]\w*)?")
_EXAMPLE = "argument 0, argument 0 or url, or copy of argument 0"


@dataclass(slots=True)
class Rows:
    """The rows that are read so far."""

    functions: dict[str, Row] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)
    methods: dict[str, MethodRow] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    queries: dict[str, Answer] = field(default_factory=dict)
    records: dict[str, Answer] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    texts: dict[str, OfText] = field(default_factory=dict)
    headers: dict[str, Adds] = field(default_factory=dict)
    lists: dict[str, set[str]] = field(default_factory=dict)

    def table(self) -> FunctionModels:
        """Index the rows by name."""
        anywhere: dict[str, list[tuple[str, Row]]] = {}
        for name, row in sorted(self.functions.items()):
            start, star, last = name.rpartition(ANY)
            if star:
                anywhere.setdefault(last, []).append((start, row))
        plain = {name: row for name, row in sorted(self.functions.items()) if ANY not in name}
        injecting = {name.rpartition(".")[2] for name, row in self.functions.items() if isinstance(row, Injects)}
        supplying = {
            name.rpartition(".")[2]: row
            for name, row in sorted(self.functions.items())
            if isinstance(row, Supplies | Supplied)
        }
        lists = {name: tuple(sorted(self.lists.get(name, ()))) for name in LISTS}
        return FunctionModels(
            functions=plain,
            anywhere={last: tuple(several) for last, several in anywhere.items()},
            modules=self.modules,
            methods=self.methods,
            injecting=tuple(sorted(injecting)),
            supplying=supplying,
            tasks=self.tasks,
            receiving=lists["receiving"],
            queries=self.queries,
            records=self.records,
            joined=lists["joined"],
            registries=lists["registries"],
            objects=self.objects,
            settings=self.settings,
            texts=self.texts,
            wrapping=lists["wrapping"],
            standing_in=lists["standing-in"],
            stand_ins=lists["stand-ins"],
            common=lists["common"],
            headers=self.headers,
        )


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
            fields = Fields(node, FILE_KEYS, problems)
            fields.text("title")
            fields.text("url")
            read_functions(fields, rows)
    if problems:
        raise RulePackError(problems.lines())
    return rows.table()


def settings_rows(node: Node | None) -> FunctionModels:
    """Read the rows of settings; raise a `UsageError` that lists every wrong row by its place."""
    problems, rows = Problems(), Rows()
    if node is not None:
        read_functions(Fields(node, (*TABLES, *LISTS), problems, "an object from tables to rows"), rows)
    if problems:
        raise UsageError(problems.lines())
    return rows.table()


def read_functions(fields: Fields, rows: Rows) -> None:
    """Read the rows of one file, and add them to those that are read already; wrong ones are noted."""
    _read(fields, "modules", _NAME, rows.modules, _leaf)
    _read(fields, "functions", _NAME, rows.functions, lambda node, problems: _row(node, _KINDS, problems))
    _read(fields, "methods", _METHOD, rows.methods, lambda node, problems: _row(node, _METHOD_KINDS, problems))
    _read(fields, "tasks", _METHOD, rows.tasks, _task)
    _read(fields, "queries", _METHOD, rows.queries, partial(_word, _ANSWERS))
    _read(fields, "records", _METHOD, rows.records, partial(_word, _SAME))
    _read(fields, "objects", _NAME, rows.objects, _leaf)
    _read(fields, "settings", _NAME, rows.settings, _leaf)
    _read(fields, "texts", _METHOD, rows.texts, partial(_word, _OF_TEXT))
    _read(fields, "headers", _METHOD, rows.headers, partial(_word, _ADDS))
    for name in LISTS:
        rows.lists.setdefault(name, set()).update(fields.texts(name))


def _read(
    fields: Fields, key: str, form: re.Pattern[str], into: dict[str, _V], read: Callable[[Node, Problems], _V | None]
) -> None:
    """Read the rows of one table into those that are read already."""
    for entry in entries(fields.node_of(key), fields.problems):
        row = read(entry.value, fields.problems)
        if _is_new(entry, form, into, fields.problems) and row is not None:
            into[entry.key] = row


def _is_new(entry: Entry, form: re.Pattern[str], taken: Iterable[str], problems: Problems) -> bool:
    """Note a key that is no (dotted) name, or has a row already."""
    if not form.fullmatch(entry.key):
        words = "a dotted name" if form is _NAME else "a name"
        problems.add(entry.key_span, f"expected {words}, found {show(entry.key)}")
    elif entry.key in taken:
        problems.add(entry.key_span, f"expected a name without a row, found {show(entry.key)}, which has one already")
    else:
        return True
    return False


def _row(node: Node, kinds: _Kinds[_R], problems: Problems) -> _R | None:
    """Read one row, whose kind is told by the first of its keys that names one."""
    found = Fields(node, None, Problems())
    kind = next((kind for kind in kinds if kind in found.names), "")
    if kind:
        keys, read = kinds[kind]
        return read(Fields(node, keys, problems))
    if not isinstance(node, MapNode):
        problems.add(node.span, f"expected a row, found {describe(node)}")
    else:
        wrong = next((name for name in found.names if nearest(name, kinds)), "")
        near = nearest(wrong, kinds) if wrong else None
        hint = f", found {show(wrong)}; did you mean {show(near)}?" if near else ""
        problems.add(node.span, f"expected a row with one of the keys {', '.join(kinds)}{hint}")
    return None


def _returns(fields: Fields) -> Returns:
    form, argument = _made_of(fields, "returns")
    return Returns(form, argument)


def _calls(fields: Fields) -> Calls:
    function = _argument(fields, "calls")
    given = fields.node_of("with")
    gives = cast("Gives", fields.choice("returns", get_args(Gives), "result"))
    if isinstance(given, MapNode):
        listed = Fields(given, ("args", "kwargs"), fields.problems)
        return Calls(function, "listed arguments", _argument(listed, "args"), _argument(listed, "kwargs"), gives)
    words = fields.choice("with", _WORDS, "following arguments")
    return Calls(function, cast("Given", words), gives=gives)


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
    return Makes(cast("Made", fields.choice("makes", _MADE_BY_FUNCTIONS)))


def _makes_object(fields: Fields) -> MethodRow:
    return Makes(cast("Made", fields.choice("makes", _MADE_BY_METHODS)))


def _like(fields: Fields) -> Row:
    return Like(fields.text("like"))


def _injects(fields: Fields) -> Row:
    return Injects(_argument(fields, "injects"))


def _supplies(fields: Fields) -> Row:
    return Supplies(_argument(fields, "supplies"), fields.text("to", ""), fields.text("shared", ""))


def _supplied(fields: Fields) -> Row:
    return Supplied(fields.text("supplied"))


def _runs(fields: Fields) -> Row:
    return Runs(cast("Ran", fields.choice("runs", get_args(Ran))))


def _enumerates(fields: Fields) -> Row:
    return Enumerates(cast("Enumerated", fields.choice("enumerates", get_args(Enumerated))))


def _delegates(fields: Fields) -> Row:
    return Delegates(fields.text("delegates"))


def _queries(fields: Fields) -> Row:
    return Queries(fields.texts("queries", required=True))


def _manages(fields: Fields) -> Row:
    return Manages(fields.texts("manages", required=True))


def _registered(fields: Fields) -> Row:
    return Registered(fields.texts("registered", required=True))


def _enters(fields: Fields) -> MethodRow:
    return Enters(_argument(fields, "enters"))


def _asks(fields: Fields) -> MethodRow:
    return Asks(_argument(fields, "asks"))


def _stores(fields: Fields) -> MethodRow:
    return Stores(_argument(fields, "stores"), _argument(fields, "under", Argument()))


def _stores_into(fields: Fields) -> Row:
    under = _argument(fields, "under", Argument())
    return Stores(_argument(fields, "stores"), under, _argument(fields, "into"))


def _fills(fields: Fields) -> MethodRow:
    return Fills(_argument(fields, "fills"))


def _takes(fields: Fields) -> MethodRow:
    return Takes(_argument(fields, "takes"))


_KINDS: _Kinds[Row] = {
    "calls": (("calls", "with", "returns"), _calls),
    "returns": (("returns",), _returns),
    "decorates": (("decorates",), _decorates),
    "provides": (("provides",), _provides),
    "reads": (("reads", "default", "required"), _reads),
    "declares": (("declares", "default"), _declares),
    "makes": (("makes",), _makes),
    "like": (("like",), _like),
    "injects": (("injects",), _injects),
    "supplies": (("supplies", "to", "shared"), _supplies),
    "supplied": (("supplied",), _supplied),
    "runs": (("runs",), _runs),
    "enumerates": (("enumerates",), _enumerates),
    "delegates": (("delegates",), _delegates),
    "queries": (("queries",), _queries),
    "manages": (("manages",), _manages),
    "registered": (("registered",), _registered),
    "stores": (("stores", "into", "under"), _stores_into),
}
"""The kinds of rows by the key that tells them: a row of calls may say what it returns, so it comes first."""
_METHOD_KINDS: _Kinds[MethodRow] = {
    "asks": (("asks",), _asks),
    "calls": (("calls", "with", "returns"), _calls),
    "enters": (("enters",), _enters),
    "makes": (("makes",), _makes_object),
    "returns": (("returns",), _returns),
    "stores": (("stores", "under"), _stores),
    "fills": (("fills",), _fills),
    "takes": (("takes",), _takes),
}
"""The same for the rows of methods."""


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


def _task(node: Node, problems: Problems) -> Task:
    """Read what an attribute of a task does."""
    fields = Fields(node, ("does", "with"), problems)
    binds = fields.choice("does", ("call", "bind")) == "bind"
    given = fields.node_of("with")
    if given is None:
        return Task(binds)
    listed = Fields(given, ("args", "kwargs"), problems)
    return Task(binds, listed=True, args=_argument(listed, "args"), kwargs=_argument(listed, "kwargs"))


def _word(allowed: Sequence[_W], node: Node, problems: Problems) -> _W | None:
    """Read one of some words."""
    found = next((word for word in allowed if isinstance(node, Leaf) and node.value == word), None)
    if found is None:
        problems.add(node.span, f"expected {' or '.join(map(str, allowed))}, found {describe(node)}")
    return found


def _leaf(node: Node, problems: Problems) -> str:
    if isinstance(node, Leaf) and isinstance(node.value, str) and _NAME.fullmatch(node.value):
        return node.value
    problems.add(node.span, f"expected a dotted name, found {describe(node)}")
    return ""
