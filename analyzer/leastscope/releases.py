"""Which releases of a client library a piece of code runs with, from the lock and requirement files beside it.

Every file is read for its values only and believed only as far as it parses: what is broken, odd or missing leaves the
release unknown, and then all modeled releases apply. Nothing here raises on bad input.
"""

from __future__ import annotations

import json
import re
import sys
from configparser import Error as ConfigError
from configparser import RawConfigParser
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Declared = Version | SpecifierSet

FILE_PATTERNS = (
    "requirements*.txt",
    "requirements*.in",
    "*requirements.txt",
    "constraints*.txt",
    "requirements/*.txt",
    "requirements/*.in",
    "pyproject.toml",
    "setup.cfg",
    "Pipfile",
    "Pipfile.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "pylock.toml",
)
MAX_TOML_BYTES = 256_000
MAX_REQUIREMENT = 500
# The pattern that reads a line of a configuration file takes the square of the line's length.
MAX_LINE = 1_000
# Reading such a key costs a TOML parser the square of its parts.
_LONG_KEY = re.compile(r"(?:\.[^.\n,]{0,40}){50}")
_LOCK_ENTRY = re.compile(r"^\[\[packages?\]\][ \t]*$", re.MULTILINE)
_LOCK_FIELD = re.compile(r'^(name|version)[ \t]*=[ \t]*"([^"\n]{1,200})"', re.MULTILINE)
_LOCKED, _PINNED, _BOUNDED = 0, 1, 2

_Pair = tuple[str, Declared]


@dataclass(frozen=True, slots=True)
class _Declaration:
    """What one file says of one distribution; `folder` is what it governs, a smaller `rank` is better known."""

    folder: str
    distribution: str
    rank: int
    declared: Declared


@dataclass(frozen=True, slots=True)
class Releases:
    """What the tree declares, per folder."""

    _declarations: tuple[_Declaration, ...] = ()

    def for_file(self, path: str, distribution: str) -> tuple[Declared, ...]:
        """Give what applies to the code at `path`; several where files of one folder differ, none if nothing is known.

        The nearest folder above the code wins; without one, everything the tree says. Within a folder a lock file
        beats a pin, and a pin beats a range. A range gives way to a lock further up that it admits: the member of a
        workspace has the range, and its top the lock.
        """
        name = canonicalize_name(distribution)
        of_it = [one for one in self._declarations if one.distribution == name]
        above = [one for one in of_it if not one.folder or path.startswith(f"{one.folder}/")]
        nearest = max((one.folder for one in above), key=len, default=None)
        found = _best([one for one in above if one.folder == nearest] or of_it)
        locked = _best([one for one in above if one.rank == _LOCKED])
        if nearest is not None and all(_admits(one, lock) for one in found for lock in locked):
            return locked or found
        return found


def declared_releases(files: Iterable[tuple[str, bytes]], distributions: Iterable[str]) -> Releases:
    """Read what the lock and requirement files (path and content) say of the given distributions."""
    wanted = frozenset(canonicalize_name(name) for name in distributions)
    found: set[_Declaration] = set()
    for path, data in files:
        folder, _, name = path.rpartition("/")
        if folder.rpartition("/")[2] == "requirements":
            folder = folder.rpartition("/")[0]
        text = data.decode("utf-8-sig", "replace")
        lowered = text.lower()
        if not any(_mentions(lowered, one) for one in wanted):
            continue
        for raw_name, declared in _reader(name)(text):
            distribution = canonicalize_name(raw_name)
            if distribution in wanted:
                found.add(_Declaration(folder, distribution, _rank(name, declared), declared))
    return Releases(tuple(sorted(found, key=lambda one: (one.folder, one.distribution, one.rank, str(one.declared)))))


def applicable(releases: Sequence[str], declared: Sequence[Declared], current: int = 0) -> tuple[int, int]:
    """Give the first and last index of the modeled `releases` (oldest first) that can be the one in use.

    An exact version stands for the nearest modeled release at or below it in its major version, else the nearest above
    in it; without one in its major version, for both neighbors. A range stands for every release it admits a version
    for. Alternatives are joined; where nothing is known or admitted, all releases apply. Releases before the index
    `current` are only those of code that names such a version, or a range that ends before the others.
    """
    modeled = [Version(release) for release in releases]
    spans: list[tuple[int, int]] = []
    for one in declared:
        versions = [one] if isinstance(one, Version) else _admitted(one, modeled)
        found = [_indexes(modeled, version) for version in versions]
        recent = [span for span in found if span[0] >= current]
        spans.extend(found if isinstance(one, Version) else recent or found)
    if not spans or not modeled:
        return current, max(len(modeled) - 1, 0)
    return min(first for first, _ in spans), max(last for _, last in spans)


def _indexes(modeled: list[Version], version: Version) -> tuple[int, int]:
    same = [index for index, one in enumerate(modeled) if (one.epoch, one.major) == (version.epoch, version.major)]
    if same:
        below = [index for index in same if modeled[index] <= version]
        nearest = below[-1] if below else same[0]
        return nearest, nearest
    after = sum(one <= version for one in modeled)
    return max(after - 1, 0), min(after, len(modeled) - 1)


def _admitted(specifiers: SpecifierSet, modeled: list[Version]) -> list[Version]:
    """Try the versions at which the answer can change: the modeled ones, the ends of their majors, the bounds."""
    candidates = set(modeled)
    for one in modeled:
        candidates |= {Version(f"{one.major}"), Version(f"{one.major}.99999")}
    for specifier in specifiers:
        try:
            bound = Version(specifier.version.removesuffix(".*"))
        except ValueError:
            continue
        candidates |= {bound, Version(f"{bound.base_version}.0.1")}
    return sorted(version for version in candidates if specifiers.contains(version, prereleases=True))


def _best(declarations: list[_Declaration]) -> tuple[Declared, ...]:
    best = min((one.rank for one in declarations), default=_LOCKED)
    return tuple(dict.fromkeys(one.declared for one in declarations if one.rank == best))


def _admits(declared: Declared, locked: Declared) -> bool:
    return (
        isinstance(declared, SpecifierSet)
        and isinstance(locked, Version)
        and declared.contains(locked, prereleases=True)
    )


def _rank(name: str, declared: Declared) -> int:
    if name.endswith(".lock") or name == "pylock.toml":
        return _LOCKED
    return _PINNED if isinstance(declared, Version) else _BOUNDED


def _mentions(lowered: str, distribution: str) -> bool:
    """Whether a parse can be worth its time; only the first part of a name is sought, as what joins them varies."""
    return distribution.partition("-")[0] in lowered


def _reader(name: str) -> Callable[[str], Iterator[_Pair]]:
    readers: dict[str, Callable[[str], Iterator[_Pair]]] = {
        "pyproject.toml": _read_pyproject,
        "setup.cfg": _read_setup,
        "Pipfile": _read_pipfile,
        "Pipfile.lock": _read_pipfile_lock,
        "poetry.lock": _read_lock,
        "uv.lock": _read_lock,
        "pdm.lock": _read_lock,
        "pylock.toml": _read_lock,
    }
    return readers.get(name, _read_requirements)


def _read_requirements(text: str) -> Iterator[_Pair]:
    for line in text.replace("\\\r\n", " ").replace("\\\n", " ").splitlines():
        yield from _requirement(re.split(r"(?:^|\s)(?:#|--)", line, maxsplit=1)[0])


def _read_lock(text: str) -> Iterator[_Pair]:
    """Read the entries of a TOML lock line by line: such files are large, and the two fields are always plain."""
    for entry in _LOCK_ENTRY.split(text)[1:]:
        head = re.split(r"^\[", entry, maxsplit=1, flags=re.MULTILINE)[0]
        fields = dict(_LOCK_FIELD.findall(head))
        if "name" in fields:
            yield from _constraint(fields["name"], fields.get("version"))


def _read_pyproject(text: str) -> Iterator[_Pair]:
    document = _toml(text)
    project = _table(document, "project")
    tool = _table(document, "tool")
    lists = [project.get("dependencies"), *_table(project, "optional-dependencies").values()]
    lists += [*_table(document, "dependency-groups").values(), _table(tool, "uv").get("dev-dependencies")]
    lists += _table(_table(tool, "pdm"), "dev-dependencies").values()
    for requirements in lists:
        for requirement in requirements if isinstance(requirements, list) else ():
            if isinstance(requirement, str):
                yield from _requirement(requirement)
    poetry = _table(tool, "poetry")
    groups = [_table(group, "dependencies") for group in _table(poetry, "group").values()]
    for table in (_table(poetry, "dependencies"), _table(poetry, "dev-dependencies"), *groups):
        yield from _constraints(table)


def _read_pipfile(text: str) -> Iterator[_Pair]:
    document = _toml(text)
    yield from _constraints(_table(document, "packages"))
    yield from _constraints(_table(document, "dev-packages"))


def _read_pipfile_lock(text: str) -> Iterator[_Pair]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    yield from _constraints(_table(document, "default"))
    yield from _constraints(_table(document, "develop"))


def _read_setup(text: str) -> Iterator[_Pair]:
    parser = RawConfigParser(strict=False)
    try:
        parser.read_string("\n".join(line for line in text.splitlines() if len(line) <= MAX_LINE))
    except ConfigError:
        return
    values = [parser.get("options", "install_requires", fallback="")]
    if parser.has_section("options.extras_require"):
        values += [value for _, value in parser.items("options.extras_require")]
    for value in values:
        yield from _read_requirements(value or "")


def _toml(text: str) -> dict[str, object]:
    if len(text) > MAX_TOML_BYTES or _LONG_KEY.search(text):
        return {}
    try:
        document: dict[str, object] = tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}
    return document


def _table(value: object, key: str) -> dict[str, object]:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _requirement(text: str) -> Iterator[_Pair]:
    """Read one requirement as PEP 508 writes it; nothing if it is none."""
    text = text.strip()
    if not text or len(text) > MAX_REQUIREMENT:
        return
    try:
        requirement = Requirement(text)
        yield requirement.name, _exact_or_range(requirement.specifier)
    except ValueError:
        return


def _constraints(table: dict[str, object]) -> Iterator[_Pair]:
    """Read a table from names to constraints; a constraint may be a table with a `version`, or a list of such."""
    for name, value in table.items():
        for one in value if isinstance(value, list) else [value]:
            yield from _constraint(name, one.get("version") if isinstance(one, dict) else one)


def _constraint(name: str, value: object) -> Iterator[_Pair]:
    """Read one constraint in the spelling of any of the tools; without a readable one, every version is admitted."""
    text = value if isinstance(value, str) and len(value) <= MAX_REQUIREMENT else "*"
    for alternative in text.split("||"):
        parts = [part.strip() for part in alternative.split(",")]
        try:
            yield name, _exact_or_range(SpecifierSet(",".join(_specifier(part) for part in parts)))
        except ValueError:
            continue


def _specifier(part: str) -> str:
    """Translate a caret, tilde, star or bare version into the standard spelling: `^7.1` is `>=7.1,<8`."""
    if part in {"", "*"}:
        return ""
    if part[0] in "^~" and not part.startswith("~="):
        version = Version(part[1:].strip())
        release = version.release
        fixed = next((index for index, number in enumerate(release) if number), len(release) - 1)
        keep = fixed if part[0] == "^" else min(1, len(release) - 1)
        upper = ".".join(str(number) for number in (*release[:keep], release[keep] + 1))
        return f">={version},<{upper}"
    return f"=={part}" if part[0].isdigit() else part


def _exact_or_range(specifiers: SpecifierSet) -> Declared:
    only = next(iter(specifiers)) if len(specifiers) == 1 else None
    if only and only.operator in {"==", "==="} and not only.version.endswith(".*"):
        return Version(only.version)
    return specifiers
