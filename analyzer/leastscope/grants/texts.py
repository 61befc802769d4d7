"""Finds scopes in files that are not Python: links to a page that asks for a token, and keys of configuration files."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from leastscope.document import LINE_BREAK, Leaf, ListNode, MapNode, read_document
from leastscope.grants.tokens import MAX_NAMES, AskingPlace, is_open
from leastscope.model import Grant, InputError, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias

    from leastscope.document import Node
    from leastscope.grants.declarations import ScopeSettings, TokenForm

    _Part: TypeAlias = tuple[str, Callable[[], Span]]

FILE_PATTERNS = (
    *("*.cfg", "*.conf", "*.env", "*.htm", "*.html", "*.ini", "*.j2", "*.jinja", "*.jinja2", "*.json"),
    *("*.properties", "*.toml", "*.yaml", "*.yml"),
    *(".env.dist", ".env.example", ".env.local", ".env.sample", ".env.template"),
    *(".env.development", ".env.prod", ".env.production", ".env.staging", ".env.test"),
)
DOCUMENTS = (".json", ".toml", ".yaml", ".yml")
LINKED = (".htm", ".html", ".j2", ".jinja", ".jinja2")
MAX_FOUND = 100
_LINE = re.compile(r"""^[ \t]*(?:export[ \t]+)?["']?([A-Za-z_][\w.-]*)["']?[ \t]*[=:][ \t]*([^\r\n]*)""", re.MULTILINE)
_VALUE = re.compile(r"""(["'])(.*?)\1|[^#;]*(?:(?<!\s)[#;][^#;]*)*""")
_FILLED_IN = re.compile(r"\{\{[^{}]{0,300}\}\}|\{%[^%]{0,300}%\}|<%[^%]{0,300}%>|\$\{[^{}]{0,300}\}")
_URL_END = rf"""(?:{_FILLED_IN.pattern}|[^\s"'<>`\\])*"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page that asks for a token: the hosts and paths of its addresses, and the system and form it stands for.

    A host may begin with `*`. `home` are the system, the server and the path of the operation that the page is.
    """

    system: str
    form: TokenForm
    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    home: tuple[str, str, str]

    def pattern(self) -> re.Pattern[str]:
        """Give what its addresses look like, without the query."""
        hosts = "|".join(re.escape(host).replace(r"\*", r"[\w.-]*") for host in self.hosts)
        paths = "|".join(map(re.escape, self.paths))
        return re.compile(rf"https://(?:{hosts})(?:{paths})\?({_URL_END})")


def asked_in_text(
    path: str,
    data: bytes,
    pages: Iterable[Page],
    settings: Mapping[str, tuple[TokenForm, ScopeSettings]],
    *,
    in_tests: bool = False,
) -> tuple[AskingPlace, ...]:
    """Read a file: links in pages, values of the keys that `settings` names for each system in configuration files.

    Of what there is beyond `MAX_FOUND` requests of a kind, nothing is said.
    """
    text = data.decode("utf-8-sig", "replace")
    if path.endswith(LINKED):
        several = [_links(path, text, page) for page in pages]
    else:
        written = {system: how for system, (_, how) in sorted(settings.items()) if how.is_named_in(text)}
        is_document = path.endswith(DOCUMENTS)
        root = _document(path, data) if written and is_document else None
        several = [
            _settings(text, settings[system], _values(root, how) if is_document else _lines(path, text, how), system)
            for system, how in written.items()
        ]
    found = [one for some in several for one in islice(some, MAX_FOUND)]
    return tuple(replace(one, in_tests=in_tests) for one in found)


def _links(path: str, text: str, page: Page) -> Iterator[AskingPlace]:
    for match in page.pattern().finditer(text):
        query = unescape(_FILLED_IN.sub("{{}}", match.group(1))).replace("+", " ")
        given = parse_qsl(query, keep_blank_values=True)
        written = [value for key, value in given if key in page.form.scope]
        span = _span(path, text, match.start(), match.end())
        names = [name for value in written for name in page.form.names_in(value)] or page.form.default
        known = bool(names) and not any(is_open(text) for text in (written or [key for key, _ in given]))
        grants = tuple(Grant(name, span) for name in list(dict.fromkeys(names))[:MAX_NAMES])
        yield AskingPlace(page.system, page.form, span, grants if known else None)


def _settings(
    text: str, known: tuple[TokenForm, ScopeSettings], values: Iterable[Sequence[_Part]], system: str
) -> Iterator[AskingPlace]:
    """Give each value of a key that holds scopes, where it looks like some."""
    form, how = known
    lines = LINE_BREAK.split(text)
    for parts in values:
        named = [(form.names_in(value), place) for value, place in parts]
        names = [name for some, _ in named for name in some]
        if names and all(re.fullmatch(how.shape, name) for name in names):
            places = [(some, place()) for some, place in named]
            first = {name: span for some, span in reversed(places) for name in reversed(some)}
            chosen = list(dict.fromkeys(names))[:MAX_NAMES]
            grants = tuple(Grant(name, _of_name(lines, first[name], name)) for name in chosen)
            yield AskingPlace(system, form, places[0][1], grants)


def _of_name(lines: Sequence[str], span: Span, name: str) -> Span:
    """Give the place of a name in a value, or behind the key of one; the whole span where it is not on its line."""
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    found = re.compile(rf"(?<![\w.:-]){re.escape(name)}(?![\w.:-])").search(line, span.column - 1)
    return Span(span.path, span.line, found.start() + 1, span.line, found.end() + 1) if found else span


def _lines(path: str, text: str, how: ScopeSettings) -> Iterator[Sequence[_Part]]:
    """Give the values of keys that hold scopes in a file of lines, without quotes and what is said behind them."""
    for match in _LINE.finditer(text):
        if how.is_key(match.group(1)):
            value = _VALUE.match(match.group(2))
            bare = (value.group(2) or value.group() if value else "").rstrip(" \t,")
            start = match.start(2) + match.group(2).find(bare)
            yield [(bare, partial(_span, path, text, start, start + len(bare)))]


def _document(path: str, data: bytes) -> Node | None:
    """Read a document; None where it is malformed, which is no error of somebody who scans for scopes."""
    root = read_document(path, data)
    return None if isinstance(root, InputError) else root


def _values(root: Node | None, how: ScopeSettings) -> Iterator[Sequence[_Part]]:
    """Give the texts under keys that hold scopes, anywhere in a document."""
    waiting: list[Node] = [] if root is None else [root]
    while waiting:
        here = waiting.pop()
        if isinstance(here, ListNode):
            waiting.extend(reversed(here.items))
        elif isinstance(here, MapNode):
            waiting.extend(entry.value for entry in reversed(here.entries) if not how.is_key(entry.key))
            yield from (_texts(entry.value) for entry in here.entries if how.is_key(entry.key))


def _texts(node: Node) -> list[_Part]:
    items = node.items if isinstance(node, ListNode) else (node,)
    leaves = [item for item in items if isinstance(item, Leaf)]
    return [(leaf.value, partial(_place, leaf)) for leaf in leaves if isinstance(leaf.value, str)]


def _place(node: Node) -> Span:
    return node.span


def _span(path: str, text: str, start: int, end: int) -> Span:
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    return Span(path, line, column, line, column + end - start)
