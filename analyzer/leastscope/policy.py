"""What a change alters of how it is judged: each difference of two settings in words, and whether it loosens anything.

Where it cannot be told, a change loosens: an owner looks at it once, and nothing is hidden.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leastscope.document import Leaf, ListNode, MapNode, show
from leastscope.judging import counterparts, has_other_kind
from leastscope.kinds import FINDING_BY_NAME
from leastscope.model import PolicyChange, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from leastscope.baseline import Baseline
    from leastscope.document import Node
    from leastscope.judging import Judging
    from leastscope.library import Library
    from leastscope.model import App
    from leastscope.settings import Settings

_STRICTNESS = ("never", "error", "warning", "note")
_WEIGHTS = ("off", "note", "warning", "error")


def policy_changes(
    judging: Judging,
    said: Settings,
    models: Sequence[Library],
    apps: Sequence[App],
    holds: Callable[[App, str], bool],
) -> tuple[PolicyChange, ...]:
    """Say what settings alter, held against those that count.

    `said`, `models` and `apps` are as the head itself would have them. `holds` says of an app and a file of the base
    whether the paths of the app hold it, as far as it is still there.
    """
    now = _Place(said if said.path else judging.settings)
    found = [
        *_fail_on(judging.settings, said, now),
        *_exclude(judging.settings, said, now),
        *_tests(judging.settings, said, now),
        *_levels(judging.settings, said, now),
        *_models(judging, said, models, now),
        *_rows(judging.settings, said, now),
    ]
    for app, before in zip(apps, counterparts(apps, judging.apps), strict=True):
        if before:
            found += _app(before, app, now, judging.code_of(before), holds)
    return tuple(sorted(found))


class _Place:
    """Where settings say something; what they no longer say has the place of their beginning."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.path
        self._places = dict(settings.places)

    def of(self, key: str) -> Span:
        return self._places.get(key) or Span(self._path, 1, 1, 1, 1)


def _fail_on(before: Settings, after: Settings, place: _Place) -> Iterator[PolicyChange]:
    if before.fail_on != after.fail_on:
        loosens = _STRICTNESS.index(after.fail_on) < _STRICTNESS.index(before.fail_on)
        text = f"'fail-on' is {show(after.fail_on)} instead of {show(before.fail_on)}"
        yield PolicyChange(place.of("fail-on"), text, loosens)


def _exclude(before: Settings, after: Settings, place: _Place) -> Iterator[PolicyChange]:
    """Compare patterns; one that begins with `!` takes something back, and their order counts where there is one."""
    old, now = Counter(before.exclude), Counter(after.exclude)
    span = place.of("exclude")
    for pattern in sorted((now - old).keys()):
        yield PolicyChange(span, f"the pattern {show(pattern)} is excluded", not pattern.startswith("!"))
    for pattern in sorted((old - now).keys()):
        yield PolicyChange(span, f"the pattern {show(pattern)} is no longer excluded", pattern.startswith("!"))
    orders = any(pattern.startswith("!") for pattern in old)
    if orders and old == now and before.exclude != after.exclude:
        yield PolicyChange(span, "the excluded patterns are in another order", loosens=True)


def _tests(before: Settings, after: Settings, place: _Place) -> Iterator[PolicyChange]:
    if before.tests != after.tests:
        text = "requests in tests count" if after.tests else "requests in tests no longer count"
        yield PolicyChange(place.of("tests"), text, loosens=not after.tests)


def _levels(before: Settings, after: Settings, place: _Place) -> Iterator[PolicyChange]:
    old, now = dict(before.levels), dict(after.levels)
    for kind in sorted({*old, *now}):
        default = FINDING_BY_NAME[kind].level
        was, level = old.get(kind, default), now.get(kind, default)
        if was != level:
            text = f"the level of {show(kind)} is {show(level)} instead of {show(was)}"
            yield PolicyChange(place.of("levels"), text, _WEIGHTS.index(level) < _WEIGHTS.index(was))


def _models(judging: Judging, said: Settings, models: Sequence[Library], place: _Place) -> Iterator[PolicyChange]:
    """Compare models; one that is added can only add requests, for it cannot speak of a module that is known."""
    old = dict(zip((one.path for one in judging.settings.models), judging.models, strict=True))
    now = dict(zip((one.path for one in said.models), models, strict=True))
    places = {one.path: one.span for one in said.models}
    for path in sorted({*old, *now}):
        if path not in old:
            yield PolicyChange(places[path], f"the model {show(path)} is added", loosens=False)
        elif path not in now:
            yield PolicyChange(place.of("models"), f"the model {show(path)} is removed", loosens=True)
        elif old[path] != now[path]:
            yield PolicyChange(places[path], f"the model {show(path)} is changed", loosens=True)


def _rows(before: Settings, after: Settings, place: _Place) -> Iterator[PolicyChange]:
    """Compare what settings say of code that is not read; whether that hides a request cannot be told."""
    old, now = _by_name(before.python), _by_name(after.python)
    for table, name in sorted({*old, *now}):
        was, row = old.get((table, name)), now.get((table, name))
        if was != row:
            done = "added" if was is None else "removed" if row is None else "changed"
            text = f"the row {show(name)} of {show(table)} is {done}"
            yield PolicyChange(place.of("python"), text, loosens=True)


def _by_name(node: Node | None) -> dict[tuple[str, str], str]:
    """Give the rows of all tables as texts without places, by table and name; a word of a list is its name."""
    found: dict[tuple[str, str], str] = {}
    for table in node.entries if isinstance(node, MapNode) else ():
        match table.value:
            case MapNode(entries=entries):
                found |= {(table.key, entry.key): _text(entry.value) for entry in entries}
            case ListNode(items=items):
                found |= dict.fromkeys(((table.key, _text(item)) for item in items), "")
            case Leaf():
                continue
    return found


def _text(node: Node) -> str:
    match node:
        case MapNode(entries=entries):
            return f"{{{', '.join(sorted(f'{entry.key}: {_text(entry.value)}' for entry in entries))}}}"
        case ListNode(items=items):
            return f"[{', '.join(map(_text, items))}]"
        case Leaf(value=value):
            return str(value)


def baseline_changes(before: Baseline | None, after: Baseline | None, said: Settings) -> tuple[PolicyChange, ...]:
    """Say what a change alters of the findings that the settings let pass; `said` are those of the head."""
    old, now = (_ranks(one) if one else {} for one in (before, after))
    hidden = [one for one in (after.findings if after else ()) if old.get(one.fingerprint, -1) < now[one.fingerprint]]
    shown = sum(now.get(fingerprint, -1) < rank for fingerprint, rank in old.items())
    name = after.path if after else before.path if before else ""
    place = _Place(said).of("baseline")
    found = []
    if hidden:
        text = f"the baseline {show(name)} hides {_more(len({one.fingerprint for one in hidden}))}"
        found.append(PolicyChange(min(one.span for one in hidden), text, loosens=True))
    if shown:
        found.append(PolicyChange(place, f"the baseline {show(name)} no longer hides {_more(shown)}", loosens=False))
    return tuple(found)


def _ranks(baseline: Baseline) -> dict[str, int]:
    """Give how much each entry of a baseline hides: a finding counts again where it is more severe than that."""
    return {one.fingerprint: _WEIGHTS.index(one.level) for one in baseline.findings}


def _more(count: int) -> str:
    return "1 finding more" if count == 1 else f"{count} findings more"


def _app(
    before: App, after: App, place: _Place, code: Iterable[str], holds: Callable[[App, str], bool]
) -> Iterator[PolicyChange]:
    """Compare what settings say of an app that the base has."""
    span = place.of("apps")
    name = f"app {show(after.name)}"
    if sorted(before.paths) != sorted(after.paths):
        lost = sorted(path for path in code if holds(before, path) and not holds(after, path))
        less = f", without {show(lost[0])}" if lost else ""
        less += f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        yield PolicyChange(span, f"the paths of {name} are {_listed(after.paths)}{less}", bool(lost))
    if sorted(before.credentials) != sorted(after.credentials):
        wider = not after.credentials or (before.credentials and {*before.credentials} <= {*after.credentials})
        yield PolicyChange(span, f"the credentials of {name} are {_listed(after.credentials)}", not wider)
    if has_other_kind(after, before):
        text = f"the kind of {name} is {show(after.kind)} instead of {show(before.kind)}"
        yield PolicyChange(span, text, loosens=True)
    yield from _exceptions(before, after, name, span)


def _exceptions(before: App, after: App, name: str, span: Span) -> Iterator[PolicyChange]:
    """Compare which grants may be unused; an exception without an end is one for longer than any other."""
    old = {one.permission: one.until for one in before.expected}
    now = {one.permission: one for one in after.expected}
    for permission in sorted({*old, *now}):
        one = now.get(permission)
        if one is None:
            yield PolicyChange(span, f"{show(permission)} of {name} is no longer accepted as unused", loosens=False)
        elif permission not in old:
            yield PolicyChange(one.span, f"{show(permission)} of {name} is accepted as unused", loosens=True)
        elif old[permission] != one.until:
            end = f"until {one.until}" if one.until else "without an end"
            longer = bool(old[permission]) and (not one.until or one.until > old[permission])
            yield PolicyChange(one.span, f"{show(permission)} of {name} is accepted as unused {end}", longer)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(show(name) for name in sorted(names)) or "any"
