"""Templates of models are put together with one slash where they set one, and a hole for what is not known."""

from __future__ import annotations

import pytest

from leastscope.python.domain.strings import template
from leastscope.python.domain.templates import compose, is_composed, names_in
from leastscope.python.domain.values import UNKNOWN, Const, Text, Value, join

HOLE = Text(("a/", UNKNOWN, "/b"))


@pytest.mark.parametrize(
    ("written", "given", "text"),
    [
        ("/v1/$path", "customers", "/v1/customers"),
        ("/v1/$path", "/customers", "/v1/customers"),
        ("/v1/$path/lines", "customers/", "/v1/customers/lines"),
        ("/v1$path", "/customers/", "/v1/customers/"),
        ("/v1/$path", HOLE, "/v1/a/{}/b"),
        ("/v1/$path", UNKNOWN, "/v1/{}"),
        ("/v1/$other", "customers", "/v1/{}"),
        ("$path", "x", "x"),
        ("/v1/$path", 3, "/v1/3"),
    ],
)
def test_a_slash_of_the_template_stands_there_once(written: str, given: str | int | Value, text: str) -> None:
    value = Const.of(given) if isinstance(given, str | int) else given
    assert template(compose(written, {"path": value})) == text


def test_every_way_is_put_together() -> None:
    both = join(Const.of("/a"), Const.of("b"))
    assert compose("$x/$x", {"x": both}) == join(*(Const.of(f"{one}/{two}") for one in ("/a", "b") for two in "ab"))


@pytest.mark.parametrize(
    ("written", "names", "composed"),
    [
        ("/v1/customers", (), False),
        ("/v1/customers/{customer}", (), False),
        ("$url", ("url",), False),
        ("$url/{id}", ("url",), False),
        ("/v1/$path", ("path",), True),
        ("$base$path", ("base", "path"), True),
    ],
)
def test_a_template_is_composed_of_more_than_one_name(written: str, names: tuple[str, ...], composed: bool) -> None:
    assert (names_in(written), is_composed(written)) == (names, composed)
