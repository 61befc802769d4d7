"""Reads one manifest: bytes in, its grants and what it says of itself out; what a format looks like is data.

It knows neither the vocabulary of permissions nor other files: `apps` puts manifests together.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from leastscope.document import Leaf, ListNode, MapNode, Node, describe, nearest, read_document, show
from leastscope.grants.declared import Observation
from leastscope.model import Grant, InputError, Span, UnreadPart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leastscope.grants.declarations import Access, Declarations, ManifestFormat, Place

MAX_GRANTS = 1000
_MAX_KEYS = 200
_MAX_KEY = 80
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest as it stands in its file.

    `lists` are its lists of grants (an extension has one of its own), `base` is the path it extends as it is written,
    `access` how it may call the API, `errors` what could not be read although the rest could.
    """

    path: str
    form: ManifestFormat
    name: str
    span: Span
    lists: tuple[tuple[Grant, ...], ...]
    access: Access | None
    base: tuple[str, Span] | None
    unread: tuple[UnreadPart, ...]
    observations: tuple[Observation, ...]
    errors: tuple[InputError, ...]


def read_manifest(path: str, data: bytes, declarations: Declarations) -> Manifest | InputError | None:
    """Read a manifest whose grants can be told, or say what is wrong; None where the file is no manifest after all."""
    form = declarations.format_of(posixpath.basename(path))
    if form is None:
        return None
    root = read_document(path, data)
    if isinstance(root, InputError):
        return root
    if not isinstance(root, MapNode):
        return InputError(root.span, f"expected an object, found {describe(root)}")
    misfits: list[InputError] = []
    slips = Slips(form)
    lists = [node for place in form.permissions for node in _find(root, place, misfits, slips)]
    base = _base(root, form, misfits, slips)
    if not lists and base is None and not misfits and not form.is_main(posixpath.basename(path)):
        return None
    misfits += [_not_a_list(node, form) for node in lists if not isinstance(node, ListNode)]
    rows = [_items(node, form) for node in lists if isinstance(node, ListNode)]
    if sum(len(items) for items, _ in rows) > MAX_GRANTS:
        misfits.append(InputError(lists[0].span, f"expected at most {MAX_GRANTS} permissions, found more"))
    if misfits:
        return min(misfits, key=lambda error: error.span)
    access, errors = _access(root, form, declarations, slips)
    observations = [*slips.observations(), *(observation for _, found in rows for observation in found)]
    if not lists and base is None:
        observations.append(_no_permissions(root, form))
    return Manifest(
        path=path,
        form=form,
        name=next(_strings(root, form.identity), ""),
        span=_first_character(lists[0] if lists else root),
        lists=tuple(grants for grants, _ in rows),
        access=access,
        base=base,
        unread=tuple(_unread(root, form)),
        observations=tuple(observations),
        errors=errors,
    )


class Slips:
    """The keys of a manifest that are most likely misspelled: each stands where one that is looked for does not."""

    def __init__(self, form: ManifestFormat) -> None:
        self.known = form.keys
        self.found: dict[Span, tuple[str, str]] = {}

    def value(self, node: MapNode, key: str) -> Node | None:
        """Give the value under a key, or under the one that is meant to be it; that one is noted."""
        value = node.get(key)
        if value is not None:
            return value
        others = {entry.key.lower(): entry for entry in node.entries[:_MAX_KEYS] if entry.key not in self.known}
        close = get_close_matches(key.lower(), sorted(other for other in others if len(other) < _MAX_KEY), 1, _ALIKE)
        if not close or get_close_matches(close[0], sorted(self.known), 1) != [key]:  # another key is meant
            return None
        entry = others[close[0]]
        self.found[entry.key_span] = (entry.key, key)
        return entry.value

    def observations(self) -> Iterator[Observation]:
        """Say of each key which one is meant; the grants below it count."""
        for span, (written, meant) in sorted(self.found.items()):
            message = f"{show(written)} is no key of a manifest; did you mean {show(meant)}?"
            advice = f"Write {show(meant)}. The comparison takes what stands there as if it were written so."
            yield Observation("unknown-grant", "", span, message, level="error", advice=advice)


def _no_permissions(root: MapNode, form: ManifestFormat) -> Observation:
    """Say that a manifest grants nothing because it has no list of permissions at all."""
    key = ".".join(form.permissions[0]).replace(".[]", "[]")
    message = f"the manifest grants nothing: no permissions stand under {show(key)}"
    advice = f"List the permissions that the code needs under {show(key)}, or write an empty list if it needs none."
    return Observation("undeclared-system", "", _first_character(root), message, advice=advice)


def _find(node: Node | None, place: Place, misfits: list[InputError], slips: Slips | None = None) -> Iterator[Node]:
    """Give every value at a place; a value of another shape on the way there is a misfit."""
    if node is None or (isinstance(node, Leaf) and node.value is None):
        return
    if not place:
        yield node
    elif place[0] == "[]" and isinstance(node, ListNode):
        for item in node.items:
            yield from _find(item, place[1:], misfits, slips)
    elif place[0] != "[]" and isinstance(node, MapNode):
        value = slips.value(node, place[0]) if slips else node.get(place[0])
        yield from _find(value, place[1:], misfits, slips)
    else:
        expected = "a list" if place[0] == "[]" else f"an object with the key {show(place[0])}"
        misfits.append(InputError(node.span, f"expected {expected}, found {describe(node)}"))


def _base(root: MapNode, form: ManifestFormat, misfits: list[InputError], slips: Slips) -> tuple[str, Span] | None:
    for node in _find(root, form.extends, misfits, slips) if form.extends else ():
        if isinstance(node, Leaf) and isinstance(node.value, str) and node.value:
            return node.value, node.span
        misfits.append(InputError(node.span, f"expected the path of a manifest, found {describe(node)}"))
    return None


def _not_a_list(node: Node, form: ManifestFormat) -> InputError:
    keys = " and ".join(show(key) for key in (form.permission_key, form.purpose_key) if key)
    return InputError(node.span, f"expected a list of objects with {keys}, found {describe(node)}")


def _items(node: ListNode, form: ManifestFormat) -> tuple[tuple[Grant, ...], list[Observation]]:
    """Read a list of permissions; what is wrong with an item is an observation."""
    read = [_item(item, form) for item in node.items]
    grants = tuple(grant for grant, _ in read if grant)
    return grants, [observation for _, observation in read if observation]


def _item(item: Node, form: ManifestFormat) -> tuple[Grant | None, Observation | None]:
    """Read one item; a bare name is a mistake whose meaning is clear."""
    if not isinstance(item, MapNode):
        grant = Grant(item.value, item.span) if isinstance(item, Leaf) and isinstance(item.value, str) else None
        message = f"expected an object with {show(form.permission_key)}, found {describe(item)}"
        return grant, Observation("unknown-grant", grant.name if grant else "", item.span, message)
    node = item.get(form.permission_key)
    if node is None:
        message = f"expected the key {show(form.permission_key)}, {_found_instead(item, form.permission_key)}"
        return None, Observation("unknown-grant", "", item.span, message)
    if not isinstance(node, Leaf) or not isinstance(node.value, str) or not node.value.strip():
        message = f"expected the name of a permission, found {describe(node)}"
        return None, Observation("unknown-grant", "", node.span, message)
    purpose = item.get(form.purpose_key) if form.purpose_key else None
    text = purpose.value if isinstance(purpose, Leaf) and isinstance(purpose.value, str) else None
    grant = Grant(node.value, node.span, text)
    wanted = form.purpose_key and not (text or "").strip()
    return grant, _missing_purpose(grant, item, form) if wanted else None


def _missing_purpose(grant: Grant, item: MapNode, form: ManifestFormat) -> Observation:
    node = item.get(form.purpose_key)
    found = f"found {describe(node)}" if node else _found_instead(item, form.purpose_key)
    message = f"{show(grant.name)} has no purpose: expected a text under {show(form.purpose_key)}, {found}"
    return Observation("missing-purpose", grant.name, node.span if node else grant.span, message)


def _found_instead(item: MapNode, key: str) -> str:
    near = nearest(key, [entry.key for entry in item.entries if len(entry.key) < 80][:20])
    return f"found {show(near)}" if near else "which is missing"


def _access(
    root: MapNode, form: ManifestFormat, declarations: Declarations, slips: Slips
) -> tuple[Access | None, tuple[InputError, ...]]:
    """Tell how the app may call the API; a value nobody knows counts as the default and is an error."""
    default = declarations.access_of(form.access_default)
    for node in _find(root, form.access_place, [], slips) if form.access_place else ():
        value = node.value if isinstance(node, Leaf) and isinstance(node.value, str) else ""
        access = declarations.access_of(value)
        if access:
            return access, ()
        allowed = [known.value for known in declarations.access]
        near = nearest(value, allowed)
        expected = f"expected {' or '.join(allowed)}, found {describe(node)}"
        return default, (InputError(node.span, expected + (f"; did you mean {show(near)}?" if near else "")),)
    return default, ()


def _strings(root: MapNode, places: tuple[Place, ...]) -> Iterator[str]:
    for place in places:
        for node in _find(root, place, []):
            if isinstance(node, Leaf) and isinstance(node.value, str) and node.value.strip():
                yield node.value.strip()


def _unread(root: MapNode, form: ManifestFormat) -> Iterator[UnreadPart]:
    """Give each kind of code that the manifest shows and nobody reads, at its first place."""
    for row in form.unread:
        spans = [node.span for place in row.places for node in _find(root, place, [])]
        if spans:
            yield UnreadPart(row.reason, min(spans))


def _first_character(node: Node) -> Span:
    """Mark only where a value begins: a finding about the whole of it need not underline it all."""
    span = node.span
    return Span(span.path, span.line, span.column, span.line, span.column + 1)
