"""Finds scopes in files that are not Python: links to a page that asks for a token, and keys of configuration files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from analyzer.document import Leaf, ListNode, MapNode, read_document
from analyzer.grants.tokens import Asked
from analyzer.model import Grant, InputError, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from analyzer.document import Node
    from analyzer.grants.declarations import ScopeSettings, TokenForm

FILE_PATTERNS = (
    *("*.cfg", "*.conf", "*.env", "*.htm", "*.html", "*.ini", "*.j2", "*.jinja", "*.jinja2", "*.json"),
    *("*.properties", "*.toml", "*.yaml", "*.yml"),
    *(".env.dist", ".env.example", ".env.local", ".env.sample", ".env.template"),
    *(".env.development", ".env.prod", ".env.production", ".env.staging", ".env.test"),
)
DOCUMENTS = (".json", ".toml", ".yaml", ".yml")
LINKED = (".htm", ".html", ".j2", ".jinja", ".jinja2")
MAX_FOUND = 100
_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?["']?([A-Za-z_][\w.-]*)["']?[ \t]*[=:][ \t]*(.*?)[ \t]*,?[ \t]*$""", re.MULTILINE
)
_URL_END = r"""[^\s"'<>`\\]*"""
_OPEN = re.compile(r"\{\{|\{%|\$\{|%\(|<%")


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
    path: str, data: bytes, pages: Iterable[Page], settings: Mapping[str, tuple[TokenForm, ScopeSettings]]
) -> tuple[Asked, ...]:
    """Read a file: links in pages, values of the keys that `settings` names for each system in configuration files."""
    text = data.decode("utf-8-sig", "replace")
    found: list[Asked] = []
    if path.endswith(LINKED):
        for page in pages:
            found += _links(path, text, page)
    else:
        for system, (form, how) in sorted(settings.items()):
            found += [
                Asked(system, form, span, tuple(Grant(name, span) for name in names))
                for span, names in _settings(path, data, text, form, how)
            ]
    return tuple(found[:MAX_FOUND])


def _links(path: str, text: str, page: Page) -> Iterator[Asked]:
    for match in page.pattern().finditer(text):
        query = unescape(match.group(1)).replace("+", " ")
        given = parse_qsl(query, keep_blank_values=True)
        written = [value for key, value in given if key in page.form.scope]
        span = _span(path, text, match.start(), match.end())
        names = [name for value in written for name in page.form.names_in(value)] if written else page.form.default
        known = not any(_OPEN.search(value) for value in written)
        yield Asked(page.system, page.form, span, tuple(Grant(name, span) for name in names) if known else None)


def _settings(
    path: str, data: bytes, text: str, form: TokenForm, how: ScopeSettings
) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Give each value of a key that holds scopes, where it looks like some."""
    if path.endswith(DOCUMENTS):
        root = read_document(path, data)
        values = [] if isinstance(root, InputError) else list(_values(root, how))
    else:
        values = [
            (_span(path, text, match.start(2), match.end(2)), match.group(2).strip("\"'"))
            for match in _LINE.finditer(text)
            if how.is_key(match.group(1))
        ]
    for span, value in values:
        names = form.names_in(value)
        if names and all(how.shape.fullmatch(name) for name in names):
            yield span, names


def _values(node: Node, how: ScopeSettings) -> Iterator[tuple[Span, str]]:
    """Give the texts under keys that hold scopes, anywhere in a document."""
    waiting: list[Node] = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, ListNode):
            waiting.extend(here.items)
        elif isinstance(here, MapNode):
            for entry in here.entries:
                if how.is_key(entry.key):
                    yield from _texts(entry.value)
                else:
                    waiting.append(entry.value)


def _texts(node: Node) -> Iterator[tuple[Span, str]]:
    items = [item for item in (node.items if isinstance(node, ListNode) else (node,)) if isinstance(item, Leaf)]
    texts = [item.value for item in items if isinstance(item.value, str)]
    if texts:
        yield node.span, " ".join(texts)


def _span(path: str, text: str, start: int, end: int) -> Span:
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    return Span(path, line, column, line, column + end - start)
