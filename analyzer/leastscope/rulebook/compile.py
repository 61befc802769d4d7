"""Keeps packs in a compiled form, because reading and checking their YAML costs more than most scans.

A compiled pack stands beside its sources in a wheel, or in the user's cache folder. Its header holds a digest of the
sources and of our own code: one that does not match, or does not decode, is made anew. The types of a library, by far
the largest part, are decoded one by one as somebody asks for them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from leastscope import __version__
from leastscope.functions import FunctionModels
from leastscope.library import LibraryType
from leastscope.rulebook.folders import FUNCTIONS, available_systems, rules_root
from leastscope.rulebook.functions import load_functions
from leastscope.rulebook.load import PACK_FILES, load_pack
from leastscope.rulebook.pack import Pack  # noqa: TC001 - msgspec reads the annotations
from leastscope.store import digest, keep, kept_form, opened, sealed

__all__ = [
    "COMPILED_NAME",
    "FUNCTIONS",
    "available_systems",
    "compiled",
    "compiled_functions",
    "encode",
    "encode_functions",
    "rules_root",
]

COMPILED_NAME = "compiled.msgpack"
_PACKAGE = Path(__file__).resolve().parents[1]


class _Compiled(msgspec.Struct, frozen=True, array_like=True):
    """A pack whose libraries have no types, and the types of each, encoded one by one."""

    pack: Pack
    types: tuple[dict[str, bytes], ...]


_DECODER = msgspec.msgpack.Decoder(_Compiled)
_FUNCTIONS_DECODER = msgspec.msgpack.Decoder(FunctionModels)
_TYPE_DECODER = msgspec.msgpack.Decoder(LibraryType)


class _Types(Mapping[str, LibraryType]):
    """The types of a library, each decoded when it is asked for the first time."""

    def __init__(self, encoded: Mapping[str, bytes]) -> None:
        self._encoded = encoded
        self._decoded: dict[str, LibraryType] = {}

    def __getitem__(self, name: str) -> LibraryType:
        found = self._decoded.get(name)
        if found is None:
            found = self._decoded[name] = _TYPE_DECODER.decode(self._encoded[name])
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._encoded

    def __iter__(self) -> Iterator[str]:
        return iter(self._encoded)

    def __len__(self) -> int:
        return len(self._encoded)


def compiled(folder: Path) -> Pack:
    """Give the pack of a folder, from its compiled form where there is a valid one; keep that form for the next run.

    A form beside the sources counts only for our own packs, for only there it comes from the same hands as our code.
    """
    key = digest(*_sources(folder))
    cached = kept_form(folder)
    ours = folder.resolve().parent == rules_root().resolve()
    for path in (folder / COMPILED_NAME if ours else None, cached):
        pack = _read(path, key) if path else None
        if pack is not None:
            return pack
    pack = load_pack(folder)
    if cached is not None:
        keep(cached, encode(pack, folder))
    return pack


def encode(pack: Pack, folder: Path) -> bytes:
    """Write a pack that was loaded from a folder as the bytes of its compiled form."""
    bare = tuple(msgspec.structs.replace(library, types={}) for library in pack.libraries)
    types = tuple(
        {name: msgspec.msgpack.encode(kind) for name, kind in library.types.items()} for library in pack.libraries
    )
    body = msgspec.msgpack.encode(_Compiled(msgspec.structs.replace(pack, libraries=bare), types))
    return sealed(digest(*_sources(folder)), body)


def compiled_functions() -> FunctionModels:
    """Give the rows of functions that come with us, from their compiled form where there is a valid one; keep that form."""
    folder = rules_root() / FUNCTIONS
    key = digest(*_function_sources(folder))
    cached = kept_form(folder)
    for path in (folder / COMPILED_NAME, cached):
        body = _body(path, key) if path else None
        if body is not None:
            with contextlib.suppress(msgspec.MsgspecError):
                return _FUNCTIONS_DECODER.decode(body)
    rows = load_functions(folder)
    if cached is not None:
        keep(cached, encode_functions(rows, folder))
    return rows


def encode_functions(rows: FunctionModels, folder: Path) -> bytes:
    """Write rows that were loaded from a folder as the bytes of their compiled form."""
    return sealed(digest(*_function_sources(folder)), msgspec.msgpack.encode(rows))


def _function_sources(folder: Path) -> Iterator[bytes]:
    """Give everything the compiled rows depend on: our version and code, and the files with their names."""
    yield __version__.encode()
    code = [_PACKAGE / "functions.py", *(_PACKAGE / "rulebook" / name for name in ("functions.py", "compile.py"))]
    for path in (*code, *sorted(folder.glob("*.yaml"))):
        yield path.name.encode()
        yield path.read_bytes()


def _sources(folder: Path) -> Iterator[bytes]:
    """Give everything a compiled form depends on: our version and code, and the files of the pack with their names."""
    yield __version__.encode()
    code = [_PACKAGE / "library.py", *sorted((_PACKAGE / "rulebook").glob("*.py"))]
    sdk = (f"sdk/{path.name}" for path in sorted((folder / "sdk").glob("*.yaml")))
    for path in (*code, *(folder / name for name in (*PACK_FILES, *sdk))):
        with contextlib.suppress(OSError):
            yield path.name.encode()
            yield path.read_bytes()


def _read(path: Path, key: bytes) -> Pack | None:
    """Read a compiled form; None where it is missing, of other sources, or damaged."""
    body = _body(path, key)
    if body is None:
        return None
    try:
        found = _DECODER.decode(body)
    except msgspec.MsgspecError:
        return None
    libraries = tuple(
        msgspec.structs.replace(library, types=_Types(types))
        for library, types in zip(found.pack.libraries, found.types, strict=True)
    )
    return msgspec.structs.replace(found.pack, libraries=libraries)


def _body(path: Path, key: bytes) -> memoryview | None:
    """Read what a file holds below its header; None where it is missing, of other sources, or damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return opened(key, data)
