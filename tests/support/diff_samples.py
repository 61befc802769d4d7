"""Two reports of a small project before and after a change, as values, and makers for smaller ones."""

from __future__ import annotations

from dataclasses import replace

from leastscope.diff import Difference, Files, State, diff
from leastscope.model import (
    App,
    AppResult,
    Cost,
    Finding,
    FindingCertainty,
    Gap,
    Grant,
    InputError,
    Inventory,
    Level,
    Report,
    Requirement,
    Span,
    Step,
    Unread,
    Use,
)
from report_samples import ACT, APP, FILES, GRANTS, HOSTILE_PATH, JOB, LIST, MADE_HERE, REFUND, SHOW, at

BASE = State("main", "3f2a91c0" * 5, merge_base=True)
HEAD = State("")
PLACE = Span("code.py", 1, 1, 1, 2)
COST = Cost("shop", "app", "every shop has to agree again", "https://shop.example/publish")


def use(permission: str, span: Span = PLACE, operation: str = "GET /v1/things", *any_of: str) -> Use:
    """Return a place that needs a permission, for what it asks for (the permission alone, if nothing else is said)."""
    needs = Requirement(any_of or (permission,), "documented", "operation", "object-table")
    return Use(permission, operation, needs, span, (MADE_HERE, Step(span, f"sends {operation}")))


def app(name: str = "billing", root: str = ".", **changes: object) -> App:
    """Return an app of the sample system."""
    manifest = f"{root}/shop-app.json".removeprefix("./")
    made = App(name=name, root=root, system="shop", kind="app", declared_in=(manifest,), grants=())
    return replace(made, **changes)  # type: ignore[arg-type]


NOBODY = App(name="", root="", system="shop", kind="", declared_in=(), grants=())


def result(granted: str = "", uses: tuple[Use, ...] = (), missing: str = "", of: App | None = None) -> AppResult:
    """Return an app's result; permissions are given as words."""
    owner = app() if of is None else of
    names = tuple(granted.split())
    grants = tuple(Grant(name, Span("shop-app.json", number, 1, number, 2)) for number, name in enumerate(names, 1))
    needed = tuple(sorted({one.permission for one in uses}))
    lacks = tuple(missing.split())
    return AppResult(replace(owner, grants=grants), names, needed, lacks, (), (), uses)


def missing(permission: str, span: Span = PLACE, level: Level = "error", **changes: object) -> Finding:
    """Return the finding of a missing grant."""
    certainty: dict[Level, FindingCertainty] = {"error": "certain", "warning": "probable", "note": "possible"}
    found = Finding(
        rule="missing-grant",
        level=level,
        certainty=certainty[level],
        app="billing",
        system="shop",
        permission=permission,
        any_of=(permission,),
        span=span,
        message=f"The code needs '{permission}', which app 'billing' is not granted.",
        evidence=(MADE_HERE, Step(span, "sends it")),
        fingerprint=f"missing-grant {permission} {span.path}",
        advice=f"Grant '{permission}' in 'shop-app.json', or remove the call.",
    )
    return replace(found, **changes)  # type: ignore[arg-type]


def report(*apps: AppResult, findings: tuple[Finding, ...] = (), gaps: tuple[Gap, ...] = ()) -> Report:
    """Return a report; a result without the name of an app is what nothing declares."""
    declared = tuple(one for one in apps if one.app.name)
    undeclared = tuple(one for one in apps if not one.app.name)
    return Report("0.1.0", Inventory((), (), gaps), declared, findings, undeclared=undeclared, costs=(COST,))


def compared(before: Report, after: Report, files: Files | None = None) -> Difference:
    """Return the difference of two reports."""
    return diff(before, after, BASE, HEAD, files)


FILES_BEFORE = {
    "shop-app.json": FILES["shop-app.json"].replace("order_read", "coupon_write"),
    "billing/client.py": FILES["billing/client.py"],
    "billing/coupons.py": "from billing.client import client\n\n\nclient.coupons.create(percent=10)\n",
}
COUPON = Span("billing/coupons.py", 4, 1, 4, 34)
CUSTOMERS = "GET /v1/customers/{customer}"

_EXCESS = missing("coupon_write", Span("shop-app.json", 4, 20, 4, 34), "warning", rule="excess-grant", fingerprint="x")
_UNKNOWN = missing("ordr_write", at("shop-app.json", '"ordr_write"'), rule="unknown-grant", fingerprint="unknown")
_EVIL = missing(
    "dispute_read\x1b[31m",
    Span(HOSTILE_PATH, 1, 1, 1, 2),
    "note",
    app="",
    evidence=(),
    message="Hostile \x1b[2J\u202e words.",
)

BEFORE = report(
    result(
        "coupon_write payout_write",
        (use("coupon_write", COUPON, "POST /v1/coupons"), use("payout_write", LIST, "POST /v1/payouts")),
        of=replace(APP, kind="app"),
    ),
    findings=(_EXCESS, _UNKNOWN),
    gaps=(Gap("dynamic-operation", ACT, "shop", "the name of the method is not known"),),
)
AFTER = report(
    result(
        "order_read",
        (
            use("customer_read", SHOW, CUSTOMERS),
            use("customer_read", JOB, CUSTOMERS),
            use("order_read", LIST, "GET /v1/orders"),
            use("payout_write", REFUND, "POST /v1/payouts"),
        ),
        "customer_read payout_write",
        of=replace(APP, kind="app"),
    ),
    findings=(
        missing("customer_read", SHOW, related=(Step(JOB, CUSTOMERS),)),
        missing("payout_write", REFUND, "warning"),
        _UNKNOWN,
        _EVIL,
    ),
)
DIFFERENCE = replace(
    compared(BEFORE, AFTER),
    errors=(InputError(GRANTS, "expected a list, found null"),),
    errors_before=(InputError(PLACE, "expected a value, found '}'"),),
    unread=(Unread("links", ("a.py", "pay.py"), ("pay.py",)),),
)
