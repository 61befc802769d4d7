"""Whole packs and whole texts, word for word: what is read of the declarations, what is refused, and what is written.

`tests/goldens/grants.txt` has what each pack's declarations come to, what a reader of a broken pack is told, and how
permissions are written in every way that a pack knows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from compare_samples import at, require
from leastscope.errors import RulePackError
from leastscope.grants.declarations import Advice, Declarations, check_declares, read_declarations
from leastscope.grants.writing import Wanted, purpose_of, quoted_json, quoted_yaml, wanted_of, with_blocks, written
from leastscope.model import App, AppResult, Finding, Use
from places import ROOT
from report_samples import committed
from shown import section, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GOLDEN = "tests/goldens/grants.txt"
FULL = """\
system: shop
sources:
  guide: {url: "https://shop.example", read: 2026-11-21, note: the page of permissions}
source: guide
access:
  full: {bound: all, write_implies_read: no, source: guide}
  part: {bound: token, write_implies_read: documented}
settings: {app: full, token: part}
manifests:
  plain:
    kind: app
    files: [shop.json, shop.*.json]
    local: [shop.local.json]
    extends: base.file
    id: id
    name: meta.name
    permissions: [scopes, "parts[].scopes"]
    item: {permission: scope, purpose: why}
    access: {place: runs.as, default: full}
    unread: [{places: ["views[].file", worker], reason: the views, source: guide}]
    source: guide
  lines:
    kind: job
    files: [shop.yaml]
    permissions: [job.scopes]
    item: {permission: scope}
    access: {place: job.access, default: part}
unread_files: {suffixes: [.ts, .go], reason: leastscope reads Python, browser: [window], server: [require]}
token_requests:
  ask:
    {kind: oauth, title: Shop client, access: part, scope: [scope, scopes], separators: ",+", default: [order_read],
     only: {type: code}, never: {type: device}, anywhere: [shop], signed: true, source: guide}
  less: {scope: [scope], narrows: ask}
  late: {kind: oauth, title: Client, access: full, scope: [rights], narrows: less}
scope_settings: {form: ask, keys: ["*shop*scope*", shop_rights], shape: "[a-z_]+", assigned: ["SHOP_*SCOPE"]}
costs: {app: {text: Users accept it again., where: the dashboard, source: guide}, oauth: {text: A new token., source: guide}}
nouns: {app: app, token: shop token, oauth: client}
advice: {own_account: Use a token., undeclared: Declare an app., source: guide}
written:
  keys: {way: list, of: token}
  shop.json: {way: manifest, of: plain, access: part}
  shop.yaml: {way: manifest, of: lines}
  leastscope.yaml: {way: settings, of: app}
  scope: {way: scope, of: ask}
"""
_COSTS = FULL[FULL.index("costs:") : FULL.index("\nnouns:")]
WRONG = {
    "no source at all": ("source: guide\naccess", "access"),
    "an unknown key at the top": ("system: shop", "system: shop\nsettngs: {}"),
    "a source without its day and with another key": (
        "read: 2026-11-21, note: the page of permissions",
        "reed: 2026-11-21",
    ),
    "a source of another shape": (
        '{url: "https://shop.example", read: 2026-11-21, note: the page of permissions}',
        "3",
    ),
    "an access with another key": ("write_implies_read: no, source", "writes: no, source"),
    "an access with a source that is not there": (
        "write_implies_read: no, source: guide",
        "write_implies_read: no, source: gide",
    ),
    "settings of another shape": ("settings: {app: full, token: part}", "settings: [full]"),
    "settings with an access that is not there": ("settings: {app: full", "settings: {app: ful"),
    "a manifest without files": ("    files: [shop.yaml]\n", ""),
    "a manifest without an item": ("    item: {permission: scope}\n", ""),
    "a manifest without an access": ("    access: {place: job.access, default: part}\n", ""),
    "an item with another key": ("{permission: scope, purpose: why}", "{permission: scope, purpse: why}"),
    "an access of a manifest with another key": ("{place: runs.as, default: full}", "{plac: runs.as, default: full}"),
    "a place that is none": ("extends: base.file", "extends: base..file"),
    "permissions of which one is none": ('[scopes, "parts[].scopes"]', '[scopes, "parts[]scopes", 3]'),
    "a manifest without permissions": ("    permissions: [job.scopes]\n", ""),
    "unread places of another shape": (
        '{places: ["views[].file", worker], reason: the views, source: guide}',
        "{reason: 3}",
    ),
    "unread files with another key": ("browser: [window]", "browsers: [window]"),
    "unread files without a reason": (", reason: leastscope reads Python", ""),
    "a token without its kind, title and scope": (
        "kind: oauth, title: Client, access: full, scope: [rights], narrows: less",
        "separators: ' '",
    ),
    "a token that narrows itself": ("{scope: [scope], narrows: ask}", "{scope: [scope], narrows: less}"),
    "a token that is signed perhaps": ("signed: true", "signed: perhaps"),
    "a token with another key": ("anywhere: [shop]", "anywere: [shop]"),
    "values of a token of another shape": ("never: {type: device}", "never: {type: 3}"),
    "a shape that is no expression": ('shape: "[a-z_]+"', 'shape: "[a-z"'),
    "scopes without keys and of another form": ('form: ask, keys: ["*shop*scope*", shop_rights]', "form: asks"),
    "scopes with another key": ("assigned:", "assignd:"),
    "a cost of a kind that is not there": ("costs: {app:", "costs: {apps:"),
    "a cost with another key and without a text": ("{text: Users accept it again., where:", "{were:"),
    "a cost of another shape": ("oauth: {text: A new token., source: guide}", "oauth: 3"),
    "costs of another shape": (_COSTS, "costs: none"),
    "a noun of a kind that is not there": ("nouns: {app:", "nouns: {ap:"),
    "nouns of another shape": ("nouns: {app: app, token: shop token, oauth: client}", "nouns: [app]"),
    "advice with another key": ("advice: {own_account: Use a token.,", "advice: {own: Use a token.,"),
    "advice of another shape": (
        "advice: {own_account: Use a token., undeclared: Declare an app., source: guide}",
        "advice: Use a token.",
    ),
    "advice with a source that is not there": (
        "undeclared: Declare an app., source: guide",
        "undeclared: Declare an app., source: gide",
    ),
    "a way that is none": ("{way: list, of: token}", "{way: lines, of: token}"),
    "a way of what is not there": ("{way: scope, of: ask}", "{way: scope, of: asks}"),
    "a way to ask for less": ("{way: scope, of: ask}", "{way: scope, of: less}"),
    "a way with another key": ("{way: list, of: token}", "{way: list, of: token, acces: full}"),
    "a way with an access that is not there": ("{way: list, of: token}", "{way: list, of: token, access: fool}"),
}
WANTED = (
    Wanted("order_read", "Read orders", 'Read orders: GET /orders in "a".py', "Orders Read"),
    Wanted("order.write-all", "Change\u200b orders", "Change\u200b orders: \U000e0001é 😀\ttab", ""),
    Wanted("2nd", "Second", "Second", ""),
)


def declarations(system: str) -> Declarations:
    data = FULL.encode() if system == "shop" else (ROOT / "rules" / system / "declarations.yaml").read_bytes()
    return read_declarations("declarations.yaml", data)


def asked(known: Declarations) -> Iterator[str]:
    """Write what can be asked of declarations, for each name that they have and one that they have not."""
    kinds = sorted({kind for kind, _ in (*known.settings, *known.nouns)} | {cost.kind for cost in known.costs})
    for kind in (*kinds, "other"):
        yield f"kind {kind}: noun {known.noun(kind)!r}, changed in {known.changed_in(kind)!r}"
    yield f"declared by {known.declared_by}, parameters {sorted(known.parameters)}"
    yield f"settings row {known.settings_row and known.settings_row.name}"
    for access in (*known.access, None):
        found = known.access_of(access.value if access else "other")
        yield f"access {found and found.value}"
    for form in known.formats:
        yield f"format {form.name}: keys {sorted(form.keys)}"
    for name in ("shop.json", "shop.a.json", "shop.local.json", "shop.yaml", "shop.yml"):
        format_ = known.format_of(name)
        yield f"file {name}: {format_ and format_.name}, main {bool(format_ and format_.is_main(name))}"
    for token in (*known.tokens, None):
        one = known.token_form(token.name if token else "other")
        yield f"token {one and one.name}: {one and one.names_in('a,b c+d|e')}"
    if known.scopes:
        more = known.scopes.with_keys(["EXTRA", "shop_rights"])
        yield f"more {shown(more)}"
        for key in ("my_SHOP_xscope", "shop_rights", "other"):
            yield f"key {key}: {more.is_key(key)}, assigned {more.is_assigned(key)}, in text {more.is_named_in(key)}"


def read(system: str) -> str:
    known = declarations(system)
    parts = [f"{name}: {shown(getattr(known, name))}" for name in known.__dataclass_fields__]
    return "\n".join((*parts, *asked(known))).replace("), ", "),\n  ")


def refused(name: str) -> str:
    old, new = WRONG[name]
    assert FULL.count(old) == 1, name
    try:
        return f"nothing\n{shown(read_declarations('d.yaml', FULL.replace(old, new).encode()))}"
    except RulePackError as error:
        return str(error)


def put(system: str) -> str:
    known = declarations(system)
    texts = []
    for row in known.written:
        texts += [
            f"{row.name} {len(wanted)}\n{written(known, row, wanted, app='' if wanted else 'my shop')}"
            for wanted in (WANTED, WANTED[:1], ())
        ]
        texts.append(f"{row.name} declared\n{written(known, row, WANTED[:1], app='shop', declared=True)}")
    return "".join(texts).rstrip()


def purposes() -> str:
    uses = [
        Use("order_read", f"GET /{number % 5}", require("order_read"), at(path), ())
        for number, path in enumerate(("a/b.py:1", "a/__init__.py:2", "__init__.py:3", "c.py:1", "c.py:2", "d.py:1"))
    ]
    counts = [purpose_of("Read orders", uses[:number]) for number in range(len(uses) + 1)]
    whole = wanted_of(
        "order_read", "Read orders", [*uses, Use("other", "GET /x", require("other"), at("x.py:1"), ())], "Orders"
    )
    texts = ('a "b"\\', "\u200b\U000e0001\n\t", "é😀 ")
    return "\n".join((*counts, shown(whole), *(f"{quoted_yaml(text)} {quoted_json(text)}" for text in texts)))


SECTIONS: dict[str, Callable[[], str]] = {
    **{f"read: {system}": lambda system=system: read(system) for system in ("shop", "adyen", "sparkpay", "stripe")},  # type: ignore[misc]
    **{f"refused: {name}": lambda name=name: refused(name) for name in WRONG},  # type: ignore[misc]
    **{f"written: {system}": lambda system=system: put(system) for system in ("shop", "adyen", "sparkpay", "stripe")},  # type: ignore[misc]
    "purposes": purposes,
}


def test_the_golden_has_these_examples() -> None:
    """Changing it on purpose: `UPDATE_GOLDENS=1 pytest`, and then read what differs."""
    text = "\n\n".join(f"# {name}\n{give()}" for name, give in SECTIONS.items()) + "\n"
    assert text == committed(GOLDEN, text)


@pytest.mark.parametrize("name", SECTIONS)
def test_what_is_read_refused_and_written_is_what_was_looked_over(name: str) -> None:
    golden = (ROOT / GOLDEN).read_text("utf-8")
    assert f"{name}\n{SECTIONS[name]()}" == section(golden, name).removeprefix("# ")


@pytest.mark.parametrize(
    ("declares", "message"),
    [
        ("ask", ""),
        ("shop/less", ""),
        ("asks", "shop/operations.yaml: POST /token declares 'shop/asks', which no pack has; did you mean 'shop/ask'?"),
        ("far/xyzzy", "shop/operations.yaml: POST /token declares 'far/xyzzy', which no pack has"),
    ],
)
def test_an_operation_declares_a_request_for_a_token_that_some_pack_has(declares: str, message: str) -> None:
    known = {"shop": declarations("shop")}
    operations = {"shop": [("POST /token", "late"), ("POST /token", declares)]}
    if not message:
        check_declares(known, operations)
        return
    with pytest.raises(RulePackError) as raised:
        check_declares(known, operations)
    assert str(raised.value) == message


def test_what_nothing_declares_ends_with_the_settings_that_would() -> None:
    """Not where the system says what else to look at first, nor where it has no settings or no pack."""
    span = at("a.py:1")
    known = {system: declarations(system) for system in ("shop", "stripe")}
    known["quiet"] = replace(known["shop"], system="quiet", advice=Advice("Use a token."))
    known["bare"] = replace(known["quiet"], written=())
    uses = (Use("order_read", "GET /orders", require("order_read"), span, ()),)
    results = [
        AppResult(App("", "", system, "", (), ()), (), ("order_read", "late"), (), (), (), uses)
        for system in (*known, "gone")
    ]
    findings = [
        Finding("undeclared-system", "note", "certain", "", system, "", (), span, "m", ())
        for system in (*known, "gone")
    ]
    other = replace(findings[2], rule="missing-grant")
    told = with_blocks([*findings, other], results, known, lambda system, name: f"{name} of {system}")
    assert [replace(one, paste="") for one in told] == [*findings, other]
    block = (
        "apps:\n  - name: quiet\n    system: quiet\n    kind: app\n    grants:\n"
        '      - {permission: order_read, reason: "order_read of quiet: GET /orders in a.py"}\n'
        '      - {permission: late, reason: "late of quiet"}\n'
    )
    pasted = {one.system: one.paste for one in told[:-1]}
    assert {system: pasted[system] for system in ("shop", "quiet", "bare", "gone")} == {
        "shop": "",
        "quiet": block,
        "bare": "",
        "gone": "",
    }
    assert told[-1].paste == ""
