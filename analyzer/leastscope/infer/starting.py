"""Writes the first settings of a project from what a scan finds: its keys, and what each of them needs.

What leastscope finds by itself, such as a manifest, needs no settings, and stands in a comment. Only what no file declares
becomes an app: each key that the code names, or else the whole code of a system.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leastscope.filenames import PROJECT_FILE, SETTINGS_FILES
from leastscope.grants.writing import quoted_yaml
from leastscope.infer import Choice, known_of, least_sets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.infer import Known
    from leastscope.model import LeastSet, Report

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


def first_settings(report: Report, *, tests: bool) -> str:
    """Give the text of `leastscope.yaml` for the project of a report."""
    known = known_of()
    rows = [row for result in report.undeclared for row in _apps(report, result.app.system, known, tests=tests)]
    declared = [line for result in report.apps for line in _declared(result.app.name, result.app.declared_in)]
    apps = "\napps:\n" + "".join(rows) if rows else ""
    return _HEAD + "".join(dict.fromkeys(declared)) + apps + _MORE


def _declared(name: str, files: tuple[str, ...]) -> Iterator[str]:
    """Say of each file that declares an app that it needs no settings."""
    for path in files:
        if path.rpartition("/")[2] not in {*SETTINGS_FILES, PROJECT_FILE}:
            yield f"# Found without settings: app {quoted_yaml(name)} in {quoted_yaml(path)}\n"


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
    return least_sets(replace(report, apps=()), Choice(system, way=WAY), known, tests=tests)


def _row(one: LeastSet, name: str, key: str) -> str:
    """Give the app of a set under another name, restricted to a key if there is one."""
    _, first, *rest = one.text.splitlines(keepends=True)
    lead = first.partition("name:")[0]
    credentials = f"    credentials: [{quoted_yaml(key)}]\n" if key else ""
    return f"{lead}name: {quoted_yaml(name)}\n{credentials}{''.join(rest)}"
