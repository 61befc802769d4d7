"""What the code needs against what its app is granted, on one app."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest

from compare_samples import PERMISSIONS, TERMS, Part, app, at, event, gap, lines, need, require, run, unread_part
from leastscope.compare import Options, compare
from leastscope.compare.calls import NOT_CALLS
from leastscope.kinds import GAP_BY_NAME
from leastscope.model import Inventory, Step
from leastscope.rulebook.permissions import Vocabulary

if TYPE_CHECKING:
    from leastscope.compare.levels import LevelSetting
    from leastscope.model import Level, Resolution, Span

PLATFORM: dict[str, Any] = {"bound": "connected", "write_implies_read": "assumed"}
KEY: dict[str, Any] = {"write_implies_read": "documented"}
READ = need("a.py:1", "customer_read")
WRITE = need("a.py:2", "customer_write")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param([READ, app("customer_read")], [], id="a granted permission is enough"),
        pytest.param([READ, app("key_customer_read")], [], id="the prefixed spelling is the same permission"),
        pytest.param([READ, app()], ["missing-grant error customer_read a.py:1"], id="documented and resolved: error"),
        pytest.param(
            [need("a.py:1", require("customer_read", certainty="inferred")), app()],
            ["missing-grant warning customer_read a.py:1"],
            id="inferred: warning",
        ),
        pytest.param(
            [need("a.py:1", "customer_read", resolution="possible"), app()],
            ["missing-grant note customer_read a.py:1"],
            id="possible: note",
        ),
        pytest.param(
            [need("a.py:1", "customer_read", account="unknown"), app()],
            ["missing-grant error customer_read a.py:1"],
            id="the account does not matter where the grants bind all calls",
        ),
        pytest.param(
            [need("a.py:1", "customer_read", account="unknown"), app(**PLATFORM)],
            ["missing-grant warning customer_read a.py:1"],
            id="an unknown account is a warning where only connected accounts are bound",
        ),
        pytest.param(
            [need("a.py:1", "customer_read", account="own"), app(**PLATFORM)],
            ["own-account-calls note a.py:1"],
            id="the own account is not bound",
        ),
        pytest.param([need("a.py:1", "customer_read", in_tests=True), app()], [], id="tests need nothing"),
        pytest.param(
            [event("a.py:1", ("event_read",), ("invoice_read", "credit_read")), app()],
            ["missing-grant note event_read a.py:1", "missing-grant note invoice_read a.py:1"],
            id="a handled event is a note",
        ),
        pytest.param(
            [event("a.py:1", ("event_read",), how="subscribed"), app()],
            ["missing-grant error event_read a.py:1"],
            id="a subscribed event is an error",
        ),
        pytest.param(
            [event("a.py:1", ("event_read",), how="subscribed", resolution="possible"), app()],
            ["missing-grant note event_read a.py:1"],
            id="an event of a subscription that is only possible is a note",
        ),
        pytest.param(
            [event("a.py:1", ("event_read",), how="subscribed", resolution="outside"), app()],
            [],
            id="an event of a subscription that only other code asks for is nothing",
        ),
        pytest.param(
            [event("a.py:1", ("event_read",), how="subscribed"), app(**PLATFORM)],
            ["missing-grant warning event_read a.py:1"],
            id="a subscribed event of who knows which account is a warning",
        ),
        pytest.param([event("a.py:1", ("event_read",), in_tests=True), app()], [], id="an event in a test is nothing"),
        pytest.param(
            [need("a.py:1", require("invoice_read", "credit_read")), app("credit_read")],
            [],
            id="one of any of is enough",
        ),
        pytest.param([need("a.py:1", "product_read"), app("link_read")], [], id="what is implied is held"),
        pytest.param(
            [need("a.py:1", require("customer_read", maybe=("link_read",))), app("link_read")],
            ["missing-grant note customer_read a.py:1"],
            id="what may do is a note and used",
        ),
        pytest.param(
            [need("a.py:1", "customer_read", "customer_write"), app("customer_write", **KEY)],
            [],
            id="writing includes reading where it is documented",
        ),
        pytest.param(
            [READ, WRITE, need("b.py:1", "customer_read"), app("customer_write", **PLATFORM)],
            ["missing-grant note customer_read a.py:1"],
            id="writing is assumed to include reading: one note in all",
        ),
        pytest.param(
            [need("a.py:1", "customer_read", resolution="possible"), WRITE, app("customer_write", **PLATFORM)],
            [],
            id="a possible read is not worth that note",
        ),
        pytest.param(
            [need("a.py:1", "link_read"), need("a.py:2", require("customer_read", "product_read")), app()],
            ["missing-grant error link_read a.py:1"],
            id="a needed permission that includes one of several is named once",
        ),
        pytest.param(
            [READ, WRITE, app("customer_write")],
            ["missing-grant error customer_read a.py:1"],
            id="writing does not include reading",
        ),
    ],
)
def test_missing_grants(parts: list[Part], expected: list[str]) -> None:
    assert lines(run(*parts)) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(
            [READ, app("customer_read", "link_read")], ["excess-grant warning link_read app.json:3"], id="unused"
        ),
        pytest.param([app("link_read")], [], id="an app without code reports no excess"),
        pytest.param([need("a.py:1", "customer_read", in_tests=True), app("link_read")], [], id="tests are no code"),
        pytest.param(
            [READ, app("customer_read", "link_read", unread=(unread_part("its views", "app.json:9"),))],
            ["excess-grant note link_read app.json:3"],
            id="an unread part may use it",
        ),
        pytest.param(
            [READ, gap("dynamic-operation", "b.py:4"), app("customer_read", "link_read")],
            ["excess-grant note link_read app.json:3", "unresolved-call note b.py:4"],
            id="a gap may use it",
        ),
        pytest.param(
            [READ, gap("syntax-error", "b.py:4", ""), app("customer_read", "link_read")],
            ["excess-grant note link_read app.json:3"],
            id="a file that cannot be read may use it",
        ),
        pytest.param(
            [READ, gap("dynamic-operation", "tests/b.py:4", in_tests=True), app("customer_read", "link_read")],
            ["excess-grant warning link_read app.json:3"],
            id="a gap in a test says nothing",
        ),
        pytest.param(
            [READ, gap("dynamic-operation", "b.py:4", "other"), app("customer_read", "link_read")],
            ["excess-grant warning link_read app.json:3", "unresolved-call note b.py:4"],
            id="a gap of another system says nothing",
        ),
        pytest.param(
            [READ, app("customer_read", "email_read")],
            ["excess-grant note email_read app.json:3"],
            id="no operation could show its use",
        ),
        pytest.param(
            [READ, need("a.py:3", "product_read", resolution="possible"), app("customer_read", "product_read")],
            [],
            id="a possible call keeps it",
        ),
        pytest.param(
            [READ, need("a.py:3", "product_read", resolution="possible"), app("customer_read", "link_read")],
            [],
            id="a possible call keeps what implies it",
        ),
        pytest.param(
            [
                READ,
                need("a.py:3", "product_read", resolution="possible"),
                app("customer_read", "link_read", "product_read"),
            ],
            ["excess-grant warning link_read app.json:3"],
            id="a possible call keeps no more than it needs",
        ),
        pytest.param(
            [
                READ,
                event("a.py:3", ("event_read",), ("product_read",)),
                app("customer_read", "event_read", "product_read"),
            ],
            [],
            id="a handled event keeps its permissions",
        ),
        pytest.param(
            [READ, need("t.py:3", "link_read", in_tests=True), app("customer_read", "link_read")],
            ["excess-grant note link_read app.json:3"],
            id="only tests use it",
        ),
        pytest.param(
            [READ, need("a.py:3", "link_read", account="own"), app("customer_read", "link_read", **PLATFORM)],
            ["own-account-calls note a.py:3"],
            id="only calls on the own account use it",
        ),
        pytest.param(
            [gap("syntax-error", "a.py:1", ""), app("link_read")],
            ["excess-grant note link_read app.json:2"],
            id="a file that cannot be read may use it",
        ),
        pytest.param(
            [READ, app("customer_write", **KEY)],
            ["write-not-needed warning customer_write app.json:2"],
            id="only reads were found",
        ),
        pytest.param(
            [READ, app("customer_write", **PLATFORM)],
            ["write-not-needed warning customer_write app.json:2"],
            id="the advice to read makes the assumption about writing idle",
        ),
        pytest.param(
            [READ, app("customer_write", "customer_read", **KEY)],
            ["excess-grant warning customer_write app.json:2"],
            id="a write beside its granted read is excess",
        ),
        pytest.param(
            [READ, gap("dynamic-operation", "b.py:4"), app("customer_write", **KEY)],
            ["write-not-needed note customer_write app.json:2", "unresolved-call note b.py:4"],
            id="a gap may write",
        ),
        pytest.param(
            [need("a.py:1", "customer_read", resolution="possible"), app("customer_write", **KEY)],
            ["write-not-needed note customer_write app.json:2"],
            id="only possible reads",
        ),
        pytest.param(
            [READ, need("t.py:1", "customer_write", in_tests=True), app("customer_write", **KEY)],
            ["write-not-needed note customer_write app.json:2"],
            id="only tests write",
        ),
        pytest.param(
            [READ, need("a.py:4", "customer_write", resolution="possible"), app("customer_write", **KEY)],
            [],
            id="a possible write keeps the write",
        ),
        pytest.param(
            [need("a.py:1", require("credit_read", maybe=("customer_read",))), app("customer_write", **KEY)],
            ["missing-grant note credit_read a.py:1", "write-not-needed warning customer_write app.json:2"],
            id="what may be enough for a read stays to read",
        ),
        pytest.param(
            [WRITE, app("customer_write", "customer_read", **KEY)],
            ["redundant-grant note customer_read app.json:3"],
            id="a read beside its needed write is redundant where that is documented",
        ),
        pytest.param(
            [WRITE, READ, app("customer_write", "customer_read", **PLATFORM)],
            [],
            id="and never where it is assumed",
        ),
        pytest.param(
            [need("a.py:1", "link_read"), app("link_read", "product_read")],
            ["redundant-grant note product_read app.json:3"],
            id="implied by another grant",
        ),
        pytest.param(
            [need("a.py:1", "product_read"), app("link_read", "product_read")],
            ["excess-grant warning link_read app.json:2"],
            id="what excess implies is not redundant",
        ),
        pytest.param(
            [app("credit_read", "invoice_read")],
            ["redundant-grant note credit_read app.json:2"],
            id="of two that imply each other one is redundant, with or without code",
        ),
        pytest.param(
            [need("a.py:1", require("invoice_read", "credit_read")), app("credit_read", "invoice_read")],
            ["redundant-grant note credit_read app.json:2"],
            id="and the one the code names first stays",
        ),
        pytest.param([app("hook_write")], ["sensitive-grant note hook_write app.json:2"], id="sensitive"),
    ],
)
def test_unneeded_grants(parts: list[Part], expected: list[str]) -> None:
    assert lines(run(*parts)) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(
            [
                need("a.py:1", covered=False),
                need("a.py:5", covered=False),
                need("b.py:1", covered=False),
                need("b.py:2", covered=False, operation="POST /x"),
                app(),
            ],
            ["uncovered-call note a.py:1", "uncovered-call note b.py:1", "uncovered-call note b.py:2"],
            id="one for each operation and file",
        ),
        pytest.param(
            [need("a.py:1", covered=False, account="own"), app(**PLATFORM)],
            ["own-account-calls note a.py:1"],
            id="not on the own account",
        ),
        pytest.param([need("a.py:1", covered=False, in_tests=True), app()], [], id="not in tests"),
        pytest.param([gap("dynamic-operation", "a.py:3")], ["unresolved-call note a.py:3"], id="also without an app"),
        pytest.param([gap("dynamic-operation", "a.py:3", in_tests=True)], [], id="no gap of a test"),
        pytest.param([gap(kind, "a.py:3") for kind in sorted(NOT_CALLS)], [], id="gaps that are no calls"),
        pytest.param(
            [READ, need("a.py:0", in_tests=True)], ["undeclared-system note a.py:1"], id="nothing is declared"
        ),
        pytest.param([need("a.py:1", "customer_read", in_tests=True)], [], id="nothing is declared for tests"),
    ],
)
def test_calls_that_grants_cannot_answer_for(parts: list[Part], expected: list[str]) -> None:
    assert lines(run(*parts)) == expected


def test_one_permission_in_one_file_is_one_finding_at_the_surest_place() -> None:
    parts: list[Part] = [
        need("a.py:1", "customer_read", resolution="possible", operation="GET /maybe"),
        need("a.py:5", require("customer_read", "link_read"), operation="GET /sure"),
        need("a.py:9", "customer_read", operation="GET /later"),
        need("b.py:1", "customer_read"),
        app(),
    ]
    compared = run(*parts)
    first, second = compared[1]
    assert lines(compared) == ["missing-grant error customer_read a.py:5", "missing-grant error customer_read b.py:1"]
    assert first.certainty == "certain"
    assert first.any_of == ("customer_read",)
    assert first.related == (Step(at("a.py:1"), "GET /maybe"), Step(at("a.py:9"), "GET /later"))
    assert first.evidence == (Step(at("a.py:5"), "sends GET /sure, which requires 'customer_read' or 'link_read'"),)
    assert first.fingerprint != second.fingerprint


def test_where_writing_includes_reading_the_reads_are_further_places_of_the_missing_write() -> None:
    parts: list[Part] = [
        need("a.py:1", "customer_read", operation="GET /here"),
        need("b.py:2", "customer_write", operation="POST /there"),
        need("b.py:3", "customer_read", operation="GET /there"),
        need("c.py:4", "customer_write", operation="POST /later"),
    ]
    key = run(*parts, app(**KEY))
    first, second = key[1]
    assert lines(key) == [
        "missing-grant error customer_write b.py:2",
        "missing-grant error customer_write c.py:4",
    ]
    included = "requires 'customer_read', which 'customer_write' includes"
    assert first.related == (Step(at("a.py:1"), f"GET /here {included}"), Step(at("b.py:3"), f"GET /there {included}"))
    assert first.any_of == ("customer_write",)
    assert second.related == ()
    assert key[0][0].missing == key[0][0].needed == ("customer_write",)
    platform = run(*parts, app(**PLATFORM))
    assert platform[0][0].missing == platform[0][0].needed == ("customer_read", "customer_write")


def test_a_permission_that_is_needed_anyway_is_named_before_the_first_of_several() -> None:
    results, findings, _ = run(
        need("a.py:1", require("invoice_read", "customer_read")), need("a.py:2", "customer_read"), app()
    )
    assert [found.permission for found in findings] == ["customer_read"]
    assert results[0].missing == results[0].needed == ("customer_read",)


def test_the_evidence_names_the_detail_of_a_requirement() -> None:
    expanded = replace(require("customer_read"), because="expand", detail="expand=customer")
    (found,) = run(need("a.py:1", expanded), app())[1]
    assert found.evidence[-1].note == "sends GET /things (expand=customer), which requires 'customer_read'"


def test_what_is_undeclared_points_to_the_first_use_of_each_permission() -> None:
    parts: list[Part] = [
        need("b.py:1", "customer_read"),
        need("a.py:2", "link_read"),
        need("a.py:9", "customer_read"),
        event("a.py:5", ("event_read",), how="subscribed"),
    ]
    (found,) = run(*parts)[1]
    assert found.span == at("a.py:2")
    assert found.related == (Step(at("a.py:9"), "needs 'customer_read'"),)
    assert "'customer_read', 'event_read' and 'link_read'" in found.message


def test_the_result_of_an_app_lists_what_the_comparison_found() -> None:
    (result,), _, _ = run(
        READ, need("a.py:3", "product_read"), app("key_customer_read", "customer_read", "email_read", "nonsense")
    )
    assert result.granted == ("customer_read", "email_read", "nonsense")
    assert result.used == ("customer_read",)
    assert result.met == ("customer_read",)
    assert result.needed == ("customer_read", "product_read")
    assert result.missing == ("product_read",)
    assert result.excess == result.misnamed == ("nonsense",)
    assert result.unknown == ("email_read",)


def test_the_first_of_two_grants_is_the_place_of_a_finding() -> None:
    assert lines(run(READ, app("customer_read", "link_read", "key_link_read"))) == [
        "excess-grant warning link_read app.json:3"
    ]


def test_tests_count_where_the_settings_say_so() -> None:
    parts: list[Part] = [
        need("tests/a.py:1", "customer_read", in_tests=True),
        need("tests/a.py:2", covered=False, in_tests=True),
        gap("dynamic-operation", "tests/a.py:3", in_tests=True),
        event("tests/a.py:4", ("event_read",), in_tests=True),
        app(),
    ]
    assert lines(run(*parts, options=Options(tests=True))) == [
        "missing-grant error customer_read tests/a.py:1",
        "uncovered-call note tests/a.py:2",
        "unresolved-call note tests/a.py:3",
        "missing-grant note event_read tests/a.py:4",
    ]
    assert lines(run(parts[0], options=Options(tests=True))) == ["undeclared-system note tests/a.py:1"]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({"missing-grant": "warning"}, ["missing-grant warning", "missing-grant note", "excess-grant warning"]),
        ({"missing-grant": "off"}, ["excess-grant warning"]),
        ({"excess-grant": "error"}, ["missing-grant error", "missing-grant note", "excess-grant error"]),
        ({"missing-grant": "note", "excess-grant": "off"}, ["missing-grant note", "missing-grant note"]),
        ({}, ["missing-grant error", "missing-grant note", "excess-grant warning"]),
    ],
)
def test_a_level_from_the_settings_is_that_of_certain_findings(
    levels: dict[str, LevelSetting], expected: list[str]
) -> None:
    parts: list[Part] = [
        need("a.py:1", "customer_read"),
        need("b.py:1", "product_read", resolution="possible"),
        app("invoice_read", root="z"),
    ]
    found = run(*parts, options=Options(levels=levels))[1]
    assert [f"{one.rule} {one.level}" for one in found] == expected


def test_the_level_of_a_doubtful_excess_is_not_raised() -> None:
    parts: list[Part] = [READ, app("customer_read", "email_read")]
    assert lines(run(*parts, options=Options(levels={"excess-grant": "error"}))) == [
        "excess-grant note email_read app.json:3"
    ]


def test_fingerprints_survive_moved_lines_and_tell_equal_calls_apart() -> None:
    def fingerprints(shift: int) -> list[str]:
        parts: list[Part] = [
            need(f"a.py:{1 + shift}", "customer_read"),
            need(f"a.py:{2 + shift}", covered=False),
            gap("dynamic-operation", f"a.py:{3 + shift}"),
            gap("dynamic-operation", f"a.py:{4 + shift}"),
            app("link_read", root="z"),
        ]
        return [found.fingerprint for found in run(*parts)[1]]

    assert fingerprints(0) == fingerprints(40)
    assert len(set(fingerprints(0))) == 5
    assert all(len(one) == 32 for one in fingerprints(0))


def test_that_nothing_is_declared_is_one_finding_wherever_the_first_call_stands() -> None:
    found = [run(need(place, "customer_read"))[1] for place in ("a.py:1", "b.py:7")]
    assert found[0][0].span != found[1][0].span
    assert found[0][0].fingerprint == found[1][0].fingerprint


def test_the_fingerprint_of_an_unresolved_call_is_of_its_text_without_its_spaces() -> None:
    def fingerprint(text: str) -> str:
        def source(_: Span) -> str:
            return text

        return run(gap("dynamic-operation", "a.py:1"), options=Options(source=source))[1][0].fingerprint

    assert fingerprint("send(\n    name)") == fingerprint("send( name)")
    assert fingerprint("send(name)") != fingerprint("send(other)")


@dataclass(frozen=True)
class Noted:
    kind: str
    message: str
    permission: str = "customer_raed"
    span: Span = field(default=at("app.json:3"))
    related: tuple[Step, ...] = field(default=())
    app: str = "shop"
    system: str = "acme"
    level: Level | None = None
    advice: str = ""


def test_calls_that_the_grants_do_not_bind_are_counted() -> None:
    results, _, _ = run(need("a.py:1", "customer_read", account="own"), READ, app("customer_read", **PLATFORM))
    assert [step.note for step in results[0].own] == ["GET /things"]


def test_what_the_readers_noted_becomes_findings() -> None:
    noted = [
        Noted("unknown-grant", "'customer_raed' is no permission; did you mean 'customer_read'?"),
        Noted("missing-purpose", "expected a text", permission=""),
    ]
    _, findings, _ = compare(Inventory((), (), ()), (), {}, Options(), noted)
    assert [(f.rule, f.level, f.message, f.any_of) for f in findings] == [
        ("missing-purpose", "warning", "Expected a text.", ()),
        ("unknown-grant", "error", noted[0].message, ("customer_raed",)),
    ]


def test_an_app_of_an_unknown_system_is_left_out() -> None:
    results, findings, gaps = run(READ, app(), app(name="x", system="nowhere"))
    assert [result.app.name for result in results] == ["shop"]
    assert [found.app for found in findings] == ["shop"]
    assert gaps == ()


def test_the_gaps_that_are_no_calls_exist() -> None:
    assert frozenset(GAP_BY_NAME) > NOT_CALLS


def test_what_includes_a_redundant_grant_is_shown_where_it_stands_elsewhere() -> None:
    links = need("a.py:1", "link_read")
    (found,) = run(links, app("link_read", "product_read"))[1]
    assert (found.rule, found.permission) == ("redundant-grant", "product_read")
    assert found.related == (Step(at("app.json:2"), "grants 'link_read'"),)
    both = app("link_read", "product_read")
    both = replace(both, grants=tuple(replace(grant, span=at("app.json:2")) for grant in both.grants))
    assert [one.related for one in run(links, both)[1]] == [()]


def test_a_write_that_is_missing_beside_its_read_raises_the_grant() -> None:
    (result,), _, _ = run(WRITE, app("customer_read"))
    assert result.raised == (("customer_read", "customer_write"),)
    (result,), _, _ = run(WRITE, app())
    assert result.raised == ()


@pytest.mark.parametrize(("resolution", "certainty"), [("resolved", "certain"), ("possible", "possible")])
def test_a_call_that_no_permission_covers_is_as_certain_as_the_call(resolution: Resolution, certainty: str) -> None:
    (found,) = run(need("a.py:1", covered=False, resolution=resolution), app())[1]
    assert (found.rule, found.certainty) == ("uncovered-call", certainty)
    assert ("may call" in found.message) == (certainty == "possible")


def test_what_may_not_even_be_missing_is_not_said_to_be_granted_under_a_wrong_name() -> None:
    terms = {"acme": replace(TERMS["acme"], vocabulary=Vocabulary(PERMISSIONS, "key_"))}
    owner = app("event_raed")
    heard = Inventory((), (event("a.py:1", ("event_read",)),), ())
    sent = Inventory((need("a.py:1", "event_read"),), (), ())
    messages = {
        level: [
            found.message for found in compare(code, (owner,), terms, Options())[1] if found.rule == "missing-grant"
        ]
        for level, code in (("note", heard), ("error", sent))
    }
    assert "'event_raed' is granted, and no permission has that name." in messages["error"][0]
    assert "'event_raed'" not in messages["note"][0]


def test_a_system_without_terms_or_ways_to_declare_still_has_a_message() -> None:
    unknown = run(need("a.py:1", "customer_read", system="third"))[1]
    (found,) = unknown
    assert found.message.startswith("The code calls 'third', but no declaration declares its permissions. The calls")
    assert found.advice.startswith("Run 'leastscope infer --system third'")
    terms = {"acme": replace(TERMS["acme"], declared_by=())}
    (found,) = compare(Inventory((READ,), (), ()), (), terms, Options())[1]
    assert found.message.startswith("The code calls 'acme', but no declaration declares its permissions.")


def test_advice_of_the_system_says_whose_credential_needs_what() -> None:
    terms = {"acme": replace(TERMS["acme"], noun="OAuth client", undeclared_advice="Register a client.")}
    (found,) = compare(Inventory((READ,), (), ()), (), terms, Options())[1]
    assert found.message.endswith("An OAuth client needs 'customer_read'.")
    assert found.advice == "Register a client."


def test_what_nothing_speaks_for_is_not_said_to_be_needed() -> None:
    (found,) = run(need("a.py:1", replace(require("link_read"), strength="open")))[1]
    assert found.message.endswith("The calls that leastscope found need no permission.")


def test_a_permission_that_does_not_exist_is_not_sensitive() -> None:
    assert (TERMS["acme"].sensitive("hook_write"), TERMS["acme"].sensitive("nothing")) == ("It can redirect data.", "")


def test_equal_findings_have_fingerprints_that_stay_the_same_over_releases() -> None:
    """Code scanning closes a finding whose fingerprint changes, and opens it again."""
    gaps = [gap("dynamic-operation", f"a.py:{line}") for line in (3, 4)]
    assert [found.fingerprint for found in run(*gaps)[1]] == [
        "f87dee1723429af7674dbf6114d38ac9",
        "cbefe5fb00e8337916036287c009dbcd",
    ]
