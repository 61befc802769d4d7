"""Which apps a piece of code runs under: settings first, then the nearest manifest above it, then the only one there is.

Code may run under several: the settings may name it for each, and a shared library belongs to every app whose code
reaches the call. Where nothing decides, nothing is attributed, and one `Gap` per folder says so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, TypeAlias

from leastscope.model import ApiRequest, App, EventNeed, EventUse, Gap, Inventory, Need, Step, gap_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from leastscope.model import Span

UNKNOWN_CREDENTIAL = "unknown"
_UNTOLD = (UNKNOWN_CREDENTIAL, "argument:")
"""How the origins of credentials begin that may be any."""
Ways: TypeAlias = "Callable[[Span], Iterable[tuple[Step, ...]]]"
"""Gives the ways on which the code of other files reaches a place: for each file one, from its call on."""
_Use: TypeAlias = "Need | EventNeed"


@dataclass(frozen=True, slots=True)
class Share:
    """What runs under one app, in the order of the files.

    `doubts` are the gaps that may hide a use of its grants. `unattributed` counts the calls to its system, tests apart,
    that are bound to no app, and so may be of its code.
    """

    app: App
    needs: tuple[Need, ...]
    events: tuple[EventNeed, ...]
    doubts: tuple[Gap, ...]
    unattributed: int = 0


@dataclass(frozen=True, slots=True)
class Undecided:
    """The code may run under any of `candidates`; the reason says what would decide it."""

    candidates: tuple[App, ...]
    reason: str


Owner: TypeAlias = "tuple[App, ...] | Undecided"
"""The apps that code runs under, none where no app of the system is there; or what would have to be known."""


@dataclass(slots=True)
class Owners:
    """Finds the owners of a place, once for each file, system and credential.

    `over` names, for a system whose vocabulary is about the operations of another one, that other system: code of an
    app of the other one is not of an app that stands elsewhere. Apps of `beside` take no code from the others.
    """

    apps: tuple[App, ...]
    over: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[App, ...] = ()
    _known: dict[tuple[str, str, str], Owner] = field(default_factory=dict)

    def of(self, system: str, path: str, credential: str) -> Owner:
        """Give the apps that code at `path` runs under by the place where it stands."""
        key = (system, path, credential)
        if key not in self._known:
            found = self._by_place(system, path, credential)
            if system in self.over and isinstance(found, tuple) and not self.is_close(found, path):
                other = self.of(self.over[system], path, credential)
                found = () if isinstance(other, tuple) and other else found
            self._known[key] = found
        return self._known[key]

    def _by_place(self, system: str, path: str, credential: str) -> Owner:
        apps = tuple(app for app in self.apps if app.system == system)
        found = _owner(apps, path, credential)
        if all(app.system != system for app in self.beside):
            return found
        standing = _owner(tuple(app for app in apps if app not in self.beside), path, credential)
        if isinstance(standing, Undecided) or isinstance(found, Undecided):
            return standing or found
        return tuple(app for app in apps if app in standing or app in found)

    @staticmethod
    def is_close(found: tuple[App, ...], path: str) -> bool:
        return any(app.paths or is_inside(path, app.root) for app in found)

    def of_gap(self, gap: Gap) -> Iterator[App]:
        """Give every app whose grants the code behind a gap may use; a file that cannot be read may use any system."""
        systems = {gap.system} if gap.system else {app.system for app in self.apps}
        for system in sorted(systems):
            owner = self.of(system, gap.span.path, UNKNOWN_CREDENTIAL)
            yield from owner.candidates if isinstance(owner, Undecided) else owner


def attribute(
    inventory: Inventory,
    apps: tuple[App, ...],
    over: Mapping[str, str] | None = None,
    ways: Ways | None = None,
    beside: tuple[App, ...] = (),
) -> tuple[tuple[Share, ...], tuple[Gap, ...]]:
    """Share the inventory out among the apps; the gaps say where that was not possible.

    `over` and `beside` are those of `Owners`; without `ways`, only the place of a use says whose it is.
    """
    owners = Owners(apps, over or {}, beside)
    needs: dict[int, list[Need]] = {id(app): [] for app in apps}
    events: dict[int, list[EventNeed]] = {id(app): [] for app in apps}
    doubts: dict[int, list[Gap]] = {id(app): [] for app in apps}
    left: list[tuple[ApiRequest | EventUse, Undecided]] = []
    for use, one in uses_in(inventory):
        owner = owners.of(use.system, use.span.path, credential_of(use))
        reached = _reaching(owners, owner, use, ways)
        if isinstance(owner, Undecided) and not reached:
            left.append((use, owner))
        for key, way in reached.items():
            _add(one, way, needs[key], events[key])
    left = _without_overlaid(left, owners)
    gaps = _undecided(left)
    for gap in sorted({*inventory.gaps, *gaps}, key=gap_order):
        for app in owners.of_gap(gap):
            doubts[id(app)].append(gap)
    unbound = Counter(use.system for use, _ in left if isinstance(use, ApiRequest) and not use.in_tests)
    shares = tuple(
        Share(
            app,
            tuple(sorted(needs[id(app)], key=_need_order)),
            tuple(sorted(events[id(app)], key=_event_order)),
            tuple(doubts[id(app)]),
            unbound[app.system],
        )
        for app in apps
    )
    return shares, gaps


def credential_of(use: ApiRequest | EventUse) -> str:
    """Give where the key of a use comes from; an event has none."""
    return use.credential if isinstance(use, ApiRequest) else UNKNOWN_CREDENTIAL


def uses_in(inventory: Inventory) -> Iterator[tuple[ApiRequest | EventUse, _Use]]:
    """Give all that code uses of a system, each with what it requires."""
    yield from ((need.request, need) for need in inventory.needs)
    yield from ((event.use, event) for event in inventory.events)


def _reaching(
    owners: Owners, owner: Owner, use: ApiRequest | EventUse, ways: Ways | None
) -> dict[int, tuple[Step, ...]]:
    """Give the apps a use counts for, each with the way on which its code reaches the use (none: it stands in it)."""
    found: dict[int, tuple[Step, ...]] = {id(app): () for app in owner} if isinstance(owner, tuple) else {}
    if ways is None or sum(app.system == use.system for app in owners.apps) < 2:
        return found
    for way in ways(use.span):
        callers = owners.of(use.system, way[0].span.path, credential_of(use))
        for app in callers if isinstance(callers, tuple) else ():
            if id(app) not in found or (found[id(app)] and len(way) < len(found[id(app)])):
                found[id(app)] = way
    return found


def _add(one: _Use, way: tuple[Step, ...], needs: list[Need], events: list[EventNeed]) -> None:
    if isinstance(one, Need):
        needs.append(replace(one, request=replace(one.request, evidence=(*way, *one.request.evidence))))
    else:
        events.append(replace(one, use=replace(one.use, evidence=(*way, *one.use.evidence))))


def _without_overlaid(
    left: list[tuple[ApiRequest | EventUse, Undecided]], owners: Owners
) -> list[tuple[ApiRequest | EventUse, Undecided]]:
    """Leave out the uses that are bound to an app of a vocabulary over their system, as calls on a connection are."""
    over: dict[str, list[str]] = {}
    for system, of in sorted(owners.over.items()):
        over.setdefault(of, []).append(system)

    def is_bound(use: ApiRequest | EventUse) -> bool:
        found = (owners.of(system, use.span.path, credential_of(use)) for system in over.get(use.system, ()))
        return any(isinstance(owner, tuple) and owner and Owners.is_close(owner, use.span.path) for owner in found)

    return [(use, owner) for use, owner in left if not is_bound(use)]


def _undecided(left: Iterable[tuple[ApiRequest | EventUse, Undecided]]) -> tuple[Gap, ...]:
    """Note each folder whose code may run under several apps, at the first place in it."""
    found: dict[tuple[str, str, str], list[ApiRequest | EventUse]] = {}
    for use, owner in left:
        found.setdefault((use.system, use.span.path.rpartition("/")[0], owner.reason), []).append(use)
    gaps = [
        Gap("several-apps", min(use.span for use in uses), system, reason, all(use.in_tests for use in uses))
        for (system, _, reason), uses in found.items()
    ]
    return tuple(sorted(gaps, key=gap_order))


def _owner(apps: tuple[App, ...], path: str, credential: str) -> Owner:
    if not apps:
        return ()
    configured = [app for app in apps if app.paths or app.credentials]
    owner = _configured_owner(configured, path, credential)
    if owner:
        return owner
    plain = tuple(app for app in apps if app not in configured)
    above = [app for app in plain if is_inside(path, app.root)]
    deepest = max((_depth(app.root) for app in above), default=0)
    nearest = tuple(app for app in above if _depth(app.root) == deepest)
    if nearest:
        reason = f"{_names(nearest)} are declared in the same folder"
        return nearest if len(nearest) == 1 else Undecided(nearest, reason)
    return _owner_beside(apps, plain)


def _owner_beside(apps: tuple[App, ...], plain: tuple[App, ...]) -> Owner:
    """Decide for code that no manifest stands above; `plain` are the apps without paths or credentials."""
    if len(apps) == 1 and plain:
        return plain
    if plain:
        reason = f"no manifest is in a folder above this code, and there are several manifests: {_names(apps)}"
        return Undecided(plain, reason)
    return Undecided((), "the settings assign paths or credentials to every app, and none of them fits this code")


def _configured_owner(apps: list[App], path: str, credential: str) -> Owner | None:
    """Give the apps that the settings name for this place: the deepest path wins, then those with a credential."""
    here = [
        (max(map(_depth, folders), default=0), app) for app in apps if (folders := _paths_above(app, path)) is not None
    ]
    fitting = [(depth, bool(app.credentials), app) for depth, app in here if _has_credential(app, credential)]
    best = max((found[:2] for found in fitting), default=None)
    if fitting:
        return tuple(app for *rank, app in fitting if tuple(rank) == best)
    if here and credential.startswith(_UNTOLD):
        candidates = tuple(app for _, app in here)
        return Undecided(
            candidates,
            f"the settings assign code to {_names(candidates)} by credential, and the credential here is not known",
        )
    return None


def _paths_above(app: App, path: str) -> list[str] | None:
    """Give the app's paths that `path` is in; None if it has some and they do not hold it."""
    folders = [folder for folder in app.paths if is_named(path, (folder,))]
    return None if app.paths and not folders else folders


def _has_credential(app: App, credential: str) -> bool:
    return not app.credentials or credential in app.credentials


def is_named(path: str, paths: Iterable[str]) -> bool:
    """Whether some of the paths of an app are a path, or a folder or pattern that holds it."""
    return any(is_inside(path, folder) or is_matched(path, folder) for folder in paths)


def is_inside(path: str, folder: str) -> bool:
    """Whether a path is a folder or file named by `folder`, or below it; empty and `.` are the working directory."""
    folder = folder.rstrip("/").removeprefix("./")
    return folder in {"", "."} or path == folder or path.startswith(f"{folder}/")


def is_matched(path: str, pattern: str) -> bool:
    """Whether a path is inside a folder or file that a pattern names.

    `*`, `?` and `[..]` stand for characters of one name, `**` for any folders.
    """
    wanted = pattern.split("/")
    at = _passed_over({0}, wanted)
    for name in path.split("/"):
        if len(wanted) in at:
            return True
        stay = {index for index in at if wanted[index] == "**"}
        fit = {index + 1 for index in at - stay if fnmatchcase(name, wanted[index])}
        at = _passed_over(stay | fit, wanted)
    return len(wanted) in at


def _passed_over(at: set[int], wanted: Sequence[str]) -> set[int]:
    """Add what can be wanted next where `**` stands for no folder."""
    for index, name in enumerate(wanted):
        if index in at and name == "**":
            at = at | {index + 1}
    return at


def _depth(folder: str) -> int:
    return len([part for part in folder.split("/") if part not in {"", "."}])


def _names(apps: Iterable[App]) -> str:
    return ", ".join(f"'{name}'" for name in sorted({app.name for app in apps}))


def _need_order(need: Need) -> tuple[object, ...]:
    sent = need.request
    return (sent.span, sent.verb, need.path, sent.server, sent.resolution, sent.account, sent.credential, sent.evidence)


def _event_order(event: EventNeed) -> tuple[object, ...]:
    return (event.use.span, event.use.event, event.use.how, event.use.evidence)
