"""The models of plain HTTP libraries: they load, and through the whole pipeline a host says whose operation it is."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest

import http_samples as samples
import http_server_samples as server_samples
import http_told_samples as told_samples
from expectations import inventory_of_files
from http_worlds import DEPOT, inventory_with
from leastscope.rulebook.compile import rules_root
from leastscope.rulebook.load import load_pack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from leastscope.model import ApiRequest, Inventory

_API = "https://api.stripe.com"
_PROGRAM = re.compile(r"^#: (.*?)(?: -> (.*))?\n((?:(?!#:).*\n)+)", re.MULTILINE)
_VERBS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "$method"}
LIBRARIES = {library.distribution: library for library in load_pack(rules_root() / "http").libraries}


def programs(*texts: str) -> list[Any]:
    """Give each program of the samples with what it says."""
    found = [one for text in texts for one in _PROGRAM.finditer(text)]
    assert len(found) == sum(text.count("#:") for text in texts)
    return [pytest.param(one[3].replace("<api>", _API), one[2] or "", id=one[1]) for one in found]


def sent(inventory: Inventory) -> list[str]:
    return sorted(f"{need.request.verb} {need.path}" for need in inventory.needs)


def only(inventory: Inventory) -> ApiRequest:
    (need,) = inventory.needs
    return need.request


@pytest.mark.parametrize(
    ("code", "operations"),
    programs(samples.REQUESTS, samples.URLS, samples.HTTPX, samples.AIOHTTP, samples.URLLIB3, samples.STDLIB),
)
def test_a_plain_request_is_the_operation_that_its_url_says(code: str, operations: str, tmp_path: Path) -> None:
    inventory = inventory_of_files({"app.py": code}, tmp_path)
    assert (sent(inventory), inventory.gaps) == (sorted(operations.split(", ")), ())
    assert {need.request.resolution for need in inventory.needs} == {"resolved"}


@pytest.mark.parametrize(("code", "nothing"), programs(samples.NOTHING))
def test_a_request_to_another_host_is_nothing(code: str, nothing: str, tmp_path: Path) -> None:
    inventory = inventory_of_files({"app.py": code}, tmp_path)
    others = [gap for gap in inventory.gaps if gap.kind != "no-request"]
    assert (sent(inventory), others, nothing) == ([], [], "")


@pytest.mark.parametrize(("code", "told"), programs(told_samples.TOLD))
def test_headers_and_authentication_tell_account_and_credential(code: str, told: str, tmp_path: Path) -> None:
    request = only(inventory_of_files({"app.py": code}, tmp_path))
    assert (request.verb, request.path) == ("GET", "/v1/payouts")
    assert f"{request.account} {request.credential}" == told


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (f"import requests\ndef go(verb):\n    requests.request(verb, '{_API}/v1/payouts')\n", "open-parameter"),
        (f"import requests\nrequests.request(input(), '{_API}/v1/payouts')\n", "raw-request"),
        (f"import requests\nrequests.put('{_API}/v1/payouts')\n", "unknown-operation"),
        (f"import requests\nrequests.get('{_API}/v1/no/such/operation')\n", "unknown-operation"),
        (f"from my import http\nhttp.request(url='{_API}/v1/payouts')\n", "unknown-library"),
        (f"from my import fetch\nasync def f():\n    await fetch('{_API}/v1/payouts')\n", "unknown-library"),
    ],
)
def test_a_request_to_our_host_that_cannot_be_told_is_a_gap(code: str, kind: str, tmp_path: Path) -> None:
    inventory = inventory_of_files({"app.py": code}, tmp_path)
    assert ([gap.kind for gap in inventory.gaps], sent(inventory)) == ([kind], [])


@pytest.mark.parametrize(
    "code",
    [
        f"import myrequests\nmyrequests.get('{_API}/v1/payouts')\n",
        f"from my import http\nhttp.request('GET', url='{_API}/v1/payouts')\n",
        f"def go(session):\n    session.get('{_API}/v1/payouts')\n",
    ],
)
def test_a_request_to_our_host_by_a_client_nobody_knows_is_possible(code: str, tmp_path: Path) -> None:
    request = only(inventory_of_files({"app.py": code}, tmp_path))
    assert (request.verb, request.path, request.resolution) == ("GET", "/v1/payouts", "possible")


def said(inventory: Inventory) -> list[str]:
    assert {need.request.resolution for need in inventory.needs} <= {"resolved"}
    return sorted({*sent(inventory), *(gap.kind for gap in inventory.gaps)})


@pytest.mark.parametrize(("code", "told"), programs(server_samples.HOSTS, server_samples.HEADERS))
def test_a_part_of_the_host_or_a_header_says_which_server_it_is(code: str, told: str) -> None:
    assert said(inventory_with({"app.py": code}, DEPOT)) == sorted(told.split(", "))


@pytest.mark.parametrize(("code", "nothing"), programs(server_samples.NOTHING))
def test_neither_a_path_nor_too_little_of_a_host_says_which_server_it_is(code: str, nothing: str) -> None:
    assert (said(inventory_with({"app.py": code}, DEPOT)), nothing) == ([], "")


def test_each_library_has_its_model() -> None:
    assert sorted(LIBRARIES) == [
        *(
            "aiohttp",
            "airbyte-cdk",
            "authlib",
            "curl-cffi",
            "django-allauth",
            "httpx",
            "httpx-oauth",
            "niquests",
            "python-stdlib",
            "requests",
        ),
        *("requests-oauthlib", "requests-toolbelt", "social-auth-core", "tornado", "treq", "urllib3"),
    ]


@pytest.mark.parametrize("distribution", sorted(LIBRARIES))
def test_what_a_model_says_of_a_request_is_an_argument_of_the_call(distribution: str) -> None:
    library = LIBRARIES[distribution]
    sending = [
        (f"{kind.name}.{name}", member)
        for kind in library.types.values()
        for name, members in [*kind.statics.items(), *kind.members.items()]
        for member in members
        if member.sends != "never" and not member.opens
    ]
    assert (
        len(sending) > 3
        or library.bases
        or any(member.opens for kind in library.types.values() for row in kind.members.values() for member in row)
    )
    for name, member in sending:
        assert member.verb in _VERBS, name
        assert (member.path, "url" in member.args) == ("$url", True), name
        assert "method" in member.args or member.verb != "$method", name
        assert set(library.types) >= {ref.name for ref in member.returns}, name
    assert {name.partition(".")[0] for name in (*library.names, *library.inert)} <= set(library.modules)


def named(dotted: str) -> Any:  # noqa: ANN401 - whatever the library has
    """Give what a dotted name leads to, importing modules on the way."""
    found: Any = importlib.import_module(dotted.partition(".")[0])
    path = dotted.partition(".")[0]
    for part in dotted.split(".")[1:]:
        path = f"{path}.{part}"
        found = getattr(found, part, None) or importlib.import_module(path)
    return found


def stdlib_callables() -> Iterator[tuple[str, tuple[str, ...]]]:
    library = LIBRARIES["python-stdlib"]
    for kind in library.types.values():
        names = [name for name, key in library.names.items() if key == kind.name]
        for dotted in [kind.name.removeprefix("module ")] if kind.name.startswith("module ") else names:
            if kind.args:
                yield dotted, kind.args
            for name, members in [*kind.statics.items(), *kind.members.items()]:
                yield from ((f"{dotted}.{name}", member.args) for member in members)


@pytest.mark.parametrize(("dotted", "args"), list(stdlib_callables()))
def test_the_model_of_the_standard_library_has_its_positional_parameters(dotted: str, args: tuple[str, ...]) -> None:
    real = [one for one in inspect.signature(named(dotted)).parameters if one != "self"]
    assert list(args) == ["url" if one == "fullurl" else one for one in real][: len(args)]
