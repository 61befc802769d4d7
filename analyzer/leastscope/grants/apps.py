"""Puts the manifests of a scan together into apps: what extends another manifest belongs to it.

A manifest that extends another adds no grants (no document says how lists would be merged): the base counts, and a list
of its own that differs is reported. The same holds for two manifests of one app in one folder.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leastscope.document import show
from leastscope.grants.declared import Declared, Observation
from leastscope.grants.manifest import Manifest, read_manifest
from leastscope.grants.names import check_names
from leastscope.model import App, InputError, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from leastscope.grants.declarations import Declarations
    from leastscope.grants.declared import Vocabulary

_MAX_CHAIN = 20


def read_apps(
    files: Mapping[str, bytes],
    declarations: Declarations,
    vocabulary: Vocabulary,
    load_other: Callable[[str], bytes | None],
    first: Collection[str] = (),
) -> Declared:
    """Read manifests, given by path, into apps.

    `load_other` gives the bytes of a file by its path, for bases that are not among the files; None where there is no
    such file, or where it may not be read because it lies outside the scanned folders. Of several manifests of an app
    one of those in `first` counts, if there is any.
    """
    shelf = _Shelf(declarations, load_other, dict(files))
    groups: dict[str, list[Manifest]] = defaultdict(list)
    errors: set[InputError] = set()
    for path in sorted(files):
        manifest = shelf.read(path)
        base = shelf.base(manifest) if isinstance(manifest, Manifest) else manifest
        if isinstance(base, InputError):
            errors.add(base)
        elif isinstance(manifest, Manifest) and base:
            groups[base.path].append(manifest)
            errors.update((*base.errors, *manifest.errors))
    heads = [_Group.of(shelf.known(path), members) for path, members in sorted(groups.items())]
    declared = [_app(group, declarations.system, vocabulary) for group in _merged(heads, first)]
    return Declared(
        tuple(sorted((app for app, _ in declared), key=lambda app: (app.root, app.name))),
        tuple(sorted((found for _, some in declared for found in some), key=lambda found: (found.span, found.kind))),
        tuple(sorted(errors, key=lambda error: (error.span, error.message))),
    )


class _Shelf:
    """Reads each manifest once, and finds the one at the end of a chain of bases."""

    def __init__(
        self, declarations: Declarations, load_other: Callable[[str], bytes | None], files: dict[str, bytes]
    ) -> None:
        self._declarations = declarations
        self._load_other = load_other
        self._files = files
        self._read: dict[str, Manifest | InputError | None] = {}

    def read(self, path: str) -> Manifest | InputError | None:
        if path not in self._read:
            data = self._files.get(path)
            if data is None and self._declarations.format_of(posixpath.basename(path)):
                data = self._load_other(path)
            self._read[path] = None if data is None else read_manifest(path, data, self._declarations)
        return self._read[path]

    def known(self, path: str) -> Manifest:
        """Give a manifest that `base` has found."""
        manifest = self._read[path]
        assert isinstance(manifest, Manifest)  # noqa: S101 - the caller got the path from `base`
        return manifest

    def base(self, manifest: Manifest) -> Manifest | InputError:
        """Follow `extends` to the manifest that extends no other; an error stands where the chain breaks."""
        seen = {manifest.path}
        current = manifest
        while current.base:
            written, span = current.base
            path = posixpath.normpath(posixpath.join(posixpath.dirname(current.path), written))
            if path in seen or len(seen) > _MAX_CHAIN:
                return InputError(
                    span, f"expected a manifest that extends no other in the end, found {show(written)} again"
                )
            seen.add(path)
            target = None if posixpath.isabs(written) else self.read(path)
            if target is None:
                return InputError(span, f"expected the path of a manifest in the scanned folder, found {show(written)}")
            if isinstance(target, InputError):
                return target
            current = target
        return current


@dataclass(frozen=True, slots=True)
class _Group:
    """A manifest that counts and the others of the same app."""

    head: Manifest
    others: tuple[Manifest, ...]
    root: str
    name: str

    @classmethod
    def of(cls, head: Manifest, members: Iterable[Manifest]) -> _Group:
        others = tuple(member for member in members if member.path != head.path)
        root = posixpath.dirname(head.path) or "."
        names = [manifest.name for manifest in (head, *others) if manifest.name]
        return cls(head, others, root, names[0] if names else _folder_name(root) or head.form.kind)

    @property
    def order(self) -> tuple[int, str]:
        return (self.head.form.rank, self.head.path)


def _folder_name(root: str) -> str:
    name = posixpath.basename(root)
    return "" if name in (".", "..") else name


def _merged(groups: Sequence[_Group], first: Collection[str]) -> list[_Group]:
    """Make one group of those that are the same app in the same folder: one of `first` counts, else the first format."""
    same: dict[tuple[str, str], list[_Group]] = defaultdict(list)
    for group in sorted(groups, key=lambda group: (group.head.path not in first, group.order)):
        same[group.root, group.name].append(group)
    return [
        replace(first, others=(*first.others, *(m for group in rest for m in (group.head, *group.others))))
        for first, *rest in same.values()
    ]


def _app(group: _Group, system: str, vocabulary: Vocabulary) -> tuple[App, list[Observation]]:
    """Make the app of a group, and say what is wrong with its grants."""
    head = group.head
    checked = [check_names(grants, vocabulary) for grants in head.lists]
    observations = [*head.observations, *(found for _, some in checked for found in some)]
    observations += [found for other in group.others if (found := _mismatch(head, other))]
    app = App(
        name=group.name,
        root=group.root,
        system=system,
        kind=head.form.kind,
        declared_in=(head.path, *(other.path for other in group.others)),
        grants=tuple(grant for grants, _ in checked for grant in grants),
        bound=head.access.bound if head.access else "all",
        write_implies_read=head.access.write_implies_read if head.access else "no",
        unread=tuple(dict.fromkeys(part for manifest in (head, *group.others) for part in manifest.unread)),
        span=head.span,
        access=head.access.value if head.access else "",
    )
    return app, [replace(found, app=app.name, system=system) for found in observations]


def _mismatch(head: Manifest, other: Manifest) -> Observation | None:
    """Say how the permissions of another manifest of the app differ; it need not have any."""
    ours, theirs = _names(head), _names(other)
    if not other.lists or ours == theirs:
        return None
    differing = sorted(ours ^ theirs)
    shown = ", ".join(show(name) for name in differing[:5]) + (", ..." if len(differing) > 5 else "")
    message = f"the permissions differ from those of {head.path}, the manifest that leastscope compares, in {shown}"
    return Observation(
        "scope-mismatch", differing[0], other.span, message, (Step(head.span, "leastscope compares these permissions"),)
    )


def _names(manifest: Manifest) -> set[str]:
    return {grant.name for grants in manifest.lists for grant in grants}
