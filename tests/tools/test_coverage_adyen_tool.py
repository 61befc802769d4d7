"""The proof for Adyen's library: what is listed, written and noted, and what a URL takes by the pack's rows."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

import pytest

from places import ROOT
from tools.adyen_sdk import probe
from tools.coverage.adyen import listing, recording, truth, writing

if TYPE_CHECKING:
    from pathlib import Path

    from tools.coverage.methods import Call


class AdyenServiceBase:
    """The class by which the listing knows services."""


class PaymentsApi(AdyenServiceBase):
    def payments(self, request: object, idempotency_key: str | None = None, **kwargs: object) -> None:
        """Send a body."""

    def refund(self, request: object, reference: str, path_param: str = "", **kwargs: object) -> None:
        """Send a body for an id."""

    def _helper(self) -> None:
        """Not for callers."""


class AdyenCheckoutApi(AdyenServiceBase):
    def __init__(self) -> None:
        self.payments_api = PaymentsApi()


class Adyen:
    def __init__(self) -> None:
        self.checkout = AdyenCheckoutApi()
        self.silent = AdyenCheckoutApi()


def _library() -> types.ModuleType:
    module = types.ModuleType("Adyen")
    vars(module).update(Adyen=Adyen, checkout=AdyenCheckoutApi())
    return module


def _calls() -> list[Call]:
    classes = {
        "Adyen.services.checkout.AdyenCheckoutApi": AdyenCheckoutApi,
        "Adyen.services.x.PaymentsApi": PaymentsApi,
    }
    return [*listing.attached_calls(_library()), *listing.class_calls(classes)]


@pytest.mark.parametrize(
    ("style", "line"),
    [
        ("object", "return client.checkout.payments_api.payments(request)"),
        (
            "object, by name",
            'return client.checkout.payments_api.payments(request=request, query_parameters={"page": 1})',
        ),
        ("object", "return client.checkout.payments_api.refund(request, reference, path_param=path_param)"),
        ("kept on self", "return self.adyen.checkout.payments_api.payments(request)"),
        ("package", "return Adyen.checkout.payments_api.payments(request)"),
        ("class", "return PaymentsApi(client=base).payments(request)"),
        ("class of a service", "return AdyenCheckoutApi(client=base).payments_api.payments(request)"),
    ],
)
def test_a_method_is_called_in_every_way_there_is(style: str, line: str) -> None:
    assert line in [call.lines[-1] for call in _calls() if call.style == style]


def test_only_what_the_package_holds_is_called_on_it_and_no_helper_anywhere() -> None:
    members = {call.member for call in _calls()}
    assert "client.silent.payments_api.payments" in members
    assert "Adyen.silent.payments_api.payments" not in members
    assert not any("_helper" in member for member in members)


def test_the_program_compiles_and_knows_where_each_function_stands(tmp_path: Path) -> None:
    functions = writing.write(_calls(), tmp_path, "Adyen==16.0.0")

    assert (tmp_path / "requirements.txt").read_text("utf-8") == "Adyen==16.0.0\n"
    assert len(functions) == len(_calls())
    for function in functions:
        text = (tmp_path / function.file).read_text("utf-8")
        compile(text, function.file, "exec")
        lines = text.splitlines()[function.first - 1 : function.last]
        assert f"def {function.name}(" in lines[0]
        assert tuple(line.strip() for line in lines[1:]) == function.call.lines


def test_a_call_is_noted_with_the_line_of_the_program_that_made_it() -> None:
    code = "\n\ndef go(request):\n    return wire.request('GET', 'https://x.example/v1/a')\n"
    scope: dict[str, Any] = {"wire": probe.Wire()}
    exec(compile(code, "program.py", "exec"), scope)  # noqa: S102 - the text stands above

    found = recording._recorded("program.py", scope["go"], ["request"])

    assert found == {"sent": [[4, "GET", "https://x.example/v1/a"]]}


@pytest.mark.parametrize(
    ("body", "error"),
    [("pass", "sends nothing"), ("raise ValueError('no')", "ValueError('no')")],
    ids=["silent", "raises"],
)
def test_a_call_that_sends_nothing_is_noted_with_the_reason(body: str, error: str) -> None:
    scope: dict[str, Any] = {}
    exec(f"def go():\n    {body}\n", scope)  # noqa: S102 - the text stands above

    assert recording._recorded("program.py", scope["go"], []) == {"sent": [], "error": error}


@pytest.fixture(scope="module")
def rows() -> truth.Rows:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return truth.Rows()


@pytest.mark.parametrize(
    ("verb", "url", "told"),
    [
        (
            "POST",
            "https://checkout-test.adyen.com/v72/payments/zz_id/refunds",
            "/payments/{}/refunds takes psp.onlinepayment:write",
        ),
        (
            "GET",
            "https://checkout-test.adyen.com/v71/storedPaymentMethods?page=1",
            "/storedPaymentMethods takes psp.onlinepayment:write or psp.onlinepayment.tokenization:write",
        ),
        ("POST", "https://checkout-test.adyen.com/v72/sessions", "/sessions takes psp.onlinepayment:write"),
        ("POST", "https://checkout-test.adyen.com/checkout/possdk/v68/sessions", "/sessions takes uncovered"),
        ("POST", "https://test.adyen.com/hpp/directory.shtml", "/directory takes uncovered"),
        ("POST", "https://checkout-test.adyen.com/v72/unheard", "https://checkout-test.adyen.com/v72/unheard"),
    ],
)
def test_a_url_takes_what_the_row_of_its_server_says(rows: truth.Rows, verb: str, url: str, told: str) -> None:
    assert rows.told(verb, url) == told


def test_what_a_scan_names_is_written_like_what_was_sent() -> None:
    needs = [{"any_of": ["a:write", "b:write"]}, {"any_of": ["c:write"]}]
    asked = [
        {"path": "/x/{id}", "covered": True, "permissions": needs},
        {"path": "/y", "covered": False, "permissions": []},
    ]
    assert [row["path"] for row in truth.of_requests(asked)] == [
        "/x/{} takes a:write or b:write and c:write",
        "/y takes uncovered",
    ]
