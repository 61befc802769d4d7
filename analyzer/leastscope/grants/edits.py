"""Says how the files of an app have to be edited so that a finding is gone, where that is certain.

An edit leaves every other character as it is. Where it is not certain that the names are written there and nowhere else,
or how a list is written is not understood, there is no fix. Nothing is written to a file.
"""

from __future__ import annotations

import ast
import posixpath
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from leastscope.comments import MARK
from leastscope.document import Leaf, ListNode
from leastscope.document.tree import Text, decode
from leastscope.grants.manifest import Manifest, read_manifest
from leastscope.grants.rewriting import Document
from leastscope.grants.rows import apply, ends, quoted
from leastscope.grants.scopes import Words, scope_in_python
from leastscope.grants.texts import DOCUMENTS, FILE_PATTERNS, LINKED
from leastscope.model import Edit, Fix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leastscope.grants.rows import Change, Flow
    from leastscope.grants.settle import SystemWords
    from leastscope.model import App, AppResult, Finding, Span

MAX_TEXT = 256 * 1024
"""Bytes of the largest file for which fixes are offered."""
MAX_WORK = 4 * 1024 * 1024
"""About how many characters are read in all to make sure of edits; beyond that there are no more fixes."""
_REMOVED = frozenset({"excess-grant", "redundant-grant", "duplicate-grant"})
_SETTINGS_KEY = "permission"
_REASON_KEY = "reason"
_ABOVE = 20
_NAME_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Step:
    """What an edit does: it takes out `old`, or puts `new` in its place, or, without `old`, adds `new`."""

    old: str
    new: str

    def on(self, words: Words) -> Change | None:
        """Do it to the names in a text."""
        if not self.old:
            return words.with_last(self.new)
        return words.replaced(self.old, self.new) if self.new else words.without(self.old)


def _no_purpose(_system: str, _app: str, _permission: str) -> str:
    return ""


def _no_need(_system: str, _app: str, _permission: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class TextChange:
    """What is done to the names in a text, the changes of the text that do it, and the place of the old name.

    Where a name is only added, the place is that of the app.
    """

    step: Step
    text: Text
    changes: tuple[Change, ...]
    place: Span


@dataclass(slots=True)
class Papers:
    """What has to be known to edit declarations; `left` is how much may still be read.

    systems   the words of each system
    twin      the read permission of a write permission, by system and name; or ""
    settings  the path of the settings, or ""
    read      the bytes of a file by its path, or None
    purpose   what an app needs a permission for, by its system, its name and the permission
    needs     whether an app needs a permission, by the same
    unsafe    whether fixes are wanted too that something which is not known could overturn
    """

    systems: Mapping[str, SystemWords]
    twin: Callable[[str, str], str]
    settings: str
    read: Callable[[str], bytes | None]
    purpose: Callable[[str, str, str], str] = _no_purpose
    needs: Callable[[str, str, str], bool] = _no_need
    unsafe: bool = False
    left: int = MAX_WORK
    texts: dict[str, Text | None] = field(default_factory=dict)
    documents: dict[str, Document | None] = field(default_factory=dict)
    lonely: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def spend(self, count: int) -> bool:
        """Whether so much may be read now; it is counted then."""
        if count > self.left:
            return False
        self.left -= count
        return True

    def text(self, path: str) -> Text | None:
        """Give the text of a file; None where it is too large or no text."""
        if path not in self.texts:
            data = self.read(path)
            text = decode(path, data) if data is not None and len(data) <= MAX_TEXT else None
            self.texts[path] = text if isinstance(text, Text) else None
        return self.texts[path]

    def document(self, text: Text) -> Document | None:
        """Give a text as a document, if one more edit of it may be made."""
        if text.path not in self.documents:
            self.documents[text.path] = Document.of(text) if self.spend(len(text.content)) else None
        document = self.documents[text.path]
        return document if document and self.spend(document.cost) else None

    def is_alone(self, app: App, path: str) -> bool:
        """Whether no other manifest of an app has permissions of its own, which then would differ."""
        others = tuple(one for one in app.declared_in if one not in {path, self.settings})
        if others not in self.lonely:
            found = [self._manifest(app, one) for one in others]
            self.lonely[others] = all(one is not None and not one.lists for one in found)
        return self.lonely[others]

    def _manifest(self, app: App, path: str) -> Manifest | None:
        data = self.read(path)
        found = read_manifest(path, data, self.systems[app.system].declarations) if data is not None else None
        return found if isinstance(found, Manifest) else None


def with_fixes(findings: Iterable[Finding], apps: Iterable[AppResult], papers: Papers) -> tuple[Finding, ...]:
    """Give the findings, each with its fix where one is certain; what is suppressed needs none."""
    known = {(result.app.system, result.app.name): result.app for result in apps}
    given = []
    for finding in findings:
        app = known.get((finding.system, finding.app)) if finding.suppressed is None else None
        given.append(replace(finding, fix=fix_of(finding, app, papers)) if app else finding)
    return tuple(given)


def fix_of(finding: Finding, app: App, papers: Papers) -> Fix | None:
    """Give the edits that make a finding about the grants of an app go away; None where they are not certain."""
    change = change_of(finding, app, papers)
    if change is None:
        return None
    edits = tuple(Edit(change.text.span(start, end), new) for start, end, new in sorted(change.changes))
    return Fix(_description(change.step, change.text.path, recorded=change.text.path == papers.settings), edits)


def change_of(finding: Finding, app: App, papers: Papers) -> TextChange | None:
    """Give how a text has to change so that a finding about the grants of an app goes away, if that is certain."""
    step = _step(finding, app, papers) if _is_sure(finding, papers) and app.system in papers.systems else None
    place = _place_of(finding, step, app)
    text = papers.text(place.path) if step and place else None
    if step is None or place is None or text is None:
        return None
    recorded = place.path == papers.settings
    if app.asked_at and not recorded:
        changes = _in_request(text, place, step, app, papers)
    elif [grant.span for grant in app.grants].count(place) > 1:
        return None
    elif recorded:
        changes = _in_settings(text, place, step, app, papers)
    else:
        changes = _in_manifest(text, place, step, app, papers)
    if not changes or any(_is_spoken_of(text, start) for start, _, new in changes if not new):
        return None
    return TextChange(step, text, tuple(changes), place)


def _is_sure(finding: Finding, papers: Papers) -> bool:
    """Whether a fix may be offered; what may only perhaps be needed is never granted."""
    if papers.unsafe:
        return finding.rule != "missing-grant" or finding.certainty != "possible"
    return finding.certainty == "certain"


def _is_spoken_of(text: Text, start: int) -> bool:
    """Whether comments of ours stand alone above a place; without it they would be about what follows."""
    end = start if text.content[start : start + 1] in {"\r", "\n"} else text.starts[text.span(start, start).line - 1]
    for line in reversed(text.content[:end].splitlines()[-_ABOVE:]):
        if not line.lstrip().startswith(("#", "//")):
            return False
        if MARK in line:
            return True
    return False


def _place_of(finding: Finding, step: Step | None, app: App) -> Span | None:
    """Give where a text has to change: at the finding, at the grant it says is misspelt, or at the grants of the app."""
    if step is None or not step.old:
        return app.span
    if finding.rule != "missing-grant":
        return finding.span
    return next((grant.span for grant in app.grants if grant.name == step.old), None)


def _description(step: Step, path: str, *, recorded: bool) -> str:
    if not step.old:
        return f"Grant '{step.new}' in '{path}'."
    what = f"Replace '{step.old}' with '{step.new}' in" if step.new else f"Remove '{step.old}' from"
    return f"{what} '{path}'" + (", which only records it: change the credential, too." if recorded else ".")


def _step(finding: Finding, app: App, papers: Papers) -> Step | None:
    """Say what has to be done with the names; None where another grant of the app would keep the finding there."""
    name = finding.permission
    if finding.rule == "missing-grant":
        return _in_place_of_misspelt(name, app, papers) or Step("", name)
    if finding.rule == "unknown-grant":
        return _corrected(finding, app, papers)
    resolve = papers.systems[app.system].vocabulary.resolve
    same = [grant for grant in app.grants if resolve(grant.name) == resolve(name)]
    here = [grant for grant in same if grant.span == finding.span]
    if len(here) != 1 or (len(same) != 1 and finding.rule != "duplicate-grant"):
        return None
    if finding.rule in _REMOVED:
        return Step(here[0].name, "")
    twin = papers.twin(app.system, name) if finding.rule == "write-not-needed" else ""
    prefix = here[0].name.removesuffix(name)  # what the user writes in front of names stays
    return _instead(here[0].name, twin, prefix, app, papers) if twin else None


def _in_place_of_misspelt(name: str, app: App, papers: Papers) -> Step | None:
    """Write a permission in the place of the name that means it and that no permission has; None where there is none."""
    vocabulary = papers.systems[app.system].vocabulary
    for grant in sorted(app.grants, key=lambda grant: grant.name):
        if vocabulary.resolve(grant.name) is None and vocabulary.nearest(grant.name[:_NAME_LENGTH]) == name:
            prefix = vocabulary.prefix if grant.name.startswith(vocabulary.prefix) else ""
            return _instead(grant.name, name, prefix, app, papers)
    return None


def _corrected(finding: Finding, app: App, papers: Papers) -> Step | None:
    """Write a name as it is meant, or the nearest one; the nearest is a guess unless the code needs it."""
    vocabulary = papers.systems[app.system].vocabulary
    here = [grant for grant in app.grants if grant.span == finding.span]
    if len(here) != 1 or vocabulary.resolve(finding.permission):
        return None
    if vocabulary.resolve(here[0].name):
        return Step(finding.permission, here[0].name)
    near = vocabulary.nearest(finding.permission[:_NAME_LENGTH])
    is_likely = near and (papers.unsafe or papers.needs(app.system, app.name, near))
    prefix = vocabulary.prefix if finding.permission.startswith(vocabulary.prefix) else ""
    return _instead(finding.permission, near, prefix, app, papers) if near and is_likely else None


def _instead(old: str, new: str, prefix: str, app: App, papers: Papers) -> Step:
    """Put a name in the place of another one, unless it stands there already; `prefix` is what the user writes in front."""
    vocabulary = papers.systems[app.system].vocabulary
    is_held = any(vocabulary.resolve(grant.name) == new for grant in app.grants)
    return Step(old, "" if is_held else prefix + new)


# manifests and settings


def _in_manifest(text: Text, place: Span, step: Step, app: App, papers: Papers) -> list[Change] | None:
    form = papers.systems[app.system].declarations.format_of(posixpath.basename(text.path))
    if form is None or not papers.is_alone(app, text.path):
        return None
    if step.old:
        return _in_list(text, place, step, (form.permission_key, form.purpose_key), papers)
    document = papers.document(text)
    way = document.list_at(place) if document else None
    if document is None or way is None:
        return None
    purpose = papers.purpose(app.system, app.name, step.new)
    return document.with_last(way, step.new, form.permission_key, form.purpose_key, purpose)


def _in_settings(text: Text, place: Span, step: Step, app: App, papers: Papers) -> list[Change] | None:
    """Edit the grants of an app in the settings; they only record what a credential has, so adding to them is not safe."""
    if step.old:
        return _in_list(text, place, step, (_SETTINGS_KEY, ""), papers)
    recorded = sorted(grant.span for grant in app.grants if grant.span.path == text.path)
    document = papers.document(text) if recorded and papers.unsafe else None
    way = document.leaf(recorded[-1]) if document else None
    if document is None or way is None or len(way) < 3:
        return None
    vocabulary = papers.systems[app.system].vocabulary
    prefixed = [grant.name.startswith(vocabulary.prefix) for grant in app.grants if grant.span in recorded]
    name = f"{vocabulary.prefix}{step.new}" if vocabulary.prefix and all(prefixed) else step.new
    return document.with_last(
        way[:-2], name, _SETTINGS_KEY, _REASON_KEY, papers.purpose(app.system, app.name, step.new)
    )


def _in_list(text: Text, place: Span, step: Step, keys: tuple[str, str], papers: Papers) -> list[Change] | None:
    """Edit the item of a list that is a name, or an object with a name under the first of the keys, at a place."""
    document = papers.document(text)
    way = document.leaf(place) if document else None
    if document is None or way is None:
        return None
    item = way[:-1] if way[-1].entry and way[-1].entry.key == keys[0] else way
    if len(item) < 2 or not isinstance(item[-2].node, ListNode):
        return None
    return document.swapped(way, step.new) if step.new else document.without(item)


# requests for tokens


def _in_request(text: Text, place: Span, step: Step, app: App, papers: Papers) -> list[Change] | None:
    """Edit the names of the one request for a token that there is, if they stand together in one place."""
    grants = sorted((grant for grant in app.grants if grant.span.path != papers.settings), key=lambda one: one.span)
    forms = [form for form in papers.systems[app.system].declarations.tokens if form.kind == app.kind]
    separators = {form.separators for form in forms}
    names = frozenset(grant.name for grant in grants)
    if len(app.asked_at) != 1 or len(separators) != 1 or {grant.span.path for grant in grants} != {text.path}:
        return None
    place = place if step.old else grants[-1].span
    if place.end_line > len(text.starts):  # who found it splits lines at other characters, too
        return None
    scope = _Scope(text, place, names, separators.pop())
    if text.path.endswith(".py"):
        return _in_python(scope, step, papers)
    if not any(fnmatchcase(posixpath.basename(text.path), pattern) for pattern in FILE_PATTERNS):
        return None
    if text.path.endswith(LINKED):
        return _in_link(scope, step, {name for form in forms for name in form.scope})
    if text.path.endswith(DOCUMENTS):
        return _in_document(scope, step, papers)
    return _in_line(replace(scope, place=app.asked_at[0]), step)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The place of one name, all the names that stand there, and what parts them."""

    text: Text
    place: Span
    names: frozenset[str]
    separators: str

    def holds(self, words: Words) -> bool:
        """Whether a text holds all the names, and each once."""
        return frozenset(words.names) == self.names and len(words.names) == len(self.names)


def _in_line(scope: _Scope, step: Step) -> list[Change] | None:
    words = Words(scope.text.content, *ends(scope.text, scope.place), scope.separators)
    change = step.on(words) if scope.holds(words) else None
    return [change] if change else None


def _in_link(scope: _Scope, step: Step, keys: Iterable[str]) -> list[Change] | None:
    """Edit the value of the one parameter of a URL that holds the names."""
    content, (start, end) = scope.text.content, ends(scope.text, scope.place)
    named = "|".join(map(re.escape, sorted(keys)))
    found = [match.span(1) for match in re.compile(rf"[?&;](?:{named})=([^&#]*)").finditer(content, start, end)]
    words = [Words(content, *place, scope.separators, encoded=True) for place in found]
    change = step.on(words[0]) if len(words) == 1 and scope.holds(words[0]) else None
    return [change] if change else None


def _in_document(scope: _Scope, step: Step, papers: Papers) -> list[Change] | None:
    """Edit the list that has one of the names in each item, or the one string that holds them all."""
    document = papers.document(scope.text)
    way = document.leaf(scope.place) if document else None
    if document is None or way is None:
        return None
    holder = way[-2].node if len(way) > 1 else None
    items = [item.value for item in holder.items if isinstance(item, Leaf)] if isinstance(holder, ListNode) else []
    if len(items) != len(scope.names) or frozenset(items) != scope.names:
        return document.reworded(way, lambda words: step.on(words) if scope.holds(words) else None, scope.separators)
    if not step.old:
        return document.with_last(way[:-1], step.new, "", "")
    if step.new:
        return document.swapped(way, step.new)
    return document.without(way) if len(items) > 1 else None


def _in_python(scope: _Scope, step: Step, papers: Papers) -> list[Change] | None:
    """Edit the one literal of the file that holds the names."""
    at, content = ends(scope.text, scope.place)[0], scope.text.content
    found = scope_in_python(content, at, scope.names, scope.separators) if papers.spend(len(content)) else None
    if isinstance(found, Words):
        change = step.on(found)
        return [change] if change else None
    if found is None:
        return None
    written = [content[start:end] for start, end in found.items]
    index = next((number for number, (start, end) in enumerate(found.items) if start <= at < end), 0)
    changes, after = _in_display(found, written, index, step)
    return changes if changes and _reads(content, found, changes, after) else None


def _in_display(
    flow: Flow, written: Sequence[str], index: int, step: Step
) -> tuple[list[Change] | None, Sequence[str]]:
    """Edit a list of literals; give the changes and the literals that there should be then."""
    new = quoted(step.new, written[index]) if step.new else None
    if not step.old:
        return (flow.with_last(new), [*written, new]) if new else (None, ())
    if step.new:
        return ([(*flow.items[index], new)], [*written[:index], new, *written[index + 1 :]]) if new else (None, ())
    return (flow.without(index), [*written[:index], *written[index + 1 :]]) if len(written) > 1 else (None, ())


def _reads(content: str, flow: Flow, changes: Sequence[Change], after: Sequence[str]) -> bool:
    """Whether brackets with literals hold, after changes, some others, and are of the same kind."""
    grown = sum(len(new) - (end - start) for start, end, new in changes)
    with suppress(ValueError, SyntaxError):
        before: object = ast.literal_eval(content[flow.start - 1 : flow.end + 1])
        made: object = ast.literal_eval(apply(content, changes)[flow.start - 1 : flow.end + 1 + grown])
        values = [ast.literal_eval(one) for one in after]
        return isinstance(before, list | tuple | set) and made == type(before)(values)
    return False
