"""Joins what the settings say of apps with the apps that manifests declare."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from leastscope.document import nearest, show
from leastscope.grants.declared import Declared, Observation
from leastscope.grants.names import check_names
from leastscope.model import App, Expected, Grant, InputError, Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from leastscope.grants.declarations import Declarations
    from leastscope.grants.declared import Vocabulary
    from leastscope.settings import AppSettings, Settings, UnusedGrant


@dataclass(frozen=True, slots=True)
class SystemWords:
    """What has to be known of a system to declare an app of it."""

    declarations: Declarations
    vocabulary: Vocabulary


def apply_settings(
    declared: Declared, settings: Settings, systems: Mapping[str, SystemWords], today: date | None = None
) -> Declared:
    """Give the apps with the paths, credentials and extra grants of the settings, and the apps only these declare.

    `today` is the day by which exceptions end; without it none does.
    """
    apps = list(declared.apps)
    observations = list(declared.observations)
    errors = [*declared.errors, *_foreign_scopes(settings, systems)]
    for row in settings.apps:
        made = _join(row, settings, apps, systems)
        if isinstance(made, InputError):
            errors.append(made)
            continue
        index, app, found = made
        expected, unknown = _expected_grants(row, systems.get(app.system), today)
        apps[index : index + 1] = [replace(app, expected=expected)]
        observations += found
        errors += unknown
    return Declared(
        tuple(sorted(map(partial(_called, systems), apps), key=lambda app: (app.root, app.name, app.system))),
        tuple(sorted(observations, key=lambda found: (found.span, found.kind))),
        tuple(sorted(errors, key=lambda error: (error.span, error.message))),
    )


def _called(systems: Mapping[str, SystemWords], app: App) -> App:
    """Give an app with what one of its kind is called."""
    words = systems.get(app.system)
    return replace(app, noun=words.declarations.noun(app.kind)) if words else app


def _join(
    row: AppSettings, settings: Settings, apps: list[App], systems: Mapping[str, SystemWords]
) -> tuple[int, App, list[Observation]] | InputError:
    """Make the app of one row: its index among the apps (or one past them), itself, what is wrong with its grants."""
    index = _index(row, settings, apps)
    if isinstance(index, InputError):
        return index
    base = apps[index] if index < len(apps) else _new_app(row, settings, systems)
    if isinstance(base, InputError):
        return base
    if row.system and row.system != base.system:
        return _expected(row, "system", base.system)
    grants = (*base.grants, *(Grant(extra.permission, extra.span, extra.reason) for extra in row.grants))
    words = systems.get(base.system)
    meant, found = check_names(grants, words.vocabulary) if words else (grants, ())
    extra = {grant.span for grant in row.grants}
    app = replace(
        base,
        name=row.name,
        declared_in=tuple(dict.fromkeys((*base.declared_in, settings.path))) if row.grants else base.declared_in,
        grants=meant,
        paths=tuple(posixpath.normpath(posixpath.join(settings.folder, path)) for path in row.paths),
        credentials=row.credentials,
    )
    return index, app, [replace(one, app=app.name, system=app.system) for one in found if one.span in extra]


def _index(row: AppSettings, settings: Settings, apps: list[App]) -> int | InputError:
    """Find the declared app of a row: by its manifest, else by its name; one past the end where there is none."""
    if row.manifest:
        path = posixpath.normpath(posixpath.join(settings.folder, row.manifest))
        at = [index for index, app in enumerate(apps) if path in app.declared_in]
        known = sorted(name for app in apps for name in app.declared_in)
        return at[0] if at else _not_found(row.place_of("manifest"), "a manifest of the scan", row.manifest, known)
    at = [index for index, app in enumerate(apps) if app.name == row.name and row.system in ("", app.system)]
    return at[0] if len(at) == 1 else len(apps)


def _new_app(row: AppSettings, settings: Settings, systems: Mapping[str, SystemWords]) -> App | InputError:
    """Make an app that has no manifest."""
    if not row.system and len(systems) != 1:
        return InputError(row.span, f"expected the key 'system' with one of {', '.join(sorted(systems))}")
    system = row.system or next(iter(systems))
    if system not in systems:
        return _not_found(row.place_of("system"), "a system", system, sorted(systems))
    declarations = systems[system].declarations
    kinds = dict(declarations.settings)
    kind = next(iter(kinds)) if len(kinds) == 1 and "kind" not in dict(row.spans) else row.kind
    if kind not in kinds:
        return _not_found(row.place_of("kind"), f"a kind of app of {system}", kind, sorted(kinds))
    access = declarations.access_of(kinds[kind])
    return App(
        name=row.name,
        root=settings.folder or ".",
        system=system,
        kind=kind,
        declared_in=(settings.path,),
        grants=(),
        bound=access.bound if access else "all",
        write_implies_read=access.write_implies_read if access else "no",
        span=row.span,
        access=kinds[kind],
        changed_in=declarations.changed_in(kind),
    )


def _expected_grants(
    row: AppSettings, words: SystemWords | None, today: date | None
) -> tuple[tuple[Expected, ...], list[InputError]]:
    """Give the grants that nothing has to need, and an error for each name that no permission has."""
    expected: list[Expected] = []
    errors: list[InputError] = []
    for one in row.unused:
        name = words.vocabulary.resolve(one.permission) if words else one.permission
        if name is None:
            errors.append(_no_permission(one, words))
            continue
        until = one.until.isoformat() if one.until else ""
        ended = bool(one.until and today and today > one.until)
        expected.append(Expected(name, one.reason, one.span, until, ended))
    return tuple(expected), errors


def _no_permission(one: UnusedGrant, words: SystemWords | None) -> InputError:
    near = words.vocabulary.nearest(one.permission[:80]) if words else None
    hint = f"; did you mean {show(near)}?" if near else ""
    return InputError(one.span, f"expected a permission, found {show(one.permission)}{hint}")


def _foreign_scopes(settings: Settings, systems: Mapping[str, SystemWords]) -> list[InputError]:
    """Give an error for each system that has keys of scopes and that nobody knows."""
    places = dict(settings.spans)
    return [
        _not_found(places[system], "a system", system, sorted(systems))
        for system, _ in settings.scope_keys
        if system not in systems
    ]


def _expected(row: AppSettings, key: str, value: str) -> InputError:
    return InputError(row.place_of(key), f"expected {show(value)}, the {key} of its manifest, found {show(row.system)}")


def _not_found(span: Span, expected: str, found: str, known: list[str]) -> InputError:
    near = nearest(found, known)
    hint = f"; did you mean {show(near)}?" if near else f"; there are: {', '.join(known[:10]) or 'none'}"
    return InputError(span, f"expected {expected}, found {show(found)}{hint}")
