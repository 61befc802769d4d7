"""The types of a model: what members give, and what iterating gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leastscope.library import Member, TypeRef
from leastscope.python.domain.values import UNKNOWN, Configuration, Items, LibraryClass, LibraryObject, Mapping, join
from leastscope.python.sending.library_types import ANSWER, at_origin, reference, results
from worlds import KNOWN

INDEX = KNOWN.indexes["shop-client"]
CLASS = LibraryClass("shop-client", "Order")
WITH = Configuration("connected")
PAGE = LibraryObject("shop-client", "Page", (TypeRef("Item"),), "/orders/{order}/items")


def made(kind: str, *of: TypeRef, url: str = "", sure: bool = True) -> LibraryObject:
    """An object of the library under the configuration of these tests."""
    return LibraryObject("shop-client", kind, of, url, "", WITH, sure)


@pytest.mark.parametrize(
    ("refs", "expected"),
    [
        ((TypeRef("Order"),), made("Order", url=ANSWER)),
        ((TypeRef("Page", (TypeRef("Order"),)),), made("Page", TypeRef("Order"), url="/sent")),
        ((TypeRef("Page", (TypeRef("Order"),), "/own"),), made("Page", TypeRef("Order"), url="/own")),
        ((TypeRef("list", (TypeRef("Order"),)),), Items((), made("Order"))),
        ((TypeRef("iterator", (TypeRef("Order"),)),), Items((), made("Order"))),
        ((TypeRef("dict", (TypeRef("Order"),)),), Mapping((), made("Order"))),
        ((TypeRef("list"),), Items((), UNKNOWN)),
        ((TypeRef("class", (TypeRef("Order"),)),), CLASS),
        ((TypeRef("$of"),), UNKNOWN),
        ((), UNKNOWN),
    ],
)
def test_what_a_member_of_a_class_gives(refs: tuple[TypeRef, ...], expected: object) -> None:
    assert results(INDEX, CLASS, (Member("call", "GET", "/sent", returns=refs),), "/sent", WITH) == expected


def test_a_type_variable_is_what_the_owner_is_of() -> None:
    member = Member("call", "GET", "$url", returns=(TypeRef("$of"),))
    assert results(INDEX, PAGE, (member,), "", WITH) == made("Item")
    member = Member("call", "GET", "$url", returns=(TypeRef("list", (TypeRef("$of"),)),))
    assert results(INDEX, PAGE, (member,), "", WITH) == Items((), made("Item"))


def test_several_types_are_each_one_of_them() -> None:
    member = Member("call", "GET", "/x", returns=(TypeRef("Order"), TypeRef("Item")))
    several = join(*(replace(made(kind), one_of=True) for kind in ("Order", "Item")))
    assert results(INDEX, CLASS, (member,), "", WITH) == several


def test_of_alternatives_the_one_at_the_url_of_the_object_counts() -> None:
    ways = tuple(Member("call", "POST", path) for path in ("/a/{id}/x/{x}", "/b/{b}/x/{x}/check", "/b/{b}"))
    assert at_origin(made("Order", url="/b/{}/x/{}"), ways) == ways[1:2]
    assert at_origin(made("Order", url="/c/{}"), ways) == ways
    assert at_origin(made("Order", url=ANSWER), ways) == ways
    assert at_origin(CLASS, ways) == ways


def test_the_url_of_an_answer_counts_only_where_its_members_are_sent_there() -> None:
    """Two requests that give the same object give one value: their URLs would be two for all that follows."""
    page, order = TypeRef("Page", (TypeRef("Item"),)), TypeRef("Order")
    assert (
        len({results(INDEX, CLASS, (Member("call", "GET", each, returns=(page,)),), each, WITH) for each in "ab"}) == 2
    )
    assert (
        len({results(INDEX, CLASS, (Member("call", "GET", each, returns=(order,)),), each, WITH) for each in "ab"}) == 1
    )


def test_no_variant_gives_nothing_that_is_known() -> None:
    assert results(INDEX, CLASS, (), "", WITH) == UNKNOWN


def test_the_reference_of_an_object_and_of_anything_else() -> None:
    assert reference(PAGE) == TypeRef("Page", (TypeRef("Item"),), "/orders/{order}/items")
    assert reference(UNKNOWN) == TypeRef("")
