"""How a change is judged: by what its base says, for whoever writes a change also writes the settings of its head.

The head says what is declared: manifests, grants, requests for tokens, further apps. The base says what is read and how
that is judged. Nothing is read here.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leastscope.library import Library
    from leastscope.model import App, AppResult
    from leastscope.settings import AppSettings, Settings


@dataclass(frozen=True, slots=True)
class Judging:
    """What counts from the base when its head is scanned.

    settings  what is read and how it is judged
    models    the models of the base, with what they say
    results   the apps of the base, with the code that runs under them
    existed   whether a file, as reports show it, was there at the base
    """

    settings: Settings
    models: tuple[Library, ...]
    results: tuple[AppResult, ...]
    existed: Callable[[str], bool]

    @property
    def apps(self) -> tuple[App, ...]:
        """The apps of the base."""
        return tuple(result.app for result in self.results)

    def code_of(self, app: App) -> frozenset[str]:
        """Give the files in which an app of the base needs a permission."""
        return frozenset(use.span.path for result in self.results if result.app == app for use in result.uses)


def ruled(said: Settings, by: Settings) -> Settings:
    """Give settings with what is read and how it is judged taken `by` others."""
    return replace(
        said,
        path=said.path or by.path,
        exclude=by.exclude,
        tests=by.tests,
        levels=by.levels,
        fail_on=by.fail_on,
        models=by.models,
        python=by.python,
    )


def trusted(said: Settings, by: Settings, folder: str) -> Settings:
    """Give the settings of a trusted file, which knows the apps, too; further apps and grants are added to them.

    Its paths are relative to the folder of the settings that it stands in for: `folder`, where there are none.
    """
    more = {row.name: row for row in said.apps}
    rows = tuple(_with_grants(row, more.pop(row.name, None)) for row in by.apps)
    rest = tuple(row for row in said.apps if row.name in more)
    keys = dict(by.scope_keys)
    keys |= {system: (*keys.get(system, ()), *names) for system, names in said.scope_keys}
    return replace(
        by,
        path=said.path or posixpath.normpath(posixpath.join(folder, posixpath.basename(by.path))),
        apps=(*rows, *rest),
        scope_keys=tuple(sorted(keys.items())),
        spans=(*by.spans, *said.spans),
    )


def _with_grants(row: AppSettings, more: AppSettings | None) -> AppSettings:
    return replace(row, grants=(*row.grants, *more.grants)) if more else row


def counterparts(apps: Sequence[App], known: Sequence[App]) -> tuple[App | None, ...]:
    """Give for each app which of the known ones it is: by its name and folder, else by the only declaration they share."""
    named = {(one.system, one.name, one.root): one for one in known}
    found = [named.get((app.system, app.name, app.root)) for app in apps]
    left = [one for one in known if all(one is not other for other in found)]
    return tuple(match or _of_same_file(app, apps, left) for app, match in zip(apps, found, strict=True))


def _of_same_file(app: App, apps: Iterable[App], left: Iterable[App]) -> App | None:
    """Give the app that the file declared before; where a file declares several, none is sure to be it."""
    before = [one for one in left if _share_a_file(one, app)]
    now = [one for one in apps if any(_share_a_file(one, other) for other in before)]
    return before[0] if len(before) == len(now) == 1 else None


def _share_a_file(one: App, other: App) -> bool:
    return one.system == other.system and not set(one.declared_in).isdisjoint(other.declared_in)


def as_known(apps: Sequence[App], known: Sequence[App], is_new: Callable[[str], bool]) -> tuple[App, ...]:
    """Give apps with the code, the credentials, the kind and the exceptions that those of them had that were known.

    `is_new` says of a path in the settings that it holds no file which was there before: such code is added.
    """
    return tuple(_as_before(app, one, is_new) for app, one in zip(apps, counterparts(apps, known), strict=True))


def _as_before(app: App, one: App | None, is_new: Callable[[str], bool]) -> App:
    if one is None:
        return app
    more = tuple(path for path in app.paths if one.paths and path not in one.paths and is_new(path))
    app = replace(app, paths=(*one.paths, *more), credentials=one.credentials, expected=one.expected)
    if not has_other_kind(app, one):
        return app
    return replace(app, kind=one.kind, bound=one.bound, write_implies_read=one.write_implies_read, access=one.access)


def has_other_kind(app: App, one: App) -> bool:
    """Whether the same settings give an app another kind; that of a manifest, and of code, is part of what it declares."""
    return app.kind != one.kind and app.declared_in[:1] == one.declared_in[:1] and not app.asked_at
