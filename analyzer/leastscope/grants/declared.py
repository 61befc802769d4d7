"""What reading the declarations of a scan gives: apps with their grants, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from leastscope.model import App, Gap, InputError, Level, Span, Step


def _nothing(_: Iterable[str]) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A system's permissions.

    resolve    the canonical name of a valid spelling
    nearest    a guess at a name
    variants   spellings that count as another one
    elsewhere  names of other vocabularies, with why they are none of this one
    covered    all that the holder of some names may do
    prefix     what may stand before every name, or ""
    """

    resolve: Callable[[str], str | None]
    nearest: Callable[[str], str | None]
    variants: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    covered: Callable[[Iterable[str]], frozenset[str]] = _nothing
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """Something wrong with a grant that holds whatever the code does.

    `kind` is the name of a finding kind, `level` another level than that of the kind, `advice` what to do where there is
    more to say than the kind says.
    """

    kind: str
    permission: str
    span: Span
    message: str
    related: tuple[Step, ...] = ()
    app: str = ""
    system: str = ""
    level: Level | None = None
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything that is declared.

    An app that could not be read is missing here and has an error instead; one whose token request could not be told
    has a gap.
    """

    apps: tuple[App, ...] = ()
    observations: tuple[Observation, ...] = ()
    errors: tuple[InputError, ...] = ()
    gaps: tuple[Gap, ...] = ()
