"""Merges the releases into one model: what is the same in all releases of a type stands once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tools.stripe_sdk.model import Member, MergedType, ReleaseModel, TypeModel, Variant
from tools.stripe_sdk.paths import shape, spellings
from tools.stripe_sdk.served import embed, without_accounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from tools.stripe_sdk.model import Members


def merge(releases: list[ReleaseModel]) -> dict[str, MergedType]:
    """Type by key. `releases` are oldest first, and each is brought to the common spelling of paths."""
    fill_untyped(releases)
    for release in releases:
        embed(release)
        without_accounts(release)
    respell(releases)
    keys = sorted({key for release in releases for key in release.types})
    types = {key: _merged(key, [release.types.get(key) for release in releases]) for key in keys}
    _settle_names(types, releases)
    return types


def _settle_names(types: dict[str, MergedType], releases: list[ReleaseModel]) -> None:
    """Leave a name that stood for different classes in different releases to the newest."""
    owners = {name: key for release in releases for key, model in release.types.items() for name in model.names}
    for key, merged in types.items():
        merged.names = {name for name in merged.names if owners[name] == key}


def merge_inert(releases: list[ReleaseModel], types: Mapping[str, MergedType]) -> list[str]:
    """List the names that are inert in some release and alive in none, without those that a prefix covers."""
    live = {name for merged in types.values() for name in merged.names}
    live |= {parent for name in live for parent in _parents(name)}
    found = {name for release in releases for name in release.inert} - live
    return sorted(name for name in found if not found & set(_parents(name)))


def _parents(dotted: str) -> list[str]:
    parts = dotted.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def fill_untyped(releases: list[ReleaseModel]) -> None:
    """Give what a release leaves unsaid from the next one: result types, and the fields from before annotations."""
    for older, newer in zip(reversed(releases[:-1]), reversed(releases[1:]), strict=True):
        is_typed = any(model.fields for model in older.types.values())
        for key, model in older.types.items():
            if key in newer.types:
                _fill(model, newer.types[key], with_fields=not is_typed)


def _fill(model: TypeModel, newer: TypeModel, *, with_fields: bool) -> None:
    if with_fields:
        model.fields = dict(newer.fields)
    for name, variants in model.fields.items():
        url = next((member.url for member in newer.fields.get(name, ()) if member.kind == "list"), "")
        model.fields[name] = tuple(_placed(member, url) for member in variants)
    for members, known in ((model.static, newer.static), (model.instance, newer.instance)):
        for name, variants in members.items():
            types = {shape(member.send): member.returns for member in known.get(name, ())}
            members[name] = tuple(
                replace(
                    member,
                    returns=(not with_fields and member.returns) or types.get(shape(member.send)) or member.returns,
                )
                for member in variants
            )


def _placed(member: Member, url: str) -> Member:
    """Give a list the URL that the newest release knows of it: the server sends the same to all of them."""
    return replace(member, url=url) if member.kind == "list" and url else member


def respell(releases: list[ReleaseModel]) -> None:
    """Write each path with the hole names of the newest service that has it, else of the newest class."""
    chosen = spellings(_published(releases))

    def spelled(member: Member) -> Member:
        verb, _, path = member.send.partition(" ")
        send = f"{verb} {chosen.get(shape(path), path)}".strip()
        return replace(member, send=send, url=chosen.get(shape(member.url), member.url))

    for release in releases:
        for model in release.types.values():
            for table in (model.static, model.instance, model.fields):
                for name, variants in table.items():
                    table[name] = tuple(spelled(member) for member in variants)


def _published(releases: list[ReleaseModel]) -> Iterator[str]:
    for is_service in (True, False):
        for release in reversed(releases):
            for _, model in sorted(release.types.items()):
                if (model.style == "params") == is_service:
                    yield from sorted(member.send.partition(" ")[2] for member in _methods(model))


def _methods(model: TypeModel) -> Iterator[Member]:
    for variants in (*model.static.values(), *model.instance.values()):
        yield from (member for member in variants if member.send)


def _merged(key: str, models: list[TypeModel | None]) -> MergedType:
    present = [index for index, model in enumerate(models) if model]
    known = [model for model in models if model]

    def table(part: Callable[[TypeModel], Members]) -> dict[str, tuple[Variant, ...]]:
        names = sorted({name for model in known for name in part(model)})
        return {name: _variants([part(model).get(name, ()) if model else None for model in models]) for name in names}

    return MergedType(
        key=key,
        first=present[0],
        last=present[-1],
        newest=known[-1],
        names={name for model in known for name in model.names},
        static=table(lambda model: model.static),
        instance=table(lambda model: model.instance),
        fields=table(lambda model: model.fields),
    )


def _variants(rows: list[tuple[Member, ...] | None]) -> tuple[Variant, ...]:
    """Find the runs of releases (None: the type is not there) in which the member is the same."""
    runs: list[list[tuple[int, Member]]] = []
    open_runs: dict[Member, list[tuple[int, Member]]] = {}
    for index, row in enumerate(rows):
        if row is None:
            continue
        current = {}
        for member in row:
            identity = replace(member, args=(), asynchronous=False)
            run = open_runs.get(identity, [])
            if not run:
                runs.append(run)
            run.append((index, member))
            current[identity] = run
        open_runs = current
    return tuple(_variant(run) for run in runs)


def _variant(run: list[tuple[int, Member]]) -> Variant:
    newest = run[-1][1]
    twins = [index for index, member in run if member.asynchronous]
    merged = replace(newest, args=_arguments(member.args for _, member in reversed(run)))
    return Variant(merged, run[0][0], run[-1][0], twins[0] if twins else None)


def _arguments(choices: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Take the newest names, and after them those that only older releases take by position."""
    found: tuple[str, ...] = ()
    for args in choices:
        found += args[len(found) :]
    return found
