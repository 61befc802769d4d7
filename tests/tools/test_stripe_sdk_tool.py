"""The generator of the library model: small made-up libraries in, rows out; and the committed model's basic facts."""

import sys
import time
from typing import Any

import pytest
import yaml

from places import ROOT

sys.path.insert(0, str(ROOT))

from tools.stripe_sdk import emit, merge, selfcheck, served
from tools.stripe_sdk.describe import describe_release
from tools.stripe_sdk.model import Member, MergedType, ReleaseModel, TypeModel
from tools.stripe_sdk.source import Release, parse_module

RESOURCE = """
from stripe._list_object import ListObject
class StripeObject(object):
    pass
class APIResource(StripeObject):
    def refresh(self):
        return self._request_and_refresh("get", self.instance_url())
    @classmethod
    def class_url(cls):
        return "/v1/%ss" % (cls.OBJECT_NAME.replace(".", "/"),)
    def instance_url(self):
        id = self.get("id")
        if not isinstance(id, str):
            raise ValueError("no id")
        return "%s/%s" % (self.class_url(), quote_plus(id))
"""
LISTS = """
from typing import Generic, List, TypeVar
from stripe._resource import StripeObject
T = TypeVar("T")
class ListObject(StripeObject, Generic[T]):
    data: List[T]
    def create(self, **params) -> T:
        return self._request("post", self.get("url"), params=params)
"""
CHARGE = """
from stripe._resource import APIResource
from stripe._list_object import ListObject
class Charge(APIResource):
    OBJECT_NAME = "charge"
    @classmethod
    def list(cls, **params) -> ListObject["Charge"]:
        return cls._static_request("get", cls.class_url(), params=params)
"""


def library(**modules: str) -> Release:
    """Make a release of a library named like the real one, from the text of its modules."""
    texts = {"_resource": RESOURCE, "_list_object": LISTS, "_charge": CHARGE, **modules}
    exported = "\n".join(f"from stripe.{name} import *" for name in texts)
    init = parse_module("stripe", modules.get("init", exported), is_package=True)
    return Release(
        "1.0.0", [init, *(parse_module(f"stripe.{name}", text) for name, text in texts.items() if name != "init")]
    )


def described(source: str, **modules: str) -> ReleaseModel:
    return describe_release(library(_thing=source, **modules))


def rows(release: ReleaseModel, table: str, key: str = "Thing") -> dict[str, list[str]]:
    """Collect what the members of a type send, by name; those that send nothing are left out."""
    members: dict[str, tuple[Member, ...]] = getattr(release.types[key], table)
    return {name: [row.send for row in found] for name, found in members.items() if found[0].send}


HEAD = """
import stripe
from typing import Dict, List, Optional, Union
from stripe._resource import APIResource, StripeObject
from stripe._list_object import ListObject
from stripe._charge import Charge
from stripe import util
"""
THING = HEAD + 'class Thing(APIResource):\n    OBJECT_NAME = "shop.thing"\n'


BODIES = {
    "url of the class": ('return cls._static_request("post", cls.class_url())', ["POST /v1/shop/things"]),
    "percent": (
        'return cls._static_request("post", "%s/%s" % (cls.class_url(), quote_plus(util.utf8(sid))))',
        ["POST /v1/shop/things/{sid}"],
    ),
    "format": (
        'return cls._static_request("get", "/v1/things/{thing}/x".format(thing=sanitize_id(sid)))',
        ["GET /v1/things/{thing}/x"],
    ),
    "plus": (
        'url = cls.class_url() + "/verify"\n        return cls._static_request("post", url)',
        ["POST /v1/shop/things/verify"],
    ),
    "instance": (
        "instance = cls(sid, **params)\n        instance.refresh()\n        return instance",
        ["GET /v1/shop/things/{sid}"],
    ),
    "nothing": ('raise NotImplementedError("no")', None),
    "another class": ("return stripe.Charge.list(**params)", ["GET /v1/charges"]),
    "a parameter": ('return cls._static_request("post", "/v1/x/%s" % params.pop("part"))', ["POST /v1/x/{part}"]),
    "a choice": (
        'url = "/v1/own" if not sid else "/v1/x/%s" % sid\n        return cls._static_request("get", url)',
        ["GET /v1/own", "GET /v1/x/{sid}"],
    ),
}


@pytest.mark.parametrize(("body", "expected"), BODIES.values(), ids=BODIES)
def test_verb_and_path_come_from_following_the_body(body: str, expected: list[str] | None) -> None:
    source = f"{THING}    @classmethod\n    def call(cls, sid, **params):\n        {body}\n"
    assert rows(described(source), "static").get("call") == expected


def test_a_branch_does_not_mix_the_parts_of_two_paths() -> None:
    source = f"""{THING}    def instance_url(self):
        if hasattr(self, "customer"):
            base = "/v1/customers"
            part = "sources"
            owner = self.customer
        elif hasattr(self, "account"):
            base = "/v1/accounts"
            part = "cards"
            owner = self.account
        else:
            raise ValueError("neither")
        return "%s/%s/%s" % (base, owner, part)
"""
    expected = ["GET /v1/accounts/{account}/cards", "GET /v1/customers/{customer}/sources"]
    assert rows(described(source), "instance")["refresh"] == expected


def test_a_method_of_class_and_instances_is_listed_once_for_both() -> None:
    source = f"""{THING}    @classmethod
    def _cls_cancel(cls, thing, api_key=None, **params):
        return cls._static_request("post", "/v1/things/{{thing}}/cancel".format(thing=util.sanitize_id(thing)))
    @util.class_method_variant("_cls_cancel")
    def cancel(self, idempotency_key=None, **params):
        return self._request("post", "/v1/things/{{thing}}/cancel".format(thing=util.sanitize_id(self.get("id"))))
"""
    release = described(source)
    assert rows(release, "static")["cancel"] == ["POST /v1/things/{thing}/cancel"]
    assert release.types["Thing"].static["cancel"][0].args == ("thing", "api_key")
    assert "cancel" not in release.types["Thing"].instance


def test_decorators_of_old_releases_make_nested_methods() -> None:
    decorated = THING.replace(
        "class Thing",
        '@nested_resource_class_methods("tax_id", operations=["create", "update", "list"],'
        ' resource_plural="tax_idz")\nclass Thing',
    )
    expected = {
        "create_tax_id": ["POST /v1/shop/things/{id}/tax_idz"],
        "modify_tax_id": ["POST /v1/shop/things/{id}/tax_idz/{nested_id}"],
        "list_tax_idz": ["GET /v1/shop/things/{id}/tax_idz"],
        "tax_ids_request": ["$method $url"],
    }
    release = described(decorated)
    assert rows(release, "static") == expected
    assert release.types["Thing"].static["tax_ids_request"][0].args == ("method", "url")
    assert release.types["Thing"].static["tax_ids_url"][0].send == ""


UNTYPED = """
from stripe._charge import Charge
from stripe._resource import APIResource
class Thing(APIResource):
    @classmethod
    def class_url(cls):
        return "/v1/%ss" % str(cls.__name__.lower())
    def mark(self, **params):
        self.refresh_from(self.request("post", self.instance_url() + "/mark", params))
        return self
    def charges(self, **params):
        found = Charge.list(self.api_key, **params)
        return found
    def count(self):
        return 1
"""


def test_what_methods_without_annotations_give_is_read_from_their_bodies() -> None:
    thing = described(UNTYPED).types["Thing"].instance
    given = {name: (member.send, member.returns) for name in ("mark", "charges", "count") for member in thing[name]}
    assert given == {
        "mark": ("POST /v1/things/{id}/mark", ("Thing",)),
        "charges": ("GET /v1/charges", ("ListObject[Charge]",)),
        "count": ("", ()),
    }


def test_a_class_that_stands_for_an_event_has_all_that_every_object_has() -> None:
    helpers = """
from stripe._resource import StripeObject
class Helped(StripeObject):
    @classmethod
    def construct_from(cls, values, key):
        return cls()
    def to_dict(self):
        return dict(self)
class ThingPaid(Helped):
    LOOKUP_TYPE = "thing.paid"
"""
    paid = described(helpers).types["ThingPaid"]
    assert paid.event == "thing.paid"
    assert (paid.static["construct_from"][0].returns, paid.static["construct_from"][0].send) == (("ThingPaid",), "")
    assert paid.instance["to_dict"][0].send == ""


def test_test_helpers_are_a_type_reached_from_class_and_instance() -> None:
    source = f"""{THING}    class TestHelpers(APIResourceTestHelpers):
        def expire(self, **params):
            return self.resource._request("post", "/v1/test_helpers/t/{{t}}/expire".format(t=self.resource.get("id")))
class APIResourceTestHelpers:
    pass
"""
    release = described(source)
    assert release.types["Thing"].static["TestHelpers"][0].returns == ("class[Thing.TestHelpers]",)
    assert release.types["Thing"].instance["test_helpers"][0].returns == ("Thing.TestHelpers",)
    assert rows(release, "instance", "Thing.TestHelpers") == {"expire": ["POST /v1/test_helpers/t/{t}/expire"]}
    assert "stripe.Thing.TestHelpers" in release.types["Thing.TestHelpers"].names


def test_fields_say_how_they_hold_other_objects() -> None:
    source = f"""{THING}    class Part(StripeObject):
        maker: Optional["ExpandableField[Charge]"]
    parts: List[Part]
    name: str
    charge: Union[Charge, str]
    paid: Optional[ExpandableField["Charge"]]
    charges: ListObject["Charge"]
"""
    fields = described(source).types["Thing"].fields
    assert {name: (row.kind, row.returns, row.url) for name, (row,) in fields.items()} == {
        "parts.maker": ("expand", ("Charge",), ""),
        "charge": ("inline", ("Charge",), ""),
        "paid": ("expand", ("Charge",), ""),
        "charges": ("list", ("Charge",), "/v1/charges"),
    }


def test_services_hang_below_one_another_and_take_ids_parameters_and_options() -> None:
    services = """
class StripeService(object):
    pass
class ChargeService(StripeService):
    def capture(self, charge, params=None, options=None):
        return self._request("post", "/v1/charges/{charge}/capture".format(charge=charge), params=params)
    async def capture_async(self, charge, params=None, options=None):
        return await self._request_async("post", "/v1/charges/{charge}/capture".format(charge=charge), params=params)
_subservices = {"charges": ["stripe._services", "ChargeService"]}
class ShopService(StripeService):
    pass
"""
    types = described(THING, _services=services).types
    capture = types["ChargeService"].instance["capture"][0]
    assert (capture.send, capture.args, capture.asynchronous) == (
        "POST /v1/charges/{charge}/capture",
        ("charge", "params", "options"),
        True,
    )
    assert types["ShopService"].instance["charges"][0].returns == ("ChargeService",)


def test_lists_send_to_their_own_url_and_give_their_elements() -> None:
    page = described(THING).types["ListObject"]
    assert page.iterates == "$of"
    assert (page.instance["create"][0].send, page.instance["create"][0].returns) == ("POST $url", ("$of",))
    assert page.instance["data"][0].returns == ("list[$of]",)


def test_names_follow_every_way_to_a_class_and_the_rest_is_inert() -> None:
    init = """
if TYPE_CHECKING:
    from stripe import _error as error
    from stripe._thing import Thing as Renamed
_import_map = {"Thing": ("stripe._thing", False), "error": ("stripe._error", True)}
"""
    release = describe_release(library(init=init, _thing=THING, _error="class CardError(Exception):\n    pass\n"))
    assert release.types["Thing"].names == {"stripe.Thing", "stripe.Renamed", "stripe._thing.Thing"}
    assert {"stripe._error", "stripe.error.CardError"} <= release.inert


def merged(*sources: str) -> dict[str, MergedType]:
    return merge.merge([described(source) for source in sources])


METHOD = THING + "    @classmethod\n    def go(cls, {}):\n        return cls._static_request({}, {} % {})\n"
OLD = METHOD.format("sid, api_key=None", '"post"', '"/v1/things/%s"', "sid")
NEW = METHOD.format("id", '"post"', '"/v1/things/%s"', "id")
OTHER = NEW.replace('"post"', '"delete"')


def test_a_member_that_stays_the_same_stands_once_with_the_arguments_of_all_releases() -> None:
    (variant,) = merged(OLD, NEW)["Thing"].static["go"]
    assert (variant.member.send, variant.member.args) == ("POST /v1/things/{id}", ("id", "api_key"))


def test_a_member_that_changes_has_a_variant_for_each_run_of_releases() -> None:
    found = merged(OLD, NEW, OTHER)["Thing"].static["go"]
    assert [(row.member.send.split()[0], row.first, row.last) for row in found] == [("POST", 0, 1), ("DELETE", 2, 2)]


def test_the_first_asynchronous_release_is_kept() -> None:
    twin = NEW + "    @classmethod\n    async def go_async(cls, id):\n        pass\n"
    (variant,) = merged(OLD, NEW, twin)["Thing"].static["go"]
    assert variant.async_from == 2


def test_the_written_model_reads_back_and_does_not_change_between_runs() -> None:
    texts = {emit.render(["1.0.0", "2.0.0"], merged(OLD, OTHER), ["stripe.error"], {}) for _ in range(2)}
    assert len(texts) == 1
    model = yaml.safe_load(texts.pop())
    assert model["inert"] == ["stripe.error"]
    assert model["types"]["Thing"]["static"]["go"] == [
        {"send": "POST /v1/things/{id}", "args": ["sid", "api_key"], "in": ["1.0.0", "1.0.0"]},
        {"send": "DELETE /v1/things/{id}", "args": ["id"], "in": ["2.0.0", "2.0.0"]},
    ]


LISTED = THING + '    parts: ListObject["Part"]\n'
FLAT = """
class Part(APIResource):
    OBJECT_NAME = "part"
    @classmethod
    def list(cls, **params) -> ListObject["Part"]:
        return cls._static_request("get", "/v1/parts")
"""
NESTED = """    @classmethod
    def list_parts(cls, thing, **params) -> ListObject["Part"]:
        return cls._static_request("get", "/v1/shop/things/{thing}/parts".format(thing=sanitize_id(thing)))
"""


@pytest.mark.parametrize("gone", [False, True], ids=["to the newest release", "gone from the newest release"])
def test_a_list_is_where_the_newest_release_that_has_it_says(*, gone: bool) -> None:
    newest = THING + NESTED + FLAT if gone else LISTED + NESTED + FLAT
    (variant,) = merged(LISTED + FLAT, LISTED + NESTED + FLAT, newest)["Thing"].fields["parts"]
    assert (variant.member.url, variant.first) == ("/v1/shop/things/{thing}/parts", 0)


@pytest.mark.parametrize(("release", "expected"), [(0, ["POST /v1/things/{}"]), (1, ["DELETE /v1/things/{}"])])
def test_the_self_check_asks_each_release_for_what_it_has(release: int, expected: list[str]) -> None:
    asked = [row for row in selfcheck.questions(merged(OLD, OTHER)["Thing"], release) if row.member == "go"]
    assert [sorted(row.allowed) for row in asked if row.form == "class"] == [expected]


def test_the_self_check_asks_for_the_class_method_behind_a_method_that_older_objects_had_of_their_own() -> None:
    older = THING + '    def go(self):\n        return self._request("post", self.instance_url() + "/go")\n'
    types = merged(older, NEW)
    forms = [{row.form for row in selfcheck.questions(types["Thing"], one) if row.member == "go"} for one in (0, 1)]
    assert forms == [{"instance"}, {"class", "variant"}]


def test_lists_that_servers_embedded_are_fields_of_the_releases_that_sent_no_version() -> None:
    intent = THING.replace("Thing", "PaymentIntent")
    models = [describe_release(library(_thing=intent, _charge=CHARGE)) for _ in range(2)]
    models[0].version, models[1].version = "2.76.0", "7.14.0"
    (variant,) = merge.merge(models)["PaymentIntent"].fields["charges"]
    assert (variant.member.returns, variant.first, variant.last) == (("Charge",), 0, 0)


def test_no_account_is_among_the_sources_of_a_customer() -> None:
    paths = {"sources": "/v1/customers/{customer}/sources", "owners": "/v1/owners"}
    members: dict[str, tuple[Member, ...]] = {
        name: (Member(send=f"GET {path}", returns=("Account", "Card")),
               Member(send=f"GET {path}/all", returns=("ListObject[Account|Card]",)))
        for name, path in paths.items()
    }  # fmt: skip
    release = ReleaseModel("7.14.0", {"Customer": TypeModel("Customer", static=members)}, set())
    served.without_accounts(release)
    given = {name: [member.returns for member in found] for name, found in release.types["Customer"].static.items()}
    assert given == {
        "sources": [("Card",), ("ListObject[Card]",)],
        "owners": [("Account", "Card"), ("ListObject[Account|Card]",)],
    }


@pytest.fixture(scope="module")
def model() -> dict[str, Any]:
    text = (ROOT / "rules/stripe/sdk/stripe.yaml").read_text("utf-8")
    started = time.process_time()
    found: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    assert time.process_time() - started < 20, "reading the committed model should take about a second"
    return found


def of(row: dict[str, str] | list[dict[str, str]], key: str) -> list[str | None]:
    return [variant.get(key) for variant in (row if isinstance(row, list) else [row])]


@pytest.mark.parametrize(
    ("name", "table", "member", "send"),
    [
        ("stripe.Customer", "static", "create", ["POST /v1/customers"]),
        ("stripe.api_resources.customer.Customer", "static", "retrieve", ["GET /v1/customers/{customer}"]),
        ("stripe.Account", "static", "retrieve", ["GET /v1/account", "GET /v1/accounts/{account}"]),
        ("stripe.Refund.TestHelpers", "static", "expire", ["POST /v1/test_helpers/refunds/{refund}/expire"]),
        ("stripe.checkout.Session", "static", "expire", ["POST /v1/checkout/sessions/{session}/expire"]),
        ("stripe.CustomerService", "instance", "list", ["GET /v1/customers"]),
        ("stripe.OAuth", "static", "token", ["POST /oauth/token"]),
        ("stripe.Customer", "static", "sources_request", ["$method $url"]),
        ("stripe.Customer", "static", "sources_url", [None]),
        ("stripe.events.V1ChargeFailedEvent", "static", "construct_from", [None]),
        ("stripe.ListObject", "instance", "retrieve", ["GET $url/{id}"]),
        ("stripe.Webhook", "static", "construct_event", [None]),
        ("stripe.Charge", "instance", "refund", ["POST /v1/charges/{id}/refund"]),
        ("stripe.Event", "static", "all", ["GET /v1/events"]),
        ("stripe.APIResource", "static", "retrieve", ["GET $url"]),
        ("stripe.SKU", "static", "create", ["POST /v1/skus"]),
        ("stripe.events.V1ChargeFailedEvent", "instance", "fetch_related_object", ["GET /v1/charges/{charge}"]),
    ],
)  # fmt: skip
def test_the_committed_model_has_the_basic_facts(
    model: dict[str, Any], name: str, table: str, member: str, send: list[str | None]
) -> None:
    (found,) = [entry for entry in model["types"].values() if name in entry["names"]]
    assert of(found[table][member], "send") == send


def test_no_list_of_the_committed_model_is_in_two_places(model: dict[str, Any]) -> None:
    places = {
        f"{key}.{name}": set(of(row, "url"))
        for key, entry in model["types"].items()
        for name, row in entry.get("fields", {}).items()
        if "list" in str(row)
    }
    lists = {name: urls for name, urls in places.items() if urls != {None}}
    assert len(lists) > 20
    assert [name for name, urls in lists.items() if len(urls) != 1] == []


def test_the_committed_model_agrees_with_every_release_it_was_made_from(model: dict[str, Any]) -> None:
    assert list(model["check"]) == model["releases"]
    for counts in model["check"].values():
        assert counts["calls"] == counts["equal"] > 300
        assert counts["attributes"] == counts["attributes_equal"]
