"""Writes the first settings of a project from what a scan finds: its keys and OAuth clients, and what each of them needs.

What leastscope finds by itself, such as a manifest or a request for a token, needs no settings, and stands in a comment.
Only what no file declares becomes an app: each key that the code names, or else the whole code of a system; the client of
a request for a token whose scopes cannot be told; and the keys of a platform beside its client.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from leastscope.filenames import PROJECT_FILE, SETTINGS_FILES
from leastscope.grants.writing import quoted_yaml
from leastscope.infer import Choice, known_of, least_sets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.infer import Known
    from leastscope.model import App, LeastSet, Report

WAY = "leastscope.yaml"
_HEAD = """\
# Settings of leastscope. The keys are explained in docs/settings.md of leastscope.
# leastscope reads all Python code below this folder as one project.
"""
_MORE = """
# exclude: ["legacy/**"]                  # paths that leastscope does not read
# baseline: leastscope-baseline.json      # `leastscope baseline` writes it: report only what is new
"""
_NAMED = ("env:", "setting:")
_ASKED = "unknown-scope"


def first_settings(report: Report, *, tests: bool) -> str:
    """Give the text of `leastscope.yaml` for the project of a report."""
    known = known_of()
    parts = [part for system in _open(report, known) for part in _parts(report, system, known, tests=tests)]
    rows, notes = ([part.text for part in parts if part.is_app is wanted] for wanted in (True, False))
    declared = [line for result in report.apps for line in _declared(result.app)]
    apps = "\napps:\n" + "".join(rows) if rows else ""
    return _HEAD + "".join(dict.fromkeys((*declared, *notes))) + apps + _MORE


class _Part(NamedTuple):
    """A part of the settings: an app, or a comment."""

    text: str
    is_app: bool = True


def _open(report: Report, known: Known) -> list[str]:
    """Give the systems for which something is to be declared."""
    declared = {result.app.system for result in report.apps}
    beside = {known.packs[result.app.system].over for result in report.apps if result.own}
    systems = {result.app.system for result in report.undeclared} | {over.system for over in beside if over}
    systems |= {gap.system for gap in report.inventory.gaps if gap.kind == _ASKED and not gap.in_tests}
    return sorted(systems & known.packs.keys() - declared)


def _declared(app: App) -> Iterator[str]:
    """Say of each file that declares an app that it needs no settings."""
    for path in app.declared_in:
        if path.rpartition("/")[2] not in {*SETTINGS_FILES, PROJECT_FILE}:
            yield f"# Found without settings: {app.noun} {quoted_yaml(app.name)} in {quoted_yaml(path)}\n"


def _parts(report: Report, system: str, known: Known, *, tests: bool) -> Iterator[_Part]:
    """Write the apps of a system; a comment where its grants would bind none of the calls, or cannot be told."""
    apps = list(_apps(report, system, known, tests=tests))
    spans = [gap.span for gap in report.inventory.gaps if (gap.kind, gap.system) == (_ASKED, system)]
    if spans and apps:
        place = min(spans)
        yield _Part(
            f"  # {quoted_yaml(f'{place.path}:{place.line}')} asks for a token; leastscope cannot tell its scopes.\n"
        )
    yield from map(_Part, apps)
    if not apps:
        yield _Part(
            f"# Not written: {system}. {known.declarations[system].advice.undeclared}".rstrip() + "\n", is_app=False
        )


def _apps(report: Report, system: str, known: Known, *, tests: bool) -> Iterator[str]:
    """Write an app for each key that the code of a system names, or one for all of its code."""
    needs = [need for need in report.inventory.needs if need.request.system == system]
    keys = sorted({need.request.credential for need in needs if need.request.credential.startswith(_NAMED)})
    if len(keys) < 2:
        yield from (_row(one, one.app.name or system, "") for one in _sets(report, system, known, tests=tests))
        return
    for key in keys:
        own = tuple(need for need in needs if need.request.credential == key)
        part = replace(report, inventory=replace(report.inventory, needs=own, events=()))
        name = key.partition(":")[2].lower().replace("_", "-")
        yield from (_row(one, name, key) for one in _sets(part, system, known, tests=tests))
    rest = sum(need.request.credential not in keys for need in needs)
    if rest:
        count = "1 more request" if rest == 1 else f"{rest} more requests"
        yield f"  # {count} to {system} with a key that leastscope cannot tell: name the code with `paths`.\n"


def _sets(report: Report, system: str, known: Known, *, tests: bool) -> tuple[LeastSet, ...]:
    sets = least_sets(replace(report, apps=()), Choice(system, way=WAY, bound=True), known, tests=tests)
    return tuple(one for one in sets if one.titles)


def _row(one: LeastSet, name: str, key: str) -> str:
    """Give the app of a set under another name, restricted to a key if there is one."""
    _, first, *rest = one.text.splitlines(keepends=True)
    lead = first.partition("name:")[0]
    credentials = f"    credentials: [{quoted_yaml(key)}]\n" if key else ""
    return f"{lead}name: {quoted_yaml(name)}\n{credentials}{''.join(rest)}"
