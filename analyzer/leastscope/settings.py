"""The settings of a project: `leastscope.yaml`, or the table `[tool.leastscope]` of `pyproject.toml`.

They say what code alone cannot: which code runs under which grants, what is left out, how serious a finding is. The
keys are documented in `docs/settings.md`, with a JSON schema beside it. Settings are refused whole, with every error at
its place; what a system is and which permissions it has is not known here.
"""

from __future__ import annotations

import os
import posixpath
import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

from leastscope.document import MAX_BYTES, Fields, Leaf, Node, Problems, read_toml, read_yaml, show, show_error
from leastscope.errors import UsageError
from leastscope.filenames import MENTION, PROJECT_FILE, SETTINGS_FILES, settings_folders
from leastscope.kinds import FINDING_BY_NAME
from leastscope.model import InputError, Span
from leastscope.regular import read_regular

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SettingsLevel = Literal["error", "warning", "note", "off"]
FailOn = Literal["error", "warning", "note", "never"]

TABLE = ("tool", "leastscope")
SETTINGS_KEYS = ("apps", "models", "scopes", "exclude", "tests", "levels", "fail-on", "baseline", "python")
APP_KEYS = ("name", "system", "manifest", "paths", "credentials", "grants", "unused", "kind")
GRANT_KEYS = ("permission", "reason")
UNUSED_KEYS = ("permission", "reason", "until")
LEVELS = ("error", "warning", "note", "off")
FAIL_ON = ("error", "warning", "note", "never")
DEFAULT_KIND = "app"
MAX_MODELS = 100
_NOTHING_ELSE: Mapping[str, bytes] = MappingProxyType({})
_CREDENTIAL = re.compile(r"(?:env|setting|argument|token):\S+|literal")
_OUTSIDE = re.compile(r"/|[A-Za-z]:|~|\.\.(?:/|$)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class ExtraGrant:
    """A permission that is granted and stands in no manifest, with the reason why it is wanted."""

    permission: str
    reason: str
    span: Span


@dataclass(frozen=True, slots=True)
class UnusedGrant:
    """A permission that nothing in the code needs and that is wanted all the same, with the reason why.

    `until` is the last day on which it is; None where there is none.
    """

    permission: str
    reason: str
    until: date | None
    span: Span


@dataclass(frozen=True, slots=True)
class ModelFile:
    """The model of a library that is not in the tree; `path` is relative to the folder of the settings."""

    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class AppSettings:
    """One app as the settings describe it; `system` and `manifest` are empty where they say nothing of them.

    `manifest` and `paths` are relative to the folder of the settings, in POSIX style, without `..`; `spans` says where
    the values of keys stand, for messages.
    """

    name: str
    system: str
    manifest: str
    paths: tuple[str, ...]
    credentials: tuple[str, ...]
    grants: tuple[ExtraGrant, ...]
    unused: tuple[UnusedGrant, ...]
    kind: str
    span: Span
    spans: tuple[tuple[str, Span], ...] = ()

    def place_of(self, key: str) -> Span:
        """Give the place of a key's value, else of the whole app."""
        return dict(self.spans).get(key, self.span)


@dataclass(frozen=True, slots=True)
class Settings:
    """All the settings of a run; without a file they are the defaults, and `path` is empty.

    `exclude` has patterns relative to `folder`. `scope_keys` are, for each system, further keys of configuration files
    under which scopes stand. `path` is the file they were read from, as messages show it. `tests` counts what only
    tests do as a need of the app. `baseline` is the file with the findings that do not count, relative to `folder`.
    `python` are the rows of functions that are not read, as they stand. `spans` says where the rows of `scope_keys`
    stand, `places` where the keys do.
    """

    path: str = ""
    apps: tuple[AppSettings, ...] = ()
    models: tuple[ModelFile, ...] = ()
    scope_keys: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    tests: bool = False
    levels: tuple[tuple[str, SettingsLevel], ...] = ()
    fail_on: FailOn = "error"
    baseline: str = ""
    python: Node | None = field(default=None, compare=False)
    spans: tuple[tuple[str, Span], ...] = ()
    places: tuple[tuple[str, Span], ...] = field(default=(), compare=False)

    @property
    def folder(self) -> str:
        """The folder that the paths in the settings are relative to, itself relative to the working directory."""
        return posixpath.dirname(self.path)


def load_settings(
    cwd: Path,
    explicit: Path | None = None,
    paths: Sequence[Path] = (),
    home: Path | None = None,
    *,
    instead: Mapping[str, bytes] = _NOTHING_ELSE,
) -> Settings:
    """Load the settings of a run; raises UsageError with every error in them.

    They are those of the file that is named, else of the folder `home` (the working directory, if there is none), else
    of the folder that is scanned, if `paths` is just one. Their paths are shown relative to `cwd`.
    `instead` has the bytes that count in the place of what files hold, by those paths.
    """
    if explicit:
        settings = _read(explicit, _shown(explicit, cwd), instead)
        if settings is None:
            raise UsageError(f"{_shown(explicit, cwd)}: expected the table [{'.'.join(TABLE)}], which is missing")
        return settings
    folders = settings_folders(cwd, paths, home)
    return next((settings for folder in folders if (settings := settings_of(folder, cwd, instead))), Settings())


def settings_of(folder: Path, cwd: Path, instead: Mapping[str, bytes] = _NOTHING_ELSE) -> Settings | None:
    """Load the settings of a folder, if it has any; raises UsageError as `load_settings` does."""
    project = folder / PROJECT_FILE
    there = [file for name in SETTINGS_FILES if os.path.lexists(file := folder / name)]
    there += [project] if project.is_file() or (project.is_symlink() and not project.is_dir()) else []
    found = [one for file in there if (one := _read(file, _shown(file, cwd), instead))]
    if len(found) > 1:
        raise UsageError(f"found settings in both {found[0].path} and {found[1].path}; keep one of them")
    return found[0] if found else None


def parse_settings(path: str, data: bytes) -> Settings | None:
    """Parse a settings file; None for a TOML file that has no settings. Raises UsageError with every error in it."""
    node = read_toml(path, data, TABLE) if path.endswith(".toml") else read_yaml(path, data)
    if node is None:
        return None
    if isinstance(node, InputError):
        raise UsageError(show_error(node))
    problems = Problems()
    settings = _settings(path, node, problems)
    if problems:
        raise UsageError(problems.lines())
    return settings


def _shown(file: Path, cwd: Path) -> str:
    """Give the path of a file as reports show it: relative to the working directory, links in its folder resolved."""
    folder = os.path.realpath(cwd / file.parent)
    with suppress(ValueError):  # where it is on another drive
        folder = os.path.relpath(folder, os.path.realpath(cwd))
    path = posixpath.normpath(posixpath.join(folder.replace(os.sep, "/"), file.name))
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _read(file: Path, path: str, instead: Mapping[str, bytes]) -> Settings | None:
    try:
        data = instead[path] if path in instead else read_regular(file, MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if type(error) is OSError else type(error).__name__
        raise UsageError(f"{path}: cannot be read ({reason})") from None
    if file.name == PROJECT_FILE and MENTION not in data:
        return None
    return parse_settings(path, data)


def _settings(path: str, node: Node, problems: Problems) -> Settings:
    if isinstance(node, Leaf) and node.value is None:
        return Settings(path)
    top = Fields(node, SETTINGS_KEYS, problems, "the settings, an object")
    apps = tuple(_app(item, problems) for item in top.nodes("apps"))
    _refuse_twins(apps, problems)
    scopes = _scopes(top, problems)
    baseline = top.text("baseline", "")
    return Settings(
        path=path,
        apps=apps,
        models=_models(top, problems),
        scope_keys=tuple((system, keys) for system, keys, _ in scopes),
        exclude=top.texts("exclude"),
        tests=top.flag("tests", default=False),
        levels=_levels(top, problems),
        fail_on=cast("FailOn", top.choice("fail-on", FAIL_ON, "error")),
        baseline=_inside(baseline, top.place_of("baseline"), problems) if baseline else "",
        python=top.node_of("python"),
        spans=tuple((system, span) for system, _, span in scopes),
        places=tuple((key, top.place_of(key)) for key in top.names),
    )


def _models(top: Fields, problems: Problems) -> tuple[ModelFile, ...]:
    """Read the paths of models, each once."""
    found: dict[str, ModelFile] = {}
    if len(top.nodes("models")) > MAX_MODELS:
        problems.add(top.place_of("models"), f"expected at most {MAX_MODELS} models, found more")
        return ()
    for path, span in _paths(top, "models", problems):
        if path in found:
            problems.add(span, f"expected every model once, found {show(path)} again (line {found[path].span.line})")
        found.setdefault(path, ModelFile(path, span))
    return tuple(found.values())


def _scopes(top: Fields, problems: Problems) -> tuple[tuple[str, tuple[str, ...], Span], ...]:
    """Read the keys under which scopes stand, with the place of each row, by system."""
    node = top.node_of("scopes")
    if node is None:
        return ()
    rows = Fields(node, None, problems, "an object from systems to lists of keys")
    return tuple((system, rows.texts(system), rows.place_of(system)) for system in sorted(rows.names))


def _app(node: Node, problems: Problems) -> AppSettings:
    row = Fields(node, APP_KEYS, problems, f"an app, an object with the keys {', '.join(APP_KEYS)}")
    manifest = row.text("manifest", "")
    return AppSettings(
        name=row.text("name"),
        system=row.text("system", ""),
        manifest=_inside(manifest, row.place_of("manifest"), problems) if manifest else "",
        paths=tuple(path for path, _ in _paths(row, "paths", problems)),
        credentials=_credentials(row, problems),
        grants=tuple(_grant(item, problems) for item in row.nodes("grants")),
        unused=tuple(_unused(item, problems) for item in row.nodes("unused")),
        kind=row.text("kind", DEFAULT_KIND),
        span=row.place_of("name"),
        spans=tuple((key, row.place_of(key)) for key in row.names),
    )


def _grant(node: Node, problems: Problems) -> ExtraGrant:
    row = Fields(node, GRANT_KEYS, problems, "an object with the keys permission and reason")
    return ExtraGrant(row.text("permission"), row.text("reason"), row.place_of("permission"))


def _unused(node: Node, problems: Problems) -> UnusedGrant:
    row = Fields(node, UNUSED_KEYS, problems, "an object with the keys permission, reason and until")
    until = _day(row, "until", problems)
    return UnusedGrant(row.text("permission"), row.text("reason"), until, row.place_of("permission"))


def _day(row: Fields, key: str, problems: Problems) -> date | None:
    text = row.text(key, "")
    if not text:
        return None
    with suppress(ValueError):
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    problems.add(row.place_of(key), f"expected a day such as 2027-03-31, found {show(text)}")
    return None


def _paths(row: Fields, key: str, problems: Problems) -> tuple[tuple[str, Span], ...]:
    texts, nodes = row.texts(key), row.nodes(key)
    pairs = zip(texts, nodes, strict=True)
    return tuple((_inside(text, node.span, problems), node.span) for text, node in pairs if text)


def _inside(text: str, span: Span, problems: Problems) -> str:
    """Bring a path or glob into its shortest form; one that leaves the folder of the settings is a problem."""
    path = posixpath.normpath(text.strip())
    if "\\" in text or _OUTSIDE.match(text.strip()) or _OUTSIDE.match(path):
        problems.add(span, f"expected a path inside the folder of the settings, with '/', found {show(text)}")
    return path


def _credentials(row: Fields, problems: Problems) -> tuple[str, ...]:
    texts, nodes = row.texts("credentials"), row.nodes("credentials")
    for text, node in zip(texts, nodes, strict=True):
        if text and not _CREDENTIAL.fullmatch(text):
            expected = "env:NAME, setting:NAME, argument:NAME, token:NAME or literal"
            problems.add(node.span, f"expected {expected} (never the key itself), found {_masked(text)}")
    return texts


def _masked(text: str) -> str:
    """Show only the beginning of what may be a secret key."""
    return show(text[:8] + "...") if len(text) > 12 else show(text)


def _levels(top: Fields, problems: Problems) -> tuple[tuple[str, SettingsLevel], ...]:
    node = top.node_of("levels")
    if node is None:
        return ()
    row = Fields(node, FINDING_BY_NAME, problems, "an object from kinds of findings to levels")
    known = sorted(name for name in row.names if name in FINDING_BY_NAME)
    return tuple((name, cast("SettingsLevel", row.choice(name, LEVELS))) for name in known)


def _refuse_twins(apps: tuple[AppSettings, ...], problems: Problems) -> None:
    """Refuse two apps of one name or of one manifest."""
    seen: dict[tuple[str, str], Span] = {}
    for app in apps:
        for key, value in (("name", app.name), ("manifest", app.manifest)):
            first = seen.setdefault((key, value), app.place_of(key))
            if value and first != app.place_of(key):
                problems.add(
                    app.place_of(key), f"expected every {key} once, found {show(value)} again (line {first.line})"
                )
