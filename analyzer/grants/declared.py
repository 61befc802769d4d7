"""What reading the declarations of a scan gives: apps with their grants, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyzer.model import App, InputError, Span, Step


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A system's permissions: `resolve` gives the canonical name of a valid spelling, `nearest` a guess at a name."""

    resolve: Callable[[str], str | None]
    nearest: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Observation:
    """Something wrong with a grant that holds whatever the code does; `kind` is the name of a finding kind."""

    kind: str
    permission: str
    span: Span
    message: str
    related: tuple[Step, ...] = ()
    app: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything that is declared; an app that could not be read is missing here and has an error instead."""

    apps: tuple[App, ...] = ()
    observations: tuple[Observation, ...] = ()
    errors: tuple[InputError, ...] = ()
