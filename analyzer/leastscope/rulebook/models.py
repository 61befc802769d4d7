"""Models of libraries that a project adds in its settings: of wrappers and frameworks that are not in its tree.

The models have the same form as in rule packs (docs/contributing/packs.md). As for the settings, a wrong model is refused
with every error at its place.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

import msgspec

from leastscope.document import MAX_BYTES, Fields, Problems, nearest, read_yaml, show
from leastscope.errors import UsageError
from leastscope.model import InputError
from leastscope.rulebook.rows import strings, unknown
from leastscope.rulebook.sdk import LIBRARY_KEYS, read_library

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from leastscope.library import Library
    from leastscope.rulebook.pack import Pack
    from leastscope.settings import ModelFile, Settings

_RELEASE = "0"
"""The one release of a model that names none."""


def read_models(settings: Settings, cwd: Path, packs: Mapping[str, Pack]) -> tuple[Library, ...]:
    """Read the models that the settings name; raises UsageError with every error in any of them."""
    problems = Problems()
    folder = cwd / settings.folder
    taken = {module: system for system, pack in packs.items() for one in pack.libraries for module in one.modules}
    found: list[Library] = []
    for model in settings.models:
        data = _bytes(model, folder, problems)
        path = posixpath.normpath(posixpath.join(settings.folder, model.path))
        library = _read(path, data, packs, taken, problems) if data is not None else None
        if library is not None:
            taken.update(dict.fromkeys(library.modules, path))
            found.append(library)
    if problems:
        raise UsageError(problems.lines())
    return tuple(found)


def _bytes(model: ModelFile, folder: Path, problems: Problems) -> bytes | None:
    """Read a file inside the folder of the settings, whatever links say; None where that is not possible, which is noted."""
    reason = "which is no file in the folder of the settings"
    try:
        target = (folder / model.path).resolve(strict=True)
        if target.is_file() and target.is_relative_to(folder.resolve()):
            with target.open("rb") as file:
                return file.read(MAX_BYTES + 1)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links is a RuntimeError, a null byte a ValueError
        reason = f"which cannot be read ({type(error).__name__})"
    problems.add(model.span, f"expected the path of a model, found {show(model.path)}, {reason}")
    return None


def _read(
    path: str, data: bytes, packs: Mapping[str, Pack], taken: Mapping[str, str], problems: Problems
) -> Library | None:
    """Read one model; it has the name of its file where it names no distribution."""
    node = read_yaml(path, data)
    if isinstance(node, InputError):
        problems.add(node.span, node.message)
        return None
    fields = Fields(node, LIBRARY_KEYS, problems)
    system = fields.text("system")
    if system and system not in packs:
        near = nearest(system, packs)
        hint = f"; did you mean {show(near)}?" if near else f"; there are: {', '.join(sorted(packs))}"
        problems.add(fields.place_of("system"), f"expected a system, found {show(system)}{hint}")
    servers = packs[system].operations.servers if system in packs else {}
    library = read_library(fields, servers, (_RELEASE,))
    _check_modules(fields, library, taken, problems)
    return msgspec.structs.replace(library, distribution=library.distribution or path)


def _check_modules(fields: Fields, library: Library, taken: Mapping[str, str], problems: Problems) -> None:
    """Note modules that cannot be reached: none at all, those of another model, and names that lie in no module."""
    if not library.modules:
        problems.add(fields.span, "expected the key 'modules' with the names that are imported")
    for leaf, module in strings(fields, "modules"):
        if not module.isidentifier():
            problems.add(leaf.span, f"expected the first part of what is imported, found {show(module)}")
        elif module in taken:
            problems.add(leaf.span, f"expected a module without a model, found {show(module)}, which has one already")
    types = fields.node_of("types")
    for name, kind in library.names.items():
        if types is not None and name.partition(".")[0] not in library.modules:
            unknown(problems, types, f"module of type {show(kind)}", name.partition(".")[0], library.modules)


def trigger_words(models: Iterable[Library]) -> frozenset[str]:
    """Give the lower-case words that make a file worth reading because it may import a modeled library."""
    return frozenset(module.lower() for model in models for module in model.modules)
