"""Where the code needs what its app needs, and what it needs where nothing is declared."""

from __future__ import annotations

from dataclasses import replace

from compare_samples import TERMS, Part, app, at, event, need, require, run
from leastscope.compare import undeclared_needs
from leastscope.model import App, AppResult, EventNeed, Inventory, Need


def used(result: AppResult) -> list[str]:
    """Return the uses of a result as `permission at path:line for what it asks`."""
    return [
        f"{use.permission} at {use.span.path}:{use.span.line} for {' '.join(use.requirement.any_of)}"
        for use in result.uses
    ]


def undeclared(*parts: Part, tests: bool = False) -> list[tuple[str, tuple[str, ...], list[str]]]:
    """Return system, permissions and uses of what nothing declares."""
    needs = tuple(part for part in parts if isinstance(part, Need))
    events = tuple(part for part in parts if isinstance(part, EventNeed))
    apps = tuple(part for part in parts if isinstance(part, App))
    found = undeclared_needs(Inventory(needs, events, ()), apps, TERMS, tests=tests)
    return [(result.app.system, result.needed, used(result)) for result in found]


def uses(*parts: Part) -> list[str]:
    """Return the uses of the only app."""
    (result,) = run(*parts)[0]
    return used(result)


def test_every_place_that_counts_stands_under_the_permission_that_meets_it() -> None:
    parts = [need("a.py:1", "customer_read"), need("a.py:2", "customer_write"), need("b.py:1", "customer_write")]
    assert uses(*parts, app()) == [
        "customer_read at a.py:1 for customer_read",
        "customer_write at a.py:2 for customer_write",
        "customer_write at b.py:1 for customer_write",
    ]
    assert uses(*parts, app("customer_write", write_implies_read="documented")) == [
        "customer_write at a.py:1 for customer_read",
        "customer_write at a.py:2 for customer_write",
        "customer_write at b.py:1 for customer_write",
    ]


def test_of_several_permissions_that_would_do_the_one_that_is_needed_is_named() -> None:
    place = need("a.py:1", require("invoice_read", "email_read"))
    assert uses(place, app("email_read")) == ["email_read at a.py:1 for invoice_read email_read"]
    assert uses(place, app()) == ["invoice_read at a.py:1 for invoice_read email_read"]


def test_what_only_may_be_needed_and_what_tests_do_is_no_use() -> None:
    parts: list[Part] = [
        need("a.py:1", "customer_read", resolution="possible"),
        need("a.py:2", "customer_read", in_tests=True),
        event("a.py:3", ("event_read",)),
        event("a.py:4", ("event_read",), how="subscribed"),
    ]
    assert uses(*parts, app()) == ["event_read at a.py:4 for event_read"]


def test_a_use_leads_to_its_place() -> None:
    (result,) = run(need("a.py:7", "customer_read"), app())[0]
    (use,) = result.uses
    assert (use.span, use.evidence[-1].span) == (at("a.py:7"), at("a.py:7"))
    assert "which requires 'customer_read'" in use.evidence[-1].note


def test_code_of_a_system_without_declarations_is_an_app_without_name_and_grants() -> None:
    parts = [need("a.py:1", "customer_read"), need("b.py:1", "customer_read", in_tests=True)]
    assert undeclared(*parts) == [("acme", ("customer_read",), ["customer_read at a.py:1 for customer_read"])]
    assert undeclared(*parts, app()) == []
    assert len(undeclared(*parts, tests=True)[0][2]) == 2
    assert undeclared(parts[1]) == []


def test_an_app_that_nothing_declares_has_nothing_but_what_its_code_needs() -> None:
    terms = {"acme": replace(TERMS["acme"], twins=False, access="keys")}
    (result,) = undeclared_needs(Inventory((need("a.py:1", "customer_read"),), (), ()), (), terms, tests=False)
    assert result.app == App("", "", "acme", terms["acme"].kind, (), (), write_implies_read="no", access="keys")
    assert result == AppResult(result.app, (), ("customer_read",), (), (), (), result.uses)
