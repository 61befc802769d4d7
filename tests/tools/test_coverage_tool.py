"""The proof that every method is resolved: what is listed, written, noted and judged."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

import pytest

from tools.coverage import methods, program, record, score
from tools.coverage.methods import Call
from tools.coverage.program import Function
from tools.stripe_sdk.probe import Sent

if TYPE_CHECKING:
    from pathlib import Path

_CALL = Call("resource", "stripe.Customer.retrieve", ("id",), ("return stripe.Customer.retrieve(id)",))
_FUNCTION = Function("resource_0.py", 10, 11, "stripe_customer_retrieve_0", _CALL)
_SENT = {"sent": [[11, "GET", "/v1/customers/{}"]]}


def _library() -> types.ModuleType:
    """A library of the shape the listing expects, with one resource."""

    class StripeObject:
        def to_dict(self) -> None:
            """Part of every object."""

    class ListObject(StripeObject):
        pass

    class SearchResultObject(StripeObject):
        pass

    class TestHelpers:
        @classmethod
        def expire(cls, refund: str, **params: object) -> None:
            """Sent by the class."""

    class Refund(StripeObject):
        OBJECT_NAME = "refund"

        @classmethod
        def retrieve(cls, id: str, **params: object) -> None:  # noqa: A002 - as the library names it
            """Sent by the class."""

        @classmethod
        async def list_async(cls, **params: object) -> None:
            """Sent by the class."""

        def refresh(self) -> None:
            """Sent by an object."""

    Refund.TestHelpers = TestHelpers  # type: ignore[attr-defined]
    module = types.ModuleType("stripe")
    for cls in (StripeObject, ListObject, SearchResultObject, Refund):
        setattr(module, cls.__name__, cls)
    return module


def _texts() -> dict[tuple[str, str], tuple[str, ...]]:
    return {(call.member, call.style): call.lines for call in methods.resource_calls(_library())}


@pytest.mark.parametrize(
    ("member", "style", "lines"),
    [
        ("stripe.Refund.retrieve", "resource", ("return stripe.Refund.retrieve(id)",)),
        ("stripe.Refund.retrieve", "resource, by name", ("return stripe.Refund.retrieve(id=id)",)),
        ("stripe.Refund.list_async", "resource, async", ("return await stripe.Refund.list_async(limit=3)",)),
        ("stripe.Refund.refresh", "instance", ("return found.refresh()",)),
        (
            "stripe.Refund.refresh",
            "instance of a retrieved object",
            ("return stripe.Refund.retrieve(object_id).refresh()",),
        ),
        ("stripe.Refund.TestHelpers.expire", "test helper", ("return stripe.Refund.TestHelpers.expire(refund)",)),
    ],
)
def test_a_method_is_called_in_each_style_it_has(member: str, style: str, lines: tuple[str, ...]) -> None:
    assert _texts()[member, style] == lines


def test_all_the_pages_of_a_list_are_read_too() -> None:
    lines = _texts()["stripe.Refund.list_async", "resource, pages, async"]

    assert lines[1] == "async for item in pages.auto_paging_iter():"


def test_the_program_compiles_and_knows_where_each_function_stands(tmp_path: Path) -> None:
    functions = program.write(methods.resource_calls(_library()), tmp_path, "stripe==16.1.0")

    assert (tmp_path / "requirements.txt").read_text("utf-8") == "stripe==16.1.0\n"
    for function in functions:
        text = (tmp_path / function.file).read_text("utf-8")
        compile(text, function.file, "exec")
        lines = text.splitlines()[function.first - 1 : function.last]
        assert f"def {function.name}(" in lines[0]
        assert tuple(line[4:] for line in lines[1:]) == function.call.lines


def test_a_request_is_answered_once_and_the_next_one_ends_the_call() -> None:
    wire = record.Wire()
    wire.answers = [{"object": "list", "has_more": True}]

    body, status, _ = wire.ask("get", "/v1/refunds?limit=3")

    assert (status, '"url": "/v1/refunds"' in body) == (200, True)
    with pytest.raises(Sent):
        wire.ask("post", "/v1/refunds/zz_refund/cancel")
    assert [row[1:] for row in wire.sent] == [("GET", "/v1/refunds"), ("POST", "/v1/refunds/{}/cancel")]


def _named(path: str, resolution: str = "resolved", line: int = 11, verb: str = "GET") -> dict[str, Any]:
    return {"file": "resource_0.py", "line": line, "verb": verb, "path": path, "resolution": resolution}


_RIGHT = _named("/v1/customers/{customer}")


@pytest.mark.parametrize(
    ("requests", "right", "among"),
    [
        ([_RIGHT], True, False),
        ([_RIGHT, _RIGHT], True, False),
        ([], False, False),
        ([_named("/v1/customers")], False, False),
        ([_named("/v1/customers/{customer}", verb="POST")], False, False),
        ([_named("/v1/customers/{customer}", line=10)], False, False),
        ([_RIGHT, _named("/v1/charges/{charge}")], False, False),
        ([_RIGHT, _named("/v1/charges/{charge}", "possible")], True, True),
        ([_named("/v1/charges/{charge}", "possible")], False, False),
    ],
    ids=[
        "the same",
        "the same twice",
        "nothing",
        "another path",
        "another verb",
        "another line",
        "one more that is called certain",
        "one more that is called possible",
        "only another one",
    ],
)
def test_a_call_is_right_where_the_scan_names_what_was_sent(
    requests: list[dict[str, Any]], *, right: bool, among: bool
) -> None:
    [verdict], silent = score.judge([_FUNCTION], {"resource_0.py": [_SENT]}, requests)

    assert (verdict.right, verdict.among, silent) == (right, among, {})


def test_a_call_that_sends_nothing_is_left_out() -> None:
    verdicts, silent = score.judge([_FUNCTION], {"resource_0.py": [{"sent": [], "error": score.NOTHING}]}, [])

    assert (verdicts, silent) == ([], {score.NOTHING: ["stripe.Customer.retrieve"]})


def test_naming_a_request_where_nothing_is_sent_is_a_miss() -> None:
    [verdict], _ = score.judge([_FUNCTION], {"resource_0.py": [{"sent": [], "error": score.NOTHING}]}, [_RIGHT])

    assert not verdict.right


def test_a_miss_names_the_method_and_both_answers() -> None:
    [verdict], _ = score.judge([_FUNCTION], {"resource_0.py": [_SENT]}, [_named("/v1/customers")])

    assert score.missed(verdict) == (
        "stripe.Customer.retrieve (resource) resource_0.py:10: GET /v1/customers/{}; named: GET /v1/customers"
    )


def test_the_table_counts_by_style_and_in_all() -> None:
    verdicts, _ = score.judge([_FUNCTION, _FUNCTION], {"resource_0.py": [_SENT, _SENT]}, [_RIGHT])

    rows = [" ".join(row.split()) for row in score.table(verdicts)]

    assert rows[1:] == ["resource 2 2 0 0", "all 2 2 0 0"]


def test_what_was_left_out_is_named_with_the_kind_of_reason() -> None:
    silent = {"ValueError('a')": ["stripe.A.refresh"], "ValueError('b')": ["stripe.B.refresh", "stripe.B.save"]}

    assert score.silence(silent) == ["left out (ValueError): 3 calls: refresh 2, save 1"]
