"""The words every room shares: places, requests, requirements, grants, findings.

Plain frozen values without behavior beyond ordering. This module knows no vendor, no file format and no syntax tree.
Lines and columns are 1-based and count code points; an end column is exclusive (one past the last character).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from leastscope.envelope import LEVELS as LEVELS
from leastscope.envelope import Gap as Gap
from leastscope.envelope import Inventory as Inventory
from leastscope.envelope import Level as Level
from leastscope.envelope import Report as Report
from leastscope.envelope import Span as Span
from leastscope.envelope import Step as Step
from leastscope.envelope import Unread as Unread
from leastscope.envelope import gap_order as gap_order

Certainty = Literal["documented", "inferred"]
FindingCertainty = Literal["certain", "probable", "possible"]
DefinitionKind = Literal["function", "method", "class"]
Resolution = Literal["resolved", "possible", "outside"]
FoundBy = Literal["evaluation", "net", "statement"]
Account = Literal["own", "connected", "unknown"]
Because = Literal["operation", "expand", "event", "parameter", "statement"]
How = Literal["handled", "subscribed"]
Bound = Literal["all", "connected", "token", "keyless"]
Strength = Literal["sure", "possible", "open"]
Scalar = str | int | float | bool | None


def with_article(noun: str) -> str:
    """Write a noun, which may stand in quotes, with its article."""
    return f"{'an' if noun.lstrip(chr(39))[:1].lower() in set('aeiou') else 'a'} {noun}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One known parameter of a request; `key` is dotted, list elements repeat the key.

    `known` is false where the code passes the parameter but its value cannot be told.
    """

    key: str
    value: Scalar
    known: bool
    span: Span


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """One operation that one place of the code can send.

    `path` is a template with named holes. `closed` says that no parameter beyond `parameters` can be present.
    `resolution` says how sure it is: `resolved`, `possible`, or sent only if code `outside` of what was read calls it.
    `credential` is where the key comes from: `env:NAME`, `setting:NAME`, `literal`, `argument:NAME`, `token:NAME` (a
    token of an account, by the name it is read under) or `unknown`.
    `local` says that it goes to the machine itself, where a stand-in of the server answers: it counts as one of tests.
    `found_by` says what found it: the evaluation, which followed a value there, the net, by the text of the call,
    or a statement in a comment.
    """

    span: Span
    system: str
    verb: str
    path: str
    server: str
    resolution: Resolution
    account: Account
    credential: str
    in_tests: bool
    parameters: tuple[Parameter, ...]
    closed: bool
    evidence: tuple[Step, ...]
    found_by: FoundBy = "evaluation"
    local: bool = False


@dataclass(frozen=True, slots=True)
class EventUse:
    """An event type the code handles or subscribes to; `resolution` is that of the request that subscribes."""

    span: Span
    system: str
    event: str
    how: How
    in_tests: bool
    evidence: tuple[Step, ...] = ()
    resolution: Resolution = "resolved"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One *any of* set; all the requirements of a request must be met.

    `any_of` starts with the primary permission. `maybe` holds permissions that are only inferred to satisfy it.
    `strength` says whether the request has it: it is `sure`; it is `possible` because the value that decides is not
    known; or nothing speaks for it, but the parameters are `open`, so that nothing speaks against it. `only` are the
    kinds of apps that have it; empty: all.
    """

    any_of: tuple[str, ...]
    certainty: Certainty
    because: Because
    source: str
    maybe: tuple[str, ...] = ()
    detail: str = ""
    strength: Strength = "sure"
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a request requires of the apps of one kind, where that differs; `kind` is a kind of app or a way of access."""

    kind: str
    covered: bool
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the server is known to refuse the apps of one kind; `kind` is as in `Ruling`.

    `text` says it in a sentence without its capital and its period. `detail` names the part of the request that it is
    about; empty: the whole. `advice` says what to do, where that is not to use another operation or credential.
    """

    kind: str
    text: str
    source: str
    detail: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A request with what it requires; `path` is the rule book's spelling of the operation.

    `covered` is false where no permission of the system covers the operation. `rulings` and `refusals` are what differs
    between the kinds of apps.
    """

    request: ApiRequest
    path: str
    covered: bool
    requirements: tuple[Requirement, ...]
    rulings: tuple[Ruling, ...] = ()
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class EventNeed:
    """An event use with what subscribing to it requires."""

    use: EventUse
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request in which an app asks for its grants, as the code writes it; `form` is a row of the declarations.

    `closed` says that no parameter beyond `parameters` can be present. `credential` is where the client's id comes from.
    """

    span: Span
    system: str
    form: str
    parameters: tuple[Parameter, ...]
    closed: bool
    in_tests: bool
    evidence: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission as it is declared; `name` is the spelling in the file."""

    name: str
    span: Span
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class UnreadPart:
    """A part of an app that may use its grants and that is not read."""

    reason: str
    span: Span


@dataclass(frozen=True, slots=True)
class Expected:
    """A grant that nothing in the code needs and that is wanted all the same, with the reason and the place of that.

    `until` is the last day on which it is wanted (ISO 8601), or empty; `ended` says that this day is over.
    """

    permission: str
    reason: str
    span: Span
    until: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class App:
    """A set of grants and the code that runs under them.

    `root` is the folder the app owns, relative to the working directory. `bound` says which calls the grants bind: `all`,
    those on `connected` accounts, those made with a `token` of such an account, or `keyless` ones, all but those with a
    key. `write_implies_read` is how well that rule is known for this kind.
    `credentials` (when not empty) restricts the app to requests with one of them; `paths` are the folders its code is in.
    `expected` are the grants that nothing in the code needs and that are wanted all the same. `asked_at` are the places
    that name its grants, where they are asked for in requests for tokens. `access` is the way in which it may call the
    API. `changed_in` is where the grants themselves are changed, if what is declared only repeats them.
    `noun` is what an app of this kind is called.
    """

    name: str
    root: str
    system: str
    kind: str
    declared_in: tuple[str, ...]
    grants: tuple[Grant, ...]
    bound: Bound = "all"
    write_implies_read: Literal["documented", "assumed", "no"] = "no"
    unread: tuple[UnreadPart, ...] = ()
    paths: tuple[str, ...] = ()
    credentials: tuple[str, ...] = ()
    span: Span | None = None
    expected: tuple[Expected, ...] = ()
    asked_at: tuple[Span, ...] = ()
    access: str = ""
    changed_in: str = ""
    noun: str = "app"

    @property
    def called(self) -> str:
        """What messages call the app: `restricted key 'billing'`; the name alone where that ends with the noun."""
        return f"'{self.name}'" if self.name.endswith(self.noun) else f"{self.noun} '{self.name}'"

    @property
    def called_first(self) -> str:
        """What messages call the app at the beginning of a sentence."""
        return f"{self.called[:1].upper()}{self.called[1:]}"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A region to be replaced by a text; where the region is empty, the text is put in there."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of files after which a finding is gone: what it does, in a sentence, and its edits.

    The edits are in order, do not overlap and all refer to the files as they are.
    """

    description: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """The function, method or class that a place stands in; `name` has its module in front, with dots."""

    name: str
    kind: DefinitionKind


@dataclass(frozen=True, slots=True)
class Why:
    """What makes a permission necessary at a place: an operation or event, and what that requires."""

    use: str
    requirement: Requirement


@dataclass(frozen=True, slots=True)
class Finding:
    """One judgment, with the place it is about and the evidence a reader can follow line by line.

    `message` says what is wrong and what is not sure about it, `advice` what to do, or nothing; both are sentences.
    `related` are further places of the same finding (other call sites). `suppressed` is the justification of a
    suppression, or None; `suppressed_at` is the place of the comment that does it, None where the settings do. `fix` is
    there where an edit is certain, `inside` where the place stands in a function or a class. `paste` is a text that can be
    pasted into the settings, or empty. `doubt` is the part of the message that says why a grant may be used all the same,
    `why` what needs the permission at its place.
    """

    rule: str
    level: Level
    certainty: FindingCertainty
    app: str
    system: str
    permission: str
    any_of: tuple[str, ...]
    span: Span
    message: str
    evidence: tuple[Step, ...]
    related: tuple[Step, ...] = ()
    fingerprint: str = ""
    suppressed: str | None = None
    advice: str = ""
    suppressed_at: Span | None = None
    fix: Fix | None = None
    inside: Definition | None = None
    paste: str = ""
    doubt: str = ""
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """A place at which the code needs a permission of its app: what it does there, why that needs it, and the way to it.

    `permission` is one of those the app needs; `requirement` is what the operation asks for, which it includes.
    """

    permission: str
    operation: str
    requirement: Requirement
    span: Span
    evidence: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class AppResult:
    """What one app was granted and what its code needs, as sorted names; `uses` say where it needs them.

    Each grant is exactly one of `used`, `excess` (nothing needs it, or another grant includes it, or no permission has
    its name) and `unknown` (what could need it was not read or not told). Each need is either `met` or `missing`.
    `misnamed` are the grants whose name no permission has. `own` are the calls of its code that its grants do not bind,
    because they use the developer's own key on the developer's own account. `unattributed` counts the calls to its
    system that may be of its code and are bound to no app. `raised` are the missing write permissions whose read permission
    is granted, as pairs of the two.
    """

    app: App
    granted: tuple[str, ...]
    needed: tuple[str, ...]
    missing: tuple[str, ...]
    excess: tuple[str, ...]
    unknown: tuple[str, ...]
    uses: tuple[Use, ...] = ()
    misnamed: tuple[str, ...] = ()
    own: tuple[Step, ...] = ()
    unattributed: int = 0
    raised: tuple[tuple[str, str], ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """The grants that the code needs."""
        return tuple(name for name in self.granted if name not in {*self.excess, *self.unknown})

    @property
    def met(self) -> tuple[str, ...]:
        """The needs that the grants meet."""
        return tuple(name for name in self.needed if name not in self.missing)


@dataclass(frozen=True, slots=True)
class LeastSet:
    """The least that an app has to be granted, and what could not be told about that.

    app        the app; without a name and grants where nothing is declared for the system
    way        how `text` is written: a name that the system's declarations give
    text       the permissions, ready to be pasted
    titles     the permissions with what each allows, sorted
    inferred   those of them that no documented requirement asks for
    uses       the places that need them
    possible   the places that may need one more, each with that one
    outside    the places that need one more if code outside of what was read calls them, each with that one
    gaps       what could not be told, and may need more
    """

    app: App
    way: str
    text: str
    titles: tuple[tuple[str, str], ...]
    inferred: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()
    possible: tuple[Use, ...] = ()
    outside: tuple[Use, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The permissions."""
        return tuple(name for name, _ in self.titles)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of an explanation, with its place where it has one; a deeper one belongs to the last one above it."""

    text: str
    span: Span | None = None
    depth: int = 1


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of an explanation."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """What it takes to add a permission to an app of one kind of a system, in words, and where that was read.

    `where` is the place in which its grants are changed, if what is declared only repeats them.
    """

    system: str
    kind: str
    text: str
    source: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class InputError:
    """A file that should have been read and could not be: what is wrong, where, and what to do."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Checkout:
    """The state of a repository that was scanned: the address of the repository, the commit, and the branch or ""."""

    repository: str
    revision: str
    branch: str = ""


@dataclass(frozen=True, slots=True, order=True)
class PolicyChange:
    """A change of what is read or how it is judged, in words without a capital and a period.

    `loosens` says that the change may keep a finding from being seen or from counting.
    """

    span: Span
    text: str
    loosens: bool


@dataclass(frozen=True, slots=True, order=True)
class Idle:
    """A system whose library the code imports, and uses only for what sends no request: the names that it uses, sorted."""

    system: str
    names: tuple[str, ...]
