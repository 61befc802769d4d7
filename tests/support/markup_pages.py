"""Reads Markdown as a code host and an editor do, and says what came out: elements, links, cells, and words."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import cmarkgfm
from cmarkgfm.cmark import Options
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from leastscope.kinds import HOME

if TYPE_CHECKING:
    from leastscope.model import Span

OURS = {
    "a", "br", "code", "details", "em", "h2", "h3", "li", "p", "strong", "sub", "summary", "table", "tbody", "td", "th",
    "thead", "tr", "ul",
}  # fmt: skip
PLACES = "https://host.example/"
ADDRESSES = (PLACES, f"{HOME}/", "https://shop.example/")
FORBIDDEN = ("@", "#", "$", "`", "|", "<", "://", "www.", "](", "GH-", ":+1:", "\u202e", "\x1b")
_VOID = {"br"}

_HOSTILE = (
    "|", "`", "``", "<script>alert(1)</script>", "</details>", "</td>", "<img src=x onerror=y>", "<!--", "-->", "\\", "\\|",
    "[x](javascript:alert(1))", "![x](http://evil.example)", "<https://evil.example>", "https://evil.example",
    "www.evil.example", "a@evil.example", "@octocat", "#123", "GH-7", "acme/desk#9", ":+1:", "$x$", "*", "__", "~~",
    "'", '"', "(", ")", ".", ",", " ", "\n", "\n\n", "\r", "\t", "\u2028", "\u202e", "\x1b[31m", "\udcff", "&lt;",
    "&#64;octocat", "{}", "%0A", "::error::", "x", "POST /", "- ", "1. ", "# ", "> ", "```\n",
)  # fmt: skip
HOSTILE = st.lists(st.one_of(st.sampled_from(_HOSTILE), st.text(max_size=3)), min_size=1, max_size=12).map("".join)


def link(span: Span) -> str:
    """Return the address of a place; a path that is no good in an address is the business of the renderer."""
    return f"{PLACES}{span.path}#L{span.line}"


@dataclass
class Page(HTMLParser):
    """What a browser makes of a page: elements in order, attributes, cells of each row by table, words outside of code."""

    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    tables: list[list[int]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    unbalanced: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append(0)
        elif tag in {"td", "th"}:
            self.tables[-1][-1] += 1
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.unbalanced |= not self.open or self.open.pop() != tag

    def handle_comment(self, data: str) -> None:
        self.tags.append(f"comment {data}")

    def handle_data(self, data: str) -> None:
        if "code" not in self.open:
            self.words.append(data)


def pages(markdown: str) -> list[Page]:
    """Read a document with GitHub's own parser and with that of an editor, both with raw HTML let through."""
    made = []
    for html in (
        cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE),
        MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown),
    ):
        page = Page()
        page.feed(html)
        page.close()
        made.append(page)
    return made


def faults(markdown: str) -> list[str]:
    """Say what a document holds that a renderer of ours does not make."""
    found: list[str] = []
    for page in pages(markdown):
        text = "".join(page.words)
        found += [f"element {tag}" for tag in page.tags if tag not in OURS]
        found += [f"attribute {name}" for name in page.attributes - {"href", "align", "style"}]
        found += [f"address {one}" for one in page.links if not one.startswith(ADDRESSES)]
        found += [f"outside of code: {mark!r}" for mark in FORBIDDEN if mark in text]
        found += [f"cells {rows}" for rows in page.tables if len(set(rows)) != 1]
        found += ["unbalanced"] if page.unbalanced or page.open else []
    return found
