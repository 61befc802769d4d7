"""What holds for any code and any grants."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from hypothesis import given
from hypothesis import strategies as st

from compare_samples import PERMISSIONS, TERMS, Compared, Part, app, at, event, gap, need, require, run
from leastscope.compare import least
from leastscope.model import App, AppResult, Bound, EventNeed, Finding, Grant, How, Need

if TYPE_CHECKING:
    from random import Random

    from leastscope.compare.terms import AnyOf

names = st.sampled_from(sorted(PERMISSIONS))
any_ofs: st.SearchStrategy[AnyOf] = st.lists(names, min_size=1, max_size=3, unique=True).map(tuple)
places = st.builds("{}.py:{}".format, st.sampled_from(["a", "x/b", "tests/c"]), st.integers(1, 9))
requirements = st.builds(
    lambda any_of, certainty, maybe: require(*any_of, certainty=certainty, maybe=tuple(maybe)),
    any_ofs,
    st.sampled_from(["documented", "inferred"]),
    st.lists(names, max_size=1),
)


@st.composite
def needs(draw: st.DrawFn) -> Need:
    return need(
        draw(places),
        *draw(st.lists(requirements, max_size=2)),
        resolution=draw(st.sampled_from(["resolved", "resolved", "possible"])),
        account=draw(st.sampled_from(["connected", "own", "unknown"])),
        in_tests=draw(st.booleans()),
        covered=draw(st.booleans()),
    )


@st.composite
def events(draw: st.DrawFn) -> EventNeed:
    kinds: list[How] = ["handled", "subscribed"]
    how = draw(st.sampled_from(kinds))
    return event(draw(places), ("event_read",), draw(any_ofs), how=how, in_tests=draw(st.booleans()))


@st.composite
def apps(draw: st.DrawFn) -> App:
    bounds: list[Bound] = ["all", "connected", "token"]
    rules: list[Literal["documented", "assumed", "no"]] = ["documented", "assumed", "no"]
    bound, implies = draw(st.sampled_from(bounds)), draw(st.sampled_from(rules))
    granted = draw(st.lists(names, unique=True))
    return app(*granted, root=draw(st.sampled_from([".", "x"])), bound=bound, write_implies_read=implies)


uses: st.SearchStrategy[list[Part]] = st.lists(
    st.one_of(needs(), needs(), events(), st.builds(gap, st.just("dynamic-operation"), places)), max_size=8
)


def missing(findings: tuple[Finding, ...]) -> set[tuple[str, AnyOf, object]]:
    return {(f.permission, f.any_of, f.span) for f in findings if f.rule == "missing-grant" and f.level != "note"}


@given(uses, apps(), names)
def test_adding_a_grant_never_adds_a_missing_permission(code: list[Part], one: App, name: str) -> None:
    more = replace(one, grants=(*one.grants, Grant(name, at("app.json:99"), "why")))
    (before,), found, _ = run(*code, one)
    (after,), found_after, _ = run(*code, more)
    assert len(after.missing) <= len(before.missing)
    assert {span for _, _, span in missing(found_after)} <= {span for _, _, span in missing(found)} | {
        related.span for f in found for related in f.related
    }


@given(uses, apps(), names)
def test_each_grant_is_used_or_excess_or_unknown_and_each_need_met_or_missing(
    code: list[Part], one: App, name: str
) -> None:
    misspelt = Grant(f"{name}x", at("app.json:99"), "why")
    (result,), findings, _ = run(*code, replace(one, grants=(*one.grants, misspelt)))
    assert sorted((*result.used, *result.excess, *result.unknown)) == list(result.granted)
    assert sorted((*result.met, *result.missing)) == list(result.needed)
    assert set(result.misnamed) == {f"{name}x"} & set(result.excess)
    too_much = {f for f in findings if f.rule in {"excess-grant", "write-not-needed", "redundant-grant"}}
    assert {each for f in too_much for each in f.any_of} <= {*result.excess, *result.unknown}
    sure = {each for f in too_much if f.level == "warning" or f.rule == "redundant-grant" for each in f.any_of}
    assert sure == {*result.excess} - {*result.misnamed}


@given(uses, apps(), st.randoms())
def test_the_order_of_the_code_and_the_grants_changes_nothing(code: list[Part], one: App, random: Random) -> None:
    shuffled, grants = list(code), list(one.grants)
    random.shuffle(shuffled)
    random.shuffle(grants)
    (result,), findings, gaps = run(*code, one)
    (again,), findings_again, gaps_again = run(*shuffled, replace(one, grants=tuple(grants)))
    assert replace(again, app=one) == replace(result, app=one)
    assert (findings_again, gaps_again) == (findings, gaps)


@given(uses, apps())
def test_granting_what_is_needed_leaves_nothing_missing_and_nothing_in_excess(code: list[Part], one: App) -> None:
    (before,), _, _ = run(*code, one)
    exact = replace(app(*before.needed, root=one.root), bound=one.bound, write_implies_read=one.write_implies_read)
    (result,), findings, _ = run(*code, exact)
    assert result.needed == before.needed
    assert result.missing == result.excess == ()
    assert not {found.rule for found in findings} & {"excess-grant", "write-not-needed", "redundant-grant"}


def advised(one: App, result: AppResult, findings: tuple[Finding, ...]) -> App:
    """Do what the findings say: grant what is missing, remove what is too much, replace a write by its read."""
    replaced = {f.permission for f in findings if f.rule == "write-not-needed"}
    removed = replaced | {name for f in findings if f.rule in {"excess-grant", "redundant-grant"} for name in f.any_of}
    granted = (set(result.granted) - removed) | {PERMISSIONS[name].read for name in replaced} | set(result.missing)
    return app(*sorted(granted), root=one.root, bound=one.bound, write_implies_read=one.write_implies_read)


@given(uses, apps())
def test_what_is_missing_is_needed_and_none_of_it_includes_another(code: list[Part], one: App) -> None:
    (result,), findings, _ = run(*code, one)
    assert set(result.missing) <= set(result.needed)
    assert set(result.missing).isdisjoint(result.granted)
    documented = one.write_implies_read == "documented"
    for name in result.missing:
        allowed = TERMS["acme"].held([name], write_implies_read=documented)
        assert not (allowed - {name}) & set(result.missing)
        hidden = {f.permission for f in findings if f.rule == "missing-grant"} & allowed - {name}
        assert not hidden


@given(uses, apps())
def test_following_the_findings_never_breaks_a_call_and_comes_to_an_end(code: list[Part], one: App) -> None:
    """A grant that meets a need until a missing one is granted may go in the second round."""
    first, second, third = [(one := advised(one, *_first(run(*code, one)))) for _ in range(3)]
    assert run(*code, first)[0][0].missing == ()
    assert run(*code, second)[0][0].missing == ()
    assert third.grants == second.grants
    assert not {f.rule for f in run(*code, third)[1]} & {"excess-grant", "write-not-needed", "redundant-grant"}


def _first(compared: Compared) -> tuple[AppResult, tuple[Finding, ...]]:
    return compared[0][0], compared[1]


@given(uses, apps())
def test_every_finding_has_evidence_and_its_own_fingerprint(code: list[Part], one: App) -> None:
    _, findings, _ = run(*code, one)
    assert all(found.evidence for found in findings)
    assert len({found.fingerprint for found in findings}) == len(findings)
    assert all(found.message.endswith(".") for found in findings)


@given(st.lists(any_ofs), st.lists(names), st.booleans())
def test_the_least_set_meets_everything_and_nothing_of_it_can_be_left_out(
    demands: list[AnyOf], granted: list[str], twins: bool
) -> None:
    terms = TERMS["acme"]
    chosen = least(demands, terms, frozenset(granted), write_implies_read=twins)

    def meets(permissions: frozenset[str]) -> bool:
        held = terms.held(permissions, write_implies_read=twins)
        return not any(held.isdisjoint(any_of) for any_of in demands)

    assert meets(chosen)
    assert not any(meets(chosen - {name}) for name in chosen)
