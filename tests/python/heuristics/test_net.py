"""The net: a call that looks like the library's is never passed over, and one that is known to be another's is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files
from leastscope.evaluations import WITHOUT_NET

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.model import Inventory

IMPORT = "import stripe\n"


def caught(inventory: Inventory) -> list[tuple[str, int, str, str]]:
    """What only the net found: file, line, verb and path of requests, and what gaps it left."""
    requests = [need.request for need in inventory.needs if need.request.found_by == "net"]
    gaps = [gap for gap in inventory.gaps if gap.kind == "unexplained-call"]
    found = [(one.span.path, one.span.line, one.verb, one.path) for one in requests]
    return [*found, *((gap.span.path, gap.span.line, "gap", gap.system) for gap in gaps)]


def of(text: str, tmp_path: Path) -> list[str]:
    return [f"{verb} {path}" for _, _, verb, path in caught(inventory_of_files({"app.py": IMPORT + text}, tmp_path))]


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("def f(held):\n    held.v1.refunds.create({})\n", "POST /v1/refunds"),
        ("def f(held):\n    held['a'].v1.refunds.create({})\n", "POST /v1/refunds"),
        ("def f(held):\n    held.sdk.Customer.delete('c')\n", "DELETE /v1/customers/{customer}"),
        ("class A:\n    def f(self):\n        self.box.kept.customers.list()\n", "GET /v1/customers"),
        ("class A:\n    made = lambda held: held.v1.payouts.list()\n", "GET /v1/payouts"),
        ("class A:\n    held.payouts.list()\n", "GET /v1/payouts"),
        ("from app import container\ncontainer.gateway.v1.payouts.list()\n", "GET /v1/payouts"),
        ("def never_called(held):\n    return [each.v1.disputes.list() for each in held]\n", "GET /v1/disputes"),
        ("gateway = None\ndef f():\n    gateway.v1.payouts.list()\n", "GET /v1/payouts"),
    ],
)
def test_a_call_on_a_receiver_of_which_nothing_is_known_is_possible(text: str, operation: str, tmp_path: Path) -> None:
    assert of(text, tmp_path) == [operation]


@pytest.mark.parametrize(
    "text",
    [
        "class Customer:\n    objects = None\nCustomer.create()\n",
        "class Refunds:\n    def create(self, body): ...\nclass Api:\n    refunds = Refunds()\nApi().refunds.create({})\n",
        "import braintree\nbraintree.Customer.create({})\n",
        "from polar import Polar\nkept = Polar('k')\ndef f():\n    own = Polar('k')\n    own.customers.list()\n",
        "from polar import Polar\ndef f(client: Polar):\n    client.customers.list()\n",
        "from polar import Polar\ndef f(client: Polar | None):\n    client.customers.list()\n",
        "from polar import Polar\ndef f(client: 'list[Polar]'):\n    Polar('k').customers.list()\n",
        "from polar import Polar\ndef f(client: 'Polar'):\n    client.customers.list()\n",
        "import polar as p\nfrom typing import Callable\ndef f(get: Callable[[], p.Polar]):\n    get().customers.list()\n",
        "def f(mock_client):\n    mock_client.v1.customers.create({})\n",
        "def f(sdk):\n    sdk.mock.Customer.create()\n",
        "from unittest.mock import MagicMock\nsdk = MagicMock()\nMagicMock().Customer.create()\n",
        "def f():\n    raise ValueError\n    held.v1.refunds.create({})\n",
        "def f():\n    sdk = None\n    sdk.Customer.list()\n",
        "def f(event):\n    event.data.get('x')\n    'a'.format()\n",
        "try:\n    pass\nexcept stripe.error.CardError as error:\n    error.json_body.get('x')\n",
        "@app.post('/v1/refunds')\ndef refund():\n    return reverse('/v1/refunds')\n",
        "def f(held):\n    held.v1.refunds.create.return_value = 1\n    held.v1.refunds.create.assert_called_once()\n",
    ],
)  # fmt: skip
def test_a_receiver_that_is_known_to_be_something_else_is_none(text: str, tmp_path: Path) -> None:
    assert of(text, tmp_path) == []


def test_a_telling_call_counts_in_every_file_if_the_code_imports_the_library(tmp_path: Path) -> None:
    use = "from shop import kept\ndef f():\n    kept().v1.payouts.list()\n    kept().payouts.list()\n"
    found = [("use.py", 3, "GET", "/v1/payouts")]
    assert caught(inventory_of_files({"app.py": IMPORT, "use.py": use}, tmp_path / "one")) == found
    assert caught(inventory_of_files({"app.py": "# stripe\n", "use.py": use}, tmp_path / "two")) == []
    assert caught(inventory_of_files({"test_app.py": IMPORT, "use.py": use}, tmp_path / "three")) == []


def test_names_that_other_libraries_have_too_count_only_where_the_library_is_imported(tmp_path: Path) -> None:
    mentions = "# like stripe\ndef f(client):\n    client.customers.list()\n    client.v1.customers.list()\n"
    assert caught(inventory_of_files({"app.py": mentions}, tmp_path)) == [("app.py", 4, "GET", "/v1/customers")]


def test_what_the_evaluation_explains_is_not_found_twice(tmp_path: Path) -> None:
    text = "client = stripe.StripeClient('k')\ndef f(gateway):\n    gateway.v1.refunds.create({})\nf(client)\n"
    inventory = inventory_of_files({"app.py": IMPORT + text}, tmp_path)
    assert [(need.request.span.line, need.request.found_by) for need in inventory.needs] == [(4, "evaluation")]
    assert caught(inventory) == []


def test_a_possible_request_says_why_it_is_there(tmp_path: Path) -> None:
    inventory = inventory_of_files({"app.py": IMPORT + "def f(held):\n    held.v1.refunds.create({})\n"}, tmp_path)
    (need,) = inventory.needs
    assert (need.request.resolution, need.request.closed, need.request.credential) == ("possible", False, "unknown")
    assert "ends as the library's do" in need.request.evidence[0].note


def test_a_call_that_leaves_its_operation_to_its_arguments_is_a_gap(tmp_path: Path) -> None:
    text = "import Adyen\ndef f(held, data):\n    held.client.call_adyen_api(data, 'Checkout', 'POST', '/payments')\n"
    (gap,) = inventory_of_files({"app.py": text}, tmp_path).gaps
    assert (gap.kind, gap.system, gap.span.line) == ("unexplained-call", "adyen", 3)
    assert "'client.call_adyen_api'" in gap.reason


def test_the_net_can_be_switched_off_to_measure_the_evaluation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WITHOUT_NET, "1")
    assert of("def f(held):\n    held.v1.refunds.create({})\n", tmp_path) == []


PATHS = "# stripe\n"


def of_path(text: str, tmp_path: Path, name: str = "app.py") -> list[str]:
    return [f"{verb} {path}" for _, _, verb, path in caught(inventory_of_files({name: PATHS + text}, tmp_path))]


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("def f(http):\n    http.post('/v1/refunds', {})\n", "POST /v1/refunds"),
        ("class A:\n    def f(self, key):\n        self.http.get(f'/v1/customers/{key}')\n", "GET /v1/customers/{}"),
        (
            "class A:\n    def f(self, key):\n        self.http.delete('/v1/coupons/%s' % key)\n",
            "DELETE /v1/coupons/{}",
        ),
        (
            "def f(http, key):\n    http.put('/v1/payouts')\n    http.box._get('/v1/payouts/' + key)\n",
            "GET /v1/payouts/{}",
        ),
        ("def f(http):\n    http.request('POST', '/v1/refunds')\n", "POST /v1/refunds"),
        ("def f(http):\n    http.api_request('/v1/refunds', method='post')\n", "POST /v1/refunds"),
        ("from app import http\nhttp.box.post('/v1/refunds')\n", "POST /v1/refunds"),
    ],
)
def test_the_path_of_an_operation_on_an_unknown_receiver_is_possible(text: str, operation: str, tmp_path: Path) -> None:
    assert of_path(text, tmp_path) == [operation]


@pytest.mark.parametrize(
    "text",
    [
        "def f(http):\n    http.post('/refunds')\n    http.post('/v1/nothing')\n    http.post('v1/refunds')\n",
        "def f(http):\n    http.log('/v1/refunds')\n    http.add_post('/v1/refunds', f)\n    post('/v1/refunds')\n",
        "@app.post('/v1/refunds')\ndef refund():\n    return url_for('/v1/refunds')\n",
        "from starlette.testclient import TestClient\nclient = TestClient(app)\nclient.post('/v1/refunds')\n",
        "from starlette.testclient import TestClient\ndef f(client: TestClient):\n    client.post('/v1/refunds')\n",
        "class Http:\n    def post(self, path): ...\nHttp().post('/v1/refunds')\n",
        "def f(mock_http):\n    mock_http.post('/v1/refunds')\n",
        "seen = {}\nseen.get('/v1/payouts')\n",
        "import requests\nrequests.post('/v1/refunds')\n",
        "import somehttp\nsomehttp.Pool.post('/v1/refunds')\n",
    ],
)
def test_a_path_alone_is_no_request(text: str, tmp_path: Path) -> None:
    assert of_path(text, tmp_path) == []


def test_paths_count_only_where_the_file_names_the_system_and_is_no_test(tmp_path: Path) -> None:
    text = "def f(http):\n    http.post('/v1/refunds', {})\n"
    assert caught(inventory_of_files({"app.py": text, "other.py": PATHS}, tmp_path)) == []
    assert of_path(text, tmp_path, "tests/test_app.py") == []
