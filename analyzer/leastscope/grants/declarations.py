"""Where grants are written, as a rule pack says it: read from `declarations.yaml`, validated, made into types.

The format is described by example in the packs themselves. All the errors of a file are reported at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from leastscope.document import Fields, MapNode, Node, Problems, nearest, read_yaml, show, show_error
from leastscope.errors import RulePackError
from leastscope.model import Bound, Cost, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


WriteImpliesRead = Literal["documented", "assumed", "no"]
Place = tuple[str, ...]
Way = Literal["list", "manifest", "settings", "scope"]

_BOUND = ("all", "connected", "token", "keyless")
_IMPLIES = ("documented", "assumed", "no")
_TOP_KEYS = (
    *("system", "sources", "source", "access", "settings", "manifests", "unread_files"),
    *("token_requests", "scope_settings", "costs", "written", "advice", "nouns"),
)
_PLACE = re.compile(r"[A-Za-z_][\w-]*(?:\[\])*(?:\.[A-Za-z_][\w-]*(?:\[\])*)*")
_MANIFEST_KEYS = (
    *("kind", "files", "local", "extends", "id", "name"),
    *("permissions", "item", "access", "unread", "source"),
)
_WILD = re.compile(r"[*?]|\[[^\]\[]*\]")
_TOKEN_KEYS = (
    *("kind", "title", "access", "scope", "separators", "default"),
    *("only", "never", "narrows", "anywhere", "signed", "source"),
)
_COST_KEYS = ("text", "where", "source")
_WAYS = ("list", "manifest", "settings", "scope")
_ADVICE_KEYS = ("own_account", "undeclared", "source")
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Access:
    """One way an app may call the API, and what its grants then bind."""

    value: str
    bound: Bound
    write_implies_read: WriteImpliesRead


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """Places that show code which is not read, and what to say of it."""

    places: tuple[Place, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class ManifestFormat:
    """One format of manifest: which files, and the place of everything in them.

    `purpose_key` is empty where the format has none. `local` names files that count only if they have permissions or
    extend another. `rank` orders formats: of two manifests of one app the lower counts.
    """

    name: str
    rank: int
    kind: str
    files: tuple[str, ...]
    local: tuple[str, ...]
    extends: Place
    identity: tuple[Place, ...]
    permissions: tuple[Place, ...]
    permission_key: str
    purpose_key: str
    access_place: Place
    access_default: str
    unread: tuple[UnreadRow, ...]

    @property
    def keys(self) -> frozenset[str]:
        """The keys that lead to everything which is read of a manifest."""
        places = (*self.permissions, self.extends, *self.identity, self.access_place)
        return frozenset(
            key for place in (*places, *(one for row in self.unread for one in row.places)) for key in place
        )

    def is_main(self, file_name: str) -> bool:
        """Whether a file of this name is a manifest whatever is in it."""
        return any(fnmatchcase(file_name, pattern) for pattern in self.files)


@dataclass(frozen=True, slots=True)
class TokenForm:
    """One kind of request for a token.

    kind, title  what an app is that asks in this way, and what it is called where nothing names it
    access       what the grants bind
    scope        the parameters that hold the names
    separators   the characters between names
    default      what is asked for where no parameter holds names
    only         parameters and the values they need for the request to be of this kind
    never        parameters and the values with which the request is of no kind
    narrows      the kind of request of which it may only ask for a part, or ""
    signed       it is no request: the scopes stand in a text that is hashed
    anywhere     the parameters by which its path is known on any host; empty: only the hosts of the operation count
    """

    name: str
    kind: str
    title: str
    access: Access | None
    scope: tuple[str, ...]
    separators: str
    default: tuple[str, ...]
    only: tuple[tuple[str, str], ...]
    narrows: str
    anywhere: tuple[str, ...]
    signed: bool = False
    never: tuple[tuple[str, str], ...] = ()

    def names_in(self, text: str) -> tuple[str, ...]:
        """Give the names in the text of a scope."""
        for separator in self.separators:
            text = text.replace(separator, " ")
        return tuple(text.split())


@dataclass(frozen=True, slots=True)
class ScopeSettings:
    """Keys of configuration files under which scopes are written, and the kind of request they are for.

    `keys` are patterns in which `*` stands for any characters; case does not matter. `shape` is the pattern of a name.
    `assigned` are patterns of what Python modules of settings assign, in which case does matter.
    """

    form: str
    keys: tuple[str, ...]
    shape: str
    assigned: tuple[str, ...] = ()

    def is_key(self, key: str) -> bool:
        """Whether scopes stand under this key."""
        return any(fnmatchcase(key.lower(), pattern.lower()) for pattern in self.keys)

    def is_assigned(self, name: str) -> bool:
        """Whether what a module assigns to this name (with the keys of dicts behind it) are scopes."""
        return any(fnmatchcase(name, pattern) for pattern in self.assigned)

    def with_keys(self, more: Iterable[str]) -> ScopeSettings:
        """Give the same with further keys, which modules may assign as well."""
        keys, names = (tuple(dict.fromkeys((*known, *more))) for known in (self.keys, self.assigned))
        return replace(self, keys=keys, assigned=names)

    def is_named_in(self, text: str) -> bool:
        """Whether a text can hold such a key at all: the words of some pattern stand in it."""
        lowered = text.lower()
        return any(all(word in lowered for word in _WILD.split(pattern.lower())) for pattern in self.keys)


@dataclass(frozen=True, slots=True)
class Written:
    """One way to write the permissions that code needs, by the name that a user gives.

    way     a `list` for a person, a `manifest`, an app in the `settings`, or the `scope` of a token request
    of      the format of manifest, the kind in the settings or the kind of token request
    kind    what an app is that is declared in this way
    access  what the permissions bind there
    """

    name: str
    way: Way
    of: str
    kind: str
    access: Access


@dataclass(frozen=True, slots=True)
class Advice:
    """What to say of calls that no grant of an app binds, as sentences, or nothing.

    own_account  of calls that use the developer's own key on the developer's own account
    undeclared   of calls where nothing declares a grant
    """

    own_account: str = ""
    undeclared: str = ""


@dataclass(frozen=True, slots=True)
class Declarations:
    """Where the grants of one system are written; `settings` gives the access for each kind of app in the settings.

    `costs` say what it takes to add a permission, for each kind of app of which that is known. `written` are the ways to
    write a set of permissions; the first is for code whose grants nothing declares. `nouns` are what apps of a kind are
    called, if not `app`. A file in another
    language that has one of `browser_marks` and none of `server_marks` runs in a browser, where no grant can be used.
    """

    system: str
    access: tuple[Access, ...]
    settings: tuple[tuple[str, str], ...]
    formats: tuple[ManifestFormat, ...]
    unread_suffixes: tuple[str, ...]
    unread_reason: str
    browser_marks: tuple[str, ...]
    server_marks: tuple[str, ...]
    tokens: tuple[TokenForm, ...] = ()
    scopes: ScopeSettings | None = None
    costs: tuple[Cost, ...] = ()
    written: tuple[Written, ...] = ()
    advice: Advice = Advice()
    nouns: tuple[tuple[str, str], ...] = ()

    @property
    def declared_by(self) -> tuple[str, ...]:
        """What can declare the grants of an app, in words."""
        words = {"manifest": self.formats, "settings": self.settings, "token request": self.tokens}
        return tuple(word for word, rows in words.items() if rows)

    @property
    def parameters(self) -> frozenset[str]:
        """The parameters of token requests whose values matter."""
        named = (
            name
            for form in self.tokens
            for name in (*form.scope, *form.anywhere, *(key for key, _ in form.only + form.never))
        )
        return frozenset(named)

    def written_as(self, name: str) -> Written | None:
        """Give a way to write permissions by its name."""
        return next((row for row in self.written if row.name == name), None)

    @property
    def settings_row(self) -> Written | None:
        """The way to write permissions into the settings."""
        return next((row for row in self.written if row.way == "settings"), None)

    def token_form(self, name: str) -> TokenForm | None:
        """Give a kind of token request by its name."""
        return next((form for form in self.tokens if form.name == name), None)

    def format_of(self, file_name: str) -> ManifestFormat | None:
        """Give the format of a manifest by the name of its file; None where it is no manifest."""
        for form in self.formats:
            if any(fnmatchcase(file_name, pattern) for pattern in form.files + form.local):
                return form
        return None

    def noun(self, kind: str) -> str:
        """Give what an app of a kind is called."""
        return dict(self.nouns).get(kind, "app")

    def changed_in(self, kind: str) -> str:
        """Give the place in which the grants of a kind of app are changed, if what is declared only repeats them."""
        return next((cost.where for cost in self.costs if cost.kind == kind), "")

    def access_of(self, value: str) -> Access | None:
        """Give an access by its value in a manifest."""
        return next((access for access in self.access if access.value == value), None)


def read_declarations(path: str, data: bytes) -> Declarations:
    """Read and validate a `declarations.yaml`; raises RulePackError with every error, each as `file:line:column`."""
    node = read_yaml(path, data)
    if isinstance(node, InputError):
        raise RulePackError(show_error(node))
    problems = Problems()
    declarations = _Reader(problems).declarations(node)
    if problems:
        raise RulePackError(problems.lines())
    return declarations


def check_declares(
    declarations: Mapping[str, Declarations], operations: Mapping[str, Iterable[tuple[str, str]]]
) -> None:
    """Refuse operations that declare a request for a token which no pack has; raises RulePackError with each of them.

    `operations` are, for each system, verb and path of an operation with what it declares: `form`, or `system/form`.
    """
    known = {f"{system}/{form.name}" for system, one in declarations.items() for form in one.tokens}
    problems = []
    for system, rows in sorted(operations.items()):
        for label, declares in rows:
            wanted = declares if "/" in declares else f"{system}/{declares}"
            if wanted not in known:
                near = nearest(wanted, known)
                hint = f"; did you mean {show(near)}?" if near else ""
                problems.append(f"{system}/operations.yaml: {label} declares {show(wanted)}, which no pack has{hint}")
    if problems:
        raise RulePackError("\n".join(problems))


class _Reader:
    """Reads the rows; `sources` and `accesses` are the ids that rows may name."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.sources: dict[str, str] = {}
        self.accesses: tuple[str, ...] = ()

    def declarations(self, node: Node) -> Declarations:
        top = Fields(node, _TOP_KEYS, self.problems)
        self.sources = dict(self.rows(top, "sources", self.source))
        self.check_source(top, required=True)
        access = self.rows(top, "access", self.access)
        self.accesses = tuple(name for name, _ in access)
        settings = self.table(top, "settings")
        formats = self.rows(top, "manifests", self.manifest)
        unread = top.node_of("unread_files")
        files = Fields(unread or _empty(top), ("suffixes", "reason", "browser", "server"), self.problems)
        by_value = {row.value: row for _, row in access}
        forms = self.table(top, "token_requests").names
        tokens = self.rows(top, "token_requests", lambda name, node: self.token(name, node, by_value, forms))
        scopes = top.node_of("scope_settings")
        system = top.text("system")
        kinds = {*settings.names, *(form.kind for _, form in formats), *(form.kind for _, form in tokens)} - {""}
        accesses_by_kind = {kind: by_value.get(settings.choice(kind, self.accesses)) for kind in settings.names}
        known: dict[str, Mapping[str, tuple[str, Access | None]]] = {
            "manifest": {name: (form.kind, by_value.get(form.access_default)) for name, form in formats},
            "scope": {name: (form.kind, form.access) for name, form in tokens if form.access},
            "settings": {kind: (kind, access) for kind, access in accesses_by_kind.items()},
        }
        known["list"] = known["settings"]
        return Declarations(
            system=system,
            access=tuple(row for _, row in access),
            settings=tuple((kind, access.value) for kind, access in accesses_by_kind.items() if access),
            formats=tuple(replace(form, rank=rank) for rank, (_, form) in enumerate(formats)),
            unread_suffixes=files.texts("suffixes"),
            unread_reason=files.text("reason", None if unread else ""),
            browser_marks=files.texts("browser"),
            server_marks=files.texts("server"),
            tokens=tuple(row for _, row in tokens),
            scopes=self.scopes(scopes, [name for name, _ in tokens]) if scopes else None,
            costs=self.costs(top, system, sorted(kinds)),
            written=tuple(
                row
                for name, node in self.rows(top, "written", lambda _, node: node)
                if (row := self.written(name, node, known, by_value))
            ),
            advice=self.advice(Fields(top.node_of("advice") or _empty(top), _ADVICE_KEYS, self.problems)),
            nouns=self.nouns(top, sorted(kinds)),
        )

    def advice(self, row: Fields) -> Advice:
        self.check_source(row)
        return Advice(row.text("own_account", ""), row.text("undeclared", ""))

    def nouns(self, top: Fields, kinds: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """Give what apps of a kind are called; `kinds` are those there are."""
        table = Fields(top.node_of("nouns") or _empty(top), kinds, self.problems, "a table of kinds of apps")
        return tuple((kind, table.text(kind)) for kind in table.names)

    def costs(self, top: Fields, system: str, kinds: Sequence[str]) -> tuple[Cost, ...]:
        """Give what an added permission costs, by kind of app; `kinds` are those there are."""
        table = Fields(top.node_of("costs") or _empty(top), kinds, self.problems, "a table of kinds of apps")
        rows = [(kind, Fields(table.node_of(kind) or table.node, _COST_KEYS, self.problems)) for kind in table.names]
        return tuple(
            Cost(
                *(system, kind, row.text("text")),
                self.sources.get(row.choice("source", tuple(self.sources)), ""),
                row.text("where", ""),
            )
            for kind, row in rows
        )

    def written(
        self,
        name: str,
        node: Node,
        known: Mapping[str, Mapping[str, tuple[str, Access | None]]],
        by_value: Mapping[str, Access],
    ) -> Written | None:
        """Read a way to write permissions; `known` has what each way may be of, with its kind and its access."""
        row = Fields(node, ("way", "of", "access"), self.problems)
        way = row.choice("way", _WAYS)
        of = row.choice("of", tuple(known.get(way, {})))
        kind, access = known.get(way, {}).get(of, ("", None))
        access = by_value.get(row.choice("access", self.accesses, "")) or access
        return Written(name, cast("Way", way), of, kind, access) if access else None

    def table(self, top: Fields, key: str) -> Fields:
        """Give an object whose keys are names; empty where it is missing."""
        return Fields(top.node_of(key) or _empty(top), None, self.problems, "a table of named rows")

    def rows(self, top: Fields, key: str, read: Callable[[str, Node], _Row]) -> list[tuple[str, _Row]]:
        table = self.table(top, key)
        return [(name, read(name, table.node_of(name) or table.node)) for name in table.names]

    def source(self, _: str, node: Node) -> str:
        row = Fields(node, ("url", "read", "note"), self.problems)
        row.text("note", "")
        row.text("read")
        return row.text("url")

    def check_source(self, row: Fields, *, required: bool = False) -> None:
        """Note a `source` that names none of the sources."""
        if required or row.node_of("source"):
            row.choice("source", tuple(self.sources))

    def access(self, value: str, node: Node) -> Access:
        row = Fields(node, ("bound", "write_implies_read", "source"), self.problems)
        self.check_source(row)
        bound, implies = row.choice("bound", _BOUND), row.choice("write_implies_read", _IMPLIES)
        return Access(value, cast("Bound", bound), cast("WriteImpliesRead", implies))

    def manifest(self, name: str, node: Node) -> ManifestFormat:
        row = Fields(node, _MANIFEST_KEYS, self.problems)
        self.check_source(row)
        item = Fields(row.node_of("item") or _empty(row), ("permission", "purpose"), self.problems)
        access = Fields(row.node_of("access") or _empty(row), ("place", "default"), self.problems)
        identity = (self.place(row, "id"), self.place(row, "name"))
        return ManifestFormat(
            name=name,
            rank=0,
            kind=row.text("kind"),
            files=row.texts("files", required=True),
            local=row.texts("local"),
            extends=self.place(row, "extends"),
            identity=tuple(place for place in identity if place),
            permissions=self.places(row, "permissions"),
            permission_key=item.text("permission"),
            purpose_key=item.text("purpose", ""),
            access_place=self.place(access, "place"),
            access_default=access.choice("default", self.accesses),
            unread=tuple(self.unread(part) for part in row.nodes("unread")),
        )

    def token(self, name: str, node: Node, access: Mapping[str, Access], forms: Sequence[str]) -> TokenForm:
        row = Fields(node, _TOKEN_KEYS, self.problems)
        self.check_source(row)
        narrows = row.choice("narrows", [form for form in forms if form != name], "")
        only = Fields(row.node_of("only") or _empty(row), None, self.problems)
        never = Fields(row.node_of("never") or _empty(row), None, self.problems)
        return TokenForm(
            name=name,
            kind=row.text("kind", "" if narrows else None),
            title=row.text("title", "" if narrows else None),
            access=None if narrows else access.get(row.choice("access", self.accesses)),
            scope=row.texts("scope", required=True),
            separators=row.text("separators", " "),
            default=row.texts("default"),
            only=tuple((key, only.text(key)) for key in only.names),
            narrows=narrows,
            anywhere=row.texts("anywhere"),
            signed=row.flag("signed", default=False),
            never=tuple((key, never.text(key)) for key in never.names),
        )

    def scopes(self, node: Node, forms: Sequence[str]) -> ScopeSettings:
        row = Fields(node, ("form", "keys", "shape", "assigned"), self.problems)
        shape = row.text("shape")
        try:
            re.compile(shape)
        except re.error as error:
            self.problems.add(row.place_of("shape"), f"expected a regular expression, found {show(shape)}: {error}")
        keys, assigned = row.texts("keys", required=True), row.texts("assigned")
        return ScopeSettings(row.choice("form", tuple(forms)), keys, shape, assigned)

    def unread(self, node: Node) -> UnreadRow:
        row = Fields(node, ("places", "reason", "source"), self.problems)
        self.check_source(row)
        return UnreadRow(self.places(row, "places"), row.text("reason"))

    def places(self, row: Fields, key: str) -> tuple[Place, ...]:
        texts, nodes = row.texts(key, required=True), row.nodes(key)
        return tuple(self.parsed(text, node) for text, node in zip(texts, nodes, strict=True))

    def place(self, row: Fields, key: str) -> Place:
        """Give one place; empty where the key is absent."""
        text = row.text(key, "")
        return self.parsed(text, row.node_of(key) or row.node) if text else ()

    def parsed(self, text: str, node: Node) -> Place:
        if text and not _PLACE.fullmatch(text):
            self.problems.add(node.span, f"expected a place such as a.b[].c, found {show(text)}")
        return tuple(text.replace("[]", ".[]").split("."))


def _empty(row: Fields) -> MapNode:
    return MapNode(row.span, ())
