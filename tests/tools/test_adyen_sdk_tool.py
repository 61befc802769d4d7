"""The generator of Adyen's library model: small made-up releases in, rows out; and the committed model's basic facts."""

from __future__ import annotations

import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from places import ROOT
from tools.adyen_sdk import emit, probe, releases, selfcheck, servers
from tools.adyen_sdk.describe import describe_release
from tools.adyen_sdk.selfcheck import Question
from tools.stripe_sdk import merge
from tools.stripe_sdk.source import Release, parse_module

if TYPE_CHECKING:
    from pathlib import Path

    from tools.stripe_sdk.model import Member, MergedType, ReleaseModel

PREFIXES = servers.read_prefixes(ROOT / servers.OPERATIONS)

PACKAGE = """
from .client import AdyenClient
from .exceptions import AdyenError
from .services import AdyenBase, AdyenCheckoutApi{imports}
class Adyen(AdyenBase):
    def __init__(self, **kwargs):
        self.client = AdyenClient(**kwargs)
        self.checkout = AdyenCheckoutApi(client=self.client)
        {attach}
_base_adyen_obj = Adyen()
checkout = _base_adyen_obj.checkout
"""
BASE = """
from Adyen import AdyenClient
class AdyenBase:
    pass
class AdyenServiceBase(AdyenBase):
    def __init__(self, client=None):
        self.client = client or AdyenClient()
"""
CLIENT = """
class AdyenClient:
    def __init__(self, username=None, xapikey=None):
        self.xapikey = xapikey
    def call_adyen_api(self, request_data, service, method, endpoint, idempotency_key=None, **kwargs):
        pass
"""
ACTIONS = """
    def _determine_checkout_url(self, platform, action, path_param=None):
        if action == "paymentsDetails":
            action = "payments/details"
        if action == "paymentsCapture":
            action = f"payments/{path_param}/captures"
        if action == "originKeys":
            api_version = self.api_checkout_utility_version
        return "/".join([action])
    def call_checkout_api(self, request_data, action, idempotency_key=None, path_param=None, **kwargs):
        pass
"""
GROUP = """
from ..base import AdyenServiceBase
class PaymentsApi(AdyenServiceBase):
    def __init__(self, client=None):
        super().__init__(client=client)
        self.service = "checkout"
        {base}
    def payments(self, request, idempotency_key=None, **kwargs):
        endpoint = {start}f"/payments"
        method = "POST"
        return self.client.call_adyen_api(request, self.service, method, endpoint, idempotency_key, **kwargs)
    def forget(self, {id}, idempotency_key=None, **kwargs):
        endpoint = {start}f"/storedPaymentMethods/{{{id}}}"
        method = "DELETE"
        return self.client.call_adyen_api(None, self.service, method, endpoint, idempotency_key, **kwargs)
"""
FLAT = """
class AdyenCheckoutApi(AdyenServiceBase):
    def __init__(self, client=None):
        super(AdyenCheckoutApi, self).__init__(client=client)
        self.service = "Checkout"
    def payments_details(self, request=None, **kwargs):
        action = "paymentsDetails"
        if request == "":
            raise ValueError("no request")
        return self.client.call_checkout_api(request, action, **kwargs)
    def payments_captures(self, request, idempotency_key=None, path_param=None, **kwargs):
        action = "paymentsCapture"
        return self.client.call_checkout_api(request, action, idempotency_key, path_param, **kwargs)
    def origin_keys(self, request=None, **kwargs):
        action = "originKeys"
        return self.client.call_checkout_api(request, action, **kwargs)
class AdyenHPP(AdyenServiceBase):
    def __init__(self, client=None):
        super(AdyenHPP, self).__init__(client=client)
    def directory_lookup(self, request, **kwargs):
        action = "directory"
        return self.client.call_hpp(request, action)
    def hpp_payment(self, request, skip_details=None, **kwargs):
        return self.client.hpp_payment(request, "select")
class AdyenPayment(AdyenServiceBase):
    def __init__(self, client=None):
        super(AdyenPayment, self).__init__(client=client)
        self.service = "Payment"
    def capture(self, request, **kwargs):
        action = "capture"
        response = self.client.call_api(request, self.service, action, **kwargs)
        return response
"""
UNATTACHED = """
from ..base import AdyenServiceBase
from .payments_app_api import PaymentsAppApi
class AdyenPaymentsAppApi(AdyenServiceBase):
    def __init__(self, client=None):
        super().__init__(client=client)
        self.payments_app_api = PaymentsAppApi(client=client)
"""


def made(version: str, package: str, **modules: str) -> ReleaseModel:
    """Describe a release from the texts of its modules; two underscores stand for a dot, a third for a package."""
    found = [parse_module("Adyen", package, is_package=True)]
    for name, text in modules.items():
        dotted = f"Adyen.{name.removesuffix('___').replace('__', '.')}"
        found.append(parse_module(dotted, text, is_package=name.endswith("___")))
    return describe_release(Release(version, found))


def grouped(version: str, base: str = "", parameter: str = "storedPaymentMethodId") -> ReleaseModel:
    """Make a release with groups, with the base URL in each class or (without one) in the client."""
    service = """
from ..base import AdyenServiceBase
from .payments_api import PaymentsApi
class AdyenCheckoutApi(AdyenServiceBase):
    def __init__(self, client=None):
        super().__init__(client=client)
        self.payments_api = PaymentsApi(client=client)
"""
    group = GROUP.format(
        base=f'self.baseUrl = "{base}"' if base else "pass", start="self.baseUrl + " if base else "", id=parameter
    )
    return made(
        version,
        PACKAGE.format(imports="", attach="pass"),
        client=CLIENT,
        exceptions="class AdyenError(Exception):\n    pass\n",
        services___="from .base import AdyenBase, AdyenServiceBase\nfrom .checkout import AdyenCheckoutApi\n",
        services__base=BASE,
        services__checkout___=service,
        services__checkout__payments_api=group,
        services__paymentsApp___=UNATTACHED,
        services__paymentsApp__payments_app_api=group.replace("class PaymentsApi", "class PaymentsAppApi"),
    )


def flat(version: str) -> ReleaseModel:
    """Make a release whose services have the methods themselves."""
    attach = "self.payment = AdyenPayment(client=self.client)\n        self.hpp = AdyenHPP(client=self.client)"
    return made(
        version,
        PACKAGE.format(imports=", AdyenPayment, AdyenHPP", attach=attach),
        client=CLIENT.replace("call_adyen_api", "call_api") + ACTIONS,
        exceptions="class AdyenError(Exception):\n    pass\n",
        services=BASE + FLAT,
    )


NEW = grouped("16.0.0", "https://checkout-test.adyen.com/v72")
OLD = flat("7.1.2")


def row(release: ReleaseModel, key: str, member: str) -> Member:
    (found,) = (release.types[key].static | release.types[key].instance)[member]
    return found


@pytest.mark.parametrize("release", [NEW, grouped("8.0.1")], ids=["base in the class", "base in the client"])
def test_a_group_sends_an_endpoint_by_a_method(release: ReleaseModel) -> None:
    found = row(release, "checkout.PaymentsApi", "payments")
    assert (found.send, found.args, found.server) == ("POST /payments", ("request", "idempotency_key"), "checkout")
    assert row(release, "checkout.PaymentsApi", "forget").send == "DELETE /storedPaymentMethods/{storedPaymentMethodId}"


@pytest.mark.parametrize(
    ("key", "member", "send", "server"),
    [
        ("checkout", "payments_details", "POST /payments/details", "checkout"),
        ("checkout", "payments_captures", "POST /payments/{path_param}/captures", "checkout"),
        ("checkout", "origin_keys", "POST /originKeys", "checkout"),
        ("payment", "capture", "POST /capture", "payment"),
        ("hpp", "directory_lookup", "POST /directory", "hpp"),
        ("hpp", "hpp_payment", "", ""),
    ],
)
def test_a_method_of_a_flat_release_sends_what_the_client_makes_of_its_action(
    key: str, member: str, send: str, server: str
) -> None:
    found = row(OLD, key, member)
    assert (found.send, found.server) == (send, server)


def test_a_service_is_named_by_its_attribute_and_reached_by_every_name() -> None:
    assert NEW.types["checkout"].names == {
        "Adyen.checkout",
        "Adyen.AdyenCheckoutApi",
        "Adyen.services.AdyenCheckoutApi",
        "Adyen.services.checkout.AdyenCheckoutApi",
    }
    assert NEW.types["checkout.PaymentsApi"].names == {
        "Adyen.services.checkout.PaymentsApi",
        "Adyen.services.checkout.payments_api.PaymentsApi",
    }
    assert OLD.types["payment"].names == {"Adyen.AdyenPayment", "Adyen.services.AdyenPayment"}


def test_attributes_lead_from_the_main_object_to_services_groups_and_the_client() -> None:
    assert row(NEW, "Adyen", "checkout").returns == ("checkout",)
    assert row(NEW, "checkout", "payments_api").returns == ("checkout.PaymentsApi",)
    assert row(NEW, "checkout", "client").returns == row(OLD, "Adyen", "client").returns == ("AdyenClient",)


def test_a_service_that_hangs_nowhere_is_named_by_its_module() -> None:
    assert row(NEW, "paymentsApp", "payments_app_api").returns == ("paymentsApp.PaymentsAppApi",)


def test_the_client_sends_what_its_arguments_say() -> None:
    found = row(NEW, "AdyenClient", "call_adyen_api")
    assert (found.send, found.args[:4]) == ("$method $endpoint", ("request_data", "service", "method", "endpoint"))
    assert row(OLD, "AdyenClient", "call_checkout_api").server == "checkout"
    assert NEW.types["AdyenClient"].args == ("username", "xapikey")


def test_what_sends_nothing_is_inert() -> None:
    assert {"Adyen.exceptions", "Adyen.AdyenError"} <= NEW.inert
    assert not any(name.startswith("Adyen._") for name in NEW.inert)


def test_a_base_url_that_nobody_knows_stops_the_generator() -> None:
    with pytest.raises(KeyError, match="ledger"):
        grouped("17.0.0", "https://ledger-test.adyen.com/v1")


def merged(*found: ReleaseModel) -> dict[str, MergedType]:
    return merge.merge(list(found))


def test_the_written_model_says_what_is_shared_once_and_when_a_member_is_there() -> None:
    types = merged(flat("7.1.2"), grouped("8.0.1", parameter="recurringId"), NEW)
    texts = {emit.render(["7.1.2", "8.0.1", "16.0.0"], types, ["Adyen.util"], {}) for _ in range(2)}
    assert len(texts) == 1
    model = yaml.safe_load(texts.pop())
    assert model["types"]["checkout.PaymentsApi"] == {
        "names": ["Adyen.services.checkout.PaymentsApi", "Adyen.services.checkout.payments_api.PaymentsApi"],
        "in": ["8.0.1", "16.0.0"],
        "server": "checkout",
        "args": ["client"],
        "parameters": ["request", "query_parameters"],
        "instance": {
            "payments": {"send": "POST /payments", "args": ["request", "idempotency_key"]},
            "forget": {
                "send": "DELETE /storedPaymentMethods/{storedPaymentMethodId}",
                "args": ["storedPaymentMethodId", "idempotency_key"],
            },
        },
    }
    assert model["types"]["checkout"]["static"]["payments_api"]["in"] == ["8.0.1", "16.0.0"]
    assert model["types"]["checkout"]["static"]["origin_keys"]["in"] == ["7.1.2", "7.1.2"]


QUESTION = Question("Adyen.X", "capture", ("request",), "POST", "/payments/{paymentPspReference}/captures", "checkout")


@pytest.mark.parametrize(
    ("verb", "url", "right"),
    [
        ("POST", "https://checkout-test.adyen.com/v72/payments/zz_paymentPspReference/captures", True),
        ("POST", "https://probe-checkout-live.adyenpayments.com/checkout/v72/payments/zz_id/captures", True),
        ("GET", "https://checkout-test.adyen.com/v72/payments/zz_id/captures", False),
        ("POST", "https://checkout-test.adyen.com/v72/payments/zz_id/refunds", False),
        ("POST", "https://management-test.adyen.com/v3/payments/zz_id/captures", False),
        ("POST", "https://checkout-test.adyen.com/checkout/possdk/v68/payments/zz_id/captures", False),
        ("", "nothing sent", False),
    ],
)
def test_the_self_check_wants_the_verb_the_path_and_a_host_of_the_server(verb: str, url: str, *, right: bool) -> None:
    assert selfcheck.is_right(QUESTION, verb, url, PREFIXES) == right


def test_the_stand_in_for_the_http_client_says_verb_and_url_in_both_forms() -> None:
    for given in (("POST", "https://x.example/v1/a"), ("https://x.example/v1/a",)):
        with pytest.raises(probe.Sent) as sent:
            probe.Wire().request(*given)
        assert sent.value.args == ("POST", "https://x.example/v1/a")


def test_the_body_has_every_field_that_a_release_asks_for() -> None:
    assert "shopperEmail" in probe.body()
    assert probe.body()["originalReference"] == "probe"


def test_wheels_and_source_archives_give_a_folder_with_the_package(tmp_path: Path) -> None:
    code = tmp_path / "code.py"
    code.write_text("LIB = 1\n", "utf-8")
    with zipfile.ZipFile(tmp_path / "adyen-2.0.0-py3-none-any.whl", "w") as wheel:
        wheel.write(code, "Adyen/__init__.py")
    with tarfile.open(tmp_path / "Adyen-1.0.0.tar.gz", "w:gz") as source:
        source.add(code, "Adyen-1.0.0/Adyen/__init__.py")

    folders = releases.unpack(("1.0.0", "2.0.0"), tmp_path, tmp_path / "work")

    assert [sorted(releases.read_release(version, folder).modules) for version, folder in folders.items()] == [
        ["Adyen"],
        ["Adyen"],
    ]


@pytest.fixture(scope="module")
def model() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((ROOT / "rules/adyen/sdk/adyen.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return found


@pytest.mark.parametrize(
    ("name", "member", "send", "since"),
    [
        ("Adyen.checkout", "payments", "POST /payments", ["1.4.0", "7.1.2"]),
        ("Adyen.checkout", "payments_refunds", "POST /payments/{paymentPspReference}/refunds", ["7.1.2", "7.1.2"]),
        ("Adyen.services.checkout.PaymentsApi", "payments", "POST /payments", None),
        ("Adyen.services.checkout.RecurringApi", "forward", "POST /forward", ["15.0.2", "16.0.0"]),
        ("Adyen.recurring", "disable", "POST /disable", ["1.4.0", "13.4.0"]),
        ("Adyen.services.recurring.RecurringApi", "disable", "POST /disable", None),
        ("Adyen.terminal", "assign_terminals", "POST /assignTerminals", None),
        ("Adyen.services.management.MyAPICredentialApi", "add_allowed_origin", "POST /me/allowedOrigins", None),
    ],
)
def test_the_committed_model_has_the_basic_facts(
    model: dict[str, Any], name: str, member: str, send: str, since: list[str] | None
) -> None:
    (found,) = [entry for entry in model["types"].values() if name in entry["names"]]
    row = {**found.get("static", {}), **found.get("instance", {})}[member]
    assert (row["send"], row.get("in")) == (send, since)


def test_the_committed_model_agrees_with_every_release_it_was_made_from(model: dict[str, Any]) -> None:
    assert list(model["check"]) == model["releases"] == list(releases.VERSIONS)
    assert model["check"]["16.0.0"]["calls"] == 2 * 369
    for counts in model["check"].values():
        assert counts["calls"] == counts["equal"] >= 40
        assert counts["attributes"] == counts["attributes_equal"]
