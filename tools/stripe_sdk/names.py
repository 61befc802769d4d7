"""The dotted names a class can be imported or reached under, and the names that never lead to a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.stripe_sdk.source import Class, Module, Release

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SETTINGS = frozenset({"api_base", "api_key"})
_ROUNDS = 3


def reachable(release: Release) -> dict[str, Class]:
    """Dotted name -> the class it gives, for every class of the release."""
    found: dict[str, Class] = {}
    aliases: dict[str, str] = {}
    for module in release.modules.values():
        for name, target in _exports(release, module):
            dotted = f"{module.name}.{name}"
            if isinstance(target, Class):
                found[dotted] = target
            elif dotted != target.name and not dotted.startswith(f"{target.name}."):
                aliases[dotted] = target.name
    for _ in range(_ROUNDS):
        found |= dict(_aliased(found, aliases))
    return found


def inert(release: Release, names: dict[str, Class], is_type: Callable[[Class], bool]) -> set[str]:
    """Dotted names that never lead to a request: whole modules where that holds of all they define."""
    live = {dotted.rpartition(".")[0] for dotted, cls in names.items() if is_type(cls)}
    live |= {parent for module in live for parent in _parents(module)}
    found = {module for module in (*release.modules, *release.skipped) if module not in live}
    found |= {dotted for dotted, cls in names.items() if not is_type(cls)}
    for module in release.modules.values():
        if module.is_package:
            found |= {f"{module.name}.{name}" for name in _plain_names(module)}
    return {name for name in found if not found & set(_parents(name))}


def _exports(release: Release, module: Module, depth: int = 0) -> Iterator[tuple[str, Class | Module]]:
    for star in module.stars if depth < _ROUNDS else ():
        if star in release.modules:
            yield from _exports(release, release.modules[star], depth + 1)
    for name, bound in module.bindings.items():
        if not module.passes_names_on and not isinstance(bound, Class):
            continue
        target = release.lookup(module, name)
        if target:
            yield name, target


def _aliased(found: dict[str, Class], aliases: dict[str, str]) -> Iterator[tuple[str, Class]]:
    by_module: dict[str, list[tuple[str, Class]]] = {}
    for dotted, cls in found.items():
        for parent in _parents(dotted):
            by_module.setdefault(parent, []).append((dotted[len(parent) :], cls))
    for alias, module in aliases.items():
        for rest, cls in by_module.get(module, ()):
            yield alias + rest, cls


def _parents(dotted: str) -> list[str]:
    parts = dotted.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def _plain_names(module: Module) -> Iterator[str]:
    """Functions and variables of a package; the settings are not inert."""
    for name in module.functions | module.variables:
        if not name.startswith("__") and name not in _SETTINGS:
            yield name
