"""What a request carries besides its operation: its place, the way that leads to it, its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.model import ApiRequest, Inventory, Parameter


def take(tmp_path: Path, **files: str) -> Inventory:
    return inventory_of_files({f"{name}.py": text for name, text in files.items()}, tmp_path)


def only(tmp_path: Path, text: str) -> ApiRequest:
    needs = take(tmp_path, app=f"import stripe\n{text}").needs
    assert len(needs) == 1
    return needs[0].request


def pairs(parameters: tuple[Parameter, ...]) -> list[tuple[str, object]]:
    return [(parameter.key, parameter.value) for parameter in parameters]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("stripe.Customer.list()", (2, 1, 2, 23)),
        ("x = stripe.Customer.list(limit=3)", (2, 5, 2, 34)),
        ("stripe.Customer.list(\n    limit=3,\n)", (2, 1, 4, 2)),
        ("(\n    stripe\n    .Customer\n    .list()\n)", (3, 5, 5, 12)),
        ("'äöü'; stripe.Customer.list()", (2, 8, 2, 30)),
        ("if True:\n\tstripe.Customer.list()", (3, 2, 3, 24)),
    ],
)
def test_a_request_stands_at_its_call_expression(text: str, place: tuple[int, ...], tmp_path: Path) -> None:
    span = only(tmp_path, text).span
    assert (span.line, span.column, span.end_line, span.end_column) == place


def test_a_wrapped_request_stands_where_the_operation_was_fixed_and_tells_the_way(tmp_path: Path) -> None:
    inventory = take(
        tmp_path,
        low="import stripe\ndef low(name, method):\n    return getattr(getattr(stripe, name), method)()\n",
        mid="from low import low\ndef mid(name):\n    return low(name, 'list')\n",
        top="from mid import mid\nmid('Customer')\n",
    )
    assert [(need.request.span.path, need.request.span.line) for need in inventory.needs] == [("top.py", 2)]
    places = dict.fromkeys((step.span.path, step.span.line) for step in inventory.needs[0].request.evidence)
    assert [place for place in places if place != ("low.py", 1)] == [("top.py", 2), ("mid.py", 3), ("low.py", 3)]
    assert inventory.gaps == ()


def test_the_evidence_names_the_import_and_the_making_of_a_client(tmp_path: Path) -> None:
    request = only(tmp_path, "client = stripe.StripeClient('k')\nclient.customers.list()")
    assert [step.span.line for step in request.evidence] == [1, 2, 3]
    assert all(step.note for step in request.evidence)


def test_evidence_stays_short_however_long_the_way(tmp_path: Path) -> None:
    layers = "\n".join(f"def f{number}(name):\n    return f{number + 1}(name)" for number in range(12))
    text = f"import stripe\n{layers}\ndef f12(name):\n    return getattr(stripe, name).list()\nf0('Customer')\n"
    needs = take(tmp_path, app=text).needs
    assert [need.path for need in needs] == ["/v1/customers"]
    assert 2 <= len(needs[0].request.evidence) <= 32


@pytest.mark.parametrize(
    ("text", "parameters", "closed"),
    [
        ("stripe.Charge.list()", [], True),
        ("stripe.Charge.list(limit=3)", [], True),
        ("stripe.Charge.list(expand=['data.customer'])", [("expand", "data.customer")], True),
        ("stripe.Charge.list(expand=['data.customer'], **more)", [("expand", "data.customer")], False),
        ("stripe.Charge.list(**more)", [], False),
        ("stripe.StripeClient('k').charges.list({'limit': 3})", [], True),
        ("stripe.StripeClient('k').charges.list(more)", [], False),
        ("stripe.StripeClient('k').charges.list({**more})", [], False),
        ("stripe.Charge.list(expand=more)", [("expand", None)], True),
    ],
)
def test_the_parameters_that_matter_are_kept_and_it_is_known_whether_there_are_more(
    text: str, parameters: list[tuple[str, object]], closed: bool, tmp_path: Path
) -> None:
    request = only(tmp_path, f"more = load()\n{text}")
    assert (pairs(request.parameters), request.closed) == (parameters, closed)


def test_what_stands_in_tests_is_marked(tmp_path: Path) -> None:
    call = "import stripe\nstripe.Customer.list()\nif e.type == 'invoice.paid':\n    stripe.Nonsense.create()\n"
    inventory = inventory_of_files({"app.py": call, "tests/test_app.py": call}, tmp_path)
    assert [(need.request.span.path, need.request.in_tests) for need in inventory.needs] == [
        ("app.py", False),
        ("tests/test_app.py", True),
    ]
    assert [event.use.in_tests for event in inventory.events] == [False, True]
    assert [gap.in_tests for gap in inventory.gaps] == [False, True]


def test_a_file_is_read_only_if_it_speaks_of_a_system_or_uses_what_leads_to_one(tmp_path: Path) -> None:
    inventory = inventory_of_files(
        {
            "api.py": "import stripe\ndef send_payment(name):\n    return getattr(stripe, name).create()\n",
            "user.py": "from api import send_payment\nsend_payment('Charge')\n",
            "other.py": "def nothing():\n    return 1\n",
        },
        tmp_path,
    )
    assert [need.request.span.path for need in inventory.needs] == ["user.py"]
    assert (inventory.files_read, inventory.files_seen) == (2, 3)


def test_two_runs_say_the_same(tmp_path: Path) -> None:
    files = {
        "a.py": "import stripe\nfor r in (stripe.Price, stripe.Coupon, stripe.Refund):\n    r.list()\n",
        "b.py": "from a import r\nr.create(expand=['a', 'b'])\ngetattr(r, x)()\n",
    }
    first = inventory_of_files(files, tmp_path / "one")
    second = inventory_of_files(files, tmp_path / "two")
    assert first == second


GATEWAY = """import stripe
class Gateway:
    def fetch_resource(self, kind):
        return getattr(stripe, kind).list()
"""
USER = "def view(order):\n    order.account.gateway.fetch_resource('Customer')\n"


def test_a_class_that_a_method_name_alone_tells_is_possible_and_the_evidence_says_so(tmp_path: Path) -> None:
    inventory = take(tmp_path, gateway=GATEWAY, views=USER)
    assert [(need.request.span.path, need.request.resolution) for need in inventory.needs] == [("views.py", "possible")]
    assert "only 'Gateway.fetch_resource'" in inventory.needs[0].request.evidence[0].note


def test_a_caller_that_fixes_the_class_makes_such_a_request_sure_where_it_stands(tmp_path: Path) -> None:
    text = f"{GATEWAY}def run(gateway):\n    gateway.fetch_resource('Customer')\nrun(Gateway())\n"
    needs = take(tmp_path, app=text).needs
    assert [(need.request.span.line, need.request.resolution) for need in needs] == [(6, "resolved")]


def test_another_class_with_the_method_anywhere_in_the_tree_takes_the_guess_away(tmp_path: Path) -> None:
    """The other class stands in a file that nothing leads to."""
    other = "class Other:\n    async def fetch_resource(self, kind):\n        pass\n"
    inventory = take(tmp_path, gateway=GATEWAY, views=USER, vendored=other)
    assert inventory.needs == ()
