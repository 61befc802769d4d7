"""Holds the names of grants against a vocabulary: unknown, badly written, several in one string, listed twice.

Where it is clear what a badly written name means, the grant counts as that, so that one mistake gives one finding.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from leastscope.document import show
from leastscope.grants.declared import Observation
from leastscope.model import Grant, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.grants.declared import Vocabulary

_BETWEEN_NAMES = re.compile(r"[\s,;|]+")
_MAX_NAMES = 20
_MAX_LENGTH = 2000


def check_names(grants: Iterable[Grant], vocabulary: Vocabulary) -> tuple[tuple[Grant, ...], tuple[Observation, ...]]:
    """Check one list of grants; give them with the names they mean, and what is wrong with them."""
    meant: list[Grant] = []
    observations: list[Observation] = []
    first: dict[str, Grant] = {}
    for grant in grants:
        names = _meaning(grant.name, vocabulary)
        if grant.name in vocabulary.variants:
            observations.append(_variant(grant, vocabulary.variants[grant.name]))
        elif names != (grant.name,):
            observations.append(_bad_name(grant, names, vocabulary))
        again = [name for name in names if (vocabulary.resolve(name) or name) in first]
        if again:
            observations.append(_duplicate(grant, again[0], first[vocabulary.resolve(again[0]) or again[0]]))
        first.update({vocabulary.resolve(name) or name: grant for name in names if name not in again})
        meant.extend(replace(grant, name=name) for name in names or (grant.name,))
    return tuple(meant), tuple(observations)


def _meaning(written: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give the permissions a string can only mean: itself if it is valid, none if it means nothing."""
    if vocabulary.resolve(written) is not None:
        return (written,)
    parts = _BETWEEN_NAMES.split(written[:_MAX_LENGTH].strip(), _MAX_NAMES)
    for candidates in (parts, ["_".join(parts)]):
        names = [vocabulary.resolve(part.lower().replace("-", "_")) for part in candidates if part]
        if names and None not in names:
            return tuple(dict.fromkeys(name for name in names if name))
    return ()


def _bad_name(grant: Grant, names: tuple[str, ...], vocabulary: Vocabulary) -> Observation:
    listed = " and ".join(show(name) for name in names)
    if len(names) > 1:
        message = f"{show(grant.name)} holds {len(names)} names; list {listed} one by one"
    elif names:
        message = f"{show(grant.name)} is not how the permission is written; write {listed}"
    elif grant.name in vocabulary.elsewhere:
        message = f"{show(grant.name)} is no permission here: {vocabulary.elsewhere[grant.name]}"
    else:
        return _unknown(grant, vocabulary)
    return Observation("unknown-grant", grant.name, grant.span, message)


def _unknown(grant: Grant, vocabulary: Vocabulary) -> Observation:
    """Say that a name is no permission, with the nearest one as the user would write it."""
    near = vocabulary.nearest(grant.name[:80])
    if near is None:
        advice = "Remove it, or write the name of a permission that exists."
        return Observation(
            "unknown-grant", grant.name, grant.span, f"{show(grant.name)} is no permission", advice=advice
        )
    prefix = vocabulary.prefix if vocabulary.prefix and grant.name.startswith(vocabulary.prefix) else ""
    message = f"{show(grant.name)} is no permission; did you mean {show(prefix + near)}?"
    return Observation("unknown-grant", grant.name, grant.span, message)


def _variant(grant: Grant, meant: str) -> Observation:
    message = f"{show(grant.name)} is another spelling of {show(meant)}, and counts as it"
    advice = "Write the one that the registration of the client shows."
    return Observation("unknown-grant", meant, grant.span, message, level="note", advice=advice)


def _duplicate(grant: Grant, name: str, first: Grant) -> Observation:
    where = f"{first.span.path}:{first.span.line}"
    message = f"{show(name)} is granted twice; it stands at {where} already"
    return Observation("duplicate-grant", name, grant.span, message, (Step(first.span, "granted here first"),))
