"""Which app a piece of code runs under: settings first, then the nearest manifest above it, then the only one there is.

Where nothing decides, nothing is attributed, and one `Gap` per folder says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from leastscope.model import ApiRequest, App, EventNeed, EventUse, Gap, Inventory, Need

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

UNKNOWN_CREDENTIAL = "unknown"


@dataclass(frozen=True, slots=True)
class Share:
    """What runs under one app, in the order of the files; `doubts` are the gaps that may hide a use of its grants."""

    app: App
    needs: tuple[Need, ...]
    events: tuple[EventNeed, ...]
    doubts: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """The code may run under any of `candidates`; the reason says what would decide it."""

    candidates: tuple[App, ...]
    reason: str


@dataclass(slots=True)
class Owners:
    """Finds the owner of a place, once for each folder, system and credential.

    `over` names, for a system whose vocabulary is about the operations of another one, that other system: code of an
    app of the other one is not of an app that stands elsewhere.
    """

    apps: tuple[App, ...]
    over: Mapping[str, str] = field(default_factory=dict)
    _known: dict[tuple[str, str, str], App | Undecided | None] = field(default_factory=dict)

    def of(self, system: str, path: str, credential: str) -> App | Undecided | None:
        """Give the app that code at `path` runs under; None if there is no app of the system at all."""
        key = (system, path, credential)
        if key not in self._known:
            found = _owner(tuple(app for app in self.apps if app.system == system), path, credential)
            if isinstance(found, App) and system in self.over and not (found.paths or is_inside(path, found.root)):
                other = self.of(self.over[system], path, credential)
                found = None if isinstance(other, App) else found
            self._known[key] = found
        return self._known[key]

    def of_gap(self, gap: Gap) -> Iterator[App]:
        """Give every app whose grants the code behind a gap may use; a file that cannot be read may use any system."""
        systems = {gap.system} if gap.system else {app.system for app in self.apps}
        for system in sorted(systems):
            owner = self.of(system, gap.span.path, UNKNOWN_CREDENTIAL)
            if isinstance(owner, Undecided):
                yield from owner.candidates
            elif owner:
                yield owner


def attribute(
    inventory: Inventory, apps: tuple[App, ...], over: Mapping[str, str] | None = None
) -> tuple[tuple[Share, ...], tuple[Gap, ...]]:
    """Share the inventory out among the apps; the gaps say where that was not possible. `over` is that of `Owners`."""
    owners = Owners(apps, over or {})
    uses = [(need.request, need) for need in inventory.needs] + [(event.use, event) for event in inventory.events]
    gaps = _undecided(owners, [use for use, _ in uses])
    owned: dict[int, list[Need | EventNeed]] = {id(app): [] for app in apps}
    doubts: dict[int, list[Gap]] = {id(app): [] for app in apps}
    for use, one in uses:
        owner = _owner_of(owners, use)
        if isinstance(owner, App):
            owned[id(owner)].append(one)
    for gap in sorted({*inventory.gaps, *gaps}, key=_gap_order):
        for app in owners.of_gap(gap):
            doubts[id(app)].append(gap)
    shares = []
    for app in apps:
        needs = [one for one in owned[id(app)] if isinstance(one, Need)]
        events = [one for one in owned[id(app)] if isinstance(one, EventNeed)]
        needs.sort(key=_need_order)
        events.sort(key=lambda event: (event.use.span, event.use.event, event.use.how, event.use.evidence))
        shares.append(Share(app, tuple(needs), tuple(events), tuple(doubts[id(app)])))
    return tuple(shares), gaps


def credential_of(use: ApiRequest | EventUse) -> str:
    """Give where the key of a use comes from; an event has none."""
    return use.credential if isinstance(use, ApiRequest) else UNKNOWN_CREDENTIAL


def _owner_of(owners: Owners, use: ApiRequest | EventUse) -> App | Undecided | None:
    return owners.of(use.system, use.span.path, credential_of(use))


def _undecided(owners: Owners, uses: Iterable[ApiRequest | EventUse]) -> tuple[Gap, ...]:
    """Note each folder whose code may run under several apps, at the first place in it."""
    found: dict[tuple[str, str, str], list[ApiRequest | EventUse]] = {}
    for use in uses:
        owner = _owner_of(owners, use)
        if isinstance(owner, Undecided):
            found.setdefault((use.system, use.span.path.rpartition("/")[0], owner.reason), []).append(use)
    gaps = [
        Gap("several-apps", min(use.span for use in uses), system, reason, all(use.in_tests for use in uses))
        for (system, _, reason), uses in found.items()
    ]
    return tuple(sorted(gaps, key=_gap_order))


def _owner(apps: tuple[App, ...], path: str, credential: str) -> App | Undecided | None:
    if not apps:
        return None
    configured = [app for app in apps if app.paths or app.credentials]
    owner = _configured_owner(configured, path, credential)
    if owner:
        return owner
    plain = tuple(app for app in apps if app not in configured)
    above = [app for app in plain if is_inside(path, app.root)]
    deepest = max((_depth(app.root) for app in above), default=0)
    nearest = [app for app in above if _depth(app.root) == deepest]
    if nearest:
        reason = f"{_names(nearest)} are declared in the same folder"
        return nearest[0] if len(nearest) == 1 else Undecided(tuple(nearest), reason)
    return _owner_beside(apps, plain)


def _owner_beside(apps: tuple[App, ...], plain: tuple[App, ...]) -> App | Undecided:
    """Decide for code that no manifest stands above; `plain` are the apps without paths or credentials."""
    if len(apps) == 1 and plain:
        return plain[0]
    if plain:
        reason = f"no manifest is in a folder above this code, and there are several manifests: {_names(apps)}"
        return Undecided(plain, reason)
    return Undecided((), "the settings assign paths to every app, and this code is in none of them")


def _configured_owner(apps: list[App], path: str, credential: str) -> App | Undecided | None:
    """Give the app that the settings name for this place: the deepest path wins, then the one with a credential."""
    here = [
        (max(map(_depth, folders), default=0), app) for app in apps if (folders := _paths_above(app, path)) is not None
    ]
    fitting = [(depth, bool(app.credentials), app) for depth, app in here if _has_credential(app, credential)]
    best = max((found[:2] for found in fitting), default=None)
    winners = [app for *rank, app in fitting if tuple(rank) == best]
    if len(winners) == 1:
        return winners[0]
    if winners:
        return Undecided(tuple(winners), f"the settings assign this code to several apps: {_names(winners)}")
    if here and credential == UNKNOWN_CREDENTIAL:
        candidates = tuple(app for _, app in here)
        return Undecided(
            candidates,
            f"the settings assign code to {_names(candidates)} by credential, and the credential here is not known",
        )
    return None


def _paths_above(app: App, path: str) -> list[str] | None:
    """Give the app's paths that `path` is in; None if it has some and they do not hold it."""
    folders = [folder for folder in app.paths if is_inside(path, folder) or is_matched(path, folder)]
    return None if app.paths and not folders else folders


def _has_credential(app: App, credential: str) -> bool:
    return not app.credentials or credential in app.credentials


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


def _gap_order(gap: Gap) -> tuple[object, ...]:
    return (gap.span, gap.kind, gap.system, gap.reason)
