"""Whole comparisons, word for word: what each app of a rich example is told, in every way its grants can bind its code.

The example holds each kind of use once, and `tests/goldens/compare.txt` has what the comparison says of it. Read the golden
as a reviewer would: a line is right if it is true of the example and somebody could act on it.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Literal

import pytest

from compare_samples import at, event, need, unread_part
from leastscope.comments import Suppression
from leastscope.compare import Options, Terms, compare, least
from leastscope.grants.declared import Observation
from leastscope.judging import Judging
from leastscope.model import (
    App,
    AppResult,
    Bound,
    EventNeed,
    Expected,
    Finding,
    Gap,
    Grant,
    Inventory,
    Need,
    Refusal,
    Requirement,
    Ruling,
    Span,
    Step,
    Strength,
)
from leastscope.rulebook.permissions import Vocabulary
from leastscope.rulebook.types import Combination, Permission
from leastscope.settings import Settings
from places import ROOT
from report_samples import committed
from shown import section, shown

WORDS = Vocabulary(
    {
        "pay_read": Permission("pay_read", "Read payments", "read", label="Payments"),
        "pay_write": Permission("pay_write", "Take payments", "write", read="pay_read", label="Payments"),
        "plan_read": Permission("plan_read", "Read plans", "read"),
        "plan_write": Permission("plan_write", "Change plans", "write", read="plan_read", keep="old servers ask for X."),
        "store": Permission("store", "Store cards", "write", extends="pay_write"),
        "wide": Permission("wide", "Read everything", "other", implies=("pay_read", "plan_read", "hook_read")),
        "hook_read": Permission("hook_read", "Read hooks", "read"),
        "hook_write": Permission(
            "hook_write", "Change hooks", "write", read="hook_read", implies=("hook_read",),
            sensitive="it redirects to X.", refused={"key": "keys are refused X.", "strict": "it is refused."},
        ),
        "clear": Permission("clear", "See cards", "other"),
        "forever": Permission("forever", "Keep tokens", "other"),
        "event_read": Permission("event_read", "Read events", "read"),
        "early": Permission("early", "Try things", "other", origin="preview"),
    },
    "key_",
    spellings={"pay_raed": "pay_read", "hok_read": "hook_read"},
    together=(Combination(("clear", "forever"), "tokens for cards are of kind X."),),
    holders={"preview": ("app",)},
)  # fmt: skip
SCOPES = Vocabulary(
    {
        "reading": Permission("reading", "Read all", "read"),
        "writing": Permission("writing", "Change all", "write", read="reading", implies=("reading",)),
    }
)
TERMS = {
    "acme": Terms(WORDS, frozenset(WORDS.permissions) - {"forever"}, own_advice="Use a token.", noun="app"),
    "over": Terms(SCOPES, frozenset(SCOPES.permissions), over="acme", noun="connection"),
    "bare": Terms(
        WORDS, frozenset(WORDS.permissions), kind="key", access="strict", twins=True, noun="restricted key",
        undeclared_advice="Declare a key.", declared_by=("manifest",),
    ),
}  # fmt: skip


def asks(*any_of: str, strength: Strength = "sure", detail: str = "", maybe: tuple[str, ...] = ()) -> Requirement:
    return Requirement(any_of, "documented", "parameter" if detail else "operation", "table", maybe, detail, strength)


INFERRED = replace(asks("plan_read"), certainty="inferred")
REFUSALS = (
    Refusal("app", "apps are refused it", "https://a.example"),
    Refusal("key", "keys see ids alone", "https://k.example", "card", advice="Ask for less."),
    Refusal("key", "keys wait", "https://w.example", "", advice=""),
)
NEEDS = (
    need("shop/a.py:1", "pay_read", credential="env:KEY"),
    need("shop/a.py:2", "pay_read"),
    need("shop/a.py:3", "pay_write", operation="POST /things"),
    need("shop/b.py:1", asks("plan_read", "wide"), INFERRED),
    need("shop/b.py:2", "plan_write", resolution="possible", operation="POST /plans"),
    need("shop/b.py:3", "hook_read", account="unknown"),
    need("shop/b.py:4", "clear", account="own", credential="env:KEY"),
    need("shop/b.py:5", "clear", account="own", credential="env:KEY", operation="GET /cards"),
    need("shop/test_b.py:1", "forever", in_tests=True),
    need("shop/c.py:1", asks("store", strength="possible", detail="card"), operation="POST /charges"),
    need("shop/c.py:2", asks("hook_write", "plan_write", strength="open", detail="hook"), operation="POST /charges"),
    need("shop/c.py:3", covered=False, operation="GET /none"),
    need("shop/c.py:4", covered=False, operation="GET /none", resolution="possible"),
    replace(need("shop/c.py:5", "pay_read", operation="GET /may"), refusals=REFUSALS),
    replace(need("shop/c.py:6", "pay_read", operation="GET /may"), refusals=REFUSALS),
    replace(need("shop/c.py:7", covered=False, operation="GET /no", resolution="possible"), refusals=REFUSALS),
    replace(need("shop/d.py:1", "pay_read"), rulings=(Ruling("key", True, (asks("early"),)),)),
    need("shop/d.py:2", asks("event_read", maybe=("clear",)), operation="GET /events"),
    need("shop/d.py:3", "pay_read", account="connected", credential="setting:KEY", operation="GET /mine"),
    need("shop/d.py:4", "store", operation="POST /store"),
)
EVENTS = (
    event("shop/e.py:1", ("event_read",), how="handled"),
    event("shop/e.py:2", ("plan_read",), how="subscribed"),
    event("shop/test_e.py:1", ("wide",), how="subscribed", in_tests=True),
    EventNeed(
        event("shop/e.py:3", how="subscribed").use,
        (replace(asks("hook_read"), because="event", only=("key",), detail="thing.made"),),
    ),
)
GAPS = (
    Gap("dynamic-operation", at("shop/g.py:2"), "acme", "the name is not a literal", permissions=("plan_read",)),
    Gap(
        "dynamic-operation", at("shop/g.py:1"), "acme", "the name is not a literal", permissions=("early", "plan_read")
    ),
    Gap("dynamic-operation", at("shop/test_g.py:1"), "acme", "the name is not a literal", in_tests=True),
    Gap("unknown-event", at("shop/g.py:3"), "acme", "no event", permissions=()),
    Gap("open-parameter", at("other/g.py:4"), "over", "the URL is not known"),
)
CODE = Inventory(NEEDS, EVENTS, GAPS)


def made(
    *names: str,
    name: str = "shop",
    bound: Bound = "all",
    kind: str = "app",
    root: str = "shop",
    system: str = "acme",
    twins: Literal["documented", "assumed", "no"] = "no",
) -> App:
    path = f"{root}/app.json"
    grants = tuple(Grant(one, at(f"{path}:{line}"), "why") for line, one in enumerate(names, start=2))
    return App(
        name, root, system, kind, (path,), grants, bound, twins, span=at(path), noun="key" if kind == "key" else "app"
    )


READS = ("pay_read", "plan_read", "hook_read", "event_read")
WRITES = ("pay_write", "plan_write", "hook_write", "store")
ODD = ("key_pay_raed", "hok_read", "nothing", "clear", "forever", "early", "wide", "key_plan_read", "pay_read")
EMPTY = Inventory((), (), ())
ELSEWHERE = Inventory(tuple(replace(one, request=replace(one.request, system="bare")) for one in NEEDS), (), GAPS)
SOLE = Inventory((NEEDS[1], *NEEDS[6:8], need("lib/x.py:1", "plan_read")), (), ())
UNREAD = replace(
    made(*WRITES), unread=(unread_part("views", "shop/view.tsx:9"), unread_part("a worker", "shop/app.json:4"))
)
CHANGED = replace(made("pay_read", "clear", "hook_write"), changed_in="the dashboard")
EXPECTED = (
    Expected("clear", "soon", at("leastscope.yaml:3")),
    Expected("wide", "past", at("leastscope.yaml:5"), "2026-01-01", ended=True),
    Expected("wide", "over", at("leastscope.yaml:4"), "2026-02-01", ended=True),
    Expected("pay_read", "needed", at("leastscope.yaml:6")),
    Expected("gone", "gone", at("leastscope.yaml:7")),
)
COMMENTS = (
    Suppression(at("shop/a.py:1"), 1, frozenset({"missing-grant"}), "agreed", "", "suppression"),
    Suppression(at("shop/b.py:7"), 7, frozenset({"missing-grant", "excess-grant"}), "idle", "", "suppression"),
    Suppression(at("shop/b.py:8"), 8, frozenset(), "idle", "", "suppression"),
    Suppression(
        at("shop/b.py:9"), 9, frozenset(), "", "'missing' is no kind of finding; is it 'missing-grant'?", "suppression"
    ),
    Suppression(at("shop/b.py:6"), 6, frozenset(), "", "it names nothing", "statement"),
)
OBSERVED = (
    Observation(
        "unknown-grant", "nothing", at("shop/app.json:4"), "no permission is called 'nothing'", (), "shop", "acme"
    ),
    Observation(
        "unknown-grant", "hok_read", at("shop/app.json:3"), "no permission is called 'hok_read'", (), "shop", "acme"
    ),
    Observation(
        "missing-purpose",
        "",
        at("shop/app.json:5"),
        "is it right?",
        (Step(at("shop/app.json:6"), "here"),),
        "shop",
        "acme",
        "warning",
        "Say why.",
    ),
    Observation("undeclared-system", "", at("x.yaml:1"), "nothing declares it.", (), "", "acme"),
    Observation("undeclared-system", "", at("x.yaml:2"), "nothing declares that", (), "", "quiet"),
)

TESTED = Inventory(
    tuple(replace(one, request=replace(one.request, in_tests=True)) for one in (*NEEDS[6:8], *NEEDS[11:16])), (), ()
)
ONLY_TESTS = Inventory((NEEDS[1], replace(NEEDS[4], request=replace(NEEDS[4].request, in_tests=True))), EVENTS[2:3], ())
ELSE: dict[str, Any] = {"changed_in": "the dashboard", "declared_in": ("shop/app.json", "shop/more.json")}
ODD_PATHS = Inventory(
    (
        need("shop/sub/a.py:1", "plan_read"),
        need("shop/b.py:1", "plan_read"),
        need("shop/sub/a\0b\udcff.py:1", "plan_read"),
        replace(
            NEEDS[1], request=replace(NEEDS[1].request, evidence=(Step(at("lib/z.py:1"), "the key is made here"),))
        ),
    ),
    (),
    (Gap("dynamic-operation", at("shop/sub/g.py:1"), "acme", "a\0b"),),
)

READING = Inventory((NEEDS[1], NEEDS[5]), (), ())
WRITING = Inventory((NEEDS[2],), (), ())
PERHAPS = Inventory(
    (
        need("shop/a.py:1", asks("plan_read", "plan_write"), resolution="possible"),
        need("shop/a.py:2", asks("hook_read", strength="possible", detail="hook"), resolution="possible"),
        need("shop/a.py:3", replace(asks("early"), only=("key",))),
    ),
    (),
    (),
)


def over(one: Need) -> Need:
    return replace(one, request=replace(one.request, system="over"), requirements=(asks("reading", "writing"),))


def reaching(span: Span) -> list[tuple[Step, ...]]:
    """Give the ways to a place from one folder; the first of the short ones counts."""
    long = (Step(at("lib/long.py:1"), "is called"), Step(at("lib/y.py:2"), "is called"))
    short, other = ((Step(at(f"lib/{name}.py:1"), f"calls line {span.line}"),) for name in ("caller", "another"))
    return [long, short, other, long]


BASE = (AppResult(made(*READS), (), (), (), (), ()),)
BASES = Options(
    judging=Judging(
        Settings(path="leastscope.yaml"),
        (),
        (*BASE, AppResult(made("plan_read", name="other", root="other"), (), (), (), (), ())),
        lambda _: True,
    )
)
SECOND = (
    made(*READS),
    made("wide", name="decoy", root="shop/lib"),
    replace(made("wide", name="twin"), declared_in=("shop/twin.json",), span=None),
)
Scenario = tuple[Inventory, tuple[App, ...], Options]
PLAIN = Options()
Bindings = tuple[tuple[str, ...], Bound, Literal["documented", "assumed", "no"], str]
BINDINGS: tuple[Bindings, ...] = (
    ((), "all", "no", "app"),
    (READS, "connected", "no", "app"),
    (WRITES, "token", "assumed", "app"),
    (WRITES, "all", "documented", "app"),
    (ODD, "connected", "no", "key"),
    (ODD, "token", "documented", "strict"),
    (READS + WRITES, "keyless", "assumed", "key"),
    (READS + WRITES, "all", "documented", ""),
)
SCENARIOS: dict[str, Scenario] = {
    **{
        f"grants {', '.join(grants) or 'nothing'}; bound {bound}; twins {twins}; kind {kind}": (
            CODE,
            (made(*grants, bound=bound, twins=twins, kind=kind),),
            PLAIN,
        )
        for grants, bound, twins, kind in BINDINGS
    },
    "tests count": (CODE, (made(*READS),), Options(tests=True, source=lambda span: f"call  at\n{span.line}")),
    "nothing runs": (EMPTY, (made(*ODD),), PLAIN),
    "nothing is declared": (CODE, (), PLAIN),
    "nothing is declared for keys": (ELSEWHERE, (), PLAIN),
    "nothing is declared, tests count, one folder shown": (CODE, (), Options(tests=True, shown=("shop/d.py",))),
    "something was not read": (CODE, (UNREAD,), PLAIN),
    "grants are changed elsewhere": (SOLE, (CHANGED,), PLAIN),
    "one call with the own key": (Inventory(NEEDS[6:7], (), ()), (made("clear", bound="connected"),), PLAIN),
    "two calls with the own key": (SOLE, (made("clear", "wide", bound="connected"),), PLAIN),
    "decided": (CODE, (replace(made("clear", "wide", "pay_read"), expected=EXPECTED),), Options(suppressions=COMMENTS)),
    "levels": (
        CODE,
        (made("clear"),),
        Options(
            levels={"missing-grant": "warning", "excess-grant": "off", "uncovered-call": "error"}, suppressions=COMMENTS
        ),
    ),
    "two apps beside each other": (
        SOLE,
        (made("pay_read", root="a", name="a"), made("pay_read", root="b", name="b")),
        PLAIN,
    ),
    "two apps in one folder": (CODE, (made("pay_read", name="a"), made("wide", name="b")), PLAIN),
    "a path and a credential": (
        CODE,
        (replace(made("pay_read"), paths=("shop/*.py",)), replace(made("wide", name="b"), credentials=("env:KEY",))),
        PLAIN,
    ),
    "the way": (
        SOLE,
        (made("pay_read"), made("wide", name="lib", root="lib")),
        Options(ways=reaching),
    ),
    "an app over the system": (
        Inventory((*SOLE.needs, *map(over, SOLE.needs)), (), ()),
        (made("pay_read"), made("writing", name="far", root="lib", system="over")),
        PLAIN,
    ),
    "a second declaration": (
        CODE,
        SECOND,
        Options(judging=Judging(Settings(path="leastscope.yaml"), (), BASE, lambda path: path != "shop/b.py")),
    ),
    "nothing is declared, tests count": (CODE, (), Options(tests=True)),
    "nothing is granted, and tests count": (TESTED, (made(bound="connected"),), Options(tests=True)),
    "nothing is granted to a token": (CODE, (made(bound="token"),), PLAIN),
    "only tests use it": (ONLY_TESTS, (made("wide", "clear", "plan_write"),), PLAIN),
    "odd grants are changed elsewhere": (CODE, (replace(made(*ODD, "store", kind="key"), **ELSE),), PLAIN),
    "odd grants of an app that is refused some": (
        CODE,
        (replace(made(*ODD, "store", "hook_write"), access="strict", **ELSE),),
        PLAIN,
    ),
    "a base is missing": (SOLE, (made("store", "plan_write", "pay_read"),), PLAIN),
    "fingerprints are relative": (ODD_PATHS, (made("pay_read", root="shop/sub"),), Options(home="shop/sub")),
    "several apps where the base has two": (CODE, (*SECOND, made("plan_read", name="other", root="other")), BASES),
    "a twin where the base has a credential": (CODE, (replace(SECOND[0], credentials=("env:KEY",)), SECOND[2]), BASES),
    "an app over the system, and two that nobody can tell apart": (
        Inventory((*SOLE.needs, *map(over, SOLE.needs)), (), ()),
        (made("pay_read"), made("pay_read", name="b"), made("writing", name="near", system="over")),
        PLAIN,
    ),
    "events on the way": (
        Inventory((NEEDS[0],), EVENTS[:2], ()),
        (made("pay_read"), made("wide", name="lib", root="lib")),
        Options(ways=reaching),
    ),
    "on the way to one credential": (
        Inventory(NEEDS[:2], (), ()),
        (made("pay_read"), replace(made("wide", name="lib", root="x"), paths=("lib",), credentials=("env:KEY",))),
        Options(ways=reaching),
    ),
    "a folder, and a credential": (
        Inventory(NEEDS[:2], (), ()),
        (
            replace(made("pay_read"), paths=("shop",)),
            replace(made("wide", name="b", root="x"), credentials=("env:KEY",)),
        ),
        PLAIN,
    ),
    "a folder, and a credential in it": (
        Inventory(NEEDS[:2], (), ()),
        (
            replace(made("pay_read"), paths=("shop",)),
            replace(made("wide", name="b", root="x"), paths=("shop",), credentials=("env:KEY",)),
        ),
        PLAIN,
    ),
    "a second declaration in a folder below": (
        Inventory((NEEDS[0], need("shop/lib/x.py:1", "pay_read"), need("other/y.py:1", "plan_read")), (), ()),
        (*SECOND[:2], made("plan_read", name="other", root="other")),
        BASES,
    ),
    "code in two folders that nobody can tell apart": (
        Inventory((need("shop/a/x.py:1", "pay_read"), need("shop/b/x.py:1", "pay_read")), (), ()),
        (made("pay_read", name="a"), made("wide", name="b")),
        PLAIN,
    ),
    "one call beside the code of two apps": (
        Inventory((need("shop/a/x.py:1", "pay_read"), need("shop/c.py:1", "pay_read")), (), ()),
        (made("pay_read", "forever", name="a", root="shop/a"), made("pay_read", name="b", root="shop/b")),
        PLAIN,
    ),
    "one call that nobody can tell apart": (
        Inventory((NEEDS[1],), (), ()),
        (made("forever", name="a"), made("event_read", name="b")),
        PLAIN,
    ),
    "reading where writing is granted and may include it": (
        READING,
        (made("pay_write", "hook_write", twins="assumed"),),
        PLAIN,
    ),
    "reading where both are granted, and perhaps": (PERHAPS, (made("plan_read", "plan_write", "hook_write"),), PLAIN),
    "reading where only writing is granted, perhaps": (PERHAPS, (made("plan_write", "hook_write"),), PLAIN),
    "writing where reading is granted, which it includes": (WRITING, (made("pay_read", twins="documented"),), PLAIN),
    "writing where reading is granted": (WRITING, (made("pay_read"),), PLAIN),
    "something was not read that may use a grant": (
        SOLE,
        (replace(UNREAD, grants=made("forever", "event_read").grants),),
        PLAIN,
    ),
    "an event only tests handle": (
        Inventory((NEEDS[1],), (event("shop/test_e.py:1", ("event_read",), in_tests=True),), ()),
        (made("pay_read", "event_read"),),
        PLAIN,
    ),
    "what is not needed, where grants are changed elsewhere": (
        Inventory((NEEDS[5],), (), ()),
        (replace(made("pay_read", "pay_write", "hook_read"), **ELSE),),
        PLAIN,
    ),
    "writing with the own key alone, where reading is needed": (
        Inventory((NEEDS[1], replace(NEEDS[2], request=replace(NEEDS[2].request, account="own"))), (), ()),
        (made("pay_write", bound="connected", twins="assumed"),),
        PLAIN,
    ),
    "refused, perhaps, to a key": (
        Inventory((replace(NEEDS[13], request=replace(NEEDS[13].request, resolution="possible")),), (), ()),
        (made("pay_read", kind="key"),),
        PLAIN,
    ),
    "a broken declaration": (CODE, (), Options(broken=frozenset({"acme"}))),
}


def told(finding: Finding) -> str:
    head = (
        f"{finding.level} {finding.rule} {finding.certainty} {finding.app!r} {finding.system!r} {shown(finding.span)}"
    )
    rest = {
        one.name: getattr(finding, one.name)
        for one in fields(finding)
        if one.name not in {"level", "rule", "certainty", "app", "system", "span", "message", "advice", "doubt"}
        and getattr(finding, one.name) != one.default
    }
    doubt = "" if finding.doubt in finding.message else f"doubt: {finding.doubt}"
    others = ", ".join(f"{name}={shown(value)}" for name, value in rest.items())
    return "\n    ".join([f"  {head}", finding.message, *filter(None, (finding.advice, doubt)), others])


def written(name: str) -> str:
    inventory, apps, options = SCENARIOS[name]
    results, findings, gaps = compare(inventory, apps, TERMS, options, OBSERVED)
    parts = [
        f"# {name}",
        *(f"  {shown(one)}" for one in results),
        *map(told, findings),
        *(f"  {shown(one)}" for one in gaps),
    ]
    return "\n".join(parts).replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()


def test_the_golden_has_these_examples() -> None:
    """Changing it on purpose: `UPDATE_GOLDENS=1 pytest`, and then read what differs."""
    text = "\n\n".join(map(written, SCENARIOS)) + "\n"
    assert text == committed("tests/goldens/compare.txt", text)


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_told_is_what_was_read(name: str) -> None:
    golden = (ROOT / "tests/goldens/compare.txt").read_text("utf-8")
    assert written(name).removeprefix("# ") == section(golden, name).removeprefix("# ")


def test_of_a_name_that_is_no_permission_nothing_is_said() -> None:
    terms = TERMS["acme"]
    app = made("gone")
    said = (terms.read_twin("gone"), terms.label("gone"), terms.refused("gone", app), terms.base("gone"))
    assert (*said, terms.keep("gone"), terms.sensitive("gone"), terms.title("gone")) == ("",) * 6 + ("gone",)
    assert (terms.title("pay_read"), terms.label("plan_read")) == ("Read payments", "")
    assert terms.refused("hook_write", replace(app, access="key")) == "keys are refused X."
    assert terms.implied(["pay_write"]) == {"pay_write"}


def test_what_is_granted_comes_first_then_what_a_grant_allows() -> None:
    def chosen(*any_ofs: tuple[str, ...], granted: frozenset[str] = frozenset()) -> frozenset[str]:
        return least(any_ofs, TERMS["acme"], granted)

    assert chosen(("clear", "pay_read")) == {"clear"}
    assert chosen(("clear", "pay_read"), granted=frozenset({"pay_read"})) == {"pay_read"}
    assert chosen(("clear", "pay_read"), granted=frozenset({"pay_write"})) == {"pay_read"}
    assert chosen(("clear", "pay_read"), granted=frozenset({"wide", "pay_write"})) == {"wide"}
    assert chosen(("pay_write",), ("pay_read",)) == {"pay_write", "pay_read"}
