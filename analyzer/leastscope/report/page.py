"""What the text reports share: blocks of lines, places, words, and the list of gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.report.escape import inert, visible
from leastscope.report.hyperlinks import NO_LINKS, Links
from leastscope.report.sentences import not_read, sentence
from leastscope.report.snippet import Paint, marked_line, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leastscope.model import Gap, InputError, Inventory, Report, Span
    from leastscope.report.source import Sources

_PATH_LIMIT = 3
GAP_LIMIT = 10
_NAMES = 3
"""Names of a library that are listed."""
_WORDS_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Page:
    """What every part of a text report needs: the sources, the colors, the width, the links."""

    sources: Sources
    paint: Paint
    width: int
    links: Links = NO_LINKS

    def item(self, label: str, text: str, margin: str) -> list[str]:
        """Return a line ` = label text` below a snippet, wrapped."""
        start = f"{margin} = {label} "
        painted = f"{margin} {self.paint('frame', '=')} {self.paint('bold', label)} "
        head, *more = wrap(text, self.width, first=start, rest=f"{margin}   ")
        return [painted + head[len(start) :], *more]

    def snippet(self, span: Span, level: str) -> list[str]:
        """Return ` --> place` and, where it can be had, the source line with its underline."""
        margin = " " * len(str(span.line))
        head = f"{margin}{self.paint('frame', '-->')} {self.links.place(span)}"
        line = self.sources.line(span.path, span.line)
        if line is None:
            return [head]
        end = span.end_column if span.end_line == span.line else len(line) + 1
        shown, under = marked_line(line, span.column, end, self.width - len(margin) - 3)
        bar = self.paint("frame", f"{margin} |")
        below = under + ("…" if span.end_line > span.line and not under.endswith("…") else "")
        return [
            head,
            bar,
            f"{self.paint('frame', f'{span.line} |')} {shown}".rstrip(),
            f"{bar} {below[: len(below) - len(below.lstrip())]}{self.paint(level, below.lstrip())}",
        ]


def error_block(error: InputError, page: Page, *, consequence: str) -> list[str]:
    """Return an input error with its place and its consequence."""
    note = page.item("note:", consequence, " " * len(str(error.span.line)))
    return [*header("error", "", sentence(error.message), page), *page.snippet(error.span, "error"), *note]


def consequence(error: InputError, report: Report) -> str:
    """Return what follows from an error: the app of the file may have been compared without what is wrong in it."""
    if any(error.span.path in result.app.declared_in for result in report.apps):
        return "leastscope compared the app without this part of the file."
    return "leastscope did not compare the app of this file."


def gap_block(gaps: Iterable[Gap], page: Page, limit: int = GAP_LIMIT, noun: str = "gap") -> list[str]:
    """Return the gaps by kind and reason, the most frequent first, and at most a few of them."""
    ordered = gap_groups(gaps)
    if not ordered:
        return []
    total = sum(len(spans) for _, _, spans in ordered)
    lines = [f"{page.paint('note', f'{noun}s')}: {counted(total, 'place')} could not be analyzed"]
    for kind, reason, spans in ordered[:limit]:
        told = f"{page.links.kind(kind, kind)}: {words(sentence(reason))}"
        lines += wrap(told, page.width, first="  ", rest="    ")
        lines += wrap(page.links.places(spans, 3), page.width, first="    at ", rest="       ")
    left = len(ordered) - limit
    return [*lines, f"  {left} more, --format json lists all"] if left > 0 else lines


def gap_groups(gaps: Iterable[Gap]) -> list[tuple[str, str, list[Span]]]:
    """Return kinds and reasons of gaps with their places in order, the most frequent first."""
    groups: dict[tuple[str, str], list[Span]] = {}
    for gap in gaps:
        groups.setdefault((gap.kind, gap.reason), []).append(gap.span)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return [(kind, reason, sorted(spans)) for (kind, reason), spans in ordered]


def counted(count: int, noun: str) -> str:
    """Return a number with its noun: `1 gap`, `2 gaps`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def words(text: str) -> str:
    """Return words that may come from the code: hidden characters visible, and not endless."""
    shown = visible(text)
    return shown if len(shown) <= _WORDS_LIMIT else shown[: _WORDS_LIMIT - 1] + "…"


def joined(blocks: Iterable[Sequence[str]]) -> str:
    """Return blocks with a blank line between them; no line is a command to a runner of CI."""
    return inert("\n\n".join("\n".join(block) for block in blocks if block)) + "\n"


def header(level: str, rule: str, message: str, page: Page) -> list[str]:
    """Return the first line of a block, `level[rule]: message`, wrapped."""
    label = f"{level}[{rule}]" if rule else level
    first, *rest = wrap(f"{label}: {words(message)}", page.width)
    return [page.links.kind(rule, page.paint(level, label)) + first[len(label) :], *rest]


def reading(report: Report) -> str:
    """Return what was read and seen, as the last line of a report."""
    inventory = report.inventory
    counts = (
        counted(len(inventory.needs), "request"),
        counted(len(inventory.events), "event"),
        counted(len(inventory.gaps), "gap"),
    )
    where = f" in {_listed(report.shown)}" if report.shown else ""
    of = " of the project" if report.shown else ""
    read = f"{inventory.files_read} of {counted(inventory.files_seen, 'file')}{of} read"
    return f"{read}: {', '.join(counts)}{where}{_unread(inventory)}{_idle(inventory)}"


def _listed(paths: Sequence[str]) -> str:
    """Return the first paths, the others counted."""
    names = ", ".join(f"'{visible(path)}'" for path in paths[:_PATH_LIMIT])
    return names if len(paths) <= _PATH_LIMIT else f"{names} and {len(paths) - _PATH_LIMIT} more"


def _unread(inventory: Inventory) -> str:
    """Return what was not read and what does not count, by reason."""
    left = ", ".join(map(not_read, inventory.unread))
    return f"; not read: {left}" if left else ""


def _idle(inventory: Inventory) -> str:
    """Return the systems of which the code uses the library, and only for what sends no request."""
    return "".join(f"; {one.system} is used without a request: {_named(one.names)}" for one in inventory.idle)


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES])
    return shown if len(names) <= _NAMES else f"{shown} and {len(names) - _NAMES} more"
