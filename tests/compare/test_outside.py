"""What is sent only if code that was not read calls the place: it asks for nothing, and keeps what is granted."""

from __future__ import annotations

from dataclasses import replace

from compare_samples import app, lines, need, run

SURE = need("a.py:1", "product_read")
OTHER = need("a.py:3", "customer_read", resolution="outside")


def test_nobody_is_told_to_grant_what_only_other_code_asks_for() -> None:
    assert lines(run(SURE, OTHER, app("product_read"))) == []
    assert lines(run(replace(OTHER, covered=False), app())) == []


def test_a_grant_that_only_other_code_may_use_is_not_called_unused() -> None:
    assert lines(run(SURE, OTHER, app("product_read", "customer_read"))) == []
    assert lines(run(SURE, app("product_read", "customer_read"))) == ["excess-grant warning customer_read app.json:3"]


def test_a_system_that_only_other_code_calls_is_not_undeclared() -> None:
    assert lines(run(OTHER)) == []
    (found,) = run(OTHER, SURE)[1]
    assert found.rule == "undeclared-system"
    assert "product_read" in found.message
    assert "customer_read" not in found.message
