"""Writes the names of permissions in findings as the user writes them: with the prefix, where their grants have it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leastscope.model import App, Finding, Step
    from leastscope.rulebook.permissions import Vocabulary

_QUOTED = re.compile(r"'([\w.:-]{1,200})'")


def as_written(findings: Iterable[Finding], app: App, vocabulary: Vocabulary) -> list[Finding]:
    """Give the findings of an app with the names of permissions in all their texts as its grants are written.

    The fields `permission` and `any_of` keep the names of the vocabulary, by which findings are compared.
    """
    names = _names(app, vocabulary)
    return [_renamed(finding, names) for finding in findings] if names else list(findings)


def _names(app: App, vocabulary: Vocabulary) -> Mapping[str, str]:
    """Give how each permission is written; nothing if no grant is written with the prefix."""
    if not vocabulary.prefix or not any(grant.name.startswith(vocabulary.prefix) for grant in app.grants):
        return {}
    written = {meant: grant.name for grant in app.grants if (meant := vocabulary.resolve(grant.name))}
    return {name: written.get(name, f"{vocabulary.prefix}{name}") for name in vocabulary.permissions}


def _renamed(finding: Finding, names: Mapping[str, str]) -> Finding:
    def text(said: str) -> str:
        return _QUOTED.sub(lambda match: f"'{names.get(match[1], match[1])}'", said)

    def steps(some: Iterable[Step]) -> tuple[Step, ...]:
        return tuple(replace(step, note=text(step.note)) for step in some)

    return replace(
        finding,
        message=text(finding.message),
        advice=text(finding.advice),
        evidence=steps(finding.evidence),
        related=steps(finding.related),
    )
