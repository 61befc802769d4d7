"""Keeps declarations in a compiled form, as `rulebook.compile` keeps packs: what reads YAML takes long to import.

The form stands in the user's cache folder and counts only for the same file and the same code.
"""

from __future__ import annotations

import contextlib
from functools import cache
from pathlib import Path

import msgspec

from leastscope import __version__
from leastscope.grants.declarations import Declarations, read_declarations
from leastscope.store import digest, keep, kept_form, read_sealed, sealed

_DECODER = msgspec.msgpack.Decoder(Declarations)
_PACKAGE = Path(__file__).resolve().parents[1]


def compiled_declarations(path: Path) -> Declarations:
    """Give the declarations in a file, from their compiled form where there is a valid one; keep that form.

    Raises `OSError` where the file cannot be read, and `RulePackError` for what is wrong in it.
    """
    data = path.read_bytes()
    key = digest(b"declarations", _code(), data)
    place = kept_form(path)
    body = read_sealed(place, key) if place else None
    if body is not None:
        with contextlib.suppress(msgspec.MsgspecError):
            return _DECODER.decode(body)
    found = read_declarations(path.name, data)
    if place is not None:
        keep(place, sealed(key, msgspec.msgpack.encode(found)))
    return found


@cache
def _code() -> bytes:
    """Give a digest of our version and of the code that decides what is read of a file."""
    code = (
        _PACKAGE / "grants" / "declarations.py",
        _PACKAGE / "model.py",
        *sorted((_PACKAGE / "document").glob("*.py")),
    )
    return digest(__version__.encode(), *(path.read_bytes() for path in code))
