"""A small vocabulary, and short ways to write requests, events, apps and comparisons of them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from leastscope.compare import Options, Terms, compare
from leastscope.model import (
    Account,
    ApiRequest,
    App,
    AppResult,
    Bound,
    Certainty,
    EventNeed,
    EventUse,
    Finding,
    Gap,
    Grant,
    How,
    Inventory,
    Need,
    Requirement,
    Resolution,
    Span,
    Step,
    UnreadPart,
)
from leastscope.rulebook.permissions import Vocabulary
from leastscope.rulebook.types import Permission

PERMISSIONS = {
    "customer_read": Permission("customer_read", "", "read"),
    "customer_write": Permission("customer_write", "", "write", read="customer_read"),
    "invoice_read": Permission("invoice_read", "", "read", implies=("credit_read",)),
    "invoice_write": Permission("invoice_write", "", "write", read="invoice_read", implies=("credit_read",)),
    "credit_read": Permission("credit_read", "", "read", implies=("invoice_read",)),
    "link_read": Permission("link_read", "", "read", implies=("product_read",)),
    "product_read": Permission("product_read", "", "read"),
    "event_read": Permission("event_read", "", "read"),
    "email_read": Permission("email_read", "", "read"),
    "hook_write": Permission("hook_write", "", "write", sensitive="It can redirect data."),
}
VOCABULARY = Vocabulary(PERMISSIONS, "key_")
TERMS = {
    "acme": Terms(VOCABULARY, frozenset(PERMISSIONS) - {"email_read"}, own_advice="Name the account."),
    "other": Terms(VOCABULARY, frozenset(PERMISSIONS)),
}


def at(place: str, width: int = 10) -> Span:
    """Make a span from `path:line`."""
    path, _, line = place.partition(":")
    return Span(path, int(line or 1), 1, int(line or 1), 1 + width)


def require(*any_of: str, certainty: Certainty = "documented", maybe: tuple[str, ...] = ()) -> Requirement:
    return Requirement(any_of, certainty, "operation", "table", maybe)


def need(
    place: str,
    *requirements: str | Requirement,
    resolution: Resolution = "resolved",
    account: Account = "connected",
    credential: str = "unknown",
    in_tests: bool = False,
    covered: bool = True,
    system: str = "acme",
    operation: str = "GET /things",
) -> Need:
    """Make a request at `path:line`; a requirement may be written as a name."""
    verb, _, path = operation.partition(" ")
    evidence = (Step(at(place), "calls it"),)
    request = ApiRequest(
        at(place), system, verb, path, "api", resolution, account, credential, in_tests, (), True, evidence
    )
    return Need(request, path, covered, tuple(r if isinstance(r, Requirement) else require(r) for r in requirements))


def event(
    place: str,
    *any_ofs: tuple[str, ...],
    how: How = "handled",
    in_tests: bool = False,
    resolution: Resolution = "resolved",
) -> EventNeed:
    use = EventUse(at(place), "acme", "thing.made", how, in_tests, resolution=resolution)
    return EventNeed(use, tuple(Requirement(any_of, "documented", "event", "table") for any_of in any_ofs))


def app(
    *names: str,
    name: str = "shop",
    root: str = ".",
    system: str = "acme",
    bound: Bound = "all",
    write_implies_read: Literal["documented", "assumed", "no"] = "no",
    unread: tuple[UnreadPart, ...] = (),
    paths: tuple[str, ...] = (),
    credentials: tuple[str, ...] = (),
) -> App:
    """Make an app whose manifest lists the names one by line from line 2."""
    path = "app.json" if root == "." else f"{root}/app.json"
    grants = tuple(Grant(granted, at(f"{path}:{line}"), "why") for line, granted in enumerate(names, start=2))
    return App(
        name, root, system, "app", (path,), grants, bound, write_implies_read, unread, paths, credentials, at(path)
    )


def unread_part(reason: str, place: str) -> UnreadPart:
    return UnreadPart(reason, at(place))


def gap(kind: str, place: str, system: str = "acme", *, in_tests: bool = False) -> Gap:
    return Gap(kind, at(place), system, "the name is not a literal", in_tests)


Part: TypeAlias = Need | EventNeed | Gap | App
Compared: TypeAlias = tuple[tuple[AppResult, ...], tuple[Finding, ...], tuple[Gap, ...]]


def run(*parts: Part, options: Options | None = None) -> Compared:
    """Compare whatever is given."""
    needs = tuple(part for part in parts if isinstance(part, Need))
    events = tuple(part for part in parts if isinstance(part, EventNeed))
    gaps = tuple(part for part in parts if isinstance(part, Gap))
    apps = tuple(part for part in parts if isinstance(part, App))
    return compare(Inventory(needs, events, gaps), apps, TERMS, options or Options())


def lines(compared: Compared) -> list[str]:
    """Write each finding as `rule level permission path:line`, in order."""
    return [
        " ".join(part for part in (f.rule, f.level, f.permission, f"{f.span.path}:{f.span.line}") if part)
        for f in compared[1]
    ]
