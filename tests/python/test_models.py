"""Models in the settings join the libraries that are known, are read safely, and are refused with every error at its place.

What they make the evaluator see is shown by `fixtures/calls/stripe/models`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leastscope.errors import UsageError
from leastscope.pipeline import requests
from leastscope.request import Request
from leastscope.rulebook.compile import compiled, rules_root
from leastscope.rulebook.models import read_models, trigger_words
from leastscope.settings import ModelFile, Settings, parse_settings

if TYPE_CHECKING:
    from pathlib import Path

    from leastscope.library import Library

PACKS = {system: compiled(rules_root() / system) for system in ("http", "stripe")}
GOOD = "system: stripe\nmodules: [acme_pay]\ntypes:\n  A: {names: [acme_pay.a], static: {b: {send: GET /v1/balance}}}\n"


def models(folder: Path, *texts: str, named: str = "m{}.yaml", at: str = "leastscope.yaml") -> tuple[Library, ...]:
    """Read models with these texts, which settings in the folder name."""
    paths = [named.format(number) for number in range(len(texts))]
    (folder / at).parent.mkdir(parents=True, exist_ok=True)
    for path, text in zip(paths, texts, strict=True):
        ((folder / at).parent / path).write_text(text, "utf-8")
    settings = parse_settings(at, f"models: [{', '.join(paths)}]".encode())
    assert settings
    return read_models(settings, folder, PACKS)


def refused(folder: Path, *texts: str, named: str = "m{}.yaml") -> list[str]:
    with pytest.raises(UsageError) as raised:
        models(folder, *texts, named=named)
    return str(raised.value).splitlines()


def test_a_model_needs_neither_releases_nor_a_distribution(tmp_path: Path) -> None:
    (library,) = models(tmp_path, GOOD, at="sub/leastscope.yaml")
    assert (library.distribution, library.releases, library.modules) == ("sub/m0.yaml", ("0",), ("acme_pay",))
    assert library.types["A"].statics["b"][0].path == "/v1/balance"


def test_what_subclasses_send_is_read_with_its_defaults(tmp_path: Path) -> None:
    (library,) = models(
        tmp_path,
        "system: http\nmodules: [cdk]\ntypes:\n  A:\n    names: [cdk.A]\n    subclass:\n"
        '      - {send: "$verb $base/$path", defaults: {verb: GET}, parameters: body}\n'
        '      - {send: "DELETE $base/$old"}\n  B: {names: [cdk.B]}\n',
    )
    first, second = library.types["A"].subclass
    assert (first.verb, first.path, first.mapping, second.verb) == ("$verb", "$base/$path", ("body",), "DELETE")
    assert (library.types["A"].defaults, library.bases) == ({"verb": "GET"}, ("A",))


def test_the_words_of_models_are_their_modules_in_lower_case(tmp_path: Path) -> None:
    found = models(tmp_path, GOOD.replace("acme_pay", "AcmePay"), GOOD.replace("acme_pay", "other"))
    assert trigger_words(found) == {"acmepay", "other"}


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("system: stripe\n", ["m0.yaml:1:1: expected the key 'modules' with the names that are imported"]),
        (GOOD.replace("stripe", "strip"), ["m0.yaml:1:9: expected a system, found 'strip'; did you mean 'stripe'?"]),
        (
            GOOD.replace("stripe", "paypal"),
            ["m0.yaml:1:9: expected a system, found 'paypal'; there are: http, stripe"],
        ),
        (GOOD.replace("modules", "module"), ["m0.yaml:2:1: unknown key 'module'", "m0.yaml:1:1: expected the key"]),
        (
            GOOD.replace("[acme_pay]", "[requests]").replace("acme_pay.a", "requests.a"),
            ["m0.yaml:2:11: expected a module without a model, found 'requests', which has one already"],
        ),
        (
            GOOD.replace("[acme_pay]", "[acme.pay]"),
            ["m0.yaml:2:11: expected the first part of what is imported, found 'acme.pay'", "m0.yaml:4:3: unknown mod"],
        ),
        (GOOD.replace("acme_pay.a", "acme.a"), ["m0.yaml:4:3: unknown module of type 'A' 'acme'; did you mean 'acme_"]),
        (
            GOOD.replace("GET /v1/balance", "GET v1"),
            ["m0.yaml:4:47: malformed request 'GET v1'; expected a verb and a path"],
        ),
        (
            GOOD.replace("static: {b: {send: GET /v1/balance}}", "subclass: {sends: GET /v1/balance}"),
            ["m0.yaml:4:39: unknown key 'sends'; did you mean 'send'?", "m0.yaml:4:38: expected the key 'send'"],
        ),
        (
            GOOD.replace("static: {b: {send: GET /v1/balance}}", f"subclass: [{'{send: GET $a}, ' * 21}]"),
            ["m0.yaml:4:38: expected at most 20 forms, found more"],
        ),
        (
            GOOD.replace("/v1/balance", "$a" * 600),
            ["m0.yaml:4:47: malformed request 'GET $a$a"],
        ),
        ("a: [", ["m0.yaml:1:5: expected YAML"]),
        ("- a\n", ["m0.yaml:1:1: expected an object, found a list"]),
        ("", ["m0.yaml:1:1: expected an object, found nothing (null)"]),
        ("#" * 1_000_001, ["m0.yaml:1:1: expected at most 1000000 bytes"]),
    ],
)
def test_a_wrong_model_is_refused_with_every_error_at_its_place(tmp_path: Path, text: str, messages: list[str]) -> None:
    found = refused(tmp_path, text)
    assert [start for start in messages if not any(line.startswith(start) for line in found)] == []


def test_two_models_of_one_module_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD, GOOD) == [
        "m1.yaml:2:11: expected a module without a model, found 'acme_pay', which has one already"
    ]


def test_errors_of_all_models_are_told_at_once(tmp_path: Path) -> None:
    found = refused(tmp_path, GOOD.replace("stripe", "strip"), "[")
    assert [line.partition(":")[0] for line in found] == ["m0.yaml", "m1.yaml"]


@pytest.mark.parametrize("path", ["missing.yaml", "folder", "link.yaml", "loop.yaml", "nul\0.yaml"])
def test_only_files_in_the_folder_of_the_settings_are_read_whatever_links_say(tmp_path: Path, path: str) -> None:
    inside = tmp_path / "in"
    (inside / "folder").mkdir(parents=True)
    (tmp_path / "out.yaml").write_text(GOOD, "utf-8")
    (inside / "link.yaml").symlink_to(tmp_path / "out.yaml")
    (inside / "loop.yaml").symlink_to(inside / "loop.yaml")
    settings = parse_settings("leastscope.yaml", b"models: [x]")
    assert settings
    wrong = Settings(settings.path, models=(ModelFile(path, settings.models[0].span),))
    with pytest.raises(UsageError, match=r"^leastscope\.yaml:1:10: expected the path of a model, found '"):
        read_models(wrong, inside, PACKS)


def test_a_module_that_is_in_the_tree_is_read_itself(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(GOOD, "utf-8")
    (tmp_path / "leastscope.yaml").write_text("models: [m.yaml]\n", "utf-8")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "use.py").write_text("from acme_pay import a\n\na.b()\n", "utf-8")

    def sent() -> list[str]:
        return [need.path for need in requests(Request((tmp_path,), tmp_path)).inventory.needs]

    assert sent() == ["/v1/balance"]
    (tmp_path / "acme_pay").mkdir()
    (tmp_path / "acme_pay" / "__init__.py").write_text("class a:\n    @staticmethod\n    def b(): ...\n", "utf-8")
    assert sent() == []


def test_the_order_of_models_changes_nothing(tmp_path: Path) -> None:
    other = GOOD.replace("acme_pay", "other_pay")
    one, two = models(tmp_path, GOOD, other), models(tmp_path, other, GOOD)
    assert {library.modules for library in one} == {library.modules for library in two}
